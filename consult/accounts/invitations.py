"""Invitations of officials and of members of organisations: sent, made void, accepted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.accounts import sessions
from consult.accounts.models import ROLES, Invitation, Membership, User
from consult.accounts.organisations.membership import join, lock_organisation
from consult.accounts.queries import locked_by_email, locked_user
from consult.accounts.registration import add_user
from consult.accounts.roles import grant, lock_body
from consult.accounts.tokens import INVITATION, LIFETIME, Claim, LinkError
from consult.activity.log import record
from consult.kernel.actor import Actor
from consult.kernel.clock import SENT_TWICE
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.i18n import mark
from consult.kernel.ids import random_token
from consult.notifications import outbox


class AlreadyMemberError(ConsultError):
    message = mark("This person already has this role here.")


class AccountExistsError(ConsultError):
    """The invited address has an account; its owner has to sign in to accept."""

    message = mark("There is already an account with this address. Please sign in to accept.")


@dataclass(frozen=True)
class Into:
    """Where an invitation leads: to a role in a body, or to the members of an organisation."""

    body_id: int | None = None
    role: str | None = None
    organisation_id: int | None = None

    @classmethod
    def of(cls, invitation: Invitation) -> "Into":
        """Where this one leads."""
        return cls(invitation.body_id, invitation.role, invitation.organisation_id)

    @property
    def template(self) -> str:
        """The letter that says so."""
        return "invitation" if self.organisation_id is None else "organisation_invitation"

    @property
    def facts(self) -> dict[str, Any]:
        """What the log says of it."""
        found = {"body": self.body_id, "role": self.role, "organisation": self.organisation_id}
        return {name: value for name, value in found.items() if value is not None}


def invite(
    session: Session,
    *,
    body_id: int,
    email: str,
    role: str,
    language: str,
    actor: Actor,
    now: datetime,
) -> Invitation:
    """Invite a person to a role; an older invitation to the same role is void.

    Raises AlreadyMemberError if the address holds the role.
    """
    assert role in ROLES
    lock_body(session, body_id)
    held = session.execute(
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.body_id == body_id, Membership.role == role, User.email == email)
    ).first()
    if held is not None:
        raise AlreadyMemberError
    into = Into(body_id=body_id, role=role)
    return send(session, into, email=email, language=language, actor=actor, now=now)


def send(
    session: Session, into: Into, *, email: str, language: str, actor: Actor, now: datetime
) -> Invitation:
    """Write an invitation and its letter; an older one of this address to the same is void. Who
    sends the form twice sends one letter.

    The caller has asked whether the actor may, and keeps others from doing the same.
    """
    standing = (
        Invitation.body_id.is_not_distinct_from(into.body_id),
        Invitation.organisation_id.is_not_distinct_from(into.organisation_id),
        Invitation.role.is_not_distinct_from(into.role),
        Invitation.email == email,
        Invitation.accepted_at.is_(None),
        Invitation.expires_at > now,
    )
    twice = session.scalar(
        select(Invitation).where(
            *standing,
            Invitation.language == language,
            Invitation.invited_by == actor.user_id,
            Invitation.invited_at > now - SENT_TWICE,
        )
    )
    if twice is not None:
        return twice
    session.execute(update(Invitation).where(*standing).values(expires_at=now))
    made = Invitation(
        body_id=into.body_id,
        organisation_id=into.organisation_id,
        email=email,
        role=into.role,
        language=language,
        nonce=random_token(18),
        invited_by=actor.user_id,
        invited_at=now,
        expires_at=now + LIFETIME[INVITATION],
    )
    session.add(made)
    session.flush()
    thing = f"invitation:{made.id}"
    _log(session, actor, "invitation:sent", thing, now, **into.facts)
    outbox.write(
        session,
        recipient=thing,
        template=into.template,
        language=language,
        key=f"{thing}:{made.nonce}",
        payload={"role": into.role} if into.role else {},
        now=now,
        requested=True,
    )
    return made


def revoke_invitation(
    session: Session, invitation_id: int, *, into: Into, actor: Actor, now: datetime
) -> None:
    """Make an open invitation into this body or organisation void. Doing it twice is no error."""
    found = session.get(Invitation, invitation_id)
    if found is None or (found.body_id, found.organisation_id) != (
        into.body_id,
        into.organisation_id,
    ):
        raise NotFoundError
    if found.accepted_at is None and found.expires_at > now:
        found.expires_at = now
        session.flush()
        _log(session, actor, "invitation:revoked", f"invitation:{found.id}", now, **into.facts)


def opened(session: Session, claim: Claim, now: datetime) -> Invitation:
    """The invitation behind a letter's token. Raises LinkError if it is used or void."""
    _lock_its_organisation(session, claim.number)
    found = session.execute(
        select(Invitation)
        .where(Invitation.id == claim.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None or found.nonce != claim.state:
        raise LinkError
    if found.accepted_at is not None or found.expires_at <= now:
        raise LinkError
    return found


def _lock_its_organisation(session: Session, invitation_id: int) -> None:
    """Before the invitation: so do leads, who would otherwise wait for whoever accepts, and they
    for the leads."""
    found = session.get(Invitation, invitation_id)
    if found is not None and found.organisation_id is not None:
        try:
            lock_organisation(session, found.organisation_id)
        except NotFoundError as error:
            raise LinkError from error


def accept(session: Session, claim: Claim, *, user_id: int, now: datetime) -> Invitation:
    """Take the role or join, with an account that is signed in and has the invited address."""
    invitation = opened(session, claim, now)
    user = locked_user(session, user_id)
    if user is None or user.email != invitation.email:
        raise LinkError
    _take(session, invitation, user, now)
    return invitation


def accept_anew(
    session: Session, claim: Claim, *, name: str, password_hash: str, language: str, now: datetime
) -> User:
    """Take the role or join, and make the account. The letter proves the address.

    Raises AccountExistsError if the address has a confirmed account. One that was never
    confirmed is taken over: whoever made it did not have the mailbox.
    """
    invitation = opened(session, claim, now)
    user = locked_by_email(session, invitation.email)
    if user is not None and user.confirmed_at is not None:
        raise AccountExistsError
    known = user is not None
    user = user or User(email=invitation.email, created_at=now)
    user.name, user.password_hash, user.language = name, password_hash, language
    user.confirmed_at = now
    if known:
        session.flush()
    else:
        add_user(session, user)
    sessions.revoke_all(session, user.id, actor=Actor.user(user.id), now=now)
    _log(session, Actor.user(user.id), "account:confirmed", f"user:{user.id}", now)
    _take(session, invitation, user, now)
    return user


def _take(session: Session, invitation: Invitation, user: User, now: datetime) -> None:
    actor = Actor.user(user.id)
    invitation.accepted_at = now
    session.flush()
    thing = f"invitation:{invitation.id}"
    into = Into.of(invitation)
    facts = {name: value for name, value in into.facts.items() if name != "role"}
    _log(session, actor, "invitation:accepted", thing, now, **facts)
    if into.organisation_id is not None:
        join(session, into.organisation_id, user.id, actor=actor, now=now)
    elif into.body_id is not None and into.role is not None:
        grant(session, user.id, into.body_id, (into.role,), actor=actor, now=now)


def _log(session: Session, actor: Actor, act: str, thing: str, now: datetime, **facts: Any) -> None:
    record(session, actor=actor.reference, act=act, thing=thing, now=now, **facts)
