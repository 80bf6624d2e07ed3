"""Proving the counters of a consultation as a whole, and repairing them.

All at once, because the database refuses more points answered than owed, and this is the lowest room
that sees them all.
"""

from dataclasses import asdict, dataclass

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from consult.answers.fates import is_newest
from consult.answers.models import Fate
from consult.kernel.release import RELEASED, Release
from consult.submissions.models import PUBLISHED, Comment, Point, Submission, Tally


@dataclass(frozen=True)
class Counted:
    """The counters of `tally`, by its columns."""

    submissions: int
    # Those that can be read.
    comments: int
    owed: int
    # Owed points that have an answer, and those among them that changed the text.
    owed_settled: int
    changed: int


NAMES = {
    "submissions": "submissions",
    "comments": "comments that can be read",
    "owed": "points owed an answer",
    "owed_settled": "answered points",
    "changed": "points that changed the text",
}


def count(session: Session, consultation_id: int) -> Counted:
    """Count anew, from the rows and the newest released fates."""
    owed = (
        select(func.count())
        .select_from(Point)
        .where(Point.consultation_id == consultation_id, Point.owed.is_(True))
    )
    settled = owed.join(Release, Release.id == Point.settled_by).where(Release.state == RELEASED)
    changed = (
        owed.join(Fate, Fate.point_id == Point.id)
        .join(Release, Release.id == Fate.release_id)
        .where(Fate.changed.is_(True), Release.state == RELEASED, is_newest())
    )

    def number(statement: Select[int]) -> int:
        return session.execute(statement).scalar_one()

    return Counted(
        submissions=number(
            select(func.count())
            .select_from(Submission)
            .where(Submission.consultation_id == consultation_id)
        ),
        comments=number(
            select(func.count())
            .select_from(Comment)
            .where(Comment.consultation_id == consultation_id, Comment.state == PUBLISHED)
        ),
        owed=number(owed),
        owed_settled=number(settled),
        changed=number(changed),
    )


@dataclass(frozen=True)
class Difference:
    """A counter that does not say what the rows say."""

    counter: str
    counted: int
    stored: int


def differences(session: Session, consultation_id: int) -> list[Difference]:
    """What is wrong with the counters of a consultation."""
    return _told(session, consultation_id, count(session, consultation_id))


def _told(session: Session, consultation_id: int, true: Counted) -> list[Difference]:
    tally = session.get(Tally, consultation_id, populate_existing=True)
    pairs = ((column, right, getattr(tally, column, 0)) for column, right in asdict(true).items())
    return [
        Difference(NAMES[column], right, stands)
        for column, right, stands in pairs
        if right != stands
    ]


def mend(session: Session, consultation_id: int) -> list[Difference]:
    """Put the true counts in place; returns what was wrong."""
    session.execute(
        select(Tally.consultation_id)
        .where(Tally.consultation_id == consultation_id)
        .with_for_update()
    )
    true = count(session, consultation_id)
    wrong = _told(session, consultation_id, true)
    if wrong:
        session.execute(
            update(Tally)
            .where(Tally.consultation_id == consultation_id)
            .values(**asdict(true), version=Tally.version + 1)
            .execution_options(synchronize_session=False)
        )
    return wrong
