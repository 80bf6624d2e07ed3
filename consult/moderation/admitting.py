"""Deciding about a comment that came after the close, by the published rule and with its ground."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.moderation import comments, going
from consult.moderation.errors import NotLateError
from consult.moderation.models import ADMITTING, LEAVING, LateDecision
from consult.submissions import counters
from consult.submissions.models import Comment


def admit(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    ground: str,
    actor: Actor,
    now: datetime,
) -> Comment:
    """Let a late comment count as if it had been in time: it is owed an answer.

    Raises NotLateError, AlreadyGoneError, BeingPublishedError.
    """
    assert ground in ADMITTING
    comment = going.lock_live(session, comment_id)
    points = going.lock_points(session, comment.id)
    comments.decide(session, consultation, comment)
    if not comment.late or comment.admitted_at is not None:
        raise NotLateError
    comment.admitted_at = now
    session.flush()
    counters.touch(session, comment)
    if comments.is_owed(session, comment):
        going.owe_points(session, comment.consultation_id, points)
    _note(session, comment, ground, actor, now)
    comments.record(session, comment, "comment:admitted", actor, now, ground=ground)
    return comment


def leave(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    ground: str,
    actor: Actor,
    now: datetime,
) -> Comment:
    """Leave a late comment with the published rule as its answer. It may be admitted later.

    Raises NotLateError where it is in time, admitted or left before; AlreadyGoneError,
    BeingPublishedError.
    """
    assert ground in LEAVING
    comment = going.lock_live(session, comment_id)
    comments.decide(session, consultation, comment)
    left = select(LateDecision.id).where(LateDecision.comment_id == comment_id)
    if not comment.late or comment.admitted_at is not None or session.scalar(left) is not None:
        raise NotLateError
    _note(session, comment, ground, actor, now)
    counters.touch(session, comment)
    comments.record(session, comment, "comment:left_late", actor, now, ground=ground)
    return comment


def _note(session: Session, comment: Comment, ground: str, actor: Actor, now: datetime) -> None:
    session.add(
        LateDecision(
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            admitted=ground in ADMITTING,
            ground=ground,
            decided_by=actor.user_id,
            decided_at=now,
        )
    )
    session.flush()
