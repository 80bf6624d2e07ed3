"""The report that everybody is offered once an outcome is published."""

from flask import Blueprint, Response, render_template

from consult.consultations import queries as consultations
from consult.consultations.phases import phase
from consult.exports.reports import queries
from consult.exports.reports.files import TYPES, filename
from consult.exports.reports.keeping import PUBLIC_FORMATS
from consult.exports.reports.words import FORMAT_NAMES
from consult.kernel.db import current_session
from consult.kernel.errors import NotFoundError
from consult.kernel.web import served_at, streamed

blueprint = Blueprint("report", __name__)


@blueprint.get("/consultations/<slug>/report")
def show(slug: str) -> str:
    """Which files there are; while none is, when there will be one."""
    session = current_session()
    consultation = consultations.public_by_slug(session, slug, served_at())
    return render_template(
        "exports/report.html",
        consultation=consultation,
        phase=phase(consultation, served_at()),
        tab="outcome",
        files=queries.public(session, consultation.id),
        formats=PUBLIC_FORMATS,
        format_names=FORMAT_NAMES,
    )


@blueprint.get(
    "/consultations/<slug>/report-<any(fr, de, lb, en):language>.<any(pdf, docx, html):form>"
)
def download(slug: str, language: str, form: str) -> Response:
    """The newest one of a language and format. Raises NotFoundError."""
    session = current_session()
    consultation = consultations.public_by_slug(session, slug, served_at())
    found = queries.public(session, consultation.id).get((language, form))
    if found is None:
        raise NotFoundError
    number = found.id
    response = streamed(
        lambda reading: queries.pieces(reading, number),
        content_type=TYPES[form],
        filename=filename(consultation, found),
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response
