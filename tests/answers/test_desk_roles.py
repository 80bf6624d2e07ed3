"""The truth tables of the desk: role × route of a consultation, in its body and in another, and
role × act × state of an answer."""

from itertools import product
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule as Route

from consult.accounts.models import ROLES, Body
from consult.accounts.permissions import TABLE
from consult.answers.decisions import PointTarget
from consult.answers.models import (
    STATES,
    AnswerStep,
)
from consult.consultations.models import ConsultationBody
from consult.kernel.transaction import act
from tests import people
from tests.answers.test_approval import ALLOWED, four_eyes, put
from tests.answers.worlds import World

# What stands for each part of an address. Nothing has these numbers: who may pass is refused as
# "not found" later, by the view, and never as "not allowed".
PARTS = {"number": 999_999, "of": 999_999, "version": 1, "key": "art_1", "kind": "theme"}


@pytest.fixture(autouse=True)
def without_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of a form is asked for before the table is: it would hide what the table says."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


def routes(app: Flask, prefix: str) -> list[Route]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(prefix)]


def address(app: Flask, route: Route, slug: str) -> str | None:
    """An address of the route; none where it asks for what this test does not know."""
    parts = {name: PARTS.get(name, slug if name == "slug" else None) for name in route.arguments}
    if None in parts.values():
        return None
    with app.test_request_context():
        return app.url_for(route.endpoint, **cast("dict[str, Any]", parts))


def status(client: FlaskClient, route: Route, path: str) -> int:
    method = "GET" if "GET" in (route.methods or ()) else "POST"
    return client.open(path, method=method).status_code


@pytest.mark.parametrize("role", ROLES)
def test_each_role_passes_where_the_table_says(
    app: Flask, session: Session, client: object, role: str
) -> None:
    world = World(session)
    body = session.get_one(Body, world.body_id)
    session.rollback()
    browser = app.test_client()
    people.official(browser, body, role)
    wrong = {}
    looked_at = 0
    for route in routes(app, "/desk/consultations/<slug>"):
        path = address(app, route, "law")
        if path is None:
            continue
        looked_at += 1
        may = role in TABLE[route.endpoint].roles
        found = status(browser, route, path)
        if (found == 403) is may:
            wrong[route.endpoint, path] = found
    assert looked_at > 40
    assert wrong == {}


def test_an_official_of_another_body_learns_of_nothing(
    app: Flask, session: Session, client: object
) -> None:
    world = World(session)
    assert session.scalars(select(ConsultationBody.body_id)).one() == world.body_id
    session.rollback()
    browser = app.test_client()
    people.official(browser, people.make_body("Elsewhere"), *ROLES)
    told = {
        route.endpoint: found
        for route in routes(app, "/desk/consultations/<slug>")
        if (path := address(app, route, "law")) is not None
        and (found := status(browser, route, path)) != 404
    }
    assert told == {}


def test_nobody_passes_without_signing_in(app: Flask, session: Session, client: object) -> None:
    World(session)
    session.rollback()
    browser = app.test_client()
    passed = {
        route.endpoint: found
        for route in routes(app, "/desk/")
        if (path := address(app, route, "law")) is not None
        and (found := status(browser, route, path)) not in {302, 403}
    }
    assert passed == {}


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("role", ROLES)
def test_each_role_moves_an_answer_only_from_where_it_stands(
    app: Flask, session: Session, client: object, role: str, asked: bool
) -> None:
    """Each role × each act (sent where) × each state, on an answer that somebody else wrote."""
    world = World(session)
    body = session.get_one(Body, world.body_id)
    session.rollback()
    with act():
        answers = {
            key: world.decide(PointTarget(world.said[number].point.id), "noted").id
            for number, key in enumerate(product(STATES, STATES))
        }
    four_eyes(world, asked)
    browser = app.test_client()
    people.official(browser, body, role)
    found, wanted = {}, {}
    may = role in TABLE["checking_desk.move"].roles
    for (state, to), answer in answers.items():
        put(answer, state)
        path = f"/desk/consultations/law/answers/{answer}/state"
        browser.post(path, data={"to": to, "note": "Parce que."})
        found[state, to] = state_of(session, answer)
        wanted[state, to] = to if may and (state, to) in ALLOWED else state
    assert found == wanted


def state_of(session: Session, answer: int) -> str:
    found = session.scalars(
        select(AnswerStep.state)
        .where(AnswerStep.answer_id == answer)
        .order_by(AnswerStep.id.desc())
        .limit(1)
    ).one()
    session.rollback()
    return found
