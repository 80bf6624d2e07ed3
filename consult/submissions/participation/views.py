"""Who took part, for everybody."""

from flask import Blueprint, Response, render_template

from consult.consultations import queries as consultations
from consult.kernel.caching import versioned_page
from consult.kernel.db import current_session
from consult.kernel.web import served_at
from consult.submissions import standing
from consult.submissions.participation.web import page_facts

blueprint = Blueprint("participation", __name__)


@blueprint.get("/consultations/<slug>/participation")
def show(slug: str) -> Response:
    now = served_at()

    def render() -> str:
        consultation = consultations.public_by_slug(current_session(), slug, now)
        return render_template(
            "submissions/participation/show.html",
            **page_facts(consultation, now),
        )

    return versioned_page(*standing.of_consultation(slug, now), render=render)
