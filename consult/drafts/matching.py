"""Which clause of a revised file is which clause of the text before. Pure.

By the identifiers in the file, by words, number and heading, and for chapters by what stands in them. What
speaks for two clauses, or for one too weakly, is doubtful: an official is asked, because a
comment on the wrong clause is worse than one on a deleted clause.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from consult.drafts.likeness import MARGIN, MIN_LIKENESS, Likeness
from consult.drafts.numbering import CHAPTER
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedClause, fold

# Two clauses at least so alike are asked about; less alike ones are not the same clause.
ASKED = 0.4
# Clauses with fewer characters may say the same by chance.
TELLING = 40
MOST_CANDIDATES = 4
# So many identifiers that stand at other words, and more of these than of the others, follow the
# order of the text and not its clauses: they say nothing.
MISPLACED_IDS = 5


@dataclass(frozen=True)
class Match:
    """A clause of the file and the clause that it continues; None: a new one, or a doubtful one.

    `candidates` are what a doubtful one may continue, the likeliest first. `decided` is what an
    official said.
    """

    clause: ParsedClause
    existing: ClauseRow | None
    candidates: tuple[ClauseRow, ...] = ()
    decided: bool = False

    @property
    def doubtful(self) -> bool:
        return bool(self.candidates)


@dataclass(frozen=True)
class Matching:
    """All clauses of the file, in its order, and whether its identifiers were of no use."""

    matches: list[Match]
    ids_ignored: bool = False


Names = Mapping[int, Iterable[str]]


def match_clauses(
    existing: Sequence[ClauseRow], new: Sequence[ParsedClause], names: Names | None = None
) -> Matching:
    """Pair the clauses of a revised file with those that stand.

    `names` are the identifiers by which each clause (by its id) is known.
    """
    pairing = _Pairing(existing, new)
    pairing.follow_decisions()
    pairing.claim(names or {})
    pairing.pair_same_words()
    pairing.compare_the_rest()
    pairing.pair_claims()
    pairing.pair_number_and_heading()
    pairing.pair_repeated_words()
    pairing.compare_the_rest()
    pairing.pair_same_number()
    pairing.pair_alike()
    pairing.pair_chapters()
    pairing.ask_about_the_rest()
    return Matching(pairing.matches(), pairing.ids_ignored)


Keyed = Callable[[ClauseRow | ParsedClause], Hashable]


def _text(clause: ClauseRow | ParsedClause) -> str:
    return clause.text if isinstance(clause, ClauseRow) else clause.rendered.text


def _words(clause: ClauseRow | ParsedClause) -> Hashable:
    return (clause.kind, fold(clause.heading), _text(clause)) if _text(clause) else None


def _words_alone(clause: ClauseRow | ParsedClause) -> Hashable:
    return (clause.kind, _text(clause)) if len(_text(clause)) >= TELLING else None


def _number_and_heading(clause: ClauseRow | ParsedClause) -> Hashable:
    both = clause.number and clause.heading
    return (clause.kind, fold(clause.number), fold(clause.heading)) if both else None


def _number(clause: ClauseRow | ParsedClause) -> Hashable:
    return (clause.kind, fold(clause.number)) if clause.number else None


def _heading(clause: ClauseRow | ParsedClause) -> Hashable:
    return (clause.kind, fold(clause.heading)) if clause.heading else None


class _Pairing:
    """What is paired so far, what is doubtful, and what is still free on both sides."""

    def __init__(self, existing: Sequence[ClauseRow], new: Sequence[ParsedClause]) -> None:
        self.existing = existing
        self.new = new
        self.rows = {row.clause_id: row for row in existing}
        # By place in the file → clause id.
        self.chosen: dict[int, int] = {}
        self.doubts: dict[int, list[int]] = {}
        self.decided: set[int] = set()
        self.taken: set[int] = set()
        # Clauses about which there is a doubt: nothing else gets them for certain.
        self.contested: set[int] = set()
        self.claims: dict[int, int] = {}
        self.ids_ignored = False
        self.like = Likeness(existing, new)

    def matches(self) -> list[Match]:
        """The outcome; who has lost all candidates to others is new."""
        return [
            Match(
                clause,
                self.rows.get(self.chosen.get(place, 0)),
                tuple(
                    self.rows[row]
                    for row in dict.fromkeys(self.doubts.get(place, ()))
                    if row not in self.taken
                )[:MOST_CANDIDATES],
                place in self.decided,
            )
            for place, clause in enumerate(self.new)
        ]

    def open(self) -> list[int]:
        """The places about which nothing is known yet."""
        known = self.chosen.keys() | self.doubts.keys() | self.decided
        return [place for place in range(len(self.new)) if place not in known]

    def free(self) -> list[int]:
        """The clauses that nothing continues yet, those in doubt too."""
        return [row for row in self.rows if row not in self.taken]

    def choose(self, place: int, row: int) -> None:
        if row in self.contested:
            self.doubt(place, [row])
            return
        self.chosen[place] = row
        self.taken.add(row)

    def doubt(self, place: int, rows: Iterable[int]) -> None:
        self.doubts[place] = list(rows)
        self.contested.update(self.doubts[place])

    def groups(self, key: Keyed) -> Iterator[tuple[list[int], list[int]]]:
        """Open places and free clauses that share a key."""
        old_by: dict[Hashable, list[int]] = {}
        for row in self.free():
            old_by.setdefault(key(self.rows[row]), []).append(row)
        new_by: dict[Hashable, list[int]] = {}
        for place in self.open():
            new_by.setdefault(key(self.new[place]), []).append(place)
        for name, places in new_by.items():
            if name is not None and name in old_by:
                yield places, old_by[name]

    def unique(self, key: Keyed) -> list[tuple[int, int]]:
        """Pairs whose key stands once on each side."""
        groups = self.groups(key)
        return [(new[0], old[0]) for new, old in groups if len(new) == len(old) == 1]

    def follow_decisions(self) -> None:
        """What an official said; a clause that was given away twice is asked about again."""
        by_key = {row.key: row.clause_id for row in self.existing}
        for place, clause in enumerate(self.new):
            if clause.continues is None or (clause.continues and clause.continues not in by_key):
                continue
            row = by_key.get(clause.continues)
            if row is not None and row in self.taken:
                self.doubts[place] = [row]
                self.taken.discard(row)
                self.contested.add(row)
                first = next(p for p, chosen in self.chosen.items() if chosen == row)
                self.doubts[first] = [self.chosen.pop(first)]
                self.decided.discard(first)
                continue
            self.decided.add(place)
            if row is not None:
                self.choose(place, row)

    def claim(self, names: Names) -> None:
        """Which clause each place names by an identifier that no other place names."""
        by_name: dict[str, set[int]] = {}
        for row, known in names.items():
            for name in known if row in self.rows else ():
                by_name.setdefault(name, set()).add(row)
        claimed: dict[int, list[int]] = {}
        for place in self.open():
            named = {row for one in self.new[place].ids for row in by_name.get(one, ())}
            same = [row for row in named if self.rows[row].kind == self.new[place].kind]
            if len(same) == 1:
                claimed.setdefault(same[0], []).append(place)
        self.claims = {
            places[0]: row
            for row, places in claimed.items()
            if len(places) == 1 and row not in self.taken
        }

    def pair_same_words(self) -> None:
        """The same words once on both sides; an identifier that says otherwise makes a doubt."""
        for key in (_words, _words_alone):
            pairs = self.unique(key)
            claimants = {row: place for place, row in self.claims.items()}
            against = [
                (place, row)
                for place, row in pairs
                if self.claims.get(place, row) != row or claimants.get(row, place) != place
            ]
            if len(against) >= MISPLACED_IDS and 2 * len(against) > len(self.claims):
                self.claims, against, self.ids_ignored = {}, [], True
            for place, row in against:
                named = [self.claims[place]] if place in self.claims else []
                self.doubt(place, [row, *named])
                other = claimants.get(row)
                if other is not None and other not in self.doubts:
                    self.doubt(other, [row])
            for place, row in pairs:
                if place not in self.doubts:
                    self.choose(place, row)

    def compare_the_rest(self) -> None:
        """Look for likeness only among what is still free."""
        self.like.look_among(self.free())

    def pair_claims(self) -> None:
        """What an identifier says, where the words do not speak for another clause."""
        for place, row in self.claims.items():
            if place in self.chosen or place in self.doubts:
                continue
            if row in self.taken:
                continue  # its words stand elsewhere, where nothing else is known of them
            self._choose_unless_contradicted(place, row)

    def pair_number_and_heading(self) -> None:
        """The same number and heading: amended, unless the words speak for another clause."""
        for place, row in self.unique(_number_and_heading):
            self._choose_unless_contradicted(place, row)

    def _choose_unless_contradicted(self, place: int, row: int) -> None:
        own = self.like.score(place, row)
        better = [] if own >= MIN_LIKENESS else self._clearly_better(place, row, own)
        if better:
            self.doubt(place, [*better, row])
        else:
            self.choose(place, row)

    def _clearly_better(self, place: int, row: int, own: float) -> list[int]:
        """Clauses that a place is more like; or this one, if another place is more like it."""
        least = max(MIN_LIKENESS, own + MARGIN)
        free = set(self.free())
        rivals = [one for one in self.like.candidates(place) if one in free and one != row]
        found = [one for one in rivals if self.like.score(place, one) >= least]
        if not found:
            others = (p for p in self.like.places(row, self.open()) if p != place)
            if any(self.like.score(other, row) >= least for other in others):
                return [row]
        return sorted(found, key=lambda one: -self.like.score(place, one))

    def pair_repeated_words(self) -> None:
        """The same words several times: by their numbers, then in order where none came or went."""
        for places, rows in list(self.groups(_words)):
            numbers = {fold(self.rows[row].number): row for row in rows}
            for place in places:
                row = numbers.get(fold(self.new[place].number))
                if self.new[place].number and row is not None and row not in self.taken:
                    self.choose(place, row)
            left = [place for place in places if place not in self.chosen]
            free = [row for row in rows if row not in self.taken]
            for at, place in enumerate(left):
                if len(left) == len(free):
                    self.choose(place, free[at])
                elif free:
                    self.doubt(place, free)

    def pair_same_number(self) -> None:
        """The same number, and the same heading or words that are like no other clause's."""
        for place, row in self.unique(_number):
            clause, former = self.new[place], self.rows[row]
            if clause.kind == CHAPTER:
                continue
            same = bool(clause.heading) and fold(clause.heading) == fold(former.heading)
            own = self.like.score(place, row)
            clear = own >= MIN_LIKENESS and own >= self._best_other(place, row) + MARGIN
            if same or clear:
                self.choose(place, row)

    def _best_other(self, place: int, row: int) -> float:
        free = set(self.free())
        others = (one for one in self.like.candidates(place) if one in free and one != row)
        return max((self.like.score(place, one) for one in others), default=0.0)

    def pair_alike(self) -> None:
        """By likeness alone, the most alike first, each clearly more alike than any other."""
        places = [p for p in self.open() if self.new[p].kind != CHAPTER]
        free = set(self.free())
        scores = {
            (place, row): self.like.score(place, row)
            for place in places
            for row in self.like.candidates(place)
            if row in free
        }
        of_place: dict[int, list[int]] = {}
        of_row: dict[int, list[int]] = {}
        for place, row in scores:
            of_place.setdefault(place, []).append(row)
            of_row.setdefault(row, []).append(place)
        for (place, row), score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])):
            known = place in self.chosen or place in self.doubts
            if score < MIN_LIKENESS or known or row in self.taken:
                continue
            near = [
                one
                for one in of_place[place]
                if one not in self.taken and scores[place, one] > score - MARGIN
            ]
            rivals = [
                p for p in of_row[row] if p not in self.chosen and scores[p, row] > score - MARGIN
            ]
            if near == [row] and rivals == [place]:
                self.choose(place, row)
            else:
                self.doubt(place, sorted(near, key=lambda one: -scores[place, one]))

    def pair_chapters(self) -> None:
        """Chapters by what stands in them, then by heading, then by number."""
        inside = self._inside()
        for place in [p for p in self.open() if self.new[p].kind == CHAPTER]:
            shares = {
                row: share
                for row, share in inside.get(place, {}).items()
                if row not in self.taken and share >= ASKED
            }
            best = sorted(shares, key=lambda row: (-shares[row], row))
            clear = len(best) == 1 or (best and shares[best[0]] >= shares[best[1]] + MARGIN)
            if best and clear and shares[best[0]] >= MIN_LIKENESS:
                self.choose(place, best[0])
        for key in (_heading, _number):
            for place, row in self.unique(key):
                if self.new[place].kind != CHAPTER:
                    continue
                shares = inside.get(place, {})
                elsewhere = [one for one, share in shares.items() if share >= ASKED]
                if elsewhere and row not in elsewhere:
                    self.doubt(place, [*elsewhere, row])
                elif key is _heading or row in inside.get(place, {}) or self._childless(place, row):
                    self.choose(place, row)

    def _childless(self, place: int, row: int) -> bool:
        """Whether nothing stands in a chapter that could speak for it or against it."""
        key = self.new[place].key
        without = not any(clause.parent == key for clause in self.new)
        return without or not any(one.parent_id == row for one in self.existing)

    def _inside(self) -> dict[int, dict[int, float]]:
        """For each chapter of the file, the share of clauses it has in common with former ones."""
        above_old = {row.clause_id: row.parent_id for row in self.existing}
        above_new = {clause.key: clause.parent for clause in self.new}
        place_of = {clause.key: place for place, clause in enumerate(self.new)}
        size_old: dict[int, int] = {}
        size_new: dict[int, int] = {}
        common: dict[tuple[int, int], int] = {}
        for row in self.existing:
            for chapter in _upwards(above_old, row.clause_id):
                size_old[chapter] = size_old.get(chapter, 0) + 1
        for place, clause in enumerate(self.new):
            chapters = [place_of[key] for key in _upwards(above_new, clause.key)]
            former = list(_upwards(above_old, self.chosen.get(place, 0)))
            for chapter in chapters:
                size_new[chapter] = size_new.get(chapter, 0) + 1
                for old in former:
                    common[chapter, old] = common.get((chapter, old), 0) + 1
        shares: dict[int, dict[int, float]] = {}
        for (chapter, old), count in common.items():
            share = 2 * count / (size_new[chapter] + size_old[old])
            shares.setdefault(chapter, {})[old] = share
        return shares

    def ask_about_the_rest(self) -> None:
        """What has the number of a clause that would fall away, or is somewhat like one."""
        by_number = dict(self.unique(_number))
        free = set(self.free())
        for place in self.open():
            rows = [row for row in self.like.candidates(place) if row in free]
            somewhat = [row for row in rows if self.like.score(place, row) >= ASKED]
            somewhat.sort(key=lambda row: -self.like.score(place, row))
            same = [by_number[place]] if place in by_number else []
            if found := [*somewhat, *same]:
                self.doubt(place, found)


Key = TypeVar("Key", int, str)


def _upwards(above: Mapping[Key, Key | None], start: Key) -> Iterator[Key]:
    """The chapters in which something stands, the nearest first."""
    at = above.get(start)
    while at is not None:
        yield at
        at = above.get(at)
