"""The officials' pages of the text, as a browser without JavaScript uses them."""

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
from tests.drafts.texts import amend, begin, clause, make_text
from tests.people import make_body, make_consultation, official


@pytest.fixture
def consultation(client: PageClient) -> Consultation:
    """An announced consultation without a text, and its editor signed in."""
    body = make_body()
    official(client.client, body, "editor")
    return make_consultation(body)


def desk(consultation: Consultation, path: str = "") -> str:
    return f"/desk/consultations/{consultation.slug}/draft{path}?lang=en"


def with_text(
    client: PageClient, *, next_version: bool = True, publish: bool = True
) -> Consultation:
    made = make_text(publish=publish)
    body = body_of(made)
    official(client.client, body, "editor")
    if next_version and publish:
        begin(made)
    return made


def body_of(consultation: Consultation) -> Body:
    return lead_body(db.session(), consultation.id)


def test_the_first_version_is_published(client: PageClient, consultation: Consultation) -> None:
    assert "no text yet" in client.get(desk(consultation)).text
    made = with_text(client, publish=False)
    page = client.get(desk(made))
    assert "not public yet" in page.text
    published = client.post(desk(made, "/publish"), page.form("/publish"))
    assert "The text is published." in published.text
    text = client.get(f"/consultations/{made.slug}/draft?lang=en")
    assert text.h1 == "Loi sur les trottoirs"


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
    assert "inserted: 59" in both.text
    assert "inserted: 69" in both.text
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


def test_what_is_sent_twice_is_done_once(client: PageClient) -> None:
    consultation = with_text(client)
    page = client.get(desk(consultation, "/insert"))
    new = {**page.form("/insert"), "number": "Art. 2bis", "source": "Des bancs.", "after": "art_2"}
    for _ in range(2):
        assert "is inserted" in client.post(desk(consultation, "/insert"), new).text
    rows = queries.clauses(db.session(), next_of(consultation).id, "fr")
    assert [row.number for row in rows].count("Art. 2bis") == 1
    path = desk(consultation, "/clauses/art_3")
    mine = {**client.get(path).form("/art_3"), "source": "Rien.", "step": "save"}
    for _ in range(2):
        assert "is saved" in client.post(path, mine).text


def test_grounds_and_corrections(client: PageClient, session: Session) -> None:
    consultation = with_text(client)
    amend(next_of(consultation), "art_1", "Autre chose.")
    edit = queries.edits_of_version(session, next_of(consultation).id)[0].edit
    path = desk(consultation, f"/edits/{edit.id}/ground")
    assert "Say which ground it is." in client.submit(path, {}, status=422).text
    nothing = client.submit(path, {"kind": "council_of_state"}, status=422)
    assert "Please say why" in nothing.text
    page = client.submit(path, {"kind": "council_of_state", "words_de": "Vom 12. Mai"})
    assert "Opinion of the Council of State: Vom 12. Mai" in page.text
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
        ("moderator", "/insert", 403),
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
        '### Art. 1. – "><script>alert(1)</script>\n</textarea><img src=x> {{ 7919 + 104729 }} \u202egnp'
    )
    official(client.client, body_of(consultation), "editor")
    begin(consultation)
    for path in (
        "",
        "/insert",
        "/clauses/art_1",
        "/clauses/art_1/move",
        "/clauses/art_1/delete",
        "/versions/1/clauses/art_1/erratum",
    ):
        page = client.get(desk(consultation, path))
        assert not [s for s in page.all("script") if "alert" in (s.text or "")]
        assert "112648" not in page.text


def test_a_published_version_can_no_longer_be_edited(client: PageClient) -> None:
    consultation = with_text(client)
    path = desk(consultation, "/clauses/art_1")
    form = {**client.get(path).form("/art_1"), "source": "Mes mots."}
    texts.release(next_of(consultation))
    late = client.post(path, {**form, "step": "save"}, 409)
    assert "has not been begun yet" in late.text
    kept = late.form()
    assert kept["source"] == "Mes mots."
    inserted = client.post(desk(consultation, "/insert"), form, 409)
    assert inserted.form()["source"] == "Mes mots."
    begin(consultation)
    editor = client.post(path, {**kept, "step": "preview"})
    assert editor.form("/art_1")["source"] == "Mes mots."
    client.get(path)


def test_who_was_writing_when_the_clause_was_deleted_keeps_what_they_wrote(
    client: PageClient,
) -> None:
    consultation = with_text(client)
    path = desk(consultation, "/clauses/art_3")
    mine = {**client.get(path).form("/art_3"), "source": "Une amende de 69 euros est due."}
    client.submit(desk(consultation, "/clauses/art_3/delete"), {})
    gone = client.post(path, {**mine, "step": "save"}, 409)
    assert "was deleted from the next version meanwhile" in gone.text
    assert gone.form("/art_3")["source"] == mine["source"]
    editor = client.post(path, {**gone.form("/art_3"), "step": "restore"})
    assert editor.form("/art_3")["source"] == mine["source"]
    assert "49 euros" in clause(next_of(consultation), "art_3").text
    client.post(path, {**editor.form("/art_3"), "step": "save"})
    assert clause(next_of(consultation), "art_3").text == mine["source"]


def test_a_form_from_before_a_clause_was_deleted_and_restored_is_stale(client: PageClient) -> None:
    consultation = with_text(client)
    path = desk(consultation, "/clauses/art_3")
    amend(next_of(consultation), "art_3", "Une amende de 59 euros est due.")
    mine = client.get(path).form("/art_3")
    client.submit(desk(consultation, "/clauses/art_3/delete"), {})
    client.submit(path, {}, action="/restore")
    both = client.post(path, {**mine, "step": "save"}, 409)
    assert "Somebody else has saved this clause" in both.text


def test_a_form_from_the_version_before_is_stale(client: PageClient) -> None:
    consultation = with_text(client)
    path = desk(consultation, "/clauses/art_3")
    mine = client.get(path).form("/art_3")
    amend(next_of(consultation), "art_3", "Une amende de 59 euros est due.")
    texts.release(next_of(consultation))
    begin(consultation)
    both = client.post(path, {**mine, "step": "save"}, 409)
    assert "Somebody else has saved this clause" in both.text


def test_published_words_do_not_come_back_over_words_that_nobody_has_seen(
    client: PageClient,
) -> None:
    consultation = with_text(client)
    path = desk(consultation, "/clauses/art_3")
    amend(next_of(consultation), "art_3", "Une amende de 59 euros est due.")
    back = client.get(path).form("/restore")
    amend(next_of(consultation), "art_3", "Une amende de 69 euros est due.")
    stale = client.post(desk(consultation, "/clauses/art_3/restore"), back)
    assert "Somebody else has saved this clause" in stale.text
    assert "69 euros" in clause(next_of(consultation), "art_3").text
    client.submit(path, {}, action="/restore")
    assert "49 euros" in clause(next_of(consultation), "art_3").text
