"""The first official of an installation, made from the command line."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.bodies import create_body
from consult.accounts.models import Body, User
from consult.accounts.queries import locked_by_email
from consult.accounts.registration import add_user
from consult.accounts.roles import grant
from consult.activity.log import record
from consult.kernel.actor import Actor


def make_official(
    session: Session,
    *,
    email: str,
    name: str,
    password_hash: str,
    body_name: str,
    roles: Sequence[str],
    language: str,
    confirmed: bool,
    actor: Actor,
    now: datetime,
) -> User:
    """Give an address roles in the body of this name; body and account are made if missing.

    For the command line: the first official of an installation. An existing account keeps its
    name and password. `confirmed` is false where the password is still to be set by a link.
    """
    bodies = session.execute(select(Body).order_by(Body.id)).scalars()
    body = next((b for b in bodies if body_name in b.name.values()), None)
    if body is None:
        body = create_body(
            session, name={language: body_name}, contact_email=email, actor=actor, now=now
        )
    user = locked_by_email(session, email)
    if user is None:
        user = User(
            email=email,
            name=name,
            password_hash=password_hash,
            language=language,
            created_at=now,
            confirmed_at=now if confirmed else None,
        )
        add_user(session, user)
        record(
            session,
            actor=actor.reference,
            act="account:made",
            thing=f"user:{user.id}",
            now=now,
        )
    grant(session, user.id, body.id, roles, actor=actor, now=now)
    return user
