"""Reading what people said: every state, every filter, any depth, few statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from consult.answers.models import Answer, Fate
from consult.consultations.models import Consultation
from consult.kernel import clock, release
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.submissions import counters, queries
from consult.submissions.anchoring import select_span
from consult.submissions.models import COMMENT_STATES, Comment, CommentRevision
from tests.client import PageClient, words
from tests.people import make_body, make_consultation
from tests.submissions.texts import WORDS, make_draft, send


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make_consultation(make_body())


@pytest.fixture(autouse=True)
def english(client: PageClient) -> None:
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def fresh_worker(app: Flask) -> None:
    app.extensions["consult_page_cache"].clear()


def numbers(page: object) -> list[str]:
    articles = page.all("article")  # type: ignore[attr-defined]
    return [a.get("id") or "" for a in articles]


def test_an_empty_consultation_invites(client: PageClient, consultation: Consultation) -> None:
    page = client.get(f"/consultations/{consultation.slug}/comments")
    assert "Nobody has said anything yet" in page.text
    assert "Write a comment" in page.links()


def test_a_comment_shows_what_it_is_about_and_by_whom(
    client: PageClient, consultation: Consultation
) -> None:
    version, (clause, *_) = make_draft(consultation)
    send(
        consultation,
        "Dies ist **wichtig**.",
        clause=clause,
        version_id=version.id,
        anchor=select_span(WORDS, "de", 4, 12),
        name="Jeanne Muller",
        channel="paper",
    )
    page = client.get(f"/consultations/{consultation.slug}/comments")
    for fact in ("No. 1", "Jeanne Muller", "A citizen", "on paper", "Art. 1", "Gemeinde"):
        assert fact in page.text
    words_of = [d for d in page.all("div") if "comment__words" in (d.get("class") or "")]
    assert [d.get("lang") for d in words_of] == ["de"]


@pytest.mark.parametrize("state", COMMENT_STATES)
def test_each_state_has_its_page(
    client: PageClient, consultation: Consultation, state: str
) -> None:
    got = send(consultation, "Geheime Worte.", name="Geheimer Name")
    send(consultation, "Eine Antwort.", parent=got.comment)
    with act() as session:
        comment = session.get_one(Comment, got.comment.id)
        comment.state = state
        if state != "published":
            counters.hide(session, comment)
    for path in (f"/consultations/{consultation.slug}/comments", f"/comments/{got.comment.id}"):
        page = client.get(path)
        assert ("Geheime Worte" in page.text) == (state == "published")
        assert ("Geheimer Name" in page.text) == (state == "published")
        assert "No. 1" in page.text
        assert "Eine Antwort" in page.text


def test_marks_of_late_and_corrected(client: PageClient, app: Flask) -> None:
    closed = make_consultation(make_body(), closes_in=-1)
    got = send(closed)
    with act() as session:
        now = clock.now()
        session.get_one(CommentRevision, got.revision.id).superseded_at = now
        session.flush()
        session.add(
            CommentRevision(
                comment_id=got.comment.id,
                number=2,
                source="Neu.",
                html="<p>Neu.</p>",
                text="Neu.",
                salt=b"0" * 16,
                language="de",
                written_at=now,
            )
        )
    page = client.get(f"/comments/{got.comment.id}")
    assert "Neu." in page.text
    assert "corrected on" in page.text
    assert "late" in page.text


def test_pages_lead_through_everything_in_both_orders_and_back(
    client: PageClient, consultation: Consultation
) -> None:
    version, (clause, *_) = make_draft(consultation, clauses=1)
    for i in range(120):
        send(consultation, f"Nummer {i}", clause=clause, version_id=version.id)
    base = f"/consultations/{consultation.slug}/comments"
    for query, first in (("?", 120), ("?order=oldest", 1), ("?clause=art_1", 120)):
        address, seen = base + query, list[str]()
        for _ in range(3):
            page = client.get(address)
            seen += numbers(page)
            address = page.links().get("Next page →", "")
        assert seen[0] == f"c{first}"
        assert len(set(seen)) == 120
        assert address == ""
        back = client.get(page.links()["← Previous page"])
        assert numbers(back) == seen[50:100]


def test_filters_look_in_a_bounded_window_and_say_so(
    client: PageClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "WINDOW", 10)
    first = send(consultation)
    with act() as session:
        session.get_one(Comment, first.comment.id).language = "fr"
    for _ in range(15):
        send(consultation)
    base = f"/consultations/{consultation.slug}/comments"
    page = client.get(f"{base}?language=fr")
    assert "Nothing found yet" in page.text
    page = client.get(page.links()["Look further"])
    assert numbers(page) == ["c1"]
    assert "Look further" not in page.links()
    assert len(numbers(client.get(f"{base}?language=de"))) == 10
    assert len(numbers(client.get(f"{base}?answered=no"))) == 10
    assert "No comment matches" in client.get(f"{base}?language=en&after=3").text


def test_statements_do_not_grow_with_the_comments(
    client: PageClient, app: Flask, consultation: Consultation
) -> None:
    version, (clause, *_) = make_draft(consultation, clauses=1)
    root = send(consultation, clause=clause, version_id=version.id).comment.id
    paths = [
        f"/consultations/{consultation.slug}/comments",
        f"/consultations/{consultation.slug}/comments?clause=art_1",
        f"/consultations/{consultation.slug}/comments?language=de",
        f"/comments/{root}",
    ]
    for path in paths:
        client.get(path)  # the text's outline is read once in the life of a worker
    counts: list[list[int]] = []
    for more in (50, 50):
        for i in range(more):
            parent = db.session.get(Comment, root) if i % 2 else None
            facts = {"parent": parent} if parent else {"clause": clause, "version_id": version.id}
            send(consultation, f"Nummer {i}", **facts)
        counts.append([])
        for path in paths:
            fresh_worker(app)
            with statements() as seen:
                client.get(path)
            counts[-1].append(len(seen))
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 8


def test_an_unchanged_page_is_not_sent_again(
    client: PageClient, consultation: Consultation
) -> None:
    path = f"/consultations/{consultation.slug}/comments"
    send(consultation)
    etag = client.get(path).response.headers["ETag"]
    plain = client.client
    with statements() as seen:
        assert plain.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert len(seen) == 1
    send(consultation)
    assert plain.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_a_page_changes_at_the_closing_second_without_a_write(
    client: PageClient, app: Flask
) -> None:
    import time_machine

    made = make_consultation(make_body(), closes_in=1)
    path = f"/consultations/{made.slug}/comments"
    send(made)
    assert "Write a comment" in client.get(path).links()
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1), tick=False):
        assert "Write a comment" not in client.get(path).links()


def test_nothing_is_shown_of_a_consultation_in_preparation(
    client: PageClient, session: Session
) -> None:
    hidden = make_consultation(make_body(), announced=False)
    client.get(f"/consultations/{hidden.slug}/comments", status=404)
    client.get("/comments/99", status=404)
    client.get(f"/consultations/{hidden.slug}/comments?clause=nowhere", status=404)


def test_answers_stand_beside_the_comment_once_they_are_published(
    client: PageClient, consultation: Consultation
) -> None:
    root = send(consultation, "Mehr Bäume. Mehr Wege.", spans=[(0, 11), (12, 22)])
    reply = send(consultation, "Ich auch.", parent=root.comment)
    now = clock.now()
    with act() as session:
        session.get_one(Consultation, consultation.id).decisions = 1
        opened = release.begin(session, kind="publish", reference="c", decisions=1, now=now)
        for point, code in zip(root.points, ("accepted", "not_accepted"), strict=True):
            answer = Answer(
                consultation_id=consultation.id,
                body_id=1,
                disposition=code,
                reason={"en": "So."},
                decided_at=now,
            )
            session.add(answer)
            session.flush()
            session.add(
                Fate(
                    point_id=point.id,
                    comment_id=root.comment.id,
                    answer_id=answer.id,
                    release_id=opened.id,
                )
            )
        release_id = opened.id
    path = f"/consultations/{consultation.slug}/comments"
    assert "Not accepted" not in client.get(path).text
    with act() as session:
        release.finish(release.locked(session, release_id), now)
        session.get_one(Consultation, consultation.id).version += 1
    page = client.get(path)
    shown = [words(span) for span in page.all("span") if "disposition" in (span.get("class") or "")]
    # The reply has no fate of its own and shows that of its root.
    assert shown == ["Accepted", "Not accepted"] * 2
    assert reply.comment.root_id == root.comment.id
