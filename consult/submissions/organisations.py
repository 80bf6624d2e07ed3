"""Organisations that take part, as they declare themselves."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.accounts.models import Organisation


def declare(
    session: Session,
    *,
    name: str,
    register_number: str = "",
    declared_interest: str = "",
    now: datetime,
) -> int:
    """Write down what somebody says of the organisation they speak for; returns its id.

    Nobody checked it, so two declarations are never taken for the same organisation.
    """
    row = Organisation(
        name=name,
        register_number=register_number,
        declared_interest=declared_interest,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id
