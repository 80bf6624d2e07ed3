"""Checking, approving and sending back answers, for officials."""

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting, person
from consult.answers import approval
from consult.answers.checking import queries
from consult.answers.checking.forms import FourEyesForm, MoveForm, MoveManyForm
from consult.answers.models import APPROVED, CHECKING, DRAFTING
from consult.consultations import queries as consultations
from consult.consultations.phases import phase
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at

blueprint = Blueprint("checking_desk", __name__)

Answer = Response | str | tuple[str, int]

# What waits for somebody else first, then what its author has to finish.
ORDER = (CHECKING, DRAFTING, APPROVED)


def told(to: str) -> str:
    """What was done with the answers."""
    if to == CHECKING:
        return _("Sent to the legal check.")
    if to == APPROVED:
        return _("Approved. Nothing is public before it is published.")
    return _("Sent back to be drafted anew, with your note.")


@blueprint.route("/desk/consultations/<slug>/answers/check", methods=["GET", "POST"])
def index(slug: str) -> Answer:
    """The answers that are not published, by state; several are moved at once."""
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    form = MoveManyForm()
    if form.validate_on_submit():
        try:
            with act() as writing:
                approval.move(
                    writing,
                    consultations.by_id(writing, consultation.id),
                    form.answers.data or [],
                    form.to.data or "",
                    note=form.note.data or "",
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(told(form.to.data or ""), "success")
            return seen_other("checking_desk.index", slug=slug, state=request.args.get("state"))
        session = current_session()
    counts = queries.by_state(session, consultation.id)
    wanted = request.args.get("state")
    state = wanted if wanted in ORDER else next((s for s in ORDER if counts.get(s)), CHECKING)
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    known = person()
    page = render_template(
        "answers/desk_check.html",
        consultation=consultations.by_slug(session, slug),
        phase=phase(consultation, served_at()),
        tab="answers",
        language=i18n.language(),
        form=form,
        four_eyes=FourEyesForm(formdata=None, four_eyes=consultation.four_eyes),
        counts=counts,
        order=ORDER,
        state=state,
        page=queries.waiting(session, consultation.id, state, keyset),
        me=known.id if known else None,
        chosen=set(form.answers.data or ()),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/desk/consultations/<slug>/answers/<int:number>/state")
def move(slug: str, number: int) -> Response:
    """One answer, from its own page."""
    consultation = consultations.by_slug(current_session(), slug)
    form = MoveForm()
    if not form.validate_on_submit():
        raise NotFoundError
    with act() as session:
        approval.move(
            session,
            consultations.by_id(session, consultation.id),
            [number],
            form.to.data or "",
            note=form.note.data or "",
            actor=acting(),
            now=served_at(),
        )
        place = approval.place(session, number)
    flash(told(form.to.data or ""), "success")
    kind, _colon, target = place.partition(":")
    return seen_other("answers_desk.decide", slug=slug, kind=kind, number=int(target))


@blueprint.post("/desk/consultations/<slug>/answers/four-eyes")
def four_eyes(slug: str) -> Response:
    """Whether somebody else has to approve before anything is published."""
    consultation = consultations.by_slug(current_session(), slug)
    form = FourEyesForm()
    if not form.validate_on_submit():
        raise NotFoundError
    with act() as session:
        approval.ask_for_four_eyes(
            session,
            consultations.by_id(session, consultation.id),
            bool(form.four_eyes.data),
            actor=acting(),
            now=served_at(),
        )
    flash(_("Your changes are saved."), "success")
    return seen_other("checking_desk.index", slug=slug)
