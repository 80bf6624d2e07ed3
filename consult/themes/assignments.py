"""Saying which theme points belong to: the one place where a person's labels are written."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from consult.consultations import counters as consultation_counters
from consult.kernel import release
from consult.kernel.actor import Actor
from consult.kernel.release import PREPARING, Release
from consult.submissions.models import Comment, Point
from consult.themes import counters
from consult.themes.coding import days
from consult.themes.errors import (
    BeingPublishedError,
    NoPersonError,
    NoPointsError,
    PointGoneError,
    TooManyPointsError,
)
from consult.themes.models import Assignment, CurrentRun
from consult.themes.standing import by_person, live

# Each moved point ends one label, overrides one and adds one; an act touches at most 1,000 rows.
MOST_AT_ONCE = 300


def person(actor: Actor) -> int:
    """The account that decides. Raises NoPersonError for commands and the system."""
    if actor.user_id is None:
        raise NoPersonError
    return actor.user_id


def refuse_while_publishing(session: Session, consultation_id: int) -> None:
    """Law 2: raise BeingPublishedError while answers of this consultation are being published."""
    reference = f"consultation:{consultation_id}"
    if release.preparing(session, kind="publication", reference=reference) is not None:
        raise BeingPublishedError


def decide(session: Session, consultation_id: int) -> int:
    """Count the decision and hold the consultation's row until the act ends.

    Taken after points and before themes are read, so that two officials, or an official and the
    end of a run, follow one another. Raises BeingPublishedError.
    """
    count = consultation_counters.decided(session, consultation_id)
    refuse_while_publishing(session, consultation_id)
    return count


def lock_points(session: Session, consultation_id: int, point_ids: Sequence[int]) -> list[Point]:
    """The points, locked against being retired. Raises PointGoneError unless all still stand."""
    wanted = sorted(set(point_ids))
    if not wanted:
        raise NoPointsError
    if len(wanted) > MOST_AT_ONCE:
        raise TooManyPointsError(most=MOST_AT_ONCE)
    found = session.scalars(
        select(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Point.id.in_(wanted), Point.consultation_id == consultation_id, live())
        .order_by(Point.id)
        .with_for_update(of=Point, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if len(found) < len(wanted):
        raise PointGoneError
    _refuse_settling(session, found)
    return list(found)


def _refuse_settling(session: Session, points: Sequence[Point]) -> None:
    settling = {point.settled_by for point in points if point.settled_by is not None}
    if settling and session.scalar(
        select(Release.id).where(Release.id.in_(settling), Release.state == PREPARING).limit(1)
    ):
        raise BeingPublishedError


def assign(
    session: Session,
    point_ids: Sequence[int],
    theme_id: int | None,
    *,
    person_id: int,
    now: datetime,
) -> None:
    """Label locked points as a person says; None: they belong to no theme.

    The person's former label is ended and the current run's overridden, neither is deleted. The
    caller holds the consultation's row.
    """
    spoken = counters.languages(session, point_ids)
    changes: Counter[counters.Cell] = Counter()
    first = days.unread(session, point_ids, now)
    ended = session.execute(
        update(Assignment)
        .where(Assignment.point_id.in_(point_ids), by_person())
        .values(superseded_at=now)
        .returning(Assignment.theme_id, Assignment.point_id)
    )
    for former, point in ended:
        if former is not None:
            changes[former, None, spoken[point]] -= 1
    overridden = session.execute(
        update(Assignment)
        .where(
            Assignment.point_id.in_(point_ids),
            Assignment.run_id.in_(select(CurrentRun.run_id)),
            Assignment.overridden.is_(False),
        )
        .values(overridden=True)
        .returning(Assignment.theme_id, Assignment.run_id, Assignment.point_id)
    )
    for former, run_id, point in overridden:
        if former is not None:
            changes[former, run_id, spoken[point]] -= 1
    session.execute(
        insert(Assignment),
        [
            {"point_id": point, "theme_id": theme_id, "person_id": person_id, "at": now}
            for point in point_ids
        ],
    )
    if theme_id is not None:
        for point in point_ids:
            changes[theme_id, None, spoken[point]] += 1
    counters.move(session, changes)
    days.read(session, first, now)


def carry(
    session: Session,
    heirs: Sequence[tuple[int, int]],
    *,
    now: datetime,
    machines_too: bool = True,
) -> None:
    """Give new points the labels of the points they come from: (former, new) pairs.

    A person's label stays that person's, a run's stays the run's with its score; a correction
    carries people's only, since the words are new to the run. The new points are counted; the
    former ones are taken out of the counters by `counters.points_gone`.
    """
    former = {old for old, _ in heirs}
    carried = by_person()
    if machines_too:
        carried = carried | Assignment.run_id.in_(select(CurrentRun.run_id))
    rows = session.scalars(select(Assignment).where(Assignment.point_id.in_(former), carried)).all()
    spoken = counters.languages(session, [new for _, new in heirs])
    changes: Counter[counters.Cell] = Counter()
    copies = []
    for old, new in heirs:
        for row in (r for r in rows if r.point_id == old):
            copies.append(
                Assignment(
                    point_id=new,
                    theme_id=row.theme_id,
                    run_id=row.run_id,
                    score=row.score,
                    others=row.others,
                    person_id=row.person_id,
                    overridden=row.overridden,
                    at=row.at if row.run_id is not None else now,
                    release_id=row.release_id,
                )
            )
            if row.theme_id is not None and not row.overridden:
                changes[row.theme_id, row.run_id, spoken[new]] += 1
    session.add_all(copies)
    session.flush()
    counters.move(session, changes)
