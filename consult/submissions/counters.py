"""The only functions that move the counters of threads and consultations.

They run last in an act and always in the same order (the thread of the replies, the thread of the
clause or the whole text, the consultation), so that two acts never wait for each other, and the
rows that everybody needs are locked for the shortest time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, bindparam, func, select, update
from sqlalchemy.orm import Session

from consult.kernel.db import Base
from consult.kernel.inserting import conflict_insert
from consult.kernel.release import visible
from consult.submissions.models import Comment, CommentRevision, Point, Tally, Thread

_NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True)
class Place:
    """A thread and the number of a comment in it."""

    thread_id: int
    position: int


# Every post runs these: they are built once, because building costs more than running them.
def _placing(*where: ColumnElement[bool]) -> Any:
    return (
        update(Thread)
        .where(*where)
        .values(
            last_position=Thread.last_position + bindparam("taken", type_=Integer),
            comments=Thread.comments + bindparam("shown", type_=Integer),
            proposals=Thread.proposals + bindparam("proposed", type_=Integer),
            version=Thread.version + 1,
        )
        .returning(Thread.id, Thread.last_position)
    )


_IN_CONSULTATION = Thread.consultation_id == bindparam("in_consultation", type_=BigInteger)
_PLACE_ON_WHOLE = _placing(_IN_CONSULTATION, Thread.kind == "whole")
_PLACE_ON_CLAUSE = _placing(
    _IN_CONSULTATION,
    Thread.kind == "clause",
    Thread.clause_id == bindparam("on_clause", type_=BigInteger),
)
_PLACE_IN_THREAD = _placing(Thread.id == bindparam("in_thread", type_=BigInteger))
_NUMBER: Any = (
    update(Tally)
    .where(Tally.consultation_id == bindparam("in_consultation", type_=BigInteger))
    .values(
        last_seq=Tally.last_seq + bindparam("taken", type_=Integer),
        submissions=Tally.submissions + bindparam("opened", type_=Integer),
        comments=Tally.comments + bindparam("shown", type_=Integer),
        owed=Tally.owed + bindparam("now_owed", type_=Integer),
        version=Tally.version + 1,
    )
    .returning(Tally.last_seq)
)


def place_at(
    session: Session,
    *,
    consultation_id: int,
    clause_id: int | None,
    shown: bool = True,
    proposes: bool = False,
    count: int = 1,
) -> Place:
    """The next place among the top comments on a clause, or on the whole text (None).

    `proposes` other words for the clause. With `count` so many places are taken, and the last one
    is returned.
    """
    where = {"in_consultation": consultation_id, "on_clause": clause_id}
    if clause_id is None:
        del where["on_clause"]
    step = {
        "taken": count,
        "shown": count if shown else 0,
        "proposed": count if shown and proposes else 0,
    }
    move = _PLACE_ON_WHOLE if clause_id is None else _PLACE_ON_CLAUSE
    row = session.connection().execute(move, {**where, **step}).first()
    if row is None:
        kind = "whole" if clause_id is None else "clause"
        new = {"consultation_id": consultation_id, "kind": kind, "clause_id": clause_id}
        _insert_if_missing(session, Thread, {**new, **_ZERO_THREAD})
        row = session.connection().execute(move, {**where, **step}).one()
    return Place(row[0], row[1])


def hold_threads(session: Session, consultation_id: int, clauses: Collection[int | None]) -> None:
    """Lock the threads on some clauses and on the whole text (None), in the one order of locks.

    An act that takes in several comments moves the consultation's counters with each of them: it must
    not then wait for another thread.
    """
    for clause_id in sorted(clauses, key=lambda key: (key is not None, key or 0)):
        kind = "whole" if clause_id is None else "clause"
        new = {"consultation_id": consultation_id, "kind": kind, "clause_id": clause_id}
        _insert_if_missing(session, Thread, {**new, **_ZERO_THREAD})
        session.execute(
            select(Thread.id)
            .where(
                Thread.consultation_id == consultation_id,
                Thread.kind == kind,
                Thread.clause_id.is_not_distinct_from(clause_id),
            )
            .with_for_update()
        )


def place_under(session: Session, root: Comment, *, shown: bool = True) -> Place:
    """The next place among the replies to `root`, which the caller has locked."""
    if root.replies_id is None:
        thread = Thread(consultation_id=root.consultation_id, kind="replies", **_ZERO_THREAD)
        session.add(thread)
        session.flush()
        root.replies_id = thread.id
    step = {"in_thread": root.replies_id, "taken": 1, "shown": int(shown), "proposed": 0}
    row = session.connection().execute(_PLACE_IN_THREAD, step).one()
    # The page of the thread above shows how many replies there are.
    _bump_thread(session, root.thread_id)
    return Place(row[0], row[1])


def number(
    session: Session,
    *,
    consultation_id: int,
    submissions: int,
    owed: int,
    shown: bool = True,
    comments: int = 1,
) -> int:
    """The next comment number of a consultation, counting what comes with it.

    With `comments` so many numbers are taken, and the last one is returned.
    """
    facts = {
        "in_consultation": consultation_id,
        "taken": comments,
        "shown": comments if shown else 0,
        "opened": submissions,
        "now_owed": owed,
    }
    seq: int | None = session.connection().execute(_NUMBER, facts).scalar()
    if seq is None:
        _insert_if_missing(session, Tally, {"consultation_id": consultation_id, **_ZERO_TALLY})
        seq = session.connection().execute(_NUMBER, facts).scalar_one()
    return seq


def hide(session: Session, comment: Comment) -> None:
    """A comment that could be read can be read no longer."""
    _shift(session, comment, -1)


def show(session: Session, comment: Comment) -> None:
    """A comment that could not be read can be read from now on."""
    _shift(session, comment, 1)


def touch(session: Session, comment: Comment) -> None:
    """Something about a comment changed that pages show."""
    _shift(session, comment, 0)


def touch_all(session: Session, consultation_id: int, comments: Sequence[Comment]) -> None:
    """The same for many comments of a consultation, each thread once."""
    if not comments:
        return
    session.flush()
    roots = [comment.root_id for comment in comments if comment.root_id is not None]
    above = select(Comment.thread_id).where(Comment.id.in_(roots))
    replies = {c.replies_id for c in comments if c.root_id is None and c.replies_id is not None}
    replies |= {c.thread_id for c in comments if c.root_id is not None}
    top = {c.thread_id for c in comments if c.root_id is None}
    top |= set(session.scalars(above)) if roots else set()
    for thread_id in [*sorted(replies), *sorted(top)]:
        _bump_thread(session, thread_id)
    _move_tally(session, consultation_id)


def owe(
    session: Session, consultation_id: int, point_ids: Sequence[int], *, changed: int = 0
) -> int:
    """Let live points be owed an answer; returns how many were not owed before.

    `changed` is how many of those that were not owed, but settled, had changed the text.
    """
    return _turn(session, consultation_id, point_ids, owed=True, changed=changed)


def stop_owing(
    session: Session, consultation_id: int, point_ids: Sequence[int], *, changed: int = 0
) -> int:
    """Let points be owed no longer; returns how many were owed before.

    `changed` is how many of those that were owed and settled had changed the text, which the
    caller knows from their fates.
    """
    return _turn(session, consultation_id, point_ids, owed=False, changed=changed)


def settle(session: Session, consultation_id: int, *, settled: int, changed: int) -> None:
    """Add what a publication prepared: points settled for the first time, and the difference in
    the number of points that changed the text."""
    _move_tally(session, consultation_id, owed_settled=settled, changed=changed)


def _turn(
    session: Session, consultation_id: int, point_ids: Sequence[int], *, owed: bool, changed: int
) -> int:
    settled = visible(Point.settled_by) & Point.settled_by.is_not(None)
    rows = session.execute(
        select(Point.id, settled)
        .where(Point.id.in_(list(point_ids)), Point.owed.is_not(owed))
        .order_by(Point.id)
        .with_for_update(of=Point, key_share=True)
    ).all()
    if not rows:
        return 0
    session.execute(update(Point).where(Point.id.in_([id_ for id_, _ in rows])).values(owed=owed))
    sign = 1 if owed else -1
    _move_tally(
        session,
        consultation_id,
        owed=sign * len(rows),
        owed_settled=sign * sum(1 for _, is_settled in rows if is_settled),
        changed=sign * changed,
    )
    return len(rows)


def _shift(session: Session, comment: Comment, by: int) -> None:
    if comment.root_id is None and comment.replies_id is not None:
        # The page of the replies shows the comment above them.
        _bump_thread(session, comment.replies_id)
    session.execute(
        update(Thread)
        .where(Thread.id == comment.thread_id)
        .values(
            comments=Thread.comments + by,
            proposals=Thread.proposals + by * _proposals_in(comment.id),
            version=Thread.version + 1,
        ),
        execution_options=_NO_SYNC,
    )
    if comment.root_id is not None:
        above = select(Comment.thread_id).where(Comment.id == comment.root_id)
        _bump_thread(session, above.scalar_subquery())
    _move_tally(session, comment.consultation_id, comments=by)


def _proposals_in(comment_id: int) -> Any:
    """1 if the comment proposes other words for a clause, else 0."""
    return (
        select(func.count())
        .select_from(CommentRevision)
        .where(
            CommentRevision.comment_id == comment_id,
            CommentRevision.superseded_at.is_(None),
            CommentRevision.amends_id.is_not(None),
        )
        .scalar_subquery()
    )


def _bump_thread(session: Session, thread_id: object) -> None:
    session.execute(
        update(Thread).where(Thread.id == thread_id).values(version=Thread.version + 1),
        execution_options=_NO_SYNC,
    )


def _move_tally(session: Session, consultation_id: int, **by: int) -> None:
    session.flush()
    session.execute(
        update(Tally)
        .where(Tally.consultation_id == consultation_id)
        .values(
            version=Tally.version + 1,
            **{name: getattr(Tally, name) + step for name, step in by.items()},
        ),
        execution_options=_NO_SYNC,
    )


_ZERO_THREAD = {"last_position": 0, "comments": 0, "proposals": 0, "version": 0}
_ZERO_TALLY = {
    "last_seq": 0,
    "submissions": 0,
    "comments": 0,
    "owed": 0,
    "owed_settled": 0,
    "changed": 0,
    "version": 0,
}


def _insert_if_missing(session: Session, model: type[Base], values: dict[str, object]) -> None:
    """Make the row unless another poster has just made it."""
    made = conflict_insert(session.get_bind(), model).values(**values)
    session.execute(made.on_conflict_do_nothing())
