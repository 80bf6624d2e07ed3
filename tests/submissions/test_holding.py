"""What the receipt opens: the submission, its address, a lost code."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.transaction import act
from consult.notifications.models import Letter
from consult.submissions import receipts
from consult.submissions.models import Contact, Submission
from tests.client import PageClient
from tests.people import make_body, make_consultation, make_user, sign_in
from tests.submissions.texts import Sent, fresh, send


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make_consultation(make_body())


@pytest.fixture(autouse=True)
def english(client: PageClient) -> None:
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


def code_of(got: Sent) -> str:
    code = receipts.code_of(got.submission)
    assert code is not None
    return code


def test_the_code_opens_the_submission_and_closing_it_shuts_it(
    client: PageClient, consultation: Consultation
) -> None:
    got = send(consultation, "Meine Worte.", email="me@example.org")
    path = f"/submissions/{got.submission.id}"
    client.get(path, status=404)
    page = client.submit("/receipt", {"code": code_of(got).lower().replace("-", " ")})
    assert page.h1 == "What became of my comment"
    page = client.get(path)
    assert page.h1 == "What you sent"
    assert "Meine Worte." in page.text
    assert "me@example.org" in page.text
    assert "is closed" in client.submit(path, {}, action="/receipt/close").text
    client.get(path, status=404)


@pytest.mark.parametrize("typed", ["", "abc", "0000-0000-0000-0000"])
def test_other_codes_open_nothing(
    client: PageClient, consultation: Consultation, typed: str
) -> None:
    send(consultation)
    page = client.submit("/receipt", {"code": typed}, status=422)
    assert "There is a problem" in page.text


def test_a_voided_code_closes_what_it_had_opened(
    client: PageClient, consultation: Consultation
) -> None:
    got = send(consultation)
    client.submit("/receipt", {"code": code_of(got)})
    client.get(f"/submissions/{got.submission.id}")
    with act() as session:
        row = session.get_one(Submission, got.submission.id)
        receipts.void(session, row, actor=COMMAND, now=clock.now())
    client.get(f"/submissions/{got.submission.id}", status=404)


def test_no_route_takes_a_code_in_its_address(app: Flask) -> None:
    arguments = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    assert not {"code", "receipt"} & arguments


def test_an_account_sees_its_own_submissions_only(
    client: PageClient, consultation: Consultation
) -> None:
    anna, ben = make_user(), make_user()
    mine = send(consultation, "Von Anna.", user_id=anna.id)
    other = send(consultation, "Von Ben.", user_id=ben.id)
    sign_in(client.client, anna)
    page = client.get("/account/submissions")
    assert "Von Anna." in page.text
    assert "Von Ben." not in page.text
    assert f"/submissions/{mine.submission.id}" in page.links().values()
    assert f"/submissions/{other.submission.id}" not in page.links().values()
    client.get(f"/submissions/{mine.submission.id}")
    client.get(f"/submissions/{other.submission.id}", status=404)


def test_the_address_can_be_changed_and_removed_by_receipt(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    got = send(consultation, email="old@example.org")
    client.submit("/receipt", {"code": code_of(got)})
    path = f"/submissions/{got.submission.id}/email"
    assert client.get(path).form("/email")["email"] == "old@example.org"
    client.submit(path, {"email": "nonsense"}, status=422)
    client.submit(path, {"email": "New@Example.org"})
    assert fresh(session).scalars(select(Contact.email)).one() == "new@example.org"
    assert len(session.scalars(select(Letter)).all()) == 2
    client.submit(path, {"email": "whatever", "step": "remove"})
    assert fresh(session).scalars(select(Contact.email)).one() is None
    lines = session.scalars(
        select(Activity).where(Activity.act.startswith("submission:")).order_by(Activity.id)
    )
    reference = f"receipt:{got.submission.id}"
    assert [(line.act, line.actor) for line in lines] == [
        ("submission:email_changed", reference),
        ("submission:email_removed", reference),
    ]


def test_a_lost_receipt_is_mailed_and_nobody_learns_who_is_known(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    got = send(consultation, email="me@example.org")
    send(consultation, email="me@example.org", channel="paper", issue_receipt=False)
    known = client.submit("/receipt/lost", {"email": "Me@example.org"})
    again = client.submit("/receipt/lost", {"email": "me@example.org"})
    unknown = client.submit("/receipt/lost", {"email": "you@example.org"})
    assert "is on its way" in known.text
    assert known.text == unknown.text == again.text
    letters = fresh(session).scalars(select(Letter).where(Letter.template == "submission_lost"))
    assert [letter.recipient for letter in letters] == [f"submission:{got.submission.id}"]
