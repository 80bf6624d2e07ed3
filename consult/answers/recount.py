"""Proving the counters that publishing moves, and repairing them."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.answers.fates import is_newest
from consult.answers.models import Fate
from consult.kernel.release import RELEASED, Release
from consult.submissions.models import Point, Tally


@dataclass(frozen=True)
class Settled:
    """Owed points that have an answer, and those among them that changed the text."""

    owed_settled: int
    changed: int


def count(session: Session, consultation_id: int) -> Settled:
    """Count anew, from the points and their newest released fates."""
    settled = (
        select(func.count())
        .select_from(Point)
        .join(Release, Release.id == Point.settled_by)
        .where(
            Point.consultation_id == consultation_id,
            Point.owed.is_(True),
            Release.state == RELEASED,
        )
    )
    changed = (
        select(func.count())
        .select_from(Fate)
        .join(Release, Release.id == Fate.release_id)
        .join(Point, Point.id == Fate.point_id)
        .where(
            Point.consultation_id == consultation_id,
            Point.owed.is_(True),
            Fate.changed.is_(True),
            Release.state == RELEASED,
            is_newest(),
        )
    )
    return Settled(session.execute(settled).scalar_one(), session.execute(changed).scalar_one())


def repair(session: Session, consultation_id: int) -> tuple[Settled, Settled]:
    """Put the true counts in place; returns what stood there and what is true."""
    tally = session.scalars(
        select(Tally)
        .where(Tally.consultation_id == consultation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    true = count(session, consultation_id)
    if tally is None:
        return true, true
    stood = Settled(tally.owed_settled, tally.changed)
    if stood != true:
        tally.owed_settled, tally.changed = true.owed_settled, true.changed
        tally.version += 1
        session.flush()
    return stood, true
