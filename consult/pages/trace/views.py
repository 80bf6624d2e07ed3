"""What became of my comment, for the holder of a receipt or the owner of an account."""

from flask import Blueprint, render_template

from consult.consultations.phases import phase
from consult.drafts.redline import around
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import NotFoundError
from consult.kernel.web import served_at
from consult.moderation.words import GROUND_NAMES, KIND_NAMES
from consult.pages.trace import queries
from consult.submissions import queries as submissions
from consult.submissions import web

blueprint = Blueprint("trace", __name__)


@blueprint.get("/submissions/<int:submission_id>/trace")
def show(submission_id: int) -> str:
    session = current_session()
    found = submissions.with_consultation(session, submission_id)
    if found is None or web.holder(session, found[0]) is None:
        raise NotFoundError
    submission, consultation = found
    return render_template(
        "pages/trace.html",
        submission=submission,
        consultation=consultation,
        phase=phase(consultation, served_at()),
        comments=queries.trace(session, submission, i18n.language()),
        redline=around,
        kinds=KIND_NAMES,
        grounds=GROUND_NAMES,
    )
