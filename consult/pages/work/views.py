"""The desk's page of background work and of letters that need a decision."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import SignedIn, acting, person
from consult.kernel.db import current_session
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import mark, ngettext
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.pages.work import deciding, queries
from consult.pages.work.kinds import KINDS
from consult.pages.work.queries import Scope

blueprint = Blueprint("work", __name__)

LETTER_NAMES = {
    "account_exists": mark("There is an account already"),
    "answered": mark("The answer is there"),
    "case_asked": mark("A question in a case"),
    "case_decided": mark("A case was decided"),
    "case_opened": mark("A case was opened"),
    "comment_held": mark("A comment is held back"),
    "comment_shown": mark("A held comment can be read"),
    "comment_removed": mark("A comment was removed"),
    "words_removed": mark("Words were removed from a comment"),
    "confirm_account": mark("Confirm the address of an account"),
    "invitation": mark("Invitation to a role"),
    "milestone": mark("What became of a promise"),
    "new_password": mark("A new password"),
    "objection_decided": mark("An objection was decided"),
    "report_kept": mark("A reported comment stays"),
    "submission_lost": mark("A lost receipt"),
    "submission_new_receipt": mark("A receipt issued anew"),
    "submission_receipt": mark("The receipt of a submission"),
}


def scope_of(known: SignedIn) -> Scope:
    """What this person may decide on."""

    def bodies(role: str) -> frozenset[int]:
        return frozenset(b for b in known.body_ids if role in known.roles_in(frozenset({b})))

    return Scope(bodies("publisher"), bodies("administrator"))


@blueprint.get("/desk/work")
def index() -> str:
    session, scope = current_session(), _scope()
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    return render_template(
        "pages/work/index.html",
        tasks=queries.tasks(session, scope, served_at()),
        kinds=KINDS,
        page=queries.letters(session, scope, keyset),
        letter_names=LETTER_NAMES,
        backlog=queries.backlog(session, served_at()),
        many=queries.MANY,
    )


@blueprint.post("/desk/work/jobs/<int:job_id>/again")
def again(job_id: int) -> Response:
    return _press(deciding.start_again, job_id, _("It is started again."))


@blueprint.post("/desk/work/jobs/<int:job_id>/stop")
def stop(job_id: int) -> Response:
    return _press(deciding.stop, job_id, _("It is stopped."))


@blueprint.post("/desk/work/letters/<int:letter_id>/send")
def send(letter_id: int) -> Response:
    return _press(deciding.send_again, letter_id, _("The letter is on its way again."))


@blueprint.post("/desk/work/letters/<int:letter_id>/sent")
def sent(letter_id: int) -> Response:
    return _press(deciding.take_as_sent, letter_id, _("The letter counts as sent."))


@blueprint.post("/desk/work/letters/<int:letter_id>/give-up")
def give_up(letter_id: int) -> Response:
    return _press(deciding.give_up, letter_id, _("The letter will not be sent any more."))


@blueprint.post("/desk/work/letters/send")
def send_failed() -> Response:
    """All letters that failed, as after a breakdown of the mail server."""
    if PressForm().validate_on_submit():
        with act() as session:
            count = deciding.send_failed(session, _scope(), actor=acting(), now=served_at())
        flash(
            ngettext(
                "1 letter is on its way again.", "%(num)s letters are on their way again.", count
            )
        )
    return seen_other("work.index")


def _press(verb: Callable[..., None], number: int, said: str) -> Response:
    if PressForm().validate_on_submit():
        with act() as session:
            verb(session, number, _scope(), actor=acting(), now=served_at())
        flash(said)
    return seen_other("work.index")


def _scope() -> Scope:
    known = person()
    assert known is not None, "the permission table asks for a session here"
    return scope_of(known)
