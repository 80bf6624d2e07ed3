"""A form that is sent twice, at the same moment or one after the other, is one act and one letter."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts import bodies, invitations
from consult.accounts.models import Body, Invitation, Organisation
from consult.accounts.organisations import founding
from consult.kernel import clock
from consult.kernel.actor import Actor
from consult.kernel.transaction import act
from consult.notifications.models import Letter
from tests.concurrently import at_once
from tests.people import make_body, make_user

NAME = {"fr": "Commune de Vianden"}


def count(session: Session, table: type[object]) -> int:
    session.rollback()
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_body_is_made_once_and_two_of_a_name_get_two_addresses(
    app: Flask, session: Session
) -> None:
    make_body()
    one, other = Actor.user(make_user().id), Actor.user(make_user().id)
    now = clock.now()

    def make(session: Session, actor: Actor = one) -> object:
        return bodies.create_body(session, name=NAME, contact_email="", actor=actor, now=now)

    assert at_once(app, make, make, lambda s: make(s, other)) == [None, None, None]
    with act() as writing:
        make(writing)
    session.rollback()
    made = session.scalars(select(Body.slug).where(Body.slug.startswith("commune")))
    assert sorted(made) == ["commune-de-vianden", "commune-de-vianden-2"]


@pytest.mark.parametrize("later", [0, 2])
def test_an_invitation_is_one_letter(app: Flask, session: Session, later: int) -> None:
    """Asked for anew after a while, it is a new one."""
    body, actor, now = make_body().id, Actor.user(make_user().id), clock.now()

    def invite(session: Session, minutes: int = 0) -> object:
        return invitations.invite(
            session, body_id=body, email="new@example.org", role="editor", language="fr",
            actor=actor, now=now + timedelta(minutes=minutes),
        )  # fmt: skip

    assert at_once(app, invite, invite) == [None, None]
    with act() as writing:
        invite(writing, later)
    expected = 2 if later else 1
    assert (count(session, Invitation), count(session, Letter)) == (expected, expected)


def test_an_organisation_is_founded_once(app: Flask, session: Session) -> None:
    person, now = Actor.user(make_user().id), clock.now()

    def found(session: Session) -> object:
        return founding.found(
            session, name="Vëlosclub", register_number="F1", declared_interest="Vëloen.",
            anyway=False, actor=person, now=now,
        )  # fmt: skip

    assert at_once(app, found, found) == [None, None]
    with act() as writing:
        found(writing)
    assert count(session, Organisation) == 1
