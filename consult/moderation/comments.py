"""What the acts on a comment have in common: its line in the log, and what it is owed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.counters import decided
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.release import ABANDONED, Release
from consult.moderation import going
from consult.submissions import points as rules
from consult.submissions.models import Comment, Point
from consult.themes.assignments import refuse_while_publishing


def record(
    session: Session, comment: Comment, act: str, actor: Actor, now: datetime, **facts: object
) -> None:
    """Write the line of an act ("comment:held") into the log. Its words never stand there."""
    log.record(
        session,
        actor=actor.reference,
        act=act,
        thing=f"comment:{comment.id}",
        consultation=comment.consultation_id,
        now=now,
        **facts,
    )


def decide(session: Session, consultation: Consultation, comment: Comment) -> None:
    """Count an official's decision on a comment that is locked already.

    Raises NotFoundError for one of another consultation, BeingPublishedError.
    """
    if comment.consultation_id != consultation.id:
        raise NotFoundError
    decided(session, comment.consultation_id)
    refuse_while_publishing(session, comment.consultation_id)


def is_owed(session: Session, comment: Comment) -> bool:
    """Whether a comment as it stands is owed an answer."""
    return rules.is_owed(
        state=comment.state,
        late=comment.late,
        admitted=comment.admitted_at is not None,
        reply=comment.root_id is not None,
        addressed=comment.addressed,
        root_gone=going.root_is_gone(session, comment),
    )


def is_answered(session: Session, points: Sequence[Point]) -> bool:
    """Whether one of the points has an answer, or is about to get one."""
    settling = {point.settled_by for point in points if point.settled_by is not None}
    standing = select(Release.id).where(Release.id.in_(settling), Release.state != ABANDONED)
    return bool(settling) and session.scalar(standing.limit(1)) is not None
