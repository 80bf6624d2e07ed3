"""Asking for an analysis, stopping one, starting it again, and how a run begins and ends."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.models import Consultation
from consult.jobs import queue
from consult.jobs.errors import JobNotWaitingError
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.release import PREPARING, Release, abandon
from consult.kernel.transaction import broken_constraint
from consult.submissions.models import Comment, Point
from consult.themes.errors import AlreadyAnalysingError, NothingToAnalyseError, RunOverError
from consult.themes.models import CANCELLED, RUNNING, WAITING, Run
from consult.themes.standing import live

JOB = "analyse"


def request(
    session: Session,
    consultation: Consultation,
    *,
    topics: int | None = None,
    seed: int = 0,
    actor: Actor,
    now: datetime,
) -> Run:
    """Put an analysis of the consultation's live points on the queue.

    `topics` is the number of themes wanted, accepted ones included; None lets the texts decide.
    Raises AlreadyAnalysingError while one is active, NothingToAnalyseError without points.
    """
    if active(session, consultation.id) is not None:
        raise AlreadyAnalysingError
    any_point = session.scalar(
        select(Point.id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Point.consultation_id == consultation.id, live())
        .limit(1)
    )
    if any_point is None:
        raise NothingToAnalyseError
    run = Run(
        consultation_id=consultation.id,
        state=WAITING,
        requested_by=actor.user_id,
        requested_at=now,
        topics_wanted=topics,
        seed=seed,
        card={},
    )
    session.add(run)
    _activate(session)
    job = queue.enqueue(
        session,
        kind=JOB,
        key=f"{JOB}:{run.id}",
        now=now,
        payload={"run": run.id},
        reference=f"consultation:{consultation.id}",
    )
    run.job_id = job.id
    _log(session, "requested", run, actor, now, topics=topics)
    session.flush()
    return run


def again(
    session: Session, consultation: Consultation, run_id: int, *, actor: Actor, now: datetime
) -> Run:
    """Start a run again that failed or was stopped, on the points and decisions of now.

    Raises RunOverError for a run in any other state, AlreadyAnalysingError while another is active.
    """
    job_id = session.scalar(
        select(Run.job_id).where(Run.id == run_id, Run.consultation_id == consultation.id)
    )
    try:
        # The job before the run, in the order in which its worker takes them.
        queue.retry(session, job_id or 0, now)
    except JobNotWaitingError as error:
        raise RunOverError from error
    run = _locked(session, run_id)
    run.state, run.finished_at, run.error, run.card = WAITING, None, "", {}
    _activate(session)
    _log(session, "requested", run, actor, now, topics=run.topics_wanted)
    return run


def _activate(session: Session) -> None:
    """Write a run that is active; another one may have been quicker."""
    try:
        session.flush()
    except IntegrityError as error:
        if broken_constraint(error) == "uq_run_active":
            raise AlreadyAnalysingError from error
        raise


def active(session: Session, consultation_id: int) -> Run | None:
    """The run that is waiting or running."""
    return session.scalar(
        select(Run).where(Run.consultation_id == consultation_id, Run.state.in_((WAITING, RUNNING)))
    )


def cancel(
    session: Session, consultation: Consultation, run_id: int, *, actor: Actor, now: datetime
) -> Run:
    """Stop a waiting or running analysis; nothing of it is shown. Raises RunOverError."""
    job_id = session.scalar(
        select(Run.job_id).where(Run.id == run_id, Run.consultation_id == consultation.id)
    )
    # The job before the run, in the order in which its worker takes them.
    if job_id is None or not queue.cancel(session, job_id, now):
        raise RunOverError
    run = _locked(session, run_id)
    if run.state not in {WAITING, RUNNING}:
        raise RunOverError
    _stop(session, run, CANCELLED, now)
    _log(session, "cancelled", run, actor, now)
    return run


def ended(session: Session, payload: dict[str, Any], state: str, now: datetime) -> None:
    """The job gave up: say so on the run. Its rows are never shown and swept by the next run."""
    run = _locked(session, int(payload["run"]))
    if run.state in {WAITING, RUNNING}:
        _stop(session, run, state, now)
        _log(session, state, run, SYSTEM, now)


def start(session: Session, run_id: int, now: datetime) -> Run:
    """Begin, or begin again after the worker was killed. Raises RunOverError."""
    run = _locked(session, run_id)
    if run.state not in {WAITING, RUNNING}:
        raise RunOverError
    _abandon(session, run)
    run.state = RUNNING
    run.started_at = now
    run.error = ""
    session.flush()
    return run


def note_error(session: Session, run_id: int, error: str, facts: dict[str, Any]) -> None:
    """Keep on the run why it stopped, as a sentence's id, with the ids of what was in the way."""
    run = _locked(session, run_id)
    run.error = error
    run.card = {**run.card, "stopped_by": facts}


def _locked(session: Session, run_id: int) -> Run:
    return session.scalars(
        select(Run)
        .where(Run.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _stop(session: Session, run: Run, state: str, now: datetime) -> None:
    _abandon(session, run)
    run.state = state
    run.finished_at = now
    session.flush()


def _abandon(session: Session, run: Run) -> None:
    if run.release_id is None:
        return
    release = session.get(Release, run.release_id, with_for_update=True)
    if release is not None and release.state == PREPARING:
        abandon(release)


def _log(
    session: Session, act: str, run: Run, actor: Actor, now: datetime, **facts: object
) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=f"run:{act}",
        thing=f"run:{run.id}",
        now=now,
        consultation=run.consultation_id,
        **facts,
    )
