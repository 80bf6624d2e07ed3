"""What the comments are about, for everybody: themes, campaigns, and how they were found."""

from flask import Blueprint, Response, render_template, request

from consult.consultations import queries as consultations
from consult.consultations.phases import phase
from consult.kernel.caching import versioned_page
from consult.kernel.db import current_session
from consult.kernel.paging import Keyset
from consult.kernel.web import served_at
from consult.submissions import queries as submissions
from consult.submissions import standing
from consult.themes import (
    campaign_queries,
    card,
    mapping,
    point_queries,
    queries,
    quote_queries,
    run_queries,
)
from consult.themes.errors import ThemeNotFoundError
from consult.themes.models import ACCEPTED, MERGED, PROPOSED, SET_ASIDE
from consult.themes.point_queries import Filter
from consult.themes.reading import queries as readings

blueprint = Blueprint("themes", __name__)

PUBLIC = Filter(public=True)


@blueprint.get("/consultations/<slug>/themes")
def show(slug: str) -> Response:
    now = served_at()

    def render() -> str:
        session = current_session()
        found = submissions.place(session, slug)
        consultation = found.consultation
        everything = queries.themes_with_sizes(
            session, consultation.id, states=(ACCEPTED, MERGED, SET_ASIDE, PROPOSED)
        )
        rows = [row for row in everything if row.theme.state == ACCEPTED]
        campaigns = campaign_queries.campaigns(session, consultation.id, states=(ACCEPTED,))
        run, stored = run_queries.current_with_map(session, consultation.id)
        return render_template(
            "themes/show.html",
            consultation=consultation,
            phase=phase(consultation, now),
            tab="themes",
            tally=found.tally,
            tree=queries.tree(rows),
            quotes=quote_queries.quotes(session, [row.theme.id for row in rows]),
            campaigns=campaigns,
            campaigns_of=campaign_queries.by_theme(campaigns),
            opposite_of=campaign_queries.opposites(campaigns),
            run=run,
            card=card.read(run.card) if run else None,
            measured=readings.measured(session, consultation.id),
            changed=queries.changed(everything),
            elsewhere=sum(row.points for row in everything) - sum(row.points for row in rows),
            map=mapping.drawn(stored, rows, "#theme-{}".format),
        )

    return versioned_page(*standing.of_consultation(slug, now), render=render)


@blueprint.get("/consultations/<slug>/themes/<int:number>")
def theme(slug: str, number: int) -> Response:
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    return versioned_page(
        *standing.of_consultation(slug, served_at()),
        render=lambda: _theme_page(slug, number, keyset),
    )


def _theme_page(slug: str, number: int, keyset: Keyset) -> str:
    session, now = current_session(), served_at()
    consultation = consultations.public_by_slug(session, slug, now)
    accepted = queries.themes_with_sizes(session, consultation.id, states=(ACCEPTED,))
    row = next((r for r in accepted if r.theme.id == number), None)
    if row is None:
        # A link to a theme that was merged keeps leading somewhere.
        row = queries.theme(session, consultation.id, number)
        if row.theme.state != MERGED:
            raise ThemeNotFoundError
    home = row.theme.merged_into_id or number
    return render_template(
        "themes/theme.html",
        consultation=consultation,
        phase=phase(consultation, now),
        tab="themes",
        row=row,
        merged_into=next((r for r in accepted if r.theme.id == home != number), None),
        parent=next((r for r in accepted if r.theme.id == row.theme.parent_id), None),
        below=[r for r in accepted if r.theme.parent_id == number],
        measured=readings.measured(session, consultation.id),
        page=point_queries.points_of_theme(session, home, keyset, chosen=PUBLIC),
    )
