"""The map of themes as it is drawn: small, complete, and with nothing cut off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.themes.topic_map import COLOURS, LINE, SIZE, Place, drawn, wrapped


def place(theme_id: int, points: int, x: float = 0.5, y: float = 0.5, radius: float = 0.1) -> Place:
    return Place(theme_id, f"Theme {theme_id}", "en", points, f"/themes/{theme_id}", x, y, radius)


def test_the_largest_comes_first_and_each_knows_its_neighbour() -> None:
    places = [place(7, 10, 0.9, 0.9), place(3, 90, 0.2, 0.2, 0.2), place(5, 30, 0.5, 0.3)]
    shown = drawn(places, [(0.2, 0.2, 3), (0.25, 0.2, 3), (0.9, 0.9, 7)])
    assert [island.place.theme_id for island in shown.islands] == [3, 5, 7]
    assert [island.number for island in shown.islands] == [1, 2, 3]
    assert [island.nearest for island in shown.islands] == [2, 1, 2]
    assert shown.islands[0].dots == "M128 128h0M160 128h0"
    assert (shown.shown, shown.points) == (3, 130)
    assert drawn(places[:1], []).islands[0].nearest is None
    assert drawn([], []).islands == []


def test_two_thousand_dots_make_a_small_page() -> None:
    places = [place(i, 100) for i in range(40)]
    shown = drawn(places, [(i / 2000, 0.123456789, i % 40) for i in range(2000)])
    assert sum(len(island.dots) for island in shown.islands) < 25_000
    assert {island.colour for island in shown.islands} == set(range(1, COLOURS + 1))


@pytest.mark.parametrize(
    ("title", "radius", "lines"),
    [
        ("Öffentlicher Verkehr", 80, ["Öffentlicher", "Verkehr"]),
        ("Logement", 60, ["Logement"]),
        ("Erneuerbare Energie und PV-Anlagen", 96, ["Erneuerbare Energie", "und PV-Anlagen"]),
        ("Logement", 20, []),  # a number must do
        ("Personnes en situation de handicap psychique ou physique au travail", 60, []),
    ],
)
def test_a_title_fits_into_its_circle_or_is_left_to_the_table(
    title: str, radius: float, lines: list[str]
) -> None:
    assert wrapped(title, radius) == lines


@given(st.text(st.sampled_from("ab ä-"), max_size=60), st.floats(0, SIZE / 2))
def test_a_title_is_never_cut(title: str, radius: float) -> None:
    lines = wrapped(title, radius)
    assert not lines or " ".join(lines) == " ".join(title.split())
    assert LINE * (len(lines) + 1) / 2 <= max(radius, LINE)
