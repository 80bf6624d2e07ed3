"""Words and addresses that nobody needs any more once a case or a report is decided."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from consult.moderation.models import CaseMessage, IdentityCase, Objection, Report, SecondOpinion

# So long after the decision somebody may still ask why.
KEPT = timedelta(days=90)


def forget_messages(session: Session, now: datetime, at_once: int) -> int:
    """Delete what was written in cases that are long decided; returns how many messages."""
    old = (
        select(CaseMessage.id)
        .join(IdentityCase, IdentityCase.id == CaseMessage.case_id)
        .where(IdentityCase.decided_at < now - KEPT)
        .order_by(CaseMessage.id)
        .limit(at_once)
    )
    gone = delete(CaseMessage).where(CaseMessage.id.in_(old)).returning(CaseMessage.id)
    return len(session.execute(gone).all())


def forget_reporters(session: Session, now: datetime, at_once: int) -> int:
    """Empty the note, the address and the account of reports that are long decided; returns how
    many. That there was a report, and why, stays."""
    old = (
        select(Report.id)
        .where(
            Report.decided_at < now - KEPT,
            or_(Report.note != "", Report.email.is_not(None), Report.reporter.is_not(None)),
        )
        .order_by(Report.id)
        .limit(at_once)
    )
    emptied = (
        update(Report)
        .where(Report.id.in_(old))
        .values(note="", email=None, language=None, reporter=None)
        .returning(Report.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.execute(emptied).all())


def forget_objections(session: Session, now: datetime, at_once: int) -> int:
    """Empty the words of objections that are long decided; returns how many. What was decided, and
    the public reason, stay."""
    old = (
        select(Objection.id)
        .where(Objection.decided_at < now - KEPT, Objection.text != "")
        .order_by(Objection.id)
        .limit(at_once)
    )
    emptied = (
        update(Objection)
        .where(Objection.id.in_(old))
        .values(text="")
        .returning(Objection.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.execute(emptied).all())


def forget_second_notes(session: Session, now: datetime, at_once: int) -> int:
    """Empty the notes of second opinions that were given long ago; returns how many."""
    old = (
        select(SecondOpinion.id)
        .where(SecondOpinion.given_at < now - KEPT, SecondOpinion.note != "")
        .order_by(SecondOpinion.id)
        .limit(at_once)
    )
    emptied = (
        update(SecondOpinion)
        .where(SecondOpinion.id.in_(old))
        .values(note="")
        .returning(SecondOpinion.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.execute(emptied).all())
