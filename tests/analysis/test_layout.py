"""The map: islands that do not overlap, in their places again when the corpus has grown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.clustering import Labels
from analysis.layout import Layout, Positions, lay_out, shown
from analysis.vectors import Matrix, unit


def corpus(*sizes: int, seed: int = 0, dimensions: int = 20) -> tuple[Matrix, Labels]:
    """Texts around well parted centres: topics 0 and 1 are near each other, the others far."""
    random = np.random.default_rng(seed)
    centres = np.eye(dimensions)[: len(sizes)]
    centres[1] = unit(centres[:1] + 0.5 * centres[1:2])
    labels = np.repeat(np.arange(len(sizes)), sizes)
    random.shuffle(labels)
    return unit(centres[labels] + 0.25 * random.standard_normal((len(labels), dimensions))), labels


def overlap(layout: Layout) -> float:
    """How far the two islands that are closest reach into each other; not above 0 if none do."""
    kept = ~np.isnan(layout.radii)
    places, radii = layout.topics[kept], layout.radii[kept]
    between = np.linalg.norm(places[:, None] - places[None], axis=2)
    deep = radii[:, None] + radii[None] - between
    return float((deep - np.diag(np.full(len(deep), 9.0))).max(initial=-9.0))


def moved(before: Positions, after: Positions) -> float:
    kept = ~np.isnan(before[:, 0])
    return float(np.linalg.norm(before[kept] - after[kept], axis=1).mean())


def test_topics_are_islands_as_large_as_they_have_points() -> None:
    vectors, labels = corpus(400, 100, 100, 100, 50)
    layout = lay_out(vectors, labels)
    assert overlap(layout) <= 1e-9
    assert layout.points.min() >= 0
    assert layout.points.max() <= 1
    away = np.linalg.norm(layout.points - layout.topics[labels], axis=1)
    assert (away <= layout.radii[labels]).all()
    assert layout.radii[0] / layout.radii[1] == pytest.approx(2)
    between = np.linalg.norm(layout.topics[:, None] - layout.topics[None], axis=2)
    edges = between - layout.radii[:, None] - layout.radii[None] + 9 * np.eye(5)
    assert edges[0].argmin() == 1
    assert edges[1].argmin() == 0


def test_the_typical_lie_in_the_middle_and_an_island_is_filled_evenly() -> None:
    vectors, labels = corpus(300, 300)
    layout = lay_out(vectors, labels)
    rows = labels == 0
    typical = vectors[rows] @ unit(vectors[rows].mean(axis=0, keepdims=True))[0]
    away = np.linalg.norm(layout.points[rows] - layout.topics[0], axis=1) / layout.radii[0]
    assert np.corrcoef(typical, away)[0, 1] < -0.9
    assert (away < 0.5**0.5).mean() == pytest.approx(0.5, abs=0.1)


def test_what_has_no_topic_is_not_on_the_map() -> None:
    vectors, labels = corpus(30, 30, 30)
    labels[labels == 1] = -1
    layout = lay_out(vectors, labels)
    assert np.isnan(layout.points[labels < 0]).all()
    assert np.isnan(layout.radii).tolist() == [False, True, False]
    nowhere = lay_out(vectors[:2], np.array([-1, -1]))
    assert nowhere.topics.shape == (0, 2)
    one = lay_out(vectors[:1], np.array([0]))
    assert one.topics.round(9).tolist() == [[0.5, 0.5]]


def test_a_map_of_more_points_looks_like_the_one_before() -> None:
    vectors, labels = corpus(300, 200, 150, 100, 80, 60, seed=1)
    first = lay_out(vectors[:800], labels[:800]).points
    turned = np.full((len(labels), 2), np.nan)
    turned[:800] = first[:, ::-1]  # mirrored: no run draws it so by itself
    again = lay_out(vectors, labels, turned)
    assert overlap(again) <= 1e-9
    assert moved(turned, again.points) < 0.03
    assert moved(turned, lay_out(vectors, labels).points) > 0.1


def test_a_new_topic_finds_its_place_among_the_old() -> None:
    vectors, labels = corpus(200, 100, 150, 100, seed=2)
    old = labels != 1
    before = np.full((len(labels), 2), np.nan)
    before[old] = lay_out(vectors[old], labels[old]).points
    after = lay_out(vectors, labels, before)
    assert overlap(after) <= 1e-9
    assert moved(before, after.points) < 0.15
    between = np.linalg.norm(after.topics[1] - after.topics, axis=1) - after.radii
    assert between[[0, 2, 3]].argmin() == 0


def test_the_same_in_any_order_of_topics_and_in_half_precision() -> None:
    vectors, labels = corpus(100, 80, 60)
    layout = lay_out(vectors, labels)
    assert np.array_equal(layout.points, lay_out(vectors, labels).points)
    coarse = lay_out(vectors.astype(np.float16), labels)
    assert np.abs(layout.topics - coarse.topics).max() < 0.01


def test_wrong_lengths_are_refused() -> None:
    vectors, labels = corpus(10, 10)
    with pytest.raises(ValueError, match="same length"):
        lay_out(vectors[1:], labels)
    with pytest.raises(ValueError, match="same length"):
        lay_out(vectors, labels, np.zeros((3, 2)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-1, 6), st.tuples(*[st.sampled_from([0.0, 0.5, 1.0, -1.0])] * 3)),
        max_size=40,
    ),
    st.booleans(),
)
def test_any_points_can_be_drawn(rows: list[tuple[int, tuple[float, ...]]], again: bool) -> None:
    labels = np.array([label for label, _ in rows], np.int64)
    vectors = unit(np.array([vector for _, vector in rows]).reshape(-1, 3))
    layout = lay_out(vectors, labels)
    if again:
        layout = lay_out(vectors, labels, layout.points)
    drawn = layout.points[labels >= 0]
    assert np.isfinite(drawn).all()
    assert ((drawn >= 0) & (drawn <= 1)).all()
    assert overlap(layout) < 0.02


@given(st.lists(st.integers(-1, 5), max_size=300), st.integers(1, 50))
def test_a_large_map_shows_a_sample_of_every_topic(given_labels: list[int], most: int) -> None:
    labels = np.array(given_labels, np.int64)
    rows = shown(labels, most)
    assert rows.tolist() == sorted(set(rows.tolist()))
    assert set(labels[rows]) == set(labels[labels >= 0])
    assert len(rows) <= most + 6
