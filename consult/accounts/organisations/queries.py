"""Every read of organisations that were founded, and of their members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.models import (
    LEAD,
    Invitation,
    Organisation,
    OrganisationMember,
    User,
)
from consult.accounts.queries import shown_name
from consult.kernel.errors import NotFoundError


@dataclass(frozen=True)
class Own:
    """An organisation as one of its members finds it."""

    id: int
    name: str
    register_number: str
    declared_interest: str
    part: str
    letters: bool

    @property
    def leads(self) -> bool:
        """Whether that member is a lead."""
        return self.part == LEAD


def of_person(session: Session, user_id: int) -> list[Own]:
    """The organisations for which somebody writes, by name."""
    rows = session.execute(
        select(Organisation, OrganisationMember)
        .join(OrganisationMember, OrganisationMember.organisation_id == Organisation.id)
        .where(OrganisationMember.user_id == user_id)
        .order_by(Organisation.name, Organisation.id)
    )
    return [_own(found, place) for found, place in rows]


def own(session: Session, organisation_id: int, user_id: int) -> Own:
    """One of them. Raises NotFoundError for everybody who is no member."""
    row = session.execute(
        select(Organisation, OrganisationMember)
        .join(OrganisationMember, OrganisationMember.organisation_id == Organisation.id)
        .where(Organisation.id == organisation_id, OrganisationMember.user_id == user_id)
    ).first()
    if row is None:
        raise NotFoundError
    return _own(row[0], row[1])


def _own(found: Organisation, place: OrganisationMember) -> Own:
    return Own(
        found.id,
        found.name,
        found.register_number,
        found.declared_interest,
        place.part,
        place.letters,
    )


@dataclass(frozen=True)
class Colleague:
    """A member as the others see them."""

    user_id: int
    name: str
    email: str
    part: str
    joined_at: datetime

    @property
    def leads(self) -> bool:
        """Whether they are a lead."""
        return self.part == LEAD


def colleagues(session: Session, organisation_id: int) -> list[Colleague]:
    """The members of an organisation, leads first, then as they joined."""
    rows = session.execute(
        select(OrganisationMember, User)
        .join(User, User.id == OrganisationMember.user_id)
        .where(OrganisationMember.organisation_id == organisation_id)
        .order_by(
            (OrganisationMember.part == LEAD).desc(),
            OrganisationMember.joined_at,
            OrganisationMember.id,
        )
    )
    return [
        Colleague(user.id, shown_name(user.name, user.email), user.email, m.part, m.joined_at)
        for m, user in rows
    ]


def open_invitations(session: Session, organisation_id: int, now: datetime) -> Sequence[Invitation]:
    """Invitations into an organisation that can still be accepted, oldest first."""
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.id)
    ).all()


def size(session: Session, organisation_id: int, now: datetime) -> int:
    """How many are in an organisation or invited into it."""
    members = session.scalar(
        select(func.count())
        .select_from(OrganisationMember)
        .where(OrganisationMember.organisation_id == organisation_id)
    )
    return (members or 0) + len(open_invitations(session, organisation_id, now))


def leads(session: Session, declaration_id: int, user_id: int) -> bool:
    """Whether somebody is a lead of the organisation that made a declaration."""
    found = session.execute(
        select(OrganisationMember.id)
        .join(Organisation, Organisation.stands_for_id == OrganisationMember.organisation_id)
        .where(
            Organisation.id == declaration_id,
            OrganisationMember.user_id == user_id,
            OrganisationMember.part == LEAD,
        )
    ).first()
    return found is not None


def to_tell(session: Session, organisation_id: int, *, but: int | None) -> list[tuple[int, str]]:
    """Members who want letters, but for one person: their number as members, and their language."""
    rows = session.execute(
        select(OrganisationMember.id, User.language)
        .join(User, User.id == OrganisationMember.user_id)
        .where(
            OrganisationMember.organisation_id == organisation_id,
            OrganisationMember.letters,
            User.disabled_at.is_(None),
            User.id != (but or 0),
        )
        .order_by(OrganisationMember.id)
    )
    return [(member_id, language) for member_id, language in rows]
