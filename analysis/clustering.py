"""k-means on unit vectors, and how near each text is to each centre."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering, KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning

from analysis.vectors import Matrix

Points = NDArray[np.floating[Any]]
Labels = NDArray[np.int64]
Weights = NDArray[np.float64]

BATCHES_ABOVE = 10_000  # texts
WARD_UP_TO = 3_000  # texts; it compares every pair
STARTS = 10  # of k-means with different first centres, the best kept


def centres(
    vectors: Points, n_topics: int, weights: Weights, random_state: int, starts: int = STARTS
) -> Matrix:
    """`n_topics` centres for `vectors`, in no particular order, from random first centres."""
    return np.asarray(
        _fitted(vectors, n_topics, weights, random_state, starts=starts).cluster_centers_
    )


def best_centres(vectors: Points, n_topics: int, weights: Weights, random_state: int) -> Matrix:
    """The tightest centres: from random first ones, or from those of Ward's groups (Ward 1963).

    Among many topics random first centres seldom hit each; Ward's groups of a sample do.
    """
    if not 1 < n_topics < len(vectors):
        return centres(vectors, n_topics, weights, random_state)
    sample = np.linspace(0, len(vectors) - 1, min(len(vectors), WARD_UP_TO)).astype(int)
    first = _ward(vectors[sample], weights[sample], n_topics)
    found = [_fitted(vectors, n_topics, weights, random_state, first=first)]
    if len(vectors) <= BATCHES_ABOVE:
        found.append(_fitted(vectors, n_topics, weights, random_state, starts=STARTS))
    return np.asarray(min(found, key=lambda model: model.inertia_).cluster_centers_)


def _ward(vectors: Points, weights: Weights, n_topics: int) -> Points:
    labels = AgglomerativeClustering(n_topics, linkage="ward").fit_predict(vectors)
    sums = np.zeros((n_topics, vectors.shape[1]))
    np.add.at(sums, labels, weights[:, None] * vectors)
    return (sums / np.bincount(labels, weights, n_topics)[:, None]).astype(vectors.dtype)


def _fitted(
    vectors: Points,
    n_topics: int,
    weights: Weights,
    random_state: int,
    *,
    first: Points | None = None,
    starts: int = 1,
) -> KMeans | MiniBatchKMeans:
    begin = {"init": "k-means++" if first is None else first}
    if len(vectors) > BATCHES_ABOVE:
        model = MiniBatchKMeans(
            n_topics,
            **begin,
            n_init=3 if first is None else 1,
            batch_size=4096,
            random_state=random_state,
            reassignment_ratio=0.001,
        )
    else:
        model = KMeans(n_topics, **begin, n_init=starts, random_state=random_state)
    with warnings.catch_warnings():
        # fewer different texts than centres: some centres coincide, and that is right
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(vectors, sample_weight=weights)


def distances(vectors: Points, middle: Points) -> Points:
    """Euclidean distance of each text to each centre."""
    squared = (
        (vectors**2).sum(axis=1)[:, None] - 2 * vectors @ middle.T + (middle**2).sum(axis=1)[None]
    )
    return np.asarray(np.sqrt(np.maximum(squared, 0)))


def nearest(vectors: Points, middle: Points) -> Labels:
    """The index of the nearest centre for each text."""
    return np.asarray(distances(vectors, middle).argmin(axis=1), np.int64)


def margins(away: Points, labels: Labels) -> NDArray[np.float64]:
    """How clearly each text belongs to its topic, from 0 to 1.

    The gap between the distance to its own centre and to the next, relative to the next: 0 where
    another centre is as near or nearer, 1 on the centre itself, and 1 where there is one topic.
    """
    if away.shape[1] < 2:
        return np.ones(len(away))
    rows = np.arange(len(away))
    own = away[rows, labels]
    others = away.copy()
    others[rows, labels] = np.inf
    other = others.min(axis=1)
    return np.asarray(np.clip((other - own) / np.maximum(other, 1e-12), 0, 1))
