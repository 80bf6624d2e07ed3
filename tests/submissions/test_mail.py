"""Mails into a consultation: from the desk, the command line and a mailbox."""

import imaplib
import io
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations.models import Consultation
from consult.files.models import File
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.transaction import act
from consult.notifications.models import Letter
from consult.submissions.mail import mailbox, reading, taking, work
from consult.submissions.mail.commands import mail as command
from consult.submissions.mail.mailbox import KEYWORD, Mailbox, MailboxError
from consult.submissions.mail.taking import Wish
from consult.submissions.models import Comment, CommentImport, CommentRevision, Contact, Submission
from tests.client import Page, PageClient, words
from tests.imap import Folders, serving
from tests.people import make_body, make_consultation, official
from tests.submissions.mails import box, mail

BRING = "/desk/consultations/law/imports/mails"


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


@pytest.fixture
def consultation(body: Body, client: PageClient) -> Consultation:
    made = make_consultation(body, slug="law")
    client.get("/search?lang=en")
    official(client.client, body, "moderator")
    return made


def dated(number: int, words: str = "Mir brauche méi Busser owes.", **more: str) -> Any:
    now = clock.now() - timedelta(hours=number)
    return mail(words, date=format_datetime(now), message_id=f"<{number}@example.org>", **more)


def three() -> bytes:
    first = dated(1, "Mir brauche méi Busser owes.\n\n-- \nMarie Muller, +352 621 123 456")
    first.add_attachment(b"%PDF-1.7", "application", "pdf", filename="Avis.pdf")
    return box(*(bytes(one) for one in (first, dated(2, sender=""), dated(3, Auto_Submitted="x"))))


def upload(client: PageClient, content: bytes, status: int = 200) -> Page:
    data = {**client.get(BRING).form("/mails"), "file": (io.BytesIO(content), "mails.mbox")}
    return client.post(BRING, data, status, content_type="multipart/form-data")


def here(page: Page) -> str:
    return str(page.response.request.path)


def test_mails_are_looked_at_and_then_taken_in(
    client: PageClient, consultation: Consultation, app: Flask, session: Session
) -> None:
    preview = upload(client, three())
    assert "2 mails can be taken in. 1 cannot." in preview.text
    assert "written by a machine" in preview.text
    assert "621 123" not in preview.text
    assert session.scalars(select(Comment)).all() == []
    form = preview.form(here(preview))
    shown = client.post(here(preview), {**form, "held": "y", "named": "y"})
    assert "Waiting to begin" in shown.text
    assert app.extensions["consult_job_worker"]().run_one()
    report = client.get(here(preview))
    assert "Mail 3: written by a machine" in report.text

    session.expire_all()
    comments = session.scalars(select(Comment).order_by(Comment.id)).all()
    assert [comment.state for comment in comments] == ["held", "held"]
    assert comments[0].received_at < clock.now() - timedelta(minutes=50)
    submissions = session.scalars(select(Submission).order_by(Submission.id)).all()
    assert {one.channel for one in submissions} == {"email"}
    # Who has an address gets the receipt; the other one is printed.
    assert [one.receipt_lookup is not None for one in submissions] == [True, False]
    contact = session.get_one(Contact, submissions[0].id)
    assert (contact.name, contact.email) == ("Marie Muller", "marie@example.org")
    assert session.scalars(select(Letter.recipient)).all() == [f"submission:{submissions[0].id}"]
    files = session.scalars(
        select(File).where(File.reference == f"submission:{submissions[0].id}").order_by(File.id)
    ).all()
    assert [(one.name, one.tag) for one in files] == [
        ("Avis.pdf", "attachment"),
        ("mail.txt", "aside"),
    ]
    aside = client.client.get(
        f"/desk/consultations/law/imports/submissions/{submissions[0].id}/files/{files[1].id}"
    )
    assert "621 123 456" in aside.data.decode()
    slip = f"/desk/consultations/law/imports/submissions/{submissions[0].id}"
    assert "Print the receipt" not in client.get(slip).text
    assert here(client.get(here(preview).replace("/mails", ""))) == here(preview)


def test_a_file_is_read_through_once_however_often_it_is_looked_at(
    client: PageClient,
    consultation: Consultation,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = upload(client, three())
    found = session.scalars(select(CommentImport)).one()
    assert found.dry_run is not None
    assert found.dry_run["coming"] == 2
    session.rollback()

    def again(*_: object, **__: object) -> None:
        raise AssertionError("the mails are read again")

    with monkeypatch.context() as looking:
        looking.setattr(reading, "read", again)
        second = client.get(here(first))
        assert [words(e) for e in second.all("li")] == [words(e) for e in first.all("li")]
        client.submit(here(first), {}, action=here(first))
    # Addresses and first words are kept no longer than they are needed.
    assert session.scalars(select(CommentImport.dry_run)).one() is None


def test_a_file_that_came_before_results_were_kept_is_read_again(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    first = upload(client, three())
    with act() as writing:
        writing.scalars(select(CommentImport)).one().dry_run = None
    assert "2 mails can be taken in. 1 cannot." in client.get(here(first)).text


def test_who_writes_is_said_for_all_mails_and_for_single_ones(
    client: PageClient, consultation: Consultation, app: Flask, session: Session
) -> None:
    preview = upload(client, three())
    form = preview.form(here(preview))
    assert form["respondent"] == "unknown"
    assert "respondent-3" not in form  # it will not come in
    chosen = {"respondent": "citizen", "respondent-2": "association", "respondent-1": "king"}
    client.post(here(preview), {**form, **chosen})
    assert app.extensions["consult_job_worker"]().run_one()
    sent = session.scalars(select(Submission.respondent).order_by(Submission.id)).all()
    assert sent == ["citizen", "association"]


def test_the_same_mails_again_add_nothing(
    client: PageClient, consultation: Consultation, app: Flask, session: Session
) -> None:
    for coming in (2, 0):
        preview = upload(client, three() + three())
        known = 2 if coming else 4
        assert f"{known} are known already." in preview.text
        if coming:
            client.submit(here(preview), {}, action=here(preview))
            assert app.extensions["consult_job_worker"]().run_one()
        else:
            assert "Take the mails in" not in preview.text
    assert session.scalar(select(func.count()).select_from(Comment)) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"id;text\n1;x", "This is no mail."),
        (b"\xd0\xcf\x11\xe0", "This is Outlook’s own format."),
    ],
)
def test_what_is_no_mail_is_refused(
    client: PageClient, consultation: Consultation, content: bytes, sentence: str
) -> None:
    assert sentence in upload(client, content, 422).text


def test_an_import_that_was_killed_goes_on(consultation: Consultation, session: Session) -> None:
    mails = [(n, bytes(dated(n))) for n in range(1, 5)]
    with act() as writing:
        made = taking.open_import(
            writing,
            consultation,
            file_name="INBOX",
            wish=Wish(held=False),
            actor=COMMAND,
            now=clock.now(),
        )

    def killed(number: int, _reason: str) -> None:
        if number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work.bring_in(work.order_of(made.id), mails, done=killed)
    work.bring_in(work.order_of(made.id), mails)
    session.expire_all()
    found = session.get_one(CommentImport, made.id)
    assert (found.state, found.rows, found.taken, found.known) == ("done", 4, 4, 0)
    states = session.scalars(select(Comment.state)).all()
    assert states == ["published"] * 4


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(command, ["--consultation", "law", *arguments])


def test_a_file_is_taken_in_from_the_command_line(
    app: Flask, consultation: Consultation, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(bytes(dated(1, "<b>Méi</b> *Busser*")))
    assert "1 would be taken in, 0 are known" in run(app, str(path), "--dry-run").output
    assert session.scalars(select(Comment)).all() == []
    for expected in ("1 taken in, 0 already known", "0 taken in, 1 already known"):
        assert expected in run(app, str(path), "--publish").output
    assert session.scalars(select(CommentRevision.text)).all() == ["<b>Méi</b> *Busser*"]
    assert session.scalars(select(Contact.name)).all() == [""]
    assert "Name a file, or say --imap." in run(app).output
    assert "CONSULT_IMAP_URL is not set" in run(app, "--imap").output


def opened(port: int) -> imaplib.IMAP4:
    server = imaplib.IMAP4("127.0.0.1", port, timeout=5)
    server.login("anna", "right")
    return server


def bring(consultation: Consultation, box: Mailbox) -> None:
    with act() as writing:
        made = taking.open_import(
            writing, consultation, file_name="INBOX", wish=Wish(), actor=COMMAND, now=clock.now()
        )

    def done(uid: int, reason: str) -> None:
        if not reason:
            box.taken(uid)

    work.bring_in(work.order_of(made.id), box.mails(), done=done)


@pytest.mark.parametrize(
    ("capabilities", "folder", "left"),
    [
        ("IMAP4rev1 MOVE", "Erledigt & Gréng", {2, 3}),
        ("IMAP4rev1 UIDPLUS", "Erledigt & Gréng", {2, 3}),
        ("IMAP4rev1", "Erledigt & Gréng", {1, 2, 3}),
        ("IMAP4rev1", "", {1, 2, 3}),
    ],
)
def test_a_mailbox_is_read_and_what_was_taken_is_put_away(
    consultation: Consultation, session: Session, capabilities: str, folder: str, left: set[int]
) -> None:
    automatic = bytes(dated(2, Auto_Submitted="auto-replied"))
    folders = Folders({1: bytes(dated(1)), 2: automatic, 3: b"huge"}, capabilities=capabilities)
    with serving(folders) as port:
        for _ in range(2):
            server = opened(port)
            reading = Mailbox(server, "INBOX", folder)
            bring(consultation, reading)
            reading.close()
    assert set(folders.mails) == left
    assert session.scalar(select(func.count()).select_from(Comment)) == 1
    if folder:
        assert 1 in folders.done['"Erledigt &- Gr&AOk-ng"']
    else:
        assert folders.marks == {1: {KEYWORD}}


def test_a_timer_leaves_no_empty_imports_and_says_when_the_mailbox_went_away(
    app: Flask, consultation: Consultation, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = Folders({})
    with serving(folders) as port:
        app.extensions["consult_settings"] = replace(
            app.extensions["consult_settings"], imap_url="imaps://anna:right@localhost/INBOX"
        )
        monkeypatch.setattr(mailbox, "connect", lambda _where: opened(port))
        assert "No mails." in run(app, "--imap").output
        assert session.scalars(select(CommentImport)).all() == []
        session.rollback()
        folders.mails |= {1: bytes(dated(1)), 2: bytes(dated(2))}
        taken = Mailbox.taken

        def goes_away(box: Mailbox, uid: int) -> None:
            taken(box, uid)
            raise MailboxError(reason="MOVE TimeoutError")

        with monkeypatch.context() as patched:
            patched.setattr(Mailbox, "taken", goes_away)
            assert run(app, "--imap").exit_code == 1
        assert "1 taken in" in run(app, "--imap").output
    states = select(CommentImport.state, CommentImport.taken).order_by(CommentImport.id)
    assert [tuple(row) for row in session.execute(states)] == [("failed", 1), ("done", 1)]


def test_a_mailbox_without_marks_needs_a_folder(app: Flask) -> None:
    with serving(Folders({}, any_mark=False)) as port:
        server = opened(port)
        with pytest.raises(MailboxError, match="CONSULT_IMAP_DONE"):
            Mailbox(server, "INBOX")
        with pytest.raises(MailboxError, match="SELECT"):
            Mailbox(server, "Other", "Done")
        server.logout()


@pytest.mark.parametrize("url", ["imap://a:b@host", "http://host", "imaps://", ""])
def test_a_mailbox_without_encryption_is_no_mailbox(url: str) -> None:
    with pytest.raises(MailboxError, match="imaps://"):
        mailbox.address(url)


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_no_password_goes_over_a_line_in_the_clear(scheme: str) -> None:
    with serving(Folders({})) as port:
        where = mailbox.address(f"{scheme}://anna:ri%40ght@127.0.0.1:{port}/A%20b")
        assert (where.password, where.folder) == ("ri@ght", "A b")
        with pytest.raises(MailboxError) as caught:
            mailbox.connect(where)
    assert "ri@ght" not in str(caught.value)
