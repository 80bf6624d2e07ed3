"""The rule of lateness. Pure."""

from datetime import datetime, timedelta

# Somebody who began to write in time is not late because typing takes a while.
GRACE = timedelta(minutes=30)


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
