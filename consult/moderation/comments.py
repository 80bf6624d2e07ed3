"""What the acts on a comment have in common: its line in the log, and what it is owed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.counters import decided
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.release import ABANDONED, Release
from consult.moderation import going
from consult.moderation.models import Objection
from consult.notifications import outbox
from consult.submissions import points as rules
from consult.submissions.models import Comment, Contact, Point, Submission
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


# What an official does in a slip can be undone for so long; its letter leaves after that.
UNDO = timedelta(minutes=10)


def tell_author(
    session: Session, comment: Comment, template: str, now: datetime, **facts: object
) -> None:
    """Write to the author of a comment, if there is an address, once undoing is over."""
    write_to_author(
        session,
        comment,
        template,
        key=letter_key(template, comment, now),
        payload={"comment": comment.id, "number": comment.seq, **facts},
        now=now,
        run_at=now + UNDO,
    )


def write_to_author(
    session: Session,
    comment: Comment,
    template: str,
    *,
    key: str,
    payload: dict[str, Any],
    now: datetime,
    run_at: datetime | None = None,
) -> None:
    """Put a letter to the author of a comment into the outbox, if there is an address."""
    to = author(session, comment)
    if to is None:
        return
    recipient, language = to
    outbox.write(
        session,
        recipient=recipient,
        template=template,
        language=language,
        key=key,
        payload=payload,
        now=now,
        run_at=run_at,
    )


def has_objected(session: Session, comment: Comment, against: str) -> bool:
    """Whether its author has objected to such a decision before: it is possible once."""
    made = select(Objection.id).where(
        Objection.comment_id == comment.id, Objection.against == against
    )
    return session.scalar(made) is not None


def author(session: Session, comment: Comment) -> tuple[str, str] | None:
    """The recipient who sent a comment, and their language; None where there is no address."""
    contact = session.get(Contact, comment.submission_id)
    if contact is None or not contact.email:
        return None
    submission = session.get_one(Submission, comment.submission_id)
    return f"submission:{submission.id}", submission.language


def letter_key(template: str, comment: Comment, at: datetime) -> str:
    """The key of the letter about what was done to a comment at that time."""
    return f"{template}:{comment.id}:{at.isoformat()}"


def decide(session: Session, consultation: Consultation, comment: Comment) -> None:
    """Count an official's decision on a comment that is locked already.

    Raises NotFoundError for one of another consultation, BeingPublishedError.
    """
    within(consultation, comment)
    decided(session, comment.consultation_id)
    refuse_while_publishing(session, comment.consultation_id)


def within(consultation: Consultation, comment: Comment) -> Comment:
    """The comment, if it is one of this consultation. Raises NotFoundError."""
    if comment.consultation_id != consultation.id:
        raise NotFoundError
    return comment


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
