"""Every read of what was erased, and of what is to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import User
from consult.accounts.queries import shown_name
from consult.consultations.models import Consultation
from consult.kernel.db import Texts
from consult.kernel.paging import Keyset, Page, cut, window
from consult.moderation.erasure.models import Erasure
from consult.submissions.models import ERASED, Comment, CommentRevision, Point, Submission


def comment_ids(session: Session, erasure_id: int) -> Sequence[int]:
    """The comments of the submission, by number."""
    return session.scalars(
        select(Comment.id)
        .join(Erasure, Erasure.submission_id == Comment.submission_id)
        .where(Erasure.id == erasure_id)
        .order_by(Comment.id)
    ).all()


def points(session: Session, erasure_id: int) -> Sequence[int]:
    """The points of its comments, retired ones too."""
    return session.scalars(
        select(Point.id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(Erasure, Erasure.submission_id == Comment.submission_id)
        .where(Erasure.id == erasure_id)
        .order_by(Point.id)
    ).all()


def words(session: Session, comment_id: int) -> list[tuple[str, str]]:
    """Each wording of a comment with its language, as far as it is there."""
    rows = session.execute(
        select(CommentRevision.text, CommentRevision.language)
        .where(CommentRevision.comment_id == comment_id, CommentRevision.emptied_at.is_(None))
        .order_by(CommentRevision.id)
    )
    return [(text, language) for text, language in rows]


def account(session: Session, erasure_id: int) -> tuple[int, int] | None:
    """The account that sent the submission, and the consultation, if there is one."""
    row = session.execute(
        select(Submission.user_id, Submission.consultation_id)
        .join(Erasure, Erasure.submission_id == Submission.id)
        .where(Erasure.id == erasure_id, Submission.user_id.is_not(None))
    ).one_or_none()
    return None if row is None or row[0] is None else (row[0], row[1])


def of_submission(session: Session, submission_id: int) -> Erasure | None:
    """That it was erased, if it was."""
    return session.scalar(select(Erasure).where(Erasure.submission_id == submission_id))


@dataclass(frozen=True)
class ErasedRow:
    """A comment that was erased: a line of the public log.

    One line a comment and not a submission: that two are of one person is nobody's business.
    """

    id: int
    number: int
    slug: str
    title: Texts
    erased_at: datetime
    # None where its author erased it.
    ground: str | None
    erased_by: str


def erased(
    session: Session, keyset: Keyset, *, consultation_id: int | None = None
) -> Page[ErasedRow]:
    """The comments that were erased, those that came last first."""
    chosen = (
        select(
            Comment.id,
            Comment.seq,
            Comment.state_at,
            Consultation.slug,
            Consultation.title,
            Erasure.ground,
            User.name,
            User.email,
        )
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Erasure, Erasure.submission_id == Comment.submission_id)
        .outerjoin(User, User.id == Erasure.erased_by)
        .where(Comment.state == ERASED)
    )
    if consultation_id is not None:
        chosen = chosen.where(Comment.consultation_id == consultation_id)
    rows = [
        ErasedRow(number, seq, slug, title, at, ground, shown_name(name, email) if ground else "")
        for number, seq, at, slug, title, ground, name, email in session.execute(
            window(chosen, keyset, Comment.id, newest_first=True)
        )
    ]
    return cut(rows, keyset, lambda row: row.id)
