"""What a run works on: the points and decisions of one moment (law 6)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from analysis import AcceptedTopic, Document
from consult.consultations.models import Consultation
from consult.kernel.release import visible
from consult.submissions.models import Point
from consult.themes import queries
from consult.themes.models import (
    ACCEPTED,
    MERGED,
    PROPOSED,
    SET_ASIDE,
    Assignment,
    Campaign,
    CampaignMember,
    Theme,
)
from consult.themes.standing import Labelled, by_person, home, standing


@dataclass(frozen=True)
class Snapshot:
    """The input of a run. Plain values only: the database is let go while the analysis works."""

    decisions: int
    documents: list[Document]
    # Themes that people decided on, with the points that show what each is about.
    accepted: list[AcceptedTopic]
    # Point → the theme of these that a person put it into, or found right.
    said: Mapping[int | str, int | str]
    # Point → the theme that an earlier run had proposed for it, of those nobody decided on.
    previous: Mapping[int | str, int | str]
    by_people: frozenset[int]
    decided_themes: frozenset[int]
    decided_campaigns: frozenset[int]
    # Point → the campaign that people accepted, or set aside, with the point in it.
    in_accepted: dict[int, int]
    in_set_aside: dict[int, int]
    # Points that were proposed to an accepted campaign, and nobody has decided on yet.
    waiting: frozenset[int]


def take(session: Session, consultation_id: int) -> Snapshot:
    """Read the snapshot. The decision counter comes first, so that it is never too new."""
    decisions = session.scalars(
        select(Consultation.decisions).where(Consultation.id == consultation_id)
    ).one()
    documents = queries.documents(session, consultation_id)
    accepted, said, previous = _labelled(session, consultation_id, {d.id for d in documents})
    return Snapshot(
        decisions=decisions,
        documents=documents,
        accepted=accepted,
        said=said,
        previous=previous,
        by_people=_labelled_by_people(session, consultation_id),
        decided_themes=decided_themes(session, consultation_id),
        decided_campaigns=decided_campaigns(session, consultation_id),
        in_accepted=_members(session, consultation_id, ACCEPTED, CampaignMember.state == ACCEPTED),
        # Whole campaigns: letters of a large one that was set aside are gone through afterwards.
        in_set_aside=_members(session, consultation_id, SET_ASIDE),
        waiting=_waiting(session, consultation_id),
    )


def _labelled(
    session: Session, consultation_id: int, live: set[int | str]
) -> tuple[list[AcceptedTopic], Mapping[int | str, int | str], Mapping[int | str, int | str]]:
    """Themes that people decided on with the points that stand in them, and the accepted theme they
    stand below; what people said of single points; and where an earlier run had proposed others.

    What people set aside is shown to the analysis too: points like those fall there again
    instead of being proposed anew under another name.
    """
    main = aliased(Theme)
    kept = session.execute(
        select(Theme.id, main.id)
        .outerjoin(main, and_(main.id == Theme.parent_id, main.state == ACCEPTED))
        .where(
            Theme.consultation_id == consultation_id,
            Theme.state != MERGED,
            or_(Theme.state != PROPOSED, Theme.decided_by.is_not(None)),
        )
        .order_by(Theme.id)
    ).all()
    points: dict[int, list[int]] = defaultdict(list)
    said: dict[int, int] = {}
    labelled = session.execute(
        select(home(), Assignment.point_id, Assignment.person_id.is_not(None))
        .join(Labelled, Labelled.id == Assignment.theme_id)
        .join(Point, Point.id == Assignment.point_id)
        .where(Point.consultation_id == consultation_id, standing())
        .order_by(Assignment.point_id)
    )
    for theme_id, point_id, by_hand in labelled:
        if point_id in live:
            points[theme_id].append(point_id)
            if by_hand:
                said[point_id] = theme_id
    decided = {theme_id for theme_id, _ in kept}
    accepted = [
        AcceptedTopic(theme_id, points[theme_id], parent_id)
        for theme_id, parent_id in kept
        if points[theme_id]
    ]
    previous: dict[int | str, int | str] = {
        point: theme for theme, found in points.items() if theme not in decided for point in found
    }
    by_people: dict[int | str, int | str] = {p: t for p, t in said.items() if t in decided}
    return accepted, by_people, previous


def decided_themes(session: Session, consultation_id: int) -> frozenset[int]:
    """Themes that a run proposed and a person decided on, whatever was decided."""
    return frozenset(
        session.scalars(
            select(Theme.id).where(
                Theme.consultation_id == consultation_id,
                Theme.run_id.is_not(None),
                Theme.decided_by.is_not(None),
            )
        )
    )


def decided_campaigns(session: Session, consultation_id: int) -> frozenset[int]:
    """Campaigns that people accepted or set aside."""
    return frozenset(
        session.scalars(
            select(Campaign.id).where(
                Campaign.consultation_id == consultation_id, Campaign.state != PROPOSED
            )
        )
    )


def _members(
    session: Session, consultation_id: int, state: str, *which: ColumnElement[bool]
) -> dict[int, int]:
    rows = session.execute(
        select(CampaignMember.point_id, CampaignMember.campaign_id)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(
            Campaign.consultation_id == consultation_id,
            Campaign.state == state,
            *which,
        )
    )
    return dict(rows.all())


def _waiting(session: Session, consultation_id: int) -> frozenset[int]:
    return frozenset(
        session.scalars(
            select(CampaignMember.point_id)
            .join(Campaign, Campaign.id == CampaignMember.campaign_id)
            .where(
                Campaign.consultation_id == consultation_id,
                Campaign.state == ACCEPTED,
                CampaignMember.state == PROPOSED,
                visible(CampaignMember.release_id),
            )
        )
    )


def _labelled_by_people(session: Session, consultation_id: int) -> frozenset[int]:
    """The live points whose theme a person set."""
    return frozenset(
        session.scalars(
            select(Assignment.point_id)
            .join(Point, Point.id == Assignment.point_id)
            .where(Point.consultation_id == consultation_id, by_person())
        )
    )
