"""What sets a topic apart from the one nearest to it, in words of each language."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.clustering import Labels
from analysis.keywords import NOT_WORDS, distinct
from analysis.reading import Reading
from analysis.vectors import Matrix, unit

WORDS = 5  # on each side
CLEAR = 1.96  # standard errors from which two topics use a word differently
FEWEST = 3  # texts of both topics together that must have a word

Counts = dict[str, Counter[str]]  # language → stem → texts


@dataclass(frozen=True, slots=True)
class Apart:
    """A topic beside its nearest neighbour.

    `neighbour` is the label of the other. `here` are words that this topic's people use and the
    other's do not, or far less, `there` the reverse: per language, the clearest first, at most
    five; a language without a clear difference is missing.
    """

    neighbour: int
    here: dict[str, list[str]]
    there: dict[str, list[str]]


def contrasts(
    readings: Sequence[Reading],
    labels: Labels,
    middle: Matrix,
    forms: Mapping[tuple[str, str], str],
) -> list[Apart | None]:
    """For each topic, by its centre in `middle`, what sets it apart; None where it is alone.

    `readings` hold one text per campaign, `forms` the readable form of each (language, stem).
    """
    if len(middle) < 2:
        return [None] * len(middle)
    counts: list[Counts] = [defaultdict(Counter) for _ in middle]
    everywhere: Counts = defaultdict(Counter)
    for reading, label in zip(readings, labels, strict=True):
        stems = set(reading.stems) - NOT_WORDS
        counts[label][reading.language].update(stems)
        everywhere[reading.language].update(stems)
    found: list[Apart | None] = []
    for topic, other in enumerate(_neighbours(middle)):
        here: dict[str, list[str]] = {}
        there: dict[str, list[str]] = {}
        for language in sorted(set(counts[topic]) & set(counts[other])):
            lean = _lean(
                counts[topic][language], counts[other][language], everywhere[language], len(middle)
            )
            for side, sign in ((here, 1), (there, -1)):
                clear = sorted((-sign * z, stem) for stem, z in lean.items() if sign * z > CLEAR)
                if clear:
                    shown = distinct((stem for _, stem in clear), WORDS)
                    side[language] = [forms[language, stem] for stem in shown]
        found.append(Apart(other, here, there))
    return found


def _neighbours(middle: Matrix) -> list[int]:
    """The topic nearest to each, seen from the centre of all: else the vaguest is everybody's."""
    seen = unit(middle - middle.mean(axis=0))
    likeness = seen @ seen.T
    np.fill_diagonal(likeness, -np.inf)
    return [int(i) for i in likeness.round(9).argmax(axis=1)]


def _lean(
    here: Counter[str], there: Counter[str], everywhere: Counter[str], n_topics: int
) -> dict[str, float]:
    """How clearly a word belongs to one side, in standard errors, below 0 for the other side.

    Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn, Fightin'
    Words, 2008, equations 15, 19 and 22): what all texts of the language use, with the weight of
    an average topic, is expected on both sides, so that a rare word is not taken for a sign.
    """
    prior = everywhere.total() / n_topics
    lean = {}
    for stem in {*here, *there}:
        if here[stem] + there[stem] < FEWEST:
            continue
        expected = everywhere[stem] / n_topics
        odds, doubt = 0.0, 0.0
        for sign, side in ((1, here), (-1, there)):
            seen = side[stem] + expected
            odds += sign * math.log(seen / max(side.total() + prior - seen, expected))
            doubt += 1 / seen
        lean[stem] = odds / math.sqrt(doubt)
    return lean
