"""Which clause of a revised file is which clause of the text before. Pure.

By number, heading and words, with a margin: a doubtful clause gets a new key and is shown as
such, because a comment on the wrong clause is worse than one on a deleted clause.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from consult.drafts.diff import likeness
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedClause, fold

# Two clauses less alike than this are not the same clause under another number.
MIN_LIKENESS = 0.6
# The best candidate must be this much better than the second.
MARGIN = 0.1
MAX_PAIRS = 10_000


@dataclass(frozen=True)
class Match:
    """A clause of the file, the clause it continues (None: a new one), and how sure that is."""

    clause: ParsedClause
    existing: ClauseRow | None
    doubtful: bool = False


def match_clauses(existing: Sequence[ClauseRow], new: Sequence[ParsedClause]) -> list[Match]:
    """Pair the clauses of a revised file with those that stand, in the order of the file."""
    chosen: dict[int, ClauseRow] = {}
    left = list(existing)
    for same in (_words, _number_and_heading):
        _pair_unique(left, new, chosen, same)
    _pair_same_number(left, new, chosen)
    doubtful = _pair_alike(left, new, chosen)
    return [Match(c, chosen.get(i), i in doubtful) for i, c in enumerate(new)]


Keyed = Callable[[str, str, str, str], Hashable]


def _words(kind: str, _number: str, heading: str, text: str) -> Hashable:
    return (kind, fold(heading), text) if text else None


def _number_and_heading(kind: str, number: str, heading: str, _text: str) -> Hashable:
    return (kind, fold(number), fold(heading)) if number and heading else None


def _pair_unique(
    left: list[ClauseRow], new: Sequence[ParsedClause], chosen: dict[int, ClauseRow], key: Keyed
) -> None:
    """Pair what has a key that stands once on each side."""
    old_by: dict[Hashable, list[ClauseRow]] = {}
    for row in left:
        old_by.setdefault(key(row.kind, row.number, row.heading, row.text), []).append(row)
    new_by: dict[Hashable, list[int]] = {}
    for index, clause in enumerate(new):
        if index not in chosen:
            name = key(clause.kind, clause.number, clause.heading, clause.rendered.text)
            new_by.setdefault(name, []).append(index)
    for name, indexes in new_by.items():
        rows = old_by.get(name, [])
        if name is not None and len(indexes) == len(rows) == 1:
            chosen[indexes[0]] = rows[0]
            left.remove(rows[0])


def _pair_same_number(
    left: list[ClauseRow], new: Sequence[ParsedClause], chosen: dict[int, ClauseRow]
) -> None:
    """The same number and the same heading or similar words: the clause was amended."""
    by_number: dict[tuple[str, str], list[ClauseRow]] = {}
    for row in left:
        by_number.setdefault((row.kind, fold(row.number)), []).append(row)
    for index, clause in enumerate(new):
        rows = by_number.get((clause.kind, fold(clause.number)), [])
        if index in chosen or not clause.number or len(rows) != 1:
            continue
        row = rows[0]
        same_heading = fold(row.heading) == fold(clause.heading)
        alike = likeness(row.text, clause.rendered.text)
        rival = max(
            (likeness(other.text, clause.rendered.text) for other in left[:50] if other is not row),
            default=0.0,
        )
        if same_heading or (alike >= MIN_LIKENESS and alike >= rival + MARGIN):
            chosen[index] = row
            left.remove(row)
            rows.clear()


def _pair_alike(
    left: list[ClauseRow], new: Sequence[ParsedClause], chosen: dict[int, ClauseRow]
) -> set[int]:
    """Pair by likeness of heading and words; returns what had several candidates."""
    open_ = [index for index in range(len(new)) if index not in chosen]
    doubtful: set[int] = set()
    if len(open_) * len(left) > MAX_PAIRS:
        return set(open_) if left else set()
    scores = {(index, row.clause_id): _score(row, new[index]) for index in open_ for row in left}
    rows = {row.clause_id: row for row in left}
    used: set[int] = set()
    for (index, clause_id), score in sorted(scores.items(), key=lambda s: (-s[1], s[0])):
        if score < MIN_LIKENESS or index in chosen or clause_id in used or index in doubtful:
            continue
        rivals = [
            other
            for (i, c), other in scores.items()
            if (i == index) != (c == clause_id) and i not in chosen and c not in used
        ]
        if score < max(rivals, default=0.0) + MARGIN:
            doubtful.add(index)
            continue
        chosen[index] = rows[clause_id]
        used.add(clause_id)
    return doubtful


def _score(row: ClauseRow, clause: ParsedClause) -> float:
    if row.kind != clause.kind:
        return 0.0
    headings = likeness(fold(row.heading), fold(clause.heading)) if row.heading else 0.0
    if not row.text and not clause.rendered.text:
        return headings
    return 0.75 * likeness(row.text, clause.rendered.text) + 0.25 * headings
