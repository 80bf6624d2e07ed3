"""Files, letters and printed receipts at the desk."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consult.accounts.models import Body, Organisation
from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.actor import SYSTEM
from consult.kernel.transaction import act
from consult.notifications.models import Letter
from consult.notifications.web import render_letter
from consult.submissions import receipts
from consult.submissions.intake import prepare, receive
from consult.submissions.letters import recipient
from consult.submissions.models import Comment, CommentRevision, Point, Submission, Tally
from consult.submissions.printing import codes
from tests.client import Page, PageClient
from tests.people import make_body, make_consultation, official
from tests.submissions.workbooks import written

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


def test_the_name_of_a_file_cannot_be_turned_around(
    client: PageClient, consultation: Consultation
) -> None:
    path = "/desk/consultations/law/imports"
    name = "a\N{RIGHT-TO-LEFT OVERRIDE}vsc.exe"
    data = {**client.get(path).form("/imports"), "file": (io.BytesIO(FILE), name)}
    page = client.post(path, data, content_type="multipart/form-data")
    assert "avsc.exe" in page.text
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page.markup


def here(page: Page) -> str:
    return page.response.request.path


def test_a_file_is_looked_at_taken_in_reported_and_receipted(
    client: PageClient, consultation: Consultation, app: Flask, session: Session
) -> None:
    preview = upload(client, FILE)
    assert "2 rows can be taken in. 1 row cannot." in preview.text
    form = preview.form(here(preview))
    assert (form["columns-0-role"], form["columns-1-role"]) == ("id", "text")
    assert (form["delimiter"], form["source"]) == (";", "rows.csv")
    twice = client.post(
        here(preview), {**form, "columns-0-role": "name", "columns-1-role": "name"}, 422
    )
    assert "“Nummer” and “Kommentar” cannot both be that." in twice.text
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


SURVEY = (
    "Response ID,Submitted date,What do you think of Article 1?,And of the whole?,Organisation\n"
    "ANON-1,2020-01-05,It is much too strict for villages.,Yes,Amis des arbres\n"
    "ANON-2,2020-01-06,,Please say it in simpler words.,\n"
    "ANON-3,soon,Nobody knows what the second one means.,No,\n"
)


def test_an_export_with_several_questions_is_recognised_tried_and_remembered(
    client: PageClient, consultation: Consultation, app: Flask, session: Session
) -> None:
    preview = upload(client, SURVEY.encode())
    assert "This looks like an export of Citizen Space." in preview.text
    form = preview.form(here(preview))
    roles = [form[f"columns-{number}-role"] for number in range(5)]
    assert roles == ["id", "received", "text", "", "organisation"]
    assert form["source"] == "Citizen Space"
    form |= {"columns-3-role": "text"}
    tried = client.post(here(preview), {**form, "step": "preview"})
    assert "2 rows can be taken in (3 comments). 1 row cannot." in tried.text
    assert session.scalar(select(func.count()).select_from(Comment)) == 0
    refused = client.post(here(preview), {**form, "show": "refused"})
    assert "the date cannot be read" in refused.text
    assert tried.text.count("simpler words") == refused.text.count("simpler words") + 1
    client.post(here(preview), {**form, "columns-2-about": "Art. 1", "step": "start"})
    assert app.extensions["consult_job_worker"]().run_one()

    found = session.execute(
        select(Submission.id, Organisation.name, CommentRevision.text, Point.start)
        .join(Comment, Comment.submission_id == Submission.id)
        .join(CommentRevision, CommentRevision.comment_id == Comment.id)
        .join(Point, Point.comment_id == Comment.id)
        .outerjoin(Organisation, Organisation.id == Submission.organisation_id)
        .order_by(Comment.seq)
    ).all()
    first = found[0]
    assert [row[1] for row in found] == ["Amis des arbres", "Amis des arbres", None]
    assert first.text == "What do you think of Article 1?\nIt is much too strict for villages."
    assert first.text[first.start :] == "It is much too strict for villages."
    assert found[1].text[found[1].start :] == "Yes"
    assert len({row.id for row in found}) == 2
    assert dict(iter(session.execute(select(Tally.submissions, Tally.comments)))) == {2: 3}

    # The next file of this source begins with what was chosen, and leaves out what is known.
    again = upload(client, SURVEY.encode() + b"ANON-4,2020-01-07,,More trees in the streets.,\n")
    form = again.form(here(again))
    assert [form[f"columns-{number}-role"] for number in (2, 3)] == ["text", "text"]
    assert form["columns-2-about"] == "Art. 1"
    assert "chosen as they were for “Citizen Space”" in again.text
    assert "2 rows: taken in by an earlier import" in again.text
    assert "1 row can be taken in." in again.text


def test_another_body_does_not_see_what_was_kept(
    client: PageClient, consultation: Consultation, app: Flask
) -> None:
    preview = upload(client, SURVEY.encode())
    form = {**preview.form(here(preview)), "source": "Secret survey", "step": "start"}
    client.post(here(preview), form)
    other = make_body("other")
    make_consultation(other, slug="other")
    official(client.client, other, "editor")
    path = "/desk/consultations/other/imports"
    data = {**client.get(path).form("/imports"), "file": (io.BytesIO(SURVEY.encode()), "x.csv")}
    page = client.post(path, data, content_type="multipart/form-data")
    assert "Secret survey" not in page.text
    assert page.form(here(page))["source"] == "Citizen Space"


def test_a_workbook_is_read_sheet_by_sheet(client: PageClient, consultation: Consultation) -> None:
    made = written(
        {"Notes": [["text"], ["only a note"]], "Answers": [["id", "text"], ["1", "Yes, please."]]}
    )
    preview = upload(client, made)
    form = preview.form(here(preview))
    assert (form["sheet"], form["columns-0-role"]) == ("Notes", "text")
    other = client.post(here(preview), {**form, "sheet": "Answers", "step": "preview"})
    assert "Yes, please." in other.text
    assert other.form(here(preview))["columns-0-role"] == "id"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 a spreadsheet", "This is neither a CSV nor an XLSX file."),
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


def test_a_letter_sent_twice_at_once_leads_twice_to_its_receipt(
    client: PageClient,
    consultation: Consultation,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second look for what came with the form finds nothing yet: the first is being written."""
    path = "/desk/consultations/law/imports/paper"
    typed = {**client.get(path).form("/paper"), "channel": "paper", "source": "More buses.",
             "received_on": clock.luxembourg_date(clock.now()).isoformat()}  # fmt: skip
    slip = client.post(path, typed)
    monkeypatch.setattr("consult.submissions.imports.desk.taken_with", lambda *_, **__: None)
    assert here(client.post(path, typed)) == here(slip)
    # Another letter in that form is not lost either.
    page = client.post(path, {**typed, "source": "Fewer cars."}, 409)
    assert "No. 1 was taken in with this form." in page.text
    assert page.form("/paper")["source"] == "Fewer cars."
    assert session.scalar(select(func.count(Comment.id))) == 1


@pytest.mark.parametrize("changed", ["source", "name", "received_on"])
def test_another_letter_in_a_form_that_was_taken_in_is_not_lost(
    client: PageClient, consultation: Consultation, session: Session, changed: str
) -> None:
    """A clerk goes back and types the next letter over the one before."""
    path, today = "/desk/consultations/law/imports/paper", clock.luxembourg_date(clock.now())
    typed = {**client.get(path).form("/paper"), "channel": "paper", "source": "More buses.",
             "name": "Marie Muller", "received_on": today.isoformat()}  # fmt: skip
    client.post(path, typed)
    other = {"source": "Fewer cars.", "name": "Jean Weber",
             "received_on": (today - timedelta(days=2)).isoformat()}[changed]  # fmt: skip
    page = client.post(path, {**typed, changed: other}, status=409)
    assert "No. 1 was taken in with this form." in page.text
    assert page.form("/paper")[changed] == other
    client.post(path, page.form("/paper"))
    assert session.scalar(select(func.count(Comment.id))) == 2


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("0001-01-01", "Please write a date"),
        ("1899-12-31", "Please write a date"),
        ("31 March", "Please write a date"),
        ("", "Enter the date of receipt."),
        ("2999-12-31", "lies in the future"),
        ("9999-12-31", "Please write a date"),
    ],
)
def test_a_slip_in_a_date_of_receipt_is_said(
    client: PageClient, consultation: Consultation, day: str, said: str
) -> None:
    typed = {"channel": "paper", "source": "More buses.", "received_on": day}
    page = client.submit("/desk/consultations/law/imports/paper", typed, status=422)
    assert said in page.text
    assert "More buses." in page.text
    if day:
        preview = here(upload(client, FILE))
        asked = {"text": "Kommentar", "received_on": day, "step": "start"}
        assert said in client.submit(preview, asked, status=422).text


def sent(consultation: Consultation, **facts: Any) -> Submission:
    """What somebody sent, by default through the web."""
    made, now = prepare("Bus.", language="fr"), clock.now()
    with act() as writing:
        got = receive(writing, consultation, made, received_at=now, actor=SYSTEM, now=now,
                      language="fr", **facts)  # fmt: skip
    return writing.get_one(Submission, got.submission_id)


def test_receipts_of_the_web_are_not_printed(
    client: PageClient, consultation: Consultation
) -> None:
    page = f"/desk/consultations/law/imports/submissions/{sent(consultation).id}"
    shown = client.get(page)
    assert "Print" not in shown.text
    assert "Its author left no address" in shown.text
    for what in ("", "/replace"):
        client.post(page + what, shown.form("/void"), 404)
    client.post(f"{page}/send-new", shown.form("/void"), 409)


def test_a_lost_receipt_of_a_clerk_is_replaced_and_made_void(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    submission = sent(consultation, channel="paper")
    old = receipts.code_of(submission)
    assert old is not None
    find = "/desk/consultations/law/imports/receipt"
    assert "no comment with this number" in client.submit(find, {"number": "7"}, status=422).text
    slip = client.submit(find, {"number": "1"})
    sheet = client.submit(here(slip), {}, action="/replace")
    [new] = re.findall(r'slip__code">([0-9A-Z-]+)<', sheet.markup)
    assert (receipts.find(session, old), new == old) == (None, False)
    assert receipts.find(session, new) is not None
    session.rollback()
    voided = client.submit(here(slip), {}, action="/void")
    assert "The receipt is void." in voided.text
    assert "has not been printed yet" in voided.text
    assert receipts.find(session, new) is None
    assert "Make the receipt void" not in voided.text
    acts = list(session.scalars(select(Activity.act).order_by(Activity.id)))
    assert acts[-2:] == ["receipt:reissued", "receipt:voided"]


def test_a_code_that_was_made_void_at_the_same_moment_is_not_printed(
    consultation: Consultation, session: Session
) -> None:
    submission = sent(consultation, channel="paper")
    old = receipts.code_of(submission)
    assert old is not None
    with act() as writing:
        writing.get_one(Submission, submission.id)
        # What another clerk did since this row was read.
        writing.execute(
            update(Submission).values(receipt_issue=2, receipt_lookup=None, receipt_issued_at=None),
            execution_options={"synchronize_session": False},
        )
        printed = codes(writing, [submission], actor=SYSTEM, now=clock.now())
    assert printed[submission.id] != old
    assert receipts.find(session, old) is None
    assert receipts.find(session, printed[submission.id]) is not None


def test_a_new_receipt_of_the_web_goes_to_its_author_only(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    submission = sent(consultation, email="anna@example.org")
    old = receipts.code_of(submission)
    page = f"/desk/consultations/law/imports/submissions/{submission.id}"
    shown = client.submit(page, {}, action="/send-new")
    assert "on its way to its author" in shown.text
    session.expire_all()
    new = receipts.code_of(session.get_one(Submission, submission.id))
    assert new is not None
    assert new not in shown.markup
    assert new != old
    letter = session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert letter is not None
    assert letter.template == "submission_new_receipt"
    facts = recipient(session, submission.id)
    assert facts is not None
    assert new in render_letter(letter, facts).body
    session.rollback()
    assert "void" in client.submit(page, {}, action="/void").text
    assert "on its way" in client.submit(page, {}, action="/send-new").text


@pytest.mark.parametrize("role", ["analyst", "auditor"])
def test_others_do_not_import(client: PageClient, body: Body, role: str) -> None:
    make_consultation(body, slug="law")
    official(client.client, body, role)
    client.get("/desk/consultations/law/imports", 403)
    client.get("/desk/consultations/law/imports/paper", 403)
