"""A map of the points in two dimensions: each topic an island, its typical points in the middle.

Islands lie as their centres do: distances between centres, seen from the centre of all, are kept
as well as a plane can (stress majorisation: de Leeuw, 1977), and islands that would overlap are
pushed apart. The area of an island is the number of its points. Within it a point lies the
further out, the further its text is from the topic's centre, so that all parts of the island are
as dense; the direction is that of the two main differences between the topic's texts.

Plain algebra without a random start: the same map again, in a tenth of a second for
2,000 points and in seconds for 100,000. Measured on five sets of real comments (2,000 points),
beside t-SNE of the same vectors, with trustworthiness (of 10 neighbours), the share of neighbours
on the map that are of the same topic, and CPU seconds: this .90, .997, .03; t-SNE .92, .80, 2.6;
principal components alone .71, .33, .01.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from analysis.clustering import Labels
from analysis.vectors import Matrix, unit

Positions = NDArray[np.float64]
"""Rows of x and y, 0 to 1 each; NaN for what is not on the map."""

COVERED = 0.45  # share of the square that all islands have, before they are pushed apart
APART = 1.06  # times the radii: how far from each other the middles of two islands must be
RIM = 0.95  # of an island's radius, where its outermost point lies
_STEPS = 300
_FARTHEST = 0.4  # from the middle of the map, of an island's middle before the pushing


@dataclass(frozen=True, slots=True)
class Layout:
    """Where points and topics lie.

    `points` has a row for each label, `topics` one for each topic with its middle and `radii` how
    far its island reaches. A point without a topic (label -1), and a topic without points, is NaN.
    """

    points: Positions
    topics: Positions
    radii: NDArray[np.float64]


def lay_out(
    vectors: NDArray[np.floating], labels: Labels, previous: Positions | None = None
) -> Layout:
    """Put every point with a label on the map.

    `vectors` (n × d, unit length; `TopicReport.joint` will do) and `labels` are aligned, and so are
    the `previous` positions, NaN for a point that was on no map. With these the map does not turn
    or flip: topics begin where most of their points were, new ones find their place among them.

    Raises ValueError where the lengths differ.
    """
    if len(vectors) != len(labels) or (previous is not None and len(previous) != len(labels)):
        raise ValueError("vectors, labels and previous positions must have the same length")
    former = np.full((len(labels), 2), np.nan) if previous is None else previous
    members = [np.flatnonzero(labels == topic) for topic in range(int(labels.max(initial=-1)) + 1)]
    layout = Layout(
        np.full((len(labels), 2), np.nan),
        np.full((len(members), 2), np.nan),
        np.full(len(members), np.nan),
    )
    filled = [topic for topic, rows in enumerate(members) if len(rows)]
    if not filled:
        return layout
    with threadpool_limits(1):  # sums in another order would move points from run to run
        middle = np.vstack([vectors[members[t]].mean(axis=0, dtype=np.float64) for t in filled])
        before = np.vstack([_usual(former[members[t]]) for t in filled])
        sizes = np.array([len(members[t]) for t in filled])
        places, radii = _islands(middle, np.sqrt(COVERED * sizes / sizes.sum() / np.pi), before)
        layout.topics[filled], layout.radii[filled] = places, radii
        for topic, place, radius in zip(filled, places, radii, strict=True):
            rows = members[topic]
            within = _within(vectors[rows].astype(np.float64), former[rows] - place)
            layout.points[rows] = np.clip(place + RIM * radius * within, 0, 1)
    return layout


def _usual(former: Positions) -> Positions:
    """Where most of a topic's points were; NaN if most are new."""
    known = former[~np.isnan(former[:, 0])]
    return known.mean(axis=0) if 2 * len(known) >= len(former) else np.full(2, np.nan)


def _islands(
    middle: Matrix, radii: NDArray[np.float64], before: Positions
) -> tuple[Positions, NDArray[np.float64]]:
    """Middles and radii of islands for topics with these centres, inside the square."""
    places = _by_distance(unit(middle - middle.mean(axis=0)))
    places *= _FARTHEST / max(np.abs(places).max(), 1e-9)
    known = ~np.isnan(before[:, 0])
    if known.any():
        places, scale = _turned(places, places[known], before[known])
        places[known] = before[known]
        radii = radii * scale
    places = _pushed_apart(places, radii)
    low, high = (places - radii[:, None]).min(axis=0), (places + radii[:, None]).max(axis=0)
    if known.any() and low.min() >= 0 and high.max() <= 1:
        return places, radii
    scale = 1 / (high - low).max()
    return (places - (low + high) / 2) * scale + 0.5, radii * scale


def _by_distance(points: Matrix) -> Positions:
    """Two coordinates that keep the distances between points as well as they can."""
    wanted = np.linalg.norm(points[:, None] - points[None], axis=2)
    places = _main_differences(points)
    for _ in range(_STEPS):
        found = np.linalg.norm(places[:, None] - places[None], axis=2)
        share = np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 1e-9)
        places = (share.sum(axis=1)[:, None] * places - share @ places) / len(places)
    return places


def _main_differences(points: Matrix) -> Positions:
    """The two principal components of points; of each the largest value is positive."""
    apart = points - points.mean(axis=0)
    _, directions = np.linalg.eigh(apart.T @ apart)
    found = apart @ directions[:, :-3:-1]
    found = np.hstack([found, np.zeros((len(points), 2 - found.shape[1]))])
    largest = np.abs(found).round(9).argmax(axis=0)
    return np.asarray(found * np.where(found[largest, [0, 1]] < 0, -1.0, 1.0))


def _turned(places: Positions, known: Positions, before: Positions) -> tuple[Positions, float]:
    """All places, turned or flipped, scaled and moved so that the known ones fit those of before.

    Orthogonal Procrustes; the scale is that of the spreads.
    """
    here, there = known.mean(axis=0), before.mean(axis=0)
    left, _, right = np.linalg.svd((known - here).T @ (before - there))
    spread = float(np.linalg.norm(known - here))
    scale = float(np.linalg.norm(before - there)) / spread if spread > 1e-9 else 1.0
    return (places - here) @ (left @ right) * scale + there, scale


def _pushed_apart(places: Positions, radii: NDArray[np.float64]) -> Positions:
    """Places so far from each other that circles of these radii do not overlap."""
    reach = APART * (radii[:, None] + radii[None])
    # two in one place part along a direction of their own
    turns = np.arange(len(places)) * 2.4
    places = places + 1e-6 * np.column_stack([np.cos(turns), np.sin(turns)])
    for _ in range(_STEPS):
        between = places[:, None] - places[None]
        found = np.linalg.norm(between, axis=2) + np.eye(len(places)) * 9
        push = np.maximum(reach - found, 0) / (2 * found)
        if not push.any():
            break
        places = places + 0.5 * (push[:, :, None] * between).sum(axis=1)
    return places


def _within(vectors: Matrix, former: Positions) -> Positions:
    """Positions in a disc of radius 1, for the points of one topic."""
    apart = vectors - vectors.mean(axis=0)
    toward = _main_differences(vectors)
    known = ~np.isnan(former[:, 0])
    if known.sum() > 2:
        left, _, right = np.linalg.svd(toward[known].T @ former[known])
        toward = toward @ (left @ right)
    length = np.linalg.norm(toward, axis=1, keepdims=True)
    toward = np.divide(toward, length, out=np.zeros_like(toward), where=length > 1e-9)
    order = np.argsort(np.linalg.norm(apart, axis=1).round(6), kind="stable")
    out = np.empty(len(vectors))
    out[order] = np.sqrt((np.arange(len(vectors)) + 0.5) / len(vectors))
    return np.asarray(out[:, None] * toward)


def shown(labels: Labels, most: int = 2_000) -> NDArray[np.int64]:
    """Rows to draw of a large map, in order: about `most`, of each topic its share."""
    placed = np.flatnonzero(labels >= 0)
    if len(placed) <= most:
        return placed
    kept = []
    for topic in np.unique(labels[placed]):
        rows = placed[labels[placed] == topic]
        count = max(1, len(rows) * most // len(placed))
        kept.append(rows[np.linspace(0, len(rows) - 1, count).astype(np.int64)])
    return np.sort(np.concatenate(kept))
