"""Objections on the desk: read by somebody who did not decide before."""

from flask import Blueprint, Response, flash, render_template

from consult.accounts.login import acting, person
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.kernel import search
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import gettext as _
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.moderation import queries as moderation
from consult.moderation.errors import ObjectionDecidedError
from consult.moderation.models import LAPSED, OPEN
from consult.moderation.objections import objecting, queries
from consult.moderation.objections.forms import JudgeForm
from consult.moderation.queries import Waiting
from consult.moderation.words import REMOVAL_NAMES

blueprint = Blueprint("objections_desk", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.route("/desk/consultations/<slug>/objections/<int:comment_id>", methods=["GET", "POST"])
def show(slug: str, comment_id: int) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    waiting = moderation.waiting(current_session(), consultation.id, comment_id)
    form, status = JudgeForm(), 200
    if (
        form.is_submitted()
        and queries.newest(current_session(), comment_id).objection.state != OPEN
    ):
        # Somebody was quicker: that comes before what is wrong with the form.
        status = form.refuse(ObjectionDecidedError())
    elif form.validate_on_submit():
        revision = waiting.revision
        words = search.analysed(revision.text, revision.language)
        try:
            with act() as session:
                objecting.decide(
                    session,
                    consultation,
                    comment_id,
                    overturn=form.decision.data == "overturned",
                    note=form.notes(),
                    seen=form.seen.data or 0,
                    words=words,
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            status = form.refuse(error)
            waiting = moderation.waiting(current_session(), consultation.id, comment_id)
        else:
            flash(_("The objection is decided. The author is told if there is an address."))
            return seen_other("moderation_desk.reports", slug=slug, show="objections")
    return _page(consultation, waiting, form), 422 if form.errors and status == 200 else status


def _page(consultation: Consultation, waiting: Waiting, form: JudgeForm) -> str:
    session = current_session()
    found = queries.newest(session, waiting.comment.id)
    form.seen.data = waiting.revision.id
    known = person()
    second = moderation.second_opinions(session, [waiting.comment.id]).get(waiting.comment.id)
    assert known is not None, "the permission table asks for a session here"
    return render_template(
        "moderation/objections/desk.html",
        consultation=consultation,
        phase=phase(consultation, served_at()),
        tab="reports",
        waiting=waiting,
        found=found,
        # An objection that was not decided ended with another act.
        removed=moderation.removed(session, waiting.comment)
        if found.objection.state == LAPSED
        else None,
        own=found.objection.first_by == known.id,
        asked=second is not None and second.by == known.id,
        form=form,
        rules=REMOVAL_NAMES,
    )
