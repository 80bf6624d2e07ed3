"""The points of comments with their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, select
from sqlalchemy.orm import Session

from consult.kernel.db import columns
from consult.kernel.release import visible
from consult.submissions.models import CommentRevision, Point


def is_answered(comment_id: Any) -> ColumnElement[bool]:
    """That one of a comment's live points has been answered."""
    return exists(
        select(Point.id).where(
            Point.comment_id == comment_id,
            Point.retired_at.is_(None),
            Point.settled_by.is_not(None),
            visible(Point.settled_by),
        )
    )


@dataclass(frozen=True)
class PointRow:
    """A live point with its words."""

    id: int
    comment_id: int
    start: int
    end: int
    text: str
    language: str
    owed: bool
    settled: bool


def points_of_comments(session: Session, comment_ids: Sequence[int]) -> dict[int, list[PointRow]]:
    """The live points of some comments, in the order of their words."""
    found: dict[int, list[PointRow]] = {comment_id: [] for comment_id in comment_ids}
    facts = {"comment_ids": list(comment_ids)}
    for row in columns(session, _live_points(), facts):
        point_id, comment_id, start, end, text, code, owed, settled = row
        found[comment_id].append(
            PointRow(point_id, comment_id, start, end, text[start:end], code, owed, settled)
        )
    return found


@cache
def _live_points() -> Any:
    return (
        select(
            Point.id,
            Point.comment_id,
            Point.start,
            Point.end,
            CommentRevision.text,
            CommentRevision.language,
            Point.owed,
            and_(Point.settled_by.is_not(None), visible(Point.settled_by)),
        )
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(
            Point.comment_id.in_(bindparam("comment_ids", expanding=True)),
            Point.retired_at.is_(None),
        )
        .order_by(Point.comment_id, Point.start, Point.id)
    )
