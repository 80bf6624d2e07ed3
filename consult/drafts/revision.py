"""Writing the next version, clause by clause. Nothing here is public before it is published."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy import insert as insert_rows
from sqlalchemy import literal, select, update
from sqlalchemy.orm import Session

from consult.consultations import counters
from consult.consultations.models import Consultation
from consult.drafts import queries
from consult.drafts.edits import recalculate
from consult.drafts.errors import (
    ClauseGoneError,
    ClauseMoveError,
    EditGoneError,
    EmptyGroundError,
    NextVersionExistsError,
    NotPublishedYetError,
    StaleClauseError,
)
from consult.drafts.models import ClauseText, Draft, Edit, Version
from consult.drafts.numbering import CHAPTER, CLAUSE, read_number
from consult.drafts.queries import ClauseRow
from consult.drafts.translating import follow
from consult.drafts.writing import (
    STEP,
    WORDS,
    Wording,
    add_clauses,
    add_texts,
    free_key,
    record,
    refuse_while_publishing,
    reorder,
    same_places,
    taken_keys,
    text_row,
    wording,
    writable,
)
from consult.kernel.actor import Actor
from consult.kernel.db import Texts

__all__ = [
    "Wording",
    "amend",
    "begin_next",
    "delete",
    "insert",
    "move",
    "restore",
    "state_ground",
    "wording",
]

_COPIED = (
    "clause_id",
    "language",
    "kind",
    "position",
    "parent_id",
    "number",
    "heading",
    "source",
    "html",
    "text",
    "follows",
    # A form that was made from the version before is seen to be stale.
    "saved",
)


def begin_next(
    session: Session, consultation: Consultation, *, actor: Actor, now: datetime
) -> Version:
    """Begin the next version as a copy of the newest published one.

    Raises NotPublishedYetError without one, NextVersionExistsError when it was begun before,
    BeingPublishedError while answers are being published (beginning would stop them).
    """
    counters.hold(session, consultation.id)
    draft = session.scalar(
        select(Draft).where(Draft.consultation_id == consultation.id).with_for_update()
    )
    current = queries.current_version(session, consultation.id)
    if draft is None or current is None:
        raise NotPublishedYetError
    refuse_while_publishing(session, consultation.id)
    if queries.next_version(session, consultation.id) is not None:
        raise NextVersionExistsError
    version = Version(
        draft_id=draft.id,
        number=current.number + 1,
        title=dict(current.title),
        languages=list(current.languages),
        created_at=now,
        created_by=actor.user_id,
    )
    session.add(version)
    session.flush()
    columns = [getattr(ClauseText, name) for name in _COPIED]
    session.execute(
        insert_rows(ClauseText).from_select(
            ["version_id", *_COPIED],
            select(literal(version.id), *columns).where(ClauseText.version_id == current.id),
        )
    )
    record(session, version, "version:begun", consultation.id, None, actor=actor, now=now)
    return version


def amend(
    session: Session,
    version: Version,
    clause_id: int,
    language: str,
    *,
    words: Wording,
    saved: int,
    actor: Actor,
    now: datetime,
) -> ClauseText:
    """Give a clause other words. `saved` is the count that the form was made from. The language is
    the authentic one: translations have a verb of their own (`translating.translate`).

    Raises StaleClauseError when somebody else saved other words meanwhile, ClauseGoneError when it
    was deleted.
    """
    version, draft = writable(session, version.id)
    row = session.scalar(
        select(ClauseText)
        .where(
            ClauseText.version_id == version.id,
            ClauseText.clause_id == clause_id,
            ClauseText.language == language,
        )
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise ClauseGoneError
    if row.saved != saved and not _is(row, row.kind, words):
        raise StaleClauseError
    changed = (row.heading, row.text) != (words.heading, words.rendered.text)
    _put_words(row, words)
    session.flush()
    if changed:
        follow(session, version, [clause_id])
    recalculate(session, version, now=now, only=[clause_id])
    record(
        session, version, "clause:amended", draft.consultation_id, clause_id, actor=actor, now=now
    )
    return row


def _put_words(row: ClauseText, words: Wording) -> None:
    row.number, row.heading = words.number, words.heading
    row.source, row.html = words.rendered.source, words.rendered.html
    row.text = words.rendered.text
    row.saved += 1


def insert(
    session: Session,
    version: Version,
    language: str,
    *,
    words: Wording,
    after: int | None,
    kind: str = CLAUSE,
    actor: Actor,
    now: datetime,
) -> ClauseText:
    """Put a new clause (or chapter) behind another; `after=None` puts it first. Where just this one
    stands already, it was sent twice, and is not inserted again."""
    version, draft = writable(session, version.id)
    rows = queries.clauses(session, version.id, language)
    index = _index(rows, after) + 1 if after is not None else 0
    if index < len(rows) and _is(rows[index], kind, words):
        return session.get_one(ClauseText, rows[index].text_id)
    before = rows[index - 1] if index else None
    key = _new_key(words.number, kind)
    key = free_key(key, version.number, taken_keys(session, draft.id))
    clause_id = add_clauses(session, draft.id, [key])[key]
    parent = None
    if kind == CLAUSE and before is not None:
        parent = before.clause_id if before.kind == CHAPTER else before.parent_id
    position = _between(session, version, language, rows, index)
    add_texts(
        session,
        [
            text_row(
                words,
                version_id=version.id,
                clause_id=clause_id,
                language=language,
                kind=kind,
                position=position,
                parent_id=parent,
            )
        ],
    )
    if kind == CHAPTER:
        _hang_below(session, version, language)
    same_places(session, version, language)
    recalculate(session, version, now=now)
    record(
        session, version, "clause:inserted", draft.consultation_id, clause_id, actor=actor, now=now
    )
    return session.scalars(
        select(ClauseText).where(
            ClauseText.version_id == version.id,
            ClauseText.clause_id == clause_id,
            ClauseText.language == language,
        )
    ).one()


def _is(row: ClauseText | ClauseRow, kind: str, words: Wording) -> bool:
    """Whether a clause says just these words."""
    said = (kind, words.number, words.heading, words.rendered.source)
    return (row.kind, row.number, row.heading, row.source) == said


def _new_key(number: str, kind: str) -> str:
    numbered = read_number(number)
    if numbered is not None:
        return numbered.key[:70]
    return "chp_nn" if kind == CHAPTER else "cl_nn"


def _index(rows: list[ClauseRow], clause_id: int) -> int:
    for index, row in enumerate(rows):
        if row.clause_id == clause_id:
            return index
    raise ClauseGoneError


def _between(
    session: Session, version: Version, language: str, rows: list[ClauseRow], index: int
) -> int:
    """A free position before the row at `index`; where there is none left, room is made."""
    low = rows[index - 1].position if index else 0
    high = rows[index].position if index < len(rows) else low + 2 * STEP
    if high - low >= 2:
        return (low + high) // 2
    reorder(session, version.id, language, [row.clause_id for row in rows])
    return index * STEP + STEP // 2


def _hang_below(session: Session, version: Version, language: str) -> None:
    """Hang each clause below the chapter before it; a preamble or an annex stands by itself."""
    chapter: int | None = None
    for row in queries.clauses(session, version.id, language):
        if row.kind == CHAPTER:
            chapter = row.clause_id
        elif row.parent_id != chapter and not (row.parent_id is None and _apart(row)):
            session.execute(
                update(ClauseText).where(ClauseText.id == row.text_id).values(parent_id=chapter)
            )


def _apart(row: ClauseRow) -> bool:
    return row.key.startswith(("preamble", "annex"))


def delete(
    session: Session, version: Version, clause_id: int, *, saved: int, actor: Actor, now: datetime
) -> None:
    """Leave a clause out of the next version, in all its languages. `saved` as in `amend`.

    A chapter goes alone: its clauses hang below the chapter before it.
    """
    version, draft = writable(session, version.id)
    rows = session.scalars(
        select(ClauseText)
        .where(ClauseText.version_id == version.id, ClauseText.clause_id == clause_id)
        .execution_options(populate_existing=True)
    ).all()
    # A translation that nobody has touched says nothing about the words that the official saw.
    authentic = next((row for row in rows if row.language == draft.language), None)
    if authentic is None:
        raise ClauseGoneError
    if authentic.saved != saved:
        raise StaleClauseError
    session.execute(
        update(ClauseText)
        .where(ClauseText.version_id == version.id, ClauseText.parent_id == clause_id)
        .values(parent_id=authentic.parent_id)
    )
    _detach_edits(session, version, clause_id, now)
    session.execute(delete_rows(ClauseText).where(ClauseText.id.in_([row.id for row in rows])))
    session.expire_all()
    if authentic.kind == CHAPTER:
        _hang_below(session, version, draft.language)
        same_places(session, version, draft.language)
    recalculate(session, version, now=now)
    record(
        session, version, "clause:deleted", draft.consultation_id, clause_id, actor=actor, now=now
    )


def _detach_edits(session: Session, version: Version, clause_id: int, now: datetime) -> None:
    session.execute(
        update(Edit)
        .where(Edit.version_id == version.id, Edit.clause_id == clause_id)
        .values(after_text_id=None, gone_at=now)
    )


def move(
    session: Session,
    version: Version,
    clause_id: int,
    *,
    after: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Put a clause (a chapter with all that hangs below it) behind another, in all languages.

    Raises ClauseMoveError for a place inside itself.
    """
    version, draft = writable(session, version.id)
    rows = queries.clauses(session, version.id, draft.language)
    moving = _with_all_below(rows, clause_id)
    if after in moving:
        raise ClauseMoveError
    staying = [row for row in rows if row.clause_id not in moving]
    index = _index(staying, after) + 1 if after is not None else 0
    order = [row.clause_id for row in staying]
    order[index:index] = [row.clause_id for row in rows if row.clause_id in moving]
    reorder(session, version.id, draft.language, order)
    _hang_below(session, version, draft.language)
    same_places(session, version, draft.language)
    recalculate(session, version, now=now)
    record(session, version, "clause:moved", draft.consultation_id, clause_id, actor=actor, now=now)


def _with_all_below(rows: list[ClauseRow], clause_id: int) -> set[int]:
    _index(rows, clause_id)
    moving = {clause_id}
    for row in rows:
        if row.parent_id in moving:
            moving.add(row.clause_id)
    return moving


def restore(
    session: Session,
    version: Version,
    clause_id: int,
    *,
    saved: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a clause back its words from the version before; a deleted one its place as well.

    `saved` as in `amend`: raises StaleClauseError where words would go that nobody has seen.
    """
    version, draft = writable(session, version.id)
    standing = queries.clause_text(session, version.id, clause_id, draft.language)
    if standing is not None and saved not in {None, standing.saved}:
        raise StaleClauseError
    base = queries.base_of(session, version)
    if base is None:
        raise NotPublishedYetError
    old = queries.clauses(session, base.id, draft.language)
    saved_now = _unused(session, draft)
    _put_back(session, version, old, old[_index(old, clause_id)], saved=saved_now)
    _hang_below(session, version, draft.language)
    for language in version.languages:
        translated = queries.clause_text(session, base.id, clause_id, language)
        if translated is not None and language != draft.language:
            rows = queries.clauses(session, base.id, language)
            _put_back(session, version, rows, translated, saved=saved_now)
    same_places(session, version, draft.language)
    follow(session, version, [clause_id])
    recalculate(session, version, now=now)
    record(
        session, version, "clause:restored", draft.consultation_id, clause_id, actor=actor, now=now
    )


def _unused(session: Session, draft: Draft) -> int:
    """A state that no clause of this draft ever had: each was saved in a decision of its own."""
    return session.get_one(Consultation, draft.consultation_id).decisions + 1


def _put_back(
    session: Session, version: Version, old: list[ClauseRow], source: ClauseRow, *, saved: int
) -> None:
    words = {name: getattr(source, name) for name in WORDS}
    present = session.execute(
        update(ClauseText)
        .where(
            ClauseText.version_id == version.id,
            ClauseText.clause_id == source.clause_id,
            ClauseText.language == source.language,
        )
        .values(**words, saved=ClauseText.saved + 1)
        .returning(ClauseText.id)
    ).scalar()
    if present is not None:
        session.expire_all()
        return
    rows = queries.clauses(session, version.id, source.language)
    standing = {row.clause_id: index for index, row in enumerate(rows)}
    earlier = [row.clause_id for row in old[: old.index(source)] if row.clause_id in standing]
    index = standing[earlier[-1]] + 1 if earlier else 0
    position = _between(session, version, source.language, rows, index)
    session.execute(
        insert_rows(ClauseText).values(
            version_id=version.id,
            clause_id=source.clause_id,
            language=source.language,
            kind=source.kind,
            position=position,
            parent_id=source.parent_id if source.parent_id in standing else None,
            **words,
            saved=saved,
        )
    )


def state_ground(
    session: Session,
    version: Version,
    edit_ids: Sequence[int],
    kind: str,
    ground: Texts,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """State why something changed that no comment asked for, of one edit or several of a version.

    `kind` is one of GROUND_KINDS. Raises PublishedError once the version is public,
    EmptyGroundError without words, and EditGoneError when one of the edits is no longer in the
    text: then it is stated of none.
    """
    version, draft = writable(session, version.id)
    clauses = session.scalars(
        update(Edit)
        .where(Edit.id.in_(list(edit_ids)), Edit.version_id == version.id, Edit.gone_at.is_(None))
        .values(ground_kind=kind, ground=_said(ground))
        .returning(Edit.clause_id)
        .execution_options(synchronize_session=False)
    ).all()
    if not edit_ids or len(clauses) != len(set(edit_ids)):
        raise EditGoneError
    session.expire_all()
    record(
        session,
        version,
        "edit:ground",
        draft.consultation_id,
        clauses[0] if len(set(clauses)) == 1 else None,
        actor=actor,
        now=now,
        edits=len(clauses),
    )


def _said(ground: Texts) -> Texts:
    said = {code: words.strip() for code, words in ground.items() if words.strip()}
    if not said:
        raise EmptyGroundError
    return said
