"""How the file of a report is called and sent."""

from consult.consultations.models import Consultation
from consult.exports.reports.models import ReportFile
from consult.kernel.clock import luxembourg_date

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def filename(consultation: Consultation, report: ReportFile) -> str:
    """ "law-report-fr-2026-11-29.pdf" """
    assert report.as_of is not None
    day = luxembourg_date(report.as_of).isoformat()
    return f"{consultation.slug}-report-{report.language}-{day}.{report.format}"
