"""Running one job: the lease kept alive beside it, its end written, whatever happens."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from consult.jobs import queue
from consult.jobs.errors import JobCancelledError, LeaseLostError
from consult.jobs.idle import awake
from consult.jobs.models import FAILED, Job
from consult.kernel import clock
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.transaction import act, end_reading

log = logging.getLogger(__name__)

Now = Callable[[], datetime]

PROGRESS_EVERY = 0.5  # seconds between two writes of the progress


class RunningJob:
    """What a handler holds: its payload, and the ways to say how far it is."""

    def __init__(self, job: Job, now: Now) -> None:
        self.job_id = job.id
        self.kind = job.kind
        self.payload = dict(job.payload)
        self.token = job.lease_token or ""
        self.now = now
        self._written = 0.0
        self.lost: Exception | None = None

    def progress(self, fraction: float, stage: str = "") -> None:
        """Say how far the work is, from 0 to 1; `stage` is a marked sentence.

        Raises JobCancelledError or LeaseLostError: let them pass, the worker expects them.
        """
        if self.lost is not None:
            raise self.lost
        if time.monotonic() - self._written < PROGRESS_EVERY and fraction < 1:
            return
        with awake(), act() as session:
            done = min(1000, max(0, round(fraction * 1000)))
            queue.renew(session, self.job_id, self.token, self.now(), progress=done, stage=stage)
        self._written = time.monotonic()

    def check_lease(self, session: Session) -> None:
        """Inside an act: raise unless this worker still holds the job, and lock it."""
        queue.check_lease(session, self.job_id, self.token)

    def renew(self) -> None:
        """Extend the lease in a short act of its own."""
        with act() as session:
            queue.renew(session, self.job_id, self.token, self.now())


@dataclass(frozen=True)
class Handler:
    """What does the work of one kind, and what is told when it ends for good without success."""

    run: Callable[[RunningJob], None]
    # Called in the act that fails or cancels the job, to say so on the thing it worked for.
    ended: Callable[[Session, dict[str, Any], str, datetime], None] | None = None


Context = Callable[[], AbstractContextManager[object]]


class Worker:
    """Takes jobs and runs them one after the other.

    `context` opens what a database session needs around it (the application's context); the
    thread that keeps the lease alive opens its own. `now` is the clock, for a story told later.
    """

    def __init__(
        self, handlers: dict[str, Handler], context: Context, now: Now = clock.now
    ) -> None:
        self._handlers = handlers
        self._context = context
        self._now = now

    def run_one(self, due_by: datetime | None = None) -> bool:
        """Run the next job that is due (by then) to its end. False if there was none."""
        if not queue.due(current_session(), due_by or self._now()):
            end_reading()
            return False
        with act() as session:
            job = queue.lease(session, self._now(), due_by=due_by)
            if job is None:
                return False
            if job.state == FAILED:
                self._tell(session, job, FAILED)
                return True
            running = RunningJob(job, self._now)
        self._run(running)
        return True

    def _run(self, running: RunningJob) -> None:
        try:
            handler = self._handlers[running.kind]
            with self._kept_alive(running):
                handler.run(running)
            with act() as session:
                queue.finish(session, running.job_id, running.token, self._now())
        except LeaseLostError:
            log.warning("lost the lease of job %s", running.job_id)
        except JobCancelledError:
            log.info("job %s was cancelled", running.job_id)
        except ConsultError as error:
            self._failed(running, error.message, final=True)
        except Exception as error:
            log.exception("job %s failed", running.job_id)
            # The type only: a message may carry somebody's words.
            self._failed(running, type(error).__name__, final=False)

    def _failed(self, running: RunningJob, error: str, *, final: bool) -> None:
        try:
            with act() as session:
                job = queue.fail(
                    session,
                    running.job_id,
                    running.token,
                    self._now(),
                    error=error,
                    final=final,
                )
                if job.state == FAILED:
                    self._tell(session, job, FAILED)
        except (LeaseLostError, JobCancelledError):
            log.warning("job %s was no longer ours", running.job_id)

    def _tell(self, session: Session, job: Job, state: str) -> None:
        handler = self._handlers.get(job.kind)
        if handler is not None and handler.ended is not None:
            handler.ended(session, dict(job.payload), state, self._now())

    @contextmanager
    def _kept_alive(self, running: RunningJob) -> Iterator[None]:
        stop = threading.Event()

        def beat() -> None:
            while not stop.wait(queue.LEASE.total_seconds() / 3):
                try:
                    with self._context():
                        running.renew()
                except (JobCancelledError, LeaseLostError) as error:
                    running.lost = error
                    return
                except Exception:
                    log.exception("could not renew the lease of job %s", running.job_id)

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
