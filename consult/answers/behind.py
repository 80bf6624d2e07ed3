"""From an edit back to the comments that caused it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from consult.answers.fates import is_newest
from consult.answers.models import Answer, AnswerEdit, Fate
from consult.answers.queries import AnswerRow, answer_row, answers_query, bare_answers
from consult.drafts.models import Clause, Draft, Edit, Version
from consult.drafts.queries import EditRow, edit_rows, in_document_order
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window
from consult.kernel.release import RELEASED, Release
from consult.submissions.models import PUBLISHED, Comment, Point
from consult.themes.models import ACCEPTED, Campaign, CampaignMember
from consult.themes.queries import PointRow, point_rows


@dataclass(frozen=True)
class CampaignBehind:
    """A campaign of which points are behind an edit."""

    id: int
    title: Texts
    points: int


@dataclass(frozen=True)
class Behind:
    """Why something changed: the answers, the campaigns, and the comments one by one.

    The answers come without their changes: the page shows the one.

    Members of campaigns are counted there; `comments` holds the others, or the members of the
    campaign that was asked for.
    """

    edit: EditRow
    answers: list[AnswerRow]
    campaigns: list[CampaignBehind]
    comments: Page[PointRow]


def published_edit(session: Session, consultation_id: int, edit_id: int) -> EditRow:
    """A change that everybody can see. Raises NotFoundError for any other."""
    statement = (
        in_document_order(select(Edit, Clause.key, Version.number).select_from(Edit))
        .join(Draft, Draft.id == Version.draft_id)
        .where(
            Edit.id == edit_id,
            Draft.consultation_id == consultation_id,
            Version.published_at.is_not(None),
            Edit.gone_at.is_(None),
        )
    )
    found = session.execute(statement).first()
    if found is None:
        raise NotFoundError
    return edit_rows(session, [(found[0], found[1], found[2])])[0]


def behind_edit(
    session: Session, edit: EditRow, keyset: Keyset, *, campaign_id: int | None = None
) -> Behind:
    """The comments behind an edit, by point; `campaign_id` asks for the members of a campaign."""
    return Behind(
        edit=edit,
        answers=_answers(session, edit.edit.id),
        campaigns=_campaigns(session, edit.edit.id),
        comments=comments_behind_edit(session, edit.edit.id, keyset, campaign_id=campaign_id),
    )


# What a fate's release, point and comment must be for everybody to see it.
_PUBLIC = (
    Release.state == RELEASED,
    Point.retired_at.is_(None),
    Comment.state == PUBLISHED,
)


def _public_fates(statement: Select[int], edit_id: int) -> Select[int]:
    """Newest released fates, of points that can be read, whose answer cites the edit."""
    return (
        statement.join(AnswerEdit, AnswerEdit.answer_id == Fate.answer_id)
        .join(Release, Release.id == Fate.release_id)
        .join(Point, Point.id == Fate.point_id)
        .join(Comment, Comment.id == Fate.comment_id)
        .where(
            AnswerEdit.edit_id == edit_id,
            *_PUBLIC,
            is_newest(),
        )
    )


def _answers(session: Session, edit_id: int) -> list[AnswerRow]:
    given = _public_fates(select(Fate.answer_id), edit_id).distinct().order_by(Fate.answer_id)
    rows = session.execute(
        answers_query().where(Answer.id.in_(given.limit(50))).order_by(Answer.id)
    )
    return [answer_row(row) for row in rows]


@dataclass(frozen=True)
class AnswerBehind:
    """A public answer that cites an edit (without its changes), and how many points it was given
    to."""

    answer: AnswerRow
    points: int


def answers_behind(session: Session, edit_ids: Collection[int]) -> dict[int, list[AnswerBehind]]:
    """Edit → the public answers that cite it, the one of most points first."""
    if not edit_ids:
        return {}
    points = func.count().label("points")
    rows = session.execute(
        select(AnswerEdit.edit_id, Fate.answer_id, points)
        .join(Fate, Fate.answer_id == AnswerEdit.answer_id)
        .join(Release, Release.id == Fate.release_id)
        .join(Point, Point.id == Fate.point_id)
        .join(Comment, Comment.id == Fate.comment_id)
        .where(AnswerEdit.edit_id.in_(edit_ids), *_PUBLIC, is_newest())
        .group_by(AnswerEdit.edit_id, Fate.answer_id)
        .order_by(AnswerEdit.edit_id, points.desc(), Fate.answer_id)
    ).all()
    answers = bare_answers(session, {row.answer_id for row in rows})
    found: dict[int, list[AnswerBehind]] = {}
    for row in rows:
        if row.answer_id in answers:
            behind = AnswerBehind(answers[row.answer_id], row.points)
            found.setdefault(row.edit_id, []).append(behind)
    return found


def campaigns_behind(
    session: Session, edit_ids: Collection[int]
) -> dict[int, dict[int, list[CampaignBehind]]]:
    """Edit → answer that cites it → the campaigns to whose members it was given, largest first."""
    if not edit_ids:
        return {}
    points = func.count().label("points")
    rows = session.execute(
        select(AnswerEdit.edit_id, Fate.answer_id, Campaign.id, Campaign.title, points)
        .join(Fate, Fate.answer_id == AnswerEdit.answer_id)
        .join(Release, Release.id == Fate.release_id)
        .join(Point, Point.id == Fate.point_id)
        .join(Comment, Comment.id == Fate.comment_id)
        .join(CampaignMember, CampaignMember.point_id == Fate.point_id)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(
            AnswerEdit.edit_id.in_(edit_ids),
            *_PUBLIC,
            is_newest(),
            CampaignMember.state == ACCEPTED,
            Campaign.state == ACCEPTED,
        )
        .group_by(AnswerEdit.edit_id, Fate.answer_id, Campaign.id, Campaign.title)
        .order_by(points.desc(), Campaign.id)
    )
    found: dict[int, dict[int, list[CampaignBehind]]] = {}
    for edit_id, answer_id, number, title, count in rows:
        answers = found.setdefault(edit_id, {})
        answers.setdefault(answer_id, []).append(CampaignBehind(number, title, count))
    return found


def caused_by_comments(session: Session, edit_ids: Collection[int]) -> set[int]:
    """The edits that a public answer cites: somebody asked for them."""
    if not edit_ids:
        return set()
    rows = session.scalars(
        select(AnswerEdit.edit_id)
        .join(Fate, Fate.answer_id == AnswerEdit.answer_id)
        .join(Release, Release.id == Fate.release_id)
        .join(Point, Point.id == Fate.point_id)
        .join(Comment, Comment.id == Fate.comment_id)
        .where(AnswerEdit.edit_id.in_(edit_ids), *_PUBLIC, is_newest())
        .distinct()
    )
    return set(rows)


def _campaigns(session: Session, edit_id: int) -> list[CampaignBehind]:
    behind = _public_fates(select(Fate.point_id), edit_id).subquery()
    rows = session.execute(
        select(Campaign.id, Campaign.title, func.count())
        .join(CampaignMember, CampaignMember.campaign_id == Campaign.id)
        .join(behind, behind.c.point_id == CampaignMember.point_id)
        .where(CampaignMember.state == ACCEPTED, Campaign.state == ACCEPTED)
        .group_by(Campaign.id, Campaign.title)
        .order_by(func.count().desc(), Campaign.id)
    )
    return [CampaignBehind(number, title, count) for number, title, count in rows]


def comments_behind_edit(
    session: Session, edit_id: int, keyset: Keyset, *, campaign_id: int | None = None
) -> Page[PointRow]:
    """Points behind an edit, by id: those in no campaign, or the members of one."""
    ids = _public_fates(select(Fate.point_id), edit_id).where(_membership(campaign_id))
    ids = window(ids, keyset, Fate.point_id)
    page = cut(session.scalars(ids).all(), keyset, lambda number: number)
    return Page(point_rows(session, page.rows), page.previous, page.next)


def _membership(campaign_id: int | None) -> ColumnElement[bool]:
    member = (
        select(CampaignMember.id)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(
            CampaignMember.point_id == Fate.point_id,
            CampaignMember.state == ACCEPTED,
            Campaign.state == ACCEPTED,
        )
    )
    if campaign_id is None:
        return ~exists(member)
    return exists(member.where(CampaignMember.campaign_id == campaign_id))
