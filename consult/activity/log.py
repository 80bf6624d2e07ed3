"""Writing the activity log: one line per act, in the act's own transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.kernel.inserting import insert_rows


def record(
    session: Session,
    *,
    actor: str,
    act: str,
    thing: str,
    now: datetime,
    consultation: int | None = None,
    **facts: Any,
) -> None:
    """Say that `actor` did `act` to `thing`. Facts are numbers, keys and states, never words."""
    session.add(
        Activity(at=now, actor=actor, act=act, thing=thing, consultation=consultation, facts=facts)
    )


def record_each(
    session: Session,
    *,
    actor: str,
    act: str,
    now: datetime,
    things: Sequence[tuple[str, int, dict[str, Any]]],
) -> None:
    """The same for many things at once: each with its consultation and facts."""
    rows = [
        {
            "at": now,
            "actor": actor,
            "act": act,
            "thing": thing,
            "consultation": consultation,
            "facts": facts,
        }
        for thing, consultation, facts in things
    ]
    insert_rows(session, Activity, rows)
