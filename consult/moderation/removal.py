"""Taking a comment down: with a rule, a public reason, and a line in the public log."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.db import Texts
from consult.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES
from consult.kernel.markup import tidy
from consult.moderation import comments, going, seconding
from consult.moderation.errors import AlreadyDecidedError, CaseOpenError, ReasonNeededError
from consult.moderation.models import REMOVAL, RULES, Removal, RemovalEnd, Report
from consult.notifications import outbox
from consult.submissions.models import NOT_ME, REMOVED, Comment

MAX_NOTE = 1_000
MOST_LETTERS = 100


def remove(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    reason: str,
    note: Texts,
    actor: Actor,
    now: datetime,
) -> Removal:
    """Remove a comment that breaks a rule. All its reports are decided by it.

    It is taken even while answers are being published: those concerned are prepared again.
    Raises AlreadyGoneError where somebody was quicker, ReasonNeededError without words.
    """
    assert reason in RULES
    comment = comments.within(consultation, going.lock_live(session, comment_id))
    seconding.give(session, comment, actor=actor, now=now)
    made = write_down(session, comment, reason=reason, note=note, actor=actor, now=now)
    going.close_reports(session, comment.id, state="removed", by=actor.user_id, now=now)
    objected = comments.has_objected(session, comment, REMOVAL)
    comments.tell_author(session, comment, "comment_removed", now, reason=reason, objected=objected)
    going.take_away(session, comment, state=REMOVED, now=now)
    comments.record(session, comment, "comment:removed", actor, now, reason=reason)
    return made


def write_down(
    session: Session, comment: Comment, *, reason: str, note: Texts, actor: Actor, now: datetime
) -> Removal:
    """The line of the public log. Raises ReasonNeededError without words."""
    note = {code: words for code in LANGUAGES if (words := tidy(note.get(code, ""))[:MAX_NOTE])}
    if not note:
        raise ReasonNeededError
    made = Removal(
        consultation_id=comment.consultation_id,
        comment_id=comment.id,
        reason=reason,
        note=note,
        removed_by=actor.user_id,
        removed_at=now,
    )
    session.add(made)
    session.flush()
    return made


def stands() -> ColumnElement[bool]:
    """That a removal was neither undone nor overturned."""
    return ~exists(select(RemovalEnd.removal_id).where(RemovalEnd.removal_id == Removal.id))


def keep(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    seen: int,
    actor: Actor,
    now: datetime,
) -> int:
    """Leave a reported comment where it is; returns how many reports that decides.

    `seen` is the newest report that the moderator had before them: what came later stays open.
    Raises AlreadyDecidedError if none of those is open any more, AnotherDecidesError for who asked
    for a second opinion, CaseOpenError: these reports are decided with the case.
    """
    comment = comments.within(consultation, going.lock(session, comment_id))
    if comment.held_for == NOT_ME:
        raise CaseOpenError
    seconding.give(session, comment, actor=actor, now=now)
    closed = going.close_reports(
        session, comment.id, state="kept", by=actor.user_id, now=now, up_to=seen
    )
    if not closed:
        raise AlreadyDecidedError
    _tell_reporters(session, comment, now)
    comments.record(session, comment, "reports:kept", actor, now, reports=closed)
    return closed


def _tell_reporters(session: Session, comment: Comment, now: datetime) -> None:
    """Those who left an address because they said that the comment is not theirs."""
    kept = session.execute(
        select(Report.id, Report.language)
        .where(
            Report.comment_id == comment.id,
            Report.state == "kept",
            Report.decided_at == now,
            Report.email.is_not(None),
        )
        .order_by(Report.id)
        .limit(MOST_LETTERS)
    )
    outbox.write_many(
        session,
        [
            {
                "recipient": f"report:{report_id}",
                "template": "report_kept",
                "language": language or DEFAULT_LANGUAGE,
                "idempotency_key": f"report_kept:{report_id}",
                "payload": {"number": comment.seq},
                "run_at": now + comments.UNDO,
            }
            for report_id, language in kept
        ],
        now,
    )
