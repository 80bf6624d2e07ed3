"""The queue's rules: one job per key, one holder per job, an end for each."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from consult.jobs import queue
from consult.jobs.errors import JobCancelledError, JobNotWaitingError, LeaseLostError
from consult.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job
from consult.jobs.worker import Handler, RunningJob, Worker
from consult.kernel import clock
from consult.kernel.errors import ConsultError
from consult.kernel.transaction import act

NOW = clock.now()


def enqueue(key: str = "one", kind: str = "count") -> int:
    with act() as session:
        return queue.enqueue(session, kind=kind, key=key, now=NOW, payload={"to": 3}).id


def state(session: Session, job_id: int) -> Job:
    session.rollback()
    job = session.get(Job, job_id)
    assert job is not None
    return job


def test_the_same_key_makes_one_job(app: Flask) -> None:
    assert enqueue("same") == enqueue("same") != enqueue("other")


def test_a_leased_job_is_taken_again_only_after_its_lease(app: Flask) -> None:
    enqueue()
    with act() as session:
        first = queue.lease(session, NOW)
        assert first is not None
        old_token = first.lease_token
    with act() as session:
        assert queue.lease(session, NOW) is None
    later = NOW + queue.LEASE + timedelta(seconds=1)
    with act() as session:
        again = queue.lease(session, later)
        assert again is not None
        assert again.tries == 2
        # The worker that was thought dead comes back: it may not write any more.
        with pytest.raises(LeaseLostError):
            queue.check_lease(session, again.id, old_token or "")


def test_a_job_that_kills_its_worker_every_time_is_given_up(app: Flask) -> None:
    job_id = enqueue()
    at = NOW
    for _ in range(queue.MAX_TRIES):
        with act() as session:
            assert queue.lease(session, at) is not None
        at += queue.LEASE + timedelta(seconds=1)
    with act() as session:
        job = queue.lease(session, at)
        assert job is not None
        assert (job.id, job.state, job.error) == (job_id, FAILED, queue.WORKER_LOST)


def test_the_worker_runs_a_job_to_its_end(app: Flask, session: Session) -> None:
    job_id = enqueue()
    counted: list[int] = []
    handler = Handler(lambda job: counted.extend(range(job.payload["to"])))
    worker = Worker({"count": handler}, app.app_context)
    assert worker.run_one()
    assert not worker.run_one()
    assert counted == [0, 1, 2]
    assert state(session, job_id).state == DONE


def test_an_unexpected_error_is_tried_again_later(app: Flask, session: Session) -> None:
    def broken(job: RunningJob) -> None:
        raise OSError("a disk with somebody's name on it")

    job_id = enqueue()
    Worker({"count": Handler(broken)}, app.app_context).run_one()
    job = state(session, job_id)
    assert (job.state, job.error) == (WAITING, "OSError")  # the message stays out
    assert job.run_at > clock.now()


def test_an_expected_refusal_ends_the_job_and_is_told(app: Flask, session: Session) -> None:
    told: list[tuple[dict[str, object], str]] = []

    def refuse(job: RunningJob) -> None:
        raise ConsultError

    handler = Handler(refuse, ended=lambda _s, payload, how, _n: told.append((payload, how)))
    job_id = enqueue()
    Worker({"count": handler}, app.app_context).run_one()
    job = state(session, job_id)
    assert (job.state, job.error) == (FAILED, ConsultError.message)
    assert told == [({"to": 3}, FAILED)]
    with act() as writing:
        assert queue.retry(writing, job_id, NOW).state == WAITING
    with act() as writing, pytest.raises(JobNotWaitingError):
        queue.retry(writing, job_id, NOW)


def test_cancelling_stops_a_running_job_at_its_next_word(app: Flask, session: Session) -> None:
    reached: list[str] = []

    def cancelled_meanwhile(job: RunningJob) -> None:
        with act() as writing:
            assert queue.cancel(writing, job.job_id, NOW)
        with pytest.raises(JobCancelledError):
            job.progress(1, "counting")
        reached.append("told")
        job.progress(1, "counting")
        reached.append("went on")

    job_id = enqueue()
    Worker({"count": Handler(cancelled_meanwhile)}, app.app_context).run_one()
    assert reached == ["told"]
    assert state(session, job_id).state == CANCELLED


def test_progress_is_written_and_extends_the_lease(app: Flask, session: Session) -> None:
    seen: list[tuple[str, int, str]] = []

    def half(job: RunningJob) -> None:
        job.progress(0.5, "Counting")
        row = state(session, job.job_id)
        seen.append((row.state, row.progress, row.stage))

    enqueue()
    Worker({"count": Handler(half)}, app.app_context).run_one()
    assert seen == [(RUNNING, 500, "Counting")]
