"""What officials see of the text: the published version and the one being written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations import counters
from consult.consultations.models import Consultation
from consult.drafts import importing, queries
from consult.drafts.comparison import ClauseChange, by_clause, compare_versions
from consult.drafts.errors import StalePreviewError
from consult.drafts.matching import Match
from consult.drafts.models import Clause, ClauseText, Draft, Version
from consult.drafts.queries import ClauseRow, EditRow
from consult.drafts.reading import ParsedDraft
from consult.drafts.replacing import known_clauses, replace_text
from consult.drafts.replacing import plan as plan_replacement
from consult.drafts.writing import Wording
from consult.kernel import ids
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError


@dataclass(frozen=True)
class Bench:
    """A consultation's text at the desk."""

    consultation: Consultation
    draft: Draft | None
    # Published versions, oldest first.
    versions: Sequence[Version]
    # The version being written; the first one before it is published.
    next: Version | None
    # A name for the state of that version: a preview made from another state is stale.
    basis: str

    @property
    def current(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    @property
    def language(self) -> str:
        return self.draft.language if self.draft else ""


def bench(session: Session, consultation: Consultation) -> Bench:
    """Two statements: the text with its versions, and the state of the one being written."""
    rows: Sequence[Any] = session.execute(
        select(Draft, Version)
        .outerjoin(Version, Version.draft_id == Draft.id)
        .where(Draft.consultation_id == consultation.id)
        .order_by(Version.number)
    ).all()
    versions = [version for _, version in rows if version is not None]
    published = [version for version in versions if version.published_at is not None]
    version = next((v for v in versions if v.published_at is None), None)
    draft = rows[0][0] if rows else None
    return Bench(consultation, draft, published, version, fingerprint(session, version))


def fingerprint(session: Session, version: Version | None) -> str:
    """A short name for what is saved in a version: any save, insertion or deletion changes it."""
    if version is None:
        return "-"
    rows = session.execute(
        select(ClauseText.clause_id, ClauseText.saved, ClauseText.position)
        .where(ClauseText.version_id == version.id)
        .order_by(ClauseText.language, ClauseText.position)
    )
    return ids.fingerprint(version.id, *(tuple(row) for row in rows))


def changes(session: Session, at: Bench) -> list[ClauseChange]:
    """The clauses of the version being written (else of the published one) with what changed."""
    version = at.next or at.current
    if version is None:
        return []
    rows = queries.clauses(session, version.id, at.language)
    base = at.current if at.next is not None else None
    if base is None:
        return [ClauseChange(row, row, row, (), ()) for row in rows]
    before = queries.clauses(session, base.id, at.language)
    texts = {row.text_id: row for row in (*before, *rows)}
    edits = by_clause(queries.edits_of_version(session, version.id, at.language, texts=texts))
    return compare_versions(before, rows, edits, named=False)


def plan(
    session: Session, at: Bench, parsed: ParsedDraft
) -> tuple[list[Match], list[ClauseRow]] | None:
    """What a revised file would do to the published text; None for a first version."""
    if at.current is None:
        return None
    base = queries.clauses(session, at.current.id, parsed.language)
    standing = queries.clauses(session, at.next.id, parsed.language) if at.next else []
    return plan_replacement(known_clauses(base, standing), parsed)


def bring_in(
    session: Session,
    at: Bench,
    parsed: ParsedDraft,
    *,
    basis: str | None,
    actor: Actor,
    now: datetime,
) -> Version:
    """Store what was previewed: the first version, or the next one from a revised file.

    Raises StalePreviewError when somebody saved something meanwhile.
    """
    counters.hold(session, at.consultation.id)
    if fingerprint(session, queries.next_version(session, at.consultation.id)) != basis:
        raise StalePreviewError
    write = importing.import_first if at.current is None else replace_text
    return write(session, at.consultation, parsed, actor=actor, now=now)


def clause_in_work(
    session: Session, at: Bench, key: str
) -> tuple[ClauseRow | None, ClauseRow | None]:
    """A clause as it is published and as it is being written; either may be missing.

    Raises NotFoundError where there is neither.
    """
    clause = queries.clause_by_key(session, at.consultation.id, key)
    published = (
        queries.clause_text(session, at.current.id, clause.id, at.language) if at.current else None
    )
    written = queries.clause_text(session, at.next.id, clause.id, at.language) if at.next else None
    if published is None and written is None:
        raise NotFoundError
    return published, written


def rows(session: Session, at: Bench) -> list[ClauseRow]:
    """The clauses of the version being written."""
    return queries.clauses(session, at.next.id, at.language) if at.next else []


def row_of(standing: Sequence[ClauseRow], key: str) -> ClauseRow:
    """The clause of this key. Raises NotFoundError."""
    for row in standing:
        if row.key == key:
            return row
    raise NotFoundError


def clause_id(standing: Sequence[ClauseRow], key: str) -> int | None:
    """The id behind a key from a select; "" is none."""
    return row_of(standing, key).clause_id if key else None


def key_before(standing: Sequence[ClauseRow], row: ClauseRow) -> str:
    """The key of the clause before this one, "" for the first."""
    index = list(standing).index(row)
    return standing[index - 1].key if index else ""


def key_of(session: Session, clause: int) -> str:
    """The key of a clause."""
    return session.get_one(Clause, clause).key


def as_written(row: ClauseRow, words: Wording) -> ClauseRow:
    """A clause as it would be with other words."""
    return replace(
        row,
        number=words.number,
        heading=words.heading,
        source=words.rendered.source,
        html=words.rendered.html,
        text=words.rendered.text,
    )


def edit_in_work(session: Session, at: Bench, edit_id: int) -> EditRow:
    """An edit of the version being written. Raises NotFoundError."""
    found = queries.edits(session, [edit_id])
    if not found or at.next is None or found[0].edit.version_id != at.next.id:
        raise NotFoundError
    return found[0]


def published_clause(session: Session, at: Bench, version: int, key: str) -> ClauseRow:
    """A clause of a published version. Raises NotFoundError."""
    clause = queries.clause_by_key(session, at.consultation.id, key)
    for published in at.versions:
        if published.number == version:
            row = queries.clause_text(session, published.id, clause.id, at.language)
            if row is not None:
                return row
    raise NotFoundError
