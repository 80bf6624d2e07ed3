"""A body's text modules, for its editors."""

from flask import Blueprint, Response, flash, render_template

from consult.accounts import queries as accounts
from consult.accounts.login import acting
from consult.answers.errors import StaleModuleError
from consult.answers.modules import keeping, queries
from consult.answers.modules.forms import ModuleForm
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.forms import PressForm, spread
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import number as number_of
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at

blueprint = Blueprint("modules_desk", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.get("/desk/bodies/<body>/modules")
def index(body: str) -> str:
    found = accounts.body_by_slug(current_session(), body)
    return render_template(
        "answers/desk_modules.html",
        body=found,
        rows=queries.of_body(current_session(), found.id),
        form=PressForm(),
    )


@blueprint.route("/desk/bodies/<body>/modules/new", methods=["GET", "POST"])
def new(body: str) -> Answer:
    return _edited(body, None)


@blueprint.route("/desk/bodies/<body>/modules/<int:number>", methods=["GET", "POST"])
def module(body: str, number: int) -> Answer:
    return _edited(body, number)


def _edited(body: str, number: int | None) -> Answer:
    session = current_session()
    found = accounts.body_by_slug(session, body)
    row = queries.module(session, found.id, number) if number else None
    begun = {"title": row.title, "saved": row.saved, **spread("words", row.words)} if row else {}
    form, theirs = ModuleForm(**begun), None
    if form.validate_on_submit():
        try:
            with act() as writing:
                keeping.save(
                    writing,
                    found.id,
                    number,
                    title=form.title.data or "",
                    words=form.texts("words"),
                    saved=number_of(str(form.saved.data)) or 0,
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            form.refuse(error)
            if number and isinstance(error, StaleModuleError):
                theirs = queries.module(current_session(), found.id, number)
                form.saved.data = str(theirs.saved)
        else:
            flash(_("The text module is saved."), "success")
            return seen_other("modules_desk.index", body=body)
    page = render_template(
        "answers/desk_module.html", body=found, row=row, form=form, theirs=theirs
    )
    return page, 422 if form.errors else 200


@blueprint.post("/desk/bodies/<body>/modules/<int:number>/delete")
def delete(body: str, number: int) -> Response:
    found = accounts.body_by_slug(current_session(), body)
    with act() as session:
        keeping.delete(session, found.id, number, actor=acting(), now=served_at())
    flash(_("The text module is deleted. Answers that hold its words keep them."), "success")
    return seen_other("modules_desk.index", body=body)
