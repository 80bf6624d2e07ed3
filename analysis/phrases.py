"""The noun phrases that people use, and how many people use each in which topic."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.grammar import (
    ADJECTIVE,
    BEFORE,
    GENITIVE,
    NAME,
    NOUN,
    NUMBER,
    PATTERNS,
    Grammar,
)
from analysis.names import people
from analysis.units import Unit, runs
from analysis.words import stem

LONGEST = 6  # words
_FIRST = frozenset((NOUN, ADJECTIVE, BEFORE, NAME))
_LAST = frozenset((NOUN, ADJECTIVE, NUMBER, NAME))
_OF = frozenset(("of", "de", "d", "du", "des", "vun", "vum"))

Key = tuple[str, ...]
"""The stems of a phrase's content words, in order: the words between them may differ."""

Form = tuple[str, str, str | None]
"""A phrase as somebody wrote it, its signs, and the word before it in lower case."""


@dataclass(slots=True)
class Phrase:
    """All uses of a phrase in one language."""

    forms: Counter[Form] = field(default_factory=Counter)
    people: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # of a topic
    beside: Counter[str] = field(default_factory=Counter)  # words that make a longer phrase of it

    @property
    def everyone(self) -> int:
        """In how many texts it stands."""
        return sum(map(len, self.people.values()))

    @property
    def whole(self) -> float:
        """The share of its uses that are no piece of one and the same longer phrase."""
        return 1 - max(self.beside.values(), default=0) / self.forms.total()


def gather(
    texts: Mapping[int, str], labels: Sequence[int] | np.ndarray, language: str
) -> tuple[Grammar, dict[Key, Phrase]]:
    """The grammar that the texts of one language show, and the phrases in them.

    `texts` are given by their row, `labels` tell the topic of a row.
    """
    read = {row: runs(text) for row, text in texts.items()}
    grammar = Grammar(
        language, [run for found in read.values() for run in found], people(texts.values())
    )
    phrases: dict[Key, Phrase] = defaultdict(Phrase)
    for row in texts:
        for run in read.pop(row):  # what is read makes room for its phrases
            signs = grammar.signs(run)
            for start, end in _spans(signs, language):
                used = run[start:end]
                phrase = phrases[_key(used, signs[start:end], language)]
                written = " ".join(texts[row][used[0].start : used[-1].end].split())
                before = run[start - 1].lower if start else None
                phrase.forms[written, signs[start:end], before] += 1
                phrase.people[int(labels[row])].add(row)
                phrase.beside.update(_beside(run, signs, start, end))
    return grammar, phrases


def _spans(signs: str, language: str) -> Iterator[tuple[int, int]]:
    """Start and end of every noun phrase, those within others too."""
    pattern = PATTERNS[language]
    for start, sign in enumerate(signs):
        if sign in _FIRST:
            for end in range(start + 1, min(start + LONGEST, len(signs)) + 1):
                if signs[end - 1] in _LAST and pattern.fullmatch(signs, start, end):
                    yield start, end


def _key(used: Sequence[Unit], signs: str, language: str) -> Key:
    return tuple(
        stem(part, language)
        for unit, sign in zip(used, signs, strict=True)
        if sign in _FIRST or sign in _LAST
        for part in unit.parts
    )


def _beside(run: Sequence[Unit], signs: str, start: int, end: int) -> Iterator[str]:
    """What stands beside a phrase and belongs to it."""
    if start and signs[start - 1] in (NOUN, ADJECTIVE, BEFORE):
        yield f"{run[start - 1].lower} …"
    if start and signs[start - 1] == NUMBER:
        yield "0 …"
    if end < len(signs) and signs[end] in (NOUN, ADJECTIVE):
        yield f"… {run[end].lower}"
    if end < len(signs) and (signs[end] == GENITIVE or run[end].lower in _OF):
        yield "… of"
