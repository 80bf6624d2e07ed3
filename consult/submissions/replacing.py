"""Making a receipt void at the desk and replacing it: it was lost, or others have seen the code."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.i18n import mark
from consult.submissions import contacts, receipts
from consult.submissions.models import Contact, Submission


class NotIssuedError(ConsultError):
    """There is no code that anybody could use."""

    message = mark("This submission has no receipt that could be used.")


class NoAddressError(ConsultError):
    """A new code of somebody who wrote here themselves goes to nobody else."""

    message = mark("There is no address to which a new receipt could be sent.")


def void(
    session: Session, consultation: Consultation, submission_id: int, *, actor: Actor, now: datetime
) -> Submission:
    """Make the present code worthless, with every visit that it opened.

    Raises NotIssuedError.
    """
    submission = _issued(session, consultation, submission_id)
    receipts.void(session, submission, actor=actor, now=now)
    return submission


def replace(
    session: Session, consultation: Consultation, submission_id: int, *, actor: Actor, now: datetime
) -> str:
    """Put a new code in the place of the present one and return it, for what a clerk typed in.

    Raises NotIssuedError.
    """
    submission = _issued(session, consultation, submission_id)
    return receipts.reissue(session, submission, actor=actor, now=now)


def send_new(
    session: Session, consultation: Consultation, submission_id: int, *, actor: Actor, now: datetime
) -> None:
    """Put a new code in the place of the present or a void one and send it to the author.

    Raises NoAddressError.
    """
    submission = _locked(session, consultation, submission_id)
    contact = session.get(Contact, submission.id, populate_existing=True)
    if contact is None or contact.email is None:
        raise NoAddressError
    receipts.reissue(session, submission, actor=actor, now=now)
    contacts.send_receipt(
        session,
        submission,
        key=f"issue {submission.receipt_issue}",
        now=now,
        template="submission_new_receipt",
    )


def _issued(session: Session, consultation: Consultation, submission_id: int) -> Submission:
    submission = _locked(session, consultation, submission_id)
    if submission.receipt_lookup is None:
        raise NotIssuedError
    return submission


def _locked(session: Session, consultation: Consultation, submission_id: int) -> Submission:
    found = session.scalar(
        select(Submission)
        .where(Submission.id == submission_id, Submission.consultation_id == consultation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError
    return found
