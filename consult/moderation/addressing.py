"""Addressing a reply to the body: an official finds that it asks for an answer of its own."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.moderation import comments, going
from consult.moderation.errors import (
    AddressedError,
    NotAddressedHereError,
    NotAReplyError,
    ReplyAnsweredError,
)
from consult.submissions import counters
from consult.submissions.models import Comment, Point


def address(
    session: Session, consultation: Consultation, comment_id: int, *, actor: Actor, now: datetime
) -> Comment:
    """Owe a reply an answer, as if its author had addressed it to the body.

    Raises NotAReplyError, AddressedError, AlreadyGoneError, BeingPublishedError.
    """
    reply, points = _decide(session, consultation, comment_id)
    if reply.addressed:
        raise AddressedError
    reply.addressed, reply.addressed_by = True, actor.reference
    session.flush()
    counters.touch(session, reply)
    if comments.is_owed(session, reply):
        going.owe_points(session, consultation.id, points)
    comments.record(session, reply, "comment:addressed", actor, now)
    return reply


def take_back(
    session: Session, consultation: Consultation, comment_id: int, *, actor: Actor, now: datetime
) -> Comment:
    """Undo `address` while the reply has no answer; what its author addressed stays so.

    Raises NotAReplyError, NotAddressedHereError, ReplyAnsweredError, AlreadyGoneError,
    BeingPublishedError.
    """
    reply, points = _decide(session, consultation, comment_id)
    if not reply.addressed or reply.addressed_by is None:
        raise NotAddressedHereError
    if comments.is_answered(session, points):
        raise ReplyAnsweredError
    reply.addressed, reply.addressed_by = False, None
    session.flush()
    counters.touch(session, reply)
    if not comments.is_owed(session, reply):
        counters.stop_owing(session, consultation.id, [point.id for point in points])
    comments.record(session, reply, "comment:unaddressed", actor, now)
    going.complete(session, consultation.id, now)
    return reply


def _decide(
    session: Session, consultation: Consultation, comment_id: int
) -> tuple[Comment, list[Point]]:
    reply = going.lock_live(session, comment_id)
    points = going.lock_points(session, reply.id)
    comments.decide(session, consultation, reply)
    if reply.root_id is None:
        raise NotAReplyError
    return reply, points
