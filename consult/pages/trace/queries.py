"""The way of each point of a submission: received, read, theme, answer, change."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, null, select
from sqlalchemy.orm import Session

from consult.accounts.models import User
from consult.accounts.queries import shown_name
from consult.answers.adoption.queries import Taken, taken
from consult.answers.queries import NO_FATES, CommentFates, FateRow, fates_under
from consult.kernel.db import Columns, Texts, columns
from consult.moderation.models import HOLDING, OPEN, REMOVAL, Objection, Removal
from consult.moderation.redacting.models import Redaction
from consult.moderation.redaction_queries import of_comments
from consult.moderation.removal import stands
from consult.submissions.models import (
    HELD,
    PUBLISHED,
    REMOVED,
    Comment,
    CommentRevision,
    Point,
    Submission,
)
from consult.submissions.queries import of_submission
from consult.submissions.rows import CommentRow
from consult.themes.models import ACCEPTED, Assignment, Campaign, CampaignMember
from consult.themes.queries import Home, resolved
from consult.themes.standing import standing


@dataclass(frozen=True)
class TracedPoint:
    """One point on its way. What has not happened yet is none."""

    text: str
    language: str
    owed: bool
    # When it was put under a theme, and by whom: "" for the analysis.
    read_at: datetime | None
    theme: Texts | None
    set_by: str
    campaign: Texts | None
    campaign_points: int
    fate: FateRow | None
    campaign_id: int | None = None

    @property
    def stage(self) -> str:
        """The first step that is still to come, or "done"."""
        if self.fate is not None:
            return "done"
        if self.theme is not None:
            return "answer"
        return "theme" if self.read_at is not None else "read"


@dataclass(frozen=True)
class TracedComment:
    """One comment of a submission with the way of its points."""

    comment: CommentRow
    points: tuple[TracedPoint, ...]
    # A reply without fates of its own shows those of the comment above it.
    of_root: tuple[FateRow, ...] = ()
    removal: Removal | None = None
    # How the author's objection to the removal or the holding back stands: "open", "upheld", or
    # "before" where it was made to an earlier one; none if there is none.
    objected: str | None = None
    # What was taken of the words that it proposed.
    taken: Taken | None = None
    # What officials removed from its words.
    redactions: Sequence[Redaction] = ()

    @property
    def letter(self) -> TracedPoint | None:
        """The point that is the letter of a campaign, where others were added to it."""
        if len(self.points) == 1:
            return None
        return next((point for point in self.points if point.campaign_id is not None), None)

    @property
    def state(self) -> str:
        """ "removed", "withdrawn", "erased", "late" (not admitted), "reply" (owed nothing of its
        own) or "live"."""
        if self.comment.state not in {PUBLISHED, HELD}:
            return self.comment.state
        if self.comment.late and not self.comment.admitted:
            return "late"
        owed = any(p.owed or p.fate for p in self.points)
        return "live" if owed or self.comment.root_id is None else "reply"


def trace(session: Session, submission: Submission, language: str) -> list[TracedComment]:
    """Every comment of a submission, by number. At most eight statements, however many there are."""
    comments = of_submission(session, submission.id, language=language)
    fates = fates_under(session, {comment.id: comment.root_id for comment in comments})
    own = {fate.point_id: fate for row in fates.values() if not row.from_root for fate in row.fates}
    points: dict[int, list[TracedPoint]] = defaultdict(list)
    removals: dict[int, Removal | None] = {}
    objections: dict[int, str | None] = {}
    for row in columns(session, _ways(), {"submission_id": submission.id}):
        comment_id, point_id = row[:2]
        removals[comment_id], after = _REMOVAL.take(row, 2)
        objections[comment_id], after = row[after], after + 1
        if point_id is not None:
            points[comment_id].append(_point(row[after:], own.get(point_id)))
    words = taken(session, [comment.id for comment in comments if comment.proposal])
    redactions = of_comments(session, [comment.id for comment in comments if comment.redacted])
    return [
        TracedComment(
            comment=comment,
            taken=words.get(comment.id),
            redactions=redactions.get(comment.id, ()),
            points=tuple(points[comment.id]),
            of_root=_of_root(fates.get(comment.id, NO_FATES)),
            removal=removals.get(comment.id),
            objected=objections.get(comment.id),
        )
        for comment in comments
    ]


def _of_root(found: CommentFates) -> tuple[FateRow, ...]:
    return found.fates if found.from_root else ()


_REMOVAL = Columns(Removal)

# How the objection to what stands now is; "before" where it was to an earlier decision: it is
# possible once.
_OBJECTED = case(
    (Objection.id.is_(None), null()),
    (Objection.state == OPEN, OPEN),
    (Objection.removal_id == Removal.id, Objection.state),
    else_="before",
)


@cache
def _ways() -> Any:
    """The live points of a submission's comments, in the order of their words, each with its label
    and its campaign; and the comments without any, for their removals."""
    points = (
        select(
            Comment.id,
            Point.id,
            *_REMOVAL.all,
            _OBJECTED,
            Point.start,
            Point.end,
            CommentRevision.text,
            CommentRevision.language,
            Point.owed,
            Assignment.at,
            Home.state,
            Home.title,
            User.name,
            User.email,
            Campaign.title,
            Campaign.points,
            Campaign.id,
        )
        .select_from(Comment)
        .outerjoin(
            Removal, and_(Removal.comment_id == Comment.id, Comment.state == REMOVED, stands())
        )
        .outerjoin(
            Objection,
            and_(
                Objection.comment_id == Comment.id,
                Objection.against == case((Comment.state == REMOVED, REMOVAL), else_=HOLDING),
                Comment.state.in_((REMOVED, HELD)),
            ),
        )
        .outerjoin(Point, and_(Point.comment_id == Comment.id, Point.retired_at.is_(None)))
        .outerjoin(CommentRevision, CommentRevision.id == Point.revision_id)
        .outerjoin(Assignment, and_(Assignment.point_id == Point.id, standing()))
    )
    accepted = and_(CampaignMember.point_id == Point.id, CampaignMember.state == ACCEPTED)
    campaign = and_(Campaign.id == CampaignMember.campaign_id, Campaign.state == ACCEPTED)
    return (
        resolved(points)
        .outerjoin(User, User.id == Assignment.person_id)
        .outerjoin(CampaignMember, accepted)
        .outerjoin(Campaign, campaign)
        .where(Comment.submission_id == bindparam("submission_id"))
        .order_by(Comment.id, Point.start, Point.id)
    )


def _point(facts: Sequence[Any], fate: FateRow | None) -> TracedPoint:
    start, end, text, language, owed, labelled_at, state, title, name, email = facts[:10]
    campaign, campaign_points, campaign_id = facts[10:]
    # What was answered keeps the theme under which it was. Else it is an accepted one: what is only
    # proposed is not shown as the body's reading.
    theme = fate.theme if fate else title if state == ACCEPTED else None
    return TracedPoint(
        text=text[start:end],
        language=language,
        owed=owed,
        read_at=labelled_at or (fate.published_at if fate else None),
        theme=theme,
        set_by=shown_name(name, email),
        campaign=campaign,
        campaign_points=campaign_points or 0,
        fate=fate,
        campaign_id=campaign_id,
    )
