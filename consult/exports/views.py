"""Open data: what a consultation made public, as a file."""

from flask import Blueprint, Response

from consult.consultations import queries as consultations
from consult.exports.writing import export
from consult.kernel.db import current_session
from consult.kernel.web import served_at, streamed

blueprint = Blueprint("exports", __name__)

_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@blueprint.get("/consultations/<slug>/export.<any(csv, json):form>")
def download(slug: str, form: str) -> Response:
    """The file, sent while it is read."""
    consultation = consultations.public_by_slug(current_session(), slug, served_at())
    response = streamed(
        lambda session: export(session, consultation, form),
        content_type=_TYPES[form],
        filename=f"{slug}.{form}",
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response
