"""Which points a person should look at next, so that the rest gets better soonest.

A look is worth the doubt that it settles: its own, and that about points like it. Doubt is the
chance that a person would disagree with the label; a point is settled by another as far as the
two are alike. The points are chosen one after the other, each for the doubt that those before it
leave (a greedy choice from a submodular gain; Nemhauser, Wolsey and Fisher 1978; information
density: Settles and Craven 2008), among those in most doubt. Every fifth is drawn by lot from all
points, so that what people find says how good the whole is, and not only its worst part.
"""

import numpy as np
from numpy.typing import NDArray

from analysis.texts import Stored, Texts
from analysis.vectors import Matrix

SUGGESTED = 100  # points
BY_LOT = 5  # every so many
DOUBTFUL = 0.3  # share of the points, those in most doubt, that are considered
UNLIKE = 0.3  # cosine of joint vectors up to which one point settles nothing of another
MOST_CONSIDERED = 2_000
MOST_SETTLED = 5_000
_ROWS_AT_ONCE = 500

Rows = NDArray[np.int64]


def next_to_look_at(
    texts: Texts, confidence: NDArray[np.float64], by_hand: NDArray[np.bool_], random_state: int
) -> list[int]:
    """At most `SUGGESTED` of the texts, those to look at first in front.

    `confidence` and `by_hand` (what a person has looked at) are aligned with the texts. Of
    near-copies one stands for all.
    """
    joint = texts.joint
    seen = np.unique(texts.leader[by_hand])
    free = np.setdiff1d(texts.shaping, seen)
    random = np.random.default_rng(random_state)
    lots = random.permutation(free)[: SUGGESTED // BY_LOT]
    settled = _spaced(texts.shaping, MOST_SETTLED)
    others = joint[settled].astype(np.float32)
    copies = np.bincount(texts.leader, minlength=len(texts.leader))
    doubt = copies[settled] * (1 - confidence[settled])
    for start in range(0, len(seen), _ROWS_AT_ONCE):
        alike = _alike(joint[seen[start : start + _ROWS_AT_ONCE]], others)
        doubt *= np.prod(1 - alike, axis=0)
    doubtful = free[np.argsort(confidence[free], kind="stable")]
    considered = doubtful[: max(SUGGESTED, round(DOUBTFUL * len(free)))]
    considered = _spaced(considered, MOST_CONSIDERED)
    return _greedy(joint, considered, others, doubt.astype(np.float32), lots)


def _spaced(rows: Rows, most: int) -> Rows:
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), most)).astype(np.int64)]


def _alike(some: Stored, others: Matrix) -> Matrix:
    """How far each of some settles each of the others, from 0 to 1."""
    alike = some.astype(np.float32) @ others.T
    alike -= UNLIKE  # in place: the table is as large as all that the run keeps for as many texts
    alike /= 1 - UNLIKE
    np.clip(alike, 0, 1, out=alike)
    np.square(alike, out=alike)
    return alike


def _greedy(
    joint: Stored, considered: Rows, others: Matrix, doubt: NDArray[np.float32], lots: Rows
) -> list[int]:
    alike = _alike(joint[considered], others)
    waiting = np.ones(len(considered), np.bool_)
    drawn = lots.tolist()[::-1]
    chosen: list[int] = []
    while len(chosen) < SUGGESTED and (drawn or waiting.any()):
        if drawn and (len(chosen) % BY_LOT == BY_LOT - 1 or not waiting.any()):
            text = drawn.pop()
            settles = _alike(joint[[text]], others)[0]
        else:
            best = int(np.where(waiting, alike @ doubt, -1).argmax())
            text, settles = int(considered[best]), alike[best]
            waiting[best] = False
        if text in chosen:
            continue
        chosen.append(text)
        doubt = doubt * (1 - settles)
    return chosen
