"""Roles in a body: given and withdrawn."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import ROLES, Body, Membership
from consult.activity.log import record
from consult.kernel.actor import Actor
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.i18n import mark

ADMINISTRATOR = "administrator"


class LastAdministratorError(ConsultError):
    message = mark(
        "This is the last administrator. Give the role to somebody else first, then withdraw it."
    )


def grant(
    session: Session,
    user_id: int,
    body_id: int,
    roles: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Give roles in a body; those already held are left as they are."""
    held = set(
        session.execute(
            select(Membership.role).where(
                Membership.user_id == user_id, Membership.body_id == body_id
            )
        ).scalars()
    )
    for role in roles:
        assert role in ROLES
        if role not in held:
            session.add(Membership(user_id=user_id, body_id=body_id, role=role, granted_at=now))
            _log(session, actor, "role:granted", f"user:{user_id}", now, body=body_id, role=role)
    session.flush()


def withdraw(
    session: Session, membership_id: int, *, body_id: int, actor: Actor, now: datetime
) -> None:
    """Take one role in a body away. Raises LastAdministratorError, NotFoundError."""
    lock_body(session, body_id)
    found = session.get(Membership, membership_id, populate_existing=True)
    if found is None or found.body_id != body_id:
        raise NotFoundError
    if found.role == ADMINISTRATOR:
        others = session.execute(
            select(Membership.id).where(
                Membership.body_id == body_id,
                Membership.role == ADMINISTRATOR,
                Membership.id != membership_id,
            )
        ).first()
        if others is None:
            raise LastAdministratorError
    session.delete(found)
    session.flush()
    thing = f"user:{found.user_id}"
    _log(session, actor, "role:withdrawn", thing, now, body=body_id, role=found.role)


def lock_body(session: Session, body_id: int) -> None:
    """Keep a body's roles and invitations from other writers. Raises NotFoundError."""
    found = session.execute(
        select(Body.id).where(Body.id == body_id).with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError


def _log(session: Session, actor: Actor, act: str, thing: str, now: datetime, **facts: Any) -> None:
    record(session, actor=actor.reference, act=act, thing=thing, now=now, **facts)
