"""A comment as pages show it, and the one statement that fetches any set of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Select, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Organisation
from consult.drafts.models import Anchor, Clause, ClauseText, Version
from consult.kernel.db import columns
from consult.kernel.i18n import LANGUAGES
from consult.submissions.models import (
    PUBLISHED,
    Comment,
    CommentRevision,
    Contact,
    Submission,
    Thread,
)
from consult.submissions.proposing import ProposedWords, shown


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One comment for reading. A comment that is not published has neither words nor name."""

    id: int
    seq: int
    position: int
    state: str
    late: bool
    admitted: bool
    received_at: datetime
    language: str
    channel: str
    respondent: str
    # Shown name, or "" for "without name".
    name: str
    organisation: str
    html: str
    text: str
    # When it was last corrected, if ever.
    corrected_at: datetime | None
    # Whether an official took words out of it.
    redacted: bool
    submission_id: int
    revision_id: int
    version_id: int | None
    clause_id: int | None
    clause_key: str | None
    # "Art. 3" and the heading, in the best language there is; "" for the whole text.
    clause_number: str
    clause_heading: str
    # The exact words of the clause that it is about.
    quoted: str
    quoted_language: str
    root_id: int | None
    parent_id: int | None
    parent_seq: int | None
    addressed: bool
    # Replies that can be read.
    replies: int
    # The words that it proposes for the clause, and the number of the version that its author saw.
    proposal: ProposedWords | None = None
    version: int | None = None
    # Why it is held back, and until when that is to be decided.
    held_for: str | None = None
    held_until: datetime | None = None
    # What the organisation declared of itself beside its name.
    register_number: str = ""
    declared_interest: str = ""

    @property
    def readable(self) -> bool:
        return self.state == PUBLISHED


_Parent = aliased(Comment)

_OWN = (
    "id",
    "seq",
    "position",
    "state",
    "late",
    "admitted_at",
    "received_at",
    "language",
    "submission_id",
    "version_id",
    "clause_id",
    "root_id",
    "parent_id",
    "addressed",
    "held_for",
    "held_until",
)
_JOINED = (
    CommentRevision.id.label("revision_id"),
    CommentRevision.number,
    CommentRevision.written_at,
    CommentRevision.redacted,
    CommentRevision.html,
    CommentRevision.text,
    CommentRevision.amends_id,
    CommentRevision.proposed_html,
    CommentRevision.proposed_text,
    CommentRevision.proposed_marks,
    Submission.channel,
    Submission.respondent,
)


def joined(
    chosen: Select[Any] | CompoundSelect[Any],
    *,
    order: Sequence[str] = ("id",),
    descending: bool = False,
) -> Select[Any]:
    """The statement that fetches `chosen` (a limited select of Comment) with all that is shown.

    The limit must be inside `chosen`: joined first and limited afterwards, PostgreSQL may read a
    whole thread for one page. What stands beside a comment at most once is looked up by subqueries:
    to plan ten joins costs PostgreSQL three times what running them does, and it plans anew for
    every short thread.
    """
    c = chosen.subquery("chosen").c
    beside = (
        _the(Contact.name, Contact.submission_id == c.submission_id),
        _the(Organisation.name, Organisation.id == Submission.organisation_id),
        _the(Organisation.register_number, Organisation.id == Submission.organisation_id),
        _the(Organisation.declared_interest, Organisation.id == Submission.organisation_id),
        _the(Clause.key, Clause.id == c.clause_id),
        _the(Anchor.exact, Anchor.id == c.anchor_id),
        _the(Anchor.language, Anchor.id == c.anchor_id),
        _the(_Parent.seq, _Parent.id == c.parent_id),
        _the(Thread.comments, Thread.id == c.replies_id),
    )
    return (
        select(*(c[name] for name in _OWN), *_JOINED, *beside)
        .join(
            CommentRevision,
            and_(CommentRevision.comment_id == c.id, CommentRevision.superseded_at.is_(None)),
        )
        .join(Submission, Submission.id == c.submission_id)
        .order_by(*(c[name].desc() if descending else c[name] for name in order))
    )


def _the(column: Any, where: Any) -> Any:
    return select(column).where(where).scalar_subquery()


def fetch(
    session: Session,
    statement: Select[Any],
    parameters: Mapping[str, object] | None = None,
    *,
    language: str,
) -> list[CommentRow]:
    """Run what `joined` made. `language` is the reader's, for the labels of clauses."""
    found = columns(session, statement, parameters).all()
    names = labels(session, {row[_CLAUSE] for row in found if row[_CLAUSE]}, language)
    return [_row(row, names) for row in found]


_CLAUSE = _OWN.index("clause_id")


def _row(row: Any, names: "Labels") -> CommentRow:
    # By position: fifty rows of thirty names are a third of a page's time.
    (id_, seq, position, state, late, admitted_at, received_at, language) = row[:8]
    (submission_id, version_id, clause_id, root_id, parent_id, addressed) = row[8:14]
    (held_for, held_until, revision_id, number, written_at, redacted, html, text) = row[14:22]
    (amends_id, proposed_html, proposed_text, marks, channel, respondent) = row[22:28]
    (name, organisation, register_number, interest) = row[28:32]
    (clause_key, exact, exact_language, parent_seq, replies) = row[32:]
    readable = state == PUBLISHED
    label, heading = names.of(clause_id, version_id)
    return CommentRow(
        id_,
        seq,
        position,
        state,
        late,
        admitted_at is not None,
        received_at,
        language,
        channel,
        respondent,
        (name or "") if readable else "",
        (organisation or "") if readable else "",
        html if readable else "",
        text if readable else "",
        written_at if number > 1 else None,
        redacted,
        submission_id,
        revision_id,
        version_id,
        clause_id,
        clause_key,
        label or clause_key or "",
        heading,
        exact or "",
        exact_language or "",
        root_id,
        parent_id,
        parent_seq,
        addressed,
        replies or 0,
        shown(proposed_html, proposed_text, marks, names.language(amends_id)) if readable else None,
        names.version(version_id),
        held_for,
        held_until,
        (register_number or "") if readable else "",
        (interest or "") if readable else "",
    )


class Labels:
    """Printed numbers and headings of some clauses, in the language nearest to the reader's."""

    def __init__(self, rows: Iterable[Sequence[Any]], language: str) -> None:
        rank = {code: i for i, code in enumerate(reversed((*LANGUAGES, language)))}
        self._versions: dict[int, int] = {}
        self._languages: dict[int, str] = {}
        self._seen: dict[tuple[int, int], tuple[str, str]] = {}
        self._newest: dict[int, tuple[str, str]] = {}
        # The best language last, so that it stays; among versions the newest.
        ordered = sorted(rows, key=lambda row: (row[1], -rank.get(row[2], len(rank))))
        for clause_id, version_id, spoken, number, heading, version, text_id in ordered:
            self._versions[version_id] = version
            self._languages[text_id] = spoken
            self._seen[clause_id, version_id] = (number, heading)
            self._newest[clause_id] = (number, heading)

    def of(self, clause_id: int | None, version_id: int | None) -> tuple[str, str]:
        """(number, heading) as printed in the version seen; ("", "") for the whole text."""
        if clause_id is None:
            return "", ""
        seen = self._seen.get((clause_id, version_id)) if version_id is not None else None
        return seen or self._newest.get(clause_id, ("", ""))

    def version(self, version_id: int | None) -> int | None:
        """The number of a version in which one of the clauses stands."""
        return None if version_id is None else self._versions.get(version_id)

    def language(self, text_id: int | None) -> str:
        """The language of one of the clause texts."""
        return "" if text_id is None else self._languages.get(text_id, "")


_LABELS = (
    select(
        ClauseText.clause_id,
        ClauseText.version_id,
        ClauseText.language,
        ClauseText.number,
        ClauseText.heading,
        Version.number,
        ClauseText.id,
    )
    .join(Version, Version.id == ClauseText.version_id)
    .where(
        ClauseText.clause_id.in_(bindparam("clause_ids", expanding=True)),
        # What the next version will say is nobody's business before it is published.
        Version.published_at.is_not(None),
    )
)


def labels(session: Session, clause_ids: Iterable[int], language: str) -> Labels:
    """The labels of some clauses in all published versions in which they stand."""
    wanted = sorted(clause_ids)
    if not wanted:
        return Labels((), language)
    rows = columns(session, _LABELS, {"clause_ids": wanted})
    return Labels(rows, language)
