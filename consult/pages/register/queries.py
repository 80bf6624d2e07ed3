"""The public register: which answers are due, overdue, given in time or late.

Lateness always counts from the first promise that was public, whatever was promised later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.accounts.naming import names_version
from consult.consultations.models import ANSWERS, Consultation, ConsultationBody, Promise
from consult.kernel.clock import last_day, luxembourg_date
from consult.kernel.db import Texts, UtcDateTime, glance_numbers
from consult.kernel.paging import PAGE_SIZE, Keyset, Page, cut
from consult.submissions.models import Tally


class State(StrEnum):
    """What became of a promised answer."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


class Sort(StrEnum):
    """The columns by which the register can be sorted, each with the id behind it."""

    BODY = "body"
    CLOSED = "closed"
    DUE = "due"
    LATE = "late"
    OPEN = "open"


@dataclass(frozen=True)
class Order:
    """A column, and whether its smallest values (earliest days, first names) come first."""

    sort: Sort
    rising: bool

    @classmethod
    def parse(cls, sort: str | None, direction: str | None, state: State) -> "Order":
        """Read the query parameters; nonsense means the usual order."""
        named = Sort(sort) if sort in {word.value for word in Sort} else Sort.DUE
        if state is State.CANCELLED and named is Sort.LATE:
            named = Sort.DUE  # nobody waits for an answer that was called off
        if direction in {"ascending", "descending"}:
            return cls(named, direction == "ascending")
        return cls(named, cls.usual(named, state))

    @staticmethod
    def usual(sort: Sort, state: State) -> bool:
        """What needs attention first: the oldest that waits, the newest that is settled, the most
        late and the largest pile."""
        if sort in {Sort.DUE, Sort.CLOSED}:
            return state is State.WAITING
        return sort is Sort.BODY


@dataclass(frozen=True)
class Entry:
    """One promised answer. `days_late` counts calendar days after the first promised day.

    It is negative while there is time left, None where the consultation was cancelled.
    """

    consultation: Consultation
    body_slug: str
    body_name: Texts
    state: State
    days_late: int | None
    open: int  # points that are owed an answer and have none

    @property
    def postponed(self) -> bool:
        return self.consultation.answer_due_at != self.consultation.first_answer_due_at


def state(now: datetime) -> tuple[int, ...]:
    """Numbers that change whenever register or feed would, apart from the day: versions and sums
    of them, which only grow, and how many first promises have passed by now."""
    return glance_numbers(_state(), {"now": now})


@cache
def _state() -> Any:
    now = bindparam("now", type_=UtcDateTime)
    passed = func.sum(case((_C.first_answer_due_at <= now, 1), else_=0))
    tallies = select(func.sum(Tally.version)).scalar_subquery()
    return select(func.sum(_C.version), passed, tallies, names_version)


@dataclass(frozen=True)
class Record:
    """One body's record: how many answers in which state."""

    body_slug: str
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
_OPEN = func.coalesce(Tally.owed - Tally.owed_settled, 0)


def _key(session: Session, order: Order, state: State) -> tuple[Any, bool]:
    """What a page is sorted by in the database, and whether it rises there."""
    if order.sort is Sort.LATE and state is State.WAITING:
        return _C.first_answer_due_at, not order.rising  # the earlier the promise, the later it is
    keys: dict[Sort, Any] = {
        Sort.DUE: _C.first_answer_due_at,
        Sort.BODY: Body.slug,
        Sort.CLOSED: _C.closes_at,
        Sort.OPEN: _OPEN,
    }
    return keys.get(order.sort, _late_by(session)), order.rising


def _late_by(session: Session) -> Any:
    """How long after the first promise the outcome was complete."""
    end, due = _C.outcome_completed_at, _C.first_answer_due_at
    if session.get_bind().dialect.name == "sqlite":
        return func.julianday(end) - func.julianday(due)
    return func.extract("epoch", end - due)


def entries(
    session: Session,
    now: datetime,
    *,
    state: State,
    order: Order,
    keyset: Keyset,
    body: str | None = None,
) -> Page[Entry]:
    """A page of the register, of all bodies or (`body`, a slug) of one."""
    key, rising = _key(session, order, state)
    value = _standing(session, key, keyset)
    if value is None:
        keyset = Keyset()
    rising = rising == (keyset.before is None)
    statement = (
        select(_C, Body.slug, Body.name, _OPEN)
        .join(
            ConsultationBody,
            and_(ConsultationBody.consultation_id == _C.id, ConsultationBody.part == "lead"),
        )
        .join(Body, Body.id == ConsultationBody.body_id)
        .outerjoin(Tally, Tally.consultation_id == _C.id)
        .where(_C.announced_at.is_not(None), _CONDITION[state])
    )
    if body is not None:
        statement = statement.where(Body.slug == body)
    at = keyset.before if keyset.before is not None else keyset.after
    if at is not None:
        further = (key > value, _C.id > at) if rising else (key < value, _C.id < at)
        statement = statement.where(or_(further[0], and_(key == value, further[1])))
    by = (key, _C.id) if rising else (key.desc(), _C.id.desc())
    rows = session.execute(statement.order_by(*by).limit(PAGE_SIZE + 1))
    found = [Entry(c, slug, name, state, _days_late(c, now), left) for c, slug, name, left in rows]
    return cut(found, keyset, lambda entry: entry.consultation.id)


def _standing(session: Session, key: Any, keyset: Keyset) -> Any:
    """Where the row stands from which a page goes on, even if it was answered since and is not in
    this list any more; None where it has no place in this order: then the list begins anew."""
    at = keyset.before if keyset.before is not None else keyset.after
    if at is None:
        return None
    return session.scalar(
        select(key)
        .select_from(_C)
        .join(
            ConsultationBody,
            and_(ConsultationBody.consultation_id == _C.id, ConsultationBody.part == "lead"),
        )
        .join(Body, Body.id == ConsultationBody.body_id)
        .outerjoin(Tally, Tally.consultation_id == _C.id)
        .where(_C.id == at, _C.announced_at.is_not(None))
    )


def reasons(promises: Mapping[int, Sequence[Promise]]) -> dict[int, Texts]:
    """The newest public reason for a later answer, by consultation, where one was given."""
    return {
        key: row.ground
        for key, rows in promises.items()
        for row in rows
        if row.kind == ANSWERS and row.ground
    }


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
            Body.slug,
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
