"""Proving the counters that publishing moves, and repairing them."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
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


@dataclass(frozen=True)
class Difference:
    """A counter that does not say what the rows say."""

    counter: str
    counted: int
    stored: int


def differences(session: Session, consultation_id: int) -> list[Difference]:
    """What is wrong with the counters that publishing moves."""
    tally = session.get(Tally, consultation_id, populate_existing=True)
    stored = Settled(tally.owed_settled, tally.changed) if tally else Settled(0, 0)
    true = count(session, consultation_id)
    pairs = (
        ("answered points", true.owed_settled, stored.owed_settled),
        ("points that changed the text", true.changed, stored.changed),
    )
    return [Difference(name, right, stands) for name, right, stands in pairs if right != stands]


def mend(session: Session, consultation_id: int) -> list[Difference]:
    """Put the true counts in place; returns what was wrong."""
    session.execute(
        select(Tally.consultation_id)
        .where(Tally.consultation_id == consultation_id)
        .with_for_update()
    )
    wrong = differences(session, consultation_id)
    if wrong:
        true = count(session, consultation_id)
        session.execute(
            update(Tally)
            .where(Tally.consultation_id == consultation_id)
            .values(owed_settled=true.owed_settled, changed=true.changed, version=Tally.version + 1)
            .execution_options(synchronize_session=False)
        )
    return wrong
