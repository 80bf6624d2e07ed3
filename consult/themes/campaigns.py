"""What people decide about campaigns: accept, set aside, who belongs to them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from consult.activity import log
from consult.consultations.errors import StaleError
from consult.consultations.models import Consultation
from consult.kernel import ids
from consult.kernel.actor import Actor
from consult.kernel.db import Texts
from consult.kernel.release import visible
from consult.submissions.models import Comment, Point
from consult.themes import counters
from consult.themes.assignments import decide, lock_points, person
from consult.themes.errors import (
    AlreadyAcceptedError,
    AnsweredError,
    CampaignGoneError,
    CampaignNotFoundError,
    InOtherCampaignError,
)
from consult.themes.models import (
    ACCEPTED,
    DIVIDED,
    DUE,
    PROPOSED,
    SET_ASIDE,
    UNDO,
    WHOLE,
    Campaign,
    CampaignMember,
)
from consult.themes.signoff import texts
from consult.themes.standing import campaign_in_view, live

# Members whose state one act changes.
BATCH = 900


def _take(session: Session, consultation: Consultation, campaign_id: int) -> Campaign:
    """The campaign in view, locked, after the decision is counted."""
    decide(session, consultation.id)
    found = session.scalar(
        select(Campaign)
        .where(Campaign.id == campaign_id, Campaign.consultation_id == consultation.id)
        .with_for_update(of=Campaign)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise CampaignNotFoundError
    if (
        session.scalar(select(Campaign.id).where(Campaign.id == found.id, campaign_in_view()))
        is None
    ):
        raise CampaignGoneError
    return found


def _log(
    session: Session, act: str, campaign: Campaign, actor: Actor, now: datetime, **facts: object
) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=f"campaign:{act}",
        thing=f"campaign:{campaign.id}",
        now=now,
        consultation=campaign.consultation_id,
        **facts,
    )


def is_large(campaign: Campaign) -> bool:
    """Whether accepting or setting aside takes more than one act (`work.settle_campaign`)."""
    return campaign.points > BATCH


def take_members(session: Session, *campaign_ids: int, to: str, limit: int | None = None) -> int:
    """Accept (or set aside) up to `limit` members, BATCH at most; returns how many, 0 when all are
    done.

    Has no effect that anybody sees until the campaigns themselves are accepted or set aside, so
    large ones are taken in several acts before the one that decides. A point that another
    accepted campaign holds, or one of these, is set aside here.
    """
    elsewhere, other = aliased(CampaignMember), aliased(Campaign)
    waiting = session.execute(
        select(
            CampaignMember.id,
            CampaignMember.point_id,
            exists(
                select(elsewhere.id)
                .join(other, other.id == elsewhere.campaign_id)
                .where(
                    elsewhere.point_id == CampaignMember.point_id,
                    elsewhere.state == ACCEPTED,
                    elsewhere.campaign_id != CampaignMember.campaign_id,
                    or_(other.state == ACCEPTED, other.id.in_(campaign_ids)),
                )
            ),
        )
        .where(*_untaken(campaign_ids, to))
        .order_by(CampaignMember.id)
        .limit(BATCH if limit is None else limit)
    ).all()
    joined: dict[int, int] = {}
    if to == ACCEPTED:
        _free(session, [point for _, point, _ in waiting], campaign_ids)
        for member, point, held in waiting:
            if not held:
                joined.setdefault(point, member)
    taken = set(joined.values())
    aside = {"state": SET_ASIDE, "division": _LEFT}
    for values, chosen in (
        ({"state": ACCEPTED}, sorted(taken)),
        (aside, [member for member, _, _ in waiting if member not in taken]),
    ):
        if chosen:
            session.execute(
                update(CampaignMember).where(CampaignMember.id.in_(chosen)).values(values)
            )
    return len(waiting)


def _untaken(campaign_ids: Collection[int], to: str) -> tuple[ColumnElement[bool], ...]:
    former = (PROPOSED,) if to == ACCEPTED else (PROPOSED, ACCEPTED)
    return (
        CampaignMember.campaign_id.in_(campaign_ids),
        CampaignMember.state.in_(former),
        visible(CampaignMember.release_id),
    )


def more_to_take(session: Session, campaign_ids: Collection[int], *, to: str, than: int) -> bool:
    """Whether `take_members` has more than so many members to take."""
    beyond = select(CampaignMember.id).where(*_untaken(campaign_ids, to)).offset(than).limit(1)
    return session.scalar(beyond) is not None


# What becomes of the additions of a member that is one no longer: made points, they are joined to it
# again; else nothing is made of them any more.
_LEFT = case((CampaignMember.division.in_((DIVIDED, UNDO)), UNDO), else_=WHOLE)


def _free(session: Session, point_ids: Sequence[int], campaign_ids: Collection[int]) -> None:
    """Take points back from other campaigns whose acceptance was stopped half way: a point is in
    one accepted campaign, and those were never accepted."""
    never = select(Campaign.id).where(Campaign.state != ACCEPTED, Campaign.id.not_in(campaign_ids))
    session.execute(
        update(CampaignMember)
        .where(
            CampaignMember.point_id.in_(point_ids),
            CampaignMember.state == ACCEPTED,
            CampaignMember.campaign_id.in_(never),
        )
        .values(state=PROPOSED)
    )


def accept(
    session: Session,
    consultation: Consultation,
    campaign_id: int,
    *,
    title: Texts,
    wording: str | None = None,
    actor: Actor,
    now: datetime,
) -> Campaign:
    """Make a proposed campaign one of the consultation's, with the official's title and wording.

    Without a wording the template stays a member's words. At most BATCH members may be waiting;
    more are taken before by `take_members`. Raises AlreadyAcceptedError if somebody was faster.
    """
    who = person(actor)
    campaign = _take(session, consultation, campaign_id)
    if campaign.state == ACCEPTED:
        raise AlreadyAcceptedError
    take_members(session, campaign.id, to=ACCEPTED)
    campaign.state = ACCEPTED
    campaign.title = texts(title, 200)
    campaign.wording = wording.strip() if wording and wording.strip() else None
    campaign.decided_by, campaign.decided_at = who, now
    session.flush()
    campaign.points = live_members(session, [campaign.id]).get(campaign.id, 0)
    _log(session, "accepted", campaign, actor, now, points=campaign.points)
    return campaign


def fingerprint(campaign: Campaign) -> str:
    """A short name for title and wording of a campaign, for the form that changes them."""
    return ids.fingerprint(campaign.title, campaign.wording)


def reword(
    session: Session,
    consultation: Consultation,
    campaign_id: int,
    *,
    title: Texts,
    wording: str | None,
    actor: Actor,
    now: datetime,
    seen: str | None = None,
) -> Campaign:
    """Change title and wording of an accepted campaign.

    `seen` is the fingerprint of what the official had before them; StaleError if it moved.
    """
    who = person(actor)
    campaign = _take(session, consultation, campaign_id)
    if seen is not None and seen != fingerprint(campaign):
        raise StaleError
    campaign.title = texts(title, 200)
    campaign.wording = wording.strip() if wording and wording.strip() else None
    campaign.decided_by, campaign.decided_at = who, now
    _log(session, "reworded", campaign, actor, now)
    return campaign


def set_aside(
    session: Session,
    consultation: Consultation,
    campaign_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> Campaign:
    """Say that these points are no campaign. A later run does not propose them again."""
    who = person(actor)
    campaign = _take(session, consultation, campaign_id)
    if campaign.settled_by is not None:
        raise AnsweredError
    take_members(session, campaign.id, to=SET_ASIDE)
    campaign.state = SET_ASIDE
    campaign.points = 0
    campaign.decided_by, campaign.decided_at = who, now
    _log(session, "set_aside", campaign, actor, now)
    return campaign


def live_members(session: Session, campaign_ids: Collection[int]) -> dict[int, int]:
    """How many live points belong to each of these campaigns; one without any is missing."""
    rows = session.execute(
        select(CampaignMember.campaign_id, func.count())
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .join(Point, Point.id == CampaignMember.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            CampaignMember.campaign_id.in_(campaign_ids),
            counters.counted_member(),
            visible(CampaignMember.release_id),
            live(),
        )
        .group_by(CampaignMember.campaign_id)
    )
    return dict(rows.all())


def add_members(
    session: Session,
    consultation: Consultation,
    campaign_id: int,
    point_ids: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Let points belong to an accepted campaign: a run's proposals, or others; returns how many.

    Raises InOtherCampaignError if one is held by another accepted campaign.
    """
    who = person(actor)
    points = [p.id for p in lock_points(session, consultation.id, point_ids)]
    campaign = _take(session, consultation, campaign_id)
    _free(session, points, [campaign.id])
    held = session.scalars(
        select(CampaignMember.point_id).where(
            CampaignMember.point_id.in_(points),
            CampaignMember.state == ACCEPTED,
            CampaignMember.campaign_id != campaign.id,
        )
    ).first()
    if held is not None:
        raise InOtherCampaignError
    known = {
        member.point_id: member
        for member in session.scalars(
            select(CampaignMember).where(
                CampaignMember.campaign_id == campaign.id, CampaignMember.point_id.in_(points)
            )
        )
    }
    added = 0
    for point_id in points:
        member = known.get(point_id)
        if member is None:
            # What its author added nobody has looked for yet.
            member = CampaignMember(
                campaign_id=campaign.id, point_id=point_id, additions=[], division=DUE
            )
            session.add(member)
        elif member.state == ACCEPTED or (member.state == PROPOSED and campaign.state == PROPOSED):
            continue
        if member.division == UNDO:
            member.division = DIVIDED
        elif member.additions:
            member.division = DUE
        member.state = campaign.state
        member.person_id = who
        # From now on a person's: it stays whatever becomes of the run that proposed it.
        member.release_id = None
        added += 1
    campaign.points += added
    campaign.decided_at = now
    _log(session, "members_added", campaign, actor, now, points=points)
    session.flush()
    return added


def remove_members(
    session: Session,
    consultation: Consultation,
    campaign_id: int,
    point_ids: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Say that points do not belong to a campaign; no run proposes them for it again."""
    who = person(actor)
    points = [p.id for p in lock_points(session, consultation.id, point_ids)]
    campaign = _take(session, consultation, campaign_id)
    members = session.scalars(
        select(CampaignMember).where(
            CampaignMember.campaign_id == campaign.id,
            CampaignMember.point_id.in_(points),
            CampaignMember.state != SET_ASIDE,
        )
    ).all()
    counted = sum(m.state == ACCEPTED or campaign.state == PROPOSED for m in members)
    for member in members:
        member.state = SET_ASIDE
        member.division = UNDO if member.division in {DIVIDED, UNDO} else WHOLE
        member.person_id = who
        member.release_id = None
    campaign.points -= counted
    campaign.decided_at = now
    _log(session, "members_removed", campaign, actor, now, points=points)
    session.flush()
    return len(members)


def additions_of(session: Session, point_ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """What their authors added to the letters that these points are."""
    rows = session.execute(
        select(CampaignMember.point_id, CampaignMember.additions).where(
            CampaignMember.point_id.in_(point_ids), CampaignMember.state != SET_ASIDE
        )
    )
    return {point: [(a, b) for a, b in spans] for point, spans in rows}


def carry(session: Session, heirs: Sequence[tuple[int, int]], *, corrected: bool = False) -> None:
    """Give new points the memberships of the points they come from: (former, new) pairs.

    What was added to a letter by its author who `corrected` it is looked for anew, and it is the
    template no more: what one adds to it is not the letter of all. A person who split a comment has
    said what its points are.

    An accepted membership moves on (a point is in one accepted campaign), so the former member is
    set aside; template and quotes follow by `signoff` and `splitting`. What a person took out of a
    campaign stays out of it in its new form. Called before the former
    points are taken out of the counters.
    """
    if not heirs:
        return  # a CASE without a WHEN is no SQL
    to = dict(heirs)
    members = session.scalars(
        select(CampaignMember).where(
            CampaignMember.point_id.in_(to),
            or_(CampaignMember.state != SET_ASIDE, CampaignMember.person_id.is_not(None)),
            # What a run is still writing down, it brings up to date itself.
            visible(CampaignMember.release_id),
        )
    ).all()
    for member in members:
        heir = to[member.point_id]
        session.add(
            CampaignMember(
                campaign_id=member.campaign_id,
                point_id=heir,
                state=member.state,
                additions=[],
                division=_of_heir(member, corrected=corrected),
                uncut=None if corrected else member.uncut,
                run_id=member.run_id,
                person_id=member.person_id,
                release_id=member.release_id,
            )
        )
        member.state, member.division = SET_ASIDE, WHOLE
    # The number of members stays: one goes and one comes.
    if not corrected:
        session.execute(
            update(Campaign)
            .where(Campaign.template_point_id.in_(to))
            .values(template_point_id=case(to, value=Campaign.template_point_id))
        )
    session.flush()


def _of_heir(member: CampaignMember, *, corrected: bool) -> str:
    if member.division in {DIVIDED, UNDO}:
        return member.division
    return DUE if corrected and member.state != SET_ASIDE else WHOLE
