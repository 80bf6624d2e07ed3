"""Answering and publishing, for officials."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting, person
from consult.answers import approval, decisions, publishing, routing
from consult.answers import desk_queries as queries
from consult.answers import preview as previews
from consult.answers.checking import queries as checking
from consult.answers.checking.forms import MoveForm
from consult.answers.colleagues.desk import beside, my_bodies
from consult.answers.errors import AnsweredMeanwhileError
from consult.answers.forms import DecideForm, PublishForm, ReasonsForm
from consult.answers.modules import queries as modules
from consult.answers.modules.queries import ModuleRow
from consult.answers.web import samples
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.drafts import revision
from consult.drafts.redline import around
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import choose
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import Keyset
from consult.kernel.paging import number as number_of
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.themes import addition_queries

blueprint = Blueprint("answers_desk", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.get("/desk/consultations/<slug>/answers")
def show(slug: str) -> str:
    """Coverage first: what still lacks an answer."""
    consultation = consultations.by_slug(current_session(), slug)
    coverage = queries.coverage(current_session(), consultation.id)
    return render_template(
        "answers/desk_show.html",
        **_facts(consultation),
        coverage=coverage,
        publications=queries.publications(current_session(), consultation.id, limit=1),
        counts=checking.by_state(current_session(), consultation.id),
        states=checking.states(current_session(), coverage.answers),
    )


@blueprint.get("/desk/consultations/<slug>/answers/open")
def open_points(slug: str) -> str:
    """Points that are owed an answer and that no answer reaches yet."""
    consultation = consultations.by_slug(current_session(), slug)
    keyset = Keyset.parse(request.args.get("after"), None)
    points, following = previews.open_points(
        current_session(), consultation.id, after=keyset.after or 0, limit=50
    )
    return render_template(
        "answers/desk_open.html", **_facts(consultation), points=points, following=following
    )


@blueprint.get("/desk/consultations/<slug>/answers/points")
def answered_points(slug: str) -> str:
    """Points with an answer of their own."""
    consultation = consultations.by_slug(current_session(), slug)
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    page = queries.answered_points(current_session(), consultation.id, keyset)
    return render_template("answers/desk_points.html", **_facts(consultation), page=page)


@blueprint.route(
    "/desk/consultations/<slug>/answers/<any(theme, campaign, point, selection):kind>/<int:number>",
    methods=["GET", "POST"],
)
def decide(slug: str, kind: str, number: int) -> Answer:
    """The form in which a theme, a campaign or a point is answered."""
    consultation = consultations.by_slug(current_session(), slug)
    asked = _asked(consultation, kind, number)
    form = asked.form
    if form.is_submitted() and request.form.get("step") == "insert":
        form.insert(asked.modules)
        return _decide_page(asked)
    if not form.validate_on_submit():
        return _decide_page(asked), 422 if form.errors else 200
    try:
        with act() as session:
            decisions.decide(
                session,
                consultations.by_id(session, consultation.id),
                target=asked.view.target,
                disposition=form.disposition.data,
                reason=form.reasons(),
                unchanged=form.unchanged(),
                edit_ids=form.edits.data,
                body_id=form.body.data,
                corrects=number_of(form.corrects.data),
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        return _refused(asked, error)
    flash(*_saved(form))
    return seen_other("answers_desk.show", slug=slug)


@dataclass
class Asked:
    """A decide form on its way."""

    consultation: Consultation
    view: queries.TargetView
    edits: list[Any]
    form: DecideForm
    modules: Sequence[ModuleRow]
    # Somebody else answered while this form was being filled in.
    meanwhile: bool = False


def _asked(consultation: Consultation, kind: str, number: int) -> Asked:
    session = current_session()
    view = queries.target_view(session, consultation.id, kind, number)
    edits = queries.citable_edits(session, consultation.id)
    form = DecideForm()
    bodies = consultations.bodies(session, consultation.id)
    form.offer(
        [(body.id, choose(body.name)[1]) for body, _part in bodies],
        [row.edit.id for row in edits],
        consultation.languages,
    )
    texts = modules.of_bodies(session, my_bodies(frozenset(b.id for b, _part in bodies)))
    form.offer_modules(texts)
    newest = view.newest
    if request.method == "GET":
        form.corrects.data = str(newest.id) if newest else ""
        if newest is not None:
            form.fill(newest)
        else:
            about = decisions.thing(view.target)
            form.body.data = routing.holder(session, consultation.id, about)
        if newest is None and (proposed := queries.proposed_answer(session, view)):
            form.disposition.data, form.edits.data = proposed
    return Asked(consultation, view, edits, form, texts)


def _decide_page(asked: Asked) -> str:
    chosen = set(asked.form.edits.data or [])
    chain, known = asked.view.chain, person()
    session = current_session()
    return render_template(
        "answers/desk_decide.html",
        **_facts(asked.consultation),
        view=asked.view,
        form=asked.form,
        edits=sorted(asked.edits, key=lambda row: row.edit.id not in chosen),
        chosen=chosen,
        redline=around,
        added=addition_queries.added(session, asked.view.number, asked.view.points)
        if asked.view.kind == "campaign"
        else None,
        meanwhile=asked.meanwhile,
        mover=MoveForm(formdata=None),
        steps=checking.steps(session, [row.id for row in chain]) if chain else {},
        state=checking.states(session, [chain[0].id])[chain[0].id] if chain else None,
        **beside(asked.consultation, decisions.thing(asked.view.target)),
        public=bool(chain) and approval.is_public(session, chain[0].id),
        me=known.id if known else None,
    )


def _refused(asked: Asked, error: ConsultError) -> tuple[str, int]:
    """The form again, what was typed kept; after somebody else's answer, that one is shown."""
    asked.form.refuse(error)
    if isinstance(error, AnsweredMeanwhileError):
        asked.meanwhile = True
        view = asked.view
        asked.view = queries.target_view(
            current_session(), asked.consultation.id, view.kind, view.number
        )
        newest = asked.view.newest
        asked.form.corrects.data = str(newest.id) if newest else ""
    return _decide_page(asked), error.status


def _saved(form: DecideForm) -> tuple[str, str]:
    if not form.agrees:
        return (
            _(
                "Your answer is saved as a draft. It accepts, but names no change of the text, nor"
                " why the text stays as it is: without one of the two it can be neither approved"
                " nor published."
            ),
            "warning",
        )
    return _("Your answer is saved. Nothing is public before you publish."), "success"


@blueprint.route("/desk/consultations/<slug>/answers/reasons", methods=["GET", "POST"])
def reasons(slug: str) -> Answer:
    """The changes of the next version that lack a reason, and the form that states one."""
    consultation = consultations.by_slug(current_session(), slug)
    version = publishing.next_version(current_session(), consultation.id)
    rows = previews.unexplained(current_session(), consultation.id, version)
    form = ReasonsForm()
    form.edits.choices = [(row.edit.id, row.clause.name) for row in rows]
    chosen = set(form.edits.data or request.args.getlist("edit", type=int))
    if version is not None and form.validate_on_submit():
        try:
            with act() as session:
                revision.state_ground(
                    session,
                    version,
                    form.edits.data,
                    form.kind.data,
                    form.texts("words"),
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            form.refuse(error)
            rows = previews.unexplained(current_session(), consultation.id, version)
        else:
            flash(_("The ground is saved."), "success")
            return seen_other("answers_desk.reasons", slug=slug)
    page = render_template(
        "answers/desk_reasons.html",
        **_facts(consultation),
        form=form,
        rows=rows,
        version=version,
        chosen=chosen,
        bilingual=len({row.edit.language for row in rows}) > 1,
        redline=around,
    )
    return page, 422 if form.errors else 200


@blueprint.route("/desk/consultations/<slug>/answers/publish", methods=["GET", "POST"])
def publish(slug: str) -> Answer:
    """What publishing would do, and the button that does it."""
    consultation = consultations.by_slug(current_session(), slug)
    version = publishing.next_version(current_session(), consultation.id)
    form = PublishForm()
    if form.validate_on_submit():
        try:
            with act() as session:
                publishing.request(
                    session,
                    consultations.by_id(session, consultation.id),
                    with_version=bool(form.with_version.data),
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("The publication is being prepared. Nothing is public before it is finished."))
            return seen_other("answers_desk.publications", slug=slug)
    with_version = version is not None and (
        bool(form.with_version.data) if form.is_submitted() else request.args.get("text") != "no"
    )
    form.with_version.data = with_version
    page = render_template(
        "answers/desk_publish.html",
        **_facts(consultation),
        form=form,
        next_version=version,
        preview=previews.preview(
            current_session(), consultation, with_version=with_version, now=served_at()
        ),
        letters=samples(consultation.title, consultation.slug),
        unapproved=_unapproved(consultation),
        redline=around,
    )
    return page, 409 if form.errors else 200


def _unapproved(consultation: Consultation) -> int:
    """Answers that stay out of a publication because nobody approved them yet."""
    if not consultation.four_eyes:
        return 0
    return checking.unapproved(checking.by_state(current_session(), consultation.id))


@blueprint.get("/desk/consultations/<slug>/answers/publications")
def publications(slug: str) -> str:
    consultation = consultations.by_slug(current_session(), slug)
    rows = queries.publications(current_session(), consultation.id)
    return render_template(
        "answers/desk_publications.html",
        **_facts(consultation),
        rows=rows,
        names=queries.names_of_deciders(current_session(), rows),
        form=PressForm(),
    )


@blueprint.post("/desk/consultations/<slug>/answers/publications/<int:number>/stop")
def stop(slug: str, number: int) -> Response:
    consultation = consultations.by_slug(current_session(), slug)
    with act() as session:
        row = queries.publication(session, consultation.id, number)
        publishing.cancel(session, row, actor=acting(), now=served_at())
    flash(_("The publication is stopped. Nothing of it is public."))
    return seen_other("answers_desk.publications", slug=slug)


@blueprint.post("/desk/consultations/<slug>/answers/publications/<int:number>/resume")
def resume(slug: str, number: int) -> Response:
    consultation = consultations.by_slug(current_session(), slug)
    with act() as session:
        row = queries.publication(session, consultation.id, number)
        publishing.resume(session, row, actor=acting(), now=served_at())
    flash(_("The publication goes on where it stopped."))
    return seen_other("answers_desk.publications", slug=slug)


def _facts(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "phase": phase(consultation, served_at()),
        "tab": "answers",
        "language": i18n.language(),
    }
