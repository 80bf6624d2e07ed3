"""Holding a comment back while somebody looks at it, and letting it be read."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel import search
from consult.kernel.actor import Actor
from consult.moderation import comments, going, seconding
from consult.moderation.errors import (
    CaseOpenError,
    JudgedWordsChangedError,
    NotHeldError,
    NotPublishedError,
)
from consult.moderation.models import HOLDING
from consult.opinions import planning as opinions
from consult.submissions import counters
from consult.submissions.models import (
    HELD,
    JUDGED,
    NOT_ME,
    PUBLISHED,
    Comment,
    CommentRevision,
)


def hold(
    session: Session, consultation: Consultation, comment_id: int, *, actor: Actor, now: datetime
) -> Comment:
    """Hide a published comment until somebody has looked at it; it is still owed an answer.

    Raises NotPublishedError, AlreadyGoneError, BeingPublishedError.
    """
    comment = _decide(session, consultation, comment_id)
    if comment.state != PUBLISHED:
        raise NotPublishedError
    hide(session, comment, reason=JUDGED, now=now)
    objected = comments.has_objected(session, comment, HOLDING)
    comments.tell_author(session, comment, "comment_held", now, objected=objected)
    comments.record(session, comment, "comment:held", actor, now)
    return comment


def hide(
    session: Session,
    comment: Comment,
    *,
    reason: str,
    until: datetime | None = None,
    now: datetime,
) -> None:
    """Let a locked live comment be held for this reason, whether or not it could be read."""
    shown = comment.state == PUBLISHED
    comment.state, comment.state_at = HELD, now
    comment.held_for, comment.held_until = reason, until
    search.unindex(session, kind="comment", references=[comment.id])
    session.flush()
    if shown:
        counters.hide(session, comment)
        opinions.plan_if_spoken_about(session, comment.consultation_id, comment.id, now)
    else:
        counters.touch(session, comment)


def show(session: Session, comment: Comment, *, words: str, now: datetime) -> None:
    """Let a locked held comment be read. `words` are the search words of its present revision."""
    comment.state, comment.state_at = PUBLISHED, now
    comment.held_for = comment.held_until = None
    going.lapse_objections(session, comment, (HOLDING,), now)
    found = search.Thing(comment.id, comment.consultation_id, comment.language, words)
    search.index(session, "comment", [found])
    session.flush()
    counters.show(session, comment)
    opinions.plan_if_spoken_about(session, comment.consultation_id, comment.id, now)


def check_seen(session: Session, seen: int) -> None:
    """Whoever lets a comment be read has looked at the revision that holds its words now.

    Raises JudgedWordsChangedError.
    """
    revision = session.get(CommentRevision, seen, populate_existing=True)
    if revision is None or revision.superseded_at is not None:
        raise JudgedWordsChangedError


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

    Raises NotHeldError, CaseOpenError, JudgedWordsChangedError, AlreadyGoneError,
    BeingPublishedError.
    """
    comment = _decide(session, consultation, comment_id)
    if comment.state != HELD:
        raise NotHeldError
    seconding.give(session, comment, actor=actor, now=now)
    if comment.held_for == NOT_ME:
        raise CaseOpenError
    check_seen(session, seen)
    show(session, comment, words=words, now=now)
    comments.tell_author(session, comment, "comment_shown", now)
    comments.record(session, comment, "comment:published", actor, now)
    return comment


def _decide(session: Session, consultation: Consultation, comment_id: int) -> Comment:
    comment = going.lock_live(session, comment_id)
    comments.decide(session, consultation, comment)
    return comment
