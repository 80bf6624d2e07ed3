"""Hand-overs and notes between colleagues, for officials."""

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting, person
from consult.answers import routing
from consult.answers.colleagues import notes, queries
from consult.answers.colleagues.forms import HandoverForm, NoteForm, SettleForm
from consult.answers.routing import DECIDERS
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import choose
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import number as number_of
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at

blueprint = Blueprint("colleagues_desk", __name__)

PLACE = "/desk/consultations/<slug>/answers/<any(theme, campaign, point, selection):kind>/<int:of>"
SIZE = 50


def my_bodies(bodies: frozenset[int], *, roles: frozenset[str] | None = None) -> frozenset[int]:
    """Of the bodies of a consultation those in which the person holds a role, or one of some."""
    known = person()
    if known is None:
        return frozenset()
    return frozenset(
        body
        for body in bodies
        if (held := known.roles_in(frozenset({body}))) and (roles is None or held & roles)
    )


@blueprint.get("/desk/consultations/<slug>/answers/hand-overs")
def index(slug: str) -> str:
    """The log of hand-overs: from, to, why, when; what waits for one's own body says so."""
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    mine = my_bodies(consultations.bodies_of(session, slug))
    rows = queries.handovers(
        session,
        consultation.id,
        mine,
        before=number_of(request.args.get("before")),
        limit=SIZE + 1,
    )
    return render_template(
        "answers/desk_handovers.html",
        consultation=consultation,
        phase=phase(consultation, served_at()),
        tab="answers",
        language=i18n.language(),
        rows=rows[:SIZE],
        following=rows[SIZE - 1].id if len(rows) > SIZE else None,
        mine=mine,
    )


@blueprint.post(f"{PLACE}/hand-over")
def hand_over(slug: str, kind: str, of: int) -> Response:
    consultation = consultations.by_slug(current_session(), slug)
    bodies = consultations.bodies(current_session(), consultation.id)
    form = HandoverForm()
    form.offer([(body.id, choose(body.name)[1]) for body, _part in bodies])
    if not form.validate_on_submit():
        raise NotFoundError
    mine = my_bodies(frozenset(body.id for body, _part in bodies), roles=DECIDERS)
    with act() as session:
        routing.hand_over(
            session,
            consultations.by_id(session, consultation.id),
            f"{kind}:{of}",
            form.to.data,
            note=form.handover_note.data or "",
            mine=mine,
            actor=acting(),
            now=served_at(),
        )
    flash(_("The other body is asked to take it."), "success")
    return _back(slug, kind, of)


@blueprint.post(f"{PLACE}/hand-over/<int:number>")
def settle(slug: str, kind: str, of: int, number: int) -> Response:
    consultation, form = consultations.by_slug(current_session(), slug), SettleForm()
    if not form.validate_on_submit() or form.what.data not in {"accept", "back"}:
        raise NotFoundError
    mine = my_bodies(consultations.bodies_of(current_session(), slug), roles=DECIDERS)
    accepted = form.what.data == "accept"
    with act() as session:
        routing.settle(
            session,
            consultations.by_id(session, consultation.id),
            number,
            accepted=accepted,
            note=form.settled_note.data or "",
            mine=mine,
            actor=acting(),
            now=served_at(),
        )
    flash(_("Accepted: your body answers.") if accepted else _("Handed back."), "success")
    return _back(slug, kind, of)


@blueprint.post(f"{PLACE}/notes")
def write(slug: str, kind: str, of: int) -> Response:
    consultation, form = consultations.by_slug(current_session(), slug), NoteForm()
    mine = my_bodies(consultations.bodies_of(current_session(), slug))
    form.offer([(number, str(number)) for number in mine])
    if not form.validate_on_submit():
        raise NotFoundError
    with act() as session:
        notes.write(
            session,
            consultations.by_id(session, consultation.id),
            f"{kind}:{of}",
            words=form.words.data or "",
            body_id=form.of.data,
            for_all=bool(form.for_all.data),
            mine=mine,
            actor=acting(),
            now=served_at(),
        )
    flash(_("Your note is saved. Only colleagues see it."), "success")
    return _back(slug, kind, of)


@blueprint.post(f"{PLACE}/notes/<int:number>/delete")
def delete(slug: str, kind: str, of: int, number: int) -> Response:
    consultation = consultations.by_slug(current_session(), slug)
    with act() as session:
        found = consultations.by_id(session, consultation.id)
        notes.delete(session, found, number, actor=acting(), now=served_at())
    flash(_("Your note is deleted."), "success")
    return _back(slug, kind, of)


def _back(slug: str, kind: str, of: int) -> Response:
    return seen_other("answers_desk.decide", slug=slug, kind=kind, number=of)


def beside(consultation: Consultation, thing: str) -> dict[str, object]:
    """What the page of an answer shows of colleagues: who holds it, hand-overs, notes, forms."""
    session = current_session()
    bodies = consultations.bodies(session, consultation.id)
    ids, names = frozenset(body.id for body, _part in bodies), {b.id: b.name for b, _part in bodies}
    mine, deciding = my_bodies(ids), my_bodies(ids, roles=DECIDERS)
    rows = queries.handovers(session, consultation.id, mine, thing=thing)
    lead = next(body.id for body, part in bodies if part == "lead")
    held = next((row.to_body_id for row in _by_settling(rows) if row.state == "accepted"), lead)
    handing, noting = HandoverForm(formdata=None), NoteForm(formdata=None)
    handing.offer([(n, choose(name)[1]) for n, name in names.items() if n != held])
    noting.offer([(n, choose(names[n])[1]) for n in sorted(mine)])
    return {
        "holder": held,
        "body_names": names,
        "handovers": rows,
        "asked": next((row for row in rows if row.state == "asked"), None),
        "notes": queries.notes(session, consultation.id, thing, mine),
        "deciding": deciding,
        "handing": handing,
        "settling": SettleForm(formdata=None),
        "noting": noting,
    }


def _by_settling(rows: list[queries.HandoverRow]) -> list[queries.HandoverRow]:
    settled = [row for row in rows if row.settled_at is not None]
    return sorted(settled, key=lambda row: (row.settled_at, row.id), reverse=True)
