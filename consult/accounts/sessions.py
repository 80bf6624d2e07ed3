"""Signed-in browsers: opened, seen, listed, revoked."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from consult.accounts.models import LoginSession
from consult.activity.log import record
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError

SEEN_EVERY = timedelta(hours=1)
# A browser that was away for two weeks, or is signed in for a quarter, has to sign in again.
IDLE = timedelta(days=14)
LONGEST = timedelta(days=90)


def open_session(
    session: Session, user_id: int, *, token_hash: str, device: str, now: datetime
) -> LoginSession:
    """Sign a browser in. The caller keeps the token; only its hash is stored."""
    made = LoginSession(
        user_id=user_id,
        token_hash=token_hash,
        created_at=now,
        last_seen_at=now,
        device=device[:120],
    )
    session.add(made)
    session.flush()
    _log(session, Actor.user(user_id), "opened", made.id, now)
    return made


def fresh(created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Whether a session is neither too long unused nor too old."""
    return now - last_seen_at < IDLE and now - created_at < LONGEST


def forget_unusable(session: Session, now: datetime, limit: int) -> int:
    """Delete up to `limit` sessions that are too long unused, or too old, to be used again.

    The newest of all stays until there is a newer one: a number that stands in the log must never
    mean another session. Returns how many.
    """
    newest = select(func.max(LoginSession.id)).scalar_subquery()
    unusable = (
        select(LoginSession.id)
        .where(
            or_(LoginSession.last_seen_at <= now - IDLE, LoginSession.created_at <= now - LONGEST),
            LoginSession.id < newest,
        )
        .limit(limit)
    )
    gone = session.execute(
        delete(LoginSession).where(LoginSession.id.in_(unusable)).returning(LoginSession.id)
    )
    return len(gone.all())


def stale(last_seen_at: datetime, now: datetime) -> bool:
    """Whether it is time to note again that a session is in use."""
    return now - last_seen_at >= SEEN_EVERY


def touch(session: Session, session_id: int, *, now: datetime) -> None:
    """Note that a session is in use. No activity line: it is not an act of the person."""
    session.execute(
        update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now)
    )


def revoke(session: Session, session_id: int, *, user_id: int, actor: Actor, now: datetime) -> None:
    """Sign one browser of a person out. Raises NotFoundError for somebody else's session."""
    found = session.get(LoginSession, session_id)
    if found is None or found.user_id != user_id:
        raise NotFoundError
    end(session, session_id, actor=actor, now=now)


def end(session: Session, session_id: int, *, actor: Actor, now: datetime) -> None:
    """End a session, whoever's it is. Doing it twice is no error."""
    ended = session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(LoginSession.id)
    ).first()
    if ended is not None:
        _log(session, actor, "revoked", session_id, now)


def revoke_all(
    session: Session, user_id: int, *, actor: Actor, now: datetime, keep: int | None = None
) -> int:
    """Sign all browsers of a person out, except one; returns how many."""
    statement = (
        update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(LoginSession.id)
    )
    if keep is not None:
        statement = statement.where(LoginSession.id != keep)
    ended = session.execute(statement).scalars().all()
    for session_id in ended:
        _log(session, actor, "revoked", session_id, now)
    return len(ended)


def _log(session: Session, actor: Actor, what: str, session_id: int, now: datetime) -> None:
    record(
        session,
        actor=actor.reference,
        act=f"session:{what}",
        thing=f"session:{session_id}",
        now=now,
    )
