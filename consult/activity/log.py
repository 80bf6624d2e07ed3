"""Writing the activity log: one line per act, in the act's own transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from consult.activity.models import Activity


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
