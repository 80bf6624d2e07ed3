"""What somebody with an account sees of all that they sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.paging import Keyset, Page, cut, window
from consult.submissions.models import Comment, CommentRevision, Submission
from consult.submissions.points import LIVE_STATES


def submissions_of_user(
    session: Session, user_id: int, keyset: Keyset
) -> Page[tuple[Submission, Consultation]]:
    """An account's own submissions, newest first."""
    statement = (
        select(Submission, Consultation)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .where(Submission.user_id == user_id)
    )
    statement = window(statement, keyset, Submission.id, newest_first=True)
    found = [(row[0], row[1]) for row in session.execute(statement)]
    return cut(found, keyset, lambda row: row[0].id)


@dataclass(frozen=True)
class Beginning:
    """How a comment begins, for a list of submissions."""

    seq: int
    language: str
    text: str


def beginnings(session: Session, submission_ids: Sequence[int]) -> dict[int, list[Beginning]]:
    """The comments of each submission that have words, by their number."""
    rows = session.execute(
        select(
            Comment.submission_id,
            Comment.seq,
            CommentRevision.language,
            func.substr(CommentRevision.text, 1, 200),
        )
        .join(CommentRevision, CommentRevision.comment_id == Comment.id)
        .where(
            Comment.submission_id.in_(submission_ids),
            Comment.state.in_(LIVE_STATES),
            CommentRevision.superseded_at.is_(None),
        )
        .order_by(Comment.seq)
    )
    found: dict[int, list[Beginning]] = {}
    for submission_id, *facts in rows:
        found.setdefault(submission_id, []).append(Beginning(*facts))
    return found
