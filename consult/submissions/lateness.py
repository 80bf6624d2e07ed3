"""When something was received: which dates can be, and the rule of lateness. Pure."""

from datetime import date, datetime, timedelta

from consult.kernel.clock import EARLIEST_YEAR, luxembourg, luxembourg_date, start_of_day
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark

# Somebody who began to write in time is not late because typing takes a while.
GRACE = timedelta(minutes=30)


class ReceivedLaterError(ConsultError):
    status = 422
    message = mark("The date of receipt lies in the future.")


class ReceivedBeforeError(ConsultError):
    """A slip in the year."""

    status = 422
    message = mark("The date of receipt lies before 1900.")


def day_of_receipt(day: date, now: datetime) -> datetime:
    """When something received on this day counts as received: as the day begins in Luxembourg.

    Raises ReceivedBeforeError, ReceivedLaterError.
    """
    if day.year < EARLIEST_YEAR:
        raise ReceivedBeforeError
    if day > luxembourg_date(now):
        raise ReceivedLaterError
    return start_of_day(day)


def can_be(received_at: datetime, now: datetime) -> bool:
    """Whether something can have been received at this instant."""
    return received_at <= now and luxembourg(received_at).year >= EARLIEST_YEAR


def is_late(
    closes_at: datetime | None, received_at: datetime, form_served_at: datetime | None = None
) -> bool:
    """Whether a comment came after the close.

    `form_served_at` is when its form was shown, from a stamp we signed; a form shown before the
    close may be sent for 30 minutes more.
    """
    if closes_at is None or received_at < closes_at:
        return False
    began_in_time = form_served_at is not None and form_served_at < closes_at
    return not (began_in_time and received_at < closes_at + GRACE)
