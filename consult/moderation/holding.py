"""Holding a comment back while somebody looks at it, letting it be read, and admitting a late one."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel import search
from consult.kernel.actor import Actor
from consult.moderation import comments, going
from consult.moderation.errors import (
    JudgedWordsChangedError,
    NotHeldError,
    NotLateError,
    NotPublishedError,
)
from consult.opinions import planning as opinions
from consult.submissions import counters
from consult.submissions.models import HELD, PUBLISHED, Comment, CommentRevision


def hold(
    session: Session, consultation: Consultation, comment_id: int, *, actor: Actor, now: datetime
) -> Comment:
    """Hide a published comment until somebody has looked at it; it is still owed an answer.

    Raises NotPublishedError, AlreadyGoneError, BeingPublishedError.
    """
    comment = _decide(session, consultation, comment_id)
    if comment.state != PUBLISHED:
        raise NotPublishedError
    comment.state, comment.state_at = HELD, now
    search.unindex(session, kind="comment", references=[comment.id])
    session.flush()
    counters.hide(session, comment)
    opinions.plan_if_spoken_about(session, comment.consultation_id, comment.id, now)
    comments.record(session, comment, "comment:held", actor, now)
    return comment


def publish(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    seen: int,
    words: str,
    actor: Actor,
    now: datetime,
) -> Comment:
    """Let a held comment be read. `words` are the search words of the revision `seen`, made before
    the act.

    Raises NotHeldError, JudgedWordsChangedError, AlreadyGoneError, BeingPublishedError.
    """
    comment = _decide(session, consultation, comment_id)
    if comment.state != HELD:
        raise NotHeldError
    if session.get_one(CommentRevision, seen, populate_existing=True).superseded_at is not None:
        raise JudgedWordsChangedError
    comment.state, comment.state_at = PUBLISHED, now
    found = search.Thing(comment.id, comment.consultation_id, comment.language, words)
    search.index(session, "comment", [found])
    session.flush()
    counters.show(session, comment)
    opinions.plan_if_spoken_about(session, comment.consultation_id, comment.id, now)
    comments.record(session, comment, "comment:published", actor, now)
    return comment


def admit(
    session: Session, consultation: Consultation, comment_id: int, *, actor: Actor, now: datetime
) -> Comment:
    """Let a late comment count as if it had been in time: it is owed an answer.

    Raises NotLateError, AlreadyGoneError, BeingPublishedError.
    """
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
    comments.record(session, comment, "comment:admitted", actor, now)
    return comment


def _decide(session: Session, consultation: Consultation, comment_id: int) -> Comment:
    comment = going.lock_live(session, comment_id)
    comments.decide(session, consultation, comment)
    return comment
