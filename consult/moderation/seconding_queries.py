"""What became of the second opinions that were asked for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from consult.accounts.queries import user_names
from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.moderation.models import SecondOpinion
from consult.moderation.words import OPINION_NAMES
from consult.submissions.models import Comment

NEWEST = 10


@dataclass(frozen=True)
class Given:
    """A second opinion that was given, or that nobody needs any more."""

    comment_id: int
    number: int
    slug: str
    note: str
    asked_by: str
    # "" where the comment went by itself: withdrawn, erased.
    given_by: str
    given_at: datetime
    # The act that was it (OPINION_NAMES); "" where the log names none.
    act: str


def answered_to(session: Session, consultation_ids: list[int], user_id: int) -> list[Given]:
    """What became of somebody's newest requests, newest first."""
    return _given(
        session,
        SecondOpinion.consultation_id.in_(consultation_ids) & (SecondOpinion.asked_by == user_id),
        NEWEST,
    )


def given_about(session: Session, comment_id: int) -> Given | None:
    """The newest second opinion about a comment."""
    return next(iter(_given(session, SecondOpinion.comment_id == comment_id, 1)), None)


def _given(session: Session, condition: ColumnElement[bool], limit: int) -> list[Given]:
    rows = session.execute(
        select(SecondOpinion, Comment.seq, Consultation.slug)
        .join(Comment, Comment.id == SecondOpinion.comment_id)
        .join(Consultation, Consultation.id == SecondOpinion.consultation_id)
        .where(condition, SecondOpinion.given_at.is_not(None))
        .order_by(SecondOpinion.given_at.desc(), SecondOpinion.id.desc())
        .limit(limit)
    ).all()
    if not rows:
        return []
    found: list[SecondOpinion] = [row.SecondOpinion for row in rows]
    acts = _acts(session, {one.comment_id for one in found})
    names = user_names(session, {who or 0 for one in found for who in (one.asked_by, one.given_by)})
    return [
        Given(
            comment_id=row.SecondOpinion.comment_id,
            number=row.seq,
            slug=row.slug,
            note=row.SecondOpinion.note,
            asked_by=names.get(row.SecondOpinion.asked_by or 0, ""),
            given_by=names.get(row.SecondOpinion.given_by or 0, ""),
            given_at=row.SecondOpinion.given_at,
            act=acts.get((row.SecondOpinion.comment_id, row.SecondOpinion.given_at), ""),
        )
        for row in rows
    ]


def _acts(session: Session, comment_ids: set[int]) -> dict[tuple[int, datetime], str]:
    """(comment, when) → the act on it that can be a second opinion. The log is the record: a request
    keeps only who met it and when."""
    rows = session.execute(
        select(Activity.thing, Activity.at, Activity.act)
        .where(
            Activity.thing.in_([f"comment:{comment_id}" for comment_id in comment_ids]),
            Activity.act.in_(OPINION_NAMES),
        )
        .order_by(Activity.id)
    )
    return {(int(thing.partition(":")[2]), at): act for thing, at, act in rows}
