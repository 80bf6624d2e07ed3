"""The scan of a letter from which words were removed is opened like the sealed words themselves."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.files.models import File
from consult.files.sniffing import examined
from consult.kernel import clock
from consult.kernel.actor import SYSTEM
from consult.kernel.transaction import act
from consult.submissions import attachments
from consult.submissions.intake import Received, prepare, receive
from tests.client import PageClient
from tests.people import make_body, make_consultation, official

PDF = b"%PDF-1.7\nAnne Weber lives there.\n"
DESK = "/desk/consultations/law"


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


@pytest.fixture
def consultation(body: Body, client: PageClient) -> Consultation:
    client.get("/search?lang=en")
    return make_consultation(body, slug="law")


@pytest.fixture
def letter(consultation: Consultation) -> Received:
    """It came on paper, with its scan."""
    now, prepared = clock.now(), prepare("Anne Weber lives there.", language="en")
    scan = examined(PDF, "letter.pdf", "scan")
    with act() as session:
        made = receive(
            session, session.get_one(Consultation, consultation.id), prepared, received_at=now,
            actor=SYSTEM, now=now, channel="paper", language="en", issue_receipt=False,
        )  # fmt: skip
        attachments.attach(session, consultation, made.submission_id, [scan], actor=SYSTEM, now=now)
    return made


def take_out(client: PageClient, letter: Received) -> None:
    path = f"{DESK}/redaction/{letter.comment_id}"
    client.submit(path, {"words": "Anne Weber", "ground": "third_person", "do": "save"})


def opened(session: Session) -> list[dict[str, object]]:
    session.rollback()
    rows = session.scalars(
        select(Activity).where(Activity.act == "file:sealed_opened").order_by(Activity.id)
    )
    return [row.facts for row in rows]


def test_the_scan_is_sealed_with_the_words_and_each_look_is_logged(
    client: PageClient, body: Body, letter: Received, session: Session
) -> None:
    official(client.client, body, "moderator")
    file = session.scalars(select(File.id)).one()
    slip = f"{DESK}/imports/submissions/{letter.submission_id}"
    plain, sealed = (
        f"{slip}/files/{file}",
        f"{DESK}/redaction/submissions/{letter.submission_id}/files",
    )
    assert client.client.get(plain).data == PDF
    official(client.client, body, "publisher")
    # Nothing to open a seal for yet.
    assert client.client.get(sealed).headers["Location"].endswith(slip)
    take_out(client, letter)
    # The plain way is closed for everybody; a moderator is offered no other one.
    client.get(plain, 403)
    assert "Open a sealed file" in client.get(slip).text
    official(client.client, body, "moderator")
    client.get(plain, 403)
    page = client.get(slip)
    assert "its files may still show them" in page.text
    assert f'{plain}"' not in page.markup
    assert sealed not in page.markup
    client.get(sealed, 403)
    official(client.client, body, "publisher")
    assert "Please say why" in client.submit(sealed, {}, status=422).text
    form = {**client.get(sealed).form(), "why": "check"}
    client.post(sealed, {**form, "file": str(10**20)}, 422)
    client.post(sealed, {**form, "file": str(file + 1)}, 422)
    assert opened(session) == []
    answer = client.client.post(sealed, data=form)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    assert opened(session) == [{"file": file, "why": "check"}]
    assert "Sealed file of a submission opened" in client.get(f"{DESK}/activity").text


def test_oversight_finds_it_among_the_removed_words_and_put_back_words_open_it(
    client: PageClient, body: Body, letter: Received, session: Session
) -> None:
    official(client.client, body, "publisher")
    take_out(client, letter)
    file = session.scalars(select(File.id)).one()
    session.rollback()
    official(client.client, body, "oversight")
    path = client.get(f"{DESK}/redaction/removed").links()["Files of the submission No. 1"]
    form = {**client.get(path).form(), "why": "objection"}
    assert client.client.post(path, data=form).data == PDF
    official(client.client, body, "moderator")
    client.submit(f"{DESK}/redaction/removed", {}, action="/undo")
    plain = f"{DESK}/imports/submissions/{letter.submission_id}/files/{file}"
    assert client.client.get(plain).data == PDF


def test_nobody_opens_the_sealed_file_of_another_consultation(
    client: PageClient, body: Body, letter: Received, session: Session
) -> None:
    official(client.client, body, "publisher")
    take_out(client, letter)
    make_consultation(make_body("Another"), slug="other")
    make_consultation(body, slug="second")
    path = f"redaction/submissions/{letter.submission_id}/files"
    form = {**client.get(f"{DESK}/{path}").form(), "why": "check"}
    client.post(f"/desk/consultations/other/{path}", form, 404)
    client.post(f"/desk/consultations/second/{path}", form, 404)
    assert opened(session) == []
