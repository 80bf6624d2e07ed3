"""Scans of letters: kept with the submission, opened by its officials only, erased with it."""

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.files import queries as files
from consult.files.models import File
from consult.files.sniffing import MOST_FILES, examined
from consult.kernel import clock
from consult.kernel.actor import SYSTEM
from consult.kernel.errors import NotFoundError
from consult.kernel.transaction import act
from consult.submissions import attachments
from consult.submissions.intake import prepare, receive
from consult.submissions.models import Comment, Submission
from tests.client import Page, PageClient
from tests.files.test_sniffing import jpeg, png
from tests.people import make_body, make_consultation, official

PDF = b"%PDF-1.7\nA letter.\n"
PAPER = "/desk/consultations/law/imports/paper"


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


@pytest.fixture
def consultation(body: Body, client: PageClient) -> Consultation:
    made = make_consultation(body, slug="law")
    client.get("/search?lang=en")
    official(client.client, body, "moderator")
    return made


def typed(client: PageClient, *scans: tuple[bytes, str], status: int = 200) -> Page:
    data: dict[str, Any] = {
        **client.get(PAPER).form("/paper"),
        "channel": "paper",
        "received_on": clock.now().date().isoformat(),
        "source": "Méi Busser owes.",
        "language": "lb",
        "scans": [(io.BytesIO(raw), name) for raw, name in scans],
    }
    return client.post(PAPER, data, status, content_type="multipart/form-data")


def test_a_letter_keeps_its_scans_until_one_is_erased(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    slip = typed(client, (PDF, "../Lettre « 1 ».pdf"), (jpeg(), "page.pdf"), (PDF, "again.pdf"))
    assert "Lettre « 1 ».pdf" in slip.text
    assert "page.jpg" in slip.text
    assert "again.pdf" not in slip.text  # the same file once
    pdf = session.scalars(select(File.id).order_by(File.id)).first()
    submission = session.scalars(select(Submission)).one()
    here = f"/desk/consultations/law/imports/submissions/{submission.id}"

    answer = client.client.get(f"{here}/files/{pdf}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in ",".join(answer.headers.getlist("Content-Security-Policy"))
    assert "no-store" in answer.headers["Cache-Control"]

    kept = client.submit(here, {}, action=f"/files/{pdf}/erase")
    assert "Lettre" not in kept.text
    assert client.client.get(f"{here}/files/{pdf}").status_code == 404
    acts = session.scalars(select(Activity.act).where(Activity.act.like("file:%")))
    assert sorted(acts) == ["file:erased", "file:kept"]


def test_scans_are_added_later(client: PageClient, consultation: Consultation) -> None:
    typed(client)
    path = f"/desk/consultations/law/imports/submissions/{1}/scans"
    form = client.get(path).form("/scans")
    assert "Choose a file." in client.post(path, form, 422).text
    data = {**form, "scans": [(io.BytesIO(png()), "Säit 1.png")]}
    assert "Säit 1.png" in client.post(path, data, content_type="multipart/form-data").text


def test_what_is_no_scan_is_refused_and_the_letter_not_taken(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    page = typed(client, (PDF, "a.pdf"), (b"MZ\x90\0", "b.pdf"), status=422)
    assert "“b.pdf” is not a file of a kind" in page.text
    assert "Méi Busser owes." in page.markup
    many = [(PDF + bytes([n]), f"{n}.pdf") for n in range(MOST_FILES + 1)]
    assert f"There is room for {MOST_FILES} files." in typed(client, *many, status=422).text
    assert session.scalars(select(Comment)).all() == []
    assert session.scalars(select(File)).all() == []


@pytest.mark.parametrize("roles", [("auditor",), ("oversight",), ("administrator",)])
def test_who_does_not_read_submissions_opens_no_scan(
    client: PageClient,
    consultation: Consultation,
    body: Body,
    session: Session,
    roles: tuple[str, ...],
) -> None:
    typed(client, (PDF, "a.pdf"))
    path = f"/desk/consultations/law/imports/submissions/1/files/{session.scalar(select(File.id))}"
    assert client.client.get(path).status_code == 200
    official(client.client, body, *roles)
    assert client.client.get(path).status_code == 403


def test_nobody_reaches_the_scans_of_another_consultation(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    typed(client, (PDF, "a.pdf"))
    file_id = session.scalar(select(File.id))
    other = make_body("Another ministry")
    make_consultation(other, slug="other")
    official(client.client, other, "publisher")
    for slug in ("law", "other"):
        path = f"/desk/consultations/{slug}/imports/submissions/1/files/{file_id}"
        assert client.client.get(path).status_code in {403, 404}


def test_files_hang_on_what_officials_brought_in_and_go_with_it(
    consultation: Consultation, session: Session
) -> None:
    scan = examined(PDF, "a.pdf", "scan")
    program = examined(b"MZ\x90\0", "b.exe", "attachment")
    now = clock.now()
    ids = []
    for channel in ("paper", "web"):
        with act() as writing:
            made = receive(
                writing,
                consultation,
                prepare("Méi Busser.", language="lb"),
                received_at=now,
                actor=SYSTEM,
                now=now,
                channel=channel,
                language="lb",
            )
        ids.append(made.submission_id)
    with pytest.raises(NotFoundError), act() as writing:
        attachments.attach(writing, consultation, ids[1], [scan], actor=SYSTEM, now=now)
    with act() as writing:
        attachments.attach(writing, consultation, ids[0], [scan, program], actor=SYSTEM, now=now)
    kept = files.of(session, attachments.reference(ids[0]))
    assert [(one.name, one.refused) for one in kept] == [("a.pdf", None), ("b.exe", "kind")]
    with pytest.raises(NotFoundError):
        files.one(session, attachments.reference(ids[0]), kept[1].id)
    with act() as writing:
        attachments.erase(writing, consultation, ids[0], actor=SYSTEM, now=now)
    assert files.of(session, attachments.reference(ids[0])) == []
