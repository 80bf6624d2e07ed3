"""How much of proposed words stands in a text: all, some or none of them. Pure.

Who wrote a law's words is told in public, so this counts words, and only what the proposal changed:
a word that stood there before, or that the two share by chance, makes nobody its author.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from consult.drafts.diff import Budget, common
from consult.drafts.threeway import FIRST, SAME, SECOND, Segment, segments

WHOLE, PART, NONE = "whole", "part", "none"
SHARES = (WHOLE, PART, NONE)

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Standing:
    """What of a proposal stands in a text, and where: spans of that text, in code points."""

    share: str
    spans: tuple[tuple[int, int], ...] = ()


def standing(base: str, proposed: str, now: str, before: str | None = None) -> Standing:
    """What of the changes from `base` to `proposed` stands in `now`.

    `before` is the text that `now` follows: what stood there already was taken by nobody. A
    deleted clause is "".
    """
    total, kept, spans = _counted(base, proposed, now)
    if not kept or (before is not None and _counted(base, proposed, before)[1] >= kept):
        return Standing(NONE)
    return Standing(WHOLE if kept == total else PART, tuple(spans))


def _counted(base: str, proposed: str, now: str) -> tuple[int, int, list[tuple[int, int]]]:
    """Words that the proposal changes; those among the changes that stand; where."""
    total = kept = 0
    spans = []
    budget = Budget()
    for part in segments(base, proposed, now):
        if part.kind in {SAME, SECOND}:
            continue
        changes, here = _in(part, budget)
        total += changes
        kept += here
        if here:
            spans.append((part.start, part.end))
    return total, kept, spans


def _in(part: Segment, budget: Budget) -> tuple[int, int]:
    """Of one segment: the words put in and struck by the proposal, and how many of them stand."""
    tokens = _WORD if _WORD.search(part.base + part.first) else _TOKEN
    old, new, now = (tokens.findall(words) for words in (part.base, part.first, part.second))
    put_in = set(range(len(new))) - _matched(new, old, budget)
    struck = set(range(len(old))) - _matched(old, new, budget)
    if not put_in and not struck:
        # Only marks differ, or no more than white space.
        marks = _TOKEN.findall(part.first)
        if marks == _TOKEN.findall(part.base):
            return 0, 0
        return 1, int(marks == _TOKEN.findall(part.second))
    total = len(put_in) + len(struck)
    if part.kind == FIRST:
        return total, 0
    standing_in = put_in & _matched(new, now, budget)
    if put_in and not any(_telling(new[i]) for i in standing_in) and _some_telling(new, put_in):
        # "the", "de", "in" alone are nobody's; and words struck for other ones are not struck
        # for these.
        return total, 0
    if put_in and not standing_in:
        return total, 0
    standing_out = struck - _matched(old, now, budget)
    return total, len(standing_in) + len(standing_out)


def _matched(words: Sequence[str], other: Sequence[str], budget: Budget) -> set[int]:
    """Places of words that have their like in the other list, in order. Where the lists are too long
    to be compared, only those with which both begin and end."""
    first, last = common(words, other)
    ends = {*range(first), *range(len(words) - last, len(words))}
    inner, others = words[first : len(words) - last], other[first : len(other) - last]
    if not budget.spend(len(inner) * len(others)):
        return ends
    blocks = LCSseq.opcodes(inner, others).as_matching_blocks()
    return ends | {first + block.a + i for block in blocks for i in range(block.size)}


def _telling(word: str) -> bool:
    """Whether a word says something by itself: longer than three letters, or a number."""
    return len(word) > 3 or any(sign.isdigit() for sign in word)


def _some_telling(words: Sequence[str], places: set[int]) -> bool:
    return any(_telling(words[i]) for i in places)
