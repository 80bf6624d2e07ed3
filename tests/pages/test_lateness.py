"""Lateness counts from the first promise, on each page that says it: putting a date off mends nothing."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.transaction import act
from tests import people
from tests.answers.worlds import World
from tests.client import PageClient
from tests.pages.test_trace import opened

LATE = "3 days late"


@pytest.fixture
def put_off(session: Session) -> World:
    """Closed; the first promise is past, and the date was put off into the future."""
    world = World(session)
    today = clock.now()
    with act() as writing:
        row = writing.get_one(Consultation, world.consultation.id)
        row.opens_at, row.closes_at = today - timedelta(days=60), today - timedelta(days=30)
        row.first_answer_due_at = clock.end_of_day(clock.luxembourg_date(today - timedelta(days=3)))
        row.answer_due_at = clock.end_of_day(clock.luxembourg_date(today + timedelta(days=30)))
    session.rollback()
    return world


def pages(world: World) -> list[str]:
    return [
        "/consultations/law",
        "/consultations/law/outcome",
        f"/comments/{world.said[9].comment.id}",
        "/desk/consultations/law/answers",
        "/register",
        "/",
    ]


def test_each_page_says_how_late_the_first_promise_is(
    put_off: World, client: PageClient, session: Session
) -> None:
    body = session.get_one(Body, put_off.body_id)
    session.rollback()
    people.official(client.client, body, "editor")
    told = {path: LATE in client.get(f"{path}?lang=en").text for path in pages(put_off)}
    assert told == dict.fromkeys(pages(put_off), True)


def test_so_does_the_outcome_once_something_is_answered(put_off: World, client: PageClient) -> None:
    put_off.answer_all()
    put_off.publish()
    text = client.get("/consultations/law/outcome?lang=en").text
    assert LATE in text
    assert "It is now promised by" in text


def test_so_does_the_trace(put_off: World, client: PageClient) -> None:
    page = opened(client, put_off.said[9])
    assert LATE in page.text
    assert any("late" in (step.get("class") or "") for step in page.all("li"))
