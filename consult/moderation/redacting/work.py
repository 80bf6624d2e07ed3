"""What the worker does about personal data: the search for it, and removed words forgotten once more."""

from consult.jobs.idle import in_idle_time
from consult.jobs.worker import RunningJob
from consult.kernel.db import current_session
from consult.kernel.transaction import act, end_reading
from consult.moderation import forgetting, redaction, scanning, sealing
from consult.moderation import redaction_queries as queries
from consult.moderation.redacting.models import Redaction
from consult.themes import rewording as themes

# Some seconds' work.
BATCHES = 10


def find_personal_data(job: RunningJob) -> None:
    """The job "find_personal_data": what has come in, a few hundred comments at a time.

    After some of it the job ends and another one follows it, so that what people asked for has its
    turn.
    """
    for _batch in range(BATCHES):
        with in_idle_time():
            found = scanning.batch(current_session(), job.now())
            seen = [one for one in found if one.found or one.there]
            up_to = found[-1].revision_id if found else 0
            end_reading()
        if not found:
            return
        with act() as session:
            job.check_lease(session)
            scanning.keep(session, seen, up_to=up_to)
        job.renew()
    with act() as session:
        job.check_lease(session)
        scanning.go_on(session, job.now())


def forget_words(job: RunningJob) -> None:
    """The job "forget_words": what a run still had in hand when words were removed."""
    session = current_session()
    made = session.get_one(Redaction, int(job.payload["redaction"]))
    original = queries.original_text(session, made.id)
    removed = forgetting.removed_from(*original, sealing.placed_of(made)) if original else []
    end_reading()
    with act() as writing:
        job.check_lease(writing)
        made = writing.get_one(Redaction, made.id, populate_existing=True)
        if made.undone_at is not None:
            return
        if themes.is_being_analysed(writing, made.consultation_id):
            redaction.forget_later(writing, made, job.now())
        else:
            forgetting.forget(writing, made, removed)
