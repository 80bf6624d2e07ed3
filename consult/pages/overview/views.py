"""A consultation in two minutes: what, until when, who answers by when, how to speak."""

from flask import Blueprint, Response, render_template

from consult.consultations import queries as consultations
from consult.consultations.phases import phase
from consult.kernel.caching import versioned_page
from consult.kernel.db import current_session
from consult.kernel.web import served_at
from consult.pages.overview import queries
from consult.submissions import standing

blueprint = Blueprint("overview", __name__)


@blueprint.get("/consultations/<slug>")
def show(slug: str) -> Response:
    now = served_at()

    def render() -> str:
        consultation = consultations.public_by_slug(current_session(), slug, now)
        return render_template(
            "pages/overview.html",
            consultation=consultation,
            phase=phase(consultation, now),
            tab="overview",
            overview=queries.overview(current_session(), consultation),
        )

    return versioned_page(*standing.of_consultation(slug, now), render=render)
