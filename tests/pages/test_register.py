"""The public register: due and overdue, counted from the first promise."""

from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from consult.consultations import promises, queries
from consult.consultations.models import ANSWERS, Consultation
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.paging import Keyset, Page
from consult.kernel.transaction import act
from consult.pages.register import queries as register
from consult.pages.register.queries import Entry, Order, Sort, State
from consult.submissions.models import Tally
from tests.client import HTML, PageClient
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
    records = register.records(session, clock.now())
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
@pytest.mark.parametrize("direction", ["ascending", "descending"])
def test_every_order_pages_without_gap_or_repeat(
    session: Session, monkeypatch: pytest.MonkeyPatch, state: State, sort: Sort, direction: str
) -> None:
    order = Order.parse(sort, direction, state)
    monkeypatch.setattr(register, "PAGE_SIZE", 2)
    monkeypatch.setattr("consult.kernel.paging.cut.__defaults__", (2,))
    bodies = [make_body("A"), make_body("B")]
    made = [
        make_consultation(bodies[n % 2], opens_in=-90, closes_in=-60, answers_in=-10 - n // 2)
        for n in range(5)
    ]
    for number, consultation in enumerate(made):
        with act() as writing:
            writing.add(Tally(consultation_id=consultation.id, owed=number % 3, owed_settled=0))
        if state is State.ANSWERED:
            answered(consultation, 3 + number)
        elif state is State.CANCELLED:
            with act() as writing:
                writing.execute(
                    update(Consultation).values(cancelled_at=clock.now(), cancel_reason={"en": "x"})
                )

    def page(after: int | None = None, before: int | None = None) -> Page[Entry]:
        keyset = Keyset(after=after, before=before)
        return register.entries(session, clock.now(), state=state, order=order, keyset=keyset)

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
    shown = [_value(entry, order.sort) for one in forward for entry in one.rows]
    assert shown == sorted(shown, reverse=not order.rising)


@pytest.mark.parametrize("sort", Sort)
def test_a_page_goes_on_from_a_row_that_left_the_list_and_begins_anew_from_none(
    client: PageClient, monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    """The link to the second page was open when the last row of the first was answered."""
    monkeypatch.setattr(register, "PAGE_SIZE", 2)
    monkeypatch.setattr("consult.kernel.paging.cut.__defaults__", (2,))
    body = make_body("A")
    made = [
        make_consultation(
            body, title={"en": f"Law {n}"}, opens_in=-90, closes_in=-60 + n, answers_in=10 + n
        )
        for n in range(4)
    ]
    address = f"/register?sort={sort}&direction=ascending"
    by_lateness = sort is Sort.LATE  # what waits longest is the least late
    left = made[2 if by_lateness else 1]
    answered(left, 1)
    page = client.get(f"{address}&after={left.id}").text
    shown = [n for n in (0, 1, 2, 3) if f"Law {n}" in page]
    assert shown == ([0, 1] if by_lateness else [2, 3])
    for unknown in ("after", "before"):
        first = client.get(f"{address}&{unknown}={'9' * 18}").text
        assert "Law 3" in first if by_lateness else "Law 0" in first


def _value(entry: Entry, sort: Sort) -> Any:
    """What a reader sees in the column."""
    c = entry.consultation
    shown = {
        Sort.BODY: entry.body_slug,
        Sort.CLOSED: c.closes_at,
        Sort.DUE: c.first_answer_due_at,
        Sort.LATE: entry.days_late,
        Sort.OPEN: entry.open,
    }
    return shown[sort]


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


def cell(client: PageClient, path: str, name: str) -> tuple[str | None, str]:
    """The order announced by a column's head, and where its link leads."""
    for head in client.get(path).all("th"):
        link = head.find(f"{HTML}a")
        if link is not None and (link.text or "").strip() == name and head.get("scope") == "col":
            return head.get("aria-sort"), link.get("href", "")
    raise AssertionError(f"no column {name}")


def test_columns_say_and_turn_their_order(client: PageClient) -> None:
    make_consultation(make_body())
    assert cell(client, "/register", "First promised for")[0] == "ascending"
    order, address = cell(client, "/register", "Points open")
    assert order is None
    order, address = cell(client, address, "Points open")
    assert order == "descending"
    assert cell(client, address, "Points open")[0] == "ascending"
    assert cell(client, address, "First promised for")[0] is None


def test_one_body_alone(client: PageClient) -> None:
    body, other = make_body("Ministry A"), make_body("Ministry B")
    make_consultation(body, title={"en": "Water Act"})
    make_consultation(other, title={"en": "Forest Act"})
    page = client.get(f"/register?body={body.slug}")
    assert "Water Act" in page.text
    assert "Forest Act" not in page.text
    client.get("/register?body=nobody", status=404)


def test_who_is_late_without_a_reason_is_named(client: PageClient) -> None:
    late = make_consultation(make_body(), opens_in=-90, closes_in=-60, answers_in=-12)
    assert "No reason was given." in client.get("/register").text
    postpone(late, 30)
    page = client.get("/register")
    assert "No reason was given." not in page.text
    assert "Reason given: The ministry had too few hands." in page.text


ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: PageClient, path: str) -> ET.Element:
    """A feed that has what RFC 4287 asks of one."""
    response = client.client.get(path)
    assert response.status_code == 200
    assert response.content_type == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(response.data)
    assert root.tag == f"{ATOM}feed"
    for thing in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            found = thing.findall(f"{ATOM}{name}")
            assert len(found) == 1
            assert (found[0].text or "").strip()
        assert datetime.fromisoformat(thing.findtext(f"{ATOM}updated", "")).tzinfo is not None
        assert thing.find(f"{ATOM}author/{ATOM}name") is not None
        assert [link for link in thing.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    own = [
        link.get("href", "") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"
    ]
    assert len(own) == 1
    assert own[0].endswith(path)
    ids = [found.text for found in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    return root


def headlines(root: ET.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}title", "") for entry in root.iter(f"{ATOM}entry")]


def test_the_feed_tells_everything_that_became_of_a_promise(client: PageClient) -> None:
    body, other = make_body("Ministry A"), make_body("Ministry B")
    late = make_consultation(
        body, title={"en": "Fish & Fowl Act"}, opens_in=-90, closes_in=-60, answers_in=-12
    )
    assert headlines(feed(client, "/register/en.atom")) == [
        "Answer overdue: Fish & Fowl Act",
        "Answer promised: Fish & Fowl Act",
    ]
    postpone(late, 30)
    answered(late, 0)
    make_consultation(other, title={"en": "Forest Act"}, opens_in=-90, answers_in=5, closes_in=-60)
    root = feed(client, f"/register/{body.slug}/en.atom")
    assert headlines(root) == [
        "Answered: Fish & Fowl Act",
        "Answer put off: Fish & Fowl Act",
        "Answer overdue: Fish & Fowl Act",
        "Answer promised: Fish & Fowl Act",
    ]
    assert "The ministry had too few hands." in ET.tostring(root, "unicode")
    assert "Answer promised: Forest Act" in headlines(feed(client, "/register/en.atom"))
    assert client.client.get("/register/nobody/en.atom").status_code == 404
    assert client.client.get("/register/xx.atom").status_code == 404


@pytest.mark.parametrize("code", ["fr", "de", "lb", "en"])
def test_the_feed_speaks_each_language_whatever_the_cookie_says(
    client: PageClient, code: str
) -> None:
    title = {"fr": "Loi F", "de": "Gesetz D", "lb": "Gesetz L", "en": "Act E"}
    make_consultation(make_body(), title=title)
    root = feed(client, f"/register/{code}.atom")
    assert title[code] in headlines(root)[0]
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == code


def test_the_feed_is_found_and_kept(client: PageClient) -> None:
    body = make_body()
    make_consultation(body)
    page = client.get(f"/register?body={body.slug}")
    found = {
        link.get("href")
        for link in page.all("link")
        if link.get("rel") == "alternate" and link.get("type") == "application/atom+xml"
    }
    assert found == {"/register/en.atom", f"/register/{body.slug}/en.atom"}
    first = client.client.get("/register/en.atom")
    assert first.headers["Cache-Control"].startswith("public")
    headers = {"If-None-Match": first.headers["ETag"]}
    assert client.client.get("/register/en.atom", headers=headers).status_code == 304
    make_consultation(body)
    assert client.client.get("/register/en.atom", headers=headers).status_code == 200


def test_an_empty_feed_is_a_feed(client: PageClient) -> None:
    assert headlines(feed(client, "/register/fr.atom")) == []
