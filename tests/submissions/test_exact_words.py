"""Speaking about a sentence or exact words on the form, as a browser without JavaScript does."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts import queries as drafts
from consult.drafts.models import Anchor, Clause
from consult.kernel.db import db
from consult.submissions import target
from consult.submissions.anchoring import select_span
from consult.submissions.models import Comment
from tests.client import Page, PageClient
from tests.drafts.texts import GERMAN, clause, make_text, translated
from tests.submissions.test_speaking import WORDS_SENT, address, aged
from tests.submissions.texts import fresh, send

TEXT = """# Gesetz

### Art. 1. – Wege

Die Gemeinde baut, z. B. **an Schulen**, Wege 🚲 für Räder. Sie baut [keine Wege](/x) für Autos.

- Abs. 1 gilt.
- Sie baut Wege.

### Art. 2. – Schluss

Sie baut Wege. Das ist das Ende.
"""


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make_text(TEXT, language="de")


@pytest.fixture(autouse=True)
def english(client: PageClient) -> None:
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


def radios(page: Page) -> dict[str, str]:
    """Label → value of the choices of a part."""
    labels = {e.get("for"): "".join(e.itertext()) for e in page.all("label")}
    return {
        labels[e.get("id")]: e.get("value") or ""
        for e in page.all("input")
        if e.get("name") == "part"
    }


def sent(
    client: PageClient, consultation: Consultation, page: Page, status: int = 200, **data: Any
) -> Page:
    typed = {
        **page.form("/new"),
        "stamp": aged(consultation),
        "source": WORDS_SENT,
        "step": "send",
        "language": "en",
    }
    return client.post(address(consultation), {**typed, **data}, status)


def anchors(session: Session) -> list[tuple[str, str, int]]:
    rows = fresh(session).execute(
        select(Clause.key, Anchor.exact, Anchor.start)
        .join(Clause, Clause.id == Anchor.clause_id)
        .join(Comment, Comment.anchor_id == Anchor.id)
        .order_by(Comment.seq)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def test_a_sentence_is_chosen_like_any_answer(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    page = client.get(address(consultation, "?clause=art_1"))
    choices = radios(page)
    assert list(choices) == [
        "The whole clause",
        "Die Gemeinde baut, z. B. an Schulen, Wege 🚲 für Räder.",
        "Sie baut keine Wege für Autos.",
        "Abs. 1 gilt.",
        "Sie baut Wege.",
        "Other words: copy or type them below",
    ]
    made = sent(client, consultation, page, part=choices["Sie baut keine Wege für Autos."])
    assert made.h1 == "Your comment has been received"
    assert made.links()["Back to Art. 1 in the text"].endswith("/draft#art_1")
    assert anchors(session) == [("art_1", "Sie baut keine Wege für Autos.", 55)]


def test_the_choice_is_kept_through_check_and_change(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    page = client.get(address(consultation, "?clause=art_1"))
    part = radios(page)["Abs. 1 gilt."]
    checked = sent(client, consultation, page, part=part, step="check")
    assert "Abs. 1 gilt." in checked.text
    back = client.post(address(consultation), {**checked.form("/new"), "step": "edit"})
    assert back.form("/new")["part"] == part
    client.post(address(consultation), {**checked.form("/new"), "step": "send"})
    assert [row[1] for row in anchors(session)] == ["Abs. 1 gilt."]


def test_a_sentence_of_another_clause_is_never_taken(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    part = radios(client.get(address(consultation, "?clause=art_1")))["Abs. 1 gilt."]
    page = client.get(address(consultation, "?clause=art_2"))
    typed = {**page.form("/new"), "stamp": aged(consultation), "source": WORDS_SENT, "part": part}
    other = client.post(address(consultation), {**typed, "step": "send"}, 422)
    assert "This sentence is not part of the clause. Please choose again." in other.text
    assert WORDS_SENT in other.text
    # Who only looks at another clause has done nothing wrong.
    looked = client.post(address(consultation), {**typed, "step": "edit"})
    assert "There is a problem" not in looked.text
    for nonsense in ("0-5", "-", "99-1", "1-1-1", "words-"):
        client.post(address(consultation), {**typed, "part": nonsense, "step": "send"}, 422)
    assert anchors(session) == []


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("Sie baut", 55),
        ("Sie baut", 99),
        ("an Schulen, Wege 🚲 für", 25),
        ("Autos.\nAbs. 1", 79),
    ],
)
def test_words_that_were_selected_are_the_ones_that_are_stored(
    client: PageClient, session: Session, consultation: Consultation, words: str, at: int
) -> None:
    asked = {"clause": "art_1", "words": words, "at": at}
    page = client.get(address(consultation), query_string=asked)
    assert page.form("/new")["part"] == "words"
    sent(client, consultation, page)
    assert anchors(session) == [("art_1", words, at)]


def test_words_that_are_typed_need_no_further_choice(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    page = client.get(address(consultation, "?clause=art_1"))
    twice = sent(client, consultation, page, 422, part="words", words="Sie baut")
    assert "These words stand in the clause more than once." in twice.text
    sent(client, consultation, page, words="an schulen")
    assert anchors(session) == [("art_1", "an Schulen", 25)]


def on(consultation: Consultation, key: str, exact: str, text: str) -> None:
    version = drafts.current_version(db.session(), consultation.id)
    clause = drafts.clause_by_key(db.session(), consultation.id, key)
    assert version is not None
    row = drafts.clause_text(db.session(), version.id, clause.id, "de")
    assert row is not None
    at = row.text.index(exact)
    anchor = select_span(row.text, "de", at, at + len(exact))
    send(consultation, text, clause=clause, version_id=version.id, anchor=anchor)


def test_a_place_chosen_for_some_words_is_none_of_other_words_or_clauses(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    page = client.get(address(consultation, "?clause=art_1&words=Wege"))
    asked = sent(client, consultation, page, 422, words="Wege", step="check")
    chosen = sent(client, consultation, asked, words="Wege", place="3", step="edit")
    for other in ({"words": "Sie baut"}, {"words": "Sie", "part": "words"}):
        again = sent(client, consultation, chosen, 422, **other)
        assert "more than once" in again.text
    moved = sent(client, consultation, chosen, clause="art_2", step="check")
    assert not moved.form("/new").get("place")
    assert anchors(session) == []
    sent(client, consultation, chosen)
    version = drafts.current_version(db.session(), consultation.id)
    assert version is not None
    text = clause(version, "art_1", "de").text
    assert anchors(session) == [("art_1", "Wege", text.rindex("Wege"))]


def test_words_that_stand_too_often_are_not_a_list_of_places(client: PageClient) -> None:
    consultation = make_text("# Gesetz\n\n## Art. 1.\n\n" + "Der Weg ist frei. " * 40)
    page = client.get(address(consultation, "?clause=art_1"))
    often = sent(client, consultation, page, 422, words="Weg", step="check")
    assert "stand in the clause 40 times" in often.text
    assert "Which place do you mean?" not in often.text
    assert often.form("/new")["words"] == "Weg"


def test_who_chooses_the_same_words_is_told_of_the_conversation_before_writing(
    client: PageClient, consultation: Consultation
) -> None:
    on(consultation, "art_1", "keine Wege", "Doch, bitte auch Wege für Autos.")
    on(consultation, "art_2", "Sie baut Wege.", "Anderswo.")
    page = client.get(address(consultation, "?clause=art_1"))
    assert page.text.count("1 comment on these words") == 1
    assert "already on these words" not in page.text
    part = radios(page)["Sie baut keine Wege für Autos."]
    told = client.get(address(consultation, f"?clause=art_1&part={part}"))
    assert "1 comment is already on these words" in told.text
    assert "Doch, bitte auch Wege für Autos." in told.text
    assert "Anderswo." not in told.text
    links = told.links()
    assert any(href.endswith("/stance") for href in links.values())
    assert any(href.endswith("/reply") for href in links.values())
    # Without JavaScript the choice is a step of the form, and what was typed stays.
    typed = {**page.form("/new"), "stamp": aged(consultation), "source": WORDS_SENT, "part": part}
    step = client.post(address(consultation), {**typed, "step": "edit"})
    assert "1 comment is already on these words" in step.text
    assert WORDS_SENT in step.text
    checked = client.post(address(consultation), {**typed, "step": "check"})
    assert "1 comment is already on these words" in checked.text
    talk = client.get(checked.links()["read what others say on them"])
    assert "Doch, bitte auch Wege für Autos." in talk.text


def test_words_of_a_translation_that_came_later_are_found(app: Flask) -> None:
    made = make_text()
    version = drafts.current_version(db.session(), made.id)
    assert version is not None
    db.session.rollback()
    translated(made, version, GERMAN[: GERMAN.index("## Kapitel II")])
    assert seen_in_german(made) == ("fr", "Art. 4 – Entrée en vigueur")
    translated(made, version)
    assert seen_in_german(made) == ("de", "Art. 4 – Inkrafttreten")


def seen_in_german(consultation: Consultation) -> tuple[str, str]:
    """The language of a clause on the form, and the last entry of its list of clauses."""
    db.session.rollback()
    shown = target.edition(db.session(), consultation.id, "de")
    assert shown is not None
    found = target.clause(shown, "art_3").clause
    assert found is not None
    return found.language, target.outline(shown)[-1].label
