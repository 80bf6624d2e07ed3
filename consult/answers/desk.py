"""Answering and publishing, for officials."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting
from consult.answers import decisions, publishing
from consult.answers import desk_queries as queries
from consult.answers import preview as previews
from consult.answers.errors import AnsweredMeanwhileError
from consult.answers.forms import DecideForm, PublishForm
from consult.answers.web import samples
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
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

blueprint = Blueprint("answers_desk", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.get("/desk/consultations/<slug>/answers")
def show(slug: str) -> str:
    """Coverage first: what still lacks an answer."""
    consultation = consultations.by_slug(current_session(), slug)
    return render_template(
        "answers/desk_show.html",
        **_facts(consultation),
        coverage=queries.coverage(current_session(), consultation.id),
        publications=queries.publications(current_session(), consultation.id, limit=1),
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
    "/desk/consultations/<slug>/answers/<any(theme, campaign, point):kind>/<int:number>",
    methods=["GET", "POST"],
)
def decide(slug: str, kind: str, number: int) -> Answer:
    """The form in which a theme, a campaign or a point is answered."""
    consultation = consultations.by_slug(current_session(), slug)
    asked = _asked(consultation, kind, number)
    form = asked.form
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
    newest = view.newest
    if request.method == "GET":
        form.corrects.data = str(newest.id) if newest else ""
        if newest is not None:
            cited = [row.edit.id for row in newest.edits]
            form.fill(newest.disposition, newest.reason, newest.body_id, cited)
    return Asked(consultation, view, edits, form)


def _decide_page(asked: Asked) -> str:
    chosen = set(asked.form.edits.data or [])
    return render_template(
        "answers/desk_decide.html",
        **_facts(asked.consultation),
        view=asked.view,
        form=asked.form,
        edits=sorted(asked.edits, key=lambda row: row.edit.id not in chosen),
        chosen=chosen,
        redline=around,
    )


def _refused(asked: Asked, error: ConsultError) -> tuple[str, int]:
    """The form again, what was typed kept; after somebody else's answer, that one is shown."""
    asked.form.refuse(error)
    if isinstance(error, AnsweredMeanwhileError):
        view = asked.view
        asked.view = queries.target_view(
            current_session(), asked.consultation.id, view.kind, view.number
        )
        newest = asked.view.newest
        asked.form.corrects.data = str(newest.id) if newest else ""
    return _decide_page(asked), error.status


def _saved(form: DecideForm) -> tuple[str, str]:
    if form.disposition.data in {"accepted", "partly_accepted"} and not form.edits.data:
        return (
            _(
                "Your answer is saved. It accepts, but names no change of the text: make sure that"
                " the reason says why. Nothing is public before you publish."
            ),
            "warning",
        )
    return _("Your answer is saved. Nothing is public before you publish."), "success"


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
        redline=around,
    )
    return page, 409 if form.errors else 200


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
