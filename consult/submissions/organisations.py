"""Organisations that take part, as they declare themselves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Organisation
from consult.kernel.inserting import insert_for_ids


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


def declare_founded(session: Session, organisation_id: int, *, now: datetime) -> int:
    """Write down what a founded organisation says of itself at this moment; returns the id.

    As long as it says the same, it is the same declaration.
    """
    says = session.get_one(Organisation, organisation_id)
    facts = {
        "name": says.name,
        "register_number": says.register_number,
        "declared_interest": says.declared_interest,
    }
    last = session.scalars(
        select(Organisation)
        .where(Organisation.stands_for_id == organisation_id)
        .order_by(Organisation.id.desc())
        .limit(1)
    ).first()
    if last is not None and all(getattr(last, name) == value for name, value in facts.items()):
        return last.id
    row = Organisation(**facts, stands_for_id=organisation_id, created_at=now)
    session.add(row)
    session.flush()
    return row.id


def declare_each(session: Session, names: Sequence[str], *, now: datetime) -> list[int]:
    """The same for many of which only the name is known, in their order."""
    rows = [{"name": name, "created_at": now} for name in names]
    return insert_for_ids(session, Organisation, rows)
