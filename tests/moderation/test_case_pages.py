""" "This was not me", as people meet it."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations.models import Consultation
from consult.moderation.models import IdentityCase
from consult.notifications.models import Letter
from consult.notifications.web import render_letter
from consult.rooms import resolve
from consult.submissions import receipts
from consult.submissions.models import Comment
from tests.client import PageClient
from tests.moderation.test_pages import said
from tests.people import make_body, make_consultation, make_user, official, sign_in

DESK = "/desk/consultations/law/cases"


@pytest.fixture(autouse=True)
def _english(client: PageClient) -> None:
    client.get("/removals?lang=en")


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


@pytest.fixture
def consultation(body: Body) -> Consultation:
    return make_consultation(body, slug="law")


def letter(session: Session, template: str, to: str = "submission") -> str:
    """The newest letter of this kind, as it is read."""
    found = session.scalars(
        select(Letter)
        .where(Letter.template == template, Letter.recipient.startswith(f"{to}:"))
        .order_by(Letter.id.desc())
        .limit(1)
    ).one()
    recipient = resolve(session, found.recipient)
    assert recipient is not None
    rendered = render_letter(found, recipient)
    return " ".join(f"{rendered.subject} {rendered.body}".split())


def address(text: str, path: str) -> str:
    found = re.search(rf"http://localhost({path}/\S+)", text)
    assert found, text
    return found[1]


def test_the_line_of_a_letter_holds_the_comment_back(
    client: PageClient, consultation: Consultation, body: Body, session: Session
) -> None:
    comment = said(consultation, email="abused@example.org").comment
    path = address(letter(session, "submission_receipt"), "/not-me")
    client.get(f"{path}x", 404)
    page = client.get(path)
    assert "within 14 days" in page.text
    page = client.post(path, {**page.form(), "comments": str(comment.id), "note": "Not me!"})
    assert "held back since" in page.text
    shown = client.get(f"/comments/{comment.id}").text
    assert "Somebody says that this comment is not from them" in shown
    assert "buses" not in shown
    told = letter(session, "case_opened")
    assert "said that comment no. 1" in told
    # Said once for all: there is nothing left to choose.
    assert not [f for f in client.get(path).all("form") if f.get("action", "").endswith(path)]
    official(client.client, body, "moderator")
    assert "To be decided by" in client.get("/desk/reports?show=cases").text.replace(
        "to be", "To be"
    )
    assert "Nothing waits here" in client.get("/desk/reports?show=held").text
    page = client.get(f"{DESK}/{comment.id}")
    assert "Not me!" in page.text
    assert "buses" in page.text
    client.submit(f"{DESK}/{comment.id}", {}, action="/remove", status=422)
    removing = {"note_en": "The address belongs to somebody else."}
    assert "is removed" in client.submit(f"{DESK}/{comment.id}", removing, action="/remove").text
    assert "Not of the person whose it seemed to be" in client.get("/removals").text
    assert "decided on" in client.get(path).text
    assert "is not of the person" in letter(session, "case_decided")
    assert "Decided" in client.get(f"{DESK}/{comment.id}").text


def test_a_stranger_reports_an_official_confirms_and_both_are_heard(
    client: PageClient, consultation: Consultation, body: Body, session: Session
) -> None:
    sent = said(consultation, email="sender@example.org")
    comment, code = sent.comment, receipts.code_of(sent.submission)
    path = f"/comments/{comment.id}/not-me"
    client.submit(path, {"note": ""}, status=422)
    client.submit(path, {"note": "I am Anna.", "email": "anna@example.org"})
    assert "buses" in client.get(f"/comments/{comment.id}").text
    official(client.client, body, "moderator")
    desk = f"/desk/consultations/law/reports/{comment.id}"
    assert "two sides" not in client.submit(desk, {}, action="/open").text
    assert "buses" not in client.get(f"/comments/{comment.id}").text
    asking = {"party": "claimant", "text": "Where were you?"}
    client.submit(f"{DESK}/{comment.id}", {**asking, "text": ""}, action="/ask", status=422)
    assert "on its way" in client.submit(f"{DESK}/{comment.id}", asking, action="/ask").text
    # The claimant answers by the link of the letter.
    link = address(letter(session, "case_asked", "report"), "/cases")
    page = client.submit(link, {"text": "Abroad."})
    assert "Where were you?" in page.text
    assert "Abroad." in page.text
    client.get("/cases/nonsense", 404)
    # The holder of the receipt sees the case, and not what the other side said.
    assert "somebody says" in letter(session, "case_opened").lower()
    client.submit("/receipt", {"code": code})
    page = client.get(f"/submissions/{sent.submission.id}/trace")
    assert "How the case stands" in page.text
    page = client.submit(f"/comments/{comment.id}/case", {"text": "It is me."})
    assert "It is me." in page.text
    assert "Abroad." not in page.text
    page = client.get(f"{DESK}/{comment.id}")
    assert "It is me." in page.text
    stale = page.form("/restore")
    client.post(f"{DESK}/{comment.id}/restore", {**stale, "seen": "99"}, 409)
    assert "The comment stays" in client.post(f"{DESK}/{comment.id}/restore", stale).text
    assert "buses" in client.get(f"/comments/{comment.id}").text
    assert "stays" in letter(session, "case_decided", "report")
    assert "Decided on" in client.get(f"/comments/{comment.id}/case").text
    # Once for a comment.
    other = client.client.application.test_client()
    assert other.get(path).status_code == 409


def test_who_asked_for_a_second_opinion_is_offered_no_decision(
    client: PageClient, consultation: Consultation, body: Body
) -> None:
    comment = said(consultation).comment
    client.submit(f"/comments/{comment.id}/not-me", {"note": "I am Anna.", "email": "a@b.example"})
    official(client.client, body, "moderator")
    desk, case = f"/desk/consultations/law/reports/{comment.id}", f"{DESK}/{comment.id}"
    assert client.get(desk).form("/open")
    client.submit(desk, {"note": "Is she?"}, action="/second")
    with pytest.raises(AssertionError, match="No form"):
        client.get(desk).form("/open")
    colleague = client.client.application.test_client()
    official(colleague, body, "moderator")
    page = PageClient(colleague).submit(f"{desk}?lang=en", {}, action="/open")
    assert "Is she?" in page.text
    taken = page.form("/restore")
    page = client.get(case)
    assert "You asked for a second opinion: another moderator decides." in page.text
    with pytest.raises(AssertionError, match="No form"):
        page.form("/restore")
    assert "The comment stays" in PageClient(colleague).post(f"{case}/restore", taken).text


@pytest.mark.parametrize("first", ["restore", "remove", "elsewhere"])
def test_who_decides_a_case_second_keeps_their_words(
    client: PageClient, consultation: Consultation, body: Body, first: str
) -> None:
    sent = said(consultation)
    client.submit("/receipt", {"code": receipts.code_of(sent.submission)})
    client.submit(f"/comments/{sent.comment.id}/not-me", {"note": ""})
    case = f"{DESK}/{sent.comment.id}"
    official(client.client, body, "moderator")
    page = client.get(case)
    quicker = make_user(body=body, roles=("moderator",), name="Léa A")
    colleague = client.client.application.test_client()
    sign_in(colleague, quicker)
    other = PageClient(colleague)
    if first == "elsewhere":
        removal = {"reason": "hate", "note_en": "Hatred."}
        desk = f"/desk/consultations/law/reports/{sent.comment.id}"
        other.submit(f"{desk}?lang=en", removal, action="/remove")
    else:
        noted = {"note_en": "Not theirs, it seems."} if first == "remove" else {}
        other.submit(f"{case}?lang=en", noted, action=f"/{first}")
    mine = {"note_fr": "Pas de lui.", "note_de": "Nicht seiner."}
    late = client.post(f"{case}/remove", {**page.form("/remove"), **mine}, 409)
    assert "This case has been decided." in late.text
    assert "Léa A" in late.text
    said_before = {"restore": "it stays", "remove": "Not theirs, it seems.", "elsewhere": "Hatred."}
    assert said_before[first] in late.text
    shown = {area.get("id"): (area.text or "").strip() for area in late.all("textarea")}
    assert shown == mine
    asking = {**page.form("/ask"), "party": "holder", "text": "Who are you?"}
    late = client.post(f"{case}/ask", asking, 409)
    assert [(area.text or "").strip() for area in late.all("textarea")] == ["Who are you?"]


def test_a_report_that_is_not_credible_is_told_so(
    client: PageClient, consultation: Consultation, body: Body, session: Session
) -> None:
    comment = said(consultation).comment
    client.submit(f"/comments/{comment.id}/not-me", {"note": "Mine.", "email": "anna@example.org"})
    official(client.client, body, "moderator")
    client.submit(f"/desk/consultations/law/reports/{comment.id}", {}, action="/keep")
    assert "found nothing" in letter(session, "report_kept", "report")
    client.get(f"{DESK}/{comment.id}", 404)


def test_the_receipt_is_enough_and_a_stranger_sees_no_case(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    sent = said(consultation)
    client.submit("/receipt", {"code": receipts.code_of(sent.submission)})
    page = client.submit(f"/comments/{sent.comment.id}/not-me", {"note": ""})
    assert "held back" in page.text
    session.expire_all()
    assert session.get_one(Comment, sent.comment.id).held_for == "not_me"
    assert session.scalars(select(IdentityCase.way)).one() == "receipt"
    stranger = client.client.application.test_client()
    assert stranger.get(f"/comments/{sent.comment.id}/case").status_code == 404


def test_another_body_sees_no_case(client: PageClient, consultation: Consultation) -> None:
    comment = said(consultation).comment
    official(client.client, make_body("Third"), "moderator")
    client.get(f"{DESK}/{comment.id}", 404)
