"""Signing off themes: what the analysis proposes and what people make of it."""

from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting
from consult.accounts.queries import user_names
from consult.consultations import queries as consultations
from consult.consultations.errors import StaleError
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.forms import PressForm, spread
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import ngettext
from consult.kernel.paging import Keyset
from consult.kernel.paging import number as number_of
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.submissions.models import CommentRevision
from consult.themes import (
    bulk_work,
    point_queries,
    queries,
    quote_queries,
    run_queries,
    signoff,
    together,
)
from consult.themes.assignments import MOST_AT_ONCE
from consult.themes.errors import (
    NoPointsError,
    ProposalsMovedError,
    SameThemeError,
    SplitStaleError,
)
from consult.themes.forms import MoveForm, ThemeForm, TogetherForm, asked_filter, chosen_points
from consult.themes.models import ACCEPTED
from consult.themes.queries import PointRow, ThemeRow
from consult.themes.reading import queries as readings

blueprint = Blueprint("themes_desk", __name__)

Answer = Response | tuple[str, int]


def frame(slug: str) -> dict[str, Any]:
    """What every desk page of a consultation shows around it."""
    consultation = consultations.by_slug(current_session(), slug)
    return {
        "consultation": consultation,
        "phase": phase(consultation, served_at()),
        "tab": "themes",
    }


def names_of(rows: list[PointRow]) -> dict[int, str]:
    """The names of the people who labelled these points."""
    ids = {row.label.person_id for row in rows if row.label and row.label.person_id}
    return user_names(current_session(), ids)


@blueprint.route("/desk/consultations/<slug>/themes", methods=["GET", "POST"])
def show(slug: str) -> Answer:
    """The themes; proposals that are ticked are accepted or set aside together."""
    around, form, status = frame(slug), TogetherForm(), 200
    number = around["consultation"].id
    if form.validate_on_submit():
        try:
            said = _decided_together(around["consultation"], form)
        except ProposalsMovedError as error:
            moved = [*error.accepted, *error.changed, *error.gone]
            named = queries.themes_by_id(current_session(), moved)
            status = form.tell(
                error, {t.id: i18n.choose(t.title)[1] for t in named if t.consultation_id == number}
            )
        except ConsultError as error:
            status = form.refuse(error)
        else:
            flash(said)
            return seen_other("themes_desk.show", slug=slug)
    session = current_session()
    rows = queries.themes_with_sizes(session, number, states=("accepted", "proposed", "set_aside"))
    proposed = [r for r in rows if r.theme.state == "proposed"]
    set_aside = [r for r in rows if r.theme.state == "set_aside"]
    shown = [r.theme.id for r in rows if r.theme.state != "set_aside"]
    run, current = run_queries.newest_and_current(session, number)
    chosen = {r.theme.id for r in proposed} if request.args.get("chosen") == "all" else set()
    page = render_template(
        "themes/desk_themes.html",
        **around,
        accepted=queries.tree([r for r in rows if r.theme.state == "accepted"]),
        proposed=queries.tree(proposed),
        proposals=len(proposed),
        seen={r.theme.id: signoff.fingerprint(r.theme) for r in proposed},
        chosen=form.proposals.keys() or chosen,
        set_aside=set_aside,
        quotes=quote_queries.quotes(session, shown, most=2, public=False),
        run=run,
        current=current,
        form=form,
        press=PressForm(formdata=None),
    )
    return page, 422 if form.errors and status == 200 else status


def _decided_together(consultation: Consultation, form: TogetherForm) -> str:
    with act() as session:
        count = together.decide_themes(
            session,
            consultation,
            form.proposals,
            form.to.data or "",
            actor=acting(),
            now=served_at(),
        )
    if form.to.data == ACCEPTED:
        return ngettext("%(num)s theme is accepted.", "%(num)s themes are accepted.", count)
    return ngettext(
        "%(num)s theme is set aside. You can bring it back.",
        "%(num)s themes are set aside. You can bring them back.",
        count,
    )


@blueprint.route("/desk/consultations/<slug>/themes/new", methods=["GET", "POST"])
def new(slug: str) -> Answer:
    around, form = frame(slug), ThemeForm()
    form.offer(queries.themes_with_sizes(current_session(), around["consultation"].id))
    status = 200
    if form.validate_on_submit():
        try:
            with act() as session:
                made = signoff.create(
                    session,
                    around["consultation"],
                    title=form.texts("title"),
                    description=form.texts("description"),
                    parent_id=form.parent_id,
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            status = form.refuse(error)
        else:
            flash(_("The theme is created. Now move points to it."))
            return seen_other("themes_desk.theme", slug=slug, number=made.id)
    page = render_template("themes/desk_theme_form.html", **around, form=form, row=None, stale=None)
    return page, 422 if form.errors and status == 200 else status


@blueprint.get("/desk/consultations/<slug>/themes/<int:number>")
def theme(slug: str, number: int) -> Answer:
    return _theme_page(slug, number, MoveForm(), 200)


def _theme_page(slug: str, number: int, form: MoveForm, status: int) -> Answer:
    around, session, chosen = frame(slug), current_session(), asked_filter()
    consultation: Consultation = around["consultation"]
    rows = queries.themes_with_sizes(session, consultation.id)
    in_view = (r for r in rows if r.theme.id == number)
    row = next(in_view, None) or queries.theme(session, consultation.id, number)
    form.offer(rows, without=number)
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    points = point_queries.points_of_theme(session, number, keyset, chosen=chosen)
    page = render_template(
        "themes/desk_theme.html",
        **around,
        row=row,
        parent=next((r for r in rows if r.theme.id == row.theme.parent_id), None),
        below=[r for r in rows if r.theme.parent_id == number],
        page=points,
        names=names_of(list(points.rows)),
        quotes=quote_queries.quotes(session, [number], public=False)[number],
        contrast=queries.contrast(session, number),
        measured=readings.measured(session, consultation.id),
        chosen=chosen,
        form=form,
    )
    return page, status


@blueprint.route("/desk/consultations/<slug>/themes/<int:number>/edit", methods=["GET", "POST"])
def edit(slug: str, number: int) -> Answer:
    around, session = frame(slug), current_session()
    consultation = around["consultation"]
    row = queries.theme(session, consultation.id, number)
    form = ThemeForm(
        parent=str(row.theme.parent_id or ""),
        seen=signoff.fingerprint(row.theme),
        **spread("title", row.theme.title),
        **spread("description", row.theme.description),
    )
    form.offer(queries.themes_with_sizes(session, consultation.id), without=number)
    status, stale = 200, None
    if form.validate_on_submit():
        try:
            _save(consultation, row, form)
        except StaleError as error:
            status = form.refuse(error)
            row = stale = queries.theme(session, consultation.id, number)
            form.seen.data = signoff.fingerprint(row.theme)
        except ConsultError as error:
            status = form.refuse(error)
        else:
            flash(_("Your changes are saved."))
            return seen_other("themes_desk.theme", slug=slug, number=number)
    page = render_template("themes/desk_theme_form.html", **around, form=form, row=row, stale=stale)
    return page, 422 if form.errors and status == 200 else status


def _save(consultation: Consultation, row: ThemeRow, form: ThemeForm) -> None:
    number, before = row.theme.id, row.theme.parent_id
    with act() as session:
        signoff.rename(
            session,
            consultation,
            number,
            title=form.texts("title"),
            description=form.texts("description"),
            seen=form.seen.data or "",
            actor=acting(),
            now=served_at(),
        )
        if form.parent_id != before:
            signoff.nest(
                session, consultation, number, form.parent_id, actor=acting(), now=served_at()
            )


@blueprint.post("/desk/consultations/<slug>/themes/<int:number>/accept")
def accept(slug: str, number: int) -> Answer:
    with act() as session:
        consultation = consultations.by_slug(session, slug)
        made = signoff.accept(session, consultation, number, actor=acting(), now=served_at())
    flash(_("“%(title)s” is accepted.", title=i18n.choose(made.title)[1]))
    return seen_other("themes_desk.show", slug=slug)


@blueprint.post("/desk/consultations/<slug>/themes/<int:number>/set-aside")
def set_aside(slug: str, number: int) -> Answer:
    with act() as session:
        consultation = consultations.by_slug(session, slug)
        made = signoff.set_aside(session, consultation, number, actor=acting(), now=served_at())
    flash(_("“%(title)s” is set aside. You can bring it back.", title=i18n.choose(made.title)[1]))
    return seen_other("themes_desk.show", slug=slug)


@blueprint.route("/desk/consultations/<slug>/themes/<int:number>/merge", methods=["GET", "POST"])
def merge(slug: str, number: int) -> Answer:
    around, session = frame(slug), current_session()
    consultation = around["consultation"]
    row = queries.theme(session, consultation.id, number)
    rows = queries.themes_with_sizes(session, consultation.id)
    asked = request.values.get("into", "")
    into = next((r for r in rows if str(r.theme.id) == asked and r.theme.id != number), None)
    form, status = PressForm(), 200
    if into is not None and form.validate_on_submit():
        try:
            with act() as writing:
                signoff.merge(
                    writing,
                    consultation,
                    number,
                    into.theme.id,
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            status = form.refuse(error)
        else:
            flash(_("The themes are merged."))
            return seen_other("themes_desk.theme", slug=slug, number=into.theme.id)
    others = [r for r in rows if r.theme.id != number]
    page = render_template(
        "themes/desk_merge.html", **around, row=row, others=others, into=into, form=form
    )
    return page, status


@blueprint.post("/desk/consultations/<slug>/themes/<int:number>/points")
def points(slug: str, number: int) -> Answer:
    """Do something with the points that were ticked: move, make a theme of, or quote them."""
    form = MoveForm()
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    rows = queries.themes_with_sizes(session, consultation.id)
    form.offer(rows, without=number)
    what = request.form.get("do", "move")
    if not form.validate_on_submit():
        return _theme_page(slug, number, form, 422)
    try:
        said, shown = _points_done(consultation, number, what, form)
    except ConsultError as error:
        return _theme_page(slug, number, form, form.refuse(error))
    flash(said)
    return seen_other("themes_desk.theme", slug=slug, number=shown)


def _points_done(
    consultation: Consultation, number: int, what: str, form: MoveForm
) -> tuple[str, int]:
    """Carry out what was asked; the sentence to show and the theme to show it on."""
    chosen = chosen_points()
    if not chosen:
        raise NoPointsError
    if what == "move" and not form.into.data:
        raise SameThemeError(i18n.mark("Please choose a theme."))
    with act() as session:
        if what == "quote":
            signoff.choose_quotes(
                session, consultation, number, chosen, actor=acting(), now=served_at()
            )
            return _("The quotes are chosen."), number
        if what == "split":
            made = signoff.split(
                session,
                consultation,
                number,
                chosen,
                title={i18n.language(): form.title.data or ""},
                actor=acting(),
                now=served_at(),
            )
            return _("The new theme is made. Give it a title in the other languages."), made.id
        moved = signoff.move_points(
            session, consultation, chosen, form.theme_id, actor=acting(), now=served_at()
        )
    return moved_text(moved), number


def moved_text(count: int) -> str:
    return ngettext("%(num)s point is moved.", "%(num)s points are moved.", count)


@blueprint.route("/desk/consultations/<slug>/themes/<int:number>/move", methods=["GET", "POST"])
def move(slug: str, number: int) -> Answer:
    """Move all points that a filter takes: the number and the first of them are shown before."""
    around, session, chosen = frame(slug), current_session(), asked_filter()
    consultation = around["consultation"]
    row = queries.theme(session, consultation.id, number)
    form, status = MoveForm(), 200
    form.offer(queries.themes_with_sizes(session, consultation.id), without=number)
    count, last = point_queries.extent(session, number, chosen)
    if form.validate_on_submit():
        try:
            said = _moved_by_filter(consultation, number, form)
        except ConsultError as error:
            status = form.refuse(error)
        else:
            flash(said)
            return seen_other("themes_desk.theme", slug=slug, number=number)
    page = render_template(
        "themes/desk_move.html",
        **around,
        row=row,
        form=form,
        chosen=chosen,
        count=count,
        page=point_queries.points_of_theme(session, number, Keyset(), chosen=chosen, size=10),
        last_point=last,
    )
    return page, 422 if form.errors and status == 200 else status


def _moved_by_filter(consultation: Consultation, number: int, form: MoveForm) -> str:
    """Move at once what one act can hold, by a job what it cannot; the sentence to show."""
    chosen, session = asked_filter(), current_session()
    if not form.into.data:
        raise SameThemeError(i18n.mark("Please choose a theme."))
    last = number_of(request.form.get("last_point")) or 0
    count, _now_last = point_queries.extent(session, number, chosen)
    points = point_queries.ids_in_theme(
        session, number, chosen, last_point=last, limit=MOST_AT_ONCE + 1
    )
    with act() as writing:
        if len(points) <= MOST_AT_ONCE:
            moved = signoff.move_points(
                writing, consultation, points, form.theme_id, actor=acting(), now=served_at()
            )
            return moved_text(moved)
        bulk_work.request_move(
            writing,
            consultation,
            number,
            form.theme_id,
            chosen,
            last_point=last,
            count=count,
            actor=acting(),
            now=served_at(),
        )
    return _("The points are being moved in the background. Reload this page to follow.")


def words_seen() -> tuple[int, int]:
    """In which words somebody chose the points of a comment: the revision, and how often officials
    had reworded it."""
    revision, _, rewordings = request.form.get("words_of", "").partition(".")
    return number_of(revision) or 0, number_of(rewordings) or 0


def refuse_other_words(revision: CommentRevision) -> None:
    """Raise SplitStaleError where a comment has other words than those in which it was divided: the
    places of the form mean nothing in them."""
    if words_seen() != (revision.id, revision.rewordings):
        raise SplitStaleError
