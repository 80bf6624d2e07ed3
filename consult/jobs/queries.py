"""Reading the queue."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.jobs.models import Job


def newest(session: Session, reference: str, *kinds: str) -> Job | None:
    """The newest job about a thing, of these kinds if any are named, for its progress on a page."""
    query = select(Job).where(Job.reference == reference)
    if kinds:
        query = query.where(Job.kind.in_(kinds))
    return session.scalar(query.order_by(Job.id.desc()).limit(1))


def states(session: Session) -> dict[tuple[str, str], int]:
    """Number of jobs by (kind, state), for monitoring."""
    rows = session.execute(select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state))
    return {(kind, state): count for kind, state, count in rows}
