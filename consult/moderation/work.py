"""What is done comment by comment: replies of one that went, cases nobody decided, late ones."""

from collections.abc import Sequence
from datetime import datetime

from consult.consultations.models import Consultation
from consult.jobs.worker import RunningJob
from consult.kernel import clock, search
from consult.kernel.actor import Actor
from consult.kernel.db import current_session
from consult.kernel.transaction import act, end_reading
from consult.moderation import admitting, going
from consult.moderation.cases import disowning
from consult.moderation.errors import AlreadyGoneError, NotLateError
from consult.moderation.models import ADMITTING
from consult.submissions import queries as submissions


def owe_replies(job: RunningJob) -> None:
    """The job "owe_replies"; each batch is an act, and a repeated one changes nothing."""
    after: int | None = int(job.payload["after"])
    while after is not None:
        with act() as session:
            job.check_lease(session)
            after = going.owe_more_replies(session, int(job.payload["root"]), after)
        job.renew()


def lapse_case(job: RunningJob) -> None:
    """The job "lapse_case": a report that nobody decided on in time leaves the comment as it was."""
    comment_id = int(job.payload["comment"])
    revision = submissions.current_revision(current_session(), comment_id)
    words = search.analysed(revision.text, revision.language)
    end_reading()
    with act() as session:
        job.check_lease(session)
        disowning.restore_by_rule(session, comment_id, words=words, now=clock.now())


def decide_late(
    consultation: Consultation,
    comment_ids: Sequence[int],
    *,
    ground: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Admit or leave each of them in an act of its own; returns how many.

    One that is gone or was decided meanwhile is passed over. Raises BeingPublishedError.
    """
    verb = admitting.admit if ground in ADMITTING else admitting.leave
    decided = 0
    for comment_id in comment_ids:
        try:
            with act() as session:
                verb(session, consultation, comment_id, ground=ground, actor=actor, now=now)
        except (AlreadyGoneError, NotLateError):
            continue
        decided += 1
    return decided
