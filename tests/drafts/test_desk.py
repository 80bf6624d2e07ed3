"""The officials' pages of the text, as a browser without JavaScript uses them."""

import io

import pytest
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations.models import Consultation
from consult.consultations.queries import lead_body
from consult.drafts import queries
from consult.drafts.models import Version
from consult.kernel.db import db
from tests.client import PageClient
from tests.drafts import texts
from tests.drafts.test_akn import LUXEMBOURG
from tests.drafts.texts import TEXT, amend, begin, clause, make_text
from tests.people import make_body, make_consultation, official


@pytest.fixture
def consultation(client: PageClient) -> Consultation:
    """An announced consultation without a text, and its editor signed in."""
    body = make_body()
    official(client.client, body, "editor")
    return make_consultation(body)


def desk(consultation: Consultation, path: str = "") -> str:
    return f"/desk/consultations/{consultation.slug}/draft{path}?lang=en"


def with_text(client: PageClient, *, next_version: bool = True) -> Consultation:
    made = make_text()
    body = body_of(made)
    official(client.client, body, "editor")
    if next_version:
        begin(made)
    return made


def body_of(consultation: Consultation) -> Body:
    return lead_body(db.session(), consultation.id)


def test_from_a_file_to_the_published_text(client: PageClient, consultation: Consultation) -> None:
    empty = client.get(desk(consultation))
    assert "no text yet" in empty.text
    file = (io.BytesIO(TEXT.encode("cp1252")), "loi.md")
    preview = client.submit(desk(consultation, "/import"), {"file": file, "language": "fr"})
    assert preview.h1 == "What was read"
    assert "it was read as Windows-1252" in preview.text
    assert "6 chapters and clauses" in preview.text
    assert queries.next_version(db.session(), consultation.id) is None
    saved = client.post(desk(consultation, "/import"), {**preview.form("/import"), "step": "save"})
    assert saved.h1 == "Draft"
    assert "Nothing is public yet." in saved.text
    published = client.post(desk(consultation, "/publish"), saved.form("/publish"))
    assert "The text is published." in published.text
    text = client.get(f"/consultations/{consultation.slug}/draft?lang=en")
    assert text.h1 == "Loi sur les trottoirs"


def test_from_a_file_of_the_official_journal(
    client: PageClient, consultation: Consultation
) -> None:
    file = (io.BytesIO(LUXEMBOURG), "loi.xml")
    preview = client.submit(desk(consultation, "/import"), {"file": file, "language": "fr"})
    assert preview.h1 == "What was read"
    assert "5 chapters and clauses" in preview.text
    saved = client.post(desk(consultation, "/import"), {**preview.form("/import"), "step": "save"})
    assert "Nothing is public yet." in saved.text
    version = queries.next_version(db.session(), consultation.id)
    assert version is not None
    assert version.title == {"fr": "Loi du 3 mai 2026 sur les jardins partagés."}
    row = queries.clauses(db.session(), version.id, "fr")[2]
    assert (row.number, row.text.split("\n")[1]) == ("Art. 2", "a) la loi du 5 juin 1990;")


def test_a_file_that_is_no_law_is_refused_with_its_line(
    client: PageClient, consultation: Consultation
) -> None:
    file = (io.BytesIO(LUXEMBOURG[:-300]), "loi.xml")
    page = client.submit(
        desk(consultation, "/import"), {"file": file, "language": "fr"}, status=422
    )
    assert "The file is not well-formed XML" in page.text
    assert queries.draft_of(db.session(), consultation.id) is None


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "The text is empty."),
        ("Only a letter.", "No clause was found."),
        ("### Art. 1\na\n### Art. 1\nb", "Line 3: Art. 1 stands twice; the first is in line 1."),
        ("### Art. 1\n" + "x" * 70_000, "Line 2: This line is too long."),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(
    client: PageClient, consultation: Consultation, source: str, sentence: str
) -> None:
    page = client.submit(
        desk(consultation, "/import"), {"source": source, "language": "fr"}, status=422
    )
    assert sentence in page.text
    assert page.form("/import")["source"] == source
    assert queries.draft_of(db.session(), consultation.id) is None


def test_a_text_that_somebody_else_changed_is_not_replaced(client: PageClient) -> None:
    consultation = with_text(client)
    version = queries.next_version(db.session(), consultation.id)
    assert version is not None
    revised = TEXT.replace("49 euros", "59 euros").replace(
        "### Art. 4. – Entrée", "### Art. 5. – Entrée"
    )
    preview = client.submit(desk(consultation, "/import"), {"source": revised, "language": "fr"})
    assert "Art. 5" in preview.text
    amend(version, "art_1", "Autre.")
    stale = client.post(
        desk(consultation, "/import"), {**preview.form("/import"), "step": "save"}, 409
    )
    assert "Somebody else has changed the text" in stale.text
    assert clause(version, "art_1").text == "Autre."
    client.post(desk(consultation, "/import"), {**stale.form("/import"), "step": "save"})
    assert "59 euros" in clause(version, "art_3").text
    assert clause(version, "art_4").number == "Art. 5"


def test_editing_with_a_preview(client: PageClient) -> None:
    consultation = with_text(client, next_version=False)
    begun = client.submit(desk(consultation), {}, action="/next")
    assert "You are writing version 2." in begun.text
    path = desk(consultation, "/clauses/art_2")
    page = client.get(path)
    typed = {
        **page.form("/art_2"),
        "source": "(1) Les communes peuvent instaurer une zone à 20 km/h.",
    }
    preview = client.post(path, {**typed, "step": "preview"})
    assert "[deleted: 30] [inserted: 20]" in preview.text
    assert "30 km/h" in clause(next_of(consultation), "art_2").text
    saved = client.post(path, {**typed, "step": "save"})
    assert "Art. 2 is saved." in saved.text
    assert "1 clause differs" in saved.text
    back = client.submit(path, {}, action="/restore")
    assert "stands again as it was published" in back.text


def next_of(consultation: Consultation) -> Version:
    version = queries.next_version(db.session(), consultation.id)
    assert version is not None
    return version


def test_two_officials_lose_nothing(client: PageClient) -> None:
    consultation = with_text(client)
    path = desk(consultation, "/clauses/art_3")
    mine = {
        **client.get(path).form("/art_3"),
        "source": "Une amende de 69 euros est due.",
        "step": "save",
    }
    amend(next_of(consultation), "art_3", "Une amende de 59 euros est due par infraction.")
    both = client.post(path, mine, 409)
    assert "Somebody else has saved this clause" in both.text
    assert "Une amende de 59 euros est due par infraction." in both.text
    assert both.form("/art_3")["source"] == "Une amende de 69 euros est due."
    assert "59 euros" in clause(next_of(consultation), "art_3").text
    client.post(path, {**both.form("/art_3"), "step": "save"})
    assert clause(next_of(consultation), "art_3").text == "Une amende de 69 euros est due."


def test_insert_move_delete_and_restore(client: PageClient) -> None:
    consultation = with_text(client)
    page = client.submit(
        desk(consultation, "/insert"),
        {"number": "Art. 2bis", "heading": "Bancs", "source": "Des bancs.", "after": "art_2"},
    )
    assert "Art. 2bis is inserted." in page.text
    client.submit(desk(consultation, "/clauses/art_4/move"), {"after": ""})
    rows = queries.clauses(db.session(), next_of(consultation).id, "fr")
    assert [row.key for row in rows][:2] == ["art_4", "chp_1"]
    gone = client.submit(desk(consultation, "/clauses/art_1/delete"), {})
    assert "Art. 1er is deleted from the next version." in gone.text
    back = client.submit(desk(consultation, "/clauses/art_1"), {}, action="/restore")
    assert "Art. 1er stands again as it was published." in back.text
    assert (
        "Say what is inserted."
        in client.submit(
            desk(consultation, "/insert"), {"kind": "", "heading": "x"}, status=422
        ).text
    )
    assert (
        "A clause needs a number"
        in client.submit(desk(consultation, "/insert"), {}, status=422).text
    )


def test_grounds_and_corrections(client: PageClient, session: Session) -> None:
    consultation = with_text(client)
    amend(next_of(consultation), "art_1", "Autre chose.")
    edit = queries.edits_of_version(session, next_of(consultation).id)[0].edit
    path = desk(consultation, f"/edits/{edit.id}/ground")
    assert "Please say why" in client.submit(path, {}, status=422).text
    page = client.submit(path, {"words_de": "Gutachten des Staatsrats"})
    assert "Ground: Gutachten des Staatsrats" in page.text
    path = desk(consultation, "/versions/1/clauses/art_3/erratum")
    assert "Please say what was wrong" in client.submit(path, {}, status=422).text
    client.submit(path, {"words_fr": "Lire « 59 euros »."})
    text = client.get(f"/consultations/{consultation.slug}/draft?lang=fr")
    assert "Lire « 59 euros »." in text.text
    client.get(desk(consultation, "/versions/2/clauses/art_3/erratum"), 404)
    client.get(desk(consultation, "/edits/999/ground"), 404)


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("auditor", "", 200),
        ("moderator", "/import", 403),
        ("analyst", "/clauses/art_1", 403),
        ("publisher", "/clauses/art_1", 200),
        ("editor", "/insert", 200),
    ],
)
def test_who_may_write(client: PageClient, role: str, path: str, status: int) -> None:
    consultation = make_text()
    begin(consultation)
    official(client.client, body_of(consultation), role)
    client.get(desk(consultation, path), status)


def test_an_official_of_another_body_stays_outside(client: PageClient) -> None:
    consultation = make_text()
    begin(consultation)
    official(client.client, make_body("Elsewhere"), "editor")
    client.get(desk(consultation, "/clauses/art_1"), 404)


def test_every_desk_page_is_valid_with_hostile_words(client: PageClient) -> None:
    consultation = make_text(
        '### Art. 1. – "><script>alert(1)</script>\n</textarea><img src=x> {{ 7*7 }} \u202egnp'
    )
    official(client.client, body_of(consultation), "editor")
    begin(consultation)
    for path in (
        "",
        "/import",
        "/insert",
        "/clauses/art_1",
        "/clauses/art_1/move",
        "/clauses/art_1/delete",
        "/versions/1/clauses/art_1/erratum",
    ):
        page = client.get(desk(consultation, path))
        assert not [s for s in page.all("script") if "alert" in (s.text or "")]
        assert "49" not in page.text


def test_a_published_version_can_no_longer_be_edited(client: PageClient) -> None:
    consultation = with_text(client)
    form = client.get(desk(consultation, "/clauses/art_1")).form("/art_1")
    texts.release(next_of(consultation))
    late = client.post(desk(consultation, "/clauses/art_1"), {**form, "step": "save"}, 409)
    assert "has not been begun yet" in late.text
