"""Changing how people are reached, and sending a lost receipt."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.kernel.actor import Actor
from consult.notifications import outbox
from consult.submissions.models import Contact, Submission

# So many submissions are listed in a letter about lost receipts: one letter each.
MAX_LOST = 10
# The same address is written to once in this time, however often somebody asks.
PAUSE = timedelta(minutes=10)


def change_email(
    session: Session, submission: Submission, email: str | None, *, actor: Actor, now: datetime
) -> None:
    """Set or (None) remove the address of a submission; a new one gets the receipt."""
    contact = session.get(Contact, submission.id, with_for_update=True)
    if contact is None:
        contact = Contact(submission_id=submission.id, name="", changed_at=now)
        session.add(contact)
    if contact.email == email:
        return
    contact.email, contact.changed_at = email, now
    session.flush()
    log.record(
        session,
        actor=actor.reference,
        act="submission:email_changed" if email else "submission:email_removed",
        thing=f"submission:{submission.id}",
        consultation=submission.consultation_id,
        now=now,
    )
    if email:
        send_receipt(session, submission, key=now.isoformat(), now=now)


def send_receipt(
    session: Session,
    submission: Submission,
    *,
    key: str,
    now: datetime,
    template: str = "submission_receipt",
) -> None:
    """Write the letter with the receipt code; the code is filled in when it is sent."""
    outbox.write(
        session,
        recipient=f"submission:{submission.id}",
        template=template,
        language=submission.language,
        key=f"{template}:submission {submission.id}:{key}",
        payload={},
        now=now,
        requested=True,
    )


def send_lost(session: Session, email: str, *, now: datetime) -> None:
    """Write to an address which receipts it has. An unknown address gets no letter, and whoever
    asked learns nothing of that."""
    found = session.scalars(
        select(Submission)
        .join(Contact, Contact.submission_id == Submission.id)
        .where(Contact.email == email, Submission.receipt_lookup.is_not(None))
        .order_by(Submission.id.desc())
        .limit(MAX_LOST)
    )
    # Asking again within the pause is the same letter.
    pause = str(int(now.timestamp() // PAUSE.total_seconds()))
    for submission in found:
        send_receipt(session, submission, key=pause, now=now, template="submission_lost")
