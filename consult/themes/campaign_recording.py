"""Writing down the campaigns that an analysis proposes, and who belongs to them.

Each function here is the database work of one act, as in `recording.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from consult.kernel.inserting import conflict_insert, insert_for_ids
from consult.kernel.release import visible
from consult.themes.models import (
    ACCEPTED,
    DUE,
    PROPOSED,
    WHOLE,
    Campaign,
    CampaignMember,
    Run,
)


def record_campaigns(
    session: Session, run: Run, campaigns: Sequence[tuple[int, int]], now: datetime
) -> list[int]:
    """Write one batch of proposed campaigns: (point that is the template, number of members).

    Returns their ids in this order; members follow in batches.
    """
    return insert_for_ids(
        session,
        Campaign,
        [
            {
                "consultation_id": run.consultation_id,
                "state": PROPOSED,
                "template_point_id": template_id,
                "run_id": run.id,
                "created_at": now,
                "points": points,
                "release_id": run.release_id,
            }
            for template_id, points in campaigns
        ],
    )


def record_variants(session: Session, run: Run, pairs: Sequence[tuple[int, int]]) -> None:
    """Say which campaigns say the opposite of which: (variant, the one that it turns round).

    What a campaign is a variant of already stays, and no two are variants of each other.
    """
    other = aliased(Campaign)
    for variant, turned in pairs:
        session.execute(
            update(Campaign)
            .where(
                Campaign.id == variant,
                Campaign.consultation_id == run.consultation_id,
                Campaign.variant_of_id.is_(None),
                exists(
                    select(other.id).where(
                        other.id == turned,
                        other.consultation_id == run.consultation_id,
                        other.variant_of_id.is_distinct_from(variant),
                    )
                ),
            )
            .values(variant_of_id=turned)
        )


def record_members(
    session: Session, run: Run, members: Sequence[tuple[int, int, list[list[int]]]]
) -> None:
    """Write one batch of proposed members: (campaign, point, spans added in the revision)."""
    propose(session, members, run_id=run.id, release_id=run.release_id)


def propose(
    session: Session,
    members: Sequence[tuple[int, int, list[list[int]]]],
    *,
    run_id: int | None = None,
    release_id: int | None = None,
) -> list[tuple[int, int]]:
    """Write proposed members, of a run or of none; returns (campaign, point) of those written.

    A point that the campaign knows already, in whatever state, is passed over: a person may have
    taken it out. In one order, so that a run and a letter that joins never wait for each other.
    """
    if not members:
        return []
    rows = [
        {
            "campaign_id": campaign,
            "point_id": point,
            "state": PROPOSED,
            "additions": additions,
            "division": DUE if additions else WHOLE,
            "run_id": run_id,
            "release_id": release_id,
        }
        for campaign, point, additions in sorted(members)
    ]
    made = session.execute(
        conflict_insert(session.connection(), CampaignMember)
        .values(rows)
        .on_conflict_do_nothing(
            index_elements=[CampaignMember.campaign_id, CampaignMember.point_id]
        )
        .returning(CampaignMember.campaign_id, CampaignMember.point_id)
    )
    return [(campaign, point) for campaign, point in made]


_Other, _Home = aliased(CampaignMember), aliased(Campaign)


def in_accepted() -> ColumnElement[bool]:
    """That the point of a membership belongs, or is proposed, to another campaign: an accepted one."""
    return exists(
        select(_Other.id)
        .join(_Home, _Home.id == _Other.campaign_id)
        .where(
            _Other.point_id == CampaignMember.point_id,
            _Other.campaign_id != CampaignMember.campaign_id,
            _Other.state.in_((PROPOSED, ACCEPTED)),
            visible(_Other.release_id),
            _Home.state == ACCEPTED,
        )
    )


def drop_members(session: Session, run: Run, ids: Sequence[int]) -> None:
    """Take back proposed members that are outdated."""
    rows = session.execute(
        select(CampaignMember.campaign_id, CampaignMember.id).where(CampaignMember.id.in_(ids))
    ).all()
    for campaign_id, member in rows:
        session.execute(
            update(Campaign)
            .where(Campaign.id == campaign_id, Campaign.release_id == run.release_id)
            .values(points=Campaign.points - 1)
        )
        session.execute(delete(CampaignMember).where(CampaignMember.id == member))
