"""Long submissions: read, kept as they came, and divided by headings and paragraphs."""

import io
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations.models import Consultation
from consult.files.models import File
from consult.files.sniffing import examined
from consult.kernel import clock
from consult.kernel.markup import render_comment
from consult.submissions import outline
from consult.submissions.documents import pdf as reading_pdf
from consult.submissions.documents.pdf import UnreadablePdfError
from consult.submissions.documents.reading import (
    MAX_CHARACTERS,
    UnreadableDocumentError,
    as_comment,
    from_pasted,
    words_of,
)
from consult.submissions.models import Comment, CommentRevision, Point, Submission
from consult.submissions.outline import Place
from consult.themes.parting import proposals
from consult.themes.splitting import MOST_PARTS
from tests.client import Page, PageClient
from tests.drafts.word import docx, paragraph
from tests.people import make_body, make_consultation, official
from tests.submissions.pdfs import pdf

BRING = "/desk/consultations/law/imports/document"
SENTENCE = "In the evening no bus goes to the villages, and people who work late cannot get home. "
LONG = "\n\n".join(
    [
        "To the Minister",
        SENTENCE * 6,
        "Buses in the evening",
        SENTENCE * 8,
        "The price must stay at nothing, because everybody uses what costs nothing. " * 8,
        "Bicycles",
        "A lane that ends at a crossing helps nobody who rides to school. " * 9,
    ]
)


def found(source: str) -> tuple[str, list[outline.Paragraph]]:
    made = render_comment(source)
    return made.text, outline.paragraphs(made.html, made.text)


def test_places_are_known_by_headings_and_paragraphs() -> None:
    text, paragraphs = found("Hello\n\n**One**\n\nFirst **strong** words\n\n- an item\n\n**Two** x")
    assert [(text[p.start : p.end], p.number, p.heading) for p in paragraphs] == [
        ("Hello", 1, False),
        ("One", 1, True),
        ("First strong words", 2, False),
        ("an item", 3, False),
        ("Two x", 4, False),
    ]
    assert outline.place(paragraphs, text, (0, 5)) == Place("", 1, 1)
    start = text.index("First")
    assert outline.place(paragraphs, text, (start, len(text))) == Place("One", 2, 4)
    assert outline.place([], "", (0, 0)) == Place("", 0, 0)


@given(st.text(alphabet="ab \n*_-#|<&1.", max_size=120))
def test_every_paragraph_lies_in_its_text(source: str) -> None:
    text, paragraphs = found(source)
    assert "".join("".join(text[p.start : p.end] for p in paragraphs).split()) == "".join(
        text.split()
    )


@given(st.text(alphabet="ab \n*_-#|<&1.", max_size=200))
def test_pasted_words_stay_word_for_word(words: str) -> None:
    text, _ = found(from_pasted(words))
    assert "".join(text.split()) == "".join(words.split())


def test_headings_and_tables_of_a_text_become_paragraphs() -> None:
    source = "# Avis {#x}\n\nBonjour.\n\n| a | b |\n| --- | --- |\n| 1 | 2 \\| 3 |\n\n## **Deux**\n\nFin."
    text, paragraphs = found(as_comment(source))
    assert [text[p.start : p.end] for p in paragraphs if p.heading] == ["Avis", "Deux"]
    assert text == "Avis\nBonjour.\na · b\n1 · 2 | 3\nDeux\nFin."


def test_a_word_file_is_read_with_its_headings() -> None:
    raw = docx(paragraph("Buses", style="Titre1"), paragraph("More *buses*."), paragraph("Now."))
    text, paragraphs = found(words_of(examined(raw, "a.docx", "document")))
    assert "More *buses*." in text
    assert any(p.heading and "Buses" in text[p.start : p.end] for p in paragraphs)


def test_a_pdf_is_read_by_its_paragraphs() -> None:
    head = "Chamber of Trades   page %d"
    pages = [
        [head % 1, "Buses in the evening", "No bus goes to the villages in the evening, and the peo-",
         "ple who work late there cannot get home, which is not right.", "1. More buses.", "1"],
        [head % 2, "The second page says the same of the bicycle, which needs a", "lane.", "2"],
        [head % 3, "The end of it.", "3"],
    ]  # fmt: skip
    assert reading_pdf.words_of(pdf(*pages)).split("\n\n") == [
        "Buses in the evening",
        (
            "No bus goes to the villages in the evening, and the people who work late there cannot"
            " get home, which is not right."
        ),
        "1. More buses.",
        "The second page says the same of the bicycle, which needs a lane.",
        "The end of it.",
    ]


@pytest.mark.parametrize("raw", [b"%PDF-1.7 garbage", pdf([]), pdf(["."])])
def test_a_pdf_without_words_says_so(raw: bytes) -> None:
    with pytest.raises(UnreadablePdfError):
        reading_pdf.words_of(raw)
    with pytest.raises(UnreadableDocumentError, match="Paste its words"):
        words_of(examined(raw, "a.pdf", "document"))


def test_proposals_follow_headings_and_are_never_too_many() -> None:
    text, paragraphs = found(from_pasted(LONG))
    spans = proposals.proposed(text, paragraphs, MOST_PARTS)
    begins = {text[start:].split("\n")[0] for start, _ in spans}
    assert {"To the Minister", "Buses in the evening", "Bicycles"} <= begins
    assert proposals.proposed(text, paragraphs, 2)[-1][1] == len(text)
    assert len(proposals.proposed(text, paragraphs, 2)) == 2


@given(st.data())
def test_units_hold_every_word_and_come_back_as_they_were_grouped(data: st.DataObject) -> None:
    words = data.draw(st.text(alphabet="ab .\n", max_size=80))
    text, paragraphs = found(from_pasted(words))
    cut = data.draw(st.integers(0, len(text)))
    units = proposals.units(text, paragraphs, [(0, cut)] if cut else [])
    assert "".join("".join(text[a:b] for a, b in units).split()) == "".join(text.split())
    starts = set(data.draw(st.lists(st.sampled_from([a for a, _ in units] or [0]))))
    groups = proposals.grouped(units, starts, set())
    again = proposals.as_they_are(units, [group.span for group in groups])
    assert again == groups


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


@pytest.fixture
def consultation(body: Body, client: PageClient) -> Consultation:
    made = make_consultation(body, slug="law")
    client.get("/search?lang=en")
    official(client.client, body, "editor")
    return made


def brought(client: PageClient, status: int = 200, **more: Any) -> Page:
    data = {
        **client.get(BRING).form("/document"),
        "channel": "paper",
        "received_on": clock.now().date().isoformat(),
        "name": "Chamber of Trades",
        "language": "en",
        **more,
    }
    return client.post(BRING, data, status, content_type="multipart/form-data")


def test_a_document_is_kept_and_divided_into_points(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    page = brought(client, pasted=LONG)
    here = page.response.request.path
    assert "A machine proposes" in page.text
    assert "Bicycles · paragraph" in page.text
    form = page.form("/outline")
    text = session.scalars(select(CommentRevision.text)).one()
    begins = {name: text.index(name) for name in ("To the Minister", "Buses in", "Bicycles")}
    chosen = {**form, "start": list(begins.values()), "left": [0]}
    again = client.post(here, {**chosen, "do": "look"})
    assert "Left out" in again.text
    assert len(session.scalars(select(Point).where(Point.retired_at.is_(None))).all()) == 1
    session.rollback()
    client.post(here, {**chosen, "do": "save"})
    session.expire_all()
    points = session.scalars(
        select(Point).where(Point.retired_at.is_(None)).order_by(Point.start)
    ).all()
    assert [text[p.start : p.end].split("\n")[0] for p in points] == [
        "Buses in the evening",
        "Bicycles",
    ]
    assert {p.made_by.partition(":")[0] for p in points} == {"user"}
    # The words that were left out stand there as such; a stale page changes nothing.
    assert "Left out" in client.get(here).text
    client.post(here, {**chosen, "left": [], "do": "save"}, 409)
    file = session.scalars(select(File)).one()
    assert (file.tag, file.name) == ("document", "text.txt")
    assert session.scalars(select(Submission.respondent)).one() == "association"


def test_a_document_sent_twice_is_one(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    raw = docx(paragraph("Buses", style="Titre1"), paragraph(SENTENCE * 400))
    number = client.get(BRING).form("/document")["number"]
    for _ in range(2):
        page = brought(client, number=number, document=(io.BytesIO(raw), "Avis.docx"))
        assert "/outline" in page.response.request.path
    comment = session.scalars(select(Comment)).one()
    # Longer than a comment on the web may be; among others it is shown by its beginning.
    listed = client.get("/consultations/law/comments")
    assert "Read all of it" in listed.text
    assert len(listed.markup) < 20_000 < len(client.get(f"/comments/{comment.id}").markup)


def test_a_document_sent_twice_at_once_leads_twice_to_its_receipt(
    client: PageClient,
    consultation: Consultation,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second look for what came with the form finds nothing yet: the first is being written."""
    number = client.get(BRING).form("/document")["number"]
    first = brought(client, number=number, pasted=LONG)
    monkeypatch.setattr("consult.submissions.documents.desk.taken_with", lambda *_, **__: None)
    again = brought(client, number=number, pasted=LONG)
    assert again.response.request.path == first.response.request.path
    assert len(session.scalars(select(Comment)).all()) == 1


def test_the_next_document_in_the_form_of_the_last_one_is_not_lost(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    """A clerk goes back after the first and chooses the next: it is said, and sent once more."""
    number = client.get(BRING).form("/document")["number"]
    brought(client, number=number, pasted=LONG)
    other = f"{LONG}\n\nAnd the trams."
    page = brought(client, 409, number=number, pasted=other)
    assert "was taken in with this form" in page.text
    again = page.form("/document")
    assert again["number"] != number
    client.post(BRING, again, content_type="multipart/form-data")
    assert len(session.scalars(select(Comment)).all()) == 2


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose a file, or paste the words."),
        ({"document": (b"%PDF-1.7", "a.pdf")}, "Paste its words"),
        ({"document": (b"MZ\x90\0", "a.docx")}, "is not a file of a kind that is taken here"),
        ({"pasted": "x" * (MAX_CHARACTERS + 1)}, "There is room for 400"),
    ],
)
def test_what_cannot_be_read_is_refused(
    client: PageClient,
    consultation: Consultation,
    session: Session,
    sent: dict[str, Any],
    sentence: str,
) -> None:
    if "document" in sent:
        raw, name = sent["document"]
        sent = {"document": (io.BytesIO(raw), name)}
    assert sentence in brought(client, 422, **sent).text
    assert session.scalars(select(Comment)).all() == []


def test_a_moderator_who_marks_no_points_sees_the_receipt(
    client: PageClient, body: Body, consultation: Consultation
) -> None:
    official(client.client, body, "moderator")
    page = brought(client, pasted=LONG)
    assert "has not been printed yet" in page.text
    assert "into points" not in page.text
