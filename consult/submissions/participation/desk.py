"""Who took part, for officials: the same numbers as everybody has."""

from flask import Blueprint, render_template

from consult.consultations import queries as consultations
from consult.kernel.db import current_session
from consult.kernel.web import served_at
from consult.submissions.participation.web import page_facts

blueprint = Blueprint("participation_desk", __name__)


@blueprint.get("/desk/consultations/<slug>/participation")
def show(slug: str) -> str:
    now = served_at()
    consultation = consultations.by_slug(current_session(), slug)
    return render_template(
        "submissions/participation/desk.html",
        **page_facts(consultation, now),
    )
