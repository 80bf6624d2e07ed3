"""Making an account: asked for, its address confirmed.

Whatever is asked about an address, the page answers the same and the act writes about the same:
only the owner of the mailbox learns whether there is an account.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.accounts import sessions
from consult.accounts.models import LoginSession, Membership, User
from consult.accounts.queries import locked_by_email, locked_user
from consult.accounts.tokens import Claim, LinkError, state_of
from consult.activity.log import record
from consult.kernel.actor import SYSTEM, VISITOR, Actor
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.kernel.transaction import broken_constraint
from consult.notifications import outbox

# An account whose address nobody confirms in this time is deleted.
UNCONFIRMED = timedelta(days=7)


class SameMomentError(ConsultError):
    """Two forms made an account for one address at once; the second one has to be sent again."""

    message = mark("This form was sent twice at the same moment. Please send it again.")


def add_user(session: Session, user: User) -> None:
    """Store a new account. Raises SameMomentError if another act just made one."""
    session.add(user)
    try:
        session.flush()
    except IntegrityError as error:
        if broken_constraint(error) == "uq_user_account_email":
            raise SameMomentError from error
        raise


def register(
    session: Session, *, email: str, name: str, password_hash: str, language: str, now: datetime
) -> None:
    """Make an account that waits for its confirmation, and write the letter that leads there.

    For an address that has an account its owner gets a letter that says so. An account that was
    never confirmed takes the new password, and its older letters stop working: whoever confirms
    must know the password of that very registration, so nobody can prepare an account for
    somebody else's address.
    """
    user = locked_by_email(session, email)
    if user is None:
        user = User(
            email=email,
            name=name,
            password_hash=password_hash,
            language=language,
            created_at=now,
        )
        add_user(session, user)
    elif user.confirmed_at is None and user.disabled_at is None:
        user.name, user.password_hash, user.language = name, password_hash, language
        user.created_at = now
    session.flush()
    _log(session, "registered", user, now)
    _write(session, user, language, now)


def resend(session: Session, *, email: str, language: str, now: datetime) -> None:
    """Write the confirmation letter again, or say that the account is there."""
    user = locked_by_email(session, email)
    _log(session, "confirmation-asked", user, now)
    if user is not None:
        if user.confirmed_at is None:
            user.created_at = now  # the link of this letter works as long as any other
        _write(session, user, language, now)


def forget_unconfirmed(session: Session, now: datetime, limit: int) -> int:
    """Delete up to `limit` accounts whose address nobody confirmed within UNCONFIRMED.

    Officials made from the command line stay. So does the newest account of all until there is a
    newer one: a number that stands in the log must never mean somebody else. Returns how many.
    """
    newest = select(func.max(User.id)).scalar_subquery()
    found = session.scalars(
        select(User)
        .where(
            User.confirmed_at.is_(None),
            User.disabled_at.is_(None),
            User.created_at < now - UNCONFIRMED,
            User.id < newest,
            ~select(Membership.id).where(Membership.user_id == User.id).exists(),
        )
        .order_by(User.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for user in found:
        session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))
        session.delete(user)
        record(session, actor=SYSTEM.reference, act="account:lapsed", thing=f"user:{user.id}",
               now=now)  # fmt: skip
    session.flush()
    return len(found)


def confirm(session: Session, claim: Claim, *, now: datetime) -> User:
    """Confirm the address of an account. Raises LinkError for a used or outdated letter."""
    user = locked_user(session, claim.number)
    void = user is None or user.confirmed_at is not None or user.disabled_at is not None
    if user is None or void or state_of(user) != claim.state:
        raise LinkError
    user.confirmed_at = now
    session.flush()
    record(
        session,
        actor=Actor.user(user.id).reference,
        act="account:confirmed",
        thing=f"user:{user.id}",
        now=now,
    )
    sessions.revoke_all(session, user.id, actor=Actor.user(user.id), now=now)
    return user


def _write(session: Session, user: User, language: str, now: datetime) -> None:
    if user.disabled_at is not None:
        return
    template = "confirm_account" if user.confirmed_at is None else "account_exists"
    outbox.write(
        session,
        recipient=f"user:{user.id}",
        template=template,
        language=language,
        key=f"{template}:user {user.id}:{now.isoformat()}",
        payload={},
        now=now,
        requested=True,
    )


def _log(session: Session, what: str, user: User | None, now: datetime) -> None:
    record(
        session,
        actor=VISITOR.reference,
        act=f"account:{what}",
        thing=f"user:{user.id}" if user else "user:unknown",
        now=now,
    )
