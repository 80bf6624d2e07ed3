"""An organisation whose members draft, for tests."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.models import User
from consult.accounts.organisations import founding, membership
from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.transaction import act
from consult.submissions.draftings import writing
from tests.client import Page, PageClient
from tests.people import make_body, make_consultation, make_user, sign_in
from tests.submissions.texts import WORDS, fresh, make_draft

TREES = "We need many more trees along the roads, and the trees need water in summer."
BENCHES = "Benches should stand under the trees, so that old people can rest on their way home."


@dataclass
class Room:
    """An organisation with a lead and two members, who draft for a consultation."""

    app: Flask
    consultation: Consultation
    organisation: int
    lead: User
    anna: User
    ben: User
    drafting: int

    def browser(self, user: User) -> PageClient:
        made = PageClient(self.app.test_client())
        made.client.set_cookie("consult_language", "en")
        sign_in(made.client, user)
        return made

    @property
    def home(self) -> str:
        return f"/account/drafts/{self.drafting}"

    def write(self, user: User, source: str, key: str = "art_1", status: int = 200) -> Page:
        return self.browser(user).submit(
            f"{self.home}/texts/{key}",
            {"source": source, "step": "save"},
            action=f"/{key}",
            status=status,
        )

    def confirm(self, user: User | None = None, **data: Any) -> Page:
        return self.browser(user or self.lead).submit(f"{self.home}/send", data)


def begun(lead: User, organisation: int, consultation_id: int) -> int:
    with act() as session:
        return writing.begin(
            session, organisation, consultation_id, actor=Actor.user(lead.id), now=clock.now()
        )


def make_room(app: Flask, text: str = WORDS) -> Room:
    """One such organisation, its draft begun. `text` is what the clauses say."""
    consultation = make_consultation(make_body())
    make_draft(consultation, language="en", text=text)
    lead, anna, ben = (make_user(name=name) for name in ("Lea Lead", "Anna One", "Ben Two"))
    consultation_id = consultation.id
    with act() as session:
        organisation = founding.found(
            session,
            name="Friends of the Trees",
            register_number="F1234",
            declared_interest="Trees, paid by members.",
            anyway=True,
            actor=Actor.user(lead.id),
            now=clock.now(),
        )
        for user in (anna, ben):
            membership.join(session, organisation, user.id, actor=SYSTEM, now=clock.now())
    drafting = begun(lead, organisation, consultation_id)
    return Room(app, consultation, organisation, lead, anna, ben, drafting)


def count(session: Session, model: type) -> int:
    return fresh(session).scalar(select(func.count()).select_from(model)) or 0
