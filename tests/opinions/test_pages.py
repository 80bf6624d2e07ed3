"""Agreeing and disagreeing, as people meet it, with an account and without."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.limits import limits
from consult.kernel.transaction import act
from consult.moderation.correction import correct
from consult.moderation.withdrawal import withdraw
from consult.opinions.models import Stance
from consult.submissions.intake import prepare, receive
from consult.submissions.models import CommentRevision
from tests.client import PageClient, words
from tests.people import make_body, make_consultation, make_user, sign_in
from tests.submissions.texts import Sent, rows_of


@pytest.fixture(autouse=True)
def _english(client: PageClient) -> None:
    client.get("/rules?lang=en")


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


@pytest.fixture
def consultation(body: Body) -> Consultation:
    return make_consultation(body, slug="law")


def said(consultation: Consultation, text: str = "Too few buses.", **facts: object) -> Sent:
    now = clock.now()
    with act() as session:
        got = receive(
            session, consultation, prepare(text, language="en"), received_at=now, actor=SYSTEM,
            now=now, language="en", **facts,  # type: ignore[arg-type]
        )  # fmt: skip
    return rows_of(session, got)


def voices(session: Session) -> int:
    session.rollback()
    return session.execute(select(func.count()).select_from(Stance)).scalar_one()


def counted(client: PageClient, comment_id: int) -> dict[str, list[int]]:
    """What the page of a comment says: agree, disagree, pass, of persons and of visits."""
    rows = client.get(f"/comments/{comment_id}").all("tr")[1:]
    cells = [[words(cell) for cell in row] for row in rows]
    return {first.split()[0]: [int(number) for number in rest] for first, *rest in cells}


def test_without_an_account_once_a_visit(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    comment = said(consultation).comment
    path = f"/comments/{comment.id}/stance"
    page = client.get(f"/comments/{comment.id}")
    assert "Nobody has agreed or disagreed yet." in page.text
    assert page.links()["Agree, disagree or pass"] == path
    assert "counts once in this visit" in client.get(path).text
    assert "Noted: you agree with No. 1." in client.submit(path, {"said": "agree"}).text
    assert "Noted: you disagree with No. 1." in client.submit(path, {"said": "disagree"}).text
    assert voices(session) == 1
    assert counted(client, comment.id) == {"Persons": [0, 0, 0], "Visits": [0, 1, 0]}
    client.submit(path, {}, action="/visit/end")
    assert "At a shared computer?" not in client.get(path).text
    client.submit(path, {"said": "agree"})
    assert voices(session) == 2
    assert counted(client, comment.id)["Visits"] == [1, 1, 0]


def test_with_an_account_once_a_person(
    app: Flask, client: PageClient, consultation: Consultation, session: Session
) -> None:
    comment = said(consultation).comment
    path = f"/comments/{comment.id}/stance"
    user = make_user()
    sign_in(client.client, user)
    assert "as one person’s voice" in client.get(path).text
    client.submit(path, {"said": "pass"})
    phone = PageClient(app.test_client())
    phone.get("/rules?lang=en")
    sign_in(phone.client, user)
    page = phone.get(path)
    chosen = [b for b in page.all("button") if b.get("aria-current")]
    assert [b.get("value") for b in chosen] == ["pass"]
    phone.submit(path, {"said": "agree"})
    assert voices(session) == 1
    assert counted(client, comment.id) == {"Persons": [1, 0, 0], "Visits": [0, 0, 0]}


def test_a_second_press_counts_once(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    comment = said(consultation).comment
    path = f"/comments/{comment.id}/stance"
    form = {**client.get(path).form("/stance"), "said": "agree"}
    for _ in range(2):
        client.post(path, form)
    assert voices(session) == 1


def test_one_comment_after_the_other(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    first, second = said(consultation), said(consultation, "More trees.")
    said(consultation, "Me too.", parent=first.comment)
    path = "/consultations/law/others"
    assert client.get("/consultations/law/comments").links()["What do others say?"] == path
    assert client.get("/consultations/law").links()["What do others say?"] == path
    seen = client.get(path)
    assert "Too few buses." in seen.text
    page = client.submit(path, {"said": "agree"})
    assert "Noted: you agree with No. 1." in page.text
    assert "More trees." in page.text
    assert "So far you have said something about 1 comment." in page.text
    none = client.get(f"{path}?language=de").text
    assert "Nothing more in Deutsch" in none
    # There never was one: nothing is claimed about what this reader did.
    assert "said something about every comment" not in none
    done = client.submit(f"{path}?language=en", {"said": "pass"})
    assert "Nothing more in English" in done.text
    assert "That was all" in client.get(path).text
    # A newcomer begins with one of those that fewest have spoken about.
    third = said(consultation, "Keep the old bridge.").comment
    fresh = PageClient(client.client.application.test_client())
    assert "Keep the old bridge." in fresh.get(f"{path}?lang=en").text
    assert session.scalar(select(func.count()).select_from(Stance)) == 2
    assert {first.comment.id, second.comment.id, third.id}


def test_a_stale_form_says_why_and_shows_the_new_words(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    comment = said(consultation).comment
    pages = (f"/comments/{comment.id}/stance", "/consultations/law/others")
    stale = [{**client.get(path).form(path), "said": "agree"} for path in pages]
    with act() as writing:
        correct(writing, comment.id, prepare("Too many buses.", language="en"), seen=1,
                actor=Actor("receipt:1"), now=clock.now())  # fmt: skip
    for path, form in zip(pages, stale, strict=True):
        page = client.post(path, form, 409)
        assert "changed the words of this comment meanwhile" in page.text
        assert "Too many buses." in page.text
        revision = select(CommentRevision.id).where(CommentRevision.number == 2)
        assert page.form(path)["seen"] == str(session.scalar(revision))
    assert voices(session) == 0


def test_a_withdrawn_comment_and_nonsense(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    comment = said(consultation).comment
    reply = said(consultation, "Me too.", parent=comment).comment
    other = said(make_consultation(make_body("Other"), slug="other"), "Elsewhere.")
    path, others = f"/comments/{comment.id}/stance", "/consultations/law/others"
    form = {**client.get(path).form("/stance"), "said": "agree"}
    client.get(f"/comments/{reply.id}/stance", 404)
    client.get("/comments/999/stance", 404)
    client.post(path, {**form, "said": "maybe"}, 422)
    assert "choose one of the three" in client.post(path, {**form, "said": ""}, 422).text
    client.post(others, {**form, "comment": str(other.comment.id), "seen": "x"}, 422)
    for number in ("9" * 19, "1" * 5_000, "-1", "٣"):
        for address in (path, others):
            client.post(address, {**form, "comment": number}, 422)
            client.post(address, {**form, "seen": number}, 422)
    foreign = {**form, "comment": str(other.comment.id), "seen": str(other.revision.id)}
    assert "Elsewhere" not in client.post(others, foreign, 404).text
    with act() as writing:
        withdraw(writing, comment.id, actor=Actor("receipt:1"), now=clock.now())
    for address in (path, others):
        page = client.post(address, form, 409)
        assert "can no longer be read" in page.text
        assert "Too few buses." not in page.text
    assert "I agree" not in client.get(path).text
    assert voices(session) == 0


def test_after_the_close(client: PageClient, consultation: Consultation, session: Session) -> None:
    comment = said(consultation).comment
    pages = (f"/comments/{comment.id}/stance", "/consultations/law/others")
    forms = [{**client.get(path).form(path), "said": "agree"} for path in pages]
    with act() as writing:
        writing.execute(update(Consultation).values(closes_at=clock.now() - timedelta(minutes=1)))
    for path, form in zip(pages, forms, strict=True):
        assert "It is not open now" in client.get(path).text
        assert "It is not open now" in client.post(path, form, 409).text
    assert voices(session) == 0
    assert "Agree, disagree or pass" not in client.get(f"/comments/{comment.id}").text
    assert "What do others say?" not in client.get("/consultations/law/comments").text


def test_in_preparation_nobody_may_know(client: PageClient, body: Body) -> None:
    make_consultation(body, slug="secret", announced=False)
    for path in ("others", "opinion-groups"):
        client.get(f"/consultations/secret/{path}", 404)


def test_a_limit(
    app: Flask, client: PageClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = said(consultation).comment
    path = f"/comments/{comment.id}/stance"
    used = limits().hit("stance", "127.0.0.1", 100_000, clock.now())
    few = replace(app.extensions["consult_settings"], stances_per_hour=used)
    monkeypatch.setitem(app.extensions, "consult_settings", few)
    assert "too much in a short time" in client.submit(path, {"said": "agree"}, status=429).text
    # Somebody with an account does not suffer for others at the same address.
    user = make_user()
    sign_in(client.client, user)
    own = limits().hit("stance", f"account:{user.id}", 100_000, clock.now())
    for limit, status in ((own + 1, 200), (own, 429)):
        now = replace(few, stances_per_hour=limit)
        monkeypatch.setitem(app.extensions, "consult_settings", now)
        client.submit(path, {"said": "agree"}, status=status)


def test_the_comment_page_stays_cacheable_and_is_never_stale(
    app: Flask, client: PageClient, consultation: Consultation
) -> None:
    comment = said(consultation).comment
    reader = app.test_client()
    before = reader.get(f"/comments/{comment.id}")
    assert before.headers["Cache-Control"] == "public, no-cache"
    etag = before.headers["ETag"]
    assert reader.get(f"/comments/{comment.id}", headers={"If-None-Match": etag}).status_code == 304
    client.submit(f"/comments/{comment.id}/stance", {"said": "agree"})
    again = reader.get(f"/comments/{comment.id}", headers={"If-None-Match": etag})
    assert again.status_code == 200


def test_a_script_without_cookies_is_not_a_crowd(
    app: Flask,
    client: PageClient,
    consultation: Consultation,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = said(consultation).comment, said(consultation, "More trees.").comment
    path, others = f"/comments/{first.id}/stance", f"/comments/{second.id}/stance"
    begun = limits().hit("visit", "127.0.0.1", 100_000, clock.now())
    few = replace(app.extensions["consult_settings"], visits_per_hour=begun + 2)
    monkeypatch.setitem(app.extensions, "consult_settings", few)
    for expected in (200, 200, 429, 429):
        fresh = PageClient(app.test_client())
        fresh.submit(f"{path}?lang=en", {"said": "agree"}, status=expected)
    assert voices(session) == 2
    assert counted(client, first.id)["Visits"] == [2, 0, 0]
    # Who is in the middle of a visit goes on, and so does a person with an account.
    known = PageClient(app.test_client())
    monkeypatch.setitem(app.extensions, "consult_settings", replace(few, visits_per_hour=begun + 5))
    known.submit(path, {"said": "agree"})
    monkeypatch.setitem(app.extensions, "consult_settings", few)
    known.submit(others, {"said": "agree"})
    sign_in(client.client, make_user())
    client.submit(path, {"said": "agree"})
    assert voices(session) == 5
