"""Passages of a long text, each of which may be a point of its own.

Sentences are kept whole and joined to passages of about 40 to 150 words. Where passages end is
the choice, of all ways to cut the text, that costs least: a passage of an odd length costs, and
so does every cut, but less where a paragraph, a heading or a list item begins, or where the words
before and after have little in common (lexical cohesion: Hearst, TextTiling, 1997).

Nothing here loads numpy: the desk proposes passages in the web process.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from analysis.sentences import BULLET, Span, sentences
from analysis.stopwords import ALL_STOP_WORDS
from analysis.words import fold, tokenise

SHORT = 60  # words; a text up to here is one passage
LEAST, MOST, GOOD = 40, 150, 80  # words of a passage, where the text lets us
AROUND = 45  # words before and after a place that are compared
MOST_UNITS = 60  # sentences or lines of a passage, however short
FAINT = 0.1  # likeness from which a hill is one
HEADING_WORDS = 12
LONG_WORD = 15  # characters that count as a word where there are no spaces
STEM = 6  # letters that tell a word, in any language, with its endings off

# what cuts cost and places give, on one scale
CUT = 0.35
PARAGRAPH, LINE, HEADING, ITEM = 0.5, 0.35, 0.4, 0.15
SHIFT = 1.0  # where nothing that is said before is said after
KEEP = 10.0  # a heading stays with what follows, "as follows:" with what does


@dataclass(slots=True)
class _Unit:
    span: Span
    words: int
    stems: list[str]


def find_passages(text: str) -> list[Span]:
    """The passages of `text`: start and end of each in code points, in order.

    They do not overlap, and only white space lies outside of them. A text of up to `SHORT` words
    is one passage, an empty one none. Deterministic; a hundred pages take about half a second.
    """
    units = [_unit(text, span) for span in sentences(text)]
    if sum(unit.words for unit in units) <= SHORT:
        return [(units[0].span[0], units[-1].span[1])] if units else []
    starts = _cheapest([unit.words for unit in units], _gains(text, units))
    ends = [*starts[1:], len(units)]
    return [
        (units[start].span[0], units[end - 1].span[1])
        for start, end in zip(starts, ends, strict=True)
    ]


def _unit(text: str, span: Span) -> _Unit:
    words = tokenise(text[slice(*span)])
    stems = [fold(word)[:STEM] for word in words if word.lower() not in ALL_STOP_WORDS]
    return _Unit(span, max(len(words), (span[1] - span[0]) // LONG_WORD), stems)


def _gains(text: str, units: Sequence[_Unit]) -> list[float]:
    """What speaks for a cut before each unit; nothing before the first."""
    headings = _headings(text, units)
    gains = [0.0]
    for number, shift in enumerate(_shifts(units), 1):
        before, after = units[number - 1], units[number]
        lines = text[before.span[1] : after.span[0]].count("\n")
        gain = SHIFT * shift + (PARAGRAPH if lines > 1 else LINE if lines else 0.0)
        gain += HEADING * headings[number] + ITEM * bool(BULLET.match(text, after.span[0]))
        if headings[number - 1] or text[before.span[1] - 1] == ":":
            gain -= KEEP
        gains.append(gain)
    return gains


def _headings(text: str, units: Sequence[_Unit]) -> list[bool]:
    """Which units are headings: a short line that does not end as a sentence, above a longer one."""
    breaks = ["\n" in text[a.span[1] : b.span[0]] for a, b in pairwise(units)]
    lines = [
        begins and ends and unit.words <= HEADING_WORDS and text[unit.span[1] - 1] not in ".!?…,;:"
        for unit, begins, ends in zip(units, [True, *breaks], [*breaks, False], strict=True)
    ]
    return [
        line and not before and not after
        for before, line, after in zip([False, *lines], lines, [*lines[1:], True], strict=False)
    ]


def _shifts(units: Sequence[_Unit]) -> list[float]:
    """How far what is said changes between one unit and the next, from 0 to 1."""
    rarity = Counter(stem for unit in units for stem in set(unit.stems))
    weight = {stem: math.log(1 + len(units) / count) for stem, count in rarity.items()}
    alike = [
        _cosine(_around(units, number - 1, -1), _around(units, number, 1), weight)
        for number in range(1, len(units))
    ]
    return [_depth(alike, place) for place in range(len(alike))]


def _around(units: Sequence[_Unit], number: int, step: int) -> Counter[str]:
    """The stems of a unit and of those before (-1) or after (1) it, to about `AROUND` words."""
    found: Counter[str] = Counter()
    words = 0
    while 0 <= number < len(units) and words < AROUND:
        found.update(units[number].stems)
        words += units[number].words
        number += step
    return found


def _cosine(one: Counter[str], other: Counter[str], weight: Mapping[str, float]) -> float:
    common = sum(one[stem] * other[stem] * weight[stem] ** 2 for stem in one if stem in other)
    if not common:
        return 0.0
    length = [
        math.sqrt(sum((count * weight[stem]) ** 2 for stem, count in side.items()))
        for side in (one, other)
    ]
    return common / (length[0] * length[1])


def _depth(alike: Sequence[float], place: int) -> float:
    """How deep a valley is below the hills on both sides, as a share of the hills."""
    hills = []
    for step in (-1, 1):
        at = place
        while (
            0 <= at + step < len(alike)
            and alike[at + step] >= alike[at]
            and abs(at - place) < MOST_UNITS
        ):
            at += step
        hills.append(alike[at])
    top = sum(hills) / 2
    return (top - alike[place]) / (top + FAINT)


def _cheapest(words: Sequence[int], gains: Sequence[float]) -> list[int]:
    """The units with which passages begin, such that lengths and cuts cost least together."""
    upto = [0, *accumulate(words)]
    cost = [0.0] + [math.inf] * len(words)
    begins = [0] * (len(words) + 1)
    for end in range(1, len(words) + 1):
        for start in range(end - 1, max(-1, end - MOST_UNITS), -1):
            length = upto[end] - upto[start]
            total = cost[start] + CUT - gains[start] + _odd(length)
            if total < cost[end]:
                cost[end], begins[end] = total, start
            if length > 2 * MOST and start < end - 1:
                break
    cuts = [begins[len(words)]]
    while cuts[-1]:
        cuts.append(begins[cuts[-1]])
    return cuts[::-1]


def _odd(words: int) -> float:
    """What a passage of so many words costs."""
    if words < LEAST:
        return 1.2 * (1 - words / LEAST)
    if words > MOST:
        return 0.5 + (words / MOST - 1) * 9
    return 0.15 * ((words - GOOD) / (MOST - GOOD)) ** 2
