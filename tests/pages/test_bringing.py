"""Bringing a text in, as a browser without JavaScript does it."""

import io
import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations.models import Consultation
from consult.consultations.queries import lead_body
from consult.drafts import bringing, import_queries, queries
from consult.drafts.models import Clause, TextImport
from consult.drafts.reshaping import Reshaped
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.submissions.models import Comment
from tests.client import Page, PageClient
from tests.drafts.test_akn import LUXEMBOURG
from tests.drafts.texts import TEXT, amend, begin, clause, make_text
from tests.drafts.word import docx, paragraph, run
from tests.people import make_body, make_consultation, official
from tests.submissions.texts import send


@pytest.fixture
def consultation(client: PageClient) -> Consultation:
    """An announced consultation without a text, and its editor signed in."""
    body = make_body()
    official(client.client, body, "editor")
    return make_consultation(body)


def path(consultation: Consultation, rest: str = "") -> str:
    return f"/desk/consultations/{consultation.slug}/draft/import{rest}?lang=en"


def with_text(client: PageClient, source: str = TEXT) -> Consultation:
    made = make_text(source)
    official(client.client, body_of(made), "editor")
    return made


def body_of(consultation: Consultation) -> Body:
    return lead_body(db.session(), consultation.id)


def bring(client: PageClient, consultation: Consultation, sent: str | bytes, **more: Any) -> Page:
    """Send a file (bytes) or pasted text."""
    data: dict[str, Any] = {"language": "fr"}
    if isinstance(sent, bytes):
        data["file"] = (io.BytesIO(sent), more.pop("name", "loi.docx"))
    else:
        data["source"] = sent
    return client.submit(path(consultation), data, action="/import", **more)


def press(
    client: PageClient, page: Page, consultation: Consultation, do: str, status: int = 200
) -> Page:
    """Press a button of the tree."""
    form = page.form("/text/change")
    return client.post(path(consultation, "/text/change"), {**form, "do": do}, status)


def save(
    client: PageClient, page: Page, consultation: Consultation, status: int = 200, do: str = "save"
) -> Page:
    form = page.form("/text/save")
    return client.post(path(consultation, "/text/save"), {**form, "do": do}, status)


def lying(consultation: Consultation) -> TextImport | None:
    db.session.rollback()
    return import_queries.text_import(db.session(), consultation.id)


def headings(page: Page) -> list[str]:
    """The headings of the tree, as they are read out."""
    found = re.findall(
        r'<h\d class="clause-heading" id="c\d+"[^>]*>(.*?)</h\d>', page.markup, re.DOTALL
    )
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def test_from_a_file_to_the_saved_text(client: PageClient, consultation: Consultation) -> None:
    page = bring(client, consultation, TEXT.encode("cp1252"), name="loi.md")
    assert page.h1 == "What was read"
    assert "it was read as Windows-1252" in page.text
    assert "6 chapters and clauses. Nothing is saved yet." in page.text
    assert queries.next_version(db.session(), consultation.id) is None
    # It lies there, also for somebody who comes back tomorrow.
    again = client.get(path(consultation, "/text"))
    assert headings(again) == [
        "Chapitre Ier Généralités",
        "Art. 1er Objet",
        "Art. 2 Vitesse",
        "Chapitre II Dispositions finales",
        "Art. 3 Amendes",
        "Art. 4 Entrée en vigueur",
    ]
    assert "not saved yet" in client.get(path(consultation)).text
    saved = save(client, again, consultation)
    assert "Nothing is public yet." in saved.text
    assert lying(consultation) is None
    version = queries.next_version(db.session(), consultation.id)
    assert version is not None
    assert version.title == {"fr": "Loi sur les trottoirs"}
    client.get(path(consultation, "/text"))  # leads to the beginning
    assert "does not lie here any more" in press(client, again, consultation, "up:1").text


def test_the_tree_is_reshaped_before_it_is_saved(
    client: PageClient, consultation: Consultation
) -> None:
    page = bring(client, consultation, TEXT)
    page = press(client, page, consultation, "join:2")
    assert "Art. 2 Vitesse" not in headings(page)
    assert "Joined with the clause that stood below." in page.text
    page = press(client, page, consultation, "undo")
    assert "Art. 2 Vitesse" in headings(page)
    page = press(client, page, consultation, "down:2")
    assert headings(page)[3] == "Art. 2 Vitesse"
    page = press(client, page, consultation, "drop:5")
    form = page.form("/text/change")
    page = client.post(
        path(consultation, "/text/change"), {**form, "do": "title", "title": "Loi nouvelle"}
    )
    sheet = path(consultation, "/text/clauses/3")
    page = client.submit(
        sheet,
        {"step": "name", "number": "Art. 7", "heading": "Zone", "kind": "clause", "depth": "0"},
    )
    assert headings(page)[3] == "Art. 7 Zone"
    one = client.get(sheet)
    fields = {"line": "2", "new_number": "", "new_heading": "Zone bis", "step": "split"}
    page = client.post(sheet, {**one.form("/clauses/3"), **fields})
    assert headings(page)[3:5] == ["Art. 7 Zone", "Zone bis"]
    one = client.get(path(consultation, "/text/clauses/4"))
    page = client.post(
        path(consultation, "/text/clauses/4"),
        {**one.form("/clauses/4"), "after": "0", "step": "move"},
    )
    assert headings(page)[1] == "Zone bis"
    save(client, page, consultation)
    version = queries.next_version(db.session(), consultation.id)
    assert version is not None
    rows = queries.clauses(db.session(), version.id, "fr")
    assert version.title["fr"] == "Loi nouvelle"
    assert [(row.label, row.parent_id is not None) for row in rows] == [
        ("Chapitre Ier – Généralités", False),
        ("Zone bis", True),
        ("Art. 1er – Objet", True),
        ("Chapitre II – Dispositions finales", False),
        ("Art. 7 – Zone", False),
        ("Art. 3 – Amendes", False),
    ]
    assert rows[1].text == "(2) La zone est signalée à chaque entrée."


def test_a_step_after_which_the_text_could_not_be_saved_is_refused(
    client: PageClient, consultation: Consultation
) -> None:
    page = bring(client, consultation, TEXT)
    sheet = path(consultation, "/text/clauses/2")
    data = {
        "step": "name",
        "number": "Art. 1",
        "heading": "Vitesse",
        "kind": "clause",
        "depth": "1",
    }
    refused = client.submit(sheet, data, status=422)
    assert "Art. 1 stands twice" in refused.text
    assert refused.form("/clauses/2")["number"] == "Art. 1"
    for do in ("join:0", "up:0", "down:5", "drop:99", "join:x", "blow-up:1", ""):
        assert "cannot be done" in press(client, page, consultation, do, 422).text
    assert "no step" in press(client, page, consultation, "undo", 409).text
    client.get(path(consultation, "/text/clauses/99"), 404)


def test_of_two_officials_at_one_text_the_second_is_told(
    client: PageClient, consultation: Consultation
) -> None:
    page = bring(client, consultation, TEXT)
    other = client.get(path(consultation, "/text"))
    sheet = client.get(path(consultation, "/text/clauses/1"))
    start = client.get(path(consultation))
    press(client, page, consultation, "drop:5")
    for stale in (
        press(client, other, consultation, "drop:5", 409),
        save(client, other, consultation, 409),
        client.post(
            path(consultation, "/text/clauses/1"),
            {**sheet.form("/clauses/1"), "step": "name", "heading": "Mine"},
            409,
        ),
        client.post(path(consultation, "/text/discard"), other.form("/text/discard"), 409),
    ):
        assert "was changed since the page was made" in stale.text
        assert len(headings(stale)) == 5
    replaced = client.post(path(consultation), {**start.form("/import"), "source": TEXT}, 409)
    assert "was changed since" in replaced.text
    assert replaced.form("/import")["source"] == TEXT
    gone = client.post(
        path(consultation, "/text/discard"),
        client.get(path(consultation, "/text")).form("/text/discard"),
    )
    assert "thrown away" in gone.text
    assert lying(consultation) is None


REVISED = TEXT.replace("30 km/h", "20 km/h").replace(
    "### Art. 3. – Amendes\n\nUne amende de 49 euros est due par infraction.",
    "### Art. 3. – Bancs publics\n\nChaque rue offre de quoi s’asseoir à l’ombre d’un arbre.",
)


def test_a_second_press_of_save_says_what_is_there(
    client: PageClient, consultation: Consultation
) -> None:
    tree = bring(client, consultation, TEXT)
    save(client, tree, consultation)
    for again in (
        save(client, tree, consultation),
        press(client, tree, consultation, "undo"),
        client.get(path(consultation, "/text/clauses/0")),
    ):
        assert "does not lie here any more" in again.text


def test_a_title_that_is_too_long_is_said_to_be(
    client: PageClient, consultation: Consultation
) -> None:
    tree = bring(client, consultation, TEXT)
    form = {**tree.form("/text/change"), "do": "title", "title": "x" * 5000}
    page = client.post(path(consultation, "/text/change"), form, 422)
    assert "This heading is too long." in page.text


def test_a_doubtful_clause_is_asked_about_and_its_comments_stay(client: PageClient) -> None:
    consultation = with_text(client)
    fines = db.session.scalars(select(Clause).where(Clause.key == "art_3")).one()
    comment = send(consultation, clause=fines).comment.id
    page = bring(client, consultation, REVISED)
    assert "One clause is doubtful" in page.text
    assert "[deleted: Amendes]" in page.text
    assert "Save this text" not in page.text
    refused = save(client, page, consultation, 409)
    assert "Please decide first" in refused.text
    nothing = client.post(path(consultation, "/text/answers"), refused.form("/text/answers"), 409)
    assert "Please decide first" in nothing.text
    # What was not offered is no answer.
    odd = {**page.form("/text/answers"), "continues-4": "art_1"}
    client.post(path(consultation, "/text/answers"), odd, 409)
    answered = client.post(
        path(consultation, "/text/answers"), {**page.form("/text/answers"), "continues-4": "art_3"}
    )
    assert "doubtful" not in answered.text
    # The answer goes with its clause, and can be taken back.
    moved = press(client, answered, consultation, "down:4")
    assert "Save this text" in moved.text
    back = press(client, press(client, moved, consultation, "undo"), consultation, "undo")
    assert "One clause is doubtful" in back.text
    client.post(
        path(consultation, "/text/answers"), {**back.form("/text/answers"), "continues-4": "art_3"}
    )
    save(client, client.get(path(consultation, "/text")), consultation)
    version = queries.next_version(db.session(), consultation.id)
    assert version is not None
    assert clause(version, "art_3").heading == "Bancs publics"
    assert clause(version, "art_3").clause_id == db.session.get_one(Comment, comment).clause_id


def test_the_tree_says_which_clauses_of_a_revised_file_change(client: PageClient) -> None:
    consultation = with_text(client)
    same = bring(client, consultation, TEXT)
    assert not [one for one in headings(same) if one.endswith(" changed")]
    revised = bring(client, consultation, TEXT.replace("Entrée en vigueur", "Vigueur"))
    assert [one for one in headings(revised) if one.endswith(" changed")] == [
        "Art. 4 Vigueur changed"
    ]


def test_what_would_fall_away_is_listed_with_its_comments(client: PageClient) -> None:
    consultation = with_text(client)
    fines = db.session.scalars(select(Clause).where(Clause.key == "art_3")).one()
    send(consultation, clause=fines)
    send(consultation, clause=fines)
    page = bring(client, consultation, REVISED)
    new = client.post(
        path(consultation, "/text/answers"), {**page.form("/text/answers"), "continues-4": "new"}
    )
    assert "Art. 3 – Amendes · 2 comments" in new.text
    assert "new" in headings(new)[4]
    # Somebody who knows better says so on the page of the clause.
    sheet = path(consultation, "/text/clauses/4")
    told = client.get(sheet)
    (select_,) = [one for one in told.all("select") if one.get("name") == "continues"]
    (chosen_,) = [option for option in select_ if option.get("selected") is not None]
    assert chosen_.get("value") == "new"
    chosen = client.post(
        sheet, {**told.form("/clauses/4"), "continues": "art_3", "step": "continue"}
    )
    assert "2 comments" not in chosen.text
    asked = client.post(
        sheet, {**client.get(sheet).form("/clauses/4"), "continues": "?", "step": "continue"}
    )
    assert "One clause is doubtful" in asked.text
    saved = save(client, asked, consultation, do="as-new")
    assert "Nothing is public yet." in saved.text
    version = queries.next_version(db.session(), consultation.id)
    assert version is not None
    assert [row.key for row in queries.clauses(db.session(), version.id, "fr")][4] == "art_3_v2"


def test_a_text_that_somebody_else_changed_is_not_replaced(client: PageClient) -> None:
    consultation = with_text(client)
    version = begin(consultation)
    page = bring(client, consultation, TEXT.replace("49 euros", "59 euros"))
    amend(version, "art_1", "Autre.")
    stale = save(client, page, consultation, 409)
    assert "Somebody else has changed the text" in stale.text
    assert clause(version, "art_1").text == "Autre."
    save(client, stale, consultation)
    assert "59 euros" in clause(version, "art_3").text


def test_a_file_that_is_known_by_its_identifiers(client: PageClient) -> None:
    consultation = with_text(
        client, "### Art. 1 {#akn_x1}\n\nUn mot.\n\n### Art. 2 {#akn_x2}\n\nDeux."
    )
    kept = db.session.scalars(select(Clause).order_by(Clause.id)).all()
    assert [row.known_as for row in kept] == [["akn_x1"], ["akn_x2"]]
    page = bring(client, consultation, "### Art. 9 {#akn_x2}\n\nTout à fait autre chose ici.")
    assert "continues Art. 2" in headings(page)[0]


def test_a_word_file_of_articles(client: PageClient, consultation: Consultation) -> None:
    raw = docx(
        paragraph("Loi sur les bancs", style="Titre"),
        paragraph(run("Art. 1er.", "<w:b/>"), run(" Chaque rue a un banc.")),
        paragraph(run("Art. 2.", "<w:b/>"), run(" Il est vert."), "<w:r><w:drawing/></w:r>"),
    )
    page = bring(client, consultation, raw)
    assert "Pictures and formulas that were left out: 1." in page.text
    assert headings(page) == ["Art. 1er", "Art. 2"]
    page = bring(client, consultation, LUXEMBOURG, name="loi.xml")
    assert "5 chapters and clauses" in page.text


def test_the_tree_shows_words_and_no_signs(client: PageClient, consultation: Consultation) -> None:
    lines = ["- a) un arbre ;", "- b) un banc.", "", "| Lieu | Bancs |", "| --- | --- |"]
    text = "\n".join(["# Bancs", "", "### Art. 1", "", "Il compte :", "", *lines, "| École | 4 |"])
    page = bring(client, consultation, text + "\n\n### Art. 2\n\n> Dit *ainsi* : 2 - 1.\n")
    shown = re.findall(r'<p class="read__text"[^>]*>(.*?)</p>', page.markup, re.DOTALL)
    assert [" ".join(one.split()) for one in shown] == [
        "Il compte : a) un arbre ; b) un banc. Lieu | Bancs École | 4",
        "Dit ainsi : 2 - 1.",
    ]


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
    page = bring(client, consultation, source, status=422)
    assert sentence in page.text
    assert page.form("/import")["source"] == source
    assert lying(consultation) is None


@pytest.mark.parametrize(
    ("role", "status"), [("auditor", 403), ("moderator", 403), ("editor", 200)]
)
def test_who_may_bring_a_text_in(client: PageClient, role: str, status: int) -> None:
    consultation = with_text(client)
    bring(client, consultation, TEXT)
    official(client.client, body_of(consultation), role)
    for rest in ("", "/text", "/text/clauses/0"):
        client.get(path(consultation, rest), status)


def test_an_official_of_another_body_stays_outside(client: PageClient) -> None:
    consultation = with_text(client)
    official(client.client, make_body("Elsewhere"), "editor")
    client.get(path(consultation), 404)


def test_hostile_words_stay_words(client: PageClient) -> None:
    evil = (
        '### Art. 1. – "><script>alert(1)</script> {#"x}\n\n'
        "</textarea><img src=x> {{ 7919 + 104729 }} \u202egnp"
    )
    consultation = with_text(client, evil)
    page = bring(
        client, consultation, evil.replace("Art. 1", "Art. 2").replace("gnp", "gnp, et plus")
    )
    for one in (page, client.get(path(consultation, "/text/clauses/0"))):
        assert not [s for s in one.all("script") if "alert" in (s.text or "")]
        assert "112648" not in one.text


def test_a_long_text_is_shown_in_parts(client: PageClient, consultation: Consultation) -> None:
    source = "\n\n".join(f"### Art. {n}\n\nmot {n}" for n in range(1, 401))
    page = bring(client, consultation, source)
    assert len(headings(page)) == 150
    assert headings(client.get(path(consultation, "/text") + "&part=3"))[-1] == "Art. 400"
    last = client.get(path(consultation, "/text") + "&part=99")
    page = press(client, last, consultation, "join:399")
    assert "Joined" in page.text
    assert headings(page)[-1] == "Art. 399"


def test_what_nobody_went_on_with_is_thrown_away(
    client: PageClient, consultation: Consultation
) -> None:
    bring(client, consultation, TEXT)
    with act() as session:
        assert bringing.forget_old(session, clock.now(), 10) == 0
        assert bringing.forget_old(session, clock.now() + 2 * bringing.KEPT, 10) == 1
    assert lying(consultation) is None


def test_only_so_many_steps_are_kept(session: Session) -> None:
    consultation = make_consultation(make_body())
    sent = bringing.Brought("fr", source="### Art. 1\n\n" + "a" * 30_000)
    with act() as writing:
        found = bringing.store(writing, consultation, sent, saved=0, actor=COMMAND, now=clock.now())
    for count in range(bringing.MOST_STEPS + 5):
        done = Reshaped(f"### Art. 1\n\n{count}", 0)
        step = bringing.step(found.source or "", done, "")
        with act() as writing:
            found = bringing.reshape(
                writing,
                consultation.id,
                done,
                step,
                saved=found.saved,
                actor=COMMAND,
                now=clock.now(),
            )
    assert len(found.steps) == bringing.MOST_STEPS


def test_an_exported_text_finds_its_clauses_again_under_whatever_number(client: PageClient) -> None:
    consultation = with_text(client)
    address = f"/consultations/{consultation.slug}/draft/1/download/fr"
    for form in ("akn", "md"):
        raw = client.client.get(f"{address}.{form}").get_data()
        revised = raw.replace(b"Art. 3", b"Art. 8").replace(
            b"Une amende de 49 euros est due par infraction.", b"Tout autre chose."
        )
        assert revised != raw
        page = bring(client, consultation, revised, name=f"loi.{form}")
        assert "continues Art. 3" in headings(page)[4], form


def test_a_page_of_a_text_that_was_thrown_away_does_nothing_to_the_next_one(
    client: PageClient, consultation: Consultation
) -> None:
    mine = bring(client, consultation, TEXT)
    theirs = client.get(path(consultation, "/text")).form("/text/discard")
    client.post(path(consultation, "/text/discard"), theirs)
    bring(client, consultation, "### Art. 1\na\n\n### Art. 2\nb")
    press(client, mine, consultation, "drop:0", status=409)
    save(client, mine, consultation, status=409)
    found = lying(consultation)
    assert found is not None
    assert "Art. 1" in (found.source or "")
