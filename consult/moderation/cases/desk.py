"""Cases on the desk: confirming a report, asking the parties, deciding."""

from typing import Any

from flask import Blueprint, Response, flash, render_template

from consult.accounts.login import acting, person
from consult.accounts.queries import user_names
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.kernel import search
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import ConsultForm, PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.moderation import queries as moderation
from consult.moderation.cases import disowning, queries
from consult.moderation.cases.forms import AskForm, RestoreForm, TakeDownForm
from consult.moderation.errors import CaseDecidedError, JudgedWordsChangedError
from consult.moderation.models import HOLDER, OPEN
from consult.moderation.words import REMOVAL_NAMES

blueprint = Blueprint("cases_desk", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.get("/desk/consultations/<slug>/cases/<int:comment_id>")
def show(slug: str, comment_id: int) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    return _page(consultation, comment_id)


@blueprint.post("/desk/consultations/<slug>/cases/<int:comment_id>/open")
def begin(slug: str, comment_id: int) -> Answer:
    """Confirm a report: the comment is held, and both sides are heard."""
    consultation = consultations.by_slug(current_session(), slug)
    if PressForm().validate_on_submit():
        with act() as session:
            disowning.open_from_report(
                session, consultation, comment_id, actor=acting(), now=served_at()
            )
        flash(_("The comment is held back, and both sides are told."))
    return seen_other("cases_desk.show", slug=slug, comment_id=comment_id)


@blueprint.post("/desk/consultations/<slug>/cases/<int:comment_id>/ask")
def ask(slug: str, comment_id: int) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    form = AskForm()
    if _is_decided(comment_id):
        status = form.refuse(CaseDecidedError())
        return _page(consultation, comment_id, asking=form), status
    if not form.validate_on_submit():
        return _page(consultation, comment_id, asking=form), 422
    try:
        with act() as session:
            disowning.ask(
                session,
                consultation,
                comment_id,
                party=form.party.data,
                text=form.text.data,
                form_number=form.number.data,
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        form.refuse(error)
        return _page(consultation, comment_id, asking=form), error.status
    flash(_("Your question is on its way."))
    return seen_other("cases_desk.show", slug=slug, comment_id=comment_id)


@blueprint.post("/desk/consultations/<slug>/cases/<int:comment_id>/restore")
def restore(slug: str, comment_id: int) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    waiting = moderation.waiting(current_session(), consultation.id, comment_id)
    form = RestoreForm()
    if not form.validate_on_submit() or form.seen.data != waiting.revision.id:
        raise JudgedWordsChangedError
    words = search.analysed(waiting.revision.text, waiting.revision.language)
    seen = waiting.revision.id
    with act() as session:
        disowning.restore(
            session, consultation, comment_id,
            seen=seen, words=words, actor=acting(), now=served_at(),
        )  # fmt: skip
    flash(_("The comment stays. Everybody concerned is told."))
    return seen_other("moderation_desk.reports", slug=slug, show="cases")


@blueprint.post("/desk/consultations/<slug>/cases/<int:comment_id>/remove")
def take_down(slug: str, comment_id: int) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    form = TakeDownForm()
    if _is_decided(comment_id):
        # Somebody was quicker: that comes before what is wrong with the form.
        status = form.refuse(CaseDecidedError())
        return _page(consultation, comment_id, removing=form), status
    if not form.validate_on_submit():
        return _page(consultation, comment_id, removing=form), 422
    try:
        with act() as session:
            disowning.take_down(
                session,
                consultation,
                comment_id,
                note=form.notes(),
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        form.refuse(error)
        return _page(consultation, comment_id, removing=form), error.status
    flash(_("The comment is removed. Everybody concerned is told."))
    return seen_other("moderation_desk.reports", slug=slug, show="cases")


def _page(
    consultation: Consultation,
    comment_id: int,
    *,
    asking: AskForm | None = None,
    removing: TakeDownForm | None = None,
) -> str:
    session = current_session()
    waiting = moderation.waiting(session, consultation.id, comment_id)
    case = queries.case_of(session, comment_id)
    if case is None:
        raise NotFoundError
    wrong: ConsultForm | None = asking or removing
    known, open_ = person(), case.state == OPEN
    facts: dict[str, Any] = {
        "consultation": consultation,
        "phase": phase(consultation, served_at()),
        "tab": "reports",
    }
    two_sides = case.report_id is not None
    form = asking or AskForm(party=None if two_sides else HOLDER, formdata=None)
    if not two_sides:
        form.party.choices = form.party.choices[:1]
    return render_template(
        "moderation/cases/desk_case.html",
        **facts,
        waiting=waiting,
        removed=moderation.removed(session, waiting.comment),
        rules=REMOVAL_NAMES,
        case=case,
        second=moderation.second_opinions(session, [comment_id]).get(comment_id) if open_ else None,
        me=known.id if known else 0,
        said=queries.messages(session, case.id),
        claimant_reachable=queries.reachable(session, case),
        decided_by="" if open_ else _name(case.decided_by or 0),
        wrong=wrong,
        ask_form=form,
        restore_form=RestoreForm(seen=waiting.revision.id, formdata=None),
        remove_form=removing or TakeDownForm(formdata=None),
    )


def _is_decided(comment_id: int) -> bool:
    case = queries.case_of(current_session(), comment_id)
    return case is not None and case.state != OPEN


def _name(user_id: int) -> str:
    return user_names(current_session(), {user_id}).get(user_id, "")
