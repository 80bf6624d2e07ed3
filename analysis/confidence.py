"""How likely it is that a person would agree with a label.

The model's own log odds of a label are turned into a probability by a straight line in log odds
(Platt 1999, "Probabilistic outputs for support vector machines"). Where people have decided on
points, the line is fitted to decisions that the model had not seen (ten parts, each predicted
from the others), drawn towards the line that such models had on public labelled sets. Where
nobody has decided yet, that of topics found without people is all there is; it was measured on
the same sets and is off by a tenth on a set that it does not know.
`python -m benchmarks.learning FOLDER --parts lines` measures the lines set by set.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from analysis.clustering import Labels, Points

Floats = NDArray[np.float64]

UNLEARNED = (-0.1, 0.23)
"""Intercept and slope for topics that nobody has decided on: pooled over the public sets."""
LEARNED = (-0.4, 0.7)
"""The same after decisions: the mean over the sets."""
WIDTHS = (0.3, 0.1)  # standard deviations of intercept and slope around `LEARNED`
HALF_LEARNED = 20  # decisions after which what is expected lies half way between the two
OFF_BY = 0.11
"""Expected calibration error of `UNLEARNED` on a set that took no part in it: mean of six."""
NEXT = 3
"""Topics beside its label that are said of a text."""
_NEVER = 30.0  # log odds; more are no surer


@dataclass(frozen=True, slots=True)
class Calibration:
    """From log odds to a probability.

    `decisions` is how many it was fitted on; `agreement` the share of these where the model,
    without having seen them, had said the same.
    """

    intercept: float
    slope: float
    decisions: int = 0
    agreement: float | None = None

    def of(self, odds: Floats) -> Floats:
        """The probability that a person would agree, for each label with these log odds."""
        return np.asarray(expit(self.intercept + self.slope * odds))


def log_odds(logits: Points, labels: Labels) -> Floats:
    """Log odds of each row's label against all other topics together."""
    if logits.shape[1] < 2:
        return np.full(len(labels), _NEVER)
    rows = np.arange(len(labels))
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    own = shifted[rows, labels]
    shifted[rows, labels] = -np.inf
    others = np.log(np.maximum(np.exp(shifted).sum(axis=1), 1e-300))
    return np.asarray(np.clip(own - others, -_NEVER, _NEVER))


def next_likely(
    logits: Points, labels: Labels, sure: Floats, slope: float, most: int = NEXT
) -> tuple[Labels, Floats]:
    """For each row the topics that come next to its label, the likeliest first, and how likely each
    is: two arrays, rows × `most`, with -1 and 0 where there is none.

    What the label leaves of certainty (`sure` is the label's) is shared by all other topics as the
    model weighs them, levelled by the slope of the same line.
    """
    count, topics = logits.shape
    places = np.full((count, most), -1, np.int64)
    likely = np.zeros((count, most))
    taken = min(most, topics - 1)
    if taken < 1:
        return places, likely
    rows = np.arange(count)
    weighed = logits.astype(np.float32)
    weighed[rows, labels] = -np.inf
    weighed -= weighed.max(axis=1, keepdims=True)
    first = np.argsort(-weighed, axis=1, kind="stable")[:, :taken]
    shares = np.exp(max(slope, 0.0) * weighed)
    shares[rows, labels] = 0.0
    found = np.take_along_axis(shares, first, axis=1) / shares.sum(axis=1, keepdims=True)
    likely[:, :taken] = found * (1 - sure)[:, None]
    places[:, :taken] = first
    return np.where(likely > 0, places, -1), likely


def fitted(odds: Floats, agreed: NDArray[np.bool_]) -> Calibration:
    """The line for decisions that the model had not seen: log odds of what it said, and whether
    the person said the same.

    The most likely one, with `LEARNED` as what is expected beforehand.
    """
    count = len(odds)
    if not count:
        return Calibration(*UNLEARNED)
    share = count / (count + HALF_LEARNED)
    expected = (1 - share) * np.array(UNLEARNED) + share * np.array(LEARNED)
    precision = 1 / np.square(np.array(WIDTHS))
    features = np.column_stack([np.ones(count), odds])

    def loss(line: Floats) -> tuple[float, Floats]:
        logits = features @ line
        missed = np.logaddexp(0, logits) - agreed * logits
        away = line - expected
        value = float(missed.sum() + precision @ away**2 / 2)
        return value, features.T @ (expit(logits) - agreed) + precision * away

    # convex, but Newton's method leaps over the valley where people contradict what was sure
    line = minimize(loss, expected, jac=True, method="L-BFGS-B", options={"gtol": 1e-8}).x
    return Calibration(float(line[0]), float(line[1]), count, float(agreed.mean()))
