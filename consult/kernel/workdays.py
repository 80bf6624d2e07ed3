"""Working days in Luxembourg. Pure.

The eleven public holidays of article L. 232-2 of the Labour Code, as the law of 25 April 2019 left it,
which added Europe Day on 9 May. One that falls on a weekend moves no other day; two on one day are one day
off. Easter is reckoned by the Gregorian computus (Meeus, Jones and Butcher).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
_SATURDAY = 5


def easter(year: int) -> date:
    """Easter Sunday."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """The public holidays of a year."""
    sunday = easter(year)
    return frozenset(
        {
            date(year, 1, 1),
            sunday + _DAY,
            date(year, 5, 1),
            date(year, 5, 9),
            sunday + 39 * _DAY,  # Ascension
            sunday + 50 * _DAY,  # Whit Monday
            date(year, 6, 23),
            date(year, 8, 15),
            date(year, 11, 1),
            date(year, 12, 25),
            date(year, 12, 26),
        }
    )


def is_working(day: date) -> bool:
    """Whether offices work on a day."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def following(day: date) -> Iterator[date]:
    """The working days from a day on, that day included, without end."""
    while True:
        if is_working(day):
            yield day
        day += _DAY


def between(first: date, last: date) -> list[date]:
    """The working days from one day to another, both included."""
    days = (first + number * _DAY for number in range((last - first).days + 1))
    return [day for day in days if is_working(day)]
