"""Cutting a comment into points that each say one thing, and joining them again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.submissions import counters as comment_counters
from consult.submissions.models import HELD, PUBLISHED, Comment, CommentRevision, Point
from consult.submissions.points import Span, checked, whole
from consult.themes import assignments, campaigns, counters
from consult.themes.assignments import decide, person
from consult.themes.coding import portions
from consult.themes.errors import (
    PointGoneError,
    SplitSettledError,
    SplitStaleError,
    TooManyPartsError,
)
from consult.themes.models import CampaignMember, ThemeQuote
from consult.themes.own_words import between
from consult.themes.parts import overlap

# A point that is made and the one it comes from are six rows; an act touches at most 1,000.
MOST_PARTS = 150


def split(
    session: Session,
    comment: Comment,
    spans: Sequence[Span],
    *,
    actor: Actor,
    now: datetime,
    seen: Sequence[int] | None = None,
    words: tuple[int, int] | None = None,
) -> list[Point]:
    """Let these spans be the comment's points; returns all of them in order.

    Points whose span stays are kept. A new one inherits label, debt and campaign from the former
    point it shares most words with; of several parts the longest stays in the campaign. Words
    outside of all spans (a greeting) belong to no point. `seen` are the points that the person
    saw, `words` the revision and how often it was reworded: spans lie in those words only. Raises
    SplitSettledError where a point has been answered, SplitStaleError where the points or the words
    are others by now, SpansError for spans that do not fit, TooManyPartsError for more than
    MOST_PARTS.
    """
    person(actor)
    comment, revision, former = _locked(session, comment.id)
    if seen is not None and {p.id for p in former} != set(seen):
        raise SplitStaleError
    if words is not None and words != (revision.id, revision.rewordings):
        raise SplitStaleError
    if any(point.settled_by is not None for point in former):
        raise SplitSettledError
    wanted = checked(revision.text, spans)
    if len(wanted) > MOST_PARTS:
        raise TooManyPartsError(most=MOST_PARTS)
    kept = {(p.start, p.end): p for p in former if (p.start, p.end) in wanted}
    gone = [p for p in former if p not in kept.values()]
    if not gone and len(kept) == len(wanted):
        return [kept[span] for span in wanted]
    decide(session, comment.consultation_id)
    made = [_new(revision, comment, span, actor, now) for span in wanted if span not in kept]
    session.add_all(made)
    session.flush()
    _inherit(session, gone, made, now)
    portions.follow(session, [p.id for p in gone], [p.id for p in made])
    _retire(session, comment, former, gone=gone, made=made, now=now)
    log.record(
        session,
        actor=actor.reference,
        act="comment:split" if len(wanted) > 1 else "comment:joined",
        thing=f"comment:{comment.id}",
        now=now,
        consultation=comment.consultation_id,
        points=len(wanted),
    )
    by_span = {(p.start, p.end): p for p in [*kept.values(), *made]}
    return [by_span[span] for span in wanted]


def join(
    session: Session,
    comment: Comment,
    *,
    actor: Actor,
    now: datetime,
    seen: Sequence[int] | None = None,
) -> Point:
    """Let the comment be one point again. Raises what `split` raises."""
    text = session.scalars(
        select(CommentRevision.text).where(
            CommentRevision.comment_id == comment.id, CommentRevision.superseded_at.is_(None)
        )
    ).one()
    (point,) = split(session, comment, whole(text), actor=actor, now=now, seen=seen)
    return point


def split_off_additions(
    session: Session,
    consultation: Consultation,
    campaign_id: int,
    point_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> list[Point]:
    """Make points of their own of all that an author added to a letter, less than a sentence too."""
    point = session.get(Point, point_id)
    if point is None or point.consultation_id != consultation.id or point.retired_at is not None:
        raise PointGoneError
    member = session.scalar(
        select(CampaignMember).where(
            CampaignMember.campaign_id == campaign_id, CampaignMember.point_id == point_id
        )
    )
    if member is None or not member.additions:
        raise PointGoneError
    comment, revision, former = _locked(session, point.comment_id)
    copy = (point.start, point.end)
    added = [(a, b) for a, b in member.additions if overlap((a, b), copy)]
    rest = between(revision.text, copy, added)
    if not added or not rest:
        raise PointGoneError
    # The letter is answered once: its longest piece stands for it.
    letter = max(rest, key=lambda piece: piece[1] - piece[0])
    others = [(p.start, p.end) for p in former if p.id != point.id]
    return split(session, comment, [*others, letter, *added], actor=actor, now=now)


def _locked(session: Session, comment_id: int) -> tuple[Comment, CommentRevision, list[Point]]:
    comment = session.scalars(
        select(Comment)
        .where(Comment.id == comment_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if comment.state not in {PUBLISHED, HELD}:
        raise PointGoneError
    revision = session.scalars(
        select(CommentRevision)
        .where(CommentRevision.comment_id == comment_id, CommentRevision.superseded_at.is_(None))
        .execution_options(populate_existing=True)
    ).one()
    points = session.scalars(
        select(Point)
        .where(Point.comment_id == comment_id, Point.retired_at.is_(None))
        .order_by(Point.id)  # as everybody locks points
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    return comment, revision, sorted(points, key=lambda point: (point.start, point.id))


def _new(
    revision: CommentRevision, comment: Comment, span: Span, actor: Actor, now: datetime
) -> Point:
    return Point(
        consultation_id=comment.consultation_id,
        comment_id=comment.id,
        revision_id=revision.id,
        start=span[0],
        end=span[1],
        made_by=actor.reference,
        created_at=now,
        owed=False,
    )


def _inherit(session: Session, gone: Sequence[Point], made: Sequence[Point], now: datetime) -> None:
    """Labels go to every part; membership and quotes of each former point to its longest part,
    of a letter to the part that holds most of the letter."""
    labels, longest = [], {}
    added = campaigns.additions_of(session, [point.id for point in gone])
    for new in made:
        parent = _nearest(gone, new)
        if parent is not None:
            labels.append((parent.id, new.id))
    for old in gone:
        heir = _nearest(made, old, but=added.get(old.id, ()))
        if heir is not None:
            longest[old.id] = heir.id
    assignments.carry(session, labels, now=now)
    # Of points that are joined, the first gives its membership: a point is in one campaign.
    heirs = {heir: old for old, heir in reversed(longest.items())}
    campaigns.carry(session, [(old, heir) for heir, old in heirs.items()])
    for quote in session.scalars(select(ThemeQuote).where(ThemeQuote.point_id.in_(longest))):
        heir_id = longest[quote.point_id]
        if not session.scalar(
            select(ThemeQuote.id).where(
                ThemeQuote.theme_id == quote.theme_id, ThemeQuote.point_id == heir_id
            )
        ):
            quote.point_id = heir_id
            session.flush()


def _nearest(points: Sequence[Point], to: Point, but: Sequence[Span] = ()) -> Point | None:
    """The point that shares most words with another; the first of equals; None without any.

    Words `but` for which the other is looked at do not count: what was added to a letter.
    """

    def shared(point: Point) -> int:
        span = (point.start, point.end)
        added = sum(overlap(span, one) for one in but)
        return overlap(span, (to.start, to.end)) - added

    best = max(points, key=lambda p: (shared(p), -p.start), default=None)
    if best is None or not overlap((best.start, best.end), (to.start, to.end)):
        return None
    return best


def _retire(
    session: Session,
    comment: Comment,
    former: Sequence[Point],
    *,
    gone: Sequence[Point],
    made: Sequence[Point],
    now: datetime,
) -> None:
    counters.points_gone(session, [p.id for p in gone])
    owed = {p.id for p in former if p.owed}
    # Words that belonged to no point are owed what the comment they stand in is owed.
    owing = [
        new.id for new in made if (parent.id in owed if (parent := _nearest(gone, new)) else owed)
    ]
    for point in gone:
        point.retired_at = now
    session.flush()
    comment_counters.stop_owing(session, comment.consultation_id, [p.id for p in gone])
    comment_counters.owe(session, comment.consultation_id, owing)
    comment_counters.touch(session, comment)
