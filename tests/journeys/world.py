"""A filled database for the pages: something of everything, made by the ordinary verbs."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import ROLES, Body, User
from consult.consultations.models import Consultation
from consult.kernel.clock import now as present
from consult.kernel.transaction import act
from tests.people import make_body, make_consultation, make_user

LONG = {
    "fr": "Règlement grand-ducal relatif aux zones de protection autour des captages d’eau",
    "de": "Großherzogliche Verordnung über Grundwasserschutzgebietsfestsetzungen",
    "lb": "Groussherzoglecht Reglement iwwer d’Grondwaasserschutzgebidder",
    "en": "Grand-ducal regulation on protection zones around groundwater abstraction points",
}


@dataclass(frozen=True)
class World:
    """What is there, for building addresses; `first` finds the id of any other row."""

    session: Session
    body: Body
    # One consultation in each phase; `open` is the one with a text and comments.
    announced: Consultation
    open: Consultation
    considered: Consultation
    overdue: Consultation
    answered: Consultation
    citizen: User
    # Holds every role in the body of all these consultations.
    official: User

    def first(self, model: type[Any], *conditions: Any) -> Any:
        """The oldest row of a table under some conditions; there must be one."""
        statement = select(model).where(*conditions).order_by(model.id).limit(1)
        return self.session.execute(statement).scalar_one()


def fill(session: Session) -> World:
    """Fill an empty database."""
    body = make_body()
    days = {
        "announced": (5, 30, 90),
        "open": (-10, 20, 80),
        "considered": (-60, -20, 40),
        "overdue": (-90, -60, -3),
        "answered": (-90, -60, -20),
    }
    made = {
        name: make_consultation(
            body,
            slug=name,
            title=LONG,
            summary=LONG,
            opens_in=opens,
            closes_in=closes,
            answers_in=answers,
        )
        for name, (opens, closes, answers) in days.items()
    }
    with act() as writing:
        found = writing.get_one(Consultation, made["answered"].id)
        found.outcome_completed_at = present()
    return World(
        session=session,
        body=body,
        citizen=make_user(name="Léa Wagner"),
        official=make_user(body=body, roles=ROLES, name="Jean Muller"),
        **made,
    )
