"""Addressing a reply to the body: an official finds that it asks for an answer of its own."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.counters import decided
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.release import visible
from consult.moderation import going
from consult.moderation.errors import (
    AddressedError,
    NotAddressedHereError,
    NotAReplyError,
    ReplyAnsweredError,
)
from consult.submissions import counters
from consult.submissions.models import Comment, Point
from consult.submissions.points import is_owed
from consult.themes.assignments import refuse_while_publishing


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
    if _is_owed(session, reply):
        changed = going.changed_the_text(session, [point for point in points if not point.owed])
        counters.owe(session, consultation.id, [point.id for point in points], changed=changed)
    _log(session, reply, "addressed", actor, now)
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
    ids = [point.id for point in points]
    if _settled(session, ids):
        raise ReplyAnsweredError
    reply.addressed, reply.addressed_by = False, None
    session.flush()
    counters.touch(session, reply)
    if not _is_owed(session, reply):
        counters.stop_owing(session, consultation.id, ids)
    _log(session, reply, "unaddressed", actor, now)
    going.complete(session, consultation.id, now)
    return reply


def _decide(
    session: Session, consultation: Consultation, comment_id: int
) -> tuple[Comment, list[Point]]:
    reply = going.lock_live(session, comment_id)
    points = going.lock_points(session, reply.id)
    if reply.consultation_id != consultation.id:
        raise NotFoundError
    decided(session, consultation.id)
    refuse_while_publishing(session, consultation.id)
    if reply.root_id is None:
        raise NotAReplyError
    return reply, points


def _is_owed(session: Session, reply: Comment) -> bool:
    return is_owed(
        state=reply.state,
        late=reply.late,
        admitted=reply.admitted_at is not None,
        reply=True,
        addressed=reply.addressed,
        root_gone=going.root_is_gone(session, reply),
    )


def _settled(session: Session, point_ids: list[int]) -> bool:
    answered = (
        select(Point.id)
        .where(Point.id.in_(point_ids), Point.settled_by.is_not(None), visible(Point.settled_by))
        .limit(1)
    )
    return session.scalar(answered) is not None


def _log(session: Session, reply: Comment, what: str, actor: Actor, now: datetime) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=f"comment:{what}",
        thing=f"comment:{reply.id}",
        consultation=reply.consultation_id,
        now=now,
    )
