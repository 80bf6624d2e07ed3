"""What the counters should say, counted anew from the rows."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.answers import repair as answers
from consult.consultations.models import Consultation
from consult.kernel.search import SearchEntry
from consult.submissions import repair as submissions
from consult.submissions.models import (
    HELD,
    PUBLISHED,
    Comment,
    CommentRevision,
    Point,
    Tally,
    Thread,
)
from consult.submissions.points import is_owed
from consult.themes import repair as themes


def assert_counters_are_true(session: Session, consultation: Consultation) -> None:
    """Tallies, owed flags, themes, campaigns and the search agree with the comments as they are."""
    session.rollback()
    session.expire_all()
    tally = session.get_one(Tally, consultation.id)
    comments = session.scalars(
        select(Comment).where(Comment.consultation_id == consultation.id)
    ).all()
    states = {comment.id: comment.state for comment in comments}
    readable = {comment.id for comment in comments if comment.state == PUBLISHED}
    assert tally.comments == len(readable)
    owed = 0
    for comment in comments:
        gone = comment.root_id is not None and states[comment.root_id] not in (PUBLISHED, HELD)
        expected = is_owed(
            state=comment.state, late=comment.late, admitted=comment.admitted_at is not None,
            reply=comment.root_id is not None, addressed=comment.addressed, root_gone=gone,
        )  # fmt: skip
        for point in session.scalars(select(Point).where(Point.comment_id == comment.id)):
            live = point.retired_at is None
            assert point.owed == (expected and live), (comment.seq, comment.state)
            owed += point.owed
    assert tally.owed == owed
    assert answers.differences(session, consultation.id) == []
    for thread in session.scalars(select(Thread)):
        shown = select(func.count()).where(
            Comment.thread_id == thread.id, Comment.state == PUBLISHED
        )
        assert thread.comments == session.scalar(shown)
        proposing = (
            shown.select_from(Comment)
            .join(CommentRevision, CommentRevision.comment_id == Comment.id)
            .where(CommentRevision.superseded_at.is_(None), CommentRevision.amends_id.is_not(None))
        )
        assert thread.proposals == session.scalar(proposing)
    assert submissions.differences(session, consultation.id) == []
    assert themes.differences(session, consultation.id) == []
    found = session.scalars(select(SearchEntry.reference).where(SearchEntry.kind == "comment"))
    assert set(found) <= readable
