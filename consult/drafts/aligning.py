"""Which clause of a translation is which clause of the authentic text. Pure.

A translation shares no words with what it translates. It shares the order, chapters and clauses,
their numbers as printed in either language, and the figures in the words ("30 km/h", "2027"). What
these do not settle is doubtful, and an official is asked.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from consult.drafts.edits import moved_clauses
from consult.drafts.numbering import read_number
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedClause

# Pairs that are weighed between two clauses that are sure.
MAX_PAIRS = 40_000
# A translation has at most so many times the characters of the other text, or this share of them.
MOST_LONGER = 3.0
LONG = 200  # characters from which this is looked at
FEW_FIGURES = 0.34
MANY = 3  # figures from which they are looked at

_FIGURE = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")


@dataclass(frozen=True)
class Pair:
    """A clause of the translation and the clause whose words it gives (None: nobody knows)."""

    clause: ParsedClause
    row: ClauseRow | None
    doubtful: bool = False


@dataclass(frozen=True)
class Alignment:
    """All clauses of the translation in their order, and the clauses that it does not have."""

    pairs: tuple[Pair, ...]
    missing: tuple[ClauseRow, ...]

    @property
    def doubtful(self) -> list[int]:
        """Places of the pairs about which an official is asked."""
        return [i for i, pair in enumerate(self.pairs) if pair.doubtful]


def align(rows: Sequence[ClauseRow], clauses: Sequence[ParsedClause]) -> Alignment:
    """Pair the clauses of a translation with those of the authentic text, both in their order."""
    chosen: dict[int, int] = {}
    for name in (_number_in_chapter, _number):
        _pair_unique(rows, clauses, chosen, name)
    _only_in_order(chosen)
    sure = set(chosen)
    for left, right in _gaps(len(rows), len(clauses), dict(chosen)):
        if _regular(rows[slice(*left)], clauses[slice(*right)]):
            chosen |= dict(zip(range(*right), range(*left), strict=True))
            sure |= set(range(*right))
        else:
            _pair_between(rows, clauses, left, right, chosen)
    pairs = []
    for index, clause in enumerate(clauses):
        row = rows[chosen[index]] if index in chosen else None
        doubtful = row is None or index not in sure or _contradict(row, clause)
        pairs.append(Pair(clause, row, doubtful))
    return _settled(rows, pairs)


def _regular(rows: Sequence[ClauseRow], clauses: Sequence[ParsedClause]) -> bool:
    """Whether a stretch of both texts has as many clauses, of the same kinds, without numbers."""
    if len(rows) != len(clauses):
        return False
    return all(
        row.kind == clause.kind and not row.number and not clause.number
        for row, clause in zip(rows, clauses, strict=True)
    )


def choose(
    rows: Sequence[ClauseRow], found: Alignment, decided: dict[int, ClauseRow | None]
) -> Alignment:
    """The alignment after an official's decisions, by place; None leaves a clause out.

    A clause that was given to another one loses it, and is doubtful again.
    """
    taken = {row.clause_id for row in decided.values() if row is not None}
    pairs = []
    for index, pair in enumerate(found.pairs):
        if index in decided:
            pairs.append(Pair(pair.clause, decided[index]))
        elif pair.row is not None and pair.row.clause_id in taken:
            pairs.append(Pair(pair.clause, None, doubtful=True))
        else:
            pairs.append(pair)
    return _settled(rows, pairs)


def doubles(found: Alignment) -> list[ClauseRow]:
    """Clauses that several of the translation's were given to."""
    count = Counter(pair.row.clause_id for pair in found.pairs if pair.row is not None)
    rows = {pair.row.clause_id: pair.row for pair in found.pairs if pair.row is not None}
    return [rows[clause_id] for clause_id, times in count.items() if times > 1]


def _settled(rows: Sequence[ClauseRow], pairs: Sequence[Pair]) -> Alignment:
    have = {pair.row.clause_id for pair in pairs if pair.row is not None}
    return Alignment(tuple(pairs), tuple(row for row in rows if row.clause_id not in have))


@dataclass(frozen=True)
class _Place:
    """What a clause of either text is, without its words."""

    kind: str
    number: str
    chapter: str


Name = Callable[[_Place], Hashable]


def _number_in_chapter(place: _Place) -> Hashable:
    return (place.kind, place.chapter, place.number) if place.number else None


def _number(place: _Place) -> Hashable:
    return (place.kind, place.number) if place.number else None


def _value(number: str, kind: str) -> str:
    """A printed number in plain figures, whatever the language's word before it: "art_3" → "3"."""
    read = read_number(number)
    if read is None:
        return " ".join(number.split()).lower()
    word, _, value = read.key.partition("_")
    # Chapters are counted beside sections; articles and paragraphs of law are one thing.
    return f"{word}_{value}" if kind == "chapter" else value or word


def _places_of_rows(rows: Sequence[ClauseRow]) -> list[_Place]:
    numbers = {row.clause_id: _value(row.number, row.kind) for row in rows}
    return [
        _Place(row.kind, numbers[row.clause_id], numbers.get(row.parent_id or 0, ""))
        for row in rows
    ]


def _places_of_clauses(clauses: Sequence[ParsedClause]) -> list[_Place]:
    numbers = {clause.key: _value(clause.number, clause.kind) for clause in clauses}
    return [
        _Place(clause.kind, numbers[clause.key], numbers.get(clause.parent or "", ""))
        for clause in clauses
    ]


def _pair_unique(
    rows: Sequence[ClauseRow], clauses: Sequence[ParsedClause], chosen: dict[int, int], name: Name
) -> None:
    """Pair what has a name that stands once on each side."""
    used = set(chosen.values())
    old = [(name(place), i) for i, place in enumerate(_places_of_rows(rows)) if i not in used]
    new = [
        (name(place), i) for i, place in enumerate(_places_of_clauses(clauses)) if i not in chosen
    ]
    old_count, new_count = Counter(n for n, _ in old), Counter(n for n, _ in new)
    where = {n: i for n, i in old if old_count[n] == 1}
    for n, i in new:
        if n is not None and n in where and new_count[n] == 1:
            chosen[i] = where[n]


def _only_in_order(chosen: dict[int, int]) -> None:
    """Leave out pairs that cross others: a translation keeps the order."""
    order = [chosen[i] for i in sorted(chosen)]
    for place in moved_clauses(sorted(order), order):
        del chosen[next(i for i, row in chosen.items() if row == place)]


def _gaps(
    rows: int, clauses: int, sure: dict[int, int]
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The stretches of both texts between what is sure."""
    edges = [(-1, -1), *((sure[i], i) for i in sorted(sure)), (rows, clauses)]
    return [
        ((r0 + 1, r1), (c0 + 1, c1))
        for (r0, c0), (r1, c1) in pairwise(edges)
        if r0 + 1 < r1 and c0 + 1 < c1
    ]


def _pair_between(
    rows: Sequence[ClauseRow],
    clauses: Sequence[ParsedClause],
    left: tuple[int, int],
    right: tuple[int, int],
    chosen: dict[int, int],
) -> None:
    """Pair a stretch in order, so that the sum of what speaks for each pair is greatest."""
    (r0, r1), (c0, c1) = left, right
    if (r1 - r0) * (c1 - c0) > MAX_PAIRS:
        return
    score = [[_speaks_for(rows[r], clauses[c]) for c in range(c0, c1)] for r in range(r0, r1)]
    best = [[0.0] * (c1 - c0 + 1) for _ in range(r1 - r0 + 1)]
    for r in range(r1 - r0 - 1, -1, -1):
        for c in range(c1 - c0 - 1, -1, -1):
            together = score[r][c] + best[r + 1][c + 1] if score[r][c] else 0.0
            best[r][c] = max(best[r + 1][c], best[r][c + 1], together)
    r = c = 0
    while r < r1 - r0 and c < c1 - c0:
        if score[r][c] and best[r][c] == score[r][c] + best[r + 1][c + 1]:
            chosen[c0 + c] = r0 + r
            r, c = r + 1, c + 1
        elif best[r][c] == best[r + 1][c]:
            r += 1
        else:
            c += 1


def _speaks_for(row: ClauseRow, clause: ParsedClause) -> float:
    """How much speaks for a pair; nothing at all where one is a chapter and the other is not."""
    if row.kind != clause.kind or bool(row.number) != bool(clause.number):
        return 0.0
    same = _value(row.number, row.kind) == _value(clause.number, clause.kind)
    figures = _figures_in_common(row.text, clause.rendered.text)
    return 0.2 + same + (0.5 if figures is None else figures) + 0.5 * _length(row, clause)


def _figures_in_common(one: str, other: str) -> float | None:
    """The share of figures that stand in both; None where hardly any do."""
    left, right = Counter(_FIGURE.findall(one)), Counter(_FIGURE.findall(other))
    most = max(left.total(), right.total())
    return None if most < 1 else (left & right).total() / most


def _length(row: ClauseRow, clause: ParsedClause) -> float:
    one, other = len(row.text), len(clause.rendered.text)
    return min(one, other) / max(one, other, 1) if one or other else 1.0


def _contradict(row: ClauseRow, clause: ParsedClause) -> bool:
    """Whether the words themselves speak against a pair: other figures, or a fraction of the length."""
    one, other = row.text, clause.rendered.text
    if max(len(one), len(other)) > LONG and _length(row, clause) * MOST_LONGER < 1:
        return True
    many = min(len(_FIGURE.findall(one)), len(_FIGURE.findall(other))) >= MANY
    share = _figures_in_common(one, other)
    return many and share is not None and share < FEW_FIGURES
