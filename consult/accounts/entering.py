"""Signing in and out."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.accounts import sessions
from consult.accounts.models import LoginSession
from consult.accounts.queries import locked_user
from consult.kernel.actor import Actor
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark


class WrongPasswordError(ConsultError):
    """Address and password do not belong together. The sentence never says which is wrong."""

    status = 422
    message = mark("The e-mail address or the password is not right.")


class NotConfirmedError(ConsultError):
    """The password was right, but the address was never confirmed."""

    status = 422
    message = mark("Your address is not confirmed yet. Please open the link in our letter.")


def enter(
    session: Session,
    user_id: int,
    *,
    seen_hash: str,
    token_hash: str,
    device: str,
    now: datetime,
    renewed_hash: str | None = None,
    replaced: int | None = None,
) -> LoginSession:
    """Open a session for somebody whose password matched `seen_hash` a moment ago.

    Raises WrongPasswordError if the account changed meanwhile, NotConfirmedError if its address
    is not confirmed. `renewed_hash`: the same password under today's parameters. `replaced`: the
    session in which this browser was signed in before; it ends.
    """
    user = locked_user(session, user_id)
    if user is None or user.disabled_at is not None or user.password_hash != seen_hash:
        raise WrongPasswordError
    if user.confirmed_at is None:
        raise NotConfirmedError
    if renewed_hash is not None:
        user.password_hash = renewed_hash
    if replaced is not None:
        sessions.end(session, replaced, actor=Actor.user(user_id), now=now)
    return sessions.open_session(session, user_id, token_hash=token_hash, device=device, now=now)
