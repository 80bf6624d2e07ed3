"""Promises after the outcome, for officials."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, flash, render_template

from consult.accounts.login import acting
from consult.answers.milestones import keeping, queries
from consult.answers.milestones.forms import PromiseForm, StepForm
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.kernel.clock import end_of_day, last_day
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import number
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at

blueprint = Blueprint("milestones_desk", __name__)

Answer = Response | tuple[str, int]

BASE = "/desk/consultations/<slug>/milestones"


@blueprint.route(BASE, methods=["GET", "POST"])
def index(slug: str) -> Answer:
    """What was promised, and a form for one more."""
    found = consultations.by_slug(current_session(), slug)
    form = PromiseForm()
    if form.validate_on_submit():
        try:
            with act() as session:
                keeping.promise(
                    session,
                    consultations.by_slug(session, slug),
                    title=form.texts("title"),
                    due_at=_end(form.due.data),
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("The promise is public."), "success")
            return seen_other("milestones_desk.index", slug=slug)
    promised = queries.of_consultation(current_session(), found.id)
    return _page("desk_milestones", found, form, promised=promised)


@blueprint.route(BASE + "/<int:number>", methods=["GET", "POST"], endpoint="step")
def take_step(slug: str, number: int) -> Answer:
    """What became of one promise."""
    found = consultations.by_slug(current_session(), slug)
    promised = queries.one(current_session(), found.id, number)
    last = promised.now
    form = StepForm(
        state=last.state,
        due=last_day(last.due_at) if last.due_at else None,
        eli=last.eli or "",
        seen=str(last.id),
    )
    if form.validate_on_submit():
        try:
            _take(found.id, number, form)
        except ConsultError as error:
            form.refuse(error)
            promised = queries.one(current_session(), found.id, number)
            form.seen.data = str(promised.now.id)
        else:
            flash(_("This is public now."), "success")
            return seen_other("milestones_desk.index", slug=slug)
    return _page("desk_milestone", found, form, promised=promised)


def _take(consultation_id: int, milestone_id: int, form: StepForm) -> None:
    with act() as session:
        keeping.advance(
            session,
            milestone_id,
            consultation_id=consultation_id,
            state=form.state.data or "",
            due_at=_end(form.due.data),
            note=form.texts("note"),
            eli=form.eli.data or "",
            seen=number(form.seen.data) or 0,
            actor=acting(),
            now=served_at(),
        )


def _end(day: date | None) -> datetime | None:
    return end_of_day(day) if day else None


def _page(template: str, found: Consultation, form: Any, **facts: Any) -> tuple[str, int]:
    page = render_template(
        f"answers/{template}.html",
        consultation=found,
        phase=phase(found, served_at()),
        tab="answers",
        now=served_at(),
        form=form,
        **facts,
    )
    return page, 422 if form.errors else 200
