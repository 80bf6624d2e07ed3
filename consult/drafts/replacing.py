"""Replacing the next version by a whole revised file, so that each clause keeps its identity."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations import counters
from consult.consultations.models import Consultation
from consult.drafts import import_queries, queries
from consult.drafts.edits import Compared, moved_clauses, recalculate
from consult.drafts.errors import (
    NotPublishedYetError,
    NotTheAuthenticLanguageError,
    StalePreviewError,
)
from consult.drafts.import_queries import Plan
from consult.drafts.matching import Match
from consult.drafts.models import Clause, ClauseText, Edit, Version
from consult.drafts.phrases import told
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedDraft
from consult.drafts.revision import begin_next
from consult.drafts.translating import follow
from consult.drafts.writing import (
    STEP,
    WORDS,
    add_clauses,
    add_texts,
    free_key,
    same_places,
    taken_keys,
    text_row,
    writable,
)
from consult.kernel.actor import Actor

MOST_NAMES = 20  # identifiers by which one clause is known


def comparisons(plan: Plan) -> Compared:
    """The words that change in each clause that the file continues. Pure."""
    pairs = [(m.existing.text, m.clause.rendered.text) for m in plan.matches if m.existing]
    return {pair: list(told(*pair)) for pair in pairs if pair[0] != pair[1]}


def replace_text(
    session: Session,
    consultation: Consultation,
    parsed: ParsedDraft,
    plan: Plan,
    compared: Compared,
    *,
    actor: Actor,
    now: datetime,
) -> Version:
    """Write the next version from a whole file, each clause as it was planned before this act.

    `compared` is `comparisons(plan)`, made before the act as well: it takes the longest. A clause
    still in doubt becomes a new one. Begins the next version where there is none. Raises
    StalePreviewError where the text is another one than the plan was made from.
    """
    counters.hold(session, consultation.id)
    version = queries.next_version(session, consultation.id)
    if import_queries.fingerprint(session, version) != plan.basis:
        raise StalePreviewError
    if version is None:
        version = begin_next(session, consultation, actor=actor, now=now)
    version, draft = writable(session, version.id)
    base = queries.base_of(session, version)
    if base is None:
        raise NotPublishedYetError
    if base.id != plan.base_id:
        raise StalePreviewError
    language = parsed.language
    if language != draft.language:
        raise NotTheAuthenticLanguageError
    standing = queries.clauses(session, version.id, language)
    keys = _keys(plan.matches, version.number, taken_keys(session, draft.id))
    known_as = {key: plan.matches[place].clause.ids for place, key in keys.items()}
    made = add_clauses(session, draft.id, list(keys.values()), known_as)
    ids = {
        match.clause.key: match.existing.clause_id if match.existing else made[keys[place]]
        for place, match in enumerate(plan.matches)
    }
    _learn_names(session, plan.matches)
    _drop(session, standing, set(ids.values()), now)
    _write(session, version, parsed, ids, standing)
    if parsed.title:
        version.title = {**version.title, language: parsed.title}
    recalculate(session, version, now=now, compared=compared)
    counters.decided(session, consultation.id)
    log.record(
        session,
        actor=actor.reference,
        act="version:replaced",
        thing=f"version:{version.id}",
        now=now,
        consultation=consultation.id,
        clauses=len(plan.matches),
        new=len(made),
        doubtful=len(plan.open),
    )
    session.flush()
    return version


def _keys(matches: Sequence[Match], version: int, taken: set[str]) -> dict[int, str]:
    keys: dict[int, str] = {}
    for place, match in enumerate(matches):
        if match.existing is None:
            keys[place] = free_key(match.clause.key, version, taken)
            taken.add(keys[place])
    return keys


def _learn_names(session: Session, matches: Sequence[Match]) -> None:
    """Remember the identifiers by which this file knows the clauses it continues."""
    said = {m.existing.clause_id: m.clause.ids for m in matches if m.existing and m.clause.ids}
    if not said:
        return
    rows = session.execute(
        select(Clause.id, Clause.key, Clause.guid, Clause.known_as).where(Clause.id.in_(list(said)))
    )
    learned = []
    for row in rows:
        known = row.known_as or []
        new = [one for one in said[row.id] if one not in {*known, row.key, row.guid}]
        if new:
            learned.append({"wanted": row.id, "names": [*known, *new][-MOST_NAMES:]})
    if learned:
        session.connection().execute(
            update(Clause)
            .where(Clause.id == bindparam("wanted"))
            .values(known_as=bindparam("names")),
            learned,
        )
        session.expire_all()


def _drop(
    session: Session,
    standing: Sequence[ClauseRow],
    kept: set[int],
    now: datetime,
) -> None:
    """Take out clauses that fall away, in all languages; their edits let go of them first."""
    gone = [row for row in standing if row.clause_id not in kept]
    if not gone:
        return
    session.execute(
        update(Edit)
        .where(Edit.after_text_id.in_([row.text_id for row in gone]))
        .values(after_text_id=None, gone_at=now)
    )
    session.execute(
        delete(ClauseText).where(
            ClauseText.version_id == gone[0].version_id,
            ClauseText.clause_id.in_([row.clause_id for row in gone]),
        )
    )
    session.expire_all()


def _write(
    session: Session,
    version: Version,
    parsed: ParsedDraft,
    ids: Mapping[str, int],
    standing: Sequence[ClauseRow],
) -> None:
    """Give each clause its new words and place; what stays as it is is not touched.

    Translations get the same places, and are behind where the words changed.
    """
    present = {row.clause_id: row for row in standing}
    order = [ids[clause.key] for clause in parsed.clauses]
    places = _places(standing, order)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    rewritten: list[int] = []
    for clause in parsed.clauses:
        clause_id = ids[clause.key]
        values = text_row(
            clause,
            version_id=version.id,
            clause_id=clause_id,
            language=parsed.language,
            kind=clause.kind,
            position=places[clause_id],
            parent_id=ids[clause.parent] if clause.parent else None,
        )
        row = present.get(clause_id)
        if row is None:
            new.append(values)
        elif any(values[name] != getattr(row, name) for name in _MAY_CHANGE):
            # A form opened before the file came is stale where the file changed its clause.
            words = any(values[name] != getattr(row, name) for name in WORDS)
            values["saved"] = row.saved + words
            changed.append({"wanted": row.text_id, **{name: values[name] for name in _WRITTEN}})
            rewritten += [clause_id] if words else []
    _put(session, changed)
    add_texts(session, new)
    session.expire_all()
    same_places(session, version, parsed.language)
    follow(session, version, rewritten)


_MAY_CHANGE = ("kind", "position", "parent_id", *WORDS)
_WRITTEN = (*_MAY_CHANGE, "saved")


def _put(session: Session, changed: Sequence[dict[str, Any]]) -> None:
    """Rewrite clause texts, through negative positions: these are unique at every moment."""
    if not changed:
        return
    session.execute(
        update(ClauseText)
        .where(ClauseText.id.in_([row["wanted"] for row in changed]))
        .values(position=-ClauseText.position),
        execution_options={"synchronize_session": False},
    )
    session.connection().execute(
        update(ClauseText)
        .where(ClauseText.id == bindparam("wanted"))
        .values({name: bindparam(name) for name in _WRITTEN}),
        changed,
    )


def _places(standing: Sequence[ClauseRow], order: Sequence[int]) -> dict[int, int]:
    """The positions of clauses in a new order; those that stay in order keep theirs.

    What comes between two of them gets a place in the gap; where the gap is too small, all are
    numbered anew.
    """
    moved = moved_clauses([row.clause_id for row in standing], order)
    fixed = {row.clause_id: row.position for row in standing if row.clause_id not in moved}
    places: dict[int, int] = {}
    last, waiting = 0, []
    for clause_id in order:
        if clause_id not in fixed:
            waiting.append(clause_id)
            continue
        gap = (fixed[clause_id] - last) // (len(waiting) + 1)
        if gap < 1:
            return {one: index * STEP for index, one in enumerate(order, 1)}
        places |= {one: last + gap * at for at, one in enumerate(waiting, 1)}
        last, waiting = fixed[clause_id], []
        places[clause_id] = last
    places |= {one: last + STEP * at for at, one in enumerate(waiting, 1)}
    return places
