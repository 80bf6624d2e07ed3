"""Taking a comment down: with a rule, a public reason, and a line in the public log."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import LANGUAGES
from consult.kernel.markup import tidy
from consult.moderation import comments, going
from consult.moderation.errors import AlreadyDecidedError, ReasonNeededError
from consult.moderation.models import RULES, Removal
from consult.notifications import outbox
from consult.submissions.models import REMOVED, Comment, Contact, Submission

MAX_NOTE = 1_000


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
    note = {code: words for code in LANGUAGES if (words := tidy(note.get(code, ""))[:MAX_NOTE])}
    if not note:
        raise ReasonNeededError
    comment = _of(consultation, going.lock_live(session, comment_id))
    made = Removal(
        consultation_id=consultation.id,
        comment_id=comment.id,
        reason=reason,
        note=note,
        removed_by=actor.user_id,
        removed_at=now,
    )
    session.add(made)
    session.flush()
    going.close_reports(session, comment.id, state="removed", by=actor.user_id, now=now)
    _tell_author(session, comment, made, now)
    going.take_away(session, comment, state=REMOVED, now=now)
    comments.record(session, comment, "comment:removed", actor, now, reason=reason)
    return made


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
    Raises AlreadyDecidedError if none of those is open any more.
    """
    comment = _of(consultation, going.lock(session, comment_id))
    closed = going.close_reports(
        session, comment.id, state="kept", by=actor.user_id, now=now, up_to=seen
    )
    if not closed:
        raise AlreadyDecidedError
    comments.record(session, comment, "reports:kept", actor, now, reports=closed)
    return closed


def _of(consultation: Consultation, comment: Comment) -> Comment:
    if comment.consultation_id != consultation.id:
        raise NotFoundError
    return comment


def _tell_author(session: Session, comment: Comment, removal: Removal, now: datetime) -> None:
    submission = session.get_one(Submission, comment.submission_id)
    contact = session.get(Contact, submission.id)
    if contact is None or not contact.email:
        return
    outbox.write(
        session,
        recipient=f"submission:{submission.id}",
        template="comment_removed",
        language=submission.language,
        key=f"comment_removed:{comment.id}",
        payload={"comment": comment.id, "number": comment.seq, "reason": removal.reason},
        now=now,
    )
