"""Reporting, deciding, withdrawing and correcting, as people meet it."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.actor import SYSTEM
from consult.kernel.transaction import act
from consult.moderation.models import Report
from consult.submissions import receipts
from consult.submissions.intake import prepare, receive
from consult.submissions.models import Comment, CommentRevision, Tally
from tests.client import PageClient
from tests.people import make_body, make_consultation, make_user, official, sign_in
from tests.submissions.texts import Sent, rows_of


@pytest.fixture(autouse=True)
def _english(client: PageClient) -> None:
    client.get("/removals?lang=en")


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


@pytest.fixture
def consultation(body: Body) -> Consultation:
    return make_consultation(body, slug="law")


def said(consultation: Consultation, text: str = "Too *few* buses.", **facts: object) -> Sent:
    now = clock.now()
    made = prepare(text, language="en")
    with act() as session:
        got = receive(
            session, consultation, made, received_at=now, actor=SYSTEM, now=now,
            language="en", **facts,  # type: ignore[arg-type]
        )  # fmt: skip
    return rows_of(session, got)


def test_a_report_reaches_the_moderator_and_the_removal_the_public(
    client: PageClient, consultation: Consultation, body: Body, session: Session
) -> None:
    comment = said(consultation).comment
    thanks = client.submit(f"/comments/{comment.id}/report", {"reason": "insult", "note": "Rude."})
    assert thanks.h1 == "Thank you for your report"
    client.submit(f"/comments/{comment.id}/report", {"reason": "other"}, status=422)
    official(client.client, body, "moderator")
    queue = client.get("/desk/reports")
    assert "1 report: Insult" in queue.text
    page = client.get(f"/desk/consultations/law/reports/{comment.id}")
    assert "Rude." in page.text
    path = f"/desk/consultations/law/reports/{comment.id}"
    client.submit(path, {"note_en": "x"}, action="/remove", status=422)
    client.submit(path, {"reason": "insult"}, action="/remove", status=422)
    removing = {"reason": "insult", "note_en": "Insults a person."}
    form = client.get(path).form("/remove")
    assert "Nothing waits here" in client.submit(path, removing, action="/remove").text
    again = client.post(path + "/remove", {**form, **removing}, 409)
    assert "already been removed" in again.text
    for public in ("/removals", "/consultations/law/removals"):
        shown = client.get(public).text
        assert "Insult. Insults a person." in shown
        assert "buses" not in shown
    assert "buses" not in client.get(f"/comments/{comment.id}").text


def test_two_moderators_at_once(
    client: PageClient, consultation: Consultation, body: Body, session: Session
) -> None:
    comment = said(consultation).comment
    client.submit(f"/comments/{comment.id}/report", {"reason": "hate"})
    official(client.client, body, "moderator")
    path = f"/desk/consultations/law/reports/{comment.id}"
    stale = client.get(path).form("/keep")
    assert "The comment stays." in client.submit(path, {}, action="/keep").text
    page = client.post(path + "/keep", stale, 409)
    assert "Somebody else has already decided" in page.text
    assert list(session.scalars(select(Report.state))) == ["kept"]


def test_holding_publishing_and_admitting(
    client: PageClient, consultation: Consultation, body: Body
) -> None:
    comment = said(consultation).comment
    official(client.client, body, "publisher")
    path = f"/desk/consultations/law/reports/{comment.id}"
    assert "held back" in client.submit(path, {}, action="/hold").text
    assert "buses" not in client.get(f"/comments/{comment.id}").text
    assert "No. 1" in client.get("/desk/consultations/law/reports?show=held").text
    # The author corrected it while the moderator looked at it.
    assert "corrected the comment" in client.submit(path, {"seen": "99"}, action="/publish",
                                                    status=409).text  # fmt: skip
    assert "can be read" in client.submit(path, {}, action="/publish").text
    assert "Nothing waits here" in client.get("/desk/reports?show=late").text


def test_an_official_finds_a_reply_that_asks_for_an_answer(
    client: PageClient, session: Session, consultation: Consultation, body: Body
) -> None:
    parent = said(consultation).comment
    reply = said(consultation, "And what does the ministry say?", parent=parent).comment
    official(client.client, body, "analyst")
    path = "/desk/consultations/law/replies"
    page = client.submit(path, {}, action=f"/{reply.id}/address")
    assert "owed an answer" in page.text
    assert "No reply here" in page.text
    assert "addressed to the public body" in client.get(f"/comments/{reply.id}").text
    assert "Addressed by Anna Test." in client.get(f"{path}?show=addressed").text
    page = client.submit(f"{path}?show=addressed", {}, action="/take-back?show=addressed")
    assert "not addressed to the public body any more" in page.text
    assert "No reply here" in page.text
    assert "what does the ministry say" in client.get(path).text
    assert session.get_one(Tally, consultation.id).owed == 1


@pytest.mark.parametrize("role", ["editor", "analyst", "auditor"])
def test_others_do_not_moderate(
    client: PageClient, consultation: Consultation, body: Body, role: str
) -> None:
    comment = said(consultation).comment
    official(client.client, body, role)
    client.get("/desk/reports", 403)
    client.get(f"/desk/consultations/law/reports/{comment.id}", 403)


def test_moderators_of_another_body_see_nothing(
    client: PageClient, consultation: Consultation
) -> None:
    comment = said(consultation).comment
    other = make_consultation(make_body("Other"), slug="other")
    client.submit(f"/comments/{comment.id}/report", {"reason": "hate"})
    official(client.client, make_body("Third"), "moderator")
    assert "Nothing waits here" in client.get("/desk/reports").text
    client.get(f"/desk/consultations/law/reports/{comment.id}", 404)
    assert other.id


def test_the_author_corrects_and_withdraws(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    user = make_user()
    comment = said(consultation, user_id=user.id).comment
    for act_ in ("withdraw", "correct"):
        assert "Only the author" in client.get(f"/comments/{comment.id}/{act_}", 403).text
    sign_in(client.client, user)
    path = f"/comments/{comment.id}/correct"
    assert client.get(path).form()["source"] == "Too *few* buses."
    stale = client.get(path).form()
    assert "already" in client.submit(path, {}, status=422).text
    client.submit(path, {"source": "Far too few buses."})
    late = client.post(path, {**stale, "source": "My other window."}, 409)
    assert "Far too few buses." in late.text
    assert "My other window." in late.text
    page = client.submit(f"/comments/{comment.id}/withdraw", {})
    assert "is withdrawn" in page.text
    client.get(f"/comments/{comment.id}/withdraw", 409)
    session.expire_all()
    assert session.get_one(Comment, comment.id).state == "withdrawn"
    numbers = session.scalars(select(CommentRevision.number).order_by(CommentRevision.number))
    assert list(numbers) == [1, 2]


def test_the_receipt_is_enough_to_withdraw(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    received = said(consultation)
    code = receipts.code_of(received.submission)
    assert code
    client.submit("/receipt", {"code": code})
    client.submit(f"/comments/{received.comment.id}/withdraw", {})
    session.expire_all()
    assert session.get_one(Comment, received.comment.id).state == "withdrawn"


def test_a_closed_consultation_takes_no_correction(client: PageClient, body: Body) -> None:
    user = make_user()
    consultation = make_consultation(body, closes_in=-1)
    comment = said(consultation, user_id=user.id).comment
    sign_in(client.client, user)
    page = client.get(f"/comments/{comment.id}/correct", 409)
    assert "You can still withdraw it" in page.text
