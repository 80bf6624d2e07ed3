"""How alike clauses of two texts are, without comparing each with each. Pure.

Of a thousand clauses only those are compared that share rare words: these find a clause wherever it
went, while common words ("the law", "the minister") say nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import LCSseq

from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedClause, fold

# Two clauses less alike than this are not the same clause under another number.
MIN_LIKENESS = 0.6
# The best candidate must be this much better than the second.
MARGIN = 0.1
MOST_COMPARED = 10  # candidates for each clause
FEW = 12  # clauses: so many are all compared
RARE_WORDS = 30  # words of a clause that are looked up, the rarest first
MOST_FOUND = 400  # clauses in which they are found
# Comparing n with m words takes n·m/64 steps.
MAX_WORK = 100_000_000

_WORD = re.compile(r"\w+")


class Likeness:
    """The likeness of clauses of a file (by their place) to those that stand (by their id)."""

    def __init__(self, existing: Sequence[ClauseRow], new: Sequence[ParsedClause]) -> None:
        self._rows = {row.clause_id: row for row in existing}
        self._new = new
        self._words_old: dict[int, list[str]] = {}
        self._words_new: dict[int, list[str]] = {}
        self._scores: dict[tuple[int, int], float] = {}
        self._found: dict[int, list[int]] = {}
        self._places: dict[int, list[int]] | None = None
        self._standing: list[int] = []
        self._where: dict[str, list[int]] = {}

    def look_among(self, rows: Iterable[int]) -> None:
        """Find candidates among these clauses from now on."""
        self._standing = list(rows)
        self._found, self._places, self._where = {}, None, {}
        for row in self._standing:
            for word in set(self._old(row)):
                self._where.setdefault(word, []).append(row)

    def score(self, place: int, row: int) -> float:
        """From 0 to 1: words in common, in order, and the headings; a chapter is like no clause."""
        pair = (place, row)
        if pair not in self._scores:
            self._scores[pair] = self._score(place, row)
        return self._scores[pair]

    def _score(self, place: int, row: int) -> float:
        former, clause = self._rows[row], self._new[place]
        if former.kind != clause.kind:
            return 0.0
        headings = _share(_words(fold(former.heading)), _words(fold(clause.heading)))
        if not former.text and not clause.rendered.text:
            return headings
        texts = _share(self._old(row), self._young(place))
        if former.heading and clause.heading:
            return 0.75 * texts + 0.25 * headings
        return 0.85 * texts if former.heading or clause.heading else texts

    def candidates(self, place: int) -> list[int]:
        """The clauses that are worth comparing with one of the file."""
        if place not in self._found:
            self._found[place] = self._candidates(place)
        return self._found[place]

    def _candidates(self, place: int) -> list[int]:
        if len(self._standing) <= FEW:
            return self._standing
        clause = self._new[place]
        words = {*self._young(place), *_words(fold(clause.heading))}
        rare = sorted((len(self._where[word]), word) for word in words if word in self._where)
        shared: Counter[int] = Counter()
        looked = 0
        for count, word in rare[:RARE_WORDS]:
            if looked and looked + count > MOST_FOUND:
                break
            looked += count
            for row in self._where[word][:MOST_FOUND]:
                shared[row] += 1
        ranked = sorted(shared, key=lambda row: (-shared[row], row))
        return ranked[:MOST_COMPARED]

    def places(self, row: int, among: Iterable[int]) -> list[int]:
        """The clauses of the file for which this one is a candidate, of some that are still open."""
        if self._places is None:
            self._places = {}
            for place in among:
                for one in self.candidates(place):
                    self._places.setdefault(one, []).append(place)
        return self._places.get(row, [])

    def _old(self, row: int) -> list[str]:
        if row not in self._words_old:
            former = self._rows[row]
            self._words_old[row] = _words(former.text) or _words(fold(former.heading))
        return self._words_old[row]

    def _young(self, place: int) -> list[str]:
        if place not in self._words_new:
            clause = self._new[place]
            self._words_new[place] = _words(clause.rendered.text) or _words(fold(clause.heading))
        return self._words_new[place]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _share(before: list[str], after: list[str]) -> float:
    """The share of words in common, in order."""
    if not before or not after or len(before) * len(after) > MAX_WORK:
        return float(before == after)
    return LCSseq.similarity(before, after) * 2 / (len(before) + len(after))
