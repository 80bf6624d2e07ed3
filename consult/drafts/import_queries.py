"""What is read while a text is brought in: the text itself, and what it would do to the present one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from consult.accounts.models import User
from consult.accounts.queries import shown_name
from consult.drafts import queries
from consult.drafts.matching import Match, match_clauses
from consult.drafts.models import Clause, ClauseText, TextImport, Version
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedDraft
from consult.kernel import ids


@dataclass(frozen=True)
class Plan:
    """What a revised file would do to the text: made from one state of it, good for no other."""

    base_id: int
    basis: str
    matches: Sequence[Match]
    # Clauses of the published text that nothing continues.
    falling: Sequence[ClauseRow]
    # The clauses that a file may continue: the published ones, then those new since.
    known: Sequence[ClauseRow]
    # Whether the file's identifiers followed the order of the text and were of no use.
    ids_ignored: bool

    @property
    def open(self) -> list[int]:
        """The places of the clauses about which somebody must decide."""
        return [place for place, match in enumerate(self.matches) if match.doubtful]


def text_import(session: Session, consultation_id: int) -> TextImport | None:
    """The text that is being brought in, if there is one."""
    return session.scalar(
        select(TextImport)
        .where(TextImport.consultation_id == consultation_id)
        .execution_options(populate_existing=True)
    )


def text_import_shown(session: Session, consultation_id: int) -> tuple[TextImport, str] | None:
    """The same with its steps, and the name of who touched it last ("" where nobody is known)."""
    row = session.execute(
        select(TextImport, User.name, User.email)
        .outerjoin(User, User.id == TextImport.changed_by)
        .where(TextImport.consultation_id == consultation_id)
        .options(undefer(TextImport.steps))
        .execution_options(populate_existing=True)
    ).one_or_none()
    return None if row is None else (row[0], shown_name(row.name, row.email))


def names(session: Session, draft_id: int) -> dict[int, list[str]]:
    """By which identifiers each clause is known: its key and GUID, and those of files it came in."""
    found = session.execute(
        select(Clause.id, Clause.key, Clause.guid, Clause.known_as).where(
            Clause.draft_id == draft_id
        )
    )
    return {row.id: [row.key, row.guid, *(row.known_as or ())] for row in found}


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


def plan(
    session: Session,
    parsed: ParsedDraft,
    *,
    current: Version | None,
    next_version: Version | None,
    basis: str,
) -> Plan | None:
    """What a file would do to the published text and the one being written; None for a first one."""
    if current is None:
        return None
    versions = [current.id, *([next_version.id] if next_version else [])]
    rows = queries.texts_of(session, versions, [parsed.language])
    base = rows[current.id, parsed.language]
    published = {row.clause_id for row in base}
    standing = rows[next_version.id, parsed.language] if next_version else []
    known = [*base, *(row for row in standing if row.clause_id not in published)]
    named = any(clause.ids for clause in parsed.clauses)
    matching = match_clauses(
        known, parsed.clauses, names(session, current.draft_id) if named else {}
    )
    kept = {match.existing.clause_id for match in matching.matches if match.existing}
    asked = {row.clause_id for match in matching.matches for row in match.candidates}
    return Plan(
        base_id=current.id,
        basis=basis,
        matches=matching.matches,
        falling=[row for row in base if row.clause_id not in kept | asked],
        known=known,
        ids_ignored=matching.ids_ignored,
    )


def present_plan(session: Session, consultation_id: int, parsed: ParsedDraft) -> Plan | None:
    """The same, as the text stands now."""
    standing = queries.next_version(session, consultation_id)
    return plan(
        session,
        parsed,
        current=queries.current_version(session, consultation_id),
        next_version=standing,
        basis=fingerprint(session, standing),
    )
