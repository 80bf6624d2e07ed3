"""Every read of consultations: one, lists by phase, the register of what is due and overdue."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.accounts.naming import names_version
from consult.consultations.models import Consultation, ConsultationBody, Promise
from consult.consultations.phases import Phase, phase
from consult.kernel.db import Texts, UtcDateTime, glance_numbers
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import PAGE_SIZE, Keyset, Page, cut, window

# Nearly every page begins with it, so it is built once.
_BY_SLUG = select(Consultation).where(Consultation.slug == bindparam("slug"))


def by_slug(session: Session, slug: str) -> Consultation:
    """The consultation at this address, whatever its phase. Raises NotFoundError."""
    found = session.execute(_BY_SLUG, {"slug": slug}).scalar_one_or_none()
    if found is None:
        raise NotFoundError
    return found


def public_by_slug(session: Session, slug: str, now: datetime) -> Consultation:
    """The same for the public. Raises NotFoundError while it is in preparation."""
    found = by_slug(session, slug)
    if found.announced_at is None or found.announced_at > now:
        raise NotFoundError
    return found


def by_id(session: Session, consultation_id: int) -> Consultation:
    """The consultation with this id. Raises NotFoundError."""
    found = session.get(Consultation, consultation_id)
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True)
class Dates:
    """The dates and facts that make the phase of a consultation."""

    id: int
    announced_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    cancelled_at: datetime | None
    outcome_completed_at: datetime | None
    # Whether an official reads each comment before everybody does.
    premoderated: bool = False


_DATES: Any = select(*(getattr(Consultation, column.name) for column in fields(Dates))).where(
    Consultation.id == bindparam("wanted")
)


def dates(session: Session, consultation_id: int) -> Dates:
    """The dates as they are in the database now. Raises NotFoundError."""
    row = session.connection().execute(_DATES, {"wanted": consultation_id}).first()
    if row is None:
        raise NotFoundError
    return Dates(*row)


def locked(session: Session, consultation_id: int) -> Consultation:
    """The consultation as it is now, kept from other writers until the act ends."""
    return session.execute(
        select(Consultation)
        .where(Consultation.id == consultation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def lead_body(session: Session, consultation_id: int) -> Body:
    """The body that leads, and answers by the promised date."""
    return session.execute(
        select(Body)
        .join(ConsultationBody, ConsultationBody.body_id == Body.id)
        .where(ConsultationBody.consultation_id == consultation_id, ConsultationBody.part == "lead")
    ).scalar_one()


def bodies(session: Session, consultation_id: int) -> Sequence[tuple[Body, str]]:
    """All bodies with their part ("lead" first, then "competent" by id)."""
    rows = session.execute(
        select(Body, ConsultationBody.part)
        .join(ConsultationBody, ConsultationBody.body_id == Body.id)
        .where(ConsultationBody.consultation_id == consultation_id)
        .order_by(ConsultationBody.part.desc(), Body.id)
    )
    return [(body, part) for body, part in rows]


def bodies_of(session: Session, slug: str) -> frozenset[int]:
    """The ids of the bodies of a consultation; empty if there is no such consultation."""
    return frozenset(
        session.execute(
            select(ConsultationBody.body_id)
            .join(Consultation, Consultation.id == ConsultationBody.consultation_id)
            .where(Consultation.slug == slug)
        ).scalars()
    )


def in_phase(wanted: Phase, now: datetime) -> ColumnElement[bool]:
    """The SQL twin of `phases.phase`: the condition that a consultation is in a phase at `now`."""
    c = Consultation
    alive = and_(c.cancelled_at.is_(None), c.announced_at.is_not(None))
    opened = and_(c.opens_at.is_not(None), c.opens_at <= now)
    closed = and_(c.closes_at.is_not(None), c.closes_at <= now)
    not_closed = or_(c.closes_at.is_(None), c.closes_at > now)
    conditions = {
        Phase.CANCELLED: c.cancelled_at.is_not(None),
        Phase.PREPARATION: and_(c.cancelled_at.is_(None), c.announced_at.is_(None)),
        Phase.ANNOUNCED: and_(alive, or_(c.opens_at.is_(None), c.opens_at > now)),
        Phase.OPEN: and_(alive, opened, not_closed),
        Phase.CLOSED: and_(alive, opened, closed, c.outcome_completed_at.is_(None)),
        Phase.ANSWERED: and_(alive, opened, closed, c.outcome_completed_at.is_not(None)),
    }
    return conditions[wanted]


@dataclass(frozen=True)
class Listed:
    """A consultation in a list, with its phase and the body that leads it."""

    consultation: Consultation
    phase: Phase
    body_id: int
    body_name: Texts


# The order of each list: what needs attention first.
_ORDER = {
    Phase.PREPARATION: (Consultation.id.desc(),),
    Phase.ANNOUNCED: (Consultation.opens_at, Consultation.id),
    Phase.OPEN: (Consultation.closes_at, Consultation.id),
    Phase.CLOSED: (Consultation.answer_due_at, Consultation.id),
    Phase.ANSWERED: (Consultation.outcome_completed_at.desc(), Consultation.id.desc()),
    Phase.CANCELLED: (Consultation.cancelled_at.desc(), Consultation.id.desc()),
}


def listed(
    session: Session, wanted: Phase, now: datetime, *, limit: int = PAGE_SIZE
) -> Sequence[Listed]:
    """The first consultations of a public phase in their order (announced by opening, open by
    close, closed by promised answer, answered newest first)."""
    rows = session.execute(_listed(wanted), {"now": now, "limit": limit})
    return [Listed(c, wanted, body_id, name) for c, body_id, name in rows]


@cache
def _listed(wanted: Phase) -> Any:
    now: Any = bindparam("now", type_=UtcDateTime)
    condition = and_(in_phase(wanted, now), Consultation.announced_at.is_not(None))
    chosen = _with_lead().where(condition).order_by(*_ORDER[wanted])
    return chosen.limit(bindparam("limit", type_=Integer))


def _with_lead() -> Select[Consultation, int, Texts]:
    return (
        select(Consultation, Body.id, Body.name)
        .join(
            ConsultationBody,
            and_(
                ConsultationBody.consultation_id == Consultation.id,
                ConsultationBody.part == "lead",
            ),
        )
        .join(Body, Body.id == ConsultationBody.body_id)
    )


def of_bodies(
    session: Session, body_ids: frozenset[int], now: datetime, keyset: Keyset
) -> Page[Listed]:
    """The consultations in which some bodies take part, newest first."""
    taking_part = select(ConsultationBody.consultation_id).where(
        ConsultationBody.body_id.in_(body_ids)
    )
    return _newest_first(session, Consultation.id.in_(taking_part), now, keyset)


def everything(session: Session, now: datetime, keyset: Keyset) -> Page[Listed]:
    """All consultations of the installation, newest first."""
    return _newest_first(session, Consultation.id > 0, now, keyset)


def _newest_first(
    session: Session, condition: ColumnElement[bool], now: datetime, keyset: Keyset
) -> Page[Listed]:
    statement = _with_lead().where(condition)
    statement = window(statement, keyset, Consultation.id, newest_first=True)
    rows = [Listed(c, phase(c, now), b, name) for c, b, name in session.execute(statement)]
    return cut(rows, keyset, lambda row: row.consultation.id)


def promises(session: Session, consultation_ids: Sequence[int]) -> dict[int, list[Promise]]:
    """The dates ever said for some consultations, oldest first."""
    found: dict[int, list[Promise]] = {key: [] for key in consultation_ids}
    for row in session.execute(
        select(Promise)
        .where(Promise.consultation_id.in_(consultation_ids))
        .order_by(Promise.consultation_id, Promise.id)
    ).scalars():
        found[row.consultation_id].append(row)
    return found


def public_promises(session: Session, consultation_ids: Sequence[int]) -> dict[int, list[Promise]]:
    """The promises that the public was given: those in force at the announcement, and later ones.

    Dates that were changed while a consultation was in preparation were promised to nobody.
    """
    announced = dict(
        session.execute(
            select(Consultation.id, Consultation.announced_at).where(
                Consultation.id.in_(consultation_ids)
            )
        ).all()
    )
    found: dict[int, list[Promise]] = {}
    for key, rows in promises(session, consultation_ids).items():
        at = announced.get(key)
        before = {row.kind: row for row in rows if at is None or row.set_at <= at}
        later = [row for row in rows if at is not None and row.set_at > at]
        found[key] = [*sorted(before.values(), key=lambda row: row.id), *later]
    return found


def versions() -> tuple[int, ...]:
    """Numbers that move with every public change of any consultation, or of a name.

    For the keys of pages about all of them, so it is read without a session. Versions only grow and
    no consultation is deleted, so their sum never comes back.
    """
    return glance_numbers(select(func.sum(Consultation.version), names_version))
