"""How many topics there are: as many as come out again when part of the texts is left out.

Each number is tried on subsamples of 70 % of the texts; the labels that the resulting centres give
to all texts are compared pair by pair (adjusted Rand index; Lange et al. 2004, "Stability-based
validation of clustering solutions"). Few topics are stable for no reason: even a cloud without any
structure is cut the same way each time along its longest axis. So the same is done with a random
cloud of the same shape, and what counts is how far the texts are above it, as a share of what is
possible.

The figure tends to rise with the number, since small tight groups come out again by themselves.
So the smallest number that stands out from its neighbours and reaches most of the best wins: it
is the one people can still read. Where nothing is far above chance no number is right, and the
card says so; a readable one is taken.

On what people write about one draft the mean silhouette (Rousseeuw 1987) rises without end and
asks for 5 to 15 times too many. But where it is high, the texts fall into groups that stand well
apart, a smaller number would join what has nothing to do with each other, and the number of the
highest silhouette wins, even if it is large.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score

from analysis.clustering import Weights, centres, nearest
from analysis.vectors import Matrix

CANDIDATES = (*range(2, 17), 18, 20, 22, 24, 26, 28, 30)
MANY = (32, 34, 37, 40, 44, 48, 53, 58, 64, 70, 77, 85, 93, 102, 112, 123, 135, 150)
LEAST_EACH = 10  # texts a topic, if there are many topics
SUBSAMPLES = 10
OF_CHANCE = 5  # subsamples of the random cloud, whose figure varies little
SHARE = 0.7
ENOUGH = 0.7  # of the best figure, for a smaller number to win
CLEAR = 0.35  # figure that the best must reach for any number to stand out
APART = 0.4  # silhouette from which groups stand well apart; real consultations reach 0.2 to 0.3
ALIKE = 0.02  # silhouettes less apart say the same: the smaller number is easier to read
NEARLY_APART = 0.33  # silhouette of `CANDIDATES` from which `MANY` are worth the time
LARGEST_SAMPLE = 2_000  # texts; more cost time and do not move the curve
_STARTS = 2  # of each k-means: an unlucky start is part of being unstable
_DIMENSIONS = 50  # the stability of coarse groups does not need more

STAND_APART = "the topics stand well apart, and at this number most clearly"
STANDS_OUT = "the smallest number that stands out and reaches most of the best stability"
BEST = "the most stable number above chance"
NOTHING_CLEAR = (
    "no number is much more stable than chance: a readable one, the cube root of the texts"
)

Told = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Tried:
    """One number of topics.

    `stability` (1 = perfect), `by_chance` that of a cloud without structure, `silhouette` the mean
    over the texts by cosine (-1 to 1).
    """

    stability: float
    by_chance: float
    silhouette: float

    @property
    def above_chance(self) -> float:
        """Share of the possible gain over chance."""
        return (self.stability - self.by_chance) / max(1 - self.by_chance, 1e-9)


@dataclass(frozen=True, slots=True)
class Choice:
    """The number of topics, why, everything that was tried, and the other numbers that stand out."""

    n_topics: int
    reason: str
    curve: dict[int, Tried]
    alternatives: list[int]


def candidates(n_texts: int, fewest: int) -> list[int]:
    """Numbers worth trying: up to 30, and to the root of the number of texts (a usual bound)."""
    return [number for number in CANDIDATES if fewest <= number <= round(n_texts**0.5)]


def _peaks(figures: dict[int, float]) -> list[int]:
    """Numbers no worse than both their neighbours among those tried; never the ends."""
    tried = sorted(figures)
    return [
        number
        for before, number, after in zip(tried, tried[1:], tried[2:], strict=False)
        if figures[number] >= max(figures[before], figures[after])
    ]


def choose(curve: dict[int, Tried], n_texts: int) -> Choice:
    """The number of topics for `n_texts` texts; `curve` holds at least one number."""
    figures = {number: tried.above_chance for number, tried in curve.items()}
    best = max(figures.values())
    peaks = _peaks(figures)
    good = [number for number in peaks if figures[number] >= ENOUGH * best]
    apart = max(tried.silhouette for tried in curve.values())
    if apart >= APART:
        clear = [number for number, tried in curve.items() if tried.silhouette > apart - ALIKE]
        chosen, reason = min(clear), STAND_APART
    elif best < CLEAR:
        usual = round(n_texts ** (1 / 3))  # 7 of 300, 10 of 1,000, 22 of 10,000
        chosen, reason = min(figures, key=lambda number: abs(number - usual)), NOTHING_CLEAR
    elif good:
        chosen, reason = min(good), STANDS_OUT
    else:
        chosen, reason = min(number for number in figures if figures[number] == best), BEST
    return Choice(chosen, reason, curve, [number for number in peaks if number != chosen])


def _stability(
    vectors: Matrix, weights: Weights, number: int, random_state: int, subsamples: int
) -> float:
    random = np.random.default_rng(random_state)
    size = len(vectors)
    labels = []
    for i in range(subsamples):
        part = np.sort(random.choice(size, max(number, int(SHARE * size)), replace=False))
        middle = centres(vectors[part], number, weights[part], random_state + i, _STARTS)
        labels.append(nearest(vectors, middle))
    pairs = [(a, b) for i, a in enumerate(labels) for b in labels[:i]]
    return float(np.mean([adjusted_rand_score(a, b) for a, b in pairs]))


class _Silhouettes:
    """Mean silhouettes of the same texts, cut into different numbers of topics."""

    def __init__(self, vectors: Matrix) -> None:
        self._apart = np.clip(1 - vectors @ vectors.T, 0, 2)
        np.fill_diagonal(self._apart, 0)

    def of(self, vectors: Matrix, weights: Weights, number: int, random_state: int) -> float:
        middle = centres(vectors, number, weights, random_state, _STARTS)
        labels = nearest(vectors, middle)
        if not 1 < len(np.unique(labels)) < len(labels):
            return 0.0
        return float(silhouette_score(self._apart, labels, metric="precomputed"))


def _worth_many(curve: dict[int, Tried], n_texts: int) -> list[int]:
    """Larger numbers to try, where the usual ones leave well separated groups together."""
    usual = max((tried.silhouette for tried in curve.values()), default=0.0)
    if usual < NEARLY_APART:
        return []
    return [n for n in (*CANDIDATES, *MANY) if max(curve) < n <= n_texts // LEAST_EACH]


def stability_curve(
    vectors: Matrix,
    weights: Weights,
    random_state: int,
    fewest: int = 3,
    told: Told = lambda _: None,
) -> dict[int, Tried]:
    """Every number of topics from `fewest` that these texts can bear, tried.

    Empty where there are too few texts to choose. `told` hears the share done.
    """
    random = np.random.default_rng(random_state)
    if len(vectors) > LARGEST_SAMPLE:
        sample = np.sort(random.choice(len(vectors), LARGEST_SAMPLE, replace=False))
        vectors, weights = vectors[sample], weights[sample]
    numbers = candidates(len(vectors), fewest)
    if not numbers:
        return {}
    silhouettes = _Silhouettes(vectors)
    shape = PCA(min(_DIMENSIONS, *vectors.shape), svd_solver="covariance_eigh")
    vectors = shape.fit_transform(vectors)
    spread = np.sqrt(np.maximum(shape.explained_variance_, 0))
    cloud = random.standard_normal(vectors.shape) * spread
    curve: dict[int, Tried] = {}
    while numbers:
        for done, number in enumerate(numbers, 1):
            curve[number] = Tried(
                _stability(vectors, weights, number, random_state, SUBSAMPLES),
                _stability(cloud, weights, number, random_state, OF_CHANCE),
                silhouettes.of(vectors, weights, number, random_state),
            )
            told(done / len(numbers))
        numbers = _worth_many(curve, len(vectors))
    return curve
