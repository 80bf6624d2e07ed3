"""The job "milestone-letters": everybody who took part and left an address is told.

A letter has one key for each step and submission, so the job can be killed and begun again.
"""

from typing import Any

from sqlalchemy import func, select

from consult.answers.models import Milestone, MilestoneStep
from consult.answers.work import Lease
from consult.kernel.db import current_session
from consult.kernel.i18n import choose, mark
from consult.kernel.transaction import act, end_reading
from consult.notifications import outbox
from consult.submissions.models import Contact, Submission

AT_ONCE = 200
WRITING = mark("Writing the letters")


def tell(job: Lease) -> None:
    session = current_session()
    step = session.get_one(MilestoneStep, int(job.payload["step"]))
    milestone = session.get_one(Milestone, step.milestone_id)
    step_id, after, done = step.id, 0, 0
    told = select(func.count()).join(Submission, Submission.id == Contact.submission_id)
    told = told.where(
        Submission.consultation_id == milestone.consultation_id, Contact.email.is_not(None)
    )
    expected = session.scalar(told.select_from(Contact)) or 1
    while True:
        rows = (
            current_session()
            .execute(
                select(Submission.id, Submission.language)
                .join(Contact, Contact.submission_id == Submission.id)
                .where(
                    Submission.consultation_id == milestone.consultation_id,
                    Submission.id > after,
                    Contact.email.is_not(None),
                )
                .order_by(Submission.id)
                .limit(AT_ONCE)
            )
            .all()
        )
        letters = [_letter(step, milestone, row.id, row.language) for row in rows]
        end_reading()
        with act() as writing:
            job.check_lease(writing)
            outbox.write_many(writing, letters, job.now())
            # The act let go of what was read before it.
            step, milestone = (
                writing.get_one(MilestoneStep, step_id),
                writing.get_one(Milestone, milestone.id),
            )
        done += len(rows)
        job.progress(min(0.99, done / expected), WRITING)
        if len(rows) < AT_ONCE:
            break
        after = rows[-1].id
    job.progress(1.0, WRITING)


def _letter(
    step: MilestoneStep, milestone: Milestone, submission_id: int, language: str
) -> dict[str, Any]:
    """The body's own public words are in it, nobody else's."""
    return {
        "recipient": f"submission:{submission_id}",
        "template": "milestone",
        "language": language,
        "idempotency_key": f"milestone:step {step.id}:submission {submission_id}",
        "payload": {
            "state": step.state,
            "promised": choose(milestone.title, language)[1],
            "note": choose(step.note, language)[1] if step.note else "",
            "eli": step.eli or "",
        },
    }
