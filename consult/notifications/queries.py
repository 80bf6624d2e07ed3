"""Reading the outbox."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.notifications.models import UNCERTAIN, Letter


def states(session: Session) -> dict[str, int]:
    """Number of letters by state, for monitoring."""
    rows = session.execute(select(Letter.state, func.count()).group_by(Letter.state))
    return {row.state: int(row[1]) for row in rows}


def uncertain(session: Session, limit: int = 50) -> list[Letter]:
    """Letters of which nobody can know whether they arrived, newest first."""
    return list(
        session.scalars(
            select(Letter).where(Letter.state == UNCERTAIN).order_by(Letter.id.desc()).limit(limit)
        )
    )
