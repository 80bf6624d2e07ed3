"""An official erases what somebody sent, on a legal request."""

from flask import Blueprint, Response, flash, render_template

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.phases import phase
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import gettext as _
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.moderation.erasure import erasing, queries, work
from consult.moderation.erasure.forms import EraseForm
from consult.submissions import queries as submissions

blueprint = Blueprint("erasure_desk", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.route(
    "/desk/consultations/<slug>/submissions/<int:number>/erase", methods=["GET", "POST"]
)
def erase(slug: str, number: int) -> Answer:
    """What would go, the ground, and the button."""
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    submission = submissions.submission(session, number)
    if submission is None:
        raise NotFoundError
    erasing.by_official(consultation, submission)
    form = EraseForm()
    form.offer()
    if form.validate_on_submit():
        now, actor = served_at(), acting()
        with act() as writing:
            asked = erasing.ask(writing, number, ground=form.ground.data, actor=actor, now=now)
            erasure_id = asked.id
        work.erase(erasure_id, actor=actor, now=now)
        flash(_("The submission is erased. The public log says that it was, and on which ground."))
        return seen_other("erasure_desk.erase", slug=slug, number=number)
    page = render_template(
        "moderation/erasure/desk.html",
        form=form,
        consultation=consultation,
        phase=phase(consultation, served_at()),
        tab="reports",
        submission=submission,
        comments=submissions.of_submission(session, number, language=i18n.language()),
        left=erasing.is_left(session, number),
        erasure=queries.of_submission(session, number),
    )
    return page, 422 if form.errors else 200
