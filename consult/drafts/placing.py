"""Carrying anchors over to a new version, in batches, while that version is being published."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from consult.drafts import queries
from consult.drafts.anchors import Carried, Carrier, moved_to, passage
from consult.drafts.models import (
    DELETED,
    EDITED,
    MOVED,
    UNCHANGED,
    UNCLEAR,
    Anchor,
    ClauseSuccession,
    Placement,
    Version,
)
from consult.drafts.queries import ClauseRow
from consult.kernel.release import visible

BATCH = 1_000


@dataclass(frozen=True)
class _Place:
    """Where an anchor stands before it is carried: words of a clause text, and how it got there."""

    anchor: Anchor
    version_id: int
    clause_id: int
    start: int
    end: int
    state: str


class _Texts:
    """Clause texts of the versions concerned, and one comparison per pair of wordings."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._versions: dict[tuple[int, str], dict[int, ClauseRow]] = {}
        self._carriers: dict[tuple[int, int], Carrier] = {}

    def version(self, version_id: int, language: str) -> dict[int, ClauseRow]:
        key = (version_id, language)
        if key not in self._versions:
            rows = queries.clauses(self._session, version_id, language)
            self._versions[key] = {row.clause_id: row for row in rows}
        return self._versions[key]

    def carrier(self, before: ClauseRow, after: ClauseRow) -> Carrier:
        key = (before.text_id, after.text_id)
        if key not in self._carriers:
            self._carriers[key] = Carrier(before.text, after.text)
        return self._carriers[key]


def place_batch(
    session: Session, version_id: int, *, release_id: int | None, after: int, limit: int = BATCH
) -> int | None:
    """Carry the next anchors (by id, behind `after`) over to a version.

    Returns the last anchor's id, or None when none was left. Repeating a batch changes nothing;
    rows of an abandoned release are taken over by the new one; what a person placed stays.
    """
    version = session.get_one(Version, version_id)
    anchors = session.scalars(
        select(Anchor)
        .join(Version, Version.id == Anchor.version_id)
        .where(
            Version.draft_id == version.draft_id,
            Version.number < version.number,
            Anchor.language.in_(version.languages),
            Anchor.id > after,
        )
        .order_by(Anchor.id)
        .limit(min(limit, BATCH))
    ).all()
    if not anchors:
        return None
    texts = _Texts(session)
    successors = _successors(session, version_id)
    rows = [
        _row(place, carry_over(place, texts, version, successors), version, release_id)
        for place in _places(session, anchors, version)
    ]
    _store(session, rows)
    return anchors[-1].id


def _places(session: Session, anchors: Sequence[Anchor], version: Version) -> list[_Place]:
    """Where each anchor stands in the version before, or where it last was."""
    newest: dict[int, Placement] = {}
    for placement in session.scalars(
        select(Placement)
        .join(Version, Version.id == Placement.version_id)
        .where(
            Placement.anchor_id.in_([anchor.id for anchor in anchors]),
            Version.number < version.number,
            visible(Placement.release_id),
            Placement.start.is_not(None),
        )
        .order_by(Version.number)
    ):
        newest[placement.anchor_id] = placement
    return [_place(anchor, newest.get(anchor.id)) for anchor in anchors]


def _place(anchor: Anchor, placed: Placement | None) -> _Place:
    if placed is None or placed.start is None or placed.end is None or placed.clause_id is None:
        return _Place(
            anchor, anchor.version_id, anchor.clause_id, anchor.start, anchor.end, UNCHANGED
        )
    return _Place(
        anchor, placed.version_id, placed.clause_id, placed.start, placed.end, placed.state
    )


def _successors(session: Session, version_id: int) -> dict[int, list[int]]:
    """Clauses that came from others by a split, a join or a move, as an official recorded."""
    found: dict[int, list[int]] = {}
    for from_id, to_id in session.execute(
        select(ClauseSuccession.from_id, ClauseSuccession.to_id)
        .where(ClauseSuccession.version_id == version_id)
        .order_by(ClauseSuccession.id)
    ):
        found.setdefault(from_id, []).append(to_id)
    return found


def carry_over(
    place: _Place, texts: _Texts, version: Version, successors: dict[int, list[int]]
) -> tuple[int | None, Carried]:
    """The clause and the span at which an anchor stands in `version`."""
    language = place.anchor.language
    old = texts.version(place.version_id, language)
    new = texts.version(version.id, language)
    before = old.get(place.clause_id)
    if before is None:
        return None, Carried(UNCLEAR)
    after = new.get(place.clause_id)
    if after is not None:
        carried = texts.carrier(before, after).carry(place.start, place.end)
        if carried.state != DELETED:
            return place.clause_id, _since_written(place, carried, after)
    elsewhere = _elsewhere(place, before, old, new, successors.get(place.clause_id, []))
    if elsewhere is not None:
        return elsewhere
    return place.clause_id if after else None, Carried(DELETED)


def _since_written(place: _Place, carried: Carried, after: ClauseRow) -> Carried:
    """The state as the person who wrote the comment sees it: against the words they chose."""
    if not carried.found or carried.state == MOVED:
        return carried
    if after.text[carried.start : carried.end] != place.anchor.exact:
        return Carried(EDITED, carried.start, carried.end)
    moved = place.state == MOVED or place.clause_id != place.anchor.clause_id
    return Carried(MOVED if moved else UNCHANGED, carried.start, carried.end)


def _elsewhere(
    place: _Place,
    before: ClauseRow,
    old: dict[int, ClauseRow],
    new: dict[int, ClauseRow],
    successors: Sequence[int],
) -> tuple[int, Carried] | None:
    """Another clause that now has exactly these words, where there can be no doubt.

    What they are recognised by must stand once in the whole text before and once in the whole text after.
    An official's record that the clause was split, joined or moved narrows the search.
    """
    known = passage(before.text, place.start, place.end)
    if known is None:
        return None
    words = before.text[known[0] : known[1]]
    candidates = [new[clause_id] for clause_id in successors if clause_id in new]
    for row in candidates or new.values():
        span = moved_to(before.text, row.text, place.start, place.end)
        if span is None:
            continue
        once_before = sum(other.text.count(words) for other in old.values()) == 1
        once_after = sum(other.text.count(words) for other in new.values()) == 1
        if once_before and once_after:
            return row.clause_id, Carried(MOVED, *span)
    return None


def _row(
    place: _Place, found: tuple[int | None, Carried], version: Version, release_id: int | None
) -> dict[str, Any]:
    clause_id, carried = found
    return {
        "anchor_id": place.anchor.id,
        "version_id": version.id,
        "language": place.anchor.language,
        "clause_id": clause_id,
        "state": carried.state,
        "start": carried.start,
        "end": carried.end,
        "placed_by": None,
        "release_id": release_id,
    }


def _store(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write placements; those of another release are replaced, a person's are left alone."""
    engine = session.get_bind().dialect.name
    insert = postgresql.insert if engine == "postgresql" else sqlite.insert
    statement = insert(Placement).values(list(rows))
    new = statement.excluded
    table = Placement.__table__
    statement = statement.on_conflict_do_update(
        index_elements=["anchor_id", "version_id", "language"],
        set_={name: new[name] for name in ("clause_id", "state", "start", "end", "release_id")},
        where=and_(
            table.c.placed_by.is_(None),
            or_(
                table.c.release_id.is_distinct_from(new.release_id),
                table.c.release_id.is_(None),
            ),
        ),
    )
    session.execute(statement)
