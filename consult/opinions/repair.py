"""Proving the counters of stances against the rows they count, and mending them."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.opinions import counters
from consult.opinions.models import Stance, StanceTally
from consult.submissions.models import Comment, CommentRevision


@dataclass(frozen=True)
class Difference:
    """A counter that does not say what the rows say."""

    counter: str
    counted: int
    stored: int


Cells = dict[tuple[int, str], int]


def _counted(session: Session, consultation_id: int) -> Cells:
    rows = session.execute(
        select(Stance.revision_id, Stance.said, Stance.with_account, func.count())
        .where(Stance.consultation_id == consultation_id)
        .group_by(Stance.revision_id, Stance.said, Stance.with_account)
    )
    return {
        (revision, counters.column(said, with_account=with_account)): count
        for revision, said, with_account, count in rows
    }


def _stored(session: Session, consultation_id: int) -> Cells:
    rows = session.execute(
        select(StanceTally.revision_id, *(getattr(StanceTally, name) for name in counters.ALL))
        .join(CommentRevision, CommentRevision.id == StanceTally.revision_id)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .where(Comment.consultation_id == consultation_id)
    )
    return {
        (row[0], name): count
        for row in rows
        for name, count in zip(counters.ALL, row[1:], strict=True)
        if count
    }


def _off(session: Session, consultation_id: int) -> dict[tuple[int, str], tuple[int, int]]:
    counted, stored = _counted(session, consultation_id), _stored(session, consultation_id)
    return {
        cell: (counted.get(cell, 0), stored.get(cell, 0))
        for cell in sorted({*counted, *stored})
        if counted.get(cell, 0) != stored.get(cell, 0)
    }


def differences(session: Session, consultation_id: int) -> list[Difference]:
    """What is wrong with the counters of stances."""
    off = _off(session, consultation_id)
    return [
        Difference(f"revision {revision}, {name}", counted, stored)
        for (revision, name), (counted, stored) in off.items()
    ]


def mend(session: Session, consultation_id: int) -> list[Difference]:
    """Set the counters to what the rows say; returns what was wrong."""
    off = _off(session, consultation_id)
    counters.move(session, {cell: counted - stored for cell, (counted, stored) in off.items()})
    return [
        Difference(f"revision {revision}, {name}", counted, stored)
        for (revision, name), (counted, stored) in off.items()
    ]
