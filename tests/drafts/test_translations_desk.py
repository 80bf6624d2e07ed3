"""The languages of the text at the desk, as a browser without JavaScript uses the pages."""

import io

from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts import queries
from consult.drafts.models import Version
from consult.kernel.db import db
from tests.client import PageClient
from tests.drafts.test_desk import desk, with_text
from tests.drafts.texts import GERMAN, amend, begin, clause, release, translated


def public(consultation: Consultation) -> Version:
    version = queries.current_version(db.session(), consultation.id)
    assert version is not None
    return version


def written(consultation: Consultation) -> Version:
    version = queries.next_version(db.session(), consultation.id)
    assert version is not None
    return version


def read(client: PageClient, consultation: Consultation, source: str, version: str = "1"):  # type: ignore[no-untyped-def]
    file = (io.BytesIO(source.encode()), "gesetz.md")
    return client.submit(
        desk(consultation, "/languages/bring"),
        {"file": file, "language": "de", "version": version},
        action="/languages/bring",
    )


def test_from_a_file_to_a_public_translation(client: PageClient) -> None:
    consultation = with_text(client, next_version=False)
    page = client.get(desk(consultation, "/languages"))
    assert "The authentic text is in Français." in page.text
    assert "In no other language yet." in page.text
    preview = read(client, consultation, GERMAN)
    assert preview.h1 == "What was read in Deutsch"
    assert "Art. 3 Geldbußen" in preview.text
    assert "doubtful" not in preview.text
    assert public(consultation).languages == ["fr"]
    saved = client.post(
        desk(consultation, "/languages/bring"), {**preview.form("/bring"), "step": "save"}
    )
    assert "Version 1 has 6 clauses and chapters in Deutsch now." in saved.text
    assert "complete" in saved.text
    assert public(consultation).languages == ["fr", "de"]


def test_what_is_doubtful_is_asked_and_what_is_missing_is_said(client: PageClient) -> None:
    consultation = with_text(client)
    odd = GERMAN.replace("### Art. 3.", "### Art. 9.")
    odd = odd[: odd.index("### Art. 4.")]
    preview = read(client, consultation, odd, "2")
    assert "1 clause is doubtful: which one is it?" in preview.text
    assert "1 clause of the text is not in the file." in preview.text
    form = preview.form("/bring")
    assert form["pair-4"] == "art_3"
    wrong = {**form, "pair-4": "art_4", "step": "save"}
    saved = client.post(desk(consultation, "/languages/bring"), wrong)
    assert "1 is not translated: readers see the authentic text there." in saved.text
    assert clause(written(consultation), "art_4", "de").number == "Art. 9"
    assert public(consultation).languages == ["fr"]


def test_what_is_left_out_is_not_saved(client: PageClient) -> None:
    consultation = with_text(client)
    preview = read(client, consultation, GERMAN + "\n### Art. 8. – Sprachen\n\nBeide.\n", "2")
    form = preview.form("/bring")
    assert form["pair-6"] == "-"
    client.post(desk(consultation, "/languages/bring"), {**form, "step": "save"})
    rows = queries.clauses(db.session(), written(consultation).id, "de")
    assert len(rows) == 6


def test_two_for_one_place_are_refused(client: PageClient) -> None:
    consultation = with_text(client)
    odd = GERMAN.replace("### Art. 3.", "### Art. 8.").replace("### Art. 4.", "### Art. 9.")
    form = read(client, consultation, odd, "2").form("/bring")
    both = {**form, "pair-4": "art_3", "pair-5": "art_3", "step": "save"}
    refused = client.post(desk(consultation, "/languages/bring"), both, 409)
    assert "Two clauses of the file were given to the same clause of the text." in refused.text
    assert written(consultation).languages == ["fr"]


def test_a_preview_of_another_state_is_not_saved(client: PageClient) -> None:
    consultation = with_text(client)
    form = read(client, consultation, GERMAN, "2").form("/bring")
    amend(written(consultation), "art_1", "Autre.")
    stale = client.post(desk(consultation, "/languages/bring"), {**form, "step": "save"}, 409)
    assert "Somebody else has changed the text" in stale.text
    client.post(desk(consultation, "/languages/bring"), {**stale.form("/bring"), "step": "save"})
    assert written(consultation).languages == ["fr", "de"]


def test_a_file_that_can_not_be_read_says_why_and_keeps_what_was_pasted(client: PageClient) -> None:
    consultation = with_text(client)
    page = client.submit(
        desk(consultation, "/languages/bring"),
        {"source": "Nur ein Brief.", "language": "de", "version": "2"},
        action="/languages/bring",
        status=422,
    )
    assert "No clause was found." in page.text
    assert page.form("/bring")["source"] == "Nur ein Brief."


def test_a_clause_is_written_beside_the_authentic_words(client: PageClient) -> None:
    consultation = with_text(client, next_version=False)
    translated(consultation, public(consultation))
    begin(consultation)
    amend(written(consultation), "art_3", "Une amende de 98 euros est due par infraction.")
    listed = client.get(desk(consultation, "/languages"))
    assert "1 follows an earlier wording: readers are told so." in listed.text
    path = desk(consultation, "/clauses/art_3/de")
    page = client.get(path)
    assert page.h1 == "Art. 3 in Deutsch"
    assert "follows the wording of version 1" in page.text
    assert "49" in page.text
    assert "98" in page.text
    typed = {**page.form("/art_3/de"), "source": "Jeder Verstoß wird mit 98 Euro geahndet."}
    preview = client.post(path, {**typed, "step": "preview"}, 200)
    assert "inserted: 98" in preview.text
    saved = client.post(path, {**typed, "step": "save"})
    assert "Art. 3 is saved." in saved.text
    assert "complete" in saved.text
    stale = client.post(path, {**typed, "source": "Anders.", "step": "save"}, 409)
    assert "Somebody else has saved this clause" in stale.text
    assert stale.form("/art_3/de")["source"].strip() == "Anders."


def test_who_was_translating_when_the_clause_or_the_version_went_keeps_what_they_wrote(
    client: PageClient,
) -> None:
    consultation = with_text(client, next_version=False)
    translated(consultation, public(consultation))
    begin(consultation)
    path = desk(consultation, "/clauses/art_3/de")
    mine = {**client.get(path).form("/art_3/de"), "source": "Mit 98 Euro geahndet."}
    client.submit(desk(consultation, "/clauses/art_3/delete"), {})
    gone = client.post(path, {**mine, "step": "save"}, 409)
    assert "was deleted from the next version meanwhile" in gone.text
    kept = gone.form("/art_3/de")
    client.submit(desk(consultation, "/clauses/art_3"), {}, action="/restore")
    again = client.post(path, {**kept, "step": "preview"})
    assert again.form("/art_3/de")["source"].strip() == mine["source"]
    release(written(consultation))
    late = client.post(path, {**mine, "step": "save"}, 409)
    assert "has not been begun yet" in late.text
    assert late.form("/art_3/de")["source"] == mine["source"]


def test_a_translation_that_still_holds(client: PageClient) -> None:
    consultation = with_text(client, next_version=False)
    translated(consultation, public(consultation))
    begin(consultation)
    amend(written(consultation), "art_3", "Une amende de 49 € est due par infraction.")
    said = client.submit(desk(consultation, "/clauses/art_3/de"), {}, action="/holds")
    assert "The translation of Art. 3 is up to date." in said.text
    assert clause(written(consultation), "art_3", "de").follows is None


def test_a_language_is_left_out(client: PageClient) -> None:
    consultation = with_text(client, next_version=False)
    translated(consultation, public(consultation))
    begin(consultation)
    client.submit(desk(consultation, "/languages"), {}, action="/de/drop")
    assert written(consultation).languages == ["fr"]
    assert public(consultation).languages == ["fr", "de"]


def test_languages_and_clauses_that_there_are_not(client: PageClient, session: Session) -> None:
    consultation = with_text(client)
    client.get(desk(consultation, "/clauses/art_3/xx"), 404)
    client.get(desk(consultation, "/clauses/art_3/fr"), 404)
    client.get(desk(consultation, "/clauses/art_33/de"), 404)
    page = client.get(desk(consultation, "/clauses/art_3/de"))
    assert page.form("/art_3/de")["number"] == "Art. 3"
    assert page.form("/art_3/de")["source"].strip() == ""
