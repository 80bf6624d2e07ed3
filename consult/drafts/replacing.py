"""Replacing the next version by a whole revised file, so that each clause keeps its identity."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations import counters
from consult.consultations.models import Consultation
from consult.drafts import queries
from consult.drafts.edits import recalculate
from consult.drafts.errors import NotPublishedYetError
from consult.drafts.matching import Match, match_clauses
from consult.drafts.models import ClauseText, Edit, Version
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedClause, ParsedDraft
from consult.drafts.writing import (
    STEP,
    WORDS,
    add_clauses,
    add_texts,
    free_key,
    set_aside_positions,
    taken_keys,
    text_row,
    writable,
)
from consult.kernel.actor import Actor


def known_clauses(base: Sequence[ClauseRow], standing: Sequence[ClauseRow]) -> list[ClauseRow]:
    """The clauses that a file may continue: the published ones, then those new since."""
    published = {row.clause_id for row in base}
    return [*base, *(row for row in standing if row.clause_id not in published)]


def plan(base: Sequence[ClauseRow], parsed: ParsedDraft) -> tuple[list[Match], list[ClauseRow]]:
    """What a revised file would do: its clauses with what each continues, and what falls away."""
    matches = match_clauses(base, parsed.clauses)
    kept = {match.existing.clause_id for match in matches if match.existing}
    return matches, [row for row in base if row.clause_id not in kept]


def replace_text(
    session: Session,
    consultation: Consultation,
    parsed: ParsedDraft,
    *,
    actor: Actor,
    now: datetime,
) -> Version:
    """Write the next version from a whole file, matched to the clauses of the published one.

    Begins the next version where there is none. Raises NotPublishedYetError before the first
    version is public.
    """
    from consult.drafts.revision import begin_next

    counters.hold(session, consultation.id)
    version = queries.next_version(session, consultation.id)
    if version is None:
        version = begin_next(session, consultation, actor=actor, now=now)
    version, draft = writable(session, version.id)
    base = queries.base_of(session, version)
    if base is None:
        raise NotPublishedYetError
    language = parsed.language
    standing = queries.clauses(session, version.id, language)
    matches, _ = plan(known_clauses(queries.clauses(session, base.id, language), standing), parsed)
    keys = _keys(matches, version.number, taken_keys(session, draft.id))
    made = add_clauses(session, draft.id, list(keys.values()))
    ids = {
        match.clause.key: match.existing.clause_id if match.existing else made[keys[index]]
        for index, match in enumerate(matches)
    }
    _drop(session, standing, set(ids.values()), now)
    _write(session, version, [match.clause for match in matches], ids, standing)
    if parsed.title:
        version.title = {**version.title, language: parsed.title}
    recalculate(session, version, now=now)
    counters.decided(session, consultation.id)
    log.record(
        session,
        actor=actor.reference,
        act="version:replaced",
        thing=f"version:{version.id}",
        now=now,
        consultation=consultation.id,
        clauses=len(matches),
        new=len(made),
        doubtful=sum(match.doubtful for match in matches),
    )
    session.flush()
    return version


def _keys(matches: Sequence[Match], version: int, taken: set[str]) -> dict[int, str]:
    keys: dict[int, str] = {}
    for index, match in enumerate(matches):
        if match.existing is None:
            keys[index] = free_key(match.clause.key, version, taken)
            taken.add(keys[index])
    return keys


def _drop(
    session: Session,
    standing: Sequence[ClauseRow],
    kept: set[int],
    now: datetime,
) -> None:
    """Take out the texts of clauses that fall away; their edits let go of them first."""
    gone = [row for row in standing if row.clause_id not in kept]
    if not gone:
        return
    session.execute(
        update(Edit)
        .where(Edit.after_text_id.in_([row.text_id for row in gone]))
        .values(after_text_id=None, gone_at=now)
    )
    session.execute(delete(ClauseText).where(ClauseText.id.in_([row.text_id for row in gone])))
    session.expire_all()


def _write(
    session: Session,
    version: Version,
    clauses: Sequence[ParsedClause],
    ids: dict[str, int],
    standing: Sequence[ClauseRow],
) -> None:
    """Give each clause its new words and place."""
    if not clauses:
        return
    present = {row.clause_id: row for row in standing}
    language = standing[0].language if standing else version.languages[0]
    set_aside_positions(session, version.id, language)
    new = []
    for index, clause in enumerate(clauses, 1):
        values = text_row(
            clause,
            version_id=version.id,
            clause_id=ids[clause.key],
            language=language,
            kind=clause.kind,
            position=index * STEP,
            parent_id=ids[clause.parent] if clause.parent else None,
        )
        row = present.get(ids[clause.key])
        if row is None:
            new.append(values)
            continue
        # A form opened before the file came is stale where the file changed its clause.
        changed = any(values[name] != getattr(row, name) for name in WORDS)
        values["saved"] = row.saved + changed
        session.execute(update(ClauseText).where(ClauseText.id == row.text_id).values(**values))
    add_texts(session, new)
    session.expire_all()
