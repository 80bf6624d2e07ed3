"""The way of each point of a submission: received, read, theme, answer, change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.queries import user_names
from consult.answers.queries import NO_FATES, CommentFates, FateRow, fates_under
from consult.kernel.db import Texts
from consult.moderation.models import Removal
from consult.submissions.models import HELD, PUBLISHED, REMOVED, Submission
from consult.submissions.queries import PointRow, of_submission, points_of_comments
from consult.submissions.rows import CommentRow
from consult.themes.models import ACCEPTED, Campaign, Theme
from consult.themes.queries import Label, campaigns_of_points, labels_of_points


@dataclass(frozen=True)
class TracedPoint:
    """One point on its way. What has not happened yet is none."""

    point: PointRow
    # When it was put under a theme, and by whom: "" for the analysis.
    read_at: datetime | None
    theme: Texts | None
    set_by: str
    campaign: Texts | None
    campaign_points: int
    fate: FateRow | None

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

    @property
    def state(self) -> str:
        """ "removed", "withdrawn", "erased", "late" (not admitted), "reply" (owed nothing of its
        own) or "live"."""
        if self.comment.state not in {PUBLISHED, HELD}:
            return self.comment.state
        if self.comment.late and not self.comment.admitted:
            return "late"
        owed = any(p.point.owed or p.fate for p in self.points)
        return "live" if owed or self.comment.root_id is None else "reply"


def trace(session: Session, submission: Submission, language: str) -> list[TracedComment]:
    """Every comment of a submission, by number. A constant number of statements."""
    comments = of_submission(session, submission.id, language=language)
    ids = [comment.id for comment in comments]
    points = points_of_comments(session, ids)
    fates = fates_under(session, {comment.id: comment.root_id for comment in comments})
    traced = _points(session, [p for found in points.values() for p in found], fates)
    removals = _removals(session, [row.id for row in comments if row.state == REMOVED])
    return [
        TracedComment(
            comment=comment,
            points=tuple(traced[p.id] for p in points[comment.id]),
            of_root=_of_root(fates.get(comment.id, NO_FATES)),
            removal=removals.get(comment.id),
        )
        for comment in comments
    ]


def _removals(session: Session, ids: Sequence[int]) -> dict[int, Removal]:
    if not ids:
        return {}
    rows = session.scalars(select(Removal).where(Removal.comment_id.in_(ids)))
    return {row.comment_id: row for row in rows}


def _of_root(found: CommentFates) -> tuple[FateRow, ...]:
    return found.fates if found.from_root else ()


def _points(
    session: Session, points: Sequence[PointRow], fates: dict[int, CommentFates]
) -> dict[int, TracedPoint]:
    ids = [p.id for p in points]
    by_point = {
        fate.point_id: fate
        for found in fates.values()
        if not found.from_root
        for fate in found.fates
    }
    labels = labels_of_points(session, ids)
    # What was answered keeps the theme under which it was.
    themes = _theme_titles(
        session, [label for point, label in labels.items() if point not in by_point]
    )
    names = user_names(
        session, [label.person_id for label in labels.values() if label.person_id is not None]
    )
    joined = campaigns_of_points(session, ids)
    campaigns = _campaigns(session, set(joined.values()))
    traced = {}
    for point in points:
        label, fate = labels.get(point.id), by_point.get(point.id)
        campaign = campaigns.get(joined.get(point.id, 0))
        read_at = label.at if label else fate.published_at if fate else None
        traced[point.id] = TracedPoint(
            point=point,
            read_at=read_at,
            theme=fate.theme if fate else themes.get(label.theme_id or 0) if label else None,
            set_by=names.get(label.person_id or 0, "") if label else "",
            campaign=campaign.title if campaign else None,
            campaign_points=campaign.points if campaign else 0,
            fate=fate,
        )
    return traced


def _campaigns(session: Session, ids: Collection[int]) -> dict[int, Campaign]:
    if not ids:
        return {}
    return {c.id: c for c in session.scalars(select(Campaign).where(Campaign.id.in_(ids)))}


def _theme_titles(session: Session, labels: Sequence[Label]) -> dict[int, Texts]:
    """Titles of the accepted themes: what is only proposed is not shown as the body's reading."""
    wanted = {label.theme_id for label in labels if label.theme_id is not None}
    if not wanted:
        return {}
    rows = session.execute(
        select(Theme.id, Theme.title).where(Theme.id.in_(wanted), Theme.state == ACCEPTED)
    )
    return {row.id: row.title for row in rows}
