"""An organisation comes into being, changes what it says of itself, and ends."""

import re
from datetime import datetime

from sqlalchemy import delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from consult.accounts.models import LEAD, Invitation, Organisation, OrganisationMember, User
from consult.accounts.organisations.errors import NameTakenError, NameWithAddressError
from consult.accounts.organisations.membership import log, require_lead
from consult.kernel.actor import Actor
from consult.kernel.clock import SENT_TWICE

# A name that leads somewhere: it stands in letters to people who have never heard of us.
_LEADS_AWAY = re.compile(r"://|@|\bwww\.", re.IGNORECASE)


def checked_name(name: str) -> str:
    """The name, if it can stand in a letter. Raises NameWithAddressError."""
    if _LEADS_AWAY.search(name):
        raise NameWithAddressError
    return name


def found(
    session: Session,
    *,
    name: str,
    register_number: str,
    declared_interest: str,
    anyway: bool,
    actor: Actor,
    now: datetime,
) -> int:
    """Found an organisation whose first lead is the founder; returns its id.

    Who sends the form twice founds one. Raises NameTakenError for the name or register number of
    another one, unless it is to be founded `anyway`: nobody checks who may call themselves what.
    """
    assert actor.user_id is not None
    session.get_one(User, actor.user_id, with_for_update={"key_share": True})
    said = (name, register_number, declared_interest)
    if (twice := _just_founded(session, said, actor.user_id, now)) is not None:
        return twice
    if not anyway and _another(session, name, register_number):
        raise NameTakenError
    made = Organisation(
        name=name,
        register_number=register_number,
        declared_interest=declared_interest,
        created_at=now,
        founded_at=now,
    )
    session.add(made)
    session.flush()
    session.add(
        OrganisationMember(
            organisation_id=made.id, user_id=actor.user_id, part=LEAD, joined_at=now, letters=True
        )
    )
    session.flush()
    log(session, actor, "founded", made.id, now)
    return made.id


def _just_founded(
    session: Session, said: tuple[str, str, str], user_id: int, now: datetime
) -> int | None:
    """What this person founded a moment ago, with the same words."""
    return session.scalar(
        select(Organisation.id)
        .join(OrganisationMember, OrganisationMember.organisation_id == Organisation.id)
        .where(
            tuple_(Organisation.name, Organisation.register_number, Organisation.declared_interest)
            == said,
            Organisation.founded_at > now - SENT_TWICE,
            Organisation.dissolved_at.is_(None),
            OrganisationMember.user_id == user_id,
        )
        .order_by(Organisation.id)
        .limit(1)
    )


def _another(session: Session, name: str, register_number: str) -> bool:
    alike = [func.lower(Organisation.name) == name.lower()]
    if register_number:
        alike.append(func.lower(Organisation.register_number) == register_number.lower())
    standing = (
        Organisation.founded_at.is_not(None),
        Organisation.dissolved_at.is_(None),
        or_(*alike),
    )
    return session.execute(select(Organisation.id).where(*standing).limit(1)).first() is not None


def describe(
    session: Session,
    organisation_id: int,
    *,
    name: str,
    register_number: str,
    declared_interest: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Change what an organisation says of itself, from the next submission on. For leads."""
    require_lead(session, organisation_id, actor)
    found = session.get_one(Organisation, organisation_id)
    found.name, found.register_number = name, register_number
    found.declared_interest = declared_interest
    session.flush()
    log(session, actor, "described", organisation_id, now)


def dissolve(session: Session, organisation_id: int, *, actor: Actor, now: datetime) -> None:
    """End an organisation. What it sent stays, with what it declared then. For leads."""
    require_lead(session, organisation_id, actor)
    empty(session, organisation_id, actor=actor, now=now)


def empty(session: Session, organisation_id: int, *, actor: Actor, now: datetime) -> None:
    """Take everything from an organisation but its number, which stands in the log."""
    session.execute(
        delete(OrganisationMember).where(OrganisationMember.organisation_id == organisation_id)
    )
    session.execute(
        update(Invitation)
        .where(Invitation.organisation_id == organisation_id, Invitation.accepted_at.is_(None))
        .values(expires_at=now, email="")
    )
    found = session.get_one(Organisation, organisation_id)
    found.name = found.register_number = found.declared_interest = ""
    found.dissolved_at = now
    session.flush()
    log(session, actor, "dissolved", organisation_id, now)
