"""What officials see of the text: the published version and the one being written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts import import_queries, queries
from consult.drafts.comparison import (
    ClauseChange,
    by_clause,
    compare_versions,
    with_moves,
)
from consult.drafts.models import Clause, Draft, TextImport, Version
from consult.drafts.queries import ClauseRow, EditRow
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
    # Whether a text is being brought in and not saved yet.
    brought: bool = False

    @property
    def current(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    @property
    def language(self) -> str:
        return self.draft.language if self.draft else ""


def bench(session: Session, consultation: Consultation) -> Bench:
    """Two statements: the text with its versions, and the state of the one being written."""
    lying = select(TextImport.id).where(TextImport.consultation_id == Consultation.id).exists()
    rows: Sequence[Any] = session.execute(
        select(Draft, Version, lying)
        .select_from(Consultation)
        .outerjoin(Draft, Draft.consultation_id == Consultation.id)
        .outerjoin(Version, Version.draft_id == Draft.id)
        .where(Consultation.id == consultation.id)
        .order_by(Version.number)
    ).all()
    versions = [version for _, version, _ in rows if version is not None]
    published = [version for version in versions if version.published_at is not None]
    version = next((v for v in versions if v.published_at is None), None)
    draft, _version, brought = rows[0]
    basis = import_queries.fingerprint(session, version)
    return Bench(consultation, draft, published, version, basis, brought)


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
    return with_moves(compare_versions(before, rows, edits, named=False))


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
