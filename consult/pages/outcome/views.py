"""You said, we did; and from any change of the text to the comments behind it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, render_template, request

from consult.answers import outcome as queries
from consult.answers.adoption.queries import attributed
from consult.answers.behind import behind_edit, published_edit
from consult.answers.milestones.queries import of_consultation as promised_after
from consult.answers.models import DISPOSITIONS
from consult.answers.outcome import Chosen
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.drafts.redline import around
from consult.kernel import i18n
from consult.kernel.caching import versioned_page
from consult.kernel.db import current_session
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset
from consult.kernel.web import served_at
from consult.submissions import standing
from consult.submissions.queries import Place, place

blueprint = Blueprint("outcome", __name__)


@blueprint.get("/consultations/<slug>/outcome")
def show(slug: str) -> Response:
    """The outcome, theme by theme."""
    chosen = _chosen()
    # A thousand themes are more than any consultation has.
    start = min(_number("after") or 0, 1_000)

    def render(found: Place) -> str:
        session, consultation = current_session(), found.consultation
        return render_template(
            "pages/outcome.html",
            **_facts(consultation),
            figures=queries.figures(session, consultation.id, found.tally),
            outcome=queries.outcome(session, consultation.id, chosen, start),
            size=queries.THEMES_PER_PAGE,
            chosen=chosen,
            dispositions=DISPOSITIONS,
            bodies=queries.bodies(session, consultation.id),
            clauses=queries.clauses(found.edition),
            promised=[] if start or chosen.any else promised_after(session, consultation.id),
            now=served_at(),
            grounds=[] if start or chosen.any else queries.own_grounds(session, consultation.id),
            publications=queries.published_on(session, consultation.id),
        )

    return _page(slug, render)


@blueprint.get("/consultations/<slug>/outcome/points")
def points(slug: str) -> Response:
    """The points of one theme that were answered one by one."""
    theme_id = _number("theme")
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))

    def render(found: Place) -> str:
        consultation = found.consultation
        return render_template(
            "pages/outcome_points.html",
            **_facts(consultation),
            page=queries.single_points(current_session(), consultation.id, theme_id, keyset),
            theme=queries.theme_title(current_session(), consultation.id, theme_id),
            theme_id=theme_id,
        )

    return _page(slug, render)


@blueprint.get("/consultations/<slug>/changes/<int:edit_id>")
def change(slug: str, edit_id: int) -> Response:
    """Why did this change? The answers, campaigns and comments behind an edit."""
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    campaign_id = _number("campaign")

    def render(found: Place) -> str:
        consultation = found.consultation
        edit = published_edit(current_session(), consultation.id, edit_id)
        return render_template(
            "pages/change.html",
            **_facts(consultation),
            behind=behind_edit(current_session(), edit, keyset, campaign_id=campaign_id),
            attributed=attributed(current_session(), [edit_id]),
            campaign_id=campaign_id,
        )

    return _page(slug, render)


def _facts(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "phase": phase(consultation, served_at()),
        "tab": "outcome",
        "redline": around,
    }


def _page(slug: str, render: Callable[[Place], str]) -> Response:
    return versioned_page(
        *standing.of_consultation(slug, served_at()),
        render=lambda: render(place(current_session(), slug, language=i18n.language())),
    )


def _chosen() -> Chosen:
    disposition = request.args.get("answer") or None
    if disposition is not None and disposition not in DISPOSITIONS:
        raise NotFoundError
    return Chosen(disposition, _number("clause"), _number("body"))


def _number(name: str) -> int | None:
    # Nonsense means no choice, as in every keyset.
    return Keyset.parse(request.args.get(name), None).after
