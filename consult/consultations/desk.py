"""Creating and leading consultations, for officials."""

from datetime import date, datetime

from flask import Blueprint, Response, flash, render_template

from consult.accounts import queries as accounts
from consult.accounts.login import acting, person
from consult.accounts.models import Body
from consult.consultations import creation, interruptions, promises, queries
from consult.consultations.errors import DateError, StaleError
from consult.consultations.forms import (
    CancelForm,
    CreationForm,
    DatesForm,
    EditForm,
    MissingForm,
)
from consult.consultations.models import ANSWERS, CLOSES, OPENS, Consultation
from consult.consultations.phases import phase
from consult.kernel.clock import end_of_day, last_day, luxembourg_date, start_of_day
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import ConsultForm, PressForm, spread
from consult.kernel.i18n import LANGUAGES, language, ngettext
from consult.kernel.i18n import gettext as _
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at

blueprint = Blueprint("consultations_desk", __name__)

Answer = Response | tuple[str, int]

HOME = "desk.consultation"


@blueprint.route("/desk/consultations/new", methods=["GET", "POST"])
def new() -> Answer:
    mine, bodies = _my_bodies(), list(accounts.all_bodies(current_session()))
    form = CreationForm(mine, bodies, languages=list(LANGUAGES))
    if form.validate_on_submit():
        title = form.texts("title")
        first = title.get(language()) or next((t for t in title.values() if t.strip()), "")
        # Without an address of its own it gets one made of the title; shown, so it can be changed.
        form.slug.data = (form.slug.data or "").strip() or creation.proposed_slug(first)
        try:
            made = _create(form)
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("The consultation is created. Only your bodies see it yet."), "success")
            return seen_other(HOME, slug=made.slug)
    return _shown("consultations/new.html", form)


def _create(form: CreationForm) -> Consultation:
    with act() as session:
        return creation.create(
            session,
            slug=form.slug.data,
            title=form.texts("title"),
            summary=form.texts("summary"),
            notice=form.texts("notice"),
            languages=form.languages.data,
            lead_body_id=form.lead.data,
            competent_body_ids=form.competent.data,
            actor=acting(),
            now=served_at(),
        )


@blueprint.route("/desk/consultations/<slug>/description", methods=["GET", "POST"])
def describe(slug: str) -> Answer:
    found = queries.by_slug(current_session(), slug)
    form = EditForm(
        list(accounts.all_bodies(current_session())),
        **spread("title", found.title),
        **spread("summary", found.summary),
        **spread("notice", found.notice),
        languages=found.languages,
        competent=_competent(found),
        seen=creation.fingerprint(found),
    )
    stale = None
    if form.validate_on_submit():
        try:
            _describe(slug, form)
        except StaleError as error:
            form.refuse(error)
            stale = queries.by_slug(current_session(), slug)
            form.seen.data = creation.fingerprint(stale)
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("Your changes are saved."), "success")
            return seen_other(HOME, slug=slug)
    facts = {"stale": stale}
    return _shown("consultations/describe.html", form, **_of(slug), **facts)


def _describe(slug: str, form: EditForm) -> None:
    with act() as session:
        creation.describe(
            session,
            queries.by_slug(session, slug),
            title=form.texts("title"),
            summary=form.texts("summary"),
            notice=form.texts("notice"),
            languages=form.languages.data,
            competent_body_ids=form.competent.data,
            seen=form.seen.data or "",
            actor=acting(),
            now=served_at(),
        )


@blueprint.route("/desk/consultations/<slug>/dates", methods=["GET", "POST"])
def dates(slug: str) -> Answer:
    found, now = queries.by_slug(current_session(), slug), served_at()
    shown = _days(found)
    changeable = {kind for kind in shown if promises.changeable(found, kind, now)}
    announced = found.announced_at is not None
    form = DatesForm(**shown, seen=promises.in_force(found))
    stale = None
    if form.validate_on_submit():
        typed = {kind: day for kind, day in form.days().items() if day and day != shown[kind]}
        try:
            with act() as session:
                promises.promise_all(
                    session,
                    queries.by_slug(session, slug),
                    dates={kind: _instant(kind, day) for kind, day in typed.items()},
                    ground=form.texts("ground"),
                    seen=form.seen.data or "",
                    actor=acting(),
                    now=now,
                )
        except StaleError as error:
            form.refuse(error)
            present = queries.by_slug(current_session(), slug)
            form.seen.data, stale = promises.in_force(present), _days(present)
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("The dates are saved."), "success")
            return seen_other(HOME, slug=slug)
    facts = {
        "changeable": changeable,
        "announced": announced,
        "stale": stale,
    }
    return _shown("consultations/dates.html", form, **_of(slug), **facts)


@blueprint.route("/desk/consultations/<slug>/announce", methods=["GET", "POST"])
def announce(slug: str) -> Answer:
    form = PressForm()
    if form.validate_on_submit():
        with act() as session:
            creation.announce(
                session, queries.by_slug(session, slug), actor=acting(), now=served_at()
            )
        flash(_("The consultation is announced. Its page is public."), "success")
        return seen_other(HOME, slug=slug)
    facts = _of(slug)
    missing = creation.missing_for_announcement(facts["consultation"], served_at())
    sentence = _(missing.message) if missing else None
    return _shown("consultations/announce.html", form, missing=sentence, **facts)


@blueprint.route("/desk/consultations/<slug>/missing", methods=["GET", "POST"])
def missing(slug: str) -> Answer:
    """A document was missing in the open phase: the close moves by so many days."""
    form = MissingForm(until=luxembourg_date(served_at()))
    if form.validate_on_submit():
        try:
            if form.since.data is None or form.until.data is None:
                raise DateError(_("Please give both days."))
            with act() as session:
                made = interruptions.state_missing(
                    session,
                    queries.by_slug(session, slug),
                    since=form.since.data,
                    until=form.until.data,
                    ground=form.texts("ground"),
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(
                ngettext(
                    "The close has moved by 1 day.",
                    "The close has moved by %(num)s days.",
                    made.days,
                ),
                "success",
            )
            return seen_other(HOME, slug=slug)
    return _shown("consultations/missing.html", form, **_of(slug))


@blueprint.route("/desk/consultations/<slug>/cancel", methods=["GET", "POST"])
def cancel(slug: str) -> Answer:
    form = CancelForm()
    if form.validate_on_submit():
        try:
            with act() as session:
                creation.cancel(
                    session,
                    queries.by_slug(session, slug),
                    reason=form.texts("reason"),
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("The consultation is cancelled."), "success")
            return seen_other(HOME, slug=slug)
    return _shown("consultations/cancel.html", form, **_of(slug))


def _of(slug: str) -> dict[str, Consultation]:
    """The consultation as things stand, and its phase, for the frame of the page."""
    found = queries.by_slug(current_session(), slug)
    return {"consultation": found, "phase": phase(found, served_at())}  # type: ignore[dict-item]


def _days(found: Consultation) -> dict[str, date | None]:
    """The present dates as the calendar days that people read."""
    return {
        OPENS: luxembourg_date(found.opens_at) if found.opens_at else None,
        CLOSES: last_day(found.closes_at) if found.closes_at else None,
        ANSWERS: last_day(found.answer_due_at) if found.answer_due_at else None,
    }


def _instant(kind: str, day: date) -> datetime:
    return start_of_day(day) if kind == OPENS else end_of_day(day)


def _my_bodies() -> list[Body]:
    """The bodies in whose name the official may create a consultation."""
    known = person()
    assert known is not None, "the permission table asks for a session here"
    mine = accounts.bodies_of_user(current_session(), known.id)
    found = [body for body in mine if "publisher" in known.roles_in(frozenset({body.id}))]
    if not found:
        raise NotFoundError
    return found


def _competent(found: Consultation) -> list[int]:
    rows = queries.bodies(current_session(), found.id)
    return [body.id for body, part in rows if part == "competent"]


def _shown(template: str, form: ConsultForm, **facts: object) -> tuple[str, int]:
    page = render_template(template, form=form, **facts)
    return page, 422 if form.errors else 200
