"""Giving receipts out on paper: printing a code issues it, and each printing is in the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.kernel.actor import Actor
from consult.submissions import receipts
from consult.submissions.models import Submission

AT_ONCE = 300  # receipts an act: fifty sheets of six


@dataclass(frozen=True)
class Printed:
    """What stands on one slip."""

    submission_id: int
    code: str
    numbers: list[int]
    received_at: datetime
    name: str = ""


def codes(
    session: Session, submissions: Sequence[Submission], *, actor: Actor, now: datetime
) -> dict[int, str]:
    """Submission → code. An unissued code is issued; printing one again is logged as such.

    Only for what a clerk typed in or a file brought; the caller has seen to that.
    """
    assert len(submissions) <= AT_ONCE
    # As they are now: a code that somebody makes void at this moment must not be printed, still
    # less be issued again.
    session.scalars(
        select(Submission)
        .where(Submission.id.in_([submission.id for submission in submissions]))
        .order_by(Submission.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    made: dict[int, str] = {}
    for submission in submissions:
        known = receipts.code_of(submission)
        if known is None:
            known = receipts.issue(session, submission, actor=actor, now=now)
        else:
            log.record(
                session,
                actor=actor.reference,
                act="receipt:printed",
                thing=f"submission:{submission.id}",
                consultation=submission.consultation_id,
                now=now,
            )
        made[submission.id] = known
    session.flush()
    return made
