"""A campaign for everybody: the letter once, its number, what people added; and how it is counted."""

from flask import Blueprint, Response, render_template, request

from consult.answers.queries import answer_of_campaign
from consult.consultations import queries as consultations
from consult.consultations.phases import phase
from consult.drafts.redline import around
from consult.kernel.caching import versioned_page
from consult.kernel.db import current_session
from consult.kernel.paging import Keyset, number
from consult.kernel.web import served_at
from consult.submissions import standing
from consult.themes import addition_queries, campaign_queries, card, run_queries
from consult.themes.errors import CampaignNotFoundError
from consult.themes.models import ACCEPTED

blueprint = Blueprint("campaigns", __name__)


@blueprint.get("/consultations/<slug>/campaigns")
def counting(slug: str) -> Response:
    """How letters of a campaign are counted, who decides it, and how wrong it may be."""
    now = served_at()

    def render() -> str:
        session = current_session()
        consultation = consultations.public_by_slug(session, slug, now)
        rows = campaign_queries.campaigns(session, consultation.id, states=(ACCEPTED,))
        run = run_queries.current(session, consultation.id)
        return render_template(
            "pages/campaigns/counting.html",
            consultation=consultation,
            phase=phase(consultation, now),
            tab="themes",
            rows=rows,
            opposite_of=campaign_queries.opposites(rows),
            checked=addition_queries.checked(session, consultation.id),
            run=run,
            card=card.read(run.card) if run else None,
        )

    return versioned_page(*standing.of_consultation(slug, now), render=render)


@blueprint.get("/consultations/<slug>/campaigns/<int:number>")
def show(slug: str, number: int) -> Response:
    """The letter with its number and its answer, and what people added to it."""
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    theme_id = _theme()
    return versioned_page(
        *standing.of_consultation(slug, served_at()),
        render=lambda: _campaign(slug, number, keyset, theme_id),
    )


def _theme() -> int | None:
    """The theme that was chosen; 0 for additions without one."""
    return number(request.args.get("theme"))


def _campaign(slug: str, campaign_id: int, keyset: Keyset, theme_id: int | None) -> str:
    session, now = current_session(), served_at()
    consultation = consultations.public_by_slug(session, slug, now)
    row = campaign_queries.campaign(session, consultation.id, campaign_id)
    if row.campaign.state != ACCEPTED:
        raise CampaignNotFoundError
    return render_template(
        "pages/campaigns/show.html",
        consultation=consultation,
        phase=phase(consultation, now),
        tab="themes",
        row=row,
        opposed=[
            found
            for found in campaign_queries.opposites_of(session, row.campaign)
            if found.campaign.state == ACCEPTED
        ],
        answer_row=answer_of_campaign(session, campaign_id),
        redline=around,
        added=addition_queries.added(session, campaign_id, row.campaign.points, public=True),
        theme_id=theme_id,
        page=addition_queries.page_of_additions(
            session, campaign_id, keyset, theme_id=theme_id, public=True
        ),
    )
