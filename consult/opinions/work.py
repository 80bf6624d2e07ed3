"""The job "compare_stances": read what was said, look for groups, keep what was found.

It leaves no line in the log: nobody decides anything, and it is done anew every hour.
"""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from consult.jobs.idle import in_idle_time
from consult.kernel.db import current_session
from consult.kernel.inserting import conflict_insert
from consult.kernel.transaction import act, end_reading
from consult.opinions import comparing, queries
from consult.opinions.models import OpinionMap


class Working(Protocol):
    """The part of a running job that the work needs."""

    payload: dict[str, Any]

    def now(self) -> datetime: ...

    def check_lease(self, session: Session) -> None: ...


def compare(job: Working) -> None:
    """Look for groups in a consultation. Safe to begin again: the newest look is the one kept."""
    consultation_id = int(job.payload["consultation"])
    made = comparing.table(queries.said(current_session(), consultation_id))
    end_reading()
    with in_idle_time():
        result = comparing.compare(made)
    with act() as session:
        job.check_lease(session)
        _keep(session, consultation_id, result, job.now())


def _keep(session: Session, consultation_id: int, result: dict[str, Any], now: datetime) -> None:
    facts = {"made_at": now, "result": result}
    made = conflict_insert(session.get_bind(), OpinionMap)
    session.execute(
        made.values(consultation_id=consultation_id, **facts).on_conflict_do_update(
            index_elements=[OpinionMap.consultation_id], set_=facts
        )
    )
