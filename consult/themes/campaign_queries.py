"""Every read of campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from consult.kernel.paging import Keyset, Page, cut, window
from consult.kernel.release import visible
from consult.submissions.models import Comment, CommentRevision, Point
from consult.submissions.placeholders import blanked
from consult.themes.assignments import MOST_AT_ONCE
from consult.themes.counters import counted_member
from consult.themes.errors import CampaignNotFoundError
from consult.themes.models import ACCEPTED, PROPOSED, Assignment, Campaign, CampaignMember
from consult.themes.queries import Home, point_text, resolved
from consult.themes.standing import campaign_in_view, live, member_in_view, standing

_Template = aliased(Point)
_TemplateRevision = aliased(CommentRevision)


@dataclass(frozen=True)
class CampaignRow:
    """A campaign with its words: the wording that an official accepted, else a member's.

    Only words that everybody may read; empty where no member's may be. `language` is that of the
    member whose words they are.
    """

    campaign: Campaign
    text: str
    language: str
    template_comment_id: int | None
    # The theme with which its template is labelled. Members of a campaign are near copies, so the
    # template's label speaks for them.
    theme_id: int | None


def campaigns(
    session: Session, consultation_id: int, *, states: Sequence[str] | None = None
) -> list[CampaignRow]:
    """The campaigns in view, accepted ones first, then the largest first."""
    query = _with_template().where(Campaign.consultation_id == consultation_id, campaign_in_view())
    if states is not None:
        query = query.where(Campaign.state.in_(states))
    accepted_first = case((Campaign.state == ACCEPTED, 0), else_=1)
    rows = session.execute(query.order_by(accepted_first, Campaign.points.desc(), Campaign.id))
    return [_row(row) for row in rows]


# Two sizes are so far apart in the key of a page, and between them lie all ids.
_APART = 10**10


def _place(points: Any, campaign_id: Any) -> Any:
    """Where a proposal stands: the largest first, then by id."""
    return points * _APART - campaign_id


def proposals(session: Session, consultation_id: int, keyset: Keyset) -> Page[CampaignRow]:
    """The proposed campaigns, the largest first."""
    key = _place(cast(Campaign.points, BigInteger), Campaign.id)
    ids = select(Campaign.id).where(
        Campaign.consultation_id == consultation_id, Campaign.state == PROPOSED, campaign_in_view()
    )
    found = window(ids, keyset, key, newest_first=True).subquery()
    rows = session.execute(
        _with_template()
        .where(Campaign.id.in_(select(found.c.id)))
        .order_by(key if keyset.before is not None else key.desc())
    )
    return cut(
        [_row(row) for row in rows],
        keyset,
        lambda row: _place(row.campaign.points, row.campaign.id),
    )


def campaign(session: Session, consultation_id: int, campaign_id: int) -> CampaignRow:
    """One campaign, whatever its state. Raises CampaignNotFoundError."""
    row = session.execute(
        _with_template().where(
            Campaign.consultation_id == consultation_id,
            Campaign.id == campaign_id,
            visible(Campaign.release_id),
        )
    ).first()
    if row is None:
        raise CampaignNotFoundError
    return _row(row)


def opposites(rows: Sequence[CampaignRow]) -> dict[int, list[CampaignRow]]:
    """Campaign → those of `rows` that say the opposite of it."""
    found: dict[int, list[CampaignRow]] = {row.campaign.id: [] for row in rows}
    shown = {row.campaign.id: row for row in rows}
    for row in rows:
        turned = shown.get(row.campaign.variant_of_id or 0)
        if turned is not None:
            found[row.campaign.id].append(turned)
            found[turned.campaign.id].append(row)
    return found


def opposites_anywhere(
    session: Session, rows: Sequence[CampaignRow]
) -> dict[int, list[CampaignRow]]:
    """The same for rows of a page: those in view that say the opposite, wherever they are listed."""
    here = [row.campaign.id for row in rows]
    turned = [row.campaign.variant_of_id for row in rows if row.campaign.variant_of_id]
    others = session.execute(
        _with_template()
        .where(or_(Campaign.variant_of_id.in_(here), Campaign.id.in_(turned)), campaign_in_view())
        .where(Campaign.id.not_in(here))
        .order_by(Campaign.points.desc(), Campaign.id)
    )
    return opposites([*rows, *(_row(other) for other in others)])


def opposites_of(session: Session, campaign: Campaign) -> list[CampaignRow]:
    """The campaigns in view that say the opposite of one, the largest first."""
    rows = session.execute(
        _with_template()
        .where(
            or_(Campaign.variant_of_id == campaign.id, Campaign.id == campaign.variant_of_id),
            campaign_in_view(),
        )
        .order_by(Campaign.points.desc(), Campaign.id)
    )
    return [_row(row) for row in rows]


def by_ids(session: Session, campaign_ids: Sequence[int]) -> list[CampaignRow]:
    """Some campaigns, by id, whatever their state."""
    rows = session.execute(
        _with_template().where(Campaign.id.in_(campaign_ids)).order_by(Campaign.id)
    )
    return [_row(row) for row in rows]


def _row(facts: Any) -> CampaignRow:
    found, text, language, comment_id, theme_id = facts
    return CampaignRow(found, text or "", language or "", comment_id, theme_id)


def _lending() -> Any:
    """The point that lends a campaign its words: its template, or the first of its members where
    the template's comment was corrected, withdrawn, removed or is held back from readers."""
    template = (
        select(Point.id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Point.id == Campaign.template_point_id, live(public=True))
        .correlate(Campaign)
        .scalar_subquery()
    )
    first = (
        select(CampaignMember.point_id)
        .join(Point, Point.id == CampaignMember.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            CampaignMember.campaign_id == Campaign.id,
            counted_member(),
            visible(CampaignMember.release_id),
            live(public=True),
        )
        .order_by(CampaignMember.point_id)
        .limit(1)
        .correlate(Campaign)
        .scalar_subquery()
    )
    return func.coalesce(template, first)


def _sent() -> Any:
    """The words of the point that lends them."""
    return func.substr(_TemplateRevision.text, _Template.start + 1, _Template.end - _Template.start)


def _with_template() -> Any:
    words = func.coalesce(Campaign.wording, _sent())
    labelled = and_(Assignment.point_id == Campaign.template_point_id, standing())
    return resolved(
        select(Campaign, words, _TemplateRevision.language, _Template.comment_id, Home.id)
        .select_from(Campaign)
        .outerjoin(_Template, _Template.id == _lending())
        .outerjoin(_TemplateRevision, _TemplateRevision.id == _Template.revision_id)
        .outerjoin(Assignment, labelled)
    )


def letters(session: Session, consultation_id: int) -> Sequence[Any]:
    """The accepted campaigns with their letter as people sent it, whatever wording is shown; the
    largest first: (campaign, words, language, the campaign that it turns round)."""
    return session.execute(
        select(Campaign.id, _sent(), _TemplateRevision.language, Campaign.variant_of_id)
        .select_from(Campaign)
        .join(_Template, _Template.id == _lending())
        .join(_TemplateRevision, _TemplateRevision.id == _Template.revision_id)
        .where(Campaign.consultation_id == consultation_id, Campaign.state == ACCEPTED)
        .order_by(Campaign.points.desc(), Campaign.id)
    ).all()


def words_sent(session: Session, campaign_id: int) -> str:
    """A campaign's letter as people sent it, whatever wording is shown."""
    words = session.scalar(
        select(_sent())
        .select_from(Campaign)
        .join(_Template, _Template.id == _lending())
        .join(_TemplateRevision, _TemplateRevision.id == _Template.revision_id)
        .where(Campaign.id == campaign_id)
    )
    return blanked(words or "")


@dataclass(frozen=True)
class Addition:
    """What an author added to a template: a span of the revision, and its words."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class MemberRow:
    """A point of a campaign, with what its author added."""

    member: CampaignMember
    comment_id: int
    seq: int
    language: str
    text: str
    start: int
    settled_by: int | None
    additions: tuple[Addition, ...]


def waiting(session: Session, consultation_id: int) -> set[int]:
    """The accepted campaigns to which points were proposed that nobody has decided on yet."""
    waits = exists(
        select(CampaignMember.id)
        .join(Point, Point.id == CampaignMember.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(CampaignMember.campaign_id == Campaign.id, _undecided(), live())
    )
    return set(
        session.scalars(
            select(Campaign.id).where(
                Campaign.consultation_id == consultation_id, Campaign.state == ACCEPTED, waits
            )
        )
    )


def _undecided() -> Any:
    return and_(CampaignMember.state == PROPOSED, visible(CampaignMember.release_id))


def first_undecided(session: Session, campaign_id: int, *, last: int | None = None) -> list[int]:
    """The first points that wait in an accepted campaign, by id, up to `last`: as many as one act
    may decide on."""
    query = (
        select(CampaignMember.point_id)
        .join(Point, Point.id == CampaignMember.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(CampaignMember.campaign_id == campaign_id, _undecided(), live())
        .order_by(CampaignMember.point_id)
        .limit(MOST_AT_ONCE)
    )
    if last is not None:
        query = query.where(CampaignMember.point_id <= last)
    return list(session.scalars(query))


def members(
    session: Session,
    campaign_id: int,
    keyset: Keyset,
    *,
    public: bool = False,
    undecided: bool = False,
) -> Page[MemberRow]:
    """The live members of a campaign, accepted and proposed (or only these), by point."""
    key = CampaignMember.point_id
    ids = (
        select(CampaignMember.id, key)
        .join(Point, Point.id == key)
        .join(Comment, Comment.id == Point.comment_id)
        .where(CampaignMember.campaign_id == campaign_id, live(public=public))
        .where(_undecided() if undecided else member_in_view())
    )
    found = window(ids, keyset, key).subquery()
    rows = session.execute(
        select(
            CampaignMember,
            Comment.id,
            Comment.seq,
            CommentRevision.language,
            point_text(),
            Point.start,
            Point.settled_by,
            CommentRevision.text,
        )
        .join(found, found.c.id == CampaignMember.id)
        .join(Point, Point.id == CampaignMember.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .order_by(key.desc() if keyset.before is not None else key)
    )
    made = [_member(*row) for row in rows]
    return cut(made, keyset, lambda row: row.member.point_id)


def _member(member: CampaignMember, *columns: Any) -> MemberRow:
    *facts, whole = columns
    additions = tuple(Addition(s, e, whole[s:e]) for s, e in member.additions)
    return MemberRow(*(member, *facts, additions))


def by_theme(rows: Sequence[CampaignRow]) -> dict[int, list[CampaignRow]]:
    """Theme → its campaigns, in the same order."""
    found: dict[int, list[CampaignRow]] = {}
    for row in rows:
        if row.theme_id is not None:
            found.setdefault(row.theme_id, []).append(row)
    return found
