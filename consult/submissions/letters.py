"""To whom the letters about a submission go, and what fills them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.i18n import choose
from consult.kernel.keys import read_signed, sign
from consult.notifications.outbox import Recipient
from consult.submissions.models import Comment, Contact, Submission
from consult.submissions.receipts import code_of


def recipient(session: Session, submission_id: int) -> Recipient | None:
    """The sender of a submission, if there is an address (any more).

    The receipt code is made here, when the letter is rendered; no row ever holds it.
    """
    row = session.execute(
        select(Submission, Contact.email, Consultation)
        .join(Contact, Contact.submission_id == Submission.id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .where(Submission.id == submission_id, Contact.email.is_not(None))
    ).first()
    if row is None or row[1] is None:
        return None
    submission, email, consultation = row[0], row[1], row[2]
    numbers = session.scalars(
        select(Comment.seq).where(Comment.submission_id == submission_id).order_by(Comment.seq)
    )
    return Recipient(
        email=email,
        language=submission.language,
        facts={
            "code": code_of(submission) or "",
            "title": choose(consultation.title, submission.language)[1],
            "slug": consultation.slug,
            "answer_due_at": consultation.answer_due_at,
            "numbers": list(numbers),
            "not_me": not_me_token(submission.id, clock.now()),
        },
    )


def not_me_token(submission_id: int, now: datetime) -> str:
    """The signed reference by which the reader of a letter says "This was not me". It lets them
    have the comments held, and nothing else."""
    return sign("not me", {"submission": submission_id}, now)


def submission_of(token: str) -> int | None:
    """The submission that such a reference names; None if it is not ours."""
    facts = read_signed("not me", token)
    return None if facts is None else int(facts["submission"])
