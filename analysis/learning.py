"""What people's decisions teach about the rest.

Before anybody decides, a text belongs to the topic whose centre it is most like. Each decision
shows where that is wrong. A multinomial logistic regression starts from the centres, instead of
from nothing, and learns only what the decisions add to them: with few it changes little, with
many what it needs to. (The centres act as the mean of a Gaussian prior; Chelba and Acero 2006,
"Adaptation of maximum entropy capitalizer", do the same between domains.) The centres lie among
the smoothed vectors, which find topics best; the correction goes by the texts' own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from analysis.accepted import Standing, sums
from analysis.clustering import Labels, Points
from analysis.confidence import Calibration, fitted, log_odds
from analysis.texts import Texts
from analysis.vectors import Matrix, unit

SHARPNESS = 20.0  # log odds for one of cosine to a centre; 15 to 30 learn alike
RESTRAINT = 0.1  # on the square of the correction; 0.05 to 0.3 learn alike
PARTS = 10  # of the decisions; each is predicted from the others
MOST_PREDICTED = 2_000  # decisions; more do not sharpen the line
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Model:
    """Where topics lie, and what decisions added.

    `middle` (topics × dimensions) has unit length and lies among smoothed vectors, `pull`
    (dimensions × topics) goes by joint ones.
    """

    middle: Matrix
    pull: Matrix
    calibration: Calibration

    def logits(self, vectors: Matrix, joint: Matrix) -> Points:
        """Log odds, up to a number of their own, of each topic for each text."""
        return np.asarray(SHARPNESS * (vectors @ self.middle.T) + joint @ self.pull)

    def of(self, order: NDArray[np.int64]) -> "Model":
        """The model of these topics, in this order."""
        return Model(self.middle[order], self.pull[:, order], self.calibration)


def learn(texts: Texts, known: Standing, middle: Matrix, random_state: int) -> Model:
    """The model after what people decided; `middle` are the centres of all topics, the known
    ones first."""
    rows = _different(known, texts.leader)
    if not len(rows):
        nothing = np.zeros((texts.joint.shape[1], len(middle)), np.float32)
        return Model(middle, nothing, fitted(np.zeros(0), np.zeros(0, np.bool_)))
    lesson = _Lesson(texts, known, middle, rows)
    everything = np.ones(len(rows), np.bool_)
    odds, agreed = lesson.predicted(random_state)
    return Model(middle, lesson.pull(middle, everything), fitted(odds, agreed))


def _different(known: Standing, leader: Labels) -> NDArray[np.int64]:
    """Texts that people put somewhere; of near-copies in one topic the first."""
    rows = np.flatnonzero(known.by_hand)
    pairs = np.column_stack([leader[rows], known.decided[rows]])
    return rows[np.sort(np.unique(pairs, axis=0, return_index=True)[1])]


class _Lesson:
    """The decisions with all that is needed to learn from some of them."""

    def __init__(
        self, texts: Texts, known: Standing, middle: Matrix, rows: NDArray[np.int64]
    ) -> None:
        self._texts = texts
        self._known = known
        self._middle = middle
        self._rows = rows
        self._vectors = texts.vectors[rows]
        self._joint = texts.joint[rows].astype(np.float64)
        self._right = known.decided[rows]

    def pull(self, middle: Matrix, learned: NDArray[np.bool_]) -> Matrix:
        """The correction that the `learned` ones of the decisions ask for, given centres."""
        joint, right = self._joint[learned], self._right[learned]
        offsets = SHARPNESS * (self._vectors[learned] @ middle.T).astype(np.float64)
        rows, shape = np.arange(len(right)), (joint.shape[1], len(middle))

        def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            pull = flat.reshape(shape)
            logits = offsets + joint @ pull
            highest = logits.max(axis=1, keepdims=True)
            likely = np.exp(logits - highest)
            total = likely.sum(axis=1, keepdims=True)
            missed = np.log(total[:, 0]) + highest[:, 0] - logits[rows, right]
            likely /= total
            likely[rows, right] -= 1
            value = float(missed.sum() + RESTRAINT / 2 * (flat @ flat))
            return value, (joint.T @ likely + RESTRAINT * pull).ravel()

        start = np.zeros(shape[0] * shape[1])
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
        return np.asarray(found.x.reshape(shape), np.float32)

    def predicted(self, random_state: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """For decisions that were kept from the model: log odds of its answer, and whether the
        person said the same."""
        order = np.random.default_rng(random_state).permutation(len(self._rows))
        order = order[:MOST_PREDICTED]
        place = self._known.place
        all_sums = sums(self._texts.vectors, self._texts.weights, place, self._known.count)
        odds, agreed = [np.zeros(0)], [np.zeros(0, np.bool_)]
        for part in _parts(order):
            learned = np.ones(len(self._rows), np.bool_)
            learned[part] = False
            middle = self._without(all_sums, self._rows[part])
            logits = SHARPNESS * (self._vectors[part] @ middle.T)
            if learned.any():
                logits = logits + self._joint[part] @ self.pull(middle, learned)
            labels = np.asarray(logits.argmax(axis=1), np.int64)
            odds.append(log_odds(logits, labels))
            agreed.append(labels == self._right[part])
        return np.concatenate(odds), np.concatenate(agreed)

    def _without(self, all_sums: Points, hidden: NDArray[np.int64]) -> Matrix:
        """The centres as they would be without these texts and their near-copies."""
        texts, known = self._texts, self._known
        copies = np.flatnonzero(np.isin(texts.leader, texts.leader[hidden]))
        place = known.place[copies]
        taken = sums(texts.vectors[copies], texts.weights[copies], place, known.count)
        left = all_sums - taken
        left[np.linalg.norm(left, axis=1) < 1e-6] = 0  # nobody else was there
        middle = self._middle.copy()
        middle[: known.count] = unit(left)
        return middle


def _parts(order: NDArray[np.int64]) -> Sequence[NDArray[np.int64]]:
    return [part for part in np.array_split(order, PARTS) if len(part)]
