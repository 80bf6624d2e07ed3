"""What is not needed any more is deleted: by the worker, once an hour, in short acts."""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from consult.accounts import registration, sessions
from consult.kernel.transaction import act
from consult.submissions import uploads

AT_ONCE = 50

# Each deletes up to so many of its things and returns how many it deleted.
Forget = Callable[[Session, datetime, int], int]
RULES: tuple[Forget, ...] = (
    uploads.forget_files,
    registration.forget_unconfirmed,
    sessions.forget_unusable,
)


def tidy(now: datetime) -> int:
    """Delete what is due; returns how many things."""
    return sum(_all(rule, now) for rule in RULES)


def _all(rule: Forget, now: datetime) -> int:
    done = 0
    while True:
        began = time.monotonic()
        with act() as session:
            count = rule(session, now, AT_ONCE)
        done += count
        if count < AT_ONCE:
            return done
        time.sleep(time.monotonic() - began)  # those who post have the lock as long as we had it
