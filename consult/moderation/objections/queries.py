"""Every read of objections."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.queries import user_names
from consult.kernel.errors import NotFoundError
from consult.moderation.models import Objection, Removal


@dataclass(frozen=True)
class Looked:
    """An objection for the desk, with the removal to which it is made, and who decided what."""

    objection: Objection
    removal: Removal | None
    first_by: str
    decided_by: str


def newest(session: Session, comment_id: int) -> Looked:
    """The newest objection about a comment. Raises NotFoundError."""
    row = session.execute(
        select(Objection, Removal)
        .outerjoin(Removal, Removal.id == Objection.removal_id)
        .where(Objection.comment_id == comment_id)
        .order_by(Objection.id.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NotFoundError
    found: Objection = row[0]
    names = user_names(session, {found.first_by or 0, found.decided_by or 0})
    return Looked(
        found,
        row[1],
        names.get(found.first_by or 0, ""),
        names.get(found.decided_by or 0, ""),
    )


def outcomes(session: Session, consultation_id: int) -> Counter[tuple[str, str]]:
    """How many objections there were: (against what, what became of it). One statement."""
    rows = session.execute(
        select(Objection.against, Objection.state, func.count())
        .where(Objection.consultation_id == consultation_id)
        .group_by(Objection.against, Objection.state)
    )
    return Counter({(against, state): count for against, state, count in rows})
