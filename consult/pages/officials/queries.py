"""What is left to do, from the counters of the rooms below."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.moderation.models import Report
from consult.submissions.models import HELD, Comment, Tally

# More open reports than this are "more than": nobody reads the exact number of a pile.
MANY = 100


@dataclass(frozen=True)
class Left:
    """The counters of a consultation as its officials need them."""

    submissions: int = 0
    comments: int = 0
    owed: int = 0
    open: int = 0
    changed: int = 0

    @classmethod
    def of(cls, tally: Tally | None) -> "Left":
        if tally is None:
            return cls()
        return cls(
            submissions=tally.submissions,
            comments=tally.comments,
            owed=tally.owed,
            open=tally.owed - tally.owed_settled,
            changed=tally.changed,
        )


def left(session: Session, consultation_ids: Sequence[int]) -> dict[int, Left]:
    """The counters of some consultations, all zero before the first comment."""
    tallies = session.scalars(select(Tally).where(Tally.consultation_id.in_(consultation_ids)))
    found = {tally.consultation_id: Left.of(tally) for tally in tallies}
    return {key: found.get(key, Left()) for key in consultation_ids}


def to_judge(session: Session, consultation_id: int) -> tuple[int, int]:
    """How many reports wait for a decision, and how many comments are held; each counted up to
    MANY, in one statement."""
    reports = (
        select(Report.id)
        .where(Report.consultation_id == consultation_id, Report.state == "open")
        .limit(MANY)
        .subquery()
    )
    held = (
        select(Comment.id)
        .where(Comment.consultation_id == consultation_id, Comment.state == HELD)
        .limit(MANY)
        .subquery()
    )
    counted = session.execute(
        select(
            select(func.count()).select_from(reports).scalar_subquery(),
            select(func.count()).select_from(held).scalar_subquery(),
        )
    ).one()
    return counted[0], counted[1]


def with_comments(session: Session) -> Sequence[tuple[Consultation, Left]]:
    """All consultations with their counters, in the order in which they were made."""
    rows = session.execute(
        select(Consultation, Tally)
        .join(Tally, Tally.consultation_id == Consultation.id, isouter=True)
        .order_by(Consultation.id)
    )
    return [(consultation, Left.of(tally)) for consultation, tally in rows]
