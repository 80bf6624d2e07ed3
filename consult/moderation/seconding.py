"""A second opinion: a moderator leaves a comment to another one, with a note that is not public."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.markup import tidy
from consult.moderation import comments, going
from consult.moderation.errors import (
    AnotherDecidesError,
    CaseOpenError,
    SecondAskedError,
    SecondGivenError,
    StillHeldError,
)
from consult.moderation.models import SecondOpinion
from consult.submissions.models import NOT_ME, PUBLISHED, Comment

MAX_NOTE = 2_000


def ask(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> SecondOpinion:
    """Leave the decision to another moderator. Raises SecondAskedError, AlreadyGoneError."""
    comment = comments.within(consultation, going.lock_live(session, comment_id))
    if open_for(session, comment.id) is not None:
        raise SecondAskedError
    made = SecondOpinion(
        consultation_id=consultation.id,
        comment_id=comment.id,
        asked_by=actor.user_id,
        note=tidy(note)[:MAX_NOTE],
        asked_at=now,
    )
    session.add(made)
    session.flush()
    comments.record(session, comment, "comment:second_asked", actor, now)
    return made


def open_for(session: Session, comment_id: int) -> SecondOpinion | None:
    """The request about a comment that nobody has met yet."""
    return session.scalar(
        select(SecondOpinion).where(
            SecondOpinion.comment_id == comment_id, SecondOpinion.given_at.is_(None)
        )
    )


def leave_to_another(session: Session, comment: Comment, actor: Actor) -> SecondOpinion | None:
    """The request about a comment that nobody has met yet. Raises AnotherDecidesError for who asked."""
    asked = open_for(session, comment.id)
    if asked is not None and asked.asked_by == actor.user_id:
        raise AnotherDecidesError
    return asked


def give(session: Session, comment: Comment, *, actor: Actor, now: datetime) -> None:
    """Called by every decision on a locked comment: it is the second opinion, if one was asked for.

    Raises AnotherDecidesError for who asked.
    """
    asked = leave_to_another(session, comment, actor)
    if asked is None:
        return
    session.execute(
        update(SecondOpinion)
        .where(SecondOpinion.id == asked.id)
        .values(given_by=actor.user_id, given_at=now)
    )


def stays(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    seen: int,
    actor: Actor,
    now: datetime,
) -> None:
    """The second opinion is that nothing is wrong with a comment that can be read. `seen` is the
    request that the moderator had before them; reports that came meanwhile stay open.

    Raises AnotherDecidesError for who asked, SecondGivenError, StillHeldError, CaseOpenError,
    AlreadyGoneError.
    """
    comment = comments.within(consultation, going.lock_live(session, comment_id))
    asked = leave_to_another(session, comment, actor)
    if asked is None or asked.id != seen:
        raise SecondGivenError
    if comment.held_for == NOT_ME:
        raise CaseOpenError
    if comment.state != PUBLISHED:
        raise StillHeldError
    give(session, comment, actor=actor, now=now)
    comments.record(session, comment, "comment:second_stays", actor, now)
