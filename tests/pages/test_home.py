from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from consult.kernel import clock
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.submissions.models import Tally
from tests.client import PageClient
from tests.people import make_body, make_consultation

ENGLISH = {"Accept-Language": "en"}


def test_an_empty_home_says_what_comes(client: PageClient) -> None:
    page = client.get("/", headers=ENGLISH)
    assert "No consultation is open at the moment." in page.text
    assert page.h1 == "Have your say on drafts of law"


def test_each_consultation_stands_under_its_phase(client: PageClient) -> None:
    body = make_body()
    make_consultation(body, slug="open", title={"en": "Open act", "fr": "x"})
    make_consultation(
        body, slug="wait", title={"en": "Waiting act", "fr": "x"}, opens_in=-40, closes_in=-20
    )
    make_consultation(
        body,
        slug="late",
        title={"en": "Late act", "fr": "x"},
        opens_in=-60,
        closes_in=-50,
        answers_in=-3,
    )
    done = make_consultation(
        body, slug="done", title={"en": "Done act", "fr": "x"}, opens_in=-60, closes_in=-50
    )
    make_consultation(body, slug="secret", title={"en": "Secret act", "fr": "x"}, announced=False)
    with act() as session:
        session.get_one(type(done), done.id).outcome_completed_at = clock.now()
        session.add(Tally(consultation_id=done.id, owed=60, owed_settled=50, changed=17))
    text = client.get("/", headers=ENGLISH).text
    order = ["days left", "Open act", "days late", "Late act", "Waiting act", "34%", "Done act"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "17 of 50 answered points changed the text" in text
    assert "Secret act" not in text


@pytest.mark.parametrize("number", [1, 6])
def test_the_home_page_takes_the_same_statements_for_few_and_many(
    app: Flask, client: PageClient, number: int
) -> None:
    body = make_body()
    for _ in range(number):
        make_consultation(body)
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lower().startswith("select"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        client.get("/")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(statements) == 6


def test_the_page_is_not_sent_twice_and_changes_at_the_closing_second(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation = make_consultation(make_body())
    first = client.client.get("/", headers=ENGLISH)
    tag = {**ENGLISH, "If-None-Match": first.headers["ETag"]}
    assert client.client.get("/", headers=tag).status_code == 304
    assert consultation.closes_at is not None
    close = consultation.closes_at
    monkeypatch.setattr(clock, "now", lambda: close - timedelta(seconds=1))
    assert "today is the last day" in client.get("/", headers=ENGLISH).text.replace("\n", " ")
    monkeypatch.setattr(clock, "now", lambda: close)
    assert "No consultation is open" in client.get("/", headers=ENGLISH).text


def test_a_cacheable_page_holds_no_token_and_sets_no_session(client: PageClient) -> None:
    consultation = make_consultation(make_body())
    for path in ("/", f"/consultations/{consultation.slug}"):
        response = client.client.get(path)
        assert "csrf" not in response.get_data(as_text=True)
        assert "Set-Cookie" not in response.headers
