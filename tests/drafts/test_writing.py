"""Texts out: each format comes back as the same tree, and is what its standard says."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from lxml import etree

from consult.drafts.errors import UnreadableTextError
from consult.drafts.formats.writing import FORMATS
from consult.drafts.formats.writing.akn_meta import NAMESPACE
from consult.drafts.queries import Note
from tests.drafts.grammar import markdown
from tests.drafts.outgoing import DAY, document, outline, read_again

SCHEMA = Path(__file__).parent / "schemas" / "akomantoso30.xsd"
READ_AGAIN = ("akn", "docx", "md")
A = f"{{{NAMESPACE}}}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

LAW = """# Loi sur les jardins & l’eau

Nous, Grand-Duc,

Vu la loi \\[1\\] du 3 mai 1990;

Avons ordonné et ordonnons :

\\[1\\] Mémorial A n° 3.

## Chapitre Ier – Généralités

Ce chapitre vaut pour tous.

### Art. 1er. – Objet

La **présente** loi règle *l’usage* des [jardins](https://example.org/a?b=1&c=2).

| Zone | Surface |
| --- | --- |
| A | 30 m² |
| **B** | 50 \\| 60 m² |

### Art. 2. – Accès

Sont visés :

(1) Les communes peuvent :

- a) ouvrir un jardin;
- b) fermer :
  - 1° le jardin;
  - 2° la rue,
- c) rien.

Après la liste.

(2) L’accès est signalé
à l’entrée.

> « Texte cité,
>
> en deux alinéas. »

(2bis) Sont libres :

- les enfants
- les classes

  avec leur enseignant
- les autres

## Chapitre II – Fin

### Section 1 – Amendes

#### Art. 3bis

Une amende de 49 euros est due.

Annexe 4

Art. 12. – Ceci n’est pas un titre.

### Art. 4. – Vigueur

\\# Ceci non plus

Ni ceci :
\\---

## Annexe I – Plan

Voilà.

## Formule finale

Mandons et ordonnons.
"""
GUIDE = """# Leitfaden für Bäume

## Grundsätze

Bäume werden geschont.

### 1. Pflanzung

Im Herbst, mit 2. Wahl bei 1.5 m.

### 2. Pflege *& Schnitt* \\[neu\\]

- gießen
- schneiden

## Schluss

Fragen beantwortet die Gemeinde.
"""
STATUTE = """# Gesetz über Gärten

## Abschnitt 1 – Zweck

### § 1 – Begriffe

(1) Ein Garten ist

- 1. eine Fläche, die
  - a) grün ist oder
  - b) blüht, und
- 2. ein Ort.

### § 2

Es gilt § 1.

## § 3 – Inkrafttreten

Dieses Gesetz tritt morgen in Kraft.
"""
LUXEMBOURGISH = """# Gesetz iwwer d’Beem

## Art. 1

Jiddereen däerf e Bam planzen.

## Art. 2

D’Gemeng hëlleft.
"""
TEXTS = [(LAW, "fr"), (GUIDE, "de"), (STATUTE, "de"), (LUXEMBOURGISH, "lb")]


@pytest.mark.parametrize("form", READ_AGAIN)
@pytest.mark.parametrize(("source", "language"), TEXTS)
def test_what_goes_out_comes_back_as_the_same_tree(source: str, language: str, form: str) -> None:
    made = document(source, language)
    again = read_again(FORMATS[form].write(made), language)
    assert outline(again.clauses) == outline(made.rows)
    assert again.title == made.title


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(markdown())
@pytest.mark.parametrize("form", READ_AGAIN)
def test_any_text_comes_back_as_the_same_tree(form: str, source: str) -> None:
    try:
        made = document(source)
    except UnreadableTextError:
        assume(False)  # the same number twice
    raw = FORMATS[form].write(made)
    assert outline(read_again(raw).clauses) == outline(made.rows)
    if form == "akn":
        _schema().assertValid(etree.fromstring(raw))


@pytest.mark.parametrize("form", ["akn", "md"])
def test_numbers_and_chapters_that_no_rule_would_find_come_back(form: str) -> None:
    made = document(LAW)
    odd = {"art_4": "Étape 3", "art_3bis": "Titre"}
    rows = [replace(row, number=odd.get(row.key, row.number)) for row in made.rows]
    # A chapter whose articles are gone, and which has words of its own.
    chapter = next(row for row in rows if row.key == "annex_1")
    rows[rows.index(chapter)] = replace(chapter, kind="chapter")
    again = read_again(FORMATS[form].write(replace(made, rows=rows)))
    assert outline(again.clauses) == outline(rows)


def test_markdown_says_what_only_the_official_knows() -> None:
    made = document(GUIDE, "de")
    rows = [replace(made.rows[0], kind="clause", heading="Art. 5 gilt"), *made.rows[3:]]
    again = read_again(FORMATS["md"].write(replace(made, rows=rows)), "de")
    assert outline(again.clauses) == outline(rows)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_text_is_the_same_bytes(form: str) -> None:
    assert FORMATS[form].write(document(LAW)) == FORMATS[form].write(document(LAW))


# Akoma Ntoso


def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def akn(source: str, language: str = "fr") -> etree._Element:
    return etree.fromstring(FORMATS["akn"].write(document(source, language)))


@pytest.mark.parametrize(("source", "language"), TEXTS)
def test_akoma_ntoso_is_valid(source: str, language: str) -> None:
    _schema().assertValid(akn(source, language))


def test_identifiers_say_place_key_and_guid() -> None:
    rows = document(LAW).rows
    # What is third now was first called otherwise, and keeps that name.
    kept = [replace(row, key="art_9") if row.key == "art_3bis" else row for row in rows]
    root = etree.fromstring(FORMATS["akn"].write(replace(document(LAW), rows=kept)))
    named = {e.get("wId"): e for e in root.iter() if e.get("wId")}
    assert set(named) == {row.key for row in kept}
    assert named["art_9"].get("eId") == "art_3bis"
    assert named["sec_1"].get("eId") == "chp_2__sec_1"
    assert named["art_9"].get("GUID") == document(LAW).guids[rows[6].clause_id]
    eids = [e.get("eId") for e in root.iter() if e.get("eId")]
    assert len(eids) == len(set(eids))
    assert "art_2__para_1__list_1__point_b__list_1__point_2" in eids


def test_a_text_in_articles_is_a_bill_and_guidelines_are_a_doc() -> None:
    assert akn(LAW)[0].tag == f"{A}bill"
    guide = akn(GUIDE, "de")
    assert guide[0].tag == f"{A}doc"
    assert guide.find(f".//{A}FRBRlanguage").get("language") == "deu"
    assert guide.find(f".//{A}TLCOrganization").get("showAs") == "Ministère de la Mobilité"


def test_paragraphs_and_points_are_elements_where_nothing_is_lost() -> None:
    article = akn(LAW).find(f".//{A}article[@eId='art_2']")
    assert [child.tag.removeprefix(A) for child in article] == [
        *("num", "heading", "intro"),
        *("paragraph", "paragraph", "paragraph"),
    ]
    points = article.findall(f"{A}paragraph/{A}list/{A}point/{A}num")
    assert [point.text for point in points] == ["a)", "b)", "c)"]
    # Bullets have no number: they stay a list within the content.
    assert article.findall(f"{A}paragraph")[2].find(f"{A}content/{A}ul") is not None


def test_numbers_that_would_be_lost_stay_words() -> None:
    # In emphasis, in a second line, or such that the words begin with the number again.
    for words in ("**(1)** un\n\n(2) deux", "(1) un\n(2) deux", "- 1. 1.5 litre"):
        root = akn(f"# T\n\n## Art. 1\n\n{words}")
        assert root.find(f".//{A}paragraph") is None
        assert root.find(f".//{A}point") is None


def test_footnotes_of_akoma_ntoso_stand_where_they_are_cited() -> None:
    note = akn(LAW).find(f".//{A}authorialNote")
    assert (note.get("marker"), "".join(note.itertext())) == ("1", "Mémorial A n° 3.")
    assert note.getparent().text == "Vu la loi"


# Word


def part(raw: bytes, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return etree.fromstring(archive.read(name))


def word(source: str, language: str = "fr") -> bytes:
    return FORMATS["docx"].write(document(source, language))


def test_every_part_of_a_word_file_is_declared_and_linked() -> None:
    raw = word(LAW)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = set(archive.namelist())
        for name in names:
            etree.fromstring(archive.read(name))
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    declared = {e.get("PartName") for e in part(raw, "[Content_Types].xml")} - {None}
    assert declared == {f"/{n}" for n in names if not n.endswith(".rels") and n[0] != "["}
    linked = {e.get("Id"): e for e in part(raw, "word/_rels/document.xml.rels")}
    inside = {f"word/{e.get('Target')}" for e in linked.values() if not e.get("TargetMode")}
    assert inside <= names
    used = set(re.findall(rb'r:id="(\w+)"', etree.tostring(part(raw))))
    assert {name.decode() for name in used} <= set(linked)


def test_a_word_file_says_title_author_and_language() -> None:
    raw = word(STATUTE, "de")
    about = {etree.QName(e).localname: e.text for e in part(raw, "docProps/core.xml") if e.text}
    assert (about["title"], about["creator"], about["language"]) == (
        *("Gesetz über Gärten", "Ministère de la Mobilité", "de"),
    )
    languages = part(raw, "word/styles.xml").findall(f".//{W}lang")
    assert [e.get(f"{W}val") for e in languages] == ["de-LU"]


def test_headings_lists_and_tables_are_such_to_word() -> None:
    body = part(word(LAW))
    found = [
        (e.get(f"{W}val"), "".join(e.getparent().getparent().itertext()))
        for e in body.iter(f"{W}pStyle")
    ]
    assert ("Title", "Loi sur les jardins & l’eau") in found
    assert ("Heading1", "Chapitre Ier – Généralités") in found
    assert ("Clause2", "Art. 1er – Objet") in found
    assert ("ClausePoint2", "1°le jardin;") in found
    assert ("ClausePoint1Continued", "avec leur enseignant") in found
    assert ("Quote", "en deux alinéas. »") in found
    defined = {e.get(f"{W}styleId") for e in part(word(LAW), "word/styles.xml").iter(f"{W}style")}
    assert {style for style, _ in found} <= defined
    assert len(body.findall(f".//{W}tblHeader")) == 1


def test_footnotes_counted_through_are_footnotes_of_word() -> None:
    raw = word(LAW)
    assert part(raw).find(f".//{W}footnoteReference") is not None
    assert "Mémorial A n° 3." in "".join(part(raw, "word/footnotes.xml").itertext())
    # Word would give another number to a note that begins anew: it stays words.
    again = word(LAW.replace("Voilà.", "Voilà \\[1\\].\\n\\n\\[1\\] Autre.".replace("\\n", "\n")))
    assert part(again).find(f".//{W}footnoteReference") is None
    assert "[1] Autre." in "".join(part(again).itertext())


def test_corrections_stand_beside_the_text() -> None:
    made = document(LAW)
    erratum = Note(DAY, {"fr": "Lire 50 m².", "de": "Richtig: 50 m²."})
    made = replace(made, errata={made.rows[2].text_id: [erratum]})
    raw = FORMATS["docx"].write(made)
    said = "Rectificatif du 5 mars 2026\u00a0: Lire 50 m²."
    assert said in "".join(part(raw, "word/comments.xml").itertext())
    assert outline(read_again(raw).clauses) == outline(made.rows)
    root = etree.fromstring(FORMATS["akn"].write(made))
    _schema().assertValid(root)
    note = root.find(f".//{A}notes/{A}note")
    assert (note.get("placementBase"), "".join(note.itertext())) == ("#art_1", said)
    assert said in FORMATS["html"].write(made).decode()


# HTML


def test_the_page_needs_nothing_else() -> None:
    page = FORMATS["html"].write(document(LAW)).decode()
    assert not re.search(r"<(?:script|link|img|iframe)|\ssrc=|url\(|@import", page)
    assert '<html lang="fr">' in page
    assert "<title>Loi sur les jardins &amp; l’eau</title>" in page
    assert '<section class="clause" id="art_3bis">\n<h4>Art. 3bis</h4>' in page
    assert re.findall(r'<a href="#([^"]+)"', page) == [row.key for row in document(LAW).rows[1:]]


def test_a_translation_says_so() -> None:
    made = replace(document(STATUTE, "de"), authentic="fr")
    assert "Dies ist eine Übersetzung." in FORMATS["html"].write(made).decode()
    head = part(FORMATS["docx"].write(made), "word/header1.xml")
    assert "Fassung 1 vom 5. März 2026 – Übersetzung" in "".join(head.itertext())
    root = etree.fromstring(FORMATS["akn"].write(made))
    assert root.find(f".//{A}FRBRauthoritative").get("value") == "false"


# Markdown


def test_headings_carry_the_lasting_key() -> None:
    text = FORMATS["md"].write(document(LAW)).decode()
    assert "\n### Art. 1er – Objet {#art_1}\n" in text
    assert text.startswith("# Loi sur les jardins \\& l’eau\n\nNous, Grand-Duc,")
