"""Carrying anchors over to a new version, in batches, while that version is being published.

Comparing wordings takes far longer than storing what came of it, so a batch is worked out before
its act (`Placer.work_out`) and only stored inside it (`store`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from consult.drafts import queries
from consult.drafts.anchors import (
    Carried,
    Carrier,
    count_words,
    divided,
    moved_to,
    passage,
    torn,
)
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
from consult.drafts.passages import Passages
from consult.drafts.queries import ClauseRow
from consult.drafts.strays import Strays
from consult.kernel.inserting import conflict_insert
from consult.kernel.release import visible

BATCH = 1_000
MOST = 0.6  # of the words of several sentences, to be shown where these went


@dataclass(frozen=True)
class _Place:
    """Where an anchor stands before it is carried: words of a clause text, and how it got there."""

    anchor: Anchor
    version_id: int
    clause_id: int
    start: int
    end: int
    state: str


@dataclass(frozen=True)
class Placed:
    """A batch that was worked out: rows to be stored, and the id of its last anchor."""

    rows: list[dict[str, Any]]
    last: int


class Texts:
    """Clause texts of the versions concerned, and one comparison per pair of wordings."""

    def __init__(self) -> None:
        self._versions: dict[tuple[int, str], dict[int, ClauseRow]] = {}
        self._carriers: dict[tuple[int, int], Carrier] = {}
        self._strays: dict[tuple[int, int], Strays] = {}
        self._passages: dict[int, Passages] = {}

    def passages(self, rows: dict[int, ClauseRow]) -> Passages:
        """A version's whole text, in which words are looked for."""
        if id(rows) not in self._passages:
            self._passages[id(rows)] = Passages({i: row.text for i, row in rows.items()})
        return self._passages[id(rows)]

    def strays(self, old: dict[int, ClauseRow], new: dict[int, ClauseRow]) -> Strays:
        """The sentences that stand in one of two versions only, compared once."""
        key = (id(old), id(new))
        if key not in self._strays:
            self._strays[key] = Strays(
                {i: row.text for i, row in old.items()}, {i: row.text for i, row in new.items()}
            )
        return self._strays[key]

    def version(self, session: Session, version_id: int, language: str) -> dict[int, ClauseRow]:
        key = (version_id, language)
        if key not in self._versions:
            rows = queries.clauses(session, version_id, language)
            self._versions[key] = {row.clause_id: row for row in rows}
        return self._versions[key]

    def carrier(self, before: ClauseRow, after: ClauseRow) -> Carrier:
        key = (before.text_id, after.text_id)
        if key not in self._carriers:
            self._carriers[key] = Carrier(before.text, after.text)
        return self._carriers[key]


class Placer:
    """Works out where anchors go in one version, whose words nobody may change meanwhile.

    What it read and compared serves all batches.
    """

    def __init__(self, session: Session, version_id: int) -> None:
        version = session.get_one(Version, version_id)
        self._version_id, self._number = version.id, version.number
        self._draft_id, self._languages = version.draft_id, list(version.languages)
        self._successors = _successors(session, version_id)
        self._texts = Texts()

    def work_out(self, session: Session, *, after: int, limit: int = BATCH) -> Placed | None:
        """Where the next anchors (by id, behind `after`) go; None when none is left. Writes nothing."""
        anchors = session.scalars(
            select(Anchor)
            .join(Version, Version.id == Anchor.version_id)
            .where(
                Version.draft_id == self._draft_id,
                Version.number < self._number,
                Anchor.language.in_(self._languages),
                Anchor.id > after,
            )
            .order_by(Anchor.id)
            .limit(min(limit, BATCH))
        ).all()
        if not anchors:
            return None
        places = _places(session, anchors, self._number)
        return Placed([self._row(session, place) for place in places], anchors[-1].id)

    def _row(self, session: Session, place: _Place) -> dict[str, Any]:
        language = place.anchor.language
        clause_id, carried = carry_over(
            place,
            self._texts,
            self._texts.version(session, place.version_id, language),
            self._texts.version(session, self._version_id, language),
            self._successors.get(place.clause_id, []),
        )
        return {
            "anchor_id": place.anchor.id,
            "version_id": self._version_id,
            "language": language,
            "clause_id": clause_id,
            "state": carried.state,
            "start": carried.start,
            "end": carried.end,
            "placed_by": None,
        }


def _places(session: Session, anchors: Sequence[Anchor], number: int) -> list[_Place]:
    """Where each anchor stands in the version before, or where it last was."""
    newest: dict[int, Placement] = {}
    for placement in session.scalars(
        select(Placement)
        .join(Version, Version.id == Placement.version_id)
        .where(
            Placement.anchor_id.in_([anchor.id for anchor in anchors]),
            Version.number < number,
            visible(Placement.release_id),
            # What a person said is not in the text any more stays so.
            or_(
                Placement.start.is_not(None),
                and_(Placement.placed_by.is_not(None), Placement.state == DELETED),
            ),
        )
        .order_by(Version.number)
    ):
        newest[placement.anchor_id] = placement
    return [_place(anchor, newest.get(anchor.id)) for anchor in anchors]


def _place(anchor: Anchor, placed: Placement | None) -> _Place:
    if placed is not None and placed.state == DELETED:
        return _Place(anchor, placed.version_id, 0, 0, 0, DELETED)
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
    place: _Place,
    texts: Texts,
    old: dict[int, ClauseRow],
    new: dict[int, ClauseRow],
    successors: Sequence[int],
) -> tuple[int | None, Carried]:
    """The clause and the span at which an anchor of the version `old` stands in `new`."""
    if place.state == DELETED:
        return None, Carried(DELETED)
    if place.clause_id not in old:
        return None, Carried(UNCLEAR)
    carry = _Carry(texts, old, new, successors)
    clause_id, carried = carry.words(place.clause_id, place.start, place.end)
    if not carried.found:
        found = carry.sentences(place.clause_id, place.start, place.end)
        clause_id, carried = found or (clause_id, carried)
    if clause_id == place.clause_id:
        carried = _since_written(place, carried, new[clause_id])
    return clause_id, carried


_Piece = tuple[int, tuple[int, int]]  # how many words were said, and where they stand now


@dataclass(frozen=True)
class _Carry:
    """From one version to another, with what is known of the clause that is spoken about."""

    texts: Texts
    old: dict[int, ClauseRow]
    new: dict[int, ClauseRow]
    successors: Sequence[int]

    def words(self, clause_id: int, start: int, end: int) -> tuple[int | None, Carried]:
        """Where words went as a whole."""
        before, after = self.old[clause_id], self.new.get(clause_id)
        if after is not None:
            carried = self.texts.carrier(before, after).carry(start, end)
            if carried.state != DELETED:
                return clause_id, carried
        elsewhere = self._elsewhere(clause_id, start, end)
        if elsewhere is None:
            strays = self.texts.strays(self.old, self.new)
            elsewhere = strays.carry(clause_id, before.text, start, end)
        if elsewhere is not None:
            return elsewhere
        return clause_id if after else None, Carried(DELETED)

    def sentences(self, clause_id: int, start: int, end: int) -> tuple[int, Carried] | None:
        """Where most words of several sentences went that did not stay together."""
        text = self.old[clause_id].text
        parts = [span for span in divided(text, start, end) if count_words(text, *span)]
        if len(parts) < 2:
            return None
        found: dict[int, list[_Piece]] = {}
        for part in parts:
            to, carried = self.words(clause_id, *part)
            if to is not None and carried.start is not None and carried.end is not None:
                weight = count_words(text, *part)
                found.setdefault(to, []).append((weight, (carried.start, carried.end)))
        said = count_words(text, start, end)
        for to, all_here in found.items():
            here = self._together(to, all_here, said)
            if sum(weight for weight, _ in here) >= MOST * said:
                return to, Carried(EDITED, here[0][1][0], here[-1][1][1])
        return None

    def _together(self, clause_id: int, pieces: list[_Piece], said: int) -> list[_Piece]:
        """What a clause has of a passage, where it stands in one place; else the longest piece."""
        start, end = min(s for _, (s, _) in pieces), max(e for _, (_, e) in pieces)
        in_order = pieces == sorted(pieces, key=lambda piece: piece[1])
        if in_order and not torn(said, count_words(self.new[clause_id].text, start, end)):
            return pieces
        return [max(pieces)]

    def _elsewhere(self, clause_id: int, start: int, end: int) -> tuple[int, Carried] | None:
        """Another clause that now has exactly these words, where there can be no doubt.

        What they are recognised by must have left one place and come to one other; where it stands in
        the same clause before and after, it has stayed there. An official's record that the clause
        was split, joined or moved narrows the search.
        """
        text = self.old[clause_id].text
        known = passage(text, start, end)
        if known is None:
            return None
        words = text[slice(*known)]
        stood = self.texts.passages(self.old).count(words)
        stands = self.texts.passages(self.new).count(words)
        # What is in both has stayed; counters drop what comes to nought.
        left, came = stood - stands, stands - stood
        if left.total() != 1 or left[clause_id] != 1 or came.total() != 1:
            return None
        to = next(iter(came))
        successors = self.successors
        if successors and to not in successors and any(one in self.new for one in successors):
            return None
        span = moved_to(text, self.new[to].text, start, end)
        return None if span is None else (to, Carried(MOVED, *span))


def _since_written(place: _Place, carried: Carried, after: ClauseRow) -> Carried:
    """The state as the person who wrote the comment sees it: against the words they chose."""
    if not carried.found or carried.state == MOVED:
        return carried
    if after.text[carried.start : carried.end] != place.anchor.exact:
        return Carried(EDITED, carried.start, carried.end)
    moved = place.state == MOVED or place.clause_id != place.anchor.clause_id
    return Carried(MOVED if moved else UNCHANGED, carried.start, carried.end)


def store(session: Session, placed: Placed, *, release_id: int | None) -> None:
    """Write placements down, inside an act. Repeating it changes nothing.

    Those of an abandoned release are taken over by this one; what a person placed stays.
    """
    statement = conflict_insert(session.get_bind(), Placement)
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
    # What is returned has SQLAlchemy send all rows in one statement, and hold the lock for less.
    rows = [{**row, "release_id": release_id} for row in placed.rows]
    session.connection().execute(statement.returning(table.c.id), rows)
