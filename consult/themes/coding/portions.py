"""Portions: the points that a coder has before them, so that nobody else is given the same.

A portion expires by itself; each decision prolongs it. What is decided goes through
`signoff.check_points`, so it is a person's label, counted and logged like any other.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.submissions.models import Comment, Point
from consult.themes import signoff
from consult.themes.assignments import person
from consult.themes.coding.wanted import Wanted
from consult.themes.errors import (
    CheckedMeanwhileError,
    CodedMeanwhileError,
    NoColleagueError,
    PortionGoneError,
)
from consult.themes.models import Portion, PortionPoint
from consult.themes.standing import live

SIZE = 20
# So long a coder may be away before the points are anybody's again.
LASTS = timedelta(hours=2)
# What was handed over waits for a colleague who may not be in before the day after tomorrow.
HANDED_LASTS = timedelta(days=3)
# Expired portions that one act clears away.
AT_ONCE = 20


def take(
    session: Session,
    consultation: Consultation,
    candidates: Sequence[int],
    *,
    wanted: Wanted,
    actor: Actor,
    now: datetime,
) -> int:
    """Give a coder the first of these points that nobody holds; returns how many, at most SIZE.

    Who still has open points before them keeps those and gets no others. Points that were taken
    meanwhile are passed over: `candidates` are more than one portion.
    """
    who = person(actor)
    _lock(session, consultation.id)
    if _has_open(session, consultation.id, who, now):
        return 0
    _clear(session, Portion.consultation_id == consultation.id, Portion.expires_at <= now)
    _clear(session, Portion.consultation_id == consultation.id, Portion.person_id == who)
    held = select(PortionPoint.point_id).join(Portion, Portion.id == PortionPoint.portion_id)
    free = session.scalars(
        select(Point.id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            Point.id.in_(candidates),
            Point.consultation_id == consultation.id,
            live(),
            Point.id.not_in(held.where(Portion.expires_at > now)),
        )
        .order_by(Point.id)
    ).all()
    # In the order of the candidates, which may have come round to the beginning.
    ours = [point for point in candidates if point in set(free)][:SIZE]
    if not ours:
        return 0
    # Of a portion that expired and was not cleared away yet.
    session.execute(delete(PortionPoint).where(PortionPoint.point_id.in_(ours)))
    portion = Portion(
        consultation_id=consultation.id,
        person_id=who,
        taken_at=now,
        expires_at=now + LASTS,
        asked=wanted.stored(),
    )
    session.add(portion)
    session.flush()
    session.add_all(PortionPoint(point_id=point, portion_id=portion.id) for point in ours)
    _log(session, "taken", portion, actor, now, points=len(ours))
    return len(ours)


def _lock(session: Session, consultation_id: int) -> None:
    """Portions of one consultation change one after another; who posts does not wait for it."""
    session.execute(
        select(Consultation.id)
        .where(Consultation.id == consultation_id)
        .with_for_update(key_share=True)
    )


def _has_open(session: Session, consultation_id: int, person_id: int, now: datetime) -> bool:
    found = session.scalar(
        select(Portion.id)
        .join(PortionPoint, PortionPoint.portion_id == Portion.id)
        .join(Point, Point.id == PortionPoint.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            Portion.consultation_id == consultation_id,
            Portion.person_id == person_id,
            Portion.expires_at > now,
            PortionPoint.done_at.is_(None),
            live(),
        )
        .limit(1)
    )
    return found is not None


def _clear(session: Session, *which: ColumnElement[bool], limit: int = AT_ONCE) -> int:
    ids = session.scalars(select(Portion.id).where(*which).order_by(Portion.id).limit(limit)).all()
    if ids:
        session.execute(delete(PortionPoint).where(PortionPoint.portion_id.in_(ids)))
        session.execute(delete(Portion).where(Portion.id.in_(ids)))
    return len(ids)


def _log(
    session: Session,
    act: str,
    portion: Portion,
    actor: Actor,
    now: datetime,
    *,
    to: int | None = None,
    **facts: object,
) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=f"coding:{act}",
        thing=f"user:{to}" if to else f"consultation:{portion.consultation_id}",
        now=now,
        consultation=portion.consultation_id,
        **facts,
    )


def decide(
    session: Session,
    consultation: Consultation,
    point_id: int,
    theme_id: int | None,
    *,
    seen: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Say where a point of one's portion belongs; `seen` is the label that the coder had before
    them (0: none).

    Raises PortionGoneError if a colleague holds the point by now, CodedMeanwhileError if somebody
    decided otherwise since the coder saw it, and what `check_points` raises.
    """
    who = person(actor)
    over = [seen] if seen else []
    try:
        signoff.check_points(
            session, consultation, {point_id: theme_id}, over=over, actor=actor, now=now
        )
    except CheckedMeanwhileError as error:
        raise CodedMeanwhileError from error
    # Looked at under the lock that `check_points` holds, as whoever takes a portion does.
    held = session.execute(
        select(PortionPoint, Portion)
        .join(Portion, Portion.id == PortionPoint.portion_id)
        .where(PortionPoint.point_id == point_id, Portion.person_id == who)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if held is None:
        raise PortionGoneError
    row, portion = held
    row.done_at = now
    portion.expires_at = max(portion.expires_at, now + LASTS)


def hand_over(
    session: Session,
    consultation: Consultation,
    colleague_id: int,
    *,
    note: str,
    colleagues: Sequence[int],
    actor: Actor,
    now: datetime,
) -> int:
    """Give the open points of one's portions to a colleague, with a note; returns how many.

    `colleagues` may code here. Raises NoColleagueError for anybody else or oneself, and
    PortionGoneError where nothing is left to hand over.
    """
    who = person(actor)
    if colleague_id == who or colleague_id not in colleagues:
        raise NoColleagueError
    _lock(session, consultation.id)
    mine = _held(session, consultation.id, who)
    points = _left(session, mine)
    if not points:
        raise PortionGoneError
    asked = session.get_one(Portion, mine[0]).asked
    portion = Portion(
        consultation_id=consultation.id,
        person_id=colleague_id,
        taken_at=now,
        expires_at=now + HANDED_LASTS,
        asked=asked,
        handed_by=who,
        note=" ".join(note.split())[:500],
    )
    session.add(portion)
    session.flush()
    session.execute(
        update(PortionPoint).where(PortionPoint.point_id.in_(points)).values(portion_id=portion.id)
    )
    _clear(session, Portion.id.in_(mine))
    _log(session, "handed_over", portion, actor, now, to=colleague_id, points=len(points))
    return len(points)


def give_back(session: Session, consultation: Consultation, *, actor: Actor, now: datetime) -> int:
    """Let go of one's portions: what is left in them is anybody's again; returns how many."""
    who = person(actor)
    _lock(session, consultation.id)
    mine = _held(session, consultation.id, who)
    points = _left(session, mine)
    if mine:
        portion = session.get_one(Portion, mine[0])
        _log(session, "given_back", portion, actor, now, points=len(points))
        _clear(session, Portion.id.in_(mine))
    return len(points)


def _held(session: Session, consultation_id: int, person_id: int) -> Sequence[int]:
    return session.scalars(
        select(Portion.id)
        .where(Portion.consultation_id == consultation_id, Portion.person_id == person_id)
        .order_by(Portion.id)
        .limit(AT_ONCE)
    ).all()


def _left(session: Session, portion_ids: Sequence[int]) -> Sequence[int]:
    return session.scalars(
        select(PortionPoint.point_id)
        .join(Point, Point.id == PortionPoint.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            PortionPoint.portion_id.in_(portion_ids),
            PortionPoint.done_at.is_(None),
            live(),
        )
        .order_by(PortionPoint.point_id)
    ).all()


def follow(session: Session, gone: Sequence[int], made: Sequence[int]) -> None:
    """The parts of a point that is divided are before the coder who had it before them."""
    portion = session.scalar(
        select(PortionPoint.portion_id)
        .where(PortionPoint.point_id.in_(gone), PortionPoint.done_at.is_(None))
        .order_by(PortionPoint.point_id)
        .limit(1)
    )
    session.execute(delete(PortionPoint).where(PortionPoint.point_id.in_(gone)))
    if portion is not None:
        session.add_all(PortionPoint(point_id=point, portion_id=portion) for point in made)
        session.flush()


def forget_expired(session: Session, now: datetime, limit: int) -> int:
    """Delete portions that expired, with their notes; returns how many."""
    return _clear(session, Portion.expires_at <= now, limit=min(limit, 2 * AT_ONCE))
