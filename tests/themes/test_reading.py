"""The second reading: drawn by lot, read blind, and what it measures."""

import json
import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.exports.writing import export
from consult.kernel.actor import Actor
from consult.kernel.transaction import act
from consult.moderation.withdrawal import withdraw
from consult.submissions.models import Point
from consult.themes import signoff
from consult.themes.coding import portions
from consult.themes.coding.wanted import Wanted
from consult.themes.errors import NothingToReadError, ReadingOpenError, ReadingOverError
from consult.themes.models import Reading, ReadingPoint
from consult.themes.queries import labels_of_points
from consult.themes.reading import agreement, lot, queries, reading
from consult.themes.reading.agreement import Pair
from tests.builders import NOW
from tests.client import PageClient
from tests.themes.conftest import Analysed
from tests.themes.test_pages import accepted, official

__all__ = ["official"]

PAGE = "/desk/consultations/law/reading"


def spread(table: list[list[int]]) -> list[tuple[int, int]]:
    """The pairs of a table of two readers: rows are the first's labels."""
    return [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]


@pytest.mark.parametrize(
    ("table", "value", "low", "high"),
    [
        # statpsych (D. Bonett), ci.kappa(.05, 31, 12, 4, 58), by Fleiss, Levin and Paik 2003:
        # 0.6756757, standard error 0.07344761, 0.5317210 to 0.8196303.
        ([[31, 12], [4, 58]], 0.6756757, 0.5317210, 0.8196303),
        # Fleiss, Levin and Paik 2003, table 18.1: psychotic, neurotic, organic; each of the three
        # against the others below.
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.6764706, 0.5045760, 0.8483652),
        ([[75, 5], [5, 15]], 0.6875, None, None),
        ([[4, 6], [1, 89]], 0.50, None, None),
        ([[10, 0], [5, 85]], 0.7727273, None, None),
        # As by chance, and worse than by chance.
        ([[25, 25], [25, 25]], 0.0, None, None),
        ([[0, 5], [5, 0]], -1.0, None, None),
    ],
)
def test_kappa_as_in_worked_examples(
    table: list[list[int]], value: float, low: float | None, high: float | None
) -> None:
    found = agreement.kappa(spread(table))
    assert found is not None
    assert math.isclose(found.value, value, abs_tol=1e-6)
    if low is not None and high is not None:
        assert math.isclose(found.low, low, abs_tol=1e-6)
        assert math.isclose(found.high, high, abs_tol=1e-6)


def test_kappa_where_the_formula_has_no_answer() -> None:
    assert agreement.kappa([]) is None
    assert agreement.kappa([("a", "a")] * 20) is None  # chance alone agrees wholly
    full = agreement.kappa(spread([[5, 0], [0, 5]]))
    assert full is not None
    # Ten of ten say little of the rest: Wilson's lower end of 10 in 10 is 0.7225.
    assert (full.value, full.high) == (1.0, 1.0)
    assert math.isclose(full.low, (0.7224672 - 0.5) / 0.5, abs_tol=1e-6)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=60))
def test_kappa_is_that_of_another_program(pairs: list[tuple[int, int]]) -> None:
    found = agreement.kappa(pairs)
    if found is None:
        assert len({label for pair in pairs for label in pair}) == 1
        return
    first, second = zip(*pairs, strict=True)
    assert math.isclose(found.value, cohen_kappa_score(first, second), abs_tol=1e-9)
    assert -1 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1


@pytest.mark.parametrize(
    ("count", "number", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_shares_as_in_worked_examples(count: int, number: int, low: float, high: float) -> None:
    found = agreement.share(count, number)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert agreement.share(0, 0) is None


@pytest.mark.parametrize(
    ("points", "percent", "number"),
    [(0, 10, 0), (8, 10, 8), (200, 10, 30), (3463, 10, 347), (100_000, 10, 900), (500, 100, 500)],
)
def test_how_many_are_drawn(points: int, percent: int, number: int) -> None:
    assert lot.size(points, percent) == number


def test_the_same_seed_draws_the_same_points() -> None:
    points = list(range(1, 1001))
    drawn = lot.draw(points, 7, 50)
    assert drawn == lot.draw(points[::-1], 7, 50) == sorted(drawn)
    assert drawn != lot.draw(points, 8, 50)
    # Who stays away changes nothing of who else is drawn.
    assert set(lot.draw(points[:500], 7, 500)) >= {p for p in drawn if p <= 500}


def test_what_a_reading_says() -> None:
    pairs = [
        *[Pair(1, True, 1)] * 8,
        *[Pair(1, True, 2)] * 4,
        *[Pair(2, True, 2)] * 9,
        *[Pair(3, False, 3)] * 5,
        *[Pair(3, False, None)] * 1,
    ]
    found = agreement.figures(pairs)
    assert found.read == 27
    assert found.wrong is not None
    assert (found.wrong.count, found.wrong.number) == (4, 21)
    one, two, three = found.themes
    assert (one.first, one.second, one.both, one.confused, one.times) == (12, 8, 8, 2, 4)
    assert one.wrong is not None
    assert one.wrong.share == 4 / 12
    assert (two.first, two.second, two.wrong) == (9, 13, None)  # nine labels say too little
    assert (three.kappa, three.sharpen, three.confused) == (None, False, 0)
    assert [row.sharpen for row in (one, two)] == [
        row.kappa is not None and row.kappa.value < 0.6 for row in (one, two)
    ]
    assert agreement.read(json.loads(json.dumps(found.stored()))) == found


def draw(place: Analysed, actor: Actor | None = None) -> int:
    with act() as session:
        labels = queries.labelled(session, place.consultation.id)
        return reading.draw(
            session, place.consultation, lot.drawn(list(labels), 10, 3), labels,
            actor=actor or place.actor, now=NOW,
        ).id  # fmt: skip


def take(place: Analysed, actor: Actor) -> int:
    with act() as session:
        return reading.take(session, place.consultation, actor=actor, now=NOW)


def read(place: Analysed, actor: Actor, point: int, theme: int | None) -> None:
    with act() as session:
        reading.read(session, place.consultation, point, theme, actor=actor, now=NOW)


def mine(session: Session, number: int, actor: Actor) -> list[int]:
    session.rollback()
    return list(queries.left(session, number, actor.user_id or 0, NOW).mine)


def test_another_person_reads_and_the_machine_is_measured(
    session: Session, place: Analysed
) -> None:
    bus, bike, points = place.themes["Bus"], place.themes["Vélo"], place.points
    with act() as writing:  # Anne has placed the first two
        signoff.check_points(
            writing, place.consultation, {points[0]: bus, points[1]: bus}, **place.who
        )
    number = draw(place)
    with pytest.raises(ReadingOpenError):
        draw(place)
    assert take(place, place.actor) == 6
    assert mine(session, number, place.actor) == points[2:]
    with pytest.raises(ReadingOverError):
        read(place, place.actor, points[0], bus)  # her own
    read(place, place.actor, points[2], bike)
    read(place, place.actor, points[3], bus)
    # Nobody else is given what she has before her.
    assert take(place, place.other) == 2
    with pytest.raises(ReadingOverError):
        read(place, place.other, points[4], bus)
    read(place, place.other, points[0], bus)
    read(place, place.other, points[1], bike)
    session.rollback()
    labels = labels_of_points(session, points)
    # What only the machine had placed is a person's now; between two people the first label stays.
    assert (labels[points[3]].theme_id, labels[points[3]].person_id) == (bus, place.actor.user_id)
    assert (labels[points[1]].theme_id, labels[points[1]].person_id) == (bus, place.actor.user_id)
    assert queries.measured(session, place.consultation.id) is None  # nobody sees it yet
    session.rollback()
    with act() as writing:
        reading.end(writing, place.consultation, **place.who)
    session.rollback()
    found = queries.measured(session, place.consultation.id)
    assert found is not None
    assert (found.figures.read, found.among, found.size, found.seed) == (4, 8, 8, 3)
    assert found.figures.wrong is not None
    assert (found.figures.wrong.count, found.figures.wrong.number) == (1, 2)
    assert [(d.point_id, d.first, d.second) for d in queries.differences(session, number)] == [
        (points[1], bus, bike)
    ]
    # Once somebody has decided, nothing is left to decide.
    session.rollback()
    with act() as writing:
        decided = labels_of_points(writing, points)[points[1]].id
        signoff.check_points(
            writing, place.consultation, {points[1]: bike}, over=[decided],
            actor=place.other, now=NOW,
        )  # fmt: skip
    assert not queries.differences(session, number)
    session.rollback()
    acts = session.scalars(select(Activity.act).where(Activity.act.like("reading:%"))).all()
    assert sorted(acts) == sorted(
        ["reading:drawn", "reading:taken", "reading:taken", "reading:read", "reading:read",
         "reading:ended"]
    )  # fmt: skip
    with pytest.raises(ReadingOverError), act() as writing:
        reading.take(writing, place.consultation, **place.who)


def test_themes_that_are_one_are_no_difference(session: Session, place: Analysed) -> None:
    bus, point = place.themes["Bus"], place.points[0]
    other = next(theme for name, theme in place.themes.items() if name != "Bus")
    with act() as writing:
        signoff.check_points(writing, place.consultation, {point: bus}, **place.who)
    number = draw(place)
    take(place, place.other)
    read(place, place.other, point, other)
    session.rollback()
    assert [d.point_id for d in queries.differences(session, number)] == [point]
    session.rollback()
    with act() as writing:
        signoff.merge(writing, place.consultation, other, bus, **place.who)
    assert not queries.differences(session, number)


def test_the_last_point_ends_it_and_withdrawn_ones_are_not_waited_for(
    session: Session, place: Analysed
) -> None:
    number = draw(place)
    comment = session.get_one(Point, place.points[7]).comment_id
    session.rollback()
    take(place, place.other)
    with act() as writing:
        withdraw(writing, comment, actor=Actor.receipt(1), now=NOW)
    for point in place.points[:7]:
        read(place, place.other, point, place.themes["Bus"])
    session.rollback()
    assert session.get_one(Reading, number).ended_at is not None
    measured = queries.measured(session, place.consultation.id)
    assert measured is not None
    assert measured.figures.read == 7


def test_what_is_held_is_free_again_later(session: Session, place: Analysed) -> None:
    number = draw(place)
    take(place, place.actor)
    assert take(place, place.other) == 0
    with act() as writing:
        later = NOW + reading.HELD_FOR + timedelta(seconds=1)
        assert reading.take(writing, place.consultation, actor=place.other, now=later) == 8
    assert not mine(session, number, place.actor)


def test_whoever_codes_meanwhile_changes_nothing_of_the_measure(
    session: Session, place: Analysed
) -> None:
    bus, bike, first = place.themes["Bus"], place.themes["Vélo"], place.points[0]
    number = draw(place)
    take(place, place.other)
    with act() as writing:
        signoff.check_points(writing, place.consultation, {first: bike}, **place.who)
    read(place, place.other, first, bus)
    session.rollback()
    # The first label is the machine's, as it was drawn; the coder's stands.
    assert queries.pairs(session, number) == [Pair(bus, True, bus)]
    assert labels_of_points(session, [first])[first].theme_id == bike


def test_nothing_to_read(session: Session, place: Analysed) -> None:
    del session
    with pytest.raises(NothingToReadError), act() as writing:
        reading.draw(writing, place.consultation, lot.drawn([], 10, 1), {}, **place.who)


def test_at_the_desk_blind_and_then_public(
    client: PageClient, official: Analysed, session: Session
) -> None:
    accepted(official, "Bus", "Vélo")
    client.submit(PAGE, {"percent": "0"}, action="/draw", status=422)
    page = client.submit(PAGE, {"percent": "10"}, action="/draw")
    assert "8 points are drawn." in page.text
    page = client.submit(PAGE, {}, action="/take")
    assert "What was said of it before is not shown." in page.text
    assert "set by machine" not in page.text
    assert "Accept" not in page.text
    assert "coding__theme--chosen" not in page.response.get_data(as_text=True)
    client.post(
        f"{PAGE}/points/{official.points[0]}",
        {**page.form(f"/{official.points[0]}"), "theme": ""},
        422,
    )
    for point in official.points:
        fields = page.form(f"/{point}")
        page = client.post(
            f"{PAGE}/points/{point}", {**fields, "theme": str(official.themes["Bus"])}
        )
    assert "What the last one measured" in page.text
    session.rollback()
    public = client.get("/consultations/law/themes", headers={"Accept-Language": "en"})
    assert "it is wrong in about 75% of the cases" in public.text
    assert "8 points drawn by lot without seeing what the program had said" in public.text
    assert "people would probably put" not in public.text
    assert "Agreement by theme" in public.text
    theme = client.get(f"/consultations/law/themes/{official.themes['Bus']}")
    assert "placed by the program alone" not in theme.text  # people have placed all of them
    data = json.loads("".join(export(session, official.consultation, "json")))
    assert data["second_reading"]["machine_wrong"]["count"] == 6
    assert {row["theme"] for row in data["second_reading"]["themes"]} == {
        official.themes["Bus"], official.themes["Vélo"],
    }  # fmt: skip


def test_a_reading_and_a_portion_of_coding_do_not_touch_each_other(
    session: Session, place: Analysed
) -> None:
    draw(place)
    take(place, place.other)
    with act() as writing:
        count = portions.take(
            writing, place.consultation, place.points,
            wanted=Wanted(), actor=place.actor, now=NOW,
        )  # fmt: skip
    assert count == 8
    session.rollback()
    assert len(session.scalars(select(ReadingPoint.point_id)).all()) == 8
