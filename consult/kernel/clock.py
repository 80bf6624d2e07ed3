"""Time: UTC inside, Europe/Luxembourg for people. Verbs take `now` as an argument."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# What comes again so soon from the same person, word by word, is a form that was sent twice.
SENT_TWICE = timedelta(minutes=1)
# Nothing that people date here is older; what is, is a slip of the pen or of a program.
EARLIEST_YEAR = 1900

LUXEMBOURG = ZoneInfo("Europe/Luxembourg")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def luxembourg(instant: datetime) -> datetime:
    """The same instant on the clock on the wall in Luxembourg."""
    return instant.astimezone(LUXEMBOURG)


def luxembourg_date(instant: datetime) -> date:
    """The calendar day in Luxembourg at this instant."""
    return luxembourg(instant).date()


def end_of_day(day: date) -> datetime:
    """The instant at which `day` ends in Luxembourg ("24:00"), in UTC."""
    return start_of_day(day + timedelta(days=1))


def start_of_day(day: date) -> datetime:
    """The instant at which `day` begins in Luxembourg, in UTC."""
    return datetime.combine(day, time.min, LUXEMBOURG).astimezone(UTC)


def last_day(end: datetime) -> date:
    """The last whole day before an instant made by `end_of_day`: what a page prints."""
    return (luxembourg(end) - timedelta(microseconds=1)).date()
