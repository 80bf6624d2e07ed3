"""What people added of their own to a letter they were given: exact spans of their text.

A word counts as the letter's own where it and a neighbour stand side by side in the letter too,
wherever that is: moved sentences are no addition, and a swapped word is a single foreign one.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.stopwords import FORMAL_WORDS
from analysis.words import fold, is_stop_word, spans

Span = tuple[int, int]

FEWEST_OWN = 3  # foreign words in a sentence that is somebody's own
FEWEST_INSIDE = 6  # foreign words in a run inside a sentence of the letter; fewer are an edit
LONGEST_GREETING = 12  # words
LONGEST_NAME = 4  # words
LONGEST_GAP = 2  # words of the letter inside a run of foreign words
# begins where a run of marks begins, so that a thousand of them cost a thousand steps
SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[»“”\"’)]*+(?=\s)|\n")
_AFTER = '.!?…»“”"’)'  # closing marks that belong to the last word's sentence
_BEFORE = '«„“"‚('


@dataclass(frozen=True, slots=True)
class Written:
    """A text, its words (where they stand, and folded), its sentences as ranges of words."""

    text: str
    spans: list[Span]
    words: list[str]
    sentences: list[Span]


@functools.lru_cache(maxsize=2)  # a text is looked at for several things in a row
def read(text: str) -> Written:
    """Words and sentences of `text`."""
    places = spans(text)
    words = [fold(text[start:end]) for start, end in places]
    return Written(text, places, words, _sentences(text, places))


class Letter:
    """A template, ready for comparison with many texts."""

    def __init__(self, text: str) -> None:
        words = read(text).words
        self._pairs = frozenset(pairwise(words))
        self._words = frozenset(words) if len(words) < 2 else frozenset()

    def foreign(self, words: Sequence[str]) -> list[bool]:
        """For each folded word whether it is foreign to the letter."""
        foreign = [word not in self._words for word in words]
        for i, pair in enumerate(pairwise(words)):
            if pair in self._pairs:
                foreign[i] = foreign[i + 1] = False
        return foreign

    def additions(self, text: str) -> list[Span]:
        """Start and end, in code points of `text`, of what is not the letter's; in order, apart.

        A sentence mostly foreign is taken whole, else its runs of `FEWEST_INSIDE` foreign words
        or more. Greetings and signatures are nobody's point. Spans begin and end at a word, with
        the marks that close it.
        """
        written = read(text)
        words = written.spans
        foreign = self.foreign(written.words)
        found: list[Span] = []
        for first, last in written.sentences:
            for begin, end in _own(foreign, first, last):
                span = _widened(text, words[begin][0], words[end - 1][1])
                closed = text[span[1] - 1] in _AFTER
                spoken = [text[a:b] for a, b in words[begin:end]]
                if _is_greeting(spoken, closed=closed, last=end == len(words)):
                    continue
                if found and not text[found[-1][1] : span[0]].strip():
                    span = (found.pop()[0], span[1])
                found.append(span)
        return found


def _sentences(text: str, words: Sequence[Span]) -> list[Span]:
    """The sentences of `text` as ranges of its words."""
    ends = [match.end() for match in SENTENCE_END.finditer(text)] + [len(text)]
    ranges = []
    first = 0
    for end in ends:
        last = first
        while last < len(words) and words[last][0] < end:
            last += 1
        if last > first:
            ranges.append((first, last))
        first = last
    return ranges


def _own(foreign: Sequence[bool], first: int, last: int) -> list[Span]:
    """Ranges of words, within one sentence, that somebody added."""
    count = sum(foreign[first:last])
    if count >= FEWEST_OWN and 2 * count >= last - first:
        return [(first, last)]
    runs: list[Span] = []
    for i in range(first, last):
        if not foreign[i]:
            continue
        if runs and i - runs[-1][1] <= LONGEST_GAP:
            runs[-1] = (runs[-1][0], i + 1)
        else:
            runs.append((i, i + 1))
    return [(a, b) for a, b in runs if sum(foreign[a:b]) >= FEWEST_INSIDE]


def _is_greeting(words: Sequence[str], *, closed: bool, last: bool) -> bool:
    """Whether the words greet or sign: no full stop, and formal, or a name at the very end."""
    if closed or len(words) > LONGEST_GREETING:
        return False
    if any(word.lower() in FORMAL_WORDS for word in words):
        return True
    if all(is_stop_word(word, None) for word in words):  # bien à vous
        return True
    return last and len(words) <= LONGEST_NAME and all(word[0].isupper() for word in words)


def _widened(text: str, start: int, end: int) -> Span:
    while end < len(text) and text[end] in _AFTER:
        end += 1
    while start > 0 and text[start - 1] in _BEFORE:
        start -= 1
    return start, end
