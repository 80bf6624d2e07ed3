"""The officials' first page, and one consultation at a glance."""

from flask import Blueprint, render_template, request

from consult.accounts.login import SignedIn, person
from consult.accounts.permissions import TABLE, allowed
from consult.consultations import creation, promises
from consult.consultations import queries as consultations
from consult.consultations.models import ANSWERS, Consultation
from consult.consultations.phases import Phase, phase
from consult.drafts import queries as drafts
from consult.kernel.db import current_session
from consult.kernel.paging import Keyset
from consult.kernel.web import served_at
from consult.pages.officials import queries
from consult.pages.work import queries as work
from consult.pages.work.views import scope_of
from consult.themes.coding import workload

blueprint = Blueprint("desk", __name__)


@blueprint.get("/desk")
def index() -> str:
    known, session = _known(), current_session()
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    page = consultations.of_bodies(session, known.body_ids, served_at(), keyset)
    return render_template(
        "pages/officials/index.html",
        page=page,
        left=queries.left(session, [row.consultation.id for row in page.rows]),
        undecided=work.undecided(session, scope_of(known), served_at()),
        many=work.MANY,
        may_create="publisher" in known.roles_in(),
        may_invite="administrator" in known.roles_in(),
    )


@blueprint.get("/desk/consultations/<slug>")
def consultation(slug: str) -> str:
    session, now = current_session(), served_at()
    found = consultations.by_slug(session, slug)
    bodies = consultations.bodies(session, found.id)
    published = drafts.current_version(session, found.id)
    reports, held = queries.to_judge(session, found.id)
    stands = phase(found, now)
    return render_template(
        "pages/officials/consultation.html",
        consultation=found,
        phase=stands,
        tab="overview",
        bodies=bodies,
        published=published is not None,
        left=queries.left(session, [found.id])[found.id],
        reports=reports,
        held=held,
        work=workload.of(session, found, now) if stands in {Phase.OPEN, Phase.CLOSED} else None,
        many=queries.MANY,
        promises=consultations.promises(session, [found.id])[found.id],
        may=_possible(found, _known().roles_in(frozenset(body.id for body, _ in bodies))),
    )


def _possible(found: Consultation, roles: frozenset[str]) -> set[str]:
    """What can be done now, and by this person: only such buttons are shown."""
    now = served_at()
    stands = phase(found, now)
    by_phase = {
        "describe": stands is not Phase.CANCELLED,
        "dates": promises.changeable(found, ANSWERS, now),
        "missing": stands in {Phase.OPEN, Phase.CLOSED},
        "announce": stands is Phase.PREPARATION,
        "cancel": creation.cancellable(found, now),
    }
    pages = {name: f"consultations_desk.{name}" for name in by_phase}
    by_phase["milestones"] = stands in {Phase.CLOSED, Phase.ANSWERED}
    pages["milestones"] = "milestones_desk.index"
    return {
        name
        for name, possible in by_phase.items()
        if possible and allowed(TABLE[pages[name]], roles, signed_in=True)
    }


def _known() -> SignedIn:
    known = person()
    assert known is not None, "the permission table asks for a session here"
    return known
