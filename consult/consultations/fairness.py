"""When the close moves because people could not take part: the published rule, as pure functions.

Decision 24 says why. Times in, days out: what is recorded and promised stands in `interruptions`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from consult.kernel.clock import end_of_day, last_day, luxembourg_date

LONG = timedelta(hours=4)  # an outage of this length counts whenever it happens
SHORT = timedelta(hours=1)  # this much within the last days counts, in one piece or in several
LAST_DAYS = timedelta(days=3)
DAY = timedelta(days=1)
NONE = timedelta(0)


@dataclass(frozen=True)
class Outage:
    """A time in which the platform was down. What has counted once counts for good."""

    began: datetime
    ended: datetime
    counted: bool = False


@dataclass(frozen=True)
class Judged:
    """Which outages count, in the order given, and how many days they are worth together."""

    counted: tuple[bool, ...]
    time: timedelta

    @property
    def days(self) -> int:
        return whole_days(self.time)


def judge(outages: Sequence[Outage], opens_at: datetime, closes_at: datetime) -> Judged:
    """The rule for outages.

    One counts if it lasted four hours or more of the open phase, or if the close fell into it; one
    within the last three days before the close also counts if those come to an hour together. What
    counts is added up and rounded up to whole days.
    """
    border = closes_at - LAST_DAYS
    late = sum((_shared(o, max(opens_at, border), closes_at) for o in outages), NONE)
    counted, time = [], NONE
    for outage in outages:
        length = _shared(outage, opens_at, closes_at)
        counts = length > NONE and (
            outage.counted
            or length >= LONG
            or closes_at <= outage.ended
            or (late >= SHORT and _shared(outage, border, closes_at) > NONE)
        )
        counted.append(counts)
        time += length if counts else NONE
    return Judged(tuple(counted), time)


def whole_days(time: timedelta) -> int:
    """A time rounded up to days."""
    return -(-time // DAY)


def moved_close(closes_at: datetime, days: int, outage: Outage | None = None) -> datetime:
    """The close so many days later, at 24:00 as ever.

    If it fell into an outage, at least as much time remains after it as was lost.
    """
    moved = end_of_day(last_day(closes_at) + days * DAY)
    if outage is not None and closes_at <= outage.ended:
        lost = closes_at - outage.began
        moved = max(moved, end_of_day(last_day(outage.ended + lost)))
    return moved


def days_missing(
    spans: Sequence[tuple[datetime, datetime]], opens_at: datetime, closes_at: datetime
) -> int:
    """On how many days of the open phase a document was missing, each day counted once.

    The day on which it came does not count: who came that day could read it.
    """
    first, last = luxembourg_date(opens_at), last_day(closes_at)
    missing: set[date] = set()
    for began, ended in spans:
        day, came = max(first, luxembourg_date(began)), luxembourg_date(ended)
        while day < came and day <= last:
            missing.add(day)
            day += DAY
    return len(missing)


def _shared(outage: Outage, start: datetime, end: datetime) -> timedelta:
    return max(NONE, min(outage.ended, end) - max(outage.began, start))
