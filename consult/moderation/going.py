"""What goes with a comment that goes: out of the counters, the search and the queues.

Locks are taken in the order of the house: comments, points by id, the consultation, the counters of
themes, then threads and tally. They keep other writers away, but not those who only refer to a
row (`key_share`): a batch of fates refers to many comments and points in an order of its own.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from consult.answers import fates, publishing
from consult.answers.models import Publication
from consult.consultations.counters import decided
from consult.consultations.models import Consultation
from consult.jobs import queue
from consult.kernel import search
from consult.kernel.errors import NotFoundError
from consult.moderation.errors import AlreadyGoneError
from consult.moderation.models import (
    AGAINST,
    HOLDING,
    LAPSED,
    OPEN,
    IdentityCase,
    Objection,
    Report,
    SecondOpinion,
)
from consult.opinions import planning as opinions
from consult.submissions import counters
from consult.submissions.models import HELD, PUBLISHED, REMOVED, Comment, Point
from consult.submissions.points import LIVE_STATES
from consult.themes import counters as theme_counters

# Replies that become owed in the act itself; what is beyond is done by the job "owe_replies".
AT_ONCE = 200
JOB = "owe_replies"


def lock(session: Session, comment_id: int) -> Comment:
    """The comment as it is now, kept from other writers. Raises NotFoundError."""
    found = session.scalar(
        select(Comment)
        .where(Comment.id == comment_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError
    return found


def lock_live(session: Session, comment_id: int) -> Comment:
    """The same for a comment whose words count. Raises AlreadyGoneError for a tombstone."""
    comment = lock(session, comment_id)
    if comment.state not in LIVE_STATES:
        raise AlreadyGoneError
    return comment


def lock_points(session: Session, comment_id: int) -> list[Point]:
    """The live points of a comment, locked, in the order of their words."""
    return list(
        session.scalars(
            select(Point)
            .where(Point.comment_id == comment_id, Point.retired_at.is_(None))
            .order_by(Point.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def changed_the_text(session: Session, points: Sequence[Point]) -> int:
    """How many of these points have a released fate that changed the text."""
    newest = fates.newest_fates(session, [point.id for point in points])
    return sum(fate.changed for fate in newest.values())


def take_away(session: Session, comment: Comment, *, state: str, now: datetime) -> None:
    """Turn a locked live comment into a tombstone: nothing of it counts or is found any more.

    Number, place, labels and fates remain. If it was the top of a conversation, its replies are
    owed answers of their own.
    """
    replies = _lock_replies(session, comment, after=0)
    concerned = _lock_concerned(session, replies, also=comment.id)
    points = [point for point in concerned if point.comment_id == comment.id]
    orphaned = [point for point in concerned if point.comment_id != comment.id]
    decided(session, comment.consultation_id)
    ids = [point.id for point in points]
    theme_counters.points_gone(session, ids)
    search.unindex(session, kind="comment", references=[comment.id])
    was_owed = [point for point in points if point.owed]
    changed = changed_the_text(session, was_owed)
    was_shown = comment.state == PUBLISHED
    comment.state, comment.state_at = state, now
    comment.held_for = comment.held_until = None
    session.flush()
    # Whether it was theirs is not to be decided any more.
    session.execute(
        update(IdentityCase)
        .where(IdentityCase.comment_id == comment.id, IdentityCase.state == OPEN)
        .values(state=LAPSED, decided_at=now)
    )
    session.execute(
        update(SecondOpinion)
        .where(SecondOpinion.comment_id == comment.id, SecondOpinion.given_at.is_(None))
        .values(given_at=now)
    )
    # Of a removal its author may object, or has objected.
    lapse_objections(session, comment, (HOLDING,) if state == REMOVED else AGAINST, now)
    if was_shown:
        counters.hide(session, comment)
    else:
        counters.touch(session, comment)
    counters.stop_owing(
        session, comment.consultation_id, [point.id for point in was_owed], changed=changed
    )
    _owe(session, comment, replies, orphaned, now)
    complete(session, comment.consultation_id, now)
    opinions.plan_if_spoken_about(session, comment.consultation_id, comment.id, now)


def lapse_objections(
    session: Session, comment: Comment, against: Sequence[str], now: datetime
) -> None:
    """End what its author objected to and what does not stand any more: nobody could decide it."""
    session.execute(
        update(Objection)
        .where(
            Objection.comment_id == comment.id,
            Objection.against.in_(against),
            Objection.state == OPEN,
        )
        .values(state=LAPSED, decided_at=now)
    )


def bring_back(
    session: Session,
    comment: Comment,
    *,
    words: str,
    held_for: str | None = None,
    held_until: datetime | None = None,
    now: datetime,
) -> None:
    """Undo `take_away` for a locked comment that was removed: it is read (or held, for a reason)
    and owed as before. `words` are the search words of its revision, made before the act.

    What its replies were owed because it was gone, they are owed no longer.
    """
    assert comment.state == REMOVED
    replies = _lock_replies(session, comment, after=0)
    concerned = _lock_concerned(session, replies, also=comment.id, owed=True)
    points = [point for point in concerned if point.comment_id == comment.id]
    decided(session, comment.consultation_id)
    theme_counters.points_back(session, [point.id for point in points])
    comment.state, comment.state_at = PUBLISHED if held_for is None else HELD, now
    comment.held_for, comment.held_until = held_for, held_until
    if held_for is None:
        found = search.Thing(comment.id, comment.consultation_id, comment.language, words)
        search.index(session, "comment", [found])
    session.flush()
    if held_for is None:
        counters.show(session, comment)
    else:
        counters.touch(session, comment)
    in_time = not comment.late or comment.admitted_at is not None
    if in_time and (comment.root_id is None or comment.addressed or root_is_gone(session, comment)):
        owe_points(session, comment.consultation_id, points)
    _owe_no_more(session, comment, replies, concerned, now)
    opinions.plan_if_spoken_about(session, comment.consultation_id, comment.id, now)


def _owe_no_more(
    session: Session,
    root: Comment,
    replies: Sequence[Comment],
    points: Sequence[Point],
    now: datetime,
) -> None:
    among = {reply.id for reply in replies if not reply.addressed}
    adopted = [point for point in points if point.comment_id in among]
    changed = changed_the_text(session, adopted)
    ids = [point.id for point in adopted]
    counters.stop_owing(session, root.consultation_id, ids, changed=changed)
    if len(replies) == AT_ONCE:
        _queue_more(session, root, replies[-1].position, now)


def owe_more_replies(session: Session, root_id: int, after: int) -> int | None:
    """The next replies to a comment that went, or came back; the last position done, or None at
    the end."""
    root = lock(session, root_id)
    back = root.state in LIVE_STATES
    replies = _lock_replies(session, root, after=after)
    points = _lock_concerned(session, replies, owed=back)
    if back:
        among = {reply.id for reply in replies if not reply.addressed}
        points = [point for point in points if point.comment_id in among]
    if points:
        decided(session, root.consultation_id)
    if points and back:
        changed = changed_the_text(session, points)
        ids = [point.id for point in points]
        counters.stop_owing(session, root.consultation_id, ids, changed=changed)
    elif points:
        owe_points(session, root.consultation_id, points)
    return replies[-1].position if len(replies) == AT_ONCE else None


def _lock_replies(session: Session, root: Comment, *, after: int) -> list[Comment]:
    if root.replies_id is None:
        return []
    return list(
        session.scalars(
            select(Comment)
            .where(Comment.thread_id == root.replies_id, Comment.position > after)
            .order_by(Comment.position)
            .limit(AT_ONCE)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def _owe(
    session: Session,
    root: Comment,
    replies: Sequence[Comment],
    points: Sequence[Point],
    now: datetime,
) -> None:
    if points:
        owe_points(session, root.consultation_id, points)
    if len(replies) == AT_ONCE:
        _queue_more(session, root, replies[-1].position, now)


def _queue_more(session: Session, root: Comment, after: int, now: datetime) -> None:
    # It may go, come back and go again.
    queue.enqueue(
        session,
        kind=JOB,
        key=f"{JOB}:{root.id}:{now.isoformat()}",
        payload={"root": root.id, "after": after},
        reference=f"comment:{root.id}",
        now=now,
    )


def _lock_concerned(
    session: Session, replies: Sequence[Comment], *, also: int | None = None, owed: bool = False
) -> list[Point]:
    """Live points of replies in time that are not owed while their root stands (or, `owed`, that
    are); and all live points of the comment `also`.

    One statement, because points are locked by id: those of a root that was split may be newer
    than those of its replies.
    """
    standing = [
        reply.id
        for reply in replies
        if reply.state in LIVE_STATES and (not reply.late or reply.admitted_at is not None)
    ]
    return list(
        session.scalars(
            select(Point)
            .where(
                Point.comment_id.in_(standing if also is None else [also, *standing]),
                Point.retired_at.is_(None),
                or_(Point.comment_id == also, Point.owed.is_(owed)),
            )
            .order_by(Point.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def owe_points(session: Session, consultation_id: int, points: Sequence[Point]) -> None:
    """Owe the points of a comment an answer; those that are owed one already stay as they are."""
    ids = [point.id for point in points]
    changed = changed_the_text(session, [point for point in points if not point.owed])
    counters.owe(session, consultation_id, ids, changed=changed)


def root_is_gone(session: Session, comment: Comment) -> bool:
    """Whether a reply's top comment is a tombstone."""
    if comment.root_id is None:
        return False
    state = session.scalar(select(Comment.state).where(Comment.id == comment.root_id))
    return state not in LIVE_STATES


def close_reports(session: Session, comment_id: int, *, state: str, by: int | None, now: datetime,
                  up_to: int | None = None) -> int:  # fmt: skip
    """End the open reports of a comment (up to one that a moderator saw); returns how many."""
    statement = update(Report).where(Report.comment_id == comment_id, Report.state == "open")
    if up_to is not None:
        statement = statement.where(Report.id <= up_to)
    closed = session.execute(
        statement.values(state=state, decided_by=by, decided_at=now).returning(Report.id)
    )
    return len(closed.all())


def complete(session: Session, consultation_id: int, now: datetime) -> None:
    """The last open point may have been this one: an answered consultation is then complete."""
    published = session.scalar(
        select(Publication.id)
        .where(
            Publication.consultation_id == consultation_id,
            Publication.published_at.is_not(None),
        )
        .limit(1)
    )
    if published is not None:
        consultation = session.get_one(Consultation, consultation_id, populate_existing=True)
        publishing.complete_if_nothing_open(session, consultation, now)
