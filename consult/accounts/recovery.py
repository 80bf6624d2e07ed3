"""A lost password: asked for by address, replaced through a letter."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.accounts import sessions
from consult.accounts.models import User
from consult.accounts.queries import locked_by_email, locked_user
from consult.accounts.tokens import Claim, LinkError, state_of
from consult.activity.log import record
from consult.kernel.actor import VISITOR, Actor
from consult.notifications import outbox


def ask(session: Session, *, email: str, language: str, now: datetime) -> None:
    """Write the letter that leads to a new password, if the address has an account.

    The log gets a line in either case, so that both take the same time.
    """
    user = locked_by_email(session, email)
    record(
        session,
        actor=VISITOR.reference,
        act="account:reset-asked",
        thing=f"user:{user.id}" if user else "user:unknown",
        now=now,
    )
    if user is None or user.disabled_at is not None:
        return
    outbox.write(
        session,
        recipient=f"user:{user.id}",
        template="new_password",
        language=language,
        key=f"new_password:user {user.id}:{now.isoformat()}",
        payload={},
        now=now,
        requested=True,
    )


def reset(session: Session, claim: Claim, *, password_hash: str, now: datetime) -> User:
    """Set the new password and sign all browsers out. Raises LinkError.

    The letter reached the mailbox, so the address counts as confirmed.
    """
    user = locked_user(session, claim.number)
    if user is None or user.disabled_at is not None or state_of(user) != claim.state:
        raise LinkError
    actor = Actor.user(user.id)
    user.password_hash = password_hash
    user.confirmed_at = user.confirmed_at or now
    session.flush()
    record(
        session,
        actor=actor.reference,
        act="account:password-reset",
        thing=f"user:{user.id}",
        now=now,
    )
    sessions.revoke_all(session, user.id, actor=actor, now=now)
    return user
