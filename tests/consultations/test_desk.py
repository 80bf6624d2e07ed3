"""Creating and leading a consultation through its pages."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from consult.consultations import queries
from consult.consultations.phases import Phase, phase
from consult.kernel import clock
from consult.kernel.clock import end_of_day, last_day, luxembourg_date, start_of_day
from tests.client import PageClient
from tests.people import make_body, make_consultation, make_user, official, sign_in

TODAY = luxembourg_date(clock.now())
WHOLE = {
    "title_fr": "Loi sur le logement",
    "summary_fr": "Qui peut louer quoi.",
    "languages": ["fr", "de"],
}


def english(app: Flask) -> PageClient:
    made = PageClient(app.test_client())
    made.client.set_cookie("consult_language", "en")
    return made


@pytest.fixture
def client(app: Flask) -> PageClient:
    return english(app)


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def test_from_nothing_to_an_announced_consultation(client: PageClient, session: Session) -> None:
    official(client.client, make_body(), "publisher")
    page = client.submit("/desk/consultations/new", WHOLE)
    assert page.h1 == "Loi sur le logement"
    home = "/desk/consultations/loi-sur-le-logement"
    assert "Announce" in page.links()
    assert "Set the three dates" in client.get(f"{home}/announce").text
    dates = {"opens": in_days(0), "closes": in_days(30), "answers": in_days(30)}
    # What is missing is listed on the page of the consultation; none of the dates is "optional".
    assert "optional" not in client.get(f"{home}/dates").text
    refused = client.submit(f"{home}/dates", dates, status=422)
    assert "must come after the close" in refused.text
    assert refused.form()["closes"] == in_days(30)
    client.submit(f"{home}/dates", {**dates, "answers": in_days(90)})
    client.get("/consultations/loi-sur-le-logement", status=404)
    page = client.submit(f"{home}/announce", {})
    assert "Announce" not in page.links()
    made = queries.by_slug(session, "loi-sur-le-logement")
    assert phase(made, clock.now()) is Phase.OPEN
    assert made.opens_at == start_of_day(TODAY)
    assert made.closes_at == end_of_day(TODAY + timedelta(days=30))
    client.get("/consultations/loi-sur-le-logement")
    form = client.get(f"{home}/dates").form()
    client.post(f"{home}/announce", {"csrf_token": form["csrf_token"]}, 409)


def test_what_was_typed_stays(client: PageClient) -> None:
    official(client.client, make_body(), "publisher")
    typed = {**WHOLE, "title_de": "Wohngesetz", "slug": "Bad Address"}
    page = client.submit("/desk/consultations/new", typed, status=422)
    assert "neither of them" in page.text or "small letters" in page.text
    assert page.form()["title_de"] == "Wohngesetz"
    assert page.form()["summary_fr"] == WHOLE["summary_fr"]
    assert page.form()["slug"] == "Bad Address"


def test_a_promised_date_moves_with_a_reason(client: PageClient, session: Session) -> None:
    body = make_body()
    official(client.client, body, "publisher")
    made = make_consultation(body)
    path = f"/desk/consultations/{made.slug}/dates"
    assert "opens" not in client.get(path).form()
    page = client.submit(path, {"closes": in_days(40)}, status=422)
    assert "reason for the public" in page.text
    page = client.submit(path, {"closes": in_days(40), "ground_fr": "Beaucoup l’ont demandé."})
    assert "Beaucoup l’ont demandé." in page.text
    for slip in ("31 March", "9999-12-31", "0001-01-01"):
        page = client.submit(path, {"closes": slip, "ground_fr": "Lapsus."}, status=422)
        assert "Please write a date" in page.text


def test_two_officials_at_once(client: PageClient, app: Flask, session: Session) -> None:
    body = make_body()
    official(client.client, body, "editor")
    other = english(app)
    official(other.client, body, "publisher")
    made = make_consultation(body)
    path = f"/desk/consultations/{made.slug}/description"
    mine = client.get(path).form()
    other.submit(path, {"title_en": "Their title"})
    page = client.post(path, {**mine, "title_en": "My title"}, 422)
    assert "Somebody else changed this" in page.text
    assert "Their title" in page.text
    assert page.form()["title_en"] == "My title"
    client.post(path, page.form())
    session.rollback()
    assert queries.by_slug(session, made.slug).title["en"] == "My title"


def test_a_form_of_dates_that_is_stale_does_not_put_the_old_dates_back(
    client: PageClient, app: Flask, session: Session
) -> None:
    body = make_body()
    official(client.client, body, "publisher")
    other = english(app)
    official(other.client, body, "publisher")
    made = make_consultation(body)
    path = f"/desk/consultations/{made.slug}/dates"
    mine = client.get(path).form()
    other.submit(path, {"closes": in_days(40), "ground_en": "Many asked for it."})
    typed = {**mine, "answers": in_days(200), "ground_en": "We need more time."}
    page = client.post(path, typed, 422)
    assert "Somebody else changed this" in page.text
    session.rollback()
    closes_at = queries.by_slug(session, made.slug).closes_at
    assert closes_at is not None
    assert last_day(closes_at).isoformat() == in_days(40)
    client.post(path, {**page.form(), "closes": in_days(40)})
    session.rollback()
    due_at = queries.by_slug(session, made.slug).answer_due_at
    assert due_at is not None
    assert last_day(due_at).isoformat() == in_days(200)


def test_cancelling(client: PageClient) -> None:
    body = make_body()
    official(client.client, body, "publisher")
    made = make_consultation(body)
    path = f"/desk/consultations/{made.slug}/cancel"
    client.submit(path, {}, status=422)
    page = client.submit(path, {"reason_en": "The law was withdrawn."})
    assert "The law was withdrawn." in page.text
    assert not {"Dates", "Announce", "Cancel the consultation"} & set(page.links())
    assert "not in a phase" in client.get(f"/desk/consultations/{made.slug}/dates").text


ROLE_SEES = [
    ("publisher", 200, {"Dates", "Title and summary", "Cancel the consultation"}),
    ("editor", 403, {"Title and summary"}),
    ("auditor", 403, set()),
]


@pytest.mark.parametrize(("role", "status", "buttons"), ROLE_SEES)
def test_each_role_sees_its_buttons(
    client: PageClient, role: str, status: int, buttons: set[str]
) -> None:
    body = make_body()
    official(client.client, body, role)
    made = make_consultation(body)
    page = client.get(f"/desk/consultations/{made.slug}")
    every = {"Dates", "Title and summary", "Cancel the consultation", "Announce"}
    assert every & set(page.links()) == buttons
    client.get(f"/desk/consultations/{made.slug}/dates", status=status)


def test_another_bodys_desk_does_not_exist(client: PageClient, app: Flask) -> None:
    made = make_consultation(make_body(), announced=False)
    official(client.client, make_body("Another Ministry"), "publisher")
    for page in ("", "/dates", "/activity", "/activity.csv"):
        client.get(f"/desk/consultations/{made.slug}{page}", status=404)
        client.get(f"/desk/consultations/nothing{page}", status=404)
    assert made.slug not in client.get("/desk").markup
    assert english(app).get(f"/desk/consultations/{made.slug}").h1 == "Sign in"


def test_a_consultation_is_created_only_for_a_body_of_ones_own(client: PageClient) -> None:
    foreign = make_body("Another Ministry")
    official(client.client, make_body(), "publisher")
    client.submit("/desk/consultations/new", {**WHOLE, "lead": str(foreign.id)}, status=422)
    official(client.client, foreign, "editor")
    client.get("/desk/consultations/new", status=403)


def test_a_competent_body_may_enter(client: PageClient, app: Flask) -> None:
    lead, competent = make_body(), make_body("Another Ministry")
    official(client.client, lead, "publisher")
    made = make_consultation(lead)
    other = english(app)
    official(other.client, competent, "analyst")
    other.get(f"/desk/consultations/{made.slug}", status=404)
    path = f"/desk/consultations/{made.slug}/description"
    client.submit(path, {"languages": ["fr"], "competent": [str(competent.id)]})
    assert "Another Ministry" in other.get(f"/desk/consultations/{made.slug}").text


def test_the_desk_lists_the_consultations_of_ones_bodies(client: PageClient) -> None:
    body = make_body()
    official(client.client, body, "analyst")
    assert "No consultation yet" in client.get("/desk").text
    made = make_consultation(body, title={"en": "Everyday Mobility Act", "fr": "Loi"})
    assert client.get("/desk").links()["Everyday Mobility Act"].endswith(made.slug)


def test_citizens_have_no_desk(client: PageClient) -> None:
    sign_in(client.client, make_user())
    client.get("/desk", status=403)
    client.get("/desk/activity", status=403)
