"""The analysis of a consultation: start it, watch it, stop it, read its method card."""

from flask import Blueprint, Response, flash, render_template, request, url_for

from consult.accounts.login import acting
from consult.accounts.queries import user_names
from consult.consultations import queries as consultations
from consult.jobs import queries as jobs
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.themes import (
    campaign_queries,
    card,
    curve,
    mapping,
    queries,
    run_diff,
    run_queries,
    runs,
)
from consult.themes.desk import frame
from consult.themes.forms import StartForm
from consult.themes.models import ACCEPTED, PROPOSED, RECORDED
from consult.themes.reading import queries as readings

blueprint = Blueprint("analysis_desk", __name__)

Answer = Response | tuple[str, int]


@blueprint.route("/desk/consultations/<slug>/analysis", methods=["GET", "POST"])
def show(slug: str) -> Answer:
    around, form, status = frame(slug), StartForm(), 200
    if form.validate_on_submit():
        try:
            with act() as session:
                runs.request(
                    session,
                    around["consultation"],
                    topics=form.topics.data,
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            status = form.refuse(error)
        else:
            return seen_other("analysis_desk.show", slug=slug)
    session, number = current_session(), around["consultation"].id
    found = run_queries.recorded(session, number)
    newest = found[0] if found else None
    stopped_by = (newest.card.get("stopped_by") if newest else None) or {}
    page = render_template(
        "themes/desk_analysis.html",
        **around,
        form=form,
        button_form=PressForm(),
        runs=found,
        newest=newest,
        current=run_queries.current(session, number),
        job=jobs.newest(session, f"consultation:{number}", runs.JOB),
        names=user_names(session, {run.requested_by for run in found if run.requested_by}),
        stopped_by=queries.themes_by_id(session, stopped_by.get("themes", [])),
        stopped_by_campaigns=campaign_queries.by_ids(session, stopped_by.get("campaigns", [])),
    )
    return page, 422 if form.errors and status == 200 else status


@blueprint.post("/desk/consultations/<slug>/analysis/<int:number>/cancel")
def cancel(slug: str, number: int) -> Response:
    with act() as session:
        consultation = consultations.by_slug(session, slug)
        runs.cancel(session, consultation, number, actor=acting(), now=served_at())
    flash(_("The analysis is stopped. Nothing of it is shown."))
    return seen_other("analysis_desk.show", slug=slug)


@blueprint.post("/desk/consultations/<slug>/analysis/<int:number>/again")
def again(slug: str, number: int) -> Response:
    with act() as session:
        consultation = consultations.by_slug(session, slug)
        runs.again(session, consultation, number, actor=acting(), now=served_at())
    return seen_other("analysis_desk.show", slug=slug)


@blueprint.get("/desk/consultations/<slug>/analysis/<int:number>")
def run(slug: str, number: int) -> Answer:
    around, session = frame(slug), current_session()
    consultation_id = around["consultation"].id
    found, stored = run_queries.with_map(session, consultation_id, number)
    themes = queries.themes_with_sizes(session, consultation_id, states=(ACCEPTED, PROPOSED))
    measured = readings.measured(session, consultation_id)
    page = render_template(
        "themes/desk_run.html",
        **around,
        run=found,
        button_form=PressForm(),
        card=card.read(found.card),
        curve=curve.read(found.card),
        map=mapping.drawn(
            stored,
            themes,
            lambda theme: url_for("themes_desk.theme", slug=slug, number=theme),
        ),
        frame=curve,
        busy=runs.active(session, consultation_id) is not None,
        earlier=run_queries.before(session, found) if found.state == RECORDED else None,
        reasons=run_queries.unprocessed_reasons(session, found.id),
        measured=measured if measured and measured.run_id == found.id else None,
        titles={row.theme.id: row.theme.title for row in themes},
    )
    return page, 200


@blueprint.get("/desk/consultations/<slug>/analysis/<int:number>/changes")
def changes(slug: str, number: int) -> Answer:
    around, session = frame(slug), current_session()
    found = run_queries.run(session, around["consultation"].id, number)
    earlier = run_queries.before(session, found) if found.state == RECORDED else None
    diff = run_diff.compare(run_queries.flows(session, earlier, found)) if earlier else None
    named = {one.theme_id for one in diff.themes} if diff else set()
    if diff:
        named |= {theme for theme, _, _ in diff.gone}
        named |= {one.continues for one in diff.themes if one.continues is not None}
        named |= {theme for one in diff.themes for theme, _ in one.came}
        named |= {theme for _, _, went in diff.gone for theme, _ in went}
    page = render_template(
        "themes/desk_changes.html",
        **around,
        run=found,
        earlier=earlier,
        diff=diff,
        themes={theme.id: theme for theme in queries.themes_by_id(session, sorted(named))},
    )
    return page, 200


@blueprint.get("/desk/consultations/<slug>/analysis/<int:number>/unprocessed")
def unprocessed(slug: str, number: int) -> Answer:
    around, session = frame(slug), current_session()
    found = run_queries.run(session, around["consultation"].id, number)
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    page = render_template(
        "themes/desk_unprocessed.html",
        **around,
        run=found,
        page=run_queries.unprocessed(session, found.id, keyset),
        reason_names=card.REASONS,
    )
    return page, 200
