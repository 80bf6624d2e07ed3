"""Proving the counters of conversations and of those who took part, and repairing them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session

from consult.submissions.models import (
    PUBLISHED,
    ArrivalTally,
    Comment,
    CommentRevision,
    Submission,
    Tally,
    Thread,
)
from consult.submissions.participation import counting


@dataclass(frozen=True)
class Difference:
    """A counter that does not say what the rows say."""

    counter: str
    counted: int
    stored: int


@dataclass(frozen=True)
class _Counted:
    """Comments of a thread that can be read, and those that propose other words."""

    thread: Thread
    comments: int
    proposals: int

    @property
    def right(self) -> bool:
        return (self.comments, self.proposals) == (self.thread.comments, self.thread.proposals)

    @property
    def differences(self) -> list[Difference]:
        stored, number = self.thread, self.thread.id
        pairs = (
            (f"comments of conversation {number}", self.comments, stored.comments),
            (f"proposals of conversation {number}", self.proposals, stored.proposals),
        )
        return [Difference(name, right, stands) for name, right, stands in pairs if right != stands]


def _wrong(session: Session, consultation_id: int) -> Sequence[_Counted]:
    rows = session.execute(
        select(Thread, func.count(Comment.id), func.count(CommentRevision.amends_id))
        .outerjoin(Comment, and_(Comment.thread_id == Thread.id, Comment.state == PUBLISHED))
        .outerjoin(
            CommentRevision,
            and_(CommentRevision.comment_id == Comment.id, CommentRevision.superseded_at.is_(None)),
        )
        .where(Thread.consultation_id == consultation_id)
        .group_by(Thread.id)
        .order_by(Thread.id)
        .execution_options(populate_existing=True)
    )
    counted = (_Counted(thread, comments, proposals) for thread, comments, proposals in rows)
    return [thread for thread in counted if not thread.right]


def differences(session: Session, consultation_id: int) -> list[Difference]:
    """What is wrong with the counters of a consultation's conversations and submissions."""
    wrong = [found for thread in _wrong(session, consultation_id) for found in thread.differences]
    return wrong + _told(*_arrivals(session, consultation_id))


def mend(session: Session, consultation_id: int) -> list[Difference]:
    """Put the true counts in place; returns what was wrong."""
    session.execute(
        select(Thread.id)
        .where(Thread.consultation_id == consultation_id)
        .order_by(Thread.id)
        .with_for_update()
    )
    wrong = _wrong(session, consultation_id)
    told = [found for thread in wrong for found in thread.differences]
    for thread in wrong:
        session.execute(
            update(Thread)
            .where(Thread.id == thread.thread.id)
            .values(
                comments=thread.comments, proposals=thread.proposals, version=Thread.version + 1
            )
            .execution_options(synchronize_session=False)
        )
    return told + _mend_arrivals(session, consultation_id)


Arrivals = Counter[tuple[Any, ...]]


def _mend_arrivals(session: Session, consultation_id: int) -> list[Difference]:
    # Whoever opens a submission holds this row while they count it.
    session.execute(
        select(Tally.consultation_id)
        .where(Tally.consultation_id == consultation_id)
        .with_for_update()
    )
    counted, stored = _arrivals(session, consultation_id)
    wrong = _told(counted, stored)
    kinds = sorted({*counted, *stored})
    counting.put(
        session,
        consultation_id,
        {kind: counted[kind] for kind in kinds if counted[kind] != stored[kind]},
    )
    if wrong:
        session.execute(
            update(Tally)
            .where(Tally.consultation_id == consultation_id)
            .values(version=Tally.version + 1)
            .execution_options(synchronize_session=False)
        )
    return wrong


def _arrivals(session: Session, consultation_id: int) -> tuple[Arrivals, Arrivals]:
    """Submissions by day and kind, counted anew and as they stand."""
    names = ("recorded_at", "received_at", "respondent", "language", "channel")
    rows = session.execute(
        select(*(getattr(Submission, name) for name in names)).where(
            Submission.consultation_id == consultation_id
        )
    )
    counted = Counter(counting.kind_of(row._mapping) for row in rows)  # noqa: SLF001
    stored = session.execute(
        select(
            *(getattr(ArrivalTally, name) for name in counting.COLUMNS), ArrivalTally.submissions
        )
        .where(ArrivalTally.consultation_id == consultation_id)
        .execution_options(populate_existing=True)
    )
    return counted, Counter({tuple(row[:-1]): row[-1] for row in stored})


def _told(counted: Arrivals, stored: Arrivals) -> list[Difference]:
    return [
        Difference(f"submissions {' '.join(map(str, kind))}", counted[kind], stored[kind])
        for kind in sorted({*counted, *stored})
        if counted[kind] != stored[kind]
    ]
