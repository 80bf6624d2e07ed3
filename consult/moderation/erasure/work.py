"""Erasing a submission, comment by comment: whoever asked does it, and the worker what they left."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from consult.jobs.worker import RunningJob
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.db import current_session
from consult.kernel.transaction import act, end_reading
from consult.moderation.erasure import erasing, queries
from consult.moderation.erasure.models import Erasure
from consult.moderation.forgetting import Removed
from consult.moderation.personal import found
from consult.opinions import saying
from consult.submissions.placeholders import placeholder
from consult.themes import rewording as themes

# Words that a run read before they were erased are forgotten once more when it has ended.
LOOK_AGAIN = timedelta(minutes=5)
STANCES = 300


def erase(erasure_id: int, *, actor: Actor, now: datetime) -> None:
    """Erase what is left of a submission. Each comment is an act; a repeated one changes nothing."""
    for comment_id in queries.comment_ids(current_session(), erasure_id):
        removed = _personal(current_session(), comment_id)
        end_reading()
        with act() as session:
            erasing.empty_comment(session, comment_id, removed, actor=actor, now=now)
    account = queries.account(current_session(), erasure_id)
    end_reading()
    if account is not None:
        user_id, consultation_id = account
        forgotten = STANCES
        while forgotten == STANCES:
            with act() as session:
                forgotten = saying.forget(
                    session, user_id, now=now, at_most=STANCES, consultation_id=consultation_id
                )
    with act() as session:
        erasing.finish(session, erasure_id, now=now)


def _personal(session: Session, comment_id: int) -> Sequence[Removed]:
    """What in the words of a comment looks like personal data."""
    return [
        Removed(one.kind, text[one.start : one.end], placeholder(one.kind, language))
        for text, language in queries.words(session, comment_id)
        for one in found(text)
    ]


def finish(job: RunningJob) -> None:
    """The job "erase_submission"."""
    erasure_id = int(job.payload["erasure"])
    erase(erasure_id, actor=SYSTEM, now=job.now())
    with act() as session:
        job.check_lease(session)
        erasure = session.get_one(Erasure, erasure_id)
        points = queries.points(session, erasure_id)
        if themes.is_being_analysed(session, erasure.consultation_id):
            erasing.again(session, erasure, job.now(), run_at=job.now() + LOOK_AGAIN)
        else:
            themes.forget(session, erasure.consultation_id, points, phrases=(), telling=())
