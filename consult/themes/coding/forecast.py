"""When people will have read all points, at the pace at which they read lately. Pure.

The pace is what was read on each of the last working days, those without work included, so that leave,
other tasks and slow days count as they came. The finishing day is found by the bootstrap (B. Efron and
R. J. Tibshirani, An Introduction to the Bootstrap, 1993): from those days all but one are drawn with
replacement, since other weeks might have gone as well, and from what was drawn one day after the other
until nothing is left; the middle 80 of 100 such courses are the interval. (As many draws as there are days
would make it too narrow, as dividing by n and not by n - 1 does.) Days are taken as independent of
each other, and the weeks to come as like those before.
"""

import random
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, islice

from consult.kernel import workdays

# Working days that a pace is taken from at most, and those that it needs at least.
WINDOW, FEWEST = 20, 5
COURSES = 400
# An end that is further away than so many working days (two years) is not told.
HORIZON = 500
_TOO_FAR = HORIZON + 1
LOW, HIGH = COURSES // 10, COURSES - COURSES // 10 - 1


@dataclass(frozen=True)
class Forecast:
    """What is left, how many working days there are for it, and what was done on a day lately.

    `days_left` counts today if it is a working day; None where no date is promised, 0 where none is
    left. `pace` is None where fewer than FEWEST days were `measured`.
    """

    left: int
    due: date | None
    days_left: int | None
    measured: int
    pace: float | None
    # None: not within HORIZON.
    first: date | None
    last: date | None

    @property
    def needed(self) -> int | None:
        """Points that each working day left has to hold; None where no day is left."""
        return -(-self.left // self.days_left) if self.days_left else None

    @property
    def verdict(self) -> str:
        """`done`, `unknown`, `never`, or how it ends: `no_date`, `in_time`, `open` or `late`."""
        if not self.left:
            return "done"
        if self.pace is None:
            return "unknown"
        if self.first is None:
            return "never"
        if self.due is None:
            return "no_date"
        if self.last is not None and self.last <= self.due:
            return "in_time"
        return "open" if self.first <= self.due else "late"


def forecast(done: Mapping[date, int], *, left: int, today: date, due: date | None) -> Forecast:
    """The forecast as of a day. `done`: points that people read on each day so far.

    Today is not over: it tells nothing of the pace, and the work goes on with it.
    """
    days = measured(done, today)
    days_left = None if due is None else len(workdays.between(today, due))
    if len(days) < FEWEST:
        return Forecast(left, due, days_left, len(days), None, None, None)
    first = last = None
    if left:
        ends = lengths(days, left)
        calendar = list(islice(workdays.following(today), HORIZON))
        first, last = (
            calendar[end - 1] if end < _TOO_FAR else None for end in (ends[LOW], ends[HIGH])
        )
    return Forecast(left, due, days_left, len(days), sum(days) / len(days), first, last)


def measured(done: Mapping[date, int], today: date) -> tuple[int, ...]:
    """The points of each working day since the first work, of the last WINDOW at most.

    What was read on a day without work counts for the working day before it.
    """
    worked = sorted(day for day, count in done.items() if count and day < today)
    if not worked:
        return ()
    days = workdays.between(worked[0], today - timedelta(days=1))
    counts = [0] * len(days)
    for day in worked:
        place = bisect_left(days, day)
        if days and (place == len(days) or days[place] != day):
            place = max(0, place - 1)
        if days:
            counts[place] += done[day]
    return tuple(counts[-WINDOW:])


@lru_cache(maxsize=256)
def lengths(days: tuple[int, ...], left: int) -> tuple[int, ...]:
    """How many working days each course takes, the shortest first; _TOO_FAR beyond HORIZON.

    Every course has its own chance, the same on every page: more work on the same days ends none of
    them later.
    """
    chances = (random.Random(number) for number in range(COURSES))  # noqa: S311, not for secrets
    return tuple(sorted(_course(chance, days, left) for chance in chances))


def _course(chance: random.Random, days: tuple[int, ...], left: int) -> int:
    drawn = chance.choices(days, k=len(days) - 1)
    if not any(drawn):
        return _TOO_FAR
    # About as many days as it takes, and more if that was too few.
    length = done = 0
    while length < HORIZON:
        portion = min(HORIZON - length, (left - done) * len(drawn) // sum(drawn) + 8)
        reached = list(accumulate(chance.choices(drawn, k=portion), initial=done))
        passed = bisect_left(reached, left)
        if passed < len(reached):
            return length + passed
        length, done = length + portion, reached[-1]
    return _TOO_FAR
