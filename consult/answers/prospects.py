"""What a publication would give each point, worked out by the database.

The same rule as `rule.py` and `fates.plan_points` (a test compares them); it needs as many
statements and returns as many rows for fifty thousand points as for fifty.
"""

from dataclasses import dataclass

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    cast,
    column,
    distinct,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    values,
)
from sqlalchemy.orm import Session, aliased

from consult.answers import heads
from consult.answers.fates import Plan, changing_answers, stands
from consult.answers.models import Answer, AnswerTarget, Fate, SelectionPoint
from consult.kernel.release import RELEASED, Release
from consult.submissions.models import (
    HELD,
    PUBLISHED,
    Comment,
    Contact,
    Point,
)
from consult.themes.models import ACCEPTED, Assignment, Campaign, CampaignMember
from consult.themes.standing import standing


@dataclass(frozen=True)
class Group:
    """Points that a publication would treat alike; no disposition where no answer reaches them."""

    disposition: str | None
    owed: bool
    changed: bool
    # Their authors learn something; they had another answer before.
    news: bool
    again: bool
    points: int


def groups(session: Session, plan: Plan, version_id: int | None) -> list[Group]:
    """All standing points of the plan's consultation, counted."""
    given = treated(plan, version_id)
    kinds = (Answer.disposition, given.c.owed, given.c.changed, given.c.news, given.c.again)
    rows = session.execute(
        select(*kinds, func.count())
        .select_from(given)
        .outerjoin(Answer, Answer.id == given.c.answer_id)
        .group_by(*kinds)
    )
    return [
        Group(disposition, bool(owed), bool(changed), bool(news), bool(again), points)
        for disposition, owed, changed, news, again, points in rows
    ]


def reached(plan: Plan, version_id: int | None) -> Select[int]:
    """The ids of the answers that reach a standing point, for a subquery."""
    given = treated(plan, version_id)
    return select(given.c.answer_id).where(given.c.answer_id.is_not(None))


def letters(session: Session, plan: Plan, version_id: int | None) -> int:
    """How many submissions with an address learn something.

    A reply without an answer of its own is told what the comment above it is told.
    """
    given = treated(plan, version_id)
    told = select(given.c.submission_id).where(given.c.news)
    root, reply, own = aliased(Comment), aliased(Comment), given.alias()
    replied = (
        select(reply.submission_id)
        .select_from(given)
        .join(root, root.id == given.c.comment_id)
        .join(reply, reply.thread_id == root.replies_id)
        .where(
            given.c.news,
            reply.state.in_((PUBLISHED, HELD)),
            ~exists().where(own.c.comment_id == reply.id, own.c.answer_id.is_not(None)),
        )
    )
    reached = union(told, replied).subquery()
    return session.execute(
        select(func.count(distinct(Contact.submission_id)))
        .join(reached, reached.c.submission_id == Contact.submission_id)
        .where(Contact.email.is_not(None))
    ).scalar_one()


def open_points(session: Session, plan: Plan, *, after: int, limit: int) -> list[int]:
    """Owed points behind `after` that no newest answer reaches, by id."""
    given = treated(plan, None, after=after, whole=False)
    return list(
        session.scalars(
            select(given.c.point_id)
            .where(given.c.answer_id.is_(None), given.c.owed)
            .order_by(given.c.point_id)
            .limit(limit)
        )
    )


def treated(plan: Plan, version_id: int | None, *, after: int = 0, whole: bool = True) -> CTE:
    """Standing points by id, each with its answer, and what that would change for its author.

    `whole`: all of them are needed, not the first ones that fit.
    """
    found, before = _found(plan, after), aliased(Fate)
    if whole:
        # Each look-up once, however often what it found is used.
        found = found.prefix_with("MATERIALIZED")
    answer = func.coalesce(
        found.c.own, found.c.selected, found.c.campaign, _of_theme(plan, found.c.theme_id)
    )
    changed = answer.in_(changing_answers(plan.consultation_id, version_id))
    other = or_(before.id.is_(None), before.answer_id != answer, before.changed != changed)
    return (
        select(
            found.c.point_id,
            found.c.comment_id,
            found.c.submission_id,
            found.c.owed,
            found.c.own,
            found.c.theme_id,
            answer.label("answer_id"),
            func.coalesce(changed, literal(False)).label("changed"),
            (answer.is_not(None) & other).label("news"),
            before.id.is_not(None).label("again"),
        )
        .select_from(found)
        .outerjoin(before, before.id == found.c.former)
        .cte("given")
    )


def _found(plan: Plan, after: int) -> CTE:
    """Standing points with what the rule looks at, each looked up by an index."""
    own = (
        select(Answer.id)
        .join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .where(AnswerTarget.point_id == Point.id, heads.counts())
    )
    selected = (
        select(Answer.id)
        .join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .join(SelectionPoint, SelectionPoint.selection_id == AnswerTarget.selection_id)
        .where(SelectionPoint.point_id == Point.id, heads.counts())
        .order_by(SelectionPoint.selection_id.desc())
        .limit(1)
    )
    campaign = (
        select(Answer.id)
        .join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .join(Campaign, Campaign.id == AnswerTarget.campaign_id)
        .join(CampaignMember, CampaignMember.campaign_id == Campaign.id)
        .where(
            CampaignMember.point_id == Point.id,
            CampaignMember.state == ACCEPTED,
            Campaign.state == ACCEPTED,
            heads.counts(),
        )
    )
    label = (
        select(Assignment.theme_id)
        .where(Assignment.point_id == Point.id, standing())
        .order_by(Assignment.person_id.is_(None))
        .limit(1)
    )
    former = (
        select(Fate.id)
        .join(Release, Release.id == Fate.release_id)
        .where(Fate.point_id == Point.id, Release.state == RELEASED)
        .order_by(Fate.id.desc())
        .limit(1)
    )
    return (
        select(
            Point.id.label("point_id"),
            Point.comment_id,
            Comment.submission_id,
            Point.owed,
            own.correlate(Point).scalar_subquery().label("own"),
            selected.correlate(Point).scalar_subquery().label("selected"),
            campaign.correlate(Point).scalar_subquery().label("campaign"),
            label.correlate(Point).scalar_subquery().label("theme_id"),
            former.correlate(Point).scalar_subquery().label("former"),
        )
        .join(Comment, Comment.id == Point.comment_id)
        .where(Point.consultation_id == plan.consultation_id, Point.id > after, stands())
        .cte("found")
    )


def _of_theme(plan: Plan, label: ColumnElement[int | None]) -> ColumnElement[int | None]:
    """The answer of a label, which the rule works out for each theme once."""
    given = {
        theme: answer
        for theme in plan.rule.themes
        if (answer := plan.rule.answer(own=None, campaign_id=None, theme_id=theme)) is not None
    }
    if not given:
        return cast(null(), BigInteger)
    table = values(column("theme_id", BigInteger), column("answer_id", BigInteger), name="by_theme")
    rows = table.data(sorted(given.items())).cte("by_theme")
    return select(rows.c.answer_id).where(rows.c.theme_id == label).scalar_subquery()
