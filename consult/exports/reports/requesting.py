"""Asking for a report, and what becomes of the request."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations import counters
from consult.consultations.models import Consultation
from consult.exports.reports.models import DONE, FAILED, FORMATS, WAITING, ReportFile
from consult.jobs import queue
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.i18n import LANGUAGES

JOB = "report"


def request(
    session: Session,
    consultation: Consultation,
    *,
    language: str,
    form: str,
    public: bool = False,
    actor: Actor,
    now: datetime,
) -> ReportFile:
    """Let a report be made. The same one that is still being made is not made twice."""
    assert language in LANGUAGES
    assert form in FORMATS
    counters.hold(session, consultation.id)
    found = session.scalar(
        select(ReportFile)
        .where(
            ReportFile.consultation_id == consultation.id,
            ReportFile.language == language,
            ReportFile.format == form,
            ReportFile.public.is_(public),
            ReportFile.state == WAITING,
        )
        .limit(1)
    )
    if found is not None:
        return found
    made = ReportFile(
        consultation_id=consultation.id,
        language=language,
        format=form,
        state=WAITING,
        public=public,
        requested_by=actor.user_id,
        requested_at=now,
    )
    session.add(made)
    session.flush()
    job = queue.enqueue(
        session,
        kind=JOB,
        key=f"{JOB}:{made.id}",
        payload={"report": made.id},
        reference=f"consultation:{consultation.id}",
        now=now,
    )
    made.job_id = job.id
    session.flush()
    _record(session, made, "requested", actor, now)
    return made


def done(
    session: Session, report_id: int, *, as_of: datetime, log_id: int, size: int, now: datetime
) -> None:
    """The file is whole. A public one is offered from now on."""
    found = session.get_one(ReportFile, report_id, with_for_update=True, populate_existing=True)
    found.state, found.as_of, found.log_id = DONE, as_of, log_id
    found.size, found.finished_at = size, now
    session.flush()
    _record(session, found, "made", SYSTEM, now, size=size)
    if found.public:
        counters.touch(session, found.consultation_id)


def ended(session: Session, payload: dict[str, Any], _state: str, now: datetime) -> None:
    """The job ended without a file."""
    found = session.get(ReportFile, payload["report"], with_for_update=True, populate_existing=True)
    if found is not None and found.state == WAITING:
        found.state, found.finished_at = FAILED, now
        session.flush()
        _record(session, found, "failed", SYSTEM, now)


def again(session: Session, report_id: int) -> None:
    """The job of a report that failed was started again."""
    found = session.get(ReportFile, report_id, with_for_update=True, populate_existing=True)
    if found is not None and found.state == FAILED:
        found.state, found.finished_at = WAITING, None
        session.flush()


def _record(
    session: Session, found: ReportFile, what: str, actor: Actor, now: datetime, **facts: object
) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=f"report-file:{what}",
        thing=f"report-file:{found.id}",
        consultation=found.consultation_id,
        now=now,
        language=found.language,
        format=found.format,
        **facts,
    )
