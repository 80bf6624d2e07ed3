"""A consultation in two minutes: what, until when, who answers by when, how to speak."""

from flask import Blueprint, Response, render_template

from consult.consultations import queries as consultations
from consult.consultations.phases import phase
from consult.kernel.caching import versioned_page
from consult.kernel.clock import luxembourg_date
from consult.kernel.db import current_session
from consult.kernel.web import served_at
from consult.pages.overview import queries

blueprint = Blueprint("overview", __name__)


@blueprint.get("/consultations/<slug>")
def show(slug: str) -> Response:
    session, now = current_session(), served_at()
    consultation = consultations.public_by_slug(session, slug, now)
    stands = phase(consultation, now)
    seen = queries.overview(session, consultation)

    def render() -> str:
        return render_template(
            "pages/overview.html",
            consultation=consultation,
            phase=stands,
            tab="overview",
            overview=seen,
        )

    return versioned_page(
        consultation.version,
        seen.comments,
        seen.submissions,
        stands,
        luxembourg_date(now),
        render=render,
    )
