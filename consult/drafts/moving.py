"""Words that were struck at one place and put in at another: shown as moved, at both. Pure.

A run of words counts as moved where it was struck once and put in once, and is long enough that
this is no chance: a whole sentence, or eight words of one. What was changed while it was moved
still shows as struck and inserted, around the words that stayed the same.
"""

import re
from collections.abc import Hashable, Sequence
from typing import NamedTuple

# So many words in a row are no chance; whole sentences and items may be shorter.
MIN_WORDS = 8
MIN_SENTENCE = 5
# Runs are looked for by stretches of so many words and marks.
_SHINGLE = 6

_TOKEN = re.compile(r"\w+|[^\w\s]")
_ENDS = frozenset(".;:!?…")
_MARKS = frozenset(".,;:!?…)]°»")
_OPENS = frozenset(".;:!?…)°")


class Stretch(NamedTuple):
    """Words that were struck or put in by one change, which `change` names."""

    change: Hashable
    words: str


class Run(NamedTuple):
    """The same words in a struck and in an inserted stretch: their numbers, and the spans in them."""

    struck: int
    struck_span: tuple[int, int]
    inserted: int
    inserted_span: tuple[int, int]


class _Side:
    """One side's stretches as one sequence of words and marks."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self.stretches = stretches
        self.tokens: list[str] = []
        self.spans: list[tuple[int, int]] = []
        # The number of the stretch of each token.
        self.home: list[int] = []
        for number, stretch in enumerate(stretches):
            for found in _TOKEN.finditer(stretch.words):
                self.tokens.append(found[0])
                self.spans.append(found.span())
                self.home.append(number)
        self.taken = bytearray(len(self.tokens))

    def once(self) -> dict[tuple[str, ...], int]:
        """The stretches of a few tokens that stand here exactly once, and where."""
        seen: dict[tuple[str, ...], int] = {}
        tokens, home = self.tokens, self.home
        for at in range(len(tokens) - _SHINGLE + 1):
            if home[at] == home[at + _SHINGLE - 1]:
                key = tuple(tokens[at : at + _SHINGLE])
                seen[key] = -1 if key in seen else at
        return {key: at for key, at in seen.items() if at >= 0}

    def free(self, at: int, home: int) -> bool:
        return 0 <= at < len(self.tokens) and self.home[at] == home and not self.taken[at]

    def whole(self, first: int, last: int) -> bool:
        """Whether the tokens are whole sentences or items of a list."""
        words = self.stretches[self.home[first]].words
        before = words[: self.spans[first][0]].rstrip(" ")
        behind = words[self.spans[last][1] :].lstrip(" ")
        begins = not before or before[-1] in _OPENS or before[-1] == "\n"
        ends = not behind or behind[0] == "\n" or self.tokens[last] in _ENDS
        return begins and ends


def runs(struck: Sequence[Stretch], inserted: Sequence[Stretch]) -> list[Run]:
    """The moved runs, in the order in which they were struck. None overlaps another."""
    if not struck or not inserted:
        return []
    old, new = _Side(struck), _Side(inserted)
    there = new.once()
    found = []
    for key, at in sorted(old.once().items(), key=lambda item: item[1]):
        to = there.get(key)
        if to is None or old.taken[at] or new.taken[to]:
            continue
        run = _extended(old, new, at, to)
        if run is not None:
            found.append(run)
    return found


def _extended(old: _Side, new: _Side, at: int, to: int) -> Run | None:
    """The longest run around a place, taken if it is long enough and not within one change."""
    home, other = old.home[at], new.home[to]
    if old.stretches[home].change == new.stretches[other].change:
        return None

    def same(by: int) -> bool:
        i, j = at + by, to + by
        return old.free(i, home) and new.free(j, other) and old.tokens[i] == new.tokens[j]

    first = last = 0
    while same(-first - 1):
        first += 1
    while same(last):
        last += 1
    start, end = at - first, at + last
    words = sum(token[0].isalnum() for token in old.tokens[start:end])
    enough = words >= MIN_WORDS or (
        words >= MIN_SENTENCE and old.whole(start, end - 1) and new.whole(to - first, to + last - 1)
    )
    # Taken also where it is too short: no other stretch of it need be looked at again.
    old.taken[start:end] = b"\1" * (end - start)
    new.taken[to - first : to + last] = b"\1" * (first + last)
    if not enough:
        return None
    # The mark that ends what stood before does not belong to it.
    skipped = next(i for i in range(end - start) if old.tokens[start + i] not in _MARKS)
    start, to = start + skipped, to + skipped
    return Run(
        home,
        (old.spans[start][0], old.spans[end - 1][1]),
        other,
        (new.spans[to - first][0], new.spans[to + last - 1][1]),
    )
