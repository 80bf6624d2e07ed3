"""What the first page shows: consultations by phase, each with its counters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from consult.accounts.naming import names_version
from consult.consultations.models import Consultation
from consult.consultations.phases import Phase
from consult.consultations.queries import Listed, listed
from consult.kernel.clock import last_day, luxembourg_date
from consult.kernel.db import Texts, UtcDateTime, glance_numbers
from consult.kernel.i18n import days_late, days_left
from consult.submissions.models import Tally

SHOWN = (Phase.ANNOUNCED, Phase.OPEN, Phase.CLOSED, Phase.ANSWERED)


@dataclass(frozen=True)
class Counted:
    """A consultation in the list, with what has been said and answered."""

    consultation: Consultation
    body_name: Texts
    # Days left of an open one, days late of one whose first promise has passed, else 0.
    days: int
    # The day that is waited for: opening or promised answer.
    awaited: date | None
    comments: int = 0
    answered: int = 0
    changed: int = 0

    @property
    def share(self) -> float:
        """The share of the answered points that changed the text, from 0 to 1."""
        return self.changed / self.answered if self.answered else 0.0


def state(now: datetime) -> tuple[int, ...]:
    """Numbers that change whenever the page would: versions and sums of them, which only grow, and
    how many consultations have opened and closed by now."""
    return glance_numbers(_state(), {"now": now})


@cache
def _state() -> Select[Any]:
    now = bindparam("now", type_=UtcDateTime)
    opened = func.sum(case((Consultation.opens_at <= now, 1), else_=0))
    closed = func.sum(case((Consultation.closes_at <= now, 1), else_=0))
    tallies = select(func.sum(Tally.version)).scalar_subquery()
    return select(func.sum(Consultation.version), opened, closed, tallies, names_version)


def by_phase(session: Session, now: datetime) -> dict[Phase, Sequence[Counted]]:
    """The consultations of each public phase, in the order in which they matter."""
    lists = {phase: listed(session, phase, now) for phase in SHOWN}
    ids = [row.consultation.id for rows in lists.values() for row in rows]
    tallies = {
        tally.consultation_id: tally for tally in session.execute(_TALLIES, {"ids": ids}).scalars()
    }
    return {
        phase: [_counted(row, tallies.get(row.consultation.id), now) for row in rows]
        for phase, rows in lists.items()
    }


_TALLIES = select(Tally).where(Tally.consultation_id.in_(bindparam("ids", expanding=True)))


def _counted(row: Listed, tally: Tally | None, now: datetime) -> Counted:
    consultation, days, awaited = row.consultation, 0, None
    if row.phase is Phase.ANNOUNCED and consultation.opens_at:
        awaited = luxembourg_date(consultation.opens_at)
    elif row.phase is Phase.OPEN and consultation.closes_at:
        days = days_left(consultation.closes_at, now)
    elif row.phase is Phase.CLOSED and consultation.answer_due_at:
        first = consultation.first_answer_due_at or consultation.answer_due_at
        days = days_late(first, now) if first <= now else 0
        awaited = last_day(first if days else consultation.answer_due_at)
    if tally is None:
        return Counted(consultation, row.body_name, days, awaited)
    return Counted(
        consultation,
        row.body_name,
        days,
        awaited,
        comments=tally.comments,
        answered=tally.owed_settled,
        changed=tally.changed,
    )
