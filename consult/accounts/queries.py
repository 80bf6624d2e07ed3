"""Every read of people, bodies and their roles."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import (
    Body,
    Invitation,
    LoginSession,
    Membership,
    Organisation,
    User,
)
from consult.accounts.tokens import Claim, LinkError, state_of
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError


@dataclass(frozen=True)
class Known:
    """A signed-in person as one statement finds them: account, session, roles."""

    user_id: int
    email: str
    name: str
    language: str
    session_id: int
    session_created_at: datetime
    last_seen_at: datetime
    # Pairs of a body's id and a role in it.
    memberships: frozenset[tuple[int, str]]


def signed_in(session: Session, token_hash: str) -> Known | None:
    """The person behind a session token that is not revoked, if their account works."""
    rows = session.execute(
        select(User, LoginSession, Membership.body_id, Membership.role)
        .join(LoginSession, LoginSession.user_id == User.id)
        .join(Membership, Membership.user_id == User.id, isouter=True)
        .where(
            LoginSession.token_hash == token_hash,
            LoginSession.revoked_at.is_(None),
            User.disabled_at.is_(None),
        )
    ).all()
    if not rows:
        return None
    user, login = rows[0][0], rows[0][1]
    return Known(
        user_id=user.id,
        email=user.email,
        name=user.name,
        language=user.language,
        session_id=login.id,
        session_created_at=login.created_at,
        last_seen_at=login.last_seen_at,
        memberships=frozenset((body_id, role) for _, _, body_id, role in rows if role),
    )


def user(session: Session, user_id: int) -> User:
    """The account with this id. Raises NotFoundError."""
    found = session.get(User, user_id)
    if found is None:
        raise NotFoundError
    return found


def user_by_email(session: Session, email: str) -> User | None:
    """The account of a normalised address, if there is one."""
    return session.execute(select(User).where(User.email == email)).scalar_one_or_none()


def locked_user(session: Session, user_id: int) -> User | None:
    """The account as it is now, kept from other writers until the act ends."""
    return session.execute(
        select(User)
        .where(User.id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def locked_by_email(session: Session, email: str) -> User | None:
    """The same, by normalised address."""
    return session.execute(
        select(User)
        .where(User.email == email)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def user_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """User id → the name to show for what they did as an official; unknown ids are left out."""
    if not ids:
        return {}
    rows = session.execute(select(User.id, User.name, User.email).where(User.id.in_(set(ids))))
    return {user_id: shown_name(name, email) for user_id, name, email in rows}


def shown_name(name: str | None, email: str | None) -> str:
    """The same for who was read together with what they did; "" for nobody (an outer join)."""
    return name or (email or "").partition("@")[0]


def body(session: Session, body_id: int) -> Body:
    """The body with this id. Raises NotFoundError."""
    found = session.get(Body, body_id)
    if found is None:
        raise NotFoundError
    return found


def body_by_slug(session: Session, slug: str) -> Body:
    """The body at this address. Raises NotFoundError."""
    found = session.execute(select(Body).where(Body.slug == slug)).scalar_one_or_none()
    if found is None:
        raise NotFoundError
    return found


def all_bodies(session: Session) -> Sequence[Body]:
    """All bodies, in the order in which they came."""
    return session.execute(select(Body).order_by(Body.id)).scalars().all()


def bodies_of_user(session: Session, user_id: int) -> Sequence[Body]:
    """The bodies in which a person holds a role."""
    held = select(Membership.body_id).where(Membership.user_id == user_id)
    return session.execute(select(Body).where(Body.id.in_(held)).order_by(Body.id)).scalars().all()


@dataclass(frozen=True)
class Member:
    """One role of one person in a body."""

    membership_id: int
    user_id: int
    name: str
    email: str
    role: str
    granted_at: datetime


def members(session: Session, body_id: int) -> Sequence[Member]:
    """Who holds which role in a body, by address."""
    rows = session.execute(
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.body_id == body_id)
        .order_by(User.email, Membership.id)
    )
    return [Member(m.id, u.id, u.name, u.email, m.role, m.granted_at) for m, u in rows]


def open_invitations(session: Session, body_id: int, now: datetime) -> Sequence[Invitation]:
    """Invitations into a body that can still be accepted, oldest first."""
    return (
        session.execute(
            select(Invitation)
            .where(
                Invitation.body_id == body_id,
                Invitation.accepted_at.is_(None),
                Invitation.expires_at > now,
            )
            .order_by(Invitation.id)
        )
        .scalars()
        .all()
    )


def login_sessions(session: Session, user_id: int) -> Sequence[LoginSession]:
    """A person's browsers that are signed in, last used first."""
    return (
        session.execute(
            select(LoginSession)
            .where(LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None))
            .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
        )
        .scalars()
        .all()
    )


def roles_of_user(session: Session, user_id: int) -> Sequence[tuple[Texts, str]]:
    """A person's roles with the names of the bodies, by body."""
    rows = session.execute(
        select(Body.name, Membership.role)
        .join(Membership, Membership.body_id == Body.id)
        .where(Membership.user_id == user_id)
        .order_by(Body.id, Membership.id)
    )
    return [(name, role) for name, role in rows]


def claimed_user(session: Session, claim: Claim) -> User:
    """The account of a token, if it is still in the state the token names. Raises LinkError."""
    found = session.get(User, claim.number)
    if found is None or found.disabled_at is not None or state_of(found) != claim.state:
        raise LinkError
    return found


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation that can be accepted, as the invited person sees it."""

    email: str
    expires_at: datetime
    # Whether the address has a confirmed account, whose owner then has to sign in.
    has_account: bool
    # Into a body with a role, or into an organisation.
    role: str | None
    body_name: Texts | None
    organisation: Organisation | None


def invitation(session: Session, claim: Claim, now: datetime) -> OpenInvitation:
    """The invitation of a token. Raises LinkError if it was accepted, is void or too old."""
    row = session.execute(
        select(Invitation, Body.name, Organisation, User.confirmed_at)
        .join(Body, Body.id == Invitation.body_id, isouter=True)
        .join(Organisation, Organisation.id == Invitation.organisation_id, isouter=True)
        .join(User, User.email == Invitation.email, isouter=True)
        .where(
            Invitation.id == claim.number,
            Invitation.nonce == claim.state,
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > now,
        )
    ).one_or_none()
    if row is None:
        raise LinkError
    found, name, organisation, confirmed_at = row
    return OpenInvitation(
        found.email,
        found.expires_at,
        has_account=confirmed_at is not None,
        role=found.role,
        body_name=name,
        organisation=organisation,
    )


def holds_role(session: Session, user_id: int, body_id: int, role: str) -> bool:
    """Whether a person holds a role in a body now."""
    found = session.execute(
        select(Membership.id).where(
            Membership.user_id == user_id,
            Membership.body_id == body_id,
            Membership.role == role,
        )
    ).first()
    return found is not None


def body_ids(session: Session, slug: str) -> frozenset[int]:
    """The id of the body at this address, as a set that may be empty."""
    return frozenset(session.execute(select(Body.id).where(Body.slug == slug)).scalars())


def people_of(session: Session, body_ids: Collection[int]) -> frozenset[int]:
    """Everybody who holds a role in one of some bodies."""
    held = select(Membership.user_id).where(Membership.body_id.in_(list(body_ids)))
    return frozenset(session.execute(held).scalars())


def officials(session: Session, user_ids: Collection[int]) -> set[int]:
    """Which of some people hold a role anywhere."""
    held = select(Membership.user_id).where(Membership.user_id.in_(list(user_ids)))
    return set(session.execute(held).scalars())


def deciders_of(
    session: Session, body_id: int, roles: Collection[str], *, limit: int
) -> list[tuple[int, str]]:
    """Who holds one of some roles in a body and can sign in, each with their language."""
    held = select(Membership.user_id).where(
        Membership.body_id == body_id, Membership.role.in_(list(roles))
    )
    rows = session.execute(
        select(User.id, User.language)
        .where(User.id.in_(held), User.disabled_at.is_(None), User.confirmed_at.is_not(None))
        .order_by(User.id)
        .limit(limit)
    )
    return [(number, language) for number, language in rows]
