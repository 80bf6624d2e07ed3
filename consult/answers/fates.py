"""Working out what each point is answered, and writing it ahead for a publication."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement

from consult.answers import heads
from consult.answers.models import AnswerEdit, Fate
from consult.answers.rule import Rule, ThemeNode
from consult.drafts.models import Edit, Version
from consult.kernel.release import RELEASED, Release
from consult.submissions.models import HELD, PUBLISHED, Comment, Point
from consult.themes.models import Theme
from consult.themes.queries import campaigns_of_points, labels_of_points


@dataclass(frozen=True)
class Plan:
    """What decides the fates of a consultation's points, read once for all batches."""

    consultation_id: int
    rule: Rule
    # Answers with an edit in a version that is public, or becomes so with this publication.
    changing: frozenset[int]


@dataclass(frozen=True)
class Candidate:
    """A point that stands: its comment can be read or is held, and was on time or admitted."""

    id: int
    comment_id: int
    owed: bool
    # It had been answered by an earlier publication.
    settled: bool


@dataclass(frozen=True)
class PlannedFate:
    """What a publication would give one point, beside what an earlier one gave it."""

    point: Candidate
    answer_id: int
    theme_id: int | None
    changed: bool
    former: Fate | None

    @property
    def news(self) -> bool:
        """Whether its author learns something: another answer, or words that now changed."""
        return (
            self.former is None
            or self.former.answer_id != self.answer_id
            or self.former.changed != self.changed
        )

    @property
    def to_be_written(self) -> bool:
        moved = self.former is not None and self.former.theme_id != self.theme_id
        return self.news or moved


def load_plan(session: Session, consultation_id: int, version_id: int | None) -> Plan:
    """Read themes, newest answers and their edits. `version_id` is the version to be published."""
    newest = heads.of_themes_and_campaigns(session, consultation_id)
    themes = session.execute(
        select(Theme.id, Theme.parent_id, Theme.state, Theme.merged_into_id).where(
            Theme.consultation_id == consultation_id
        )
    )
    changing = session.scalars(changing_answers(consultation_id, version_id).distinct())
    return Plan(
        consultation_id=consultation_id,
        rule=Rule(
            themes={t.id: ThemeNode(t.id, t.parent_id, t.state, t.merged_into_id) for t in themes},
            theme_answers=newest.themes,
            campaign_answers=newest.campaigns,
        ),
        changing=frozenset(changing),
    )


def changing_answers(consultation_id: int, version_id: int | None) -> Select[int]:
    """Newest answers with an edit in a public version, or in the one to be published."""
    return (
        select(AnswerEdit.answer_id)
        .join(Edit, Edit.id == AnswerEdit.edit_id)
        .join(Version, Version.id == Edit.version_id)
        .where(
            AnswerEdit.answer_id.in_(heads.counting_of(consultation_id)),
            Edit.gone_at.is_(None),
            or_(Version.published_at.is_not(None), Version.id == version_id),
        )
    )


def stands() -> ColumnElement[bool]:
    """That a point (joined with its comment) can take a fate.

    A late one that nobody admitted is answered by the published rule on lateness.
    """
    return and_(
        Point.retired_at.is_(None),
        Comment.state.in_((PUBLISHED, HELD)),
        or_(Comment.late.is_(False), Comment.admitted_at.is_not(None)),
    )


def candidates(
    session: Session,
    consultation_id: int,
    *,
    after: int = 0,
    up_to: int | None = None,
    limit: int,
) -> list[Candidate]:
    """Points that stand, by id; `up_to` is the last one of the snapshot."""
    statement = (
        select(Point.id, Point.comment_id, Point.owed, Release.state)
        .join(Comment, Comment.id == Point.comment_id)
        .outerjoin(Release, Release.id == Point.settled_by)
        .where(Point.consultation_id == consultation_id, Point.id > after, stands())
        .order_by(Point.id)
        .limit(limit)
    )
    if up_to is not None:
        statement = statement.where(Point.id <= up_to)
    return [Candidate(r[0], r[1], r[2], r[3] == RELEASED) for r in session.execute(statement)]


def plan_points(
    session: Session, plan: Plan, points: Sequence[Candidate]
) -> tuple[list[PlannedFate], list[Candidate]]:
    """The fates of these points by the rule, and the points that get none."""
    ids = [p.id for p in points]
    labels = {number: label.given_id for number, label in labels_of_points(session, ids).items()}
    campaigns = campaigns_of_points(session, ids)
    own, selected = heads.of_points(session, ids), heads.of_selections(session, ids)
    former = newest_fates(session, ids)
    planned, without = [], []
    for point in points:
        answer = plan.rule.answer(
            own=own.get(point.id),
            selected=selected.get(point.id),
            campaign_id=campaigns.get(point.id),
            theme_id=labels.get(point.id),
        )
        if answer is None:
            without.append(point)
            continue
        planned.append(
            PlannedFate(
                point=point,
                answer_id=answer,
                theme_id=plan.rule.theme(labels.get(point.id)),
                changed=answer in plan.changing,
                former=former.get(point.id),
            )
        )
    return planned, without


def newest_fates(session: Session, point_ids: Collection[int]) -> dict[int, Fate]:
    """Point → its newest released fate."""
    rows = session.scalars(
        select(Fate)
        .join(Release, Release.id == Fate.release_id)
        .where(Fate.point_id.in_(point_ids), Release.state == RELEASED)
        .order_by(Fate.id)
    )
    return {fate.point_id: fate for fate in rows}


def is_newest() -> ColumnElement[bool]:
    """That no later released fate of the same point exists (the fate itself being released)."""
    later, other = aliased(Fate), aliased(Release)
    return ~exists(
        select(later.id)
        .join(other, other.id == later.release_id)
        .where(later.point_id == Fate.point_id, later.id > Fate.id, other.state == RELEASED)
    )


@dataclass(frozen=True)
class Ahead:
    """Fates that were worked out, as they are to be written."""

    rows: list[dict[str, Any]]
    # Points that this release answers first.
    settled: list[int]
    # How many of the fates tell their author something new.
    news: int


def worked_out(planned: Sequence[PlannedFate]) -> Ahead:
    """What of these fates is to be written: plain values, so that it survives into the act."""
    wanted = [p for p in planned if p.to_be_written]
    return Ahead(
        rows=[
            {
                "point_id": p.point.id,
                "comment_id": p.point.comment_id,
                "answer_id": p.answer_id,
                "theme_id": p.theme_id,
                "changed": p.changed,
            }
            for p in wanted
        ],
        settled=[p.point.id for p in wanted if not p.point.settled],
        news=sum(p.news for p in wanted),
    )


def write(session: Session, release_id: int, ahead: Ahead) -> None:
    """Write fates ahead, and on each point the release that first answers it."""
    if not ahead.rows:
        return
    session.execute(insert(Fate), [{**row, "release_id": release_id} for row in ahead.rows])
    # By id, as everybody locks points; an UPDATE takes them in an order of its own.
    session.execute(
        select(Point.id)
        .where(Point.id.in_(ahead.settled))
        .order_by(Point.id)
        .with_for_update(key_share=True)
    )
    session.execute(
        update(Point)
        .where(Point.id.in_(ahead.settled))
        .values(settled_by=release_id)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True)
class Measure:
    """What a release adds to the counters of its consultation."""

    settled: int
    changed: int


def measure(session: Session, release_id: int) -> Measure:
    """Count what a prepared release adds: owed points settled, and those that changed the text.

    Worked out from the rows as they stand, so a withdrawal during the preparation is in it.
    """
    settled = session.execute(
        select(func.count()).where(Point.settled_by == release_id, Point.owed.is_(True))
    ).scalar_one()
    former, of = aliased(Fate), aliased(Release)
    before = (
        select(former.changed)
        .join(of, of.id == former.release_id)
        .where(former.point_id == Fate.point_id, former.id < Fate.id, of.state == RELEASED)
        .order_by(former.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    difference = case((Fate.changed, 1), else_=0) - case((before.is_(True), 1), else_=0)
    changed = session.execute(
        select(func.coalesce(func.sum(difference), 0))
        .join(Point, Point.id == Fate.point_id)
        .where(Fate.release_id == release_id, Point.owed.is_(True))
    ).scalar_one()
    return Measure(settled=settled, changed=int(changed))
