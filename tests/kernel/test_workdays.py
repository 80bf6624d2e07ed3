"""The calendar of offices in Luxembourg."""

from datetime import date, timedelta
from itertools import islice

import pytest

from consult.kernel import workdays


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        # Of the tables of the Bureau des longitudes; the earliest, the latest and the odd ones.
        (1818, date(1818, 3, 22)), (1943, date(1943, 4, 25)), (1954, date(1954, 4, 18)),
        (1981, date(1981, 4, 19)), (2000, date(2000, 4, 23)), (2008, date(2008, 3, 23)),
        (2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)), (2038, date(2038, 4, 25)), (2049, date(2049, 4, 18)),
    ],
)  # fmt: skip
def test_easter(year: int, sunday: date) -> None:
    assert workdays.easter(year) == sunday


@pytest.mark.parametrize("year", range(1900, 2200))
def test_easter_is_a_sunday_of_spring(year: int) -> None:
    sunday = workdays.easter(year)
    assert sunday.weekday() == 6
    assert date(year, 3, 22) <= sunday <= date(year, 4, 25)


def test_the_holidays_of_2026() -> None:
    """As the government publishes them."""
    assert sorted(workdays.holidays(2026)) == [
        date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 9), date(2026, 5, 14),
        date(2026, 5, 25), date(2026, 6, 23), date(2026, 8, 15), date(2026, 11, 1),
        date(2026, 12, 25), date(2026, 12, 26),
    ]  # fmt: skip


def test_two_holidays_on_one_day_are_one() -> None:
    """In 2024 Ascension was on 9 May, Europe Day."""
    assert len(workdays.holidays(2024)) == 10
    assert len(workdays.holidays(2025)) == 11


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 5, 8), True),  # Friday
        (date(2026, 5, 9), False),  # Saturday, and Europe Day
        (date(2025, 5, 9), False),  # Friday, Europe Day
        (date(2026, 6, 23), False),  # Tuesday, national holiday
        (date(2026, 6, 24), True),
        (date(2026, 12, 28), True),  # Monday: a holiday on a Saturday moves no other day
    ],
)
def test_when_offices_work(day: date, works: bool) -> None:
    assert workdays.is_working(day) == works


def test_the_days_that_follow_and_those_between_are_the_same() -> None:
    first = date(2026, 4, 1)
    days = list(islice(workdays.following(first), 40))
    assert days == workdays.between(first, days[-1])
    assert days == sorted(set(days))
    assert all(workdays.is_working(day) for day in days)
    gaps = {first + timedelta(n) for n in range((days[-1] - first).days + 1)} - set(days)
    assert not any(workdays.is_working(day) for day in gaps)


def test_nothing_lies_between_a_day_and_the_one_before() -> None:
    assert workdays.between(date(2026, 4, 2), date(2026, 4, 1)) == []
