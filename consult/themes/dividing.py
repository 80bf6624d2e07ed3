"""What people added to the letter of a campaign becomes points of their own; and back again.

The letter's point keeps its number, label and membership: it is cut in place, as far as the letter
reaches, and each passage becomes a point of the same comment. Who a person's decision is about is
never touched: what was answered stays as it is, what somebody coded, answered, handed over or split
stays a point of its own whatever becomes of the campaign (docs/decisions/0030).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.inserting import insert_for_ids
from consult.kernel.release import visible
from consult.submissions import counters as comment_counters
from consult.submissions.models import Comment, CommentRevision, Point
from consult.submissions.placeholders import blanked
from consult.submissions.points import LIVE_STATES, Span
from consult.themes import counters, vectors
from consult.themes.assignments import decide
from consult.themes.models import (
    ACCEPTED,
    DIVIDED,
    DUE,
    UNDO,
    WHOLE,
    Assignment,
    Campaign,
    CampaignMember,
    RunSuggestion,
)
from consult.themes.own_words import Parted, joined
from consult.themes.standing import by_person, live

# Rows that one act writes at most, and letters that it looks at.
MOST_ROWS, AT_ONCE = 900, 90


def maker(campaign_id: int) -> str:
    """How a point names the campaign whose letter it was added to, as the one that made it."""
    return f"campaign:{campaign_id}"


def keep(session: Session, point_ids: Sequence[int], actor: Actor) -> None:
    """Let points that were made of additions be a person's from now on: somebody spoke about them."""
    session.execute(
        update(Point)
        .where(Point.id.in_(point_ids), Point.made_by.startswith("campaign:"))
        .values(made_by=actor.reference)
        .execution_options(synchronize_session=False)
    )


def made(session: Session, point_ids: Sequence[int]) -> list[int]:
    """Those of some points that were made of additions, and nobody has made theirs yet."""
    return list(
        session.scalars(
            select(Point.id).where(Point.id.in_(point_ids), Point.made_by.startswith("campaign:"))
        )
    )


def _outstanding(*columns: Any) -> Any:
    """Members that are still to be cut, or made whole again, with campaign, point and comment."""
    cut = and_(
        CampaignMember.division == DUE,
        CampaignMember.state == ACCEPTED,
        Campaign.state == ACCEPTED,
        visible(CampaignMember.release_id),
        live(),
    )
    return (
        select(*columns)
        .select_from(CampaignMember)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .join(Point, Point.id == CampaignMember.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(CampaignMember.division.in_((DUE, UNDO)), or_(cut, CampaignMember.division == UNDO))
    )


def consultations(session: Session) -> list[int]:
    """The consultations in which something is to be cut or made whole."""
    concerned = _outstanding(Campaign.consultation_id).distinct()
    return list(session.scalars(concerned.order_by(Campaign.consultation_id)))


def how_many(session: Session, consultation_id: int) -> int:
    """How many letters are still to be cut or made whole."""
    counted = _outstanding(func.count()).where(Campaign.consultation_id == consultation_id)
    return int(session.execute(counted).scalar_one())


def under_way(session: Session, consultation_id: int) -> bool:
    """Whether some letter is still to be cut or made whole: what is answered now might be wrong."""
    one = _outstanding(CampaignMember.id).where(Campaign.consultation_id == consultation_id)
    return session.scalar(one.limit(1)) is not None


@dataclass(frozen=True)
class Copy:
    """A member as it was read: its words, and what is known of its additions."""

    member_id: int
    campaign_id: int
    division: str
    point_id: int
    comment_id: int
    revision: tuple[int, int]
    span: Span
    text: str
    additions: tuple[Span, ...]

    def like(self, other: "Copy") -> bool:
        """Whether both are of one campaign, and the same is to be done with them."""
        return (self.campaign_id, self.division) == (other.campaign_id, other.division)


def next_copies(session: Session, consultation_id: int, *, after: int = 0) -> list[Copy]:
    """The next members that are to be cut or joined, by id: those of one campaign, of one kind."""
    rows = session.execute(
        _outstanding(
            CampaignMember,
            Point.comment_id,
            Point.revision_id,
            CommentRevision.rewordings,
            Point.start,
            Point.end,
            CommentRevision.text,
        )
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(Campaign.consultation_id == consultation_id, CampaignMember.id > after)
        .order_by(CampaignMember.id)
        .limit(AT_ONCE)
    )
    found = [
        Copy(
            member_id=member.id,
            campaign_id=member.campaign_id,
            division=member.division,
            point_id=member.point_id,
            comment_id=comment_id,
            revision=(revision_id, rewordings),
            span=(start, end),
            text=blanked(text),
            additions=tuple((a, b) for a, b in member.additions),
        )
        for member, comment_id, revision_id, rewordings, start, end, text in rows
    ]
    return list(takewhile(lambda one: one.like(found[0]), found))


@dataclass(frozen=True)
class Cut:
    """A copy with how it is to be parted; None where it stays whole."""

    copy: Copy
    parted: Parted | None

    @property
    def rows(self) -> int:
        """How many rows cutting it writes: member, point, vectors, suggestion, three threads; and
        a new point that is owed for each passage."""
        return 1 if self.parted is None else 8 + 2 * len(self.parted.passages)


def divide(
    session: Session,
    consultation: Consultation,
    cuts: Sequence[Cut],
    *,
    actor: Actor,
    now: datetime,
) -> list[int]:
    """Cut copies of one campaign's letter (at least one), as they were read; returns the new points.

    One that changed since is passed over: it is read again. One that was answered stays whole.
    """
    comments, points = _locked(session, [cut.copy.comment_id for cut in cuts])
    decide(session, consultation.id)
    members = _members(session, [cut.copy.member_id for cut in cuts])
    rewordings = _rewordings(session, points)
    living = {comment.id for comment in comments}
    parts: list[tuple[Point, Span]] = []
    letters: list[Point] = []
    for cut in cuts:
        copy, member, point = cut.copy, members[cut.copy.member_id], points.get(cut.copy.point_id)
        if (member.division, member.state) != (DUE, ACCEPTED) or point is None:
            continue
        if point.comment_id not in living:
            continue  # once it is brought back it is looked at again
        if point.settled_by is not None:
            member.division = WHOLE
            continue
        revision = (point.revision_id, rewordings[point.revision_id])
        if ((point.start, point.end), revision) != (copy.span, copy.revision):
            continue
        if cut.parted is None:
            member.division = WHOLE
            continue
        member.division, member.uncut = DIVIDED, list(copy.span)
        point.start, point.end = cut.parted.letter
        letters.append(point)
        parts += [(point, passage) for passage in cut.parted.passages]
    session.flush()
    by = maker(cuts[0].copy.campaign_id)
    new = insert_for_ids(session, Point, [_new(letter, span, by, now) for letter, span in parts])
    _forget(session, [point.id for point in letters])
    if new:
        facts = {"letters": len(letters), "points": new}
        _log(session, "additions_divided", cuts[0].copy, consultation, facts, actor=actor, now=now)
    owing = [number for number, (letter, _) in zip(new, parts, strict=True) if letter.owed]
    comment_counters.owe(session, consultation.id, owing)
    cut_comments = {point.comment_id for point in letters}
    comment_counters.touch_all(
        session, consultation.id, [c for c in comments if c.id in cut_comments]
    )
    return new


def _new(letter: Point, span: Span, made_by: str, now: datetime) -> dict[str, Any]:
    return {
        "consultation_id": letter.consultation_id,
        "comment_id": letter.comment_id,
        "revision_id": letter.revision_id,
        "start": span[0],
        "end": span[1],
        "made_by": made_by,
        "created_at": now,
        "owed": False,
    }


def unite(
    session: Session,
    consultation: Consultation,
    copies: Sequence[Copy],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Make letters whole again that belong to their campaign no more; returns how many were done.

    The points made of their additions are retired, but for those that are a person's by now.
    """
    comments, points = _locked(session, [copy.comment_id for copy in copies])
    decide(session, consultation.id)
    members = _members(session, [copy.member_id for copy in copies])
    kept = _kept(session, list(points))
    beside: dict[int, list[Point]] = defaultdict(list)
    for point in points.values():
        beside[point.comment_id].append(point)
    gone: list[Point] = []
    letters: list[Point] = []
    rows, done = 0, 0
    for copy in copies:
        member, letter = members[copy.member_id], points.get(copy.point_id)
        mine = [] if letter is None else _made(beside[letter.comment_id], copy, kept)
        rows += 8 + 6 * len(mine)
        if done and rows > MOST_ROWS:
            break
        done += 1
        if member.division != UNDO:
            continue
        uncut, member.uncut, member.division = member.uncut, None, WHOLE
        if letter is None or letter.settled_by is not None:
            continue
        others = [(p.start, p.end) for p in beside[letter.comment_id] if p not in mine]
        bounds = (uncut[0], uncut[1]) if uncut else (0, len(copy.text))
        span = (letter.start, letter.end)
        letter.start, letter.end = joined(
            copy.text, bounds, span, [other for other in others if other != span]
        )
        letters.append(letter)
        gone += mine
    # Of a comment that is gone itself nothing is counted any more.
    living = {comment.id for comment in comments}
    if counted := [point.id for point in gone if point.comment_id in living]:
        counters.points_gone(session, counted)
    for point in gone:
        point.retired_at = now
    session.flush()
    _forget(session, [point.id for point in letters])
    if letters:
        facts = {"letters": len(letters), "points": [point.id for point in gone]}
        _log(session, "additions_joined", copies[0], consultation, facts, actor=actor, now=now)
    comment_counters.stop_owing(session, consultation.id, [point.id for point in gone])
    again = {point.comment_id for point in letters}
    comment_counters.touch_all(session, consultation.id, [c for c in comments if c.id in again])
    return done


def _made(beside: Sequence[Point], copy: Copy, kept: set[int]) -> list[Point]:
    """The points made of what was added to this copy, without those that stay."""
    made_by = maker(copy.campaign_id)
    return [point for point in beside if point.made_by == made_by and point.id not in kept]


def _kept(session: Session, point_ids: Sequence[int]) -> set[int]:
    """Those of some points that a person spoke about, or that belong to a campaign themselves."""
    spoken = select(Point.id).where(
        Point.id.in_(point_ids),
        or_(
            Point.settled_by.is_not(None),
            exists(select(Assignment.id).where(Assignment.point_id == Point.id, by_person())),
            exists(
                select(CampaignMember.id).where(
                    CampaignMember.point_id == Point.id, CampaignMember.state == ACCEPTED
                )
            ),
        ),
    )
    return set(session.scalars(spoken))


def _locked(session: Session, comment_ids: Sequence[int]) -> tuple[list[Comment], dict[int, Point]]:
    """The comments of these whose words count, and the points of all, kept from other writers."""
    comments = session.scalars(
        select(Comment)
        .where(Comment.id.in_(comment_ids))
        .order_by(Comment.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    points = session.scalars(
        select(Point)
        .where(Point.comment_id.in_(comment_ids), Point.retired_at.is_(None))
        .order_by(Point.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    living = [comment for comment in comments if comment.state in LIVE_STATES]
    return living, {point.id: point for point in points}


def _members(session: Session, member_ids: Sequence[int]) -> dict[int, CampaignMember]:
    rows = session.scalars(
        select(CampaignMember)
        .where(CampaignMember.id.in_(member_ids))
        .order_by(CampaignMember.id)
        .execution_options(populate_existing=True)
    )
    return {member.id: member for member in rows}


def _rewordings(session: Session, points: Mapping[int, Point]) -> dict[int, int]:
    revisions = {point.revision_id for point in points.values()}
    rows = session.execute(
        select(CommentRevision.id, CommentRevision.rewordings).where(
            CommentRevision.id.in_(revisions)
        )
    )
    return dict(rows.all())


def _forget(session: Session, point_ids: Sequence[int]) -> None:
    """Vectors and suggestions say something of words that the points no longer are."""
    if point_ids:
        vectors.forget(session, point_ids)
        session.execute(delete(RunSuggestion).where(RunSuggestion.point_id.in_(point_ids)))


def _log(
    session: Session,
    act: str,
    copy: Copy,
    consultation: Consultation,
    facts: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=f"campaign:{act}",
        thing=f"campaign:{copy.campaign_id}",
        now=now,
        consultation=consultation.id,
        **facts,
    )
