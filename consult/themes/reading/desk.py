"""The second reading on the desk: draw, read without seeing the label, and what it measured."""

import secrets

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.forms import ConsultForm, PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import ngettext
from consult.kernel.paging import number as number_of
from consult.kernel.transaction import act, end_reading
from consult.kernel.web import seen_other, served_at
from consult.themes import queries as themes
from consult.themes.coding import behind
from consult.themes.coding import queries as coding
from consult.themes.desk import frame
from consult.themes.forms import NONE
from consult.themes.reading import lot, queries, reading
from consult.themes.reading.forms import DrawForm

blueprint = Blueprint("reading_desk", __name__)

Answer = Response | tuple[str, int]


@blueprint.get("/desk/consultations/<slug>/reading")
def show(slug: str) -> Answer:
    return _show(slug, DrawForm(), 200)


def _show(slug: str, form: ConsultForm, status: int) -> Answer:
    around, session, now = frame(slug), current_session(), served_at()
    number = around["consultation"].id
    newest = queries.newest(session, number)
    running = newest if newest is not None and newest.ended_at is None else None
    measured = queries.measured(session, number)
    rows = themes.themes_with_sizes(session, number)
    page = render_template(
        "themes/desk_reading.html",
        **around,
        form=form,
        running=running,
        left=queries.left(session, running.id, _me(), now) if running else None,
        measured=measured,
        differences=queries.differences(session, newest.id) if newest and not running else [],
        titles={row.theme.id: row.theme.title for row in rows},
        smallest=lot.SMALLEST,
        most=lot.MOST,
    )
    return page, status


def _me() -> int:
    return acting().user_id or 0


@blueprint.post("/desk/consultations/<slug>/reading/draw")
def draw(slug: str) -> Answer:
    session, form = current_session(), DrawForm()
    consultation = consultations.by_slug(session, slug)
    if not form.validate_on_submit():
        return _show(slug, form, 422)
    labels = queries.labelled(session, consultation.id)
    end_reading()
    percent, seed = form.percent.data or lot.USUAL, secrets.randbelow(10**9)
    found = lot.drawn(list(labels), percent, seed)
    try:
        with act() as writing:
            made = reading.draw(
                writing,
                consultations.by_slug(writing, slug),
                found,
                labels,
                actor=acting(),
                now=served_at(),
            )
            count = made.size
    except ConsultError as error:
        return _show(slug, form, form.refuse(error))
    flash(ngettext("%(num)s point is drawn.", "%(num)s points are drawn.", count))
    return seen_other("reading_desk.show", slug=slug)


@blueprint.post("/desk/consultations/<slug>/reading/take")
def take(slug: str) -> Answer:
    with act() as session:
        count = reading.take(
            session, consultations.by_slug(session, slug), actor=acting(), now=served_at()
        )
    if not count:
        flash(
            _("Nothing is left for you: others have the rest before them, or placed it."), "warning"
        )
        return seen_other("reading_desk.show", slug=slug)
    return seen_other("reading_desk.points", slug=slug)


@blueprint.get("/desk/consultations/<slug>/reading/points")
def points(slug: str) -> Answer:
    """One point after the other, without its label."""
    return _points(slug, PressForm(), 200, after=number_of(request.args.get("after")))


def _points(slug: str, form: ConsultForm, status: int, *, after: int | None) -> Answer:
    around, session, now = frame(slug), current_session(), served_at()
    number = around["consultation"].id
    newest = queries.newest(session, number)
    if newest is None or newest.ended_at is not None:
        return seen_other("reading_desk.show", slug=slug)
    left = queries.left(session, newest.id, _me(), now)
    following = [point for point in left.mine if after is None or point > after]
    point = next(iter(following or left.mine), None)
    shown = coding.shown(session, point) if point is not None else None
    page = render_template(
        "themes/desk_reading_points.html",
        **around,
        form=form,
        left=left,
        shown=shown,
        pieces=[(shown.text[shown.start : shown.end], False)] if shown else [],
        around=behind.surroundings(shown.text, shown.start, shown.end) if shown else ("", ""),
        tree=themes.lasting_tree(themes.themes_with_sizes(session, number)),
    )
    return page, status


@blueprint.post("/desk/consultations/<slug>/reading/points/<int:number>")
def read(slug: str, number: int) -> Answer:
    form, said = PressForm(), request.form.get("theme", "")
    theme = None if said == NONE else number_of(said)
    if not form.validate_on_submit() or (theme is None and said != NONE):
        return _points(slug, form, 422, after=number - 1)
    try:
        with act() as session:
            reading.read(
                session,
                consultations.by_slug(session, slug),
                number,
                theme,
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        return _points(slug, form, form.refuse(error), after=number)
    if request.headers.get("X-Screen"):
        return _points(slug, PressForm(), 200, after=number)
    return seen_other("reading_desk.points", slug=slug, after=number)


@blueprint.post("/desk/consultations/<slug>/reading/end")
def end(slug: str) -> Answer:
    with act() as session:
        reading.end(session, consultations.by_slug(session, slug), actor=acting(), now=served_at())
    flash(_("The second reading has ended; what it measured is public."))
    return seen_other("reading_desk.show", slug=slug)
