"""The search page: three kinds of things, found by their words in four languages."""

import pytest
from flask import Flask
from sqlalchemy import event

from consult.kernel import clock
from consult.kernel.actor import SYSTEM
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.moderation.withdrawal import withdraw
from consult.pages.search.snippets import snippet, stems
from consult.submissions.intake import prepare, receive
from consult.submissions.models import Comment
from tests.client import PageClient
from tests.people import make_body, make_consultation


def say(consultation: object, text: str, language: str) -> Comment:
    now = clock.now()
    made = prepare(text, language=language)
    with act() as session:
        got = receive(
            session, consultation, made, received_at=now, actor=SYSTEM, now=now,  # type: ignore[arg-type]
            language=language,
        )  # fmt: skip
    return session.get_one(Comment, got.comment_id)


@pytest.fixture(autouse=True)
def _english(client: PageClient) -> None:
    client.get("/search?lang=en")


def test_each_kind_is_found_and_marked(client: PageClient) -> None:
    body = make_body()
    consultation = make_consultation(body, title={"en": "Evening buses", "de": "Busse am Abend"})
    make_consultation(body, title={"en": "Secret buses", "fr": "Bus"}, announced=False)
    comment = say(consultation, "Abends fahren zu wenige Busse <b>nach</b> Wiltz.", "de")
    gone = say(consultation, "Keine Busse!", "de")
    with act() as session:
        withdraw(session, gone.id, actor=SYSTEM, now=clock.now())
    page = client.get("/search?q=BUSSE")
    assert [h for h in page.text.split() if h == "Secret"] == []
    assert page.links()["Evening buses"] == f"/consultations/{consultation.slug}"
    assert page.links()[f"No. {comment.seq}"] == f"/comments/{comment.id}"
    assert f"No. {gone.seq}" not in page.links()
    assert "Busse" in [mark.text for mark in page.all("mark")]
    assert "<b>" not in page.markup.split("Wiltz")[0].rsplit("Abends", 1)[1]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "All words must occur"),
        ("…", "There is no word to look for"),
        ("zyzzyva", "Nothing found for “zyzzyva”"),
        ('"><script>', "Nothing found for"),
    ],
)
def test_designed_states(client: PageClient, query: str, sentence: str) -> None:
    page = client.get(f"/search?q={query}")
    assert sentence in page.text
    assert page.all("input")[0].get("value") == query


def test_one_more_hit_is_no_more_statements(client: PageClient, app: Flask) -> None:
    consultation = make_consultation(make_body())
    counts = []
    for _ in range(2):
        for number in range(5):
            say(consultation, f"Pont numéro {number}", "fr")
        seen: list[str] = []

        def note(*facts: object, seen: list[str] = seen) -> None:
            seen.append(str(facts[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        client.get("/search?q=pont")
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_snippet_begins_before_the_first_hit_and_ends_between_words() -> None:
    text = "mot " * 100 + "deux pistes cyclables " + "fin " * 100
    pieces = snippet(text, "fr", stems("piste"))
    shown = "".join(piece.text for piece in pieces)
    assert [piece.text for piece in pieces if piece.hit] == ["pistes"]
    assert shown.startswith("… mot")
    assert shown.endswith("fin …")
    assert len(shown) < 280
    assert "".join(p.text for p in snippet("court", "fr", stems("piste"))) == "court"
