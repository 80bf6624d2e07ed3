"""Putting work on the queue, leasing it, and ending it. Each call belongs to the caller's act."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from consult.jobs.errors import JobCancelledError, JobNotWaitingError, LeaseLostError
from consult.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job
from consult.kernel.i18n import mark
from consult.kernel.ids import random_token
from consult.kernel.inserting import conflict_insert

# A killed worker's job is taken up again when its lease has run out; a living worker renews it
# every third of that time.
LEASE = timedelta(seconds=30)
MAX_TRIES = 5
WORKER_LOST = mark("Each time this was tried, the program that does the work was ended.")


def enqueue(
    session: Session,
    *,
    kind: str,
    key: str,
    now: datetime,
    payload: dict[str, Any] | None = None,
    reference: str = "",
    run_at: datetime | None = None,
) -> Job:
    """Add a job. The same `key` twice gives the same job, whatever its state."""
    by_key = select(Job).where(Job.idempotency_key == key)
    job = session.scalar(by_key)
    if job is None:
        made = conflict_insert(session.get_bind(), Job).values(
            kind=kind,
            payload=payload or {},
            reference=reference,
            idempotency_key=key,
            run_at=run_at or now,
            created_at=now,
        )
        # Somebody who asks for the same at this moment is waited for: theirs is the job then.
        session.execute(made.on_conflict_do_nothing())
        job = session.scalars(by_key).one()
    return job


def due(session: Session, now: datetime) -> bool:
    """Whether there is something to lease: a look that takes no lock."""
    return session.scalar(_due(now).limit(1)) is not None


def _due(now: datetime) -> Any:
    waiting = (Job.state == WAITING) & (Job.run_at <= now)
    orphaned = (Job.state == RUNNING) & (Job.lease_until < now)
    return select(Job).where(or_(waiting, orphaned)).order_by(Job.run_at, Job.id)


def lease(session: Session, now: datetime, *, due_by: datetime | None = None) -> Job | None:
    """Take the job that has waited longest, or one whose worker died. None if there is none.

    `due_by` leaves what falls due later to somebody else.

    A job that brought down its worker MAX_TRIES times is failed instead of taken again.
    """
    job: Job | None = session.scalar(_due(due_by or now).limit(1).with_for_update(skip_locked=True))
    if job is None:
        return None
    if job.state == RUNNING and job.tries >= MAX_TRIES:
        _end(job, FAILED, now, error=WORKER_LOST)
        return job
    job.state = RUNNING
    job.tries += 1
    job.lease_token = random_token(12)
    job.lease_until = now + LEASE
    session.flush()
    return job


def renew(
    session: Session,
    job_id: int,
    token: str,
    now: datetime,
    *,
    progress: int | None = None,
    stage: str | None = None,
) -> None:
    """Extend the lease, and say how far the work is (0 to 1000).

    Raises JobCancelledError or LeaseLostError, after which the worker must write nothing more.
    """
    values: dict[str, Any] = {"lease_until": now + LEASE}
    if progress is not None:
        values["progress"] = progress
    if stage is not None:
        values["stage"] = stage
    renewed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.lease_token == token, Job.state == RUNNING)
        .values(values)
        .returning(Job.id)
    ).scalar()
    if renewed is None:
        raise _why_lost(session, job_id, token)


def check_lease(session: Session, job_id: int, token: str) -> Job:
    """The job, locked, if this worker still holds it; for the act that finishes large work."""
    job = session.scalar(
        select(Job)
        .where(Job.id == job_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if job is None or job.lease_token != token or job.state != RUNNING:
        raise _why_lost(session, job_id, token)
    return job


def _why_lost(session: Session, job_id: int, token: str) -> Exception:
    state, holder = session.execute(
        select(Job.state, Job.lease_token).where(Job.id == job_id)
    ).one()
    if state == CANCELLED and holder == token:
        return JobCancelledError()
    return LeaseLostError()


def finish(session: Session, job_id: int, token: str, now: datetime) -> None:
    """The work is done."""
    job = check_lease(session, job_id, token)
    job.progress = 1000
    _end(job, DONE, now)


def fail(
    session: Session, job_id: int, token: str, now: datetime, *, error: str, final: bool
) -> Job:
    """The work failed: try again later (each time four times as long), or give up."""
    job = check_lease(session, job_id, token)
    if final or job.tries >= MAX_TRIES:
        _end(job, FAILED, now, error=error)
    else:
        job.state = WAITING
        job.error = error
        job.run_at = now + timedelta(seconds=5 * 4 ** (job.tries - 1))
        job.lease_until = None
    return job


def cancel(session: Session, job_id: int, now: datetime) -> bool:
    """Stop a waiting or running job. False if it had already ended."""
    job = session.scalar(select(Job).where(Job.id == job_id).with_for_update())
    if job is None or job.state not in {WAITING, RUNNING}:
        return False
    _end(job, CANCELLED, now)
    return True


def retry(session: Session, job_id: int, now: datetime) -> Job:
    """Start a failed or cancelled job again. Raises JobNotWaitingError in any other state."""
    job = session.scalar(select(Job).where(Job.id == job_id).with_for_update())
    if job is None or job.state not in {FAILED, CANCELLED}:
        raise JobNotWaitingError
    job.state = WAITING
    job.run_at = now
    job.tries = 0
    job.error = ""
    job.progress = 0
    job.stage = ""
    job.finished_at = None
    job.lease_token = None
    session.flush()
    return job


def _end(job: Job, state: str, now: datetime, error: str = "") -> None:
    job.state = state
    job.error = error
    job.finished_at = now
    job.lease_until = None
