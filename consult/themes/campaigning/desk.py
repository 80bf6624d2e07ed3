"""Campaigns on the desk: accept them, word them, say who belongs to them."""

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import TypedDict

from flask import Blueprint, Response, abort, flash, render_template, request

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.errors import StaleError
from consult.consultations.models import Consultation
from consult.jobs import queries as jobs
from consult.kernel import i18n
from consult.kernel.db import Texts, current_session
from consult.kernel.errors import ConsultError
from consult.kernel.forms import PressForm, spread
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import ngettext
from consult.kernel.paging import Keyset
from consult.kernel.paging import number as number_of
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.themes import (
    addition_queries,
    bulk_work,
    campaign_queries,
    campaigns,
    dividing_work,
    splitting,
    together,
)
from consult.themes.campaign_queries import CampaignRow
from consult.themes.desk import frame
from consult.themes.errors import ProposalsMovedError
from consult.themes.forms import CampaignForm, TogetherForm, chosen_points
from consult.themes.models import ACCEPTED, SET_ASIDE

blueprint = Blueprint("campaigns_desk", __name__)

Answer = Response | tuple[str, int]

FEW_PAIRS = 5


class _Facts(TypedDict):
    title: Texts
    wording: str | None


@blueprint.route("/desk/consultations/<slug>/campaigns", methods=["GET", "POST"])
def show(slug: str) -> Answer:
    """The campaigns; proposals that are ticked are accepted or set aside together."""
    around, form, status = frame(slug), TogetherForm(), 200
    number = around["consultation"].id
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    if form.validate_on_submit():
        try:
            said = _decided_together(around["consultation"], form)
        except ProposalsMovedError as error:
            status = form.tell(error, _names(number, error))
        except ConsultError as error:
            status = form.refuse(error)
        else:
            flash(said)
            return seen_other("campaigns_desk.show", slug=slug)
    session = current_session()
    proposed = campaign_queries.proposals(session, number, keyset)
    accepted = campaign_queries.campaigns(session, number, states=(ACCEPTED,))
    opposite_of = campaign_queries.opposites_anywhere(session, [*proposed.rows, *accepted])
    twice = _twice(proposed.rows, opposite_of)
    large = [row for row in proposed.rows if row not in twice]
    page = render_template(
        "themes/desk_campaigns.html",
        **around,
        proposed=proposed,
        large=large,
        twice=twice,
        accepted=accepted,
        opposite_of=opposite_of,
        seen={row.campaign.id: campaigns.fingerprint(row.campaign) for row in proposed.rows},
        chosen=form.proposals.keys() or _asked_for(large=large, twice=twice),
        waiting=campaign_queries.waiting(session, number),
        job=jobs.newest(session, f"consultation:{number}", bulk_work.SETTLE, bulk_work.SETTLE_MANY),
        after=keyset.after,
        before=keyset.before,
        form=form,
    )
    return page, 422 if form.errors and status == 200 else status


def _asked_for(**lists: Sequence[CampaignRow]) -> set[int]:
    """The proposals of the list whose name the address has: all of it is to be chosen."""
    return {row.campaign.id for row in lists.get(request.args.get("chosen", ""), ())}


def _names(consultation_id: int, error: ProposalsMovedError) -> dict[int, str]:
    """Campaigns by their title, else by their first words."""
    moved = [*error.accepted, *error.changed, *error.gone]
    return {
        row.campaign.id: i18n.choose(row.campaign.title)[1]
        or shorten(row.text, 60, placeholder="…")
        for row in campaign_queries.by_ids(current_session(), moved)
        if row.campaign.consultation_id == consultation_id
    }


def _decided_together(consultation: Consultation, form: TogetherForm) -> str:
    """Decide on what was ticked, or leave to a job what one act cannot hold; the sentence to show."""
    chosen, to = form.proposals, form.to.data or ""
    actor, now = acting(), served_at()
    with act() as session:
        many = together.many_letters(session, chosen, to)
        if many and to == ACCEPTED:
            together.refuse_moved_campaigns(session, consultation, chosen)
            count = 0
        else:
            count = together.decide_campaigns(
                session, consultation, chosen, to, actor=actor, now=now
            )
        if many:
            bulk_work.request_settling_many(
                session, consultation, list(chosen), to=to, actor=actor, now=now
            )
    _divide(consultation)
    if not count:
        return _(
            "These campaigns have many letters; they are gone through in the background. Then all "
            "are accepted together."
        )
    if to == ACCEPTED:
        return ngettext("%(num)s campaign is accepted.", "%(num)s campaigns are accepted.", count)
    return ngettext("%(num)s campaign is set aside.", "%(num)s campaigns are set aside.", count)


def _twice(
    rows: Sequence[CampaignRow], opposite_of: Mapping[int, Sequence[CampaignRow]]
) -> list[CampaignRow]:
    """Proposals to fold: texts that came twice are seldom a campaign, and many hide those that are."""
    found = [row for row in rows if row.campaign.points == 2 if not opposite_of[row.campaign.id]]
    return found if len(found) > FEW_PAIRS else []


@blueprint.get("/desk/consultations/<slug>/campaigns/<int:number>")
def campaign(slug: str, number: int) -> Answer:
    session = current_session()
    row = campaign_queries.campaign(session, consultations.by_slug(session, slug).id, number)
    form = CampaignForm(
        wording=row.text,
        seen=campaigns.fingerprint(row.campaign),
        **spread("title", row.campaign.title),
    )
    return _page(slug, row, form, 200)


def _page(
    slug: str, row: CampaignRow, form: CampaignForm, status: int, stale: CampaignRow | None = None
) -> Answer:
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    page = render_template(
        "themes/desk_campaign.html",
        **frame(slug),
        row=row,
        form=form,
        stale=stale,
        added=addition_queries.added(current_session(), row.campaign.id, row.campaign.points),
        opposed=campaign_queries.opposites_of(current_session(), row.campaign),
        button_form=PressForm(),
        only=_only(),
        waiting=campaign_queries.first_undecided(current_session(), row.campaign.id)
        if _only()
        else [],
        page=campaign_queries.members(
            current_session(), row.campaign.id, keyset, undecided=_only() is not None
        ),
    )
    return page, status


def _only() -> str | None:
    """Whether only those are wanted that wait for a decision, as the address says it."""
    return "waiting" if request.args.get("only") == "waiting" else None


@blueprint.get("/desk/consultations/<slug>/campaigns/<int:number>/additions")
def additions(slug: str, number: int) -> Answer:
    """What people added to the letter, all or of one theme (0: of none), each to be answered."""
    around, session = frame(slug), current_session()
    row = campaign_queries.campaign(session, around["consultation"].id, number)
    theme_id = number_of(request.args.get("theme"))
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    page = render_template(
        "themes/desk_additions.html",
        **around,
        row=row,
        added=addition_queries.added(session, number, row.campaign.points),
        theme_id=theme_id,
        page=addition_queries.page_of_additions(session, number, keyset, theme_id=theme_id),
    )
    return page, 200


@blueprint.post("/desk/consultations/<slug>/campaigns/<int:number>")
def save(slug: str, number: int) -> Answer:
    """Accept the campaign with its title and wording, or change these."""
    form, session = CampaignForm(), current_session()
    consultation = consultations.by_slug(session, slug)
    row = campaign_queries.campaign(session, consultation.id, number)
    if not form.validate_on_submit():
        return _page(slug, row, form, 422)
    try:
        said = _saved(consultation, row, form)
    except StaleError as error:
        row = campaign_queries.campaign(session, consultation.id, number)
        form.seen.data = campaigns.fingerprint(row.campaign)
        return _page(slug, row, form, form.refuse(error), stale=row)
    except ConsultError as error:
        return _page(slug, row, form, form.refuse(error))
    flash(said)
    return seen_other("campaigns_desk.campaign", slug=slug, number=number)


def _saved(consultation: Consultation, row: CampaignRow, form: CampaignForm) -> str:
    words = (form.wording.data or "").strip()
    # Unchanged words stay a member's: they are shown in their language and as they were written.
    wording = None if not row.campaign.wording and words == row.text.strip() else words
    facts: _Facts = {"title": form.texts("title"), "wording": wording}
    if row.campaign.state != ACCEPTED:
        return _accepted(consultation, row, facts)
    with act() as session:
        campaigns.reword(
            session,
            consultation,
            row.campaign.id,
            title=form.texts("title"),
            wording=wording,
            seen=form.seen.data or "",
            actor=acting(),
            now=served_at(),
        )
    return _("Your changes are saved.")


def _accepted(consultation: Consultation, row: CampaignRow, facts: _Facts) -> str:
    with act() as session:
        if campaigns.is_large(row.campaign):
            return _queued(consultation, row, ACCEPTED, dict(facts))
        campaigns.accept(
            session, consultation, row.campaign.id, **facts, actor=acting(), now=served_at()
        )
    _divide(consultation)
    return _("The campaign is accepted.")


def _divide(consultation: Consultation) -> None:
    """After an act: what people added to letters becomes points of their own, or is joined again."""
    dividing_work.at_once(consultation.id, actor=acting(), now=served_at())


def _queued(consultation: Consultation, row: CampaignRow, to: str, facts: dict[str, object]) -> str:
    """Within an act: leave a large campaign to a job."""
    bulk_work.request_settling(
        current_session(),
        consultation,
        row.campaign.id,
        to=to,
        facts=facts,
        actor=acting(),
        now=served_at(),
    )
    return _("This campaign is large; its members are gone through in the background.")


@blueprint.post("/desk/consultations/<slug>/campaigns/<int:number>/set-aside")
def set_aside(slug: str, number: int) -> Answer:
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    row = campaign_queries.campaign(session, consultation.id, number)
    said = _("The campaign is set aside.")
    with act() as writing:
        if campaigns.is_large(row.campaign):
            said = _queued(consultation, row, SET_ASIDE, {})
        else:
            campaigns.set_aside(writing, consultation, number, actor=acting(), now=served_at())
    _divide(consultation)
    flash(said)
    return seen_other("campaigns_desk.show", slug=slug)


@blueprint.post("/desk/consultations/<slug>/campaigns/<int:number>/members")
def members(slug: str, number: int) -> Answer:
    """Add, take out, or divide what was added by, the ticked members."""
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    try:
        said = _members_done(consultation, number, request.form.get("do", ""))
        _divide(consultation)
    except ConsultError as error:
        row = campaign_queries.campaign(current_session(), consultation.id, number)
        form = CampaignForm(formdata=None, wording=row.text, **spread("title", row.campaign.title))
        return _page(slug, row, form, form.refuse(error))
    flash(said)
    return seen_other("campaigns_desk.campaign", slug=slug, number=number, only=_only())


def _members_done(consultation: Consultation, number: int, what: str) -> str:
    actor, now, chosen = acting(), served_at(), chosen_points()
    divided = what.removeprefix("divide-")
    with act() as session:
        if point := number_of(divided):
            splitting.split_off_additions(
                session, consultation, number, point, actor=actor, now=now
            )
            return _("What the author added is now a point of its own.")
        if last := number_of(what.removeprefix("add-up-to-")):
            # Up to what the official saw: who came meanwhile waits for another look.
            chosen = campaign_queries.first_undecided(session, number, last=last)
        if last or what == "add":
            count = campaigns.add_members(
                session, consultation, number, chosen, actor=actor, now=now
            )
            return ngettext("%(num)s point is added.", "%(num)s points are added.", count)
        if what != "remove":
            abort(400)
        count = campaigns.remove_members(
            session, consultation, number, chosen, actor=actor, now=now
        )
    return ngettext("%(num)s point is taken out.", "%(num)s points are taken out.", count)
