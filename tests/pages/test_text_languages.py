"""The text in several languages: chosen apart from the language of the page, and side by side."""

from xml.etree import ElementTree as ET

from flask import Flask
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts import queries, revision, translating
from consult.drafts.models import Version
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.submissions.models import Comment
from tests.client import Page, PageClient
from tests.drafts import texts
from tests.drafts.texts import amend, begin, clause, make_text, translated


def both(source: str = texts.GERMAN) -> Consultation:
    consultation = make_text()
    version = queries.current_version(db.session(), consultation.id)
    assert version is not None
    translated(consultation, version, source)
    return consultation


def draft(consultation: Consultation, path: str = "", query: str = "") -> str:
    return f"/consultations/{consultation.slug}/draft{path}?lang=en&{query}"


def part(page: Page, identifier: str) -> ET.Element:
    return next(element for element in page.root.iter() if element.get("id") == identifier)


def said(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def behind(consultation: Consultation, source: str = "Une amende de 98 euros est due.") -> Version:
    """A second version in which the German of article 3 has not followed."""
    version = begin(consultation)
    amend(version, "art_3", source)
    texts.release(version)
    return version


def test_the_language_of_the_text_is_chosen_apart_from_that_of_the_page(
    client: PageClient,
) -> None:
    consultation = both()
    page = client.get(draft(consultation))
    assert page.h1 == "Loi sur les trottoirs"
    german = client.get(draft(consultation, query="text=de"))
    assert german.h1 == "Gesetz über die Gehwege"
    assert "This is a translation. The authentic text is in Français." in german.text
    article = german.all("article")[0]
    assert (article.get("lang"), german.all("html")[0].get("lang")) == ("de", "en")
    assert "Comment" in said(part(german, "art_1"))
    other = client.get(draft(consultation).replace("lang=en", "lang=de"))
    assert other.h1 == "Gesetz über die Gehwege"
    unknown = client.get(draft(consultation, query="text=lb"))
    assert unknown.h1 == "Loi sur les trottoirs"


def test_every_link_about_the_text_keeps_its_language(client: PageClient) -> None:
    consultation = both()
    behind(consultation)
    page = client.get(draft(consultation, query="text=de"))
    about = [href for href in page.links().values() if f"{consultation.slug}/draft" in href]
    about += [href for href in page.links().values() if "/comments/new" in href]
    own = [href for href in about if "/download/" not in href]
    assert len(own) > 3
    assert all("text=de" in href or "text=fr" in href for href in own)
    plain = client.get(draft(consultation))
    shared = [a for a in plain.links().values() if "/comments/new" in a]
    assert shared
    assert not any("text=" in href for href in shared)
    alternates = {
        link.get("hreflang"): link.get("href")
        for link in page.all("link")
        if link.get("rel") == "alternate"
    }
    assert alternates.keys() == {"fr", "de", "x-default"}


def test_side_by_side_each_clause_stands_beside_its_own(client: PageClient) -> None:
    consultation = both()
    page = client.get(draft(consultation, query="text=de&beside=fr"))
    clause_ = part(page, "art_2")
    side = next(e for e in clause_.iter() if e.get("class") == "beside")
    assert side.get("lang") == "fr"
    assert "Les communes peuvent instaurer" in said(side)
    assert "authentic" in said(side)
    assert "Die Gemeinden können" in said(clause_)
    assert "Les communes" not in client.get(draft(consultation, query="text=de")).text
    same = client.get(draft(consultation, query="text=de&beside=de"))
    assert not any(e.get("class") == "beside" for e in same.root.iter())


def test_what_is_not_translated_stands_in_the_authentic_words(client: PageClient) -> None:
    start, end = texts.GERMAN.index("### Art. 2"), texts.GERMAN.index("## Kapitel II")
    consultation = both(texts.GERMAN[:start] + texts.GERMAN[end:])
    page = client.get(draft(consultation, query="text=de"))
    clause_ = part(page, "art_2")
    assert "Not translated yet" in said(clause_)
    assert {e.get("lang") for e in clause_.iter() if e.get("class") == "clause-text"} == {"fr"}
    assert [s.get("id") for s in page.all("section") if s.get("id")] == [
        "art_1", "art_2", "art_3", "art_4",
    ]  # fmt: skip


def test_a_translation_that_is_behind_says_so_and_hides_no_change(client: PageClient) -> None:
    consultation = both()
    behind(consultation)
    page = client.get(draft(consultation, query="text=de"))
    assert "This translation follows the wording of version 1." in said(part(page, "art_3"))
    assert "follows" not in said(part(page, "art_1"))
    redline = client.get(draft(consultation, "/2", "text=de&changes=1"))
    assert "inserted: 98" in said(part(redline, "art_3"))
    compared = client.get(draft(consultation, "/compare/1/2", "text=de"))
    assert "98" in compared.text
    history = client.get(draft(consultation, "/clauses/art_3", "text=de"))
    assert "98" in history.text


def test_the_redline_stands_in_each_language(client: PageClient) -> None:
    consultation = both()
    version = begin(consultation)
    amend(version, "art_3", "Une amende de 98 euros est due par infraction.")
    row = clause(version, "art_3")
    words = revision.wording(
        number="Art. 3", heading="Geldbußen", source="Jeder Verstoß wird mit 98 Euro geahndet."
    )
    with act() as session:
        translating.translate(
            session, version, row.clause_id, "de", words=words, saved=0,
            actor=COMMAND, now=clock.now(),
        )  # fmt: skip
    texts.release(version)
    page = client.get(draft(consultation, "/2", "text=de&beside=fr&changes=1"))
    clause_ = part(page, "art_3")
    side = next(e for e in clause_.iter() if e.get("class") == "beside")
    assert "deleted: 49 ] [inserted: 98 ]" in said(side).replace("49]", "49 ]").replace(
        "98]", "98 ]"
    )
    assert "Jeder Verstoß wird mit" in said(clause_)
    assert said(clause_).count("inserted: 98") == 2


def test_words_that_somebody_chooses_are_of_the_language_that_is_read(
    client: PageClient, session: Session
) -> None:
    consultation = both()
    path = f"/consultations/{consultation.slug}/comments/new?lang=en&text=de&clause=art_3"
    form = client.get(path).form("/comments/new?text=de")
    checked = client.post(
        path,
        {**form, "source": "Viel zu wenig Geld für so etwas.", "words": "mit 49 Euro geahndet"},
    )
    assert "mit 49 Euro geahndet" in checked.text
    assert checked.form("/comments/new?text=de")["words"] == "mit 49 Euro geahndet"
    wrong = client.post(
        path.replace("text=de", "text=fr"),
        {**form, "source": "Viel zu wenig.", "words": "mit 49 Euro geahndet"},
        422,
    )
    assert wrong.form("/comments/new?text=fr")["words"] == "mit 49 Euro geahndet"
    assert session.query(Comment).count() == 0


def test_a_clause_that_is_not_translated_can_be_spoken_of(client: PageClient) -> None:
    start, end = texts.GERMAN.index("### Art. 2"), texts.GERMAN.index("## Kapitel II")
    consultation = both(texts.GERMAN[:start] + texts.GERMAN[end:])
    path = f"/consultations/{consultation.slug}/comments/new?lang=de&clause=art_2"
    page = client.get(path)
    assert "Les communes peuvent instaurer" in page.text


def test_pages_of_one_text_are_kept_apart_in_the_cache(app: Flask, client: PageClient) -> None:
    consultation = both()
    pages = [
        client.get(draft(consultation, query=query)).markup
        for query in ("", "text=de", "text=fr", "text=de&beside=fr", "")
    ]
    assert pages[0] == pages[4]
    assert len(set(pages)) == 4


def test_each_language_is_found_and_leads_to_the_words_that_were_found(
    app: Flask, client: PageClient
) -> None:
    from consult import rooms
    from consult.jobs.worker import Worker

    consultation = both()
    worker = Worker(rooms.HANDLERS, app.app_context)
    while worker.run_one():
        pass
    found = client.get("/search?lang=en&q=Geldbu%C3%9Fen")
    hit = next(href for text, href in found.links().items() if text.startswith("Art. 3"))
    assert hit == f"/consultations/{consultation.slug}/draft?text=de#art_3"
