"""What people added to the letters of campaigns: counted by theme, and listed.

Additions are the live points beside the members of a campaign in their comments. They are counted
when a page is read, by the index of one campaign's members (docs/decisions/0030).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, distinct, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from consult.kernel.db import Texts
from consult.kernel.paging import Keyset, Page
from consult.kernel.release import visible
from consult.submissions.models import Comment, Point
from consult.themes.counters import counted_member
from consult.themes.models import (
    ACCEPTED,
    DUE,
    SET_ASIDE,
    UNDO,
    Assignment,
    Campaign,
    CampaignMember,
    Theme,
)
from consult.themes.point_queries import page_of_points
from consult.themes.queries import Home, PointRow, resolved
from consult.themes.standing import in_view, live, standing

_Letter = aliased(Point)


@dataclass(frozen=True)
class Share:
    """How many additions a theme has; no theme for those that nobody has placed yet."""

    theme_id: int | None
    title: Texts | None
    points: int


@dataclass(frozen=True)
class Added:
    """What people added to the letters of a campaign."""

    letters: int
    # Letters with something added, and the points that this is.
    adding: int
    points: int
    shares: tuple[Share, ...]
    # Letters that are still to be gone through.
    due: int

    @property
    def nothing(self) -> int:
        """Letters to which nothing was added."""
        return max(0, self.letters - self.adding)


def added(session: Session, campaign_id: int, letters: int, *, public: bool = False) -> Added:
    """Count what was added to a campaign's `letters`, the themes with most of it first.

    `public` names accepted themes only; what stands under another is not placed yet.
    """
    beside = _beside(campaign_id).subquery()
    rows = session.execute(
        resolved(
            select(Home.id, Home.title, func.count(distinct(beside.c.id)))
            .select_from(beside)
            .outerjoin(Assignment, and_(Assignment.point_id == beside.c.id, standing()))
        )
        .where(or_(Home.id.is_(None), _shown(public=public)))
        .group_by(Home.id, Home.title)
        .order_by(func.count(distinct(beside.c.id)).desc(), Home.id)
    ).all()
    points, adding = session.execute(
        select(func.count(distinct(beside.c.id)), func.count(distinct(beside.c.comment_id)))
    ).one()
    placed = [Share(theme, title, count) for theme, title, count in rows if theme is not None]
    without = points - sum(share.points for share in placed)
    rest = [Share(None, None, without)] if without else []
    return Added(letters, adding, points, (*placed, *rest), _due(session, campaign_id))


def _shown(*, public: bool) -> Any:
    if public:
        return Home.state == ACCEPTED
    # The conditions of a theme in view are said of the table itself.
    return Home.id.in_(select(Theme.id).where(in_view()))


def _due(session: Session, campaign_id: int) -> int:
    return session.execute(
        select(func.count())
        .select_from(CampaignMember)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .join(Point, Point.id == CampaignMember.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            CampaignMember.campaign_id == campaign_id,
            or_(
                and_(CampaignMember.division == DUE, counted_member(), live()),
                CampaignMember.division == UNDO,
            ),
            visible(CampaignMember.release_id),
        )
    ).scalar_one()


def _beside(campaign_id: int, *, public: bool = False) -> Any:
    """The points beside a campaign's letters; one beside two letters of it is there twice."""
    itself, home = aliased(CampaignMember), aliased(Campaign)
    is_letter = exists(
        select(itself.id)
        .join(home, home.id == itself.campaign_id)
        .where(
            itself.campaign_id == campaign_id,
            itself.point_id == Point.id,
            itself.state != SET_ASIDE,
            or_(itself.state == ACCEPTED, home.state != ACCEPTED),
        )
    )
    return (
        select(Point.id, Point.comment_id)
        .select_from(CampaignMember)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .join(_Letter, _Letter.id == CampaignMember.point_id)
        .join(Point, and_(Point.comment_id == _Letter.comment_id, Point.id != _Letter.id))
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            CampaignMember.campaign_id == campaign_id,
            counted_member(),
            visible(CampaignMember.release_id),
            _Letter.retired_at.is_(None),
            live(public=public),
            ~is_letter,
        )
    )


def page_of_additions(
    session: Session,
    campaign_id: int,
    keyset: Keyset,
    *,
    theme_id: int | None = None,
    public: bool = False,
) -> Page[PointRow]:
    """What was added to a campaign's letters, by point; of one theme, or (0) of none."""
    beside = _beside(campaign_id, public=public).subquery()
    query = select(Point.id).where(Point.id.in_(select(beside.c.id)))
    if theme_id is not None:
        query = resolved(
            query.outerjoin(Assignment, and_(Assignment.point_id == Point.id, standing()))
        ).where(Home.id == theme_id if theme_id else or_(Home.id.is_(None), ~_shown(public=public)))
    return page_of_points(session, [query], Point.id, keyset)


@dataclass(frozen=True)
class Checked:
    """What people made of the campaigns that the program proposed: how wrong it was here."""

    accepted: int
    set_aside: int
    # Letters that it proposed for the accepted ones, and those of them that people took out.
    letters: int
    taken_out: int


def checked(session: Session, consultation_id: int) -> Checked:
    """Count what people accepted, set aside and took out."""
    states = session.execute(
        select(Campaign.state, func.count())
        .where(Campaign.consultation_id == consultation_id, Campaign.run_id.is_not(None))
        .group_by(Campaign.state)
    ).all()
    by_state = {row[0]: row[1] for row in states}
    taken_out = and_(CampaignMember.state == SET_ASIDE, CampaignMember.person_id.is_not(None))
    letters, out = session.execute(
        select(func.count(), func.count().filter(taken_out))
        .select_from(CampaignMember)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(
            Campaign.consultation_id == consultation_id,
            Campaign.state == ACCEPTED,
            CampaignMember.run_id.is_not(None),
            or_(CampaignMember.state == ACCEPTED, taken_out),
        )
    ).one()
    return Checked(by_state.get(ACCEPTED, 0), by_state.get(SET_ASIDE, 0), letters, out)
