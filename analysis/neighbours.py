"""Each text drawn a little towards the texts nearest to it, which steadies short ones."""

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans

from analysis.vectors import Matrix, unit

NEAREST = 10
ROUNDS = 2  # a third changes little
OWN_SHARE = 0.5
EXACT_UP_TO = 10_000  # texts; above, neighbours are sought within cells
CELL = 2_000  # texts in a cell, about
_ROWS_AT_ONCE = 1_000
_PAIRS_AT_ONCE = 2_000_000  # of texts compared: some 20 bytes each, however much a cell holds
_IDENTICAL = 1 - 1e-5  # cosine; a text that returns must not become its own neighbour


class Neighbourhood:
    """The texts among which neighbours are sought, as they are in each round."""

    def __init__(self, vectors: Matrix, random_state: int) -> None:
        self._cells: MiniBatchKMeans | None = None
        cells, count = np.zeros(len(vectors), np.int64), 1
        if len(vectors) > EXACT_UP_TO:
            count = len(vectors) // CELL
            self._cells = MiniBatchKMeans(
                count, random_state=random_state, n_init=1, batch_size=4096
            )
            cells = self._cells.fit_predict(vectors)
        # one may be empty, and yet be the nearest to a text that comes later
        self._members = [np.flatnonzero(cells == cell) for cell in range(count)]
        self._rounds = [vectors]
        for _ in range(ROUNDS - 1):
            self._rounds.append(self._round(self._rounds[-1], self._rounds[-1], cells))

    def smooth(self, vectors: Matrix) -> Matrix:
        """`vectors`, each averaged with its nearest neighbours; a row of zeros stays as it is."""
        cells = self._cells.predict(vectors) if self._cells else np.zeros(len(vectors), np.int64)
        for among in self._rounds:
            vectors = self._round(vectors, among, cells)
        return vectors

    def share_near(
        self, places: NDArray[np.int64], marked: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """For the texts at these places: how many of those nearest to each are marked, as a share.

        `marked` is aligned with all texts. Nought where there is no other text.
        """
        share = np.zeros(len(places))
        for members in self._members:
            rows = np.flatnonzero(np.isin(places, members))
            among, marks = self._rounds[0][members], marked[members]
            at_once = _at_once(len(members))
            for start in range(0, len(rows), at_once):
                block = rows[start : start + at_once]
                cosine = self._rounds[0][places[block]] @ among.T
                cosine[places[block][:, None] == members] = -np.inf
                nearest = _highest(cosine, min(NEAREST, len(members) - 1))
                if nearest.shape[1]:
                    share[block] = marks[nearest].mean(axis=1)
        return share

    def _round(self, vectors: Matrix, among: Matrix, cells: NDArray[np.int64]) -> Matrix:
        smoothed = vectors.copy()
        for cell in np.unique(cells):
            here = among[self._members[cell]]
            rows = np.flatnonzero((cells == cell) & vectors.any(axis=1))
            at_once = _at_once(len(here))
            for start in range(0, len(rows), at_once):
                block = rows[start : start + at_once]
                smoothed[block] = _drawn(vectors[block], here)
        return smoothed


def _drawn(vectors: Matrix, among: Matrix) -> Matrix:
    cosine = vectors @ among.T
    cosine[cosine > _IDENTICAL] = -1
    count = min(NEAREST, len(among) - 1)
    if count < 1:
        return vectors
    nearest = _highest(cosine, count)
    # a neighbour that has nothing in common has no say
    say = np.maximum(np.take_along_axis(cosine, nearest, axis=1), 0) > 0
    mean = np.einsum("ij,ijk->ik", say.astype(vectors.dtype), among[nearest])
    mean /= np.maximum(say.sum(axis=1, keepdims=True), 1)
    return unit(OWN_SHARE * vectors + (1 - OWN_SHARE) * mean)


def _at_once(others: int) -> int:
    """How many texts are compared at once with so many others."""
    return min(_ROWS_AT_ONCE, _PAIRS_AT_ONCE // max(others, 1) + 1)


def _highest(cosine: Matrix, count: int) -> NDArray[np.int64]:
    """The columns of the `count` highest of each row, in no order."""
    return np.asarray(np.argpartition(-cosine, max(count - 1, 0), axis=1)[:, :count], np.int64)
