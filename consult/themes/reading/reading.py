"""Drawing points by lot, reading them a second time without seeing their label, and ending it.

Where only a machine had placed a point, what the reader says is a person's label from then on, given
by `signoff.check_points` as anywhere else. A person's label stays: two people differ, and a third
decides.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.submissions.models import Comment, Point
from consult.themes import counters, signoff
from consult.themes.assignments import decide, person
from consult.themes.errors import NothingToReadError, ReadingOpenError, ReadingOverError
from consult.themes.models import Assignment, Reading, ReadingPoint
from consult.themes.reading import agreement, queries
from consult.themes.reading.lot import Lot
from consult.themes.standing import by_person, live

HELD = 20
HELD_FOR = timedelta(hours=2)


def draw(
    session: Session,
    consultation: Consultation,
    found: Lot,
    labels: Mapping[int, int],
    *,
    actor: Actor,
    now: datetime,
) -> Reading:
    """Begin to read what was drawn by lot; `labels` are those that the points had (point → label).

    Raises ReadingOpenError while one is under way, NothingToReadError without points.
    """
    who = person(actor)
    if not found.points:
        raise NothingToReadError
    decide(session, consultation.id)  # holds the consultation's row
    if session.scalar(
        select(Reading.id).where(
            Reading.consultation_id == consultation.id, Reading.ended_at.is_(None)
        )
    ):
        raise ReadingOpenError
    made = Reading(
        consultation_id=consultation.id,
        run_id=counters.current_run(session, consultation.id),
        seed=found.seed,
        size=len(found.points),
        among=found.among,
        drawn_by=who,
        drawn_at=now,
    )
    session.add(made)
    session.flush()
    session.execute(
        insert(ReadingPoint),
        [{"reading_id": made.id, "point_id": p, "first_id": labels[p]} for p in found.points],
    )
    _log(session, "drawn", made, actor, now, points=len(found.points), seed=found.seed)
    return made


def _log(
    session: Session, act: str, reading: Reading, actor: Actor, now: datetime, **facts: object
) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=f"reading:{act}",
        thing=f"consultation:{reading.consultation_id}",
        now=now,
        consultation=reading.consultation_id,
        **facts,
    )


def _open(session: Session, consultation_id: int) -> Reading:
    """The reading that is under way, held until the act ends. Raises ReadingOverError."""
    found = session.scalar(
        select(Reading)
        .where(Reading.consultation_id == consultation_id, Reading.ended_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise ReadingOverError
    return found


def take(session: Session, consultation: Consultation, *, actor: Actor, now: datetime) -> int:
    """Give a reader the next points that they did not place themselves and nobody else has before
    them; returns how many."""
    who = person(actor)
    reading = _open(session, consultation.id)
    free = session.scalars(
        select(ReadingPoint.point_id)
        .join(Assignment, Assignment.id == ReadingPoint.first_id)
        .join(Point, Point.id == ReadingPoint.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            ReadingPoint.reading_id == reading.id,
            ReadingPoint.read_at.is_(None),
            or_(
                ReadingPoint.held_by.is_(None),
                ReadingPoint.held_by == who,
                ReadingPoint.held_until <= now,
            ),
            or_(Assignment.person_id.is_(None), Assignment.person_id != who),
            live(),
        )
        .order_by(ReadingPoint.point_id)
        .limit(HELD)
    ).all()
    session.execute(
        update(ReadingPoint)
        .where(ReadingPoint.reading_id == reading.id, ReadingPoint.point_id.in_(free))
        .values(held_by=who, held_until=now + HELD_FOR)
    )
    if free:
        _log(session, "taken", reading, actor, now, points=len(free))
    return len(free)


def read(
    session: Session,
    consultation: Consultation,
    point_id: int,
    theme_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say where a point belongs, without having seen where it stands.

    The last point ends the reading. Raises ReadingOverError for a point that is not before this
    reader, and what `check_points` raises.
    """
    who = person(actor)
    label = session.execute(
        select(ReadingPoint.first_id, Assignment.person_id)
        .join(Reading, Reading.id == ReadingPoint.reading_id)
        .join(Assignment, Assignment.id == ReadingPoint.first_id)
        .where(
            Reading.consultation_id == consultation.id,
            Reading.ended_at.is_(None),
            ReadingPoint.point_id == point_id,
        )
    ).one_or_none()
    if label is None or label.person_id == who:
        raise ReadingOverError
    unplaced = label.person_id is None and not session.scalar(
        select(Assignment.id).where(Assignment.point_id == point_id, by_person())
    )
    if unplaced:
        signoff.check_points(session, consultation, {point_id: theme_id}, actor=actor, now=now)
    elif theme_id is not None:
        signoff.refuse_gone(session, consultation, theme_id)
    else:
        decide(session, consultation.id)
    reading = _open(session, consultation.id)
    row = session.get(ReadingPoint, (reading.id, point_id), populate_existing=True)
    if row is None or row.read_at is not None or row.held_by != who:
        raise ReadingOverError
    row.theme_id, row.read_by, row.read_at = theme_id, who, now
    session.flush()
    if not unplaced:
        _log(session, "read", reading, actor, now)
    if not queries.left(session, reading.id, who, now).left:
        _finish(session, reading, now)


def end(session: Session, consultation: Consultation, *, actor: Actor, now: datetime) -> Reading:
    """Measure what was read so far, and read no more."""
    person(actor)
    decide(session, consultation.id)
    reading = _open(session, consultation.id)
    _finish(session, reading, now)
    _log(session, "ended", reading, actor, now, points=reading.figures["read"])
    return reading


def _finish(session: Session, reading: Reading, now: datetime) -> None:
    reading.figures = agreement.figures(queries.pairs(session, reading.id)).stored()
    reading.ended_at = now
