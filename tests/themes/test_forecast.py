"""When all points will be read: what holds for any pace, and the days that it is taken from."""

import random
from datetime import date, timedelta
from itertools import accumulate, count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.kernel import workdays
from consult.themes.coding import forecast
from consult.themes.coding.forecast import COURSES, FEWEST, HORIZON, Forecast

# Monday to Friday, four weeks long, without a holiday.
TODAY = date(2026, 3, 2)
DUE = date(2026, 3, 20)
DAYS = workdays.between(TODAY - timedelta(days=28), TODAY - timedelta(days=1))

counts = st.lists(st.integers(0, 60), min_size=FEWEST, max_size=20).map(tuple)


def at_pace(*points: int, left: int = 100, due: date | None = DUE) -> Forecast:
    """The last days before today went like this."""
    last = DAYS[len(DAYS) - len(points) :]
    done = dict(zip(last, points, strict=True))
    return forecast.forecast(done, left=left, today=TODAY, due=due)


@given(counts, st.lists(st.integers(0, 30), min_size=20, max_size=20), st.integers(1, 5000))
def test_more_pace_is_never_later(days: tuple[int, ...], more: list[int], left: int) -> None:
    faster = tuple(day + added for day, added in zip(days, more, strict=False))
    slow, fast = forecast.lengths(days, left), forecast.lengths(faster, left)
    assert all(late >= early for late, early in zip(slow, fast, strict=True))


@given(counts, st.integers(1, 5000), st.integers(1, 500))
def test_more_to_read_is_never_sooner(days: tuple[int, ...], left: int, more: int) -> None:
    fewer, all_of_it = forecast.lengths(days, left), forecast.lengths(days, left + more)
    assert all(one <= other for one, other in zip(fewer, all_of_it, strict=True))


@given(counts, st.integers(1, 2000))
def test_the_interval_holds_the_middle_course_and_is_the_same_again(
    days: tuple[int, ...], left: int
) -> None:
    done = {day: 1 + points for day, points in zip(DAYS[-len(days) :], days, strict=True)}
    found = forecast.forecast(done, left=left, today=TODAY, due=None)
    forecast.lengths.cache_clear()
    assert forecast.forecast(done, left=left, today=TODAY, due=None) == found
    courses = forecast.lengths(tuple(done.values()), left)
    assert len(courses) == COURSES
    assert min(courses) >= -(-left // max(done.values()))
    middle = courses[COURSES // 2]
    calendar = dict(enumerate(workdays.between(TODAY, TODAY + timedelta(days=900)), 1))
    if found.first is None:
        assert middle > HORIZON
    elif found.last is None:
        assert found.first <= calendar[middle]
    else:
        assert found.first <= calendar[middle] <= found.last
        assert all(workdays.is_working(day) for day in (found.first, found.last))


@given(st.integers(1, 40), st.integers(1, 400))
def test_an_even_pace_leaves_no_doubt(pace: int, left: int) -> None:
    found = at_pace(*[pace] * 8, left=left, due=None)
    end = workdays.between(TODAY, TODAY + timedelta(days=900))[-(-left // pace) - 1]
    assert (found.first, found.last) == (end, end)
    assert found.pace == pace


def test_without_work_it_is_never_done() -> None:
    stopped = dict.fromkeys(DAYS[:1], 40)
    found = forecast.forecast(stopped, left=3, today=TODAY + timedelta(days=60), due=DUE)
    assert (found.pace, found.first, found.last, found.verdict) == (0, None, None, "never")
    assert found.measured == forecast.WINDOW
    # Slower than two years allow is not told either.
    assert at_pace(1, 0, 0, 0, 0, 0, 0, 0, left=10**6).verdict == "never"


def test_what_it_comes_to() -> None:
    assert at_pace(20, 20, 20, 20, left=40).verdict == "unknown"
    assert at_pace(20, 20, 20, 20, 20, left=40).verdict == "in_time"
    assert at_pace(1, 1, 1, 1, 1).verdict == "late"
    assert at_pace(0, 20, 0, 0, 15, 20, 0, 0, 0, 15).verdict == "open"
    assert at_pace(20, 20, 20, 20, 20, left=40, due=None).verdict == "no_date"
    assert at_pace(20, 20, 20, 20, 20, left=0).verdict == "done"
    assert at_pace(left=0).verdict == "done"


@pytest.mark.parametrize(
    ("left", "due", "needed"),
    [
        (100, DUE, 7),
        (1, DUE, 1),
        (30, TODAY, 30),
        (30, TODAY - timedelta(days=1), None),
        (30, None, None),
        (0, DUE, 0),
    ],
)
def test_how_many_a_working_day_are_needed(left: int, due: date | None, needed: int | None) -> None:
    assert at_pace(left=left, due=due).needed == needed


def test_days_without_work_are_not_needed() -> None:
    """From Thursday, 30 April 2026, to the Monday after: 1 May and a weekend lie between."""
    found = forecast.forecast({}, left=9, today=date(2026, 4, 30), due=date(2026, 5, 4))
    assert (found.days_left, found.needed) == (2, 5)
    on_sunday = forecast.forecast({}, left=9, today=date(2026, 5, 3), due=date(2026, 5, 3))
    assert (on_sunday.days_left, on_sunday.needed) == (0, None)


def test_the_days_that_a_pace_is_taken_from() -> None:
    friday, saturday, monday = date(2026, 2, 20), date(2026, 2, 21), date(2026, 2, 23)
    done = {friday: 5, saturday: 3, monday: 4, TODAY: 99}
    # The weekend counts for Friday, days without work for themselves, today not yet.
    assert forecast.measured(done, TODAY) == (8, 4, 0, 0, 0, 0)
    # A first Saturday has no working day before it.
    assert forecast.measured({saturday: 3}, TODAY) == (3, 0, 0, 0, 0)
    assert forecast.measured({saturday: 3}, monday) == ()
    assert forecast.measured({TODAY: 3}, TODAY) == ()
    many = dict.fromkeys(workdays.between(date(2025, 6, 1), TODAY), 2)
    assert forecast.measured(many, TODAY) == (2,) * forecast.WINDOW


def test_a_known_forecast_stays_what_it_was() -> None:
    """A golden one: chance must not differ from one Python to the next, nor from page to page."""
    found = at_pace(30, 0, 45, 20, 10, 60, 0, 25, left=900, due=DUE)
    assert (found.pace, found.needed, found.verdict) == (23.75, 60, "late")
    assert (found.first, found.last) == (date(2026, 4, 7), date(2026, 6, 4))


@pytest.mark.parametrize("measured", [FEWEST, 10, 20])
def test_who_is_told_a_last_day_is_seldom_later(measured: int) -> None:
    """People who code in bursts, two hundred times: one in ten may end later than they were told."""
    chance = random.Random(7)

    def day() -> int:
        return 0 if chance.random() < 0.35 else int(chance.gammavariate(2, 20))

    told, later, sooner = 200, 0, 0
    for _number in range(told):
        ends = forecast.lengths(tuple(day() for _day in range(measured)), 600)
        took = next(
            n for n, done in enumerate(accumulate(day() for _ in count()), 1) if done >= 600
        )
        later += took > ends[forecast.HIGH]
        sooner += took < ends[forecast.LOW]
    assert later / told <= 0.12
    # With few days the early end is the less certain one; who is done sooner has nothing to regret.
    assert sooner / told <= 0.25
