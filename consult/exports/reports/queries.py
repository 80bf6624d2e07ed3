"""Reading reports that were asked for, and their files."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import User
from consult.accounts.queries import shown_name
from consult.exports.reports.keeping import words_went
from consult.exports.reports.models import DONE, ReportFile, ReportPart
from consult.jobs.models import Job
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window


@dataclass(frozen=True)
class ReportRow:
    """A report in the list: who asked for it, how far it is, and whether it may still be read."""

    file: ReportFile
    by: str
    job: Job | None
    words_went: bool


def listed(session: Session, consultation_id: int, keyset: Keyset) -> Page[ReportRow]:
    """The reports of a consultation, the newest first. One statement."""
    statement = (
        select(ReportFile, User.name, User.email, Job, words_went().label("went"))
        .outerjoin(User, User.id == ReportFile.requested_by)
        .outerjoin(Job, Job.id == ReportFile.job_id)
        .where(ReportFile.consultation_id == consultation_id)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(window(statement, keyset, ReportFile.id, newest_first=True)).all()
    found = [
        ReportRow(
            file=row[0],
            by=shown_name(row[1], row[2]) if row[0].requested_by else "",
            job=row[3],
            words_went=row[0].state == DONE and bool(row[4]),
        )
        for row in rows
    ]
    return cut(found, keyset, lambda row: row.file.id)


def one(session: Session, consultation_id: int, report_id: int) -> ReportFile:
    """A finished report whose words may still be read. Raises NotFoundError."""
    found = session.scalar(
        select(ReportFile).where(
            ReportFile.id == report_id,
            ReportFile.consultation_id == consultation_id,
            ReportFile.state == DONE,
            ~words_went(),
        )
    )
    if found is None:
        raise NotFoundError
    return found


def public(session: Session, consultation_id: int) -> dict[tuple[str, str], ReportFile]:
    """What everybody is offered: the newest of each language and format. One statement."""
    found: dict[tuple[str, str], ReportFile] = {}
    for row in session.scalars(
        select(ReportFile)
        .where(
            ReportFile.consultation_id == consultation_id,
            ReportFile.public.is_(True),
            ReportFile.state == DONE,
            ~words_went(),
        )
        .order_by(ReportFile.id)
        .limit(200)
    ):
        found[row.language, row.format] = row
    return found


def pieces(session: Session, report_id: int) -> Iterator[bytes]:
    """The bytes of a file, a part at a time."""
    number = 0
    while True:
        content = session.scalar(
            select(ReportPart.content).where(
                ReportPart.report_id == report_id, ReportPart.number == number
            )
        )
        # Nobody's checkpoint or vacuum waits for a slow download.
        session.rollback()
        if content is None:
            return
        yield content
        number += 1
