"""Accounts that are closed leave no organisation without a lead."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.accounts.models import (
    LEAD,
    Invitation,
    Organisation,
    OrganisationMember,
    User,
)
from consult.accounts.organisations.founding import empty
from consult.accounts.organisations.membership import log, successor
from consult.kernel.actor import SYSTEM, Actor

# An invitation that nobody took up names a stranger: their address goes.
FORGOTTEN = timedelta(days=30)


def leave_all(session: Session, user_id: int, *, actor: Actor, now: datetime) -> int:
    """Take somebody whose account ends out of every organisation; returns of how many.

    Where they were the last lead, who has been in it longest takes their place; where there is
    nobody, the organisation ends.
    """
    places = session.scalars(
        select(OrganisationMember)
        .join(Organisation, Organisation.id == OrganisationMember.organisation_id)
        .where(OrganisationMember.user_id == user_id)
        .order_by(OrganisationMember.organisation_id)
        .with_for_update(of=Organisation)
    ).all()
    for place in places:
        _end(session, place, actor, now)
    return len(places)


def _end(session: Session, place: OrganisationMember, actor: Actor, now: datetime) -> None:
    heir = successor(session, place)
    if heir is None:
        empty(session, place.organisation_id, actor=actor, now=now)
        return
    if place.part == LEAD and successor(session, place, part=LEAD) is None:
        heir.part = LEAD
        log(session, SYSTEM, "lead_given", place.organisation_id, now, member=heir.user_id)
    session.delete(place)
    session.flush()
    log(session, actor, "left", place.organisation_id, now, member=place.user_id)


def forget_closed(session: Session, now: datetime, limit: int) -> int:
    """Take up to `limit` people whose accounts are closed out of their organisations."""
    closed = session.scalars(
        select(User.id)
        .where(
            User.disabled_at.is_not(None),
            select(OrganisationMember.id).where(OrganisationMember.user_id == User.id).exists(),
        )
        .order_by(User.id)
        .limit(limit)
    ).all()
    for user_id in closed:
        leave_all(session, user_id, actor=SYSTEM, now=now)
    return len(closed)


def forget_invited(session: Session, now: datetime, limit: int) -> int:
    """Forget the addresses in up to `limit` invitations into organisations that are long past."""
    old = session.scalars(
        select(Invitation.id)
        .where(
            Invitation.organisation_id.is_not(None),
            Invitation.email != "",
            Invitation.expires_at < now - FORGOTTEN,
        )
        .order_by(Invitation.id)
        .limit(limit)
    ).all()
    session.execute(update(Invitation).where(Invitation.id.in_(old)).values(email=""))
    return len(old)
