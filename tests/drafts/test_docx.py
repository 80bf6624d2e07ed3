"""Word in: numbers that Word counts by itself, articles that are only paragraphs, and hostile files."""

import io
import zipfile

import pytest

from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.formats import source_of
from consult.drafts.formats.counting import counted
from consult.drafts.reading import ParsedDraft, read_markdown
from tests.drafts.word import W, docx, paragraph, run


def read(raw: bytes, language: str = "fr") -> tuple[ParsedDraft, list[Complaint]]:
    warnings: list[Complaint] = []
    return read_markdown(source_of(raw, language, warnings), language), warnings


def told(draft: ParsedDraft) -> list[tuple[str, str, str]]:
    return [(c.number, c.heading, c.rendered.text) for c in draft.clauses]


def test_numbers_that_word_counts_are_rebuilt_from_its_lists() -> None:
    raw = docx(
        paragraph("Loi sur les jardins", style="Titre"),
        paragraph("Dispositions", style="Titre1", list_id=1),
        paragraph("Objet", style="Titre2"),
        paragraph("Tout jardin est ouvert.", list_id=1, level=2),
        paragraph("Il compte :", list_id=1, level=2),
        paragraph("un arbre ;", list_id=1, level=3),
        paragraph("un banc.", list_id=1, level=3),
        paragraph("Accès", style="Titre2"),
        paragraph("Il est libre.", list_id=1, level=2),
        paragraph("Sanctions", style="Titre1", list_id=1),
        paragraph("Amende", style="Titre2"),
        paragraph("Cent euros."),
    )
    draft, warnings = read(raw)
    assert draft.title == "Loi sur les jardins"
    assert told(draft) == [
        ("Chapitre I", "Dispositions", ""),
        (
            "Art. 1",
            "Objet",
            "(1) Tout jardin est ouvert.\n(2) Il compte :\na) un arbre ;\nb) un banc.",
        ),
        ("Art. 2", "Accès", "(1) Il est libre."),
        ("Chapitre II", "Sanctions", ""),
        ("Art. 3", "Amende", "Cent euros."),
    ]
    assert warnings == []


def test_articles_typed_as_paragraphs_are_found() -> None:
    raw = docx(
        paragraph("Projet de loi sur les bancs", style="Titre"),
        paragraph("Vu l’avis du Conseil d’État ;"),
        paragraph(run("Chapitre 1er – Objet", "<w:b/>")),
        paragraph(run("Art. 1er.", "<w:b/>"), run(" Chaque rue a un banc.")),
        paragraph("Art. 5 du Code de la rue s’applique."),
        paragraph("(2) Il est vert."),
        paragraph(run("Art. 2. – Entretien", "<w:b/>")),
        paragraph("La commune l’entretient."),
    )
    draft, _ = read(raw)
    assert told(draft) == [
        ("", "Préambule", "Vu l’avis du Conseil d’État ;"),
        ("Chapitre 1er", "Objet", ""),
        (
            "Art. 1er",
            "",
            "Chaque rue a un banc.\nArt. 5 du Code de la rue s’applique.\n(2) Il est vert.",
        ),
        ("Art. 2", "Entretien", "La commune l’entretient."),
    ]


def test_lists_tables_notes_looks_and_changes() -> None:
    cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    table = (
        f"<w:tbl><w:tr>{cell.format('', 'Rue')}{cell.format('', 'Bancs')}</w:tr><w:tr>"
        + cell.format('<w:gridSpan w:val="2"/>', "toutes")
        + "</w:tr></w:tbl>"
    )
    raw = docx(
        paragraph("Article 1", style="Titre1"),
        paragraph(
            "Le ",
            run("ba", "<w:i/>"),
            run("nc", "<w:i/>"),
            '<w:ins w:id="1"><w:r><w:t> neuf</w:t></w:r></w:ins>',
            '<w:del w:id="2"><w:r><w:delText> vieux</w:delText></w:r></w:del>',
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
            "<w:r><w:drawing/></w:r>",
            run("invisible", "<w:vanish/>"),
        ),
        paragraph("puce", list_id=2),
        paragraph("dedans", list_id=2, level=1),
        table,
    )
    draft, warnings = read(raw)
    (clause,) = draft.clauses
    assert clause.rendered.text.replace("\n\n", "\n") == (
        "Le banc neuf [1]\npuce\niii. dedans\nRue\tBancs\t\ntoutes\t\t\n[1] Loi de 1990."
    )
    assert "<em>banc</em>" in clause.rendered.html
    assert len(warnings) == 3


@pytest.mark.parametrize(
    ("count", "style", "printed"),
    [
        (3, "1", "3"),
        (28, "a", "bb"),
        (4, "A", "D"),
        (1994, "I", "MCMXCIV"),
        (9, "i", "ix"),
        (7, "01", "07"),
        (2, "", ""),
        (0, "a", "0"),
    ],
)
def test_numbers_are_printed_as_word_processors_do(count: int, style: str, printed: str) -> None:
    assert counted(count, style) == printed


def _zip_bomb() -> bytes:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(90):
            part.write(b" " * 1_000_000)
    return file.getvalue()


def _encrypted() -> bytes:
    raw = bytearray(docx(paragraph("Art. 1. a")))
    at = raw.find(b"PK\x01\x02", raw.find(b"word/document.xml", 200))
    return bytes(raw[:at]) + b"\x00" * 20


@pytest.mark.parametrize(
    "raw",
    [
        b"PK\x03\x04" + b"\x00" * 100,
        docx(paragraph("Art. 1. a"))[:-200],
        docx(word__document="<w:document"),
        docx(word__document=f'<w:document xmlns:w="{W}"/>'),
        docx(
            word__document="<!DOCTYPE a [<!ENTITY b 'c'>]><a>" + "<b>" * 300 + "</b>" * 300 + "</a>"
        ),
        docx(paragraph("Only a letter.")),
        docx(),
        _zip_bomb(),
        _encrypted(),
    ],
    ids=["torn", "cut", "xml", "bodiless", "deep", "letter", "empty", "bomb", "broken"],
)
def test_what_cannot_be_read_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(UnreadableTextError) as refused:
        read(raw)
    assert refused.value.complaints


def test_a_style_that_rests_on_itself_ends() -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"><w:name w:val="a"/><w:basedOn w:val="b"/>'
        '</w:style><w:style w:styleId="b"><w:name w:val="b"/><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    draft, _ = read(
        docx(paragraph("Art. 1. – Objet", style="a"), paragraph("x"), word__styles=styles)
    )
    assert told(draft) == [("Art. 1", "Objet", "x")]
