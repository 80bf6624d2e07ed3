"""Who is in an organisation, and as what: joined, raised, removed, gone."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import LEAD, MEMBER, Organisation, OrganisationMember, User
from consult.accounts.organisations.errors import LastLeadError, NotLeadError
from consult.activity.log import record
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError


def lock_organisation(session: Session, organisation_id: int) -> None:
    """Keep the members of an organisation from other writers. Raises NotFoundError for one that
    does not exist (any more) or was only declared."""
    found = session.execute(
        select(Organisation.id)
        .where(
            Organisation.id == organisation_id,
            Organisation.founded_at.is_not(None),
            Organisation.dissolved_at.is_(None),
        )
        .with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError


def require_member(session: Session, organisation_id: int, actor: Actor) -> OrganisationMember:
    """The actor's place in an organisation, whose members stay as they are until the act ends.

    Raises NotFoundError for everybody else: they do not learn that it exists.
    """
    lock_organisation(session, organisation_id)
    found = session.execute(
        select(OrganisationMember)
        .where(
            OrganisationMember.organisation_id == organisation_id,
            OrganisationMember.user_id == actor.user_id,
        )
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError
    return found


def require_lead(session: Session, organisation_id: int, actor: Actor) -> OrganisationMember:
    """The same of a lead. Raises NotLeadError for other members."""
    found = require_member(session, organisation_id, actor)
    if found.part != LEAD:
        raise NotLeadError
    return found


def join(
    session: Session, organisation_id: int, user_id: int, *, actor: Actor, now: datetime
) -> None:
    """Make somebody a member; one who is in it already stays what they are."""
    lock_organisation(session, organisation_id)
    if _place(session, organisation_id, user_id) is None:
        session.add(
            OrganisationMember(
                organisation_id=organisation_id,
                user_id=user_id,
                part=MEMBER,
                joined_at=now,
                letters=True,
            )
        )
        session.flush()
        log(session, actor, "joined", organisation_id, now, member=user_id)


def set_part(
    session: Session,
    organisation_id: int,
    user_id: int,
    part: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Make a member a lead, or a lead an ordinary member. For leads. Raises LastLeadError."""
    require_lead(session, organisation_id, actor)
    place = _place(session, organisation_id, user_id)
    if place is None:
        raise NotFoundError
    if place.part == part:
        return
    if part != LEAD:
        _keep_a_lead(session, place)
    place.part = part
    session.flush()
    act = "lead_given" if part == LEAD else "lead_withdrawn"
    log(session, actor, act, organisation_id, now, member=user_id)


def remove(
    session: Session, organisation_id: int, user_id: int, *, actor: Actor, now: datetime
) -> None:
    """Take a member out. For leads. Doing it twice is no error. Raises LastLeadError."""
    require_lead(session, organisation_id, actor)
    place = _place(session, organisation_id, user_id)
    if place is None:
        return
    _keep_a_lead(session, place)
    _drop(session, place, "removed", actor, now)


def leave(session: Session, organisation_id: int, *, actor: Actor, now: datetime) -> None:
    """Go. Raises LastLeadError."""
    place = require_member(session, organisation_id, actor)
    _keep_a_lead(session, place)
    _drop(session, place, "left", actor, now)


def want_letters(
    session: Session, organisation_id: int, wanted: bool, *, actor: Actor, now: datetime
) -> None:
    """Say whether one wants a letter when the organisation has sent something."""
    require_member(session, organisation_id, actor).letters = wanted
    session.flush()
    log(session, actor, "letters", organisation_id, now)


def _keep_a_lead(session: Session, place: OrganisationMember) -> None:
    if place.part == LEAD and successor(session, place, part=LEAD) is None:
        raise LastLeadError


def successor(
    session: Session, place: OrganisationMember, *, part: str | None = None
) -> OrganisationMember | None:
    """Who has been in the organisation longest beside somebody, with an account that works; only
    those with a `part`, if one is given."""
    statement = (
        select(OrganisationMember)
        .join(User, User.id == OrganisationMember.user_id)
        .where(
            OrganisationMember.organisation_id == place.organisation_id,
            OrganisationMember.id != place.id,
            User.disabled_at.is_(None),
        )
        .order_by(OrganisationMember.joined_at, OrganisationMember.id)
        .limit(1)
    )
    if part is not None:
        statement = statement.where(OrganisationMember.part == part)
    return session.scalars(statement).first()


def _place(session: Session, organisation_id: int, user_id: int) -> OrganisationMember | None:
    return session.scalars(
        select(OrganisationMember).where(
            OrganisationMember.organisation_id == organisation_id,
            OrganisationMember.user_id == user_id,
        )
    ).first()


def _drop(
    session: Session, place: OrganisationMember, act: str, actor: Actor, now: datetime
) -> None:
    session.delete(place)
    session.flush()
    log(session, actor, act, place.organisation_id, now, member=place.user_id)


def log(
    session: Session, actor: Actor, act: str, organisation_id: int, now: datetime, **facts: Any
) -> None:
    """One line of the log; a member is the number of an account, as everywhere in it."""
    record(
        session,
        actor=actor.reference,
        act=f"organisation:{act}",
        thing=f"organisation:{organisation_id}",
        now=now,
        **facts,
    )
