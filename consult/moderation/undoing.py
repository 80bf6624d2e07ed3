"""What a moderator did in a slip is undone: for a while, by the same person, as long as nothing else
happened since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.moderation import comments, going, holding, removal, seconding
from consult.moderation.cases import disowning
from consult.moderation.comments import UNDO
from consult.moderation.errors import UndoneTooLateError
from consult.moderation.models import (
    HOLDING,
    LAPSED,
    OPEN,
    UNDONE,
    Objection,
    Removal,
    RemovalEnd,
    Report,
    SecondOpinion,
)
from consult.notifications import outbox
from consult.submissions.models import HELD, NOT_ME, PUBLISHED, REMOVED, Comment
from consult.submissions.points import LIVE_STATES

KEPT, STAYS, HELD_BACK, SHOWN, GONE = "kept", "stays", "held", "published", "removed"


@dataclass(frozen=True)
class Done:
    """An act that can be undone: what was done when to which comment, and why it was held before."""

    what: str
    comment_id: int
    at: datetime
    held_for: str | None = None


def undo(
    session: Session,
    consultation: Consultation,
    done: Done,
    *,
    seen: int,
    words: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Put a comment and its reports back to where they were. `words` are the search words of the
    revision `seen`, made before the act.

    Raises UndoneTooLateError, JudgedWordsChangedError, BeingPublishedError.
    """
    comment = going.lock(session, done.comment_id)
    comments.decide(session, consultation, comment)
    if now - done.at > UNDO or not _untouched(comment, done):
        raise UndoneTooLateError
    holding.check_seen(session, seen)
    if done.what == HELD_BACK:
        holding.show(session, comment, words=words, now=now)
        outbox.call_back(session, comments.letter_key("comment_held", comment, done.at))
    elif done.what == SHOWN:
        holding.hide(session, comment, reason=done.held_for or "judged", now=now)
        outbox.call_back(session, comments.letter_key("comment_shown", comment, done.at))
    elif done.what == GONE:
        _bring_back(session, comment, done, words=words, actor=actor, now=now)
    if done.what in {KEPT, GONE}:
        _reopen_reports(session, comment, done, actor)
    _reopen_objections(session, comment, done)
    _reopen_second_opinion(session, comment, done, actor)
    session.flush()
    comments.record(session, comment, "comment:undone", actor, now, undone=done.what)


def _untouched(comment: Comment, done: Done) -> bool:
    """Whether the comment is as the act left it."""
    left = {HELD_BACK: HELD, SHOWN: PUBLISHED, GONE: REMOVED}
    if done.what in {KEPT, STAYS}:
        return comment.state in LIVE_STATES
    return comment.state == left[done.what] and comment.state_at == done.at


def _bring_back(
    session: Session, comment: Comment, done: Done, *, words: str, actor: Actor, now: datetime
) -> None:
    gone = session.scalar(select(Removal).where(Removal.comment_id == comment.id, removal.stands()))
    objected = gone and session.scalar(select(Objection.id).where(Objection.removal_id == gone.id))
    if gone is None or objected or gone.removed_by != actor.user_id:
        raise UndoneTooLateError
    session.add(RemovalEnd(removal_id=gone.id, how=UNDONE, ended_by=actor.user_id, ended_at=now))
    case = disowning.reopen(session, comment, removed_at=done.at, actor=actor, now=now)
    going.bring_back(
        session,
        comment,
        words=words,
        held_for=NOT_ME if case else done.held_for,
        held_until=case.due_at if case else None,
        now=now,
    )
    outbox.call_back(session, comments.letter_key("comment_removed", comment, done.at))


def _reopen_reports(session: Session, comment: Comment, done: Done, actor: Actor) -> None:
    reopened = session.execute(
        update(Report)
        .where(
            Report.comment_id == comment.id,
            Report.decided_at == done.at,
            Report.decided_by == actor.user_id,
        )
        .values(state="open", decided_by=None, decided_at=None)
        .returning(Report.id)
        .execution_options(synchronize_session=False)
    ).all()
    if done.what == KEPT and not reopened:
        raise UndoneTooLateError
    for (report_id,) in reopened:
        outbox.call_back(session, f"report_kept:{report_id}")


def _reopen_objections(session: Session, comment: Comment, done: Done) -> None:
    """An objection to the holding back, which the act ended beside it."""
    session.execute(
        update(Objection)
        .where(
            Objection.comment_id == comment.id,
            Objection.against == HOLDING,
            Objection.state == LAPSED,
            Objection.decided_at == done.at,
        )
        .values(state=OPEN, decided_at=None)
    )


def _reopen_second_opinion(session: Session, comment: Comment, done: Done, actor: Actor) -> None:
    """The request that the act met; what was only said about it is not undone without it."""
    reopened: Sequence[object] = []
    if seconding.open_for(session, comment.id) is None:
        reopened = session.execute(
            update(SecondOpinion)
            .where(
                SecondOpinion.comment_id == comment.id,
                SecondOpinion.given_at == done.at,
                SecondOpinion.given_by == actor.user_id,
            )
            .values(given_by=None, given_at=None)
            .returning(SecondOpinion.id)
            .execution_options(synchronize_session=False)
        ).all()
    if done.what == STAYS and not reopened:
        raise UndoneTooLateError
