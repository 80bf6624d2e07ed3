"""When groups are looked for: at the end of an hour in which somebody said something."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from consult.jobs import queue
from consult.opinions.models import Stance

JOB = "compare_stances"
EVERY = timedelta(hours=1)


def plan(session: Session, consultation_id: int, now: datetime) -> None:
    """Have the consultation looked at when the hour is over; once, however often this is asked."""
    hour = int(now.timestamp()) // int(EVERY.total_seconds())
    queue.enqueue(
        session,
        kind=JOB,
        key=f"{JOB}:{consultation_id}:{hour}",
        payload={"consultation": consultation_id},
        reference=f"consultation:{consultation_id}",
        run_at=datetime.fromtimestamp((hour + 1) * EVERY.total_seconds(), now.tzinfo),
        now=now,
    )


def plan_if_spoken_about(
    session: Session, consultation_id: int, comment_id: int, now: datetime
) -> None:
    """The same, where a comment that went, came back or has other words had been spoken about."""
    spoken = exists().where(Stance.comment_id == comment_id)
    if session.scalar(select(spoken)):
        plan(session, consultation_id, now)
