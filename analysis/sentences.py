"""Sentences and lines of a text: where something new can begin.

Nothing here loads numpy; a sentence is found by its signs alone, in any language.
"""

import re
import statistics
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

Span = tuple[int, int]
"""Start and end in code points."""

MONSTROUS = 200  # words; a sentence that is longer is cut where it can be
_LEAST, _MOST = 40, 150  # words of a piece of it
_LONGEST_WORD = 500  # characters without a space; more is cut anywhere

_SPACE = re.compile(r"\s+")
_STOPPED = re.compile(r"[.!?…。！？](?:\s?[»”“\"'’)\]])*\Z")
_BEGUN = re.compile(r"[.!?…]\s+([^\W\d_])")
_OPENING = "«„“”\"'‘’([ \u00a0\u202f"  # and the space after a French one
# what ends with a full stop and no sentence
_SHORTENED = re.compile(
    r"(?:\b[^\W\d_]|(?<!\d)\d{1,2}"  # z. B., p. ex., an initial, the 3. of March
    r"|\b(?:Abs|abs|al|Art|art|bzw|ca|cf|chap|Dr|éd|ev|evtl|ex|fig|Fr|Hr|inkl|lit|max|min|Mio|Mme|Mr"
    r"|Mrd|Mrs|Ms|Nr|no|No|Prof|rem|resp|sog|St|Str|Tel|tél|vgl|vol|vs))\.\Z"
)
BULLET = re.compile(
    r"[-–—*•·▪‣◦○●]\s|\(?(?:\d{1,3}(?:\.\d{1,3}){0,8}|[a-zA-Z]|[ivxIVX]{1,5})[.)]\s"
)
_STRONG, _WEAK = ".!?…;", ",:–—"


def sentences(text: str) -> list[Span]:
    """The sentences and lines of `text` in order, without the white space between them.

    A line that a machine broke in the middle of a sentence is joined to the next. A sentence of
    more than `MONSTROUS` words is cut at its strongest signs.
    """
    edges = [0, *_edges(text), len(text)]
    found: list[Span] = []
    for start, end in pairwise(edges):
        words = text[start:end]
        if left := words.lstrip():
            span = (end - len(left), start + len(words.rstrip()))
            found += _cut(text, span)
    return found


def _edges(text: str) -> Iterator[int]:
    width = _wrapped_at(text)
    small = _is_all_small(text)
    line = 0  # where the current line begins
    for space in _SPACE.finditer(text):
        start, end = space.span()
        lines = space[0].count("\n")
        if lines:
            broken = lines == 1 and _is_broken(text[line:start], text[end : end + 20], width)
            line = end
            if not broken:
                yield end
        elif _begins(text, end, small=small) and _ends(text, start):
            yield end


def _ends(text: str, at: int) -> bool:
    """Whether a sentence can end here."""
    last = max(0, at - 8)
    return bool(_STOPPED.search(text, last, at)) and not _SHORTENED.search(text, last, at)


def _begins(text: str, at: int, *, small: bool) -> bool:
    """Whether a sentence can begin here: with no digit or sign, and no small letter but if all are."""
    first = text[at : at + 3].lstrip(_OPENING)[:1]
    return first.isalpha() and (small or not first.islower())


def _is_all_small(text: str) -> bool:
    """Whether people write without capitals here: most sentences begin with a small letter."""
    begun = [found[1] for found in _BEGUN.finditer(text)]
    return 2 * sum(map(str.islower, begun)) > len(begun)


def _wrapped_at(text: str) -> int:
    """The width at which a machine broke the lines of a text; 0 where each line is meant."""
    lengths = [len(line.strip()) for line in text.splitlines() if line.strip()]
    if len(lengths) < 5 or not 45 <= max(lengths) <= 120:
        return 0
    return max(lengths) if statistics.median(lengths) > 0.7 * max(lengths) else 0


def _is_broken(line: str, following: str, width: int) -> bool:
    """Whether a sentence goes on after the end of its line."""
    line = line.rstrip()
    if not line or line[-1] in ".!?…:;" or BULLET.match(following):
        return False
    long = len(line) >= 50 and following[:1].islower()
    return long or 0 < 0.7 * width <= len(line)


def _cut(text: str, span: Span) -> Iterator[Span]:
    """A sentence as it is, a monstrous one in pieces."""
    start, end = span
    gaps = [found.span() for found in _SPACE.finditer(text, start, end)]
    if len(gaps) < MONSTROUS and end - start <= _LONGEST_WORD:
        yield span
        return
    while len(gaps) >= MONSTROUS:
        place = max(range(_LEAST, _MOST), key=lambda i: (_strength(text, gaps[i][0]), i))
        yield from _short_words(text, start, gaps[place][0])
        start = gaps[place][1]
        del gaps[: place + 1]
    yield from _short_words(text, start, end)


def _strength(text: str, at: int) -> int:
    return 2 if text[at - 1] in _STRONG else 1 if text[at - 1] in _WEAK else 0


def _short_words(text: str, start: int, end: int) -> Iterator[Span]:
    """A piece, cut anywhere where it goes on and on without a space."""
    at = start
    for space in [*_SPACE.finditer(text, start, end), None]:
        word_end = space.start() if space else end
        while word_end - at > _LONGEST_WORD:
            cut = at + _LONGEST_WORD
            while cut < word_end and unicodedata.combining(text[cut]):
                cut += 1
            if cut == word_end:
                break
            yield start, cut
            start = at = cut
        at = space.end() if space else end
    if start < end:
        yield start, end
