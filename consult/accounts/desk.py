"""Bodies and the people who work for them, for administrators."""

from flask import Blueprint, Response, flash, render_template

from consult.accounts import bodies as body_verbs
from consult.accounts import invitations, queries, roles
from consult.accounts.forms import BodyForm, InviteForm
from consult.accounts.identity import normal_email
from consult.accounts.login import SignedIn, acting, person
from consult.accounts.models import Body
from consult.accounts.words import ROLE_NAMES, ROLE_TASKS
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.forms import ConsultForm, spread
from consult.kernel.i18n import gettext as _
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at

blueprint = Blueprint("accounts_desk", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.get("/desk/bodies")
def bodies() -> str:
    known = _known()
    mine = queries.bodies_of_user(current_session(), known.id)
    administered = {body.id for body in mine if "administrator" in _roles(known, body)}
    return render_template(
        "accounts/desk_bodies.html",
        bodies=mine,
        administered=administered,
        roles={body.id: sorted(_roles(known, body)) for body in mine},
        role_names=ROLE_NAMES,
        may_create="administrator" in known.roles_in(),
    )


@blueprint.route("/desk/bodies/new", methods=["GET", "POST"])
def new_body() -> Answer:
    form = BodyForm()
    if form.validate_on_submit():
        try:
            with act() as session:
                made = body_verbs.create_body(
                    session,
                    name=form.texts("name"),
                    contact_email=normal_email(form.contact_email.data),
                    actor=acting(),
                    now=served_at(),
                )
        except body_verbs.BodyNameError as error:
            form.refuse(error)
        else:
            flash(_("The body is created. Invite the people who will work for it."), "success")
            return seen_other("accounts_desk.body", body=made.slug)
    return _shown("accounts/desk_body_form.html", form, body=None)


@blueprint.get("/desk/bodies/<body>")
def body(body: str) -> Answer:
    found = queries.body_by_slug(current_session(), body)
    return _body_page(found, InviteForm(language=i18n.language()))


@blueprint.route("/desk/bodies/<body>/description", methods=["GET", "POST"])
def describe_body(body: str) -> Answer:
    found = queries.body_by_slug(current_session(), body)
    form = BodyForm(contact_email=found.contact_email, **spread("name", found.name))
    if form.validate_on_submit():
        try:
            with act() as session:
                body_verbs.describe_body(
                    session,
                    queries.body_by_slug(session, body),
                    name=form.texts("name"),
                    contact_email=normal_email(form.contact_email.data),
                    actor=acting(),
                    now=served_at(),
                )
        except body_verbs.BodyNameError as error:
            form.refuse(error)
        else:
            flash(_("Your changes are saved."), "success")
            return seen_other("accounts_desk.body", body=body)
    return _shown("accounts/desk_body_form.html", form, body=found)


@blueprint.post("/desk/bodies/<body>/invitations")
def invite(body: str) -> Answer:
    found = queries.body_by_slug(current_session(), body)
    form = InviteForm()
    if form.validate_on_submit():
        try:
            with act() as session:
                invitations.invite(
                    session,
                    body_id=found.id,
                    email=normal_email(form.email.data),
                    role=form.role.data,
                    language=form.language.data,
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("The invitation is on its way."), "success")
            return seen_other("accounts_desk.body", body=body)
    return _body_page(queries.body_by_slug(current_session(), body), form)


@blueprint.post("/desk/bodies/<body>/invitations/<int:number>/void")
def void_invitation(body: str, number: int) -> Response:
    found = queries.body_by_slug(current_session(), body)
    with act() as session:
        invitations.revoke_invitation(
            session,
            number,
            into=invitations.Into(body_id=found.id),
            actor=acting(),
            now=served_at(),
        )
    flash(_("The invitation is void."), "success")
    return seen_other("accounts_desk.body", body=body)


@blueprint.post("/desk/bodies/<body>/roles/<int:number>/withdraw")
def withdraw_role(body: str, number: int) -> Response:
    found = queries.body_by_slug(current_session(), body)
    with act() as session:
        roles.withdraw(session, number, body_id=found.id, actor=acting(), now=served_at())
    known = _known()
    flash(_("The role is withdrawn."), "success")
    still = queries.holds_role(current_session(), known.id, found.id, "administrator")
    return seen_other("accounts_desk.body", body=body) if still else seen_other("accounts.account")


def _body_page(found: Body, form: InviteForm) -> tuple[str, int]:
    session = current_session()
    return _shown(
        "accounts/desk_body.html",
        form,
        body=found,
        members=queries.members(session, found.id),
        invitations=queries.open_invitations(session, found.id, served_at()),
        role_names=ROLE_NAMES,
        role_tasks=ROLE_TASKS,
    )


def _shown(template: str, form: ConsultForm, **facts: object) -> tuple[str, int]:
    page = render_template(template, form=form, **facts)
    return page, 422 if form.errors else 200


def _known() -> SignedIn:
    known = person()
    assert known is not None, "the permission table asks for a session here"
    return known


def _roles(known: SignedIn, body: Body) -> frozenset[str]:
    return known.roles_in(frozenset({body.id}))
