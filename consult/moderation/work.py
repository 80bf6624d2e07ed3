"""The batches of a conversation whose top comment went: every reply is owed an answer."""

from consult.jobs.worker import RunningJob
from consult.kernel.transaction import act
from consult.moderation import going


def owe_replies(job: RunningJob) -> None:
    """The job "owe_replies"; each batch is an act, and a repeated one changes nothing."""
    after: int | None = int(job.payload["after"])
    while after is not None:
        with act() as session:
            job.check_lease(session)
            after = going.owe_more_replies(session, int(job.payload["root"]), after)
        job.renew()
