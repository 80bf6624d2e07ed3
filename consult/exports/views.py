"""Open data: what a consultation made public, as a file."""

from flask import Blueprint, Response, stream_with_context

from consult.consultations import queries as consultations
from consult.exports.writing import export
from consult.kernel.db import current_session
from consult.kernel.web import served_at

blueprint = Blueprint("exports", __name__)

_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@blueprint.get("/consultations/<slug>/export.<any(csv, json):form>")
def download(slug: str, form: str) -> Response:
    """The file, sent while it is read."""
    session = current_session()
    consultation = consultations.public_by_slug(session, slug, served_at())
    pieces = export(session, consultation, form)
    response = Response(stream_with_context(pieces), content_type=_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.{form}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
