"""The author's objection."""

from flask import Blueprint, Response, flash, render_template

from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import gettext as _
from consult.kernel.limits import limits
from consult.kernel.transaction import act
from consult.kernel.web import client_address, seen_other, served_at, settings
from consult.moderation.errors import CannotObjectError, NotYoursError, ObjectedBeforeError
from consult.moderation.objections import objecting
from consult.moderation.objections.forms import ObjectionForm
from consult.submissions import queries as submissions
from consult.submissions.web import holder

blueprint = Blueprint("objections", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.route("/comments/<int:comment_id>/object", methods=["GET", "POST"])
def write(comment_id: int) -> Answer:
    session = current_session()
    comment = submissions.comment(session, comment_id)
    submission = submissions.submission(session, comment.submission_id)
    actor = None if submission is None else holder(session, submission)
    if actor is None:
        raise NotYoursError
    against = objecting.against_what(comment)
    if against is None:
        raise CannotObjectError
    form, status = ObjectionForm(), 200
    if not form.is_submitted() and objecting.objection_to(session, comment) is not None:
        raise ObjectedBeforeError
    facts = {"comment": comment, "against": against}
    if form.validate_on_submit():
        try:
            limits().hit("report", client_address(), settings().reports_per_hour, served_at())
            with act() as writing:
                objecting.object_(
                    writing,
                    comment_id,
                    text=form.text.data,
                    form_number=form.number.data,
                    actor=actor,
                    now=served_at(),
                )
        except ConsultError as error:
            status = form.refuse(error)
        else:
            flash(_("Your objection is with another official. You are told what they decide."))
            return seen_other("trace.show", submission_id=comment.submission_id)
    page = render_template("moderation/objections/object.html", form=form, **facts)
    return page, 422 if form.errors and status == 200 else status
