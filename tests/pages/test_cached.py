"""What is answered before anything is read: a page that the reader, or the worker, already has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from consult.accounts import profile
from consult.accounts.bodies import describe_body
from consult.consultations import queries
from consult.consultations.models import ANSWERS, Consultation
from consult.consultations.promises import promise
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


def take_down(consultation: Consultation, comment_id: int, actor: Actor) -> None:
    with act() as session:
        remove(
            session,
            session.get_one(Consultation, consultation.id),
            comment_id,
            reason="insult",
            note={"en": "Rude words."},
            actor=actor,
            now=clock.now(),
        )


@pytest.mark.parametrize(
    "page",
    [
        "/",
        "/register",
        "/removals",
        "/consultations/{}",
        "/consultations/{}/comments",
        "/consultations/{}/comments?clause=art_1",
        "/consultations/{}/draft",
        "/consultations/{}/outcome",
        "/consultations/{}/removals",
    ],
)
def test_a_page_we_have_costs_one_statement_and_no_session(
    client: PageClient, consultation: Consultation, page: str
) -> None:
    version, (clause, *_) = make_draft(consultation)
    send(consultation, clause=clause, version_id=version.id)
    path = page.format(consultation.slug)
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
    if how == "removed":
        take_down(consultation, got.comment.id, Actor.user(make_user().id))
    else:
        with act() as session:
            actor = Actor.receipt(got.submission.id)
            withdraw(session, got.comment.id, actor=actor, now=clock.now())
    page = client.get(path, headers={"If-None-Match": tag})
    assert "Unerhört" not in page.text


def changed(client: PageClient, path: str, doing: Callable[[], object]) -> str:
    """What a page that the reader and the worker have says after an act."""
    tag = client.get(path, headers=ENGLISH).response.headers["ETag"]
    assert client.client.get(path, headers={**ENGLISH, "If-None-Match": tag}).status_code == 304
    doing()
    return client.get(path, headers={**ENGLISH, "If-None-Match": tag}).text


@pytest.mark.parametrize("path", ["/removals", "/consultations/{}/removals"])
def test_a_removal_and_the_name_of_who_decided_stand_in_the_log_at_once(
    client: PageClient, consultation: Consultation, path: str
) -> None:
    got, moderator = send(consultation), make_user()
    actor = Actor.user(moderator.id)

    def rename() -> None:
        with act() as session:
            profile.change(
                session, moderator.id, name="Zoé Thill", language="en", actor=actor, now=clock.now()
            )

    path = path.format(consultation.slug)
    first = changed(client, path, lambda: take_down(consultation, got.comment.id, actor))
    assert "Rude words." in first
    assert "Zoé Thill" in changed(client, path, rename)


def test_another_promise_stands_in_the_register_at_once(
    client: PageClient, consultation: Consultation
) -> None:
    due = consultation.answer_due_at
    assert due is not None
    actor = Actor.user(make_user().id)

    def put_off() -> None:
        with act() as session:
            made = session.get_one(Consultation, consultation.id)
            at, ground = due + timedelta(days=40), {"en": "A flood."}
            promise(session, made, kind=ANSWERS, at=at, actor=actor, now=clock.now(), ground=ground)

    assert "A flood." in changed(client, "/register", put_off)


def test_an_answer_is_overdue_from_the_promised_instant(
    client: PageClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = consultation.first_answer_due_at
    assert due is not None
    instants = (due - timedelta(seconds=1), due)
    tags = []
    for instant in instants:
        monkeypatch.setattr(clock, "now", lambda instant=instant: instant)
        tags.append(client.get("/register", headers=ENGLISH).response.headers["ETag"])
    assert tags[0] != tags[1]


@pytest.mark.parametrize("path", ["/", "/register", "/consultations/{}"])
def test_a_body_goes_by_its_new_name_at_once(
    client: PageClient, consultation: Consultation, path: str
) -> None:
    actor = Actor.user(make_user().id)

    def rename(name: str) -> None:
        with act() as session:
            describe_body(
                session,
                queries.lead_body(session, consultation.id),
                name={"en": name},
                contact_email="",
                actor=actor,
                now=clock.now(),
            )

    path = path.format(consultation.slug)
    for name in ("Ministry of Rivers", "Ministry of Lakes"):
        assert name in changed(client, path, partial(rename, name))


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
