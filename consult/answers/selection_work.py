"""The job "answer_selection": writing the points of a bulk answer ahead, then giving the answer.

Citizens post meanwhile. What they take away between the two is answered no more than what they take
away just after; what officials decide between the two stops it, if it moves one of the points.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.answers import choosing, selecting
from consult.answers.choosing import Chosen
from consult.answers.errors import PointsMovedError
from consult.answers.fates import load_plan, stands
from consult.answers.models import Selection, SelectionPoint
from consult.answers.work import Lease
from consult.consultations.models import Consultation
from consult.kernel import release as releases
from consult.kernel.actor import Actor
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.kernel.release import Release
from consult.kernel.transaction import act, end_reading
from consult.submissions.models import Comment, Point
from consult.themes import dividing

# With the release and the job fewer rows than one act may touch. Whoever waits for the lock behind
# fifty people who post waits each time, so the batches are few.
BATCH = 990
LONGEST_PAUSE = 0.5  # seconds
PROGRESS_EVERY = 3.0  # seconds: to say how far the work is needs the lock as well

_WRITING = mark("Going through the points")
_GIVING = mark("Giving the answer")


def answer(job: Lease) -> None:
    """Prepare and give one bulk answer. Safe to run again from wherever it was killed."""
    number = int(job.payload["selection"])
    session = current_session()
    selection = session.get_one(Selection, number, populate_existing=True)
    state = session.get_one(Release, selection.release_id, populate_existing=True).state
    end_reading()
    if state != releases.PREPARING:
        return
    try:
        _prepare(job, number)
        while not _give(job, number):
            pass
    except ConsultError as error:
        end_reading()
        with act() as writing:
            job.check_lease(writing)
            selection = writing.get_one(Selection, number)
            selecting.stop(writing, selection, why=error, now=job.now())


def ended(session: Session, payload: dict[str, Any], _state: str, now: datetime) -> None:
    """The job failed for good, or somebody stopped it: nothing is answered."""
    selection = session.get(Selection, int(payload["selection"]))
    if selection is not None:
        selecting.stop(session, selection, why=None, now=now)


@dataclass(frozen=True)
class Found:
    """The points as they are now, those written ahead, and the decision counter of that moment."""

    points: Sequence[int]
    written: set[int]
    decisions: int


def _found(job: Lease, number: int) -> Found:
    session = current_session()
    selection = session.get_one(Selection, number)
    consultation_id = selection.consultation_id
    # The counter before the points: what is decided between the two is seen by the last act.
    decisions = session.scalars(
        select(Consultation.decisions).where(Consultation.id == consultation_id)
    ).one()
    plan = load_plan(session, consultation_id, None)
    points = choosing.ids(
        session, plan, Chosen(**selection.chosen), up_to=int(job.payload["last_point"])
    )
    written = session.scalars(
        select(SelectionPoint.point_id).where(SelectionPoint.selection_id == number)
    )
    found = Found(points, set(written), decisions)
    end_reading()
    return found


def _prepare(job: Lease, number: int) -> None:
    found = _found(job, number)
    wanted = [point for point in found.points if point not in found.written]
    said = 0.0
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        with act() as session:
            began = time.monotonic()
            job.check_lease(session)
            selecting.write(session, session.get_one(Selection, number), batch)
        _keep(job, number, batch)
        # As long as we held the lock, those who post have it to themselves.
        time.sleep(min(time.monotonic() - began, LONGEST_PAUSE))
        if time.monotonic() > said + PROGRESS_EVERY:
            job.progress(0.95 * (start + len(batch)) / len(wanted), _WRITING)
            said = time.monotonic()


def _keep(job: Lease, number: int, batch: Sequence[int]) -> None:
    """What was added to a letter and is answered here stays a point whatever becomes of the letter."""
    added = dividing.made(current_session(), batch)
    author = current_session().get_one(Selection, number).made_by
    end_reading()
    if added and author is not None:
        with act() as session:
            job.check_lease(session)
            dividing.keep(session, added, Actor.user(author))


def _give(job: Lease, number: int) -> bool:
    """Look once more at the points, and give the answer. False if somebody decided in between."""
    found = _found(job, number)
    if _moved(found):
        raise PointsMovedError
    with act() as session:
        job.check_lease(session)
        given = selecting.give(
            session,
            session.get_one(Selection, number),
            answer=job.payload["answer"],
            points=len(found.points),
            decided=found.decisions,
            now=job.now(),
        )
    job.progress(0.99, _GIVING)
    return given


def _moved(found: Found) -> bool:
    """Whether officials moved one of the points: it belongs here now and was not written, or was
    written, still stands, and belongs here no more."""
    if set(found.points) - found.written:
        return True
    gone = sorted(found.written - set(found.points))
    session = current_session()
    still = False
    for start in range(0, len(gone), BATCH):
        standing = (
            select(Point.id)
            .join(Comment, Comment.id == Point.comment_id)
            .where(Point.id.in_(gone[start : start + BATCH]), stands())
            .limit(1)
        )
        still = still or session.scalar(standing) is not None
    end_reading()
    return still
