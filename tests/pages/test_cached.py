"""What is answered before anything is read: a page that the reader, or the worker, already has."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.actor import Actor
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.kernel.web import HEADERS
from consult.moderation.removal import remove
from consult.moderation.withdrawal import withdraw
from tests.client import PageClient
from tests.people import make_body, make_consultation, make_user, sign_in
from tests.statements import statements
from tests.submissions.texts import make_draft, send

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make_consultation(make_body())


@contextmanager
def sessions() -> Iterator[list[object]]:
    """The transactions that sessions begin meanwhile."""
    db.session.remove()
    begun: list[object] = []

    def note(session: object, *_: Any) -> None:
        begun.append(session)

    event.listen(db.session, "after_begin", note)
    try:
        yield begun
    finally:
        event.remove(db.session, "after_begin", note)


@pytest.mark.parametrize("page", ["", "/comments", "/comments?clause=art_1", "/draft", "/outcome"])
def test_a_page_we_have_costs_one_statement_and_no_session(
    client: PageClient, consultation: Consultation, page: str
) -> None:
    version, (clause, *_) = make_draft(consultation)
    send(consultation, clause=clause, version_id=version.id)
    path = f"/consultations/{consultation.slug}{page}"
    first = client.client.get(path)
    known = {"If-None-Match": first.headers["ETag"]}
    with sessions() as begun:
        assert statements(lambda: client.client.get(path)) == 1
        assert statements(lambda: client.client.get(path, headers=known)) == 1
        again = client.client.get(path)
        unchanged = client.client.get(path, headers=known)
    assert not begun
    assert again.data == first.data
    assert unchanged.status_code == 304
    assert not unchanged.data
    for response in (first, again, unchanged):
        assert {name: response.headers.getlist(name) for name in HEADERS} == {
            name: [value] for name, value in HEADERS.items()
        }


def test_whoever_is_signed_in_gets_a_page_of_their_own(
    client: PageClient, app: Flask, consultation: Consultation
) -> None:
    path = f"/consultations/{consultation.slug}/comments"
    everybody = client.get(path, headers=ENGLISH)
    sign_in(client.client, make_user())
    tag = {**ENGLISH, "If-None-Match": everybody.response.headers["ETag"]}
    own = client.get(path, headers=tag)
    assert own.response.headers["Cache-Control"] == "private, no-cache"
    assert "ETag" not in own.response.headers
    assert "My account" in own.links()
    again = app.test_client().get(path, headers=ENGLISH)
    assert b"My account" not in again.data


@pytest.mark.parametrize("clause_key", ["", "?clause=art_1"])
@pytest.mark.parametrize("how", ["withdrawn", "removed"])
def test_a_comment_that_goes_is_gone_from_the_next_page(
    client: PageClient, consultation: Consultation, how: str, clause_key: str
) -> None:
    version, (clause, *_) = make_draft(consultation)
    got = send(consultation, "Unerhört.", clause=clause, version_id=version.id)
    path = f"/consultations/{consultation.slug}/comments{clause_key}"
    tag = client.get(path).response.headers["ETag"]
    moderator = make_user()
    with act() as session:
        if how == "withdrawn":
            actor = Actor.receipt(got.submission.id)
            withdraw(session, got.comment.id, actor=actor, now=clock.now())
        else:
            remove(
                session,
                session.get_one(Consultation, consultation.id),
                got.comment.id,
                reason="insult",
                note={"de": "Beleidigung."},
                actor=Actor.user(moderator.id),
                now=clock.now(),
            )
    page = client.get(path, headers={"If-None-Match": tag})
    assert "Unerhört" not in page.text


def test_every_page_of_a_consultation_changes_at_its_instants(
    client: PageClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_consultation(make_body(), closes_in=1)
    close = made.closes_at
    assert close is not None
    for page in ("", "/comments", "/draft", "/themes", "/outcome", "/removals"):
        tags = []
        for instant in (close - timedelta(seconds=1), close):
            monkeypatch.setattr(clock, "now", lambda instant=instant: instant)
            answer = client.client.get(f"/consultations/{made.slug}{page}", headers=ENGLISH)
            tags.append(answer.headers["ETag"])
        assert tags[0] != tags[1], page
