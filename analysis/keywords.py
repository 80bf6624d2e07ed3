"""What a topic is about: the words that mark it, in each language."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from analysis.clustering import Labels
from analysis.reading import Reading

Marks = dict[str, dict[str, float]]
"""Language → stem → how much it marks a topic, from 0 to 1, best first."""

KEYWORDS = 10
FEWEST_KEYWORDS = 3  # used by more than one person; else any word of the topic may mark it
FEWEST_TEXTS = 2  # of a language in a topic, for keywords in it (unless no language has more)
SMALL = 0.15  # share of small first letters from which a capital is that of a sentence
NOT_WORDS = frozenset(("http", "https", "www", "html", "com"))
"""Pieces of web addresses."""


def readable(readings: Sequence[Reading]) -> dict[tuple[str, str], str]:
    """For each (language, stem) the form that people write most often.

    French and English words are given in lower case unless nearly everyone gives them a capital:
    that of a sentence's first word is not theirs. German and Luxembourgish capitals mark nouns.
    """
    forms: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for reading in readings:
        for stem, word in zip(reading.stems, reading.written, strict=True):
            forms[reading.language, stem][word] += 1
    chosen = {}
    for (language, stem), counts in forms.items():
        lower = Counter({word: n for word, n in counts.items() if word.islower()})
        usual = language not in ("de", "lb") and lower.total() > SMALL * counts.total()
        kept = lower if usual else counts
        cased = {word: n for word, n in kept.items() if not word.isupper() or len(word) < 6} or kept
        chosen[language, stem] = min(cased, key=lambda word: (-cased[word], word))
    return chosen


def marks(readings: Sequence[Reading], labels: Labels, n_topics: int) -> list[Marks]:
    """For each topic and language the stems that mark it, best first, with their weight.

    Class-based TF-IDF: how often the topic's texts in this language use a word, times how rare
    the word is in all texts of the language; the best word of each has 1. `readings` hold one text
    per campaign, so that a letter sent a thousand times does not choose the words.
    """
    counts: list[dict[str, Counter[str]]] = [defaultdict(Counter) for _ in range(n_topics)]
    texts: list[Counter[str]] = [Counter() for _ in range(n_topics)]
    everywhere: dict[str, Counter[str]] = defaultdict(Counter)
    for reading, label in zip(readings, labels, strict=True):
        stems = set(reading.stems) - NOT_WORDS  # once a text: what one person repeats is one voice
        counts[label][reading.language].update(stems)
        texts[label][reading.language] += 1
        everywhere[reading.language].update(stems)
    return [
        {
            language: _weights(topic[language], everywhere[language], n_topics)
            for language in sorted(topic)
            if number[language] >= min(FEWEST_TEXTS, max(number.values())) and topic[language]
        }
        for topic, number in zip(counts, texts, strict=True)
    ]


def _weights(here: Counter[str], everywhere: Counter[str], n_topics: int) -> dict[str, float]:
    mean = everywhere.total() / n_topics  # words of an average topic
    several = [stem for stem in here if here[stem] > 1]
    pool = several if len(several) >= FEWEST_KEYWORDS else list(here)
    weight = {stem: here[stem] * float(np.log1p(mean / everywhere[stem])) for stem in pool}
    best = max(weight.values())
    ordered = sorted(pool, key=lambda stem: (-weight[stem], stem))
    return {stem: weight[stem] / best for stem in ordered}


def keywords(marks: Marks, forms: Mapping[tuple[str, str], str]) -> dict[str, list[str]]:
    """The words that mark a topic, per language and best first, as people write them.

    `forms` are those of `readable`.
    """
    return {
        language: [forms[language, stem] for stem in distinct(weights, KEYWORDS)]
        for language, weights in marks.items()
    }


def distinct(stems: Iterable[str], most: int) -> list[str]:
    """The first stems that differ: a stemmer that parts velo and velos must not show both."""
    chosen: list[str] = []
    for stem in stems:
        if len(chosen) < most and not any(_same(stem, other) for other in chosen):
            chosen.append(stem)
    return chosen


def _same(stem: str, other: str) -> bool:
    short, long = sorted((stem, other), key=len)
    return len(short) >= 3 and long.startswith(short) and len(long) - len(short) <= 2
