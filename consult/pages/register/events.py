"""The news of the register: what was promised, put off, missed, kept and called off.

Nothing of it is stored: every event follows from promises, dates and facts that stand there anyway.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations.models import ANSWERS, Consultation, ConsultationBody, Promise
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError

# As many as a reader who looks once a week has not seen yet, and more than most readers show.
MOST = 50


class Kind(StrEnum):
    PROMISED = "promised"
    POSTPONED = "postponed"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Event:
    """Something that happened to a promised answer. `number` tells two of one kind apart."""

    kind: Kind
    at: datetime
    consultation: Consultation
    body_name: Texts
    number: int = 0
    # The day promised by this very event (the end of it), and why.
    due: datetime | None = None
    ground: Texts | None = None


_C = Consultation
_MISSED = or_(
    and_(_C.outcome_completed_at.is_(None), _C.cancelled_at.is_(None)),
    _C.outcome_completed_at > _C.first_answer_due_at,
    _C.cancelled_at > _C.first_answer_due_at,
)


def events(session: Session, now: datetime, body: str | None = None) -> list[Event]:
    """The newest events, newest first; of all bodies or (`body`, a slug) of one."""
    found = [event for kind in _READ for event in _READ[kind](session, now, body)]
    found.sort(key=lambda event: (event.at, event.consultation.id, event.number), reverse=True)
    return found[:MOST]


def body_name(session: Session, slug: str) -> Texts:
    """Raises NotFoundError where no body of that name leads a public consultation."""
    leads = _led(select(Body.name), slug).where(_C.announced_at.is_not(None)).limit(1)
    name: Texts | None = session.scalar(leads)
    if name is None:
        raise NotFoundError
    return name


def _led(statement: Any, body: str | None) -> Any:
    statement = (
        statement.select_from(_C)
        .join(
            ConsultationBody,
            and_(ConsultationBody.consultation_id == _C.id, ConsultationBody.part == "lead"),
        )
        .join(Body, Body.id == ConsultationBody.body_id)
    )
    return statement if body is None else statement.where(Body.slug == body)


def _facts(
    session: Session, body: str | None, at: Any, condition: Any
) -> Sequence[tuple[Consultation, Texts]]:
    chosen: Select[Any] = _led(select(_C, Body.name), body).where(_C.announced_at.is_not(None))
    rows = session.execute(chosen.where(condition).order_by(at.desc(), _C.id.desc()).limit(MOST))
    return [(consultation, name) for consultation, name in rows]


def _promised(session: Session, now: datetime, body: str | None) -> Iterator[Event]:
    for c, name in _facts(session, body, _C.announced_at, _C.announced_at <= now):
        assert c.announced_at is not None
        yield Event(Kind.PROMISED, c.announced_at, c, name, due=c.first_answer_due_at)


def _postponed(session: Session, now: datetime, body: str | None) -> Iterator[Event]:
    rows = session.execute(
        _led(select(_C, Body.name, Promise), body)
        .join(Promise, Promise.consultation_id == _C.id)
        .where(
            Promise.kind == ANSWERS,
            _C.announced_at.is_not(None),
            Promise.set_at > _C.announced_at,
            Promise.set_at <= now,
        )
        .order_by(Promise.id.desc())
        .limit(MOST)
    )
    for c, name, promise in rows:
        facts = {"due": promise.promised_at, "ground": promise.ground}
        yield Event(Kind.POSTPONED, promise.set_at, c, name, number=promise.id, **facts)


def _overdue(session: Session, now: datetime, body: str | None) -> Iterator[Event]:
    passed = and_(_C.first_answer_due_at <= now, _MISSED)
    for c, name in _facts(session, body, _C.first_answer_due_at, passed):
        assert c.first_answer_due_at is not None
        yield Event(Kind.OVERDUE, c.first_answer_due_at, c, name, due=c.first_answer_due_at)


def _answered(session: Session, now: datetime, body: str | None) -> Iterator[Event]:
    done = _C.outcome_completed_at
    for c, name in _facts(session, body, done, and_(done <= now, _C.cancelled_at.is_(None))):
        assert c.outcome_completed_at is not None
        yield Event(Kind.ANSWERED, c.outcome_completed_at, c, name, due=c.first_answer_due_at)


def _cancelled(session: Session, now: datetime, body: str | None) -> Iterator[Event]:
    for c, name in _facts(session, body, _C.cancelled_at, _C.cancelled_at <= now):
        assert c.cancelled_at is not None
        yield Event(Kind.CANCELLED, c.cancelled_at, c, name, ground=c.cancel_reason)


_READ = {
    Kind.PROMISED: _promised,
    Kind.POSTPONED: _postponed,
    Kind.OVERDUE: _overdue,
    Kind.ANSWERED: _answered,
    Kind.CANCELLED: _cancelled,
}
