"""Somebody erases what they sent."""

from flask import Blueprint, Response, flash, render_template

from consult.consultations import queries as consultations
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import NotFoundError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.moderation.erasure import erasing, work
from consult.moderation.errors import NotYoursError
from consult.submissions import queries as submissions
from consult.submissions.web import holder

blueprint = Blueprint("erasure", __name__)


@blueprint.route("/submissions/<int:submission_id>/erase", methods=["GET", "POST"])
def own(submission_id: int) -> Response | str:
    """By the receipt or the account; the page says what goes and what stays."""
    session = current_session()
    submission = submissions.submission(session, submission_id)
    if submission is None:
        raise NotFoundError
    actor = holder(session, submission)
    if actor is None:
        raise NotYoursError
    form = PressForm()
    if not form.validate_on_submit():
        return render_template(
            "moderation/erasure/own.html",
            form=form,
            submission=submission,
            consultation=consultations.by_id(session, submission.consultation_id),
            comments=submissions.of_submission(session, submission.id, language=i18n.language()),
            left=erasing.is_left(session, submission.id),
        )
    now = served_at()
    with act() as writing:
        erasure_id = erasing.ask(writing, submission_id, ground=None, actor=actor, now=now).id
    work.erase(erasure_id, actor=actor, now=now)
    flash(_("What you sent is erased. Its numbers stay, and what they were answered."))
    return seen_other("trace.show", submission_id=submission_id)
