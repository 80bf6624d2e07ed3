"""What a person changes about their own account."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.accounts import sessions
from consult.accounts.entering import WrongPasswordError
from consult.accounts.naming import renamed
from consult.accounts.queries import locked_user
from consult.activity.log import record
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import LANGUAGES


def change(
    session: Session, user_id: int, *, name: str, language: str, actor: Actor, now: datetime
) -> None:
    """Change the name and the language in which the site and its letters speak."""
    assert language in LANGUAGES
    user = locked_user(session, user_id)
    if user is None:
        raise NotFoundError
    before = user.name
    user.name, user.language = name, language
    session.flush()
    if user.name != before:
        renamed(session)
    _log(session, user_id, "changed", actor, now)


def change_password(
    session: Session,
    user_id: int,
    *,
    seen_hash: str,
    password_hash: str,
    keep_session: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Replace the password and sign every other browser out.

    Raises WrongPasswordError if the password was changed elsewhere meanwhile.
    """
    user = locked_user(session, user_id)
    if user is None or user.password_hash != seen_hash:
        raise WrongPasswordError
    user.password_hash = password_hash
    session.flush()
    _log(session, user_id, "password-changed", actor, now)
    sessions.revoke_all(session, user_id, actor=actor, now=now, keep=keep_session)


def _log(session: Session, user_id: int, what: str, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor=actor.reference,
        act=f"account:{what}",
        thing=f"user:{user_id}",
        now=now,
    )
