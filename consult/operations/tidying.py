"""What is not needed any more is deleted: by the worker, once an hour, in short acts."""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from consult.accounts import registration, sessions
from consult.accounts.organisations import succession
from consult.drafts import bringing
from consult.exports.reports import keeping
from consult.kernel import search
from consult.kernel.transaction import act
from consult.moderation import sealing
from consult.moderation.cases import erasing
from consult.submissions import uploads
from consult.submissions.draftings import forgetting
from consult.themes.coding import portions

AT_ONCE = 50

# Each deletes up to so many of its things and returns how many it deleted.
Forget = Callable[[Session, datetime, int], int]
RULES: tuple[Forget, ...] = (
    uploads.forget_files,
    bringing.forget_old,
    keeping.forget_old,
    registration.forget_unconfirmed,
    sessions.forget_unusable,
    succession.forget_closed,
    succession.forget_invited,
    forgetting.forget_orphans,
    forgetting.forget_unsent,
    erasing.forget_messages,
    erasing.forget_reporters,
    erasing.forget_objections,
    erasing.forget_second_notes,
    portions.forget_expired,
    sealing.forget_old,
)


def tidy(now: datetime) -> int:
    """Delete what is due; returns how many things."""
    done = sum(_all(rule, now) for rule in RULES)
    _all(search.forget_unindexed, now)  # pages of an index, no things
    return done


def _all(rule: Forget, now: datetime) -> int:
    done = 0
    while True:
        began = time.monotonic()
        with act() as session:
            count = rule(session, now, AT_ONCE)
        done += count
        if not count:
            return done
        time.sleep(time.monotonic() - began)  # those who post have the lock as long as we had it
