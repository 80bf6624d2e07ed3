"""Organisations and their members, for those who are in them."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.identity import normal_email
from consult.accounts.login import SignedIn, person
from consult.accounts.models import PARTS
from consult.accounts.organisations import founding, joining, membership, queries
from consult.accounts.organisations.errors import LastLeadError, NameTakenError, NotLeadError
from consult.accounts.organisations.forms import MemberForm, OrganisationForm
from consult.accounts.organisations.queries import Own
from consult.accounts.web import count_attempt
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import ConsultForm, PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at

blueprint = Blueprint("organisations", __name__, url_prefix="/account/organisations")

Answer = Response | str | tuple[str, int]


def known() -> SignedIn:
    """Who is signed in: the permission table asks for that here."""
    found = person()
    assert found is not None
    return found


def own(number: int) -> Own:
    """The organisation as the reader is in it. Raises NotFoundError for who is not."""
    return queries.own(current_session(), number, known().id)


def _led(number: int) -> Own:
    """The same of a lead. Raises NotLeadError for other members."""
    found = own(number)
    if not found.leads:
        raise NotLeadError
    return found


def _shown(template: str, form: ConsultForm, **facts: object) -> tuple[str, int]:
    page = render_template(f"accounts/organisations/{template}.html", form=form, **facts)
    return page, 422 if form.errors else 200


@blueprint.get("")
def index() -> str:
    mine = queries.of_person(current_session(), known().id)
    return render_template("accounts/organisations/index.html", organisations=mine)


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    form, taken = OrganisationForm(), False
    if form.validate_on_submit():
        count_attempt("organisation", known().email)
        try:
            with act() as session:
                made = founding.found(
                    session,
                    name=form.name.data or "",
                    register_number=form.register_number.data or "",
                    declared_interest=form.declared_interest.data or "",
                    anyway=request.form.get("step") == "anyway",
                    actor=known().actor,
                    now=served_at(),
                )
        except NameTakenError as error:
            form.refuse(error)
            taken = True
        else:
            flash(_("The organisation is founded. Invite those who write with you."), "success")
            return seen_other("organisations.show", number=made)
    return _shown("form", form, organisation=None, taken=taken)


@blueprint.get("/<int:number>")
def show(number: int) -> Answer:
    return _page(number, MemberForm(language=i18n.language()))


def _page(number: int, form: MemberForm) -> tuple[str, int]:
    session, organisation = current_session(), own(number)
    return _shown(
        "show",
        form,
        organisation=organisation,
        me=known(),
        members=queries.colleagues(session, number),
        invitations=queries.open_invitations(session, number, served_at())
        if organisation.leads
        else [],
    )


@blueprint.route("/<int:number>/description", methods=["GET", "POST"])
def describe(number: int) -> Answer:
    organisation = _led(number)
    form = OrganisationForm(
        name=organisation.name,
        register_number=organisation.register_number,
        declared_interest=organisation.declared_interest,
    )
    if form.validate_on_submit():
        with act() as session:
            founding.describe(
                session,
                number,
                name=form.name.data or "",
                register_number=form.register_number.data or "",
                declared_interest=form.declared_interest.data or "",
                actor=known().actor,
                now=served_at(),
            )
        flash(_("Your changes are saved."), "success")
        return seen_other("organisations.show", number=number)
    return _shown("form", form, organisation=organisation, taken=False)


@blueprint.post("/<int:number>/invitations")
def invite(number: int) -> Answer:
    _led(number)
    form = MemberForm()
    if form.validate_on_submit():
        email = normal_email(form.email.data or "")
        count_attempt("letter", email)
        try:
            with act() as session:
                joining.invite(
                    session,
                    number,
                    email=email,
                    language=form.language.data,
                    actor=known().actor,
                    now=served_at(),
                )
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("The invitation is on its way."), "success")
            return seen_other("organisations.show", number=number)
    return _page(number, form)


@blueprint.post("/<int:number>/invitations/<int:invitation>/void")
def void_invitation(number: int, invitation: int) -> Response:
    with act() as session:
        joining.revoke(session, number, invitation, actor=known().actor, now=served_at())
    flash(_("The invitation is void."), "success")
    return seen_other("organisations.show", number=number)


@blueprint.post("/<int:number>/members/<int:member>/part")
def set_part(number: int, member: int) -> Answer:
    part = request.form.get("part", "")
    if part not in PARTS:
        raise NotFoundError
    return _pressed(
        number,
        lambda session: membership.set_part(
            session, number, member, part, actor=known().actor, now=served_at()
        ),
        _("Your changes are saved."),
    )


@blueprint.post("/<int:number>/members/<int:member>/remove")
def remove(number: int, member: int) -> Answer:
    return _pressed(
        number,
        lambda session: membership.remove(
            session, number, member, actor=known().actor, now=served_at()
        ),
        _("The person is no member any more."),
    )


@blueprint.post("/<int:number>/leave")
def leave(number: int) -> Answer:
    return _pressed(
        number,
        lambda session: membership.leave(session, number, actor=known().actor, now=served_at()),
        _("You have left the organisation."),
    )


@blueprint.post("/<int:number>/letters")
def letters(number: int) -> Answer:
    wanted = "wanted" in request.form
    return _pressed(
        number,
        lambda session: membership.want_letters(
            session, number, wanted, actor=known().actor, now=served_at()
        ),
        _("Your changes are saved."),
    )


def _pressed(number: int, verb: Callable[[Any], None], done: str) -> Answer:
    """One button of the page of an organisation: done, or why not."""
    try:
        with act() as session:
            verb(session)
    except LastLeadError as error:
        flash(_(error.message), "error")
    else:
        flash(done, "success")
    still = queries.of_person(current_session(), known().id)
    if number not in {organisation.id for organisation in still}:
        return seen_other("organisations.index")
    return seen_other("organisations.show", number=number)


@blueprint.route("/<int:number>/delete", methods=["GET", "POST"])
def dissolve(number: int) -> Answer:
    organisation = _led(number)
    form = PressForm()
    if form.validate_on_submit():
        with act() as session:
            founding.dissolve(session, number, actor=known().actor, now=served_at())
        flash(_("The organisation is deleted."), "success")
        return seen_other("organisations.index")
    return _shown("dissolve", form, organisation=organisation)
