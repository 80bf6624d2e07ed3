"""The job "report": reads one moment, writes the file, keeps it part by part."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.exports.reports import rows
from consult.exports.reports.blocks import Report
from consult.exports.reports.data import to_json
from consult.exports.reports.html import to_html
from consult.exports.reports.keeping import missing, plan
from consult.exports.reports.models import WAITING, ReportFile, ReportPart
from consult.exports.reports.pdf import to_pdf
from consult.exports.reports.requesting import done
from consult.exports.reports.telling import tell
from consult.exports.reports.word import to_docx
from consult.jobs.idle import in_idle_time
from consult.jobs.worker import RunningJob
from consult.kernel.db import current_session, db
from consult.kernel.i18n import mark, speaking
from consult.kernel.transaction import act, end_reading
from consult.kernel.web import settings

PART = 2_000_000  # bytes
READING = mark("Reading what was said and answered")
WRITING = mark("Writing the file")
# Formats that are texts: themes and quotes, not every comment.
TEXTS: dict[str, Callable[[Report], bytes]] = {
    "docx": to_docx,
    "html": to_html,
    "json": to_json,
    "pdf": to_pdf,
}

Progress = Callable[[float, str], None]


def make(job: RunningJob) -> None:
    """Make the file of a report. Repeating it begins again: nothing is offered before the end."""
    session = current_session()
    wanted = session.get(ReportFile, job.payload["report"])
    if wanted is None or wanted.state != WAITING:
        end_reading()
        return
    asked = (wanted.consultation_id, wanted.language, wanted.format)
    log_id = session.scalar(select(func.max(Activity.id))) or 0
    end_reading()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report"
        as_of = job.now()
        with in_idle_time():
            write(
                path,
                *asked,
                site=settings().base_url.rstrip("/"),
                now=as_of,
                progress=job.progress,
            )
        size = _keep(job, path)
    with act() as writing:
        job.check_lease(writing)
        done(writing, job.payload["report"], as_of=as_of, log_id=log_id, size=size, now=job.now())


def write(
    path: Path,
    consultation_id: int,
    language: str,
    form: str,
    *,
    site: str,
    now: datetime,
    progress: Progress = lambda _fraction, _stage: None,
) -> None:
    """Write a report into a file, read within one snapshot of the database."""
    progress(0.01, READING)
    with _snapshot() as session:
        consultation = session.get_one(Consultation, consultation_id)
        report = tell(session, consultation, language, site=site, now=now)
        # What stands around the comments is read; rows of points hold no objects.
        session.expunge_all()
        progress(0.2, WRITING)
        if form in TEXTS:
            path.write_bytes(TEXTS[form](report))
        else:
            with speaking(language):
                _write_rows(session, consultation, report, form, path, progress=progress)
    progress(0.95, WRITING)


def _write_rows(
    session: Session,
    consultation: Consultation,
    report: Report,
    form: str,
    path: Path,
    *,
    progress: Progress,
) -> None:
    if form == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = rows.lines(session, consultation, report.last_comment)
            file.writelines(_told(lines, report, progress))
        return
    from consult.exports.reports.workbook import write_workbook

    points = rows.rows(session, consultation, report.last_comment)
    write_workbook(report, rows.header(), _told(points, report, progress), path)


def _told(things: Iterable[Any], report: Report, progress: Progress) -> Iterator[Any]:
    """The same things, and now and then how far they are."""
    expected = max(1, report.last_comment)
    for number, thing in enumerate(things):
        if number % 500 == 0:
            progress(0.2 + 0.7 * min(1.0, number / expected), WRITING)
        yield thing


def _snapshot() -> Session:
    """A session of its own that sees one moment, whatever is written meanwhile.

    SQLite's read transactions do; PostgreSQL has to be asked.
    """
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    return Session(engine)


def _keep(job: RunningJob, path: Path) -> int:
    """The file into the database, a part in each act; returns its size."""
    report_id = job.payload["report"]
    with act() as session:
        job.check_lease(session)
        session.execute(delete(ReportPart).where(ReportPart.report_id == report_id))
    size = 0
    with path.open("rb") as file:
        number = 0
        while content := file.read(PART):
            with act() as session:
                job.check_lease(session)
                session.add(ReportPart(report_id=report_id, number=number, content=content))
            size += len(content)
            number += 1
    return size


def look(now: datetime) -> None:
    """Ask for the public report of each consultation whose outcome it does not tell (yet)."""
    wanted = missing(current_session(), now)
    end_reading()
    for consultation_id in wanted:
        with act() as session:
            plan(session, consultation_id, now)
