"""Inviting people into an organisation."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts import invitations
from consult.accounts.models import Invitation, OrganisationMember, User
from consult.accounts.organisations.errors import (
    AlreadyInOrganisationError,
    TooManyMembersError,
)
from consult.accounts.organisations.membership import require_lead
from consult.accounts.organisations.queries import size
from consult.kernel.actor import Actor

MOST_MEMBERS = 100


def invite(
    session: Session,
    organisation_id: int,
    *,
    email: str,
    language: str,
    actor: Actor,
    now: datetime,
) -> Invitation:
    """Invite somebody into an organisation; an older invitation of theirs is void. For leads.

    Raises AlreadyInOrganisationError, TooManyMembersError.
    """
    require_lead(session, organisation_id, actor)
    known = session.execute(
        select(OrganisationMember.id)
        .join(User, User.id == OrganisationMember.user_id)
        .where(OrganisationMember.organisation_id == organisation_id, User.email == email)
    ).first()
    if known is not None:
        raise AlreadyInOrganisationError
    if size(session, organisation_id, now) >= MOST_MEMBERS:
        raise TooManyMembersError(limit=MOST_MEMBERS)
    into = invitations.Into(organisation_id=organisation_id)
    return invitations.send(session, into, email=email, language=language, actor=actor, now=now)


def revoke(
    session: Session, organisation_id: int, invitation_id: int, *, actor: Actor, now: datetime
) -> None:
    """Make an open invitation void. For leads. Doing it twice is no error."""
    require_lead(session, organisation_id, actor)
    invitations.revoke_invitation(
        session,
        invitation_id,
        into=invitations.Into(organisation_id=organisation_id),
        actor=actor,
        now=now,
    )
