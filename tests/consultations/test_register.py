"""The public register: due and overdue, counted from the first promise."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from consult.consultations import promises, queries, register_queries
from consult.consultations.models import ANSWERS, Consultation
from consult.consultations.register_queries import Entry, Sort, State
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.paging import Keyset, Page
from consult.kernel.transaction import act
from tests.client import PageClient
from tests.people import make_body, make_consultation


@pytest.fixture
def client(app: Flask) -> PageClient:
    made = PageClient(app.test_client())
    made.client.set_cookie("consult_language", "en")
    return made


def answered(made: Consultation, days_ago: float) -> None:
    with act() as session:
        session.execute(
            update(Consultation)
            .where(Consultation.id == made.id)
            .values(
                outcome_completed_at=clock.now() - timedelta(days=days_ago),
                version=Consultation.version + 1,
            )
        )


def postpone(made: Consultation, days: float) -> None:
    with act() as session:
        promises.promise(
            session,
            queries.by_id(session, made.id),
            kind=ANSWERS,
            at=clock.now() + timedelta(days=days),
            ground={"en": "The ministry had too few hands."},
            actor=COMMAND,
            now=clock.now(),
        )


def test_lateness_and_records(client: PageClient, session: Session) -> None:
    body, other = make_body("Ministry A"), make_body("Ministry B")
    make_consultation(body, closes_in=3, answers_in=5)
    late = make_consultation(body, opens_in=-90, closes_in=-60, answers_in=-12)
    postpone(late, 30)
    done = make_consultation(other, opens_in=-90, closes_in=-60, answers_in=-20)
    answered(done, 13)
    soon = make_consultation(other, opens_in=-90, closes_in=-60, answers_in=-20)
    answered(soon, 25)
    make_consultation(other, announced=False)
    records = register_queries.records(session, clock.now())
    found = {r.body_name["en"]: (r.due, r.overdue, r.in_time, r.late) for r in records}
    assert found == {"Ministry A": (1, 1, 0, 0), "Ministry B": (0, 0, 1, 1)}
    page = client.get("/register")
    assert "12 days late" in page.text
    assert "The ministry had too few hands." in page.text
    page = client.get("/register?state=answered")
    assert "7 days late" in page.text
    assert "in time" in page.text


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("sort", Sort)
def test_every_order_pages_without_gap_or_repeat(
    session: Session, monkeypatch: pytest.MonkeyPatch, state: State, sort: Sort
) -> None:
    monkeypatch.setattr(register_queries, "PAGE_SIZE", 2)
    monkeypatch.setattr("consult.kernel.paging.cut.__defaults__", (2,))
    bodies = [make_body("A"), make_body("B")]
    made = [
        make_consultation(bodies[n % 2], opens_in=-90, closes_in=-60, answers_in=-10 - n // 2)
        for n in range(5)
    ]
    for consultation in made:
        if state is State.ANSWERED:
            answered(consultation, 3)
        elif state is State.CANCELLED:
            with act() as writing:
                writing.execute(
                    update(Consultation).values(cancelled_at=clock.now(), cancel_reason={"en": "x"})
                )

    def page(after: int | None = None, before: int | None = None) -> Page[Entry]:
        keyset = Keyset(after=after, before=before)
        return register_queries.entries(session, clock.now(), state=state, sort=sort, keyset=keyset)

    def ids(pages: list[Page[Entry]]) -> list[int]:
        return [entry.consultation.id for one in pages for entry in one.rows]

    forward = [page()]
    while forward[-1].next is not None:
        forward.append(page(after=forward[-1].next))
    assert sorted(ids(forward)) == sorted(c.id for c in made)
    assert len(forward) == 3
    backward = [forward[-1]]
    while backward[0].previous is not None:
        backward.insert(0, page(before=backward[0].previous))
    assert ids(backward) == ids(forward)


def test_the_register_is_cacheable_and_turns_at_midnight(client: PageClient) -> None:
    make_consultation(make_body(), answers_in=60)
    first = client.get("/register").response
    assert "Set-Cookie" not in first.headers
    tag = first.headers["ETag"]
    again = client.client.get("/register", headers={"If-None-Match": tag})
    assert again.status_code == 304
    with time_machine.travel(clock.now() + timedelta(days=70)):
        later = client.get("/register", headers={"If-None-Match": tag})
    assert "late" in later.text


def test_the_same_number_of_statements_for_any_number_of_rows(
    client: PageClient, app: Flask
) -> None:
    body = make_body()
    seen: list[str] = []
    counts = []

    def note(*facts: object) -> None:
        seen.append(str(facts[2]))

    for number in (2, 10):
        for _ in range(number):
            make_consultation(body)
        event.listen(db.engine, "before_cursor_execute", note)
        client.get(f"/register?x={number}")
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(seen))
        seen.clear()
    assert counts[0] == counts[1] <= 8
