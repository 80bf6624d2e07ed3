"""The platform's own down time: a heartbeat, and what follows from a gap between two of them."""

import http.client
import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.consultations import interruptions
from consult.kernel import clock, i18n
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.operations.models import Heartbeat

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds
# A restart takes seconds and a new version a minute; what is longer, people notice.
GAP = timedelta(minutes=5)
ANSWER_WITHIN = 10.0  # seconds
RECENT = 20  # lines of the activity log

# What is done without people does not show that they could get in.
_NOT_PEOPLE = ("system", "command")


def gap(last: datetime | None, seen: datetime | None, now: datetime) -> datetime | None:
    """Since when the platform was down, if it was: after its last heartbeat and the last act of
    somebody (`seen`); None where the time between is no longer than a restart may take."""
    if last is None:
        return None
    began = max(last, seen) if seen is not None and seen <= now else last
    return began if now - began > GAP else None


def beat(session: Session, now: datetime) -> datetime | None:
    """Within an act: note that the platform answers now; returns since when it had not, if so."""
    row = session.get(Heartbeat, 1, with_for_update=True)
    if row is None:
        session.add(Heartbeat(id=1, at=now))
        return None
    began = gap(row.at, None, now)
    if began is not None:
        began = gap(row.at, _somebody_acted(session), now)
    row.at = now
    if began is not None:
        moved = interruptions.platform_was_down(session, began, now)
        log.warning("the platform was down since %s; %s closes moved", began.isoformat(), moved)
    return began


def _somebody_acted(session: Session) -> datetime | None:
    """When a person last did something, among the newest lines of the log."""
    newest = session.execute(
        select(Activity.at, Activity.actor).order_by(Activity.id.desc()).limit(RECENT)
    )
    return max((at for at, actor in newest if actor not in _NOT_PEOPLE), default=None)


def answers(address: str) -> bool:
    """Whether the web server at this address says that it is ready."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=ANSWER_WITHIN)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def watch(
    context: Callable[[], AbstractContextManager[object]], address: str | None
) -> threading.Thread:
    """Write the heartbeat beside the worker, whatever job it is busy with, for as long as it lives.

    With an `address` only while the web server there answers, too.
    """
    thread = threading.Thread(target=_watch, args=(context, address), name="heartbeat", daemon=True)
    thread.start()
    return thread


def _watch(context: Callable[[], AbstractContextManager[object]], address: str | None) -> None:
    pause = threading.Event()
    i18n.load()
    while not pause.wait(EVERY):
        if address is not None and not answers(address):
            log.warning("the web server at %s does not answer", address)
            continue
        try:
            with context():
                try:
                    with act() as session:
                        beat(session, clock.now())
                finally:
                    db.session.remove()
        except Exception:
            # A database that is away for a moment must not end the watch.
            log.exception("the heartbeat was not written")
