"""What is not needed any more is deleted, and nothing else."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts import registration, sessions
from consult.accounts.models import LoginSession, User
from consult.activity.models import Activity
from consult.kernel import clock
from consult.kernel.actor import SYSTEM
from consult.kernel.transaction import act
from consult.operations import tidying
from consult.operations.tidying import tidy
from consult.submissions import uploads
from consult.submissions.models import CommentImport
from tests.client import PageClient
from tests.people import make_body, make_consultation, make_user, official

NOW = clock.now()
MONTH = timedelta(days=30, minutes=1)


def test_a_file_that_nobody_goes_on_with_is_deleted(
    app: Flask, session: Session, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = make_body()
    consultation = make_consultation(body, slug="law")
    with act() as writing:
        for state in ("uploaded", "failed", "importing", "failed"):
            made = uploads.upload(writing, consultation, file_name=f"{state}.csv",
                                  content=b"text\nBus.\n", actor=SYSTEM, now=NOW)  # fmt: skip
            made.state = state
        made.finished_at = NOW + timedelta(days=3)  # somebody tried again later
        writing.flush()
    assert tidy(NOW + timedelta(days=29)) == 0
    monkeypatch.setattr(tidying, "AT_ONCE", 1)
    assert tidy(NOW + MONTH) == 2
    assert tidy(NOW + MONTH) == 0
    kept = select(CommentImport.content.is_not(None)).order_by(CommentImport.id)
    assert list(session.scalars(kept)) == [False, False, True, True]
    assert (
        list(session.scalars(select(Activity.act).order_by(Activity.id)))[-2:]
        == ["import:file-deleted"] * 2
    )
    session.rollback()
    official(client.client, body, "editor")
    client.get("/search?lang=en")
    for number in (1, 2):
        page = client.get(f"/desk/consultations/law/imports/{number}")
        assert "Upload it again" in page.text
        assert "Go on with the import" not in page.text
    assert "the file is deleted on" in client.get("/desk/consultations/law/imports/4").text


def test_an_account_that_nobody_confirmed_is_deleted(app: Flask, session: Session) -> None:
    lapsed = make_user("lapsed@example.org", confirmed=False)
    make_user("anna@example.org")
    make_user("official@example.org", confirmed=False, body=make_body(), roles=("editor",))
    make_user("again@example.org", confirmed=False)
    make_user("newest@example.org", confirmed=False)
    assert tidy(NOW + timedelta(days=6, hours=23)) == 0
    later = NOW + timedelta(days=6)
    with act() as writing:
        registration.resend(writing, email="again@example.org", language="fr", now=later)
    assert tidy(NOW + timedelta(days=8)) == 1
    assert list(session.scalars(select(User.email).order_by(User.id))) == [
        "anna@example.org",
        "official@example.org",
        "again@example.org",
        "newest@example.org",
    ]
    lines = select(Activity.thing).where(Activity.act == "account:lapsed")
    assert list(session.scalars(lines)) == [f"user:{lapsed.id}"]


def test_a_session_that_nobody_can_use_any_more_is_deleted(app: Flask, session: Session) -> None:
    person = make_user()
    with act() as writing:
        for device in ("away", "used", "old", "newest"):
            made = sessions.open_session(
                writing, person.id, token_hash=device, device=device, now=NOW
            )
            if device == "used":
                made.last_seen_at = NOW + timedelta(days=9)
            if device == "old":
                made.created_at = NOW - timedelta(days=76)
                made.last_seen_at = NOW + timedelta(days=9)
    assert tidy(NOW + timedelta(days=13)) == 0
    assert tidy(NOW + sessions.IDLE) == 2
    left = select(LoginSession.device).order_by(LoginSession.id)
    assert list(session.scalars(left)) == ["used", "newest"]
