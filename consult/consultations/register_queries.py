"""The public register: which answers are due, overdue, given in time or late.

Lateness always counts from the first promise that was public, whatever was promised later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.accounts.naming import names_version
from consult.consultations.models import Consultation, ConsultationBody
from consult.kernel.clock import last_day, luxembourg_date
from consult.kernel.db import Texts, UtcDateTime, glance_numbers
from consult.kernel.paging import PAGE_SIZE, Keyset, Page, cut


class State(StrEnum):
    """What became of a promised answer."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


class Sort(StrEnum):
    """The orders of the register, each with the id behind it."""

    DUE = "due"
    BODY = "body"
    CLOSED = "closed"


@dataclass(frozen=True)
class Entry:
    """One promised answer. `days_late` counts calendar days after the first promised day.

    It is negative while there is time left, None where the consultation was cancelled.
    """

    consultation: Consultation
    body_name: Texts
    state: State
    days_late: int | None

    @property
    def postponed(self) -> bool:
        return self.consultation.answer_due_at != self.consultation.first_answer_due_at


def state(now: datetime) -> tuple[int, ...]:
    """Numbers that change whenever the register would, apart from the day: versions and sums of
    them, which only grow, and how many first promises have passed by now."""
    return glance_numbers(_state(), {"now": now})


@cache
def _state() -> Any:
    now = bindparam("now", type_=UtcDateTime)
    passed = func.sum(case((_C.first_answer_due_at <= now, 1), else_=0))
    return select(func.sum(_C.version), passed, names_version)


@dataclass(frozen=True)
class Record:
    """One body's record: how many answers in which state."""

    body_id: int
    body_name: Texts
    due: int
    overdue: int
    in_time: int
    late: int
    cancelled: int


_C = Consultation
_CONDITION: dict[State, ColumnElement[bool]] = {
    State.WAITING: and_(_C.cancelled_at.is_(None), _C.outcome_completed_at.is_(None)),
    State.ANSWERED: and_(_C.cancelled_at.is_(None), _C.outcome_completed_at.is_not(None)),
    State.CANCELLED: _C.cancelled_at.is_not(None),
}
_KEY: dict[Sort, Any] = {
    Sort.DUE: _C.first_answer_due_at,
    Sort.BODY: Body.slug,
    Sort.CLOSED: _C.closes_at,
}


def entries(
    session: Session, now: datetime, *, state: State, sort: Sort, keyset: Keyset
) -> Page[Entry]:
    """A page of the register; waiting answers oldest promise first, the others newest first."""
    key = _KEY[sort]
    # Within one body, and for what waits, the oldest stands first.
    rising = (state is State.WAITING or sort is Sort.BODY) == (keyset.before is None)
    statement = (
        select(_C, Body.name)
        .join(
            ConsultationBody,
            and_(ConsultationBody.consultation_id == _C.id, ConsultationBody.part == "lead"),
        )
        .join(Body, Body.id == ConsultationBody.body_id)
        .where(_C.announced_at.is_not(None), _CONDITION[state])
    )
    at = keyset.before if keyset.before is not None else keyset.after
    if at is not None:
        value = session.execute(
            statement.where(_C.id == at).with_only_columns(key)
        ).scalar_one_or_none()
        further = (key > value, _C.id > at) if rising else (key < value, _C.id < at)
        statement = statement.where(or_(further[0], and_(key == value, further[1])))
    order = (key, _C.id) if rising else (key.desc(), _C.id.desc())
    rows = session.execute(statement.order_by(*order).limit(PAGE_SIZE + 1))
    found = [Entry(c, name, state, _days_late(c, now)) for c, name in rows]
    return cut(found, keyset, lambda entry: entry.consultation.id)


def _days_late(consultation: Consultation, now: datetime) -> int | None:
    if consultation.cancelled_at is not None or consultation.first_answer_due_at is None:
        return None
    end = consultation.outcome_completed_at or now
    return (luxembourg_date(end) - last_day(consultation.first_answer_due_at)).days


def records(session: Session, now: datetime) -> Sequence[Record]:
    """Every body that ever led an announced consultation, by name's address."""
    waiting, answered = _CONDITION[State.WAITING], _CONDITION[State.ANSWERED]
    late = _C.outcome_completed_at >= _C.first_answer_due_at
    overdue = _C.first_answer_due_at <= now

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    rows = session.execute(
        select(
            Body.id,
            Body.name,
            number(and_(waiting, ~overdue)),
            number(and_(waiting, overdue)),
            number(and_(answered, ~late)),
            number(and_(answered, late)),
            number(_CONDITION[State.CANCELLED]),
        )
        .join(ConsultationBody, ConsultationBody.body_id == Body.id)
        .join(_C, _C.id == ConsultationBody.consultation_id)
        .where(ConsultationBody.part == "lead", _C.announced_at.is_not(None))
        .group_by(Body.id)
        .order_by(Body.slug)
    )
    return [Record(row[0], row[1], *(int(n) for n in row[2:])) for row in rows]
