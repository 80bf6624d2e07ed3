"""Writing comments down: what intake, import and correction have in common.

Each table is written by one statement, whether one comment comes or a hundred. The rules (who may
say what, and when) stand with the acts; here is only what belongs together: no comment without
words, point, leaf of the ledger, line of the log and, if it can be read, entry in the search.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.activity import log
from consult.kernel import ids, search
from consult.kernel.actor import Actor
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.kernel.inserting import Values, insert_for_ids, insert_rows
from consult.kernel.markup import Rendered
from consult.kernel.transaction import broken_constraint
from consult.ledger import chain
from consult.submissions import points, proposing
from consult.submissions.models import (
    PUBLISHED,
    Comment,
    CommentRevision,
    Contact,
    Point,
    Submission,
)
from consult.submissions.proposing import Proposal
from consult.submissions.receipts import FIRST_ISSUE, lookup


class AlreadyReceivedError(ConsultError):
    """The same form, or the same row of the same source, was received before."""

    message = mark("This comment has already been received.")


@dataclass(frozen=True)
class Prepared:
    """A comment, ready to be written down: everything that needs no database."""

    rendered: Rendered
    language: str
    words: str
    # False where the words left it open and nobody said it: ask the person.
    language_known: bool = True
    # Other words for the clause that it is about, if it proposes any.
    proposal: Proposal | None = None


@dataclass
class Entry:
    """One comment on its way into the database. Place, number and id are found on that way."""

    prepared: Prepared
    consultation_id: int
    submission_id: int
    received_at: datetime
    late: bool
    spans: Sequence[points.Span]
    clause_id: int | None = None
    version_id: int | None = None
    anchor_id: int | None = None
    root_id: int | None = None
    parent_id: int | None = None
    addressed: bool = False
    state: str = PUBLISHED
    held_for: str | None = None
    form_number: str | None = None
    thread_id: int = 0
    position: int = 0
    seq: int = 0
    id: int = 0

    @property
    def owed(self) -> bool:
        """Whether its points are owed an answer."""
        return points.is_owed(
            state=self.state,
            late=self.late,
            reply=self.root_id is not None,
            addressed=self.addressed,
        )

    def columns(self, now: datetime) -> dict[str, Any]:
        """Its row in `comment`."""
        return {
            "submission_id": self.submission_id,
            "consultation_id": self.consultation_id,
            "seq": self.seq,
            "thread_id": self.thread_id,
            "position": self.position,
            "clause_id": self.clause_id,
            "version_id": self.version_id,
            "anchor_id": self.anchor_id,
            "root_id": self.root_id,
            "parent_id": self.parent_id,
            "addressed": self.addressed,
            "language": self.prepared.language,
            "state": self.state,
            "held_for": self.held_for,
            "state_at": now,
            "received_at": self.received_at,
            "late": self.late,
            "form_number": self.form_number,
        }


def submission_row(
    consultation_id: int,
    *,
    channel: str,
    language: str,
    received_at: datetime,
    now: datetime,
    respondent: str,
    issue_receipt: bool = False,
    user_id: int | None = None,
    organisation_id: int | None = None,
    source: str | None = None,
    source_row: str | None = None,
    import_id: int | None = None,
) -> dict[str, Any]:
    """A submission's row, with a secret of its own; without `issue_receipt` its code opens
    nothing until somebody issues it."""
    secret = ids.random_bytes()
    return {
        "consultation_id": consultation_id,
        "secret": secret,
        "receipt_issue": FIRST_ISSUE,
        "receipt_lookup": lookup(secret, FIRST_ISSUE) if issue_receipt else None,
        "receipt_issued_at": now if issue_receipt else None,
        "channel": channel,
        "language": language,
        "received_at": received_at,
        "recorded_at": now,
        "respondent": respondent,
        "user_id": user_id,
        "organisation_id": organisation_id,
        "source": source,
        "source_row": source_row,
        "import_id": import_id,
    }


def open_submissions(session: Session, rows: Sequence[Values]) -> list[int]:
    """Write submissions down and return their ids. Raises AlreadyReceivedError."""
    return _once(session, Submission, rows)


def add_contacts(
    session: Session, people: Sequence[tuple[int, str, str | None]], *, now: datetime
) -> None:
    """Keep the name and e-mail address behind submissions, apart from them."""
    rows = [
        {"submission_id": submission_id, "name": name, "email": email, "changed_at": now}
        for submission_id, name, email in people
    ]
    insert_rows(session, Contact, rows)


def record(session: Session, entries: Sequence[Entry], *, actor: Actor, now: datetime) -> list[int]:
    """Write down comments that have their place and number, with all that hangs on them.

    Fills in their ids; returns those of their revisions. Raises AlreadyReceivedError.
    """
    made = _once(session, Comment, [entry.columns(now) for entry in entries])
    for entry, comment_id in zip(entries, made, strict=True):
        entry.id = comment_id
    revisions = write_words(session, [(entry, entry.prepared) for entry in entries], now=now)
    insert_rows(
        session,
        Point,
        [
            {
                "consultation_id": entry.consultation_id,
                "comment_id": entry.id,
                "revision_id": revision_id,
                "start": start,
                "end": end,
                "created_at": now,
                "owed": entry.owed,
            }
            for entry, revision_id in zip(entries, revisions, strict=True)
            for start, end in entry.spans
        ],
    )
    _tell(session, entries, actor, now)
    return revisions


class Numbered(Protocol):
    """What a ledger leaf says of a comment beside its words."""

    @property
    def id(self) -> int: ...
    @property
    def consultation_id(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def clause_id(self) -> int | None: ...
    @property
    def received_at(self) -> datetime: ...


def write_words(
    session: Session,
    texts: Sequence[tuple[Numbered, Prepared]],
    *,
    number: int = 1,
    now: datetime,
) -> list[int]:
    """Keep the words of comments as revisions with this number, and commit to them.

    Each gets a fresh salt for its leaf in the ledger. Returns the ids of the revisions.
    """
    rows: list[dict[str, Any]] = [
        {
            "comment_id": comment.id,
            "number": number,
            "source": prepared.rendered.source,
            "html": prepared.rendered.html,
            "text": prepared.rendered.text,
            "salt": ids.random_bytes(),
            "language": prepared.language,
            "written_at": now,
            **proposing.columns(prepared.proposal),
        }
        for comment, prepared in texts
    ]
    made = insert_for_ids(session, CommentRevision, rows)
    leaves = []
    for revision_id, (comment, _), row in zip(made, texts, rows, strict=True):
        facts = leaf_facts(comment, row["source"], number, now)
        if row["amends_id"] is not None:
            facts |= {"proposed": row["proposed_source"], "amends": row["amends_id"]}
        leaves.append((f"revision:{revision_id}", chain.commitment(row["salt"], facts)))
    chain.add_leaves(session, leaves, now=now)
    return made


def leaf_facts(comment: Numbered, source: str, number: int, now: datetime) -> dict[str, Any]:
    """What a leaf of the ledger commits to."""
    return {
        "words": source,
        "consultation": comment.consultation_id,
        "number": comment.seq,
        "revision": number,
        "clause": comment.clause_id,
        "received_at": comment.received_at.isoformat(timespec="seconds"),
        "written_at": now.isoformat(timespec="seconds"),
    }


def _tell(session: Session, entries: Sequence[Entry], actor: Actor, now: datetime) -> None:
    """The search finds them, the log says they came."""
    readable = [
        search.Thing(
            reference=entry.id,
            consultation=entry.consultation_id,
            language=entry.prepared.language,
            words=entry.prepared.words,
        )
        for entry in entries
        if entry.state == PUBLISHED
    ]
    search.index(session, "comment", readable)
    log.record_each(
        session,
        actor=actor.reference,
        act="comment:received",
        now=now,
        things=[
            (
                f"comment:{entry.id}",
                entry.consultation_id,
                {"number": entry.seq, "late": entry.late},
            )
            for entry in entries
        ],
    )


_REPEATED = {"uq_comment_form_number", "uq_submission_consultation_id_source_source_row"}


def _once(
    session: Session, model: type[Submission] | type[Comment], rows: Sequence[Values]
) -> list[int]:
    try:
        return insert_for_ids(session, model, rows)
    except IntegrityError as error:
        if broken_constraint(error) in _REPEATED:
            raise AlreadyReceivedError from error
        raise
