"""Keeping the topics that people accepted: where each lies, and which documents fit it."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.clustering import Labels, Weights
from analysis.documents import AcceptedTopic
from analysis.vectors import Matrix, unit

LEAST_LIKE = 10  # percentile of the examples' own likeness from which another text fits
FITS_NONE = -1


def examples(
    accepted: Sequence[AcceptedTopic], row: Mapping[int | str, int], n_rows: int
) -> tuple[list[int | str], Labels]:
    """Ids of the accepted topics that have an example here, and the topic each row exemplifies.

    `row` says where a document stands; a row that is no example is marked `FITS_NONE`. Raises
    ValueError if two accepted topics share an id, or a document is an example of two.
    """
    if len({topic.id for topic in accepted}) < len(accepted):
        raise ValueError("two accepted topics have the same id")
    shown: dict[int | str, int | str] = {}
    for topic in accepted:
        for document in topic.document_ids:
            if shown.setdefault(document, topic.id) != topic.id:
                raise ValueError(f"document {document!r} is an example of two accepted topics")
    pinned = np.full(n_rows, FITS_NONE, np.int64)
    ids: list[int | str] = []
    for topic in accepted:
        here = [row[document] for document in topic.document_ids if document in row]
        if here:
            pinned[here] = len(ids)
            ids.append(topic.id)
    return ids, pinned


def spread(pinned: Labels, leader: Labels) -> Labels:
    """`pinned`, with the near-copies of an example put beside it; the first of a group decides."""
    of_group = np.full(len(pinned), FITS_NONE, np.int64)
    for row in np.flatnonzero(pinned != FITS_NONE)[::-1]:
        of_group[leader[row]] = pinned[row]
    return np.where(pinned != FITS_NONE, pinned, of_group[leader])


def centres(vectors: Matrix, weights: Weights, pinned: Labels, n_topics: int) -> Matrix:
    """The mean direction of each topic's examples."""
    weighed = np.maximum(weights, 1e-9)  # an example that shapes nothing still shows the place
    sums = np.zeros((n_topics, vectors.shape[1]))
    shown = pinned != FITS_NONE
    np.add.at(sums, pinned[shown], weighed[shown, None] * vectors[shown])
    return unit(sums)


def fitting(vectors: Matrix, weights: Weights, pinned: Labels, middle: Matrix) -> Labels:
    """For each row the accepted topic it fits, else `FITS_NONE`.

    A text fits the topic it is most like if it is as like it as nine tenths of the examples
    are like each other: the examples say how wide the topic is. A topic with fewer than three
    takes the width of the others, or else that of the texts' own neighbourhoods.
    """
    own = [_likeness(vectors[pinned == i], weights[pinned == i]) for i in range(len(middle))]
    pooled = np.concatenate(own)
    usual = float(np.percentile(pooled, LEAST_LIKE)) if len(pooled) else _usual(vectors)
    wanted = np.array([np.percentile(o, LEAST_LIKE) if len(o) > 2 else usual for o in own])
    cosine = vectors @ middle.T
    best = np.asarray(cosine.argmax(axis=1), np.int64)
    best[cosine.max(axis=1) < wanted[best]] = FITS_NONE
    return np.where(pinned != FITS_NONE, pinned, best)


def _likeness(vectors: Matrix, weights: Weights) -> NDArray[np.float64]:
    """Cosine of each example to the mean of the others; nothing where there is no other."""
    if len(vectors) < 2:
        return np.zeros(0)
    weighed = np.maximum(weights, 1e-9)[:, None] * vectors
    others = unit(weighed.sum(axis=0) - weighed)
    return np.asarray((others * vectors).sum(axis=1))


def _usual(vectors: Matrix) -> float:
    """How like a text is to its tenth neighbour, at the median of at most 500 texts."""
    sample = vectors[np.linspace(0, len(vectors) - 1, min(len(vectors), 500)).astype(int)]
    cosine = np.sort(sample @ sample.T, axis=1)
    return float(np.median(cosine[:, max(0, cosine.shape[1] - 11)]))
