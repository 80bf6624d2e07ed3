"""Files, letters and printed receipts at the desk."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.actor import SYSTEM
from consult.kernel.transaction import act
from consult.submissions import receipts
from consult.submissions.intake import prepare, receive
from consult.submissions.models import Comment, CommentRevision, Submission
from tests.client import Page, PageClient
from tests.people import make_body, make_consultation, official

FILE = "Nummer;Kommentar\n1;*Mehr* Busse\n2;\n3;Weniger Autos\n".encode("cp1252")


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


@pytest.fixture
def consultation(body: Body, client: PageClient) -> Consultation:
    made = make_consultation(body, slug="law")
    client.get("/search?lang=en")
    official(client.client, body, "editor")
    return made


def upload(client: PageClient, content: bytes, status: int = 200) -> Page:
    path = "/desk/consultations/law/imports"
    data = {**client.get(path).form("/imports"), "file": (io.BytesIO(content), "rows.csv")}
    return client.post(path, data, status, content_type="multipart/form-data")


def here(page: Page) -> str:
    return page.response.request.path


def test_a_file_is_looked_at_taken_in_reported_and_receipted(
    client: PageClient, consultation: Consultation, app: Flask, session: Session
) -> None:
    preview = upload(client, FILE)
    assert "2 rows can be taken in. 1 row cannot." in preview.text
    assert "Not used: Nummer" in preview.text
    form = preview.form(here(preview))
    assert (form["text"], form["delimiter"], form["source"]) == ("Kommentar", ";", "rows.csv")
    again = client.post(here(preview), {**form, "name": "Nummer", "step": "preview"})
    assert "Not used" not in again.text
    shown = client.post(here(preview), {**form, "step": "start"})
    assert "Waiting to begin" in shown.text
    assert app.extensions["consult_job_worker"]().run_one()
    report = client.get(here(preview))
    assert "Line 3: no words in it" in report.text
    words = session.scalars(select(CommentRevision.text).order_by(CommentRevision.id))
    assert list(words) == ["*Mehr* Busse", "Weniger Autos"]

    sheets = client.submit(here(preview), {"layout": "six"}, action="/receipts")
    codes = re.findall(r'slip__code">([0-9A-Z-]+)<', sheets.markup)
    assert len(codes) == 2
    for code in codes:
        found = receipts.find(session, code)
        assert found is not None
    acts = session.execute(select(Activity.act, func.count()).group_by(Activity.act))
    assert dict(iter(acts))["receipt:issued"] == 2
    # Printing again shows the same codes, and is in the log as well.
    client.submit(here(preview), {"layout": "one"}, action="/receipts")
    printed = select(func.count()).where(Activity.act == "receipt:printed")
    assert session.scalar(printed) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 a spreadsheet", "This is not a CSV file."),
        (b"", "The first line of the file must hold the names of the columns."),
    ],
)
def test_what_is_no_table_is_refused(
    client: PageClient, consultation: Consultation, content: bytes, sentence: str
) -> None:
    assert sentence in upload(client, content, 422).text


def test_a_closed_consultation_asks_for_the_date(client: PageClient, body: Body) -> None:
    make_consultation(body, slug="law", closes_in=-5)
    client.get("/search?lang=en")
    official(client.client, body, "editor")
    preview = upload(client, FILE)
    form = {**preview.form(here(preview)), "step": "start"}
    assert "on which day these comments were received" in client.post(here(preview), form, 422).text
    day = (clock.now() - timedelta(days=9)).date().isoformat()
    client.post(here(preview), {**form, "received_on": day})


def test_a_letter_is_typed_in_once_and_its_receipt_printed(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    path = "/desk/consultations/law/imports/paper"
    client.submit(path, {"source": "No channel, no day."}, status=422)
    typed = {
        **client.get(path).form("/paper"),
        "channel": "paper",
        "received_on": clock.now().date().isoformat(),
        "name": "Marie Muller",
        "source": "1. Meng *Strooss*",
        "language": "lb",
    }
    slip = client.post(path, typed)
    assert "has not been printed yet" in slip.text
    assert here(client.post(path, typed)) == here(slip)
    assert list(session.scalars(select(CommentRevision.text))) == ["1. Meng *Strooss*"]
    assert session.scalars(select(Comment.language)).one() == "lb"
    submission = session.scalars(select(Submission)).one()
    assert (submission.channel, submission.receipt_lookup) == ("paper", None)
    sheet = client.submit(here(slip), {})
    [code] = re.findall(r'slip__code">([0-9A-Z-]+)<', sheet.markup)
    session.expire_all()
    assert receipts.find(session, code) is not None


def test_receipts_of_the_web_are_not_printed(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    made, now = prepare("Bus.", language="fr"), clock.now()
    with act() as writing:
        sent = receive(writing, consultation, made, received_at=now, actor=SYSTEM, now=now,
                       language="fr").submission  # fmt: skip
    client.get(f"/desk/consultations/law/imports/submissions/{sent.id}", 404)


@pytest.mark.parametrize("role", ["analyst", "auditor"])
def test_others_do_not_import(client: PageClient, body: Body, role: str) -> None:
    make_consultation(body, slug="law")
    official(client.client, body, role)
    client.get("/desk/consultations/law/imports", 403)
    client.get("/desk/consultations/law/imports/paper", 403)
