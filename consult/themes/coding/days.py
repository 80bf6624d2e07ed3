"""How many points people read on each day: the first time that somebody says where a point belongs.

A label that came with the words, from the point that they were part of or from the wording before, was
read already: it bears the instant at which the point was made. Days are those of Luxembourg.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from consult.kernel.clock import luxembourg_date
from consult.kernel.inserting import conflict_insert
from consult.submissions.models import Point
from consult.themes.models import Assignment, CodingDay


def unread(session: Session, point_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """How many of the points nobody has labelled yet, by consultation: asked before somebody does."""
    labelled = exists().where(Assignment.point_id == Point.id, Assignment.person_id.is_not(None))
    rows = session.execute(
        select(Point.consultation_id, func.count())
        .where(Point.id.in_(point_ids), Point.created_at != now, ~labelled)
        .group_by(Point.consultation_id)
    )
    return dict(rows.all())


def read(session: Session, counts: Mapping[int, int], now: datetime) -> None:
    """Count what was read, after the counters of themes; the caller holds the consultation's row."""
    for consultation_id, count in counts.items():
        _write(session, consultation_id, {luxembourg_date(now): count}, moved=True)


def put(session: Session, consultation_id: int, counts: Mapping[date, int]) -> None:
    """Let the counters of some days say these numbers."""
    _write(session, consultation_id, counts, moved=False)


def _write(
    session: Session, consultation_id: int, counts: Mapping[date, int], *, moved: bool
) -> None:
    rows = [
        {"consultation_id": consultation_id, "day": day, "points": counts[day]}
        for day in sorted(counts)
    ]
    if not rows:
        return
    made = conflict_insert(session.get_bind(), CodingDay).values(rows)
    said = made.excluded.points
    session.execute(
        made.on_conflict_do_update(
            index_elements=["consultation_id", "day"],
            set_={"points": CodingDay.points + said if moved else said},
        )
    )


def counted(session: Session, consultation_id: int) -> dict[date, int]:
    """The same, counted from the labels."""
    first = (
        select(Assignment.point_id, func.min(Assignment.at).label("at"))
        .join(Point, Point.id == Assignment.point_id)
        .where(Point.consultation_id == consultation_id, Assignment.person_id.is_not(None))
        .group_by(Assignment.point_id)
        .subquery()
    )
    instants = session.scalars(
        select(first.c.at)
        .join(Point, Point.id == first.c.point_id)
        .where(Point.created_at != first.c.at)
    )
    return dict(Counter(luxembourg_date(at) for at in instants))


def stored(session: Session, consultation_id: int) -> dict[date, int]:
    """The days as their counters say; zeros are left out."""
    rows = session.execute(
        select(CodingDay.day, CodingDay.points).where(
            CodingDay.consultation_id == consultation_id, CodingDay.points != 0
        )
    )
    return dict(rows.all())
