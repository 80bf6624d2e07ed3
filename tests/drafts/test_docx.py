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


def test_a_heading_above_all_others_is_the_title() -> None:
    """As many write it who do not know the style of a title."""
    title = paragraph("Lignes directrices", style="Titre1")
    below = [
        paragraph("Le vélo", style="Titre2"),
        paragraph("Il a sa place."),
        paragraph("Chapitre Ier", style="Titre2"),
    ]
    draft, _ = read(docx(title, *below))
    assert draft.title == "Lignes directrices"
    assert "Lignes directrices" not in [c.heading for c in draft.clauses]
    another = paragraph("Annexes et modèles", style="Titre1")
    draft, _ = read(docx(title, *below, another))
    assert next(c.heading for c in draft.clauses) == "Lignes directrices"
    numbered = paragraph("Chapitre Ier – Lignes", style="Titre1")
    draft, _ = read(docx(numbered, *below))
    assert next(c.heading for c in draft.clauses) == "Lignes"


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


def field_of(kind: str, instruction: str = "") -> str:
    if instruction:
        return f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def box(words: str) -> str:
    """A box as Word writes it: once for new programs, once more for old ones."""
    inside = f"<w:txbxContent>{paragraph(words)}</w:txbxContent>"
    return (
        "<w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice Requires='wps'><w:drawing>"
        f"{inside}</w:drawing></mc:Choice><mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def test_a_table_of_contents_is_left_out_however_it_was_made() -> None:
    styles = f'<w:styles xmlns:w="{W}"><w:style w:styleId="TM1"><w:name w:val="toc 1"/></w:style></w:styles>'
    control = (
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>"
        f"</w:sdtPr><w:sdtContent>{paragraph('Art. 1 Objet 2')}</w:sdtContent></w:sdt>"
    )
    raw = docx(
        control,
        paragraph("Art. 1. Objet 3", style="TM1"),
        paragraph(
            field_of("begin"), field_of("", " TOC \\o "), field_of("separate"), run("Art. 1. X 4")
        ),
        paragraph("Art. 2. Y 5"),
        paragraph(field_of("end"), run("Vu la loi ;")),
        paragraph(run("Art. 1.", "<w:b/>"), run(" Chaque rue a un banc.")),
        word__styles=styles,
    )
    draft, warnings = read(raw)
    assert told(draft) == [
        ("", "Préambule", "Vu la loi ;"),
        ("Art. 1", "", "Chaque rue a un banc."),
    ]
    assert [w.message for w in warnings] == ["The table of contents was left out; it is made anew."]


def test_words_in_boxes_controls_fields_and_links_are_kept() -> None:
    rels = (
        '<Relationships><Relationship Id="r1" Target="https://legilux.lu/x" TargetMode="External"/>'
        '<Relationship Id="r2" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    link = "<w:hyperlink xmlns:r='r' r:id='{}'><w:r><w:t>{}</w:t></w:r></w:hyperlink>"
    raw = docx(
        paragraph(run("Art. 1.", "<w:b/>"), run(" Voir l’en\u00adcadré."), box("Dans la boîte.")),
        paragraph(
            link.format("r1", "ici"),
            run(" et "),
            link.format("r2", "là"),
            "<w:sdt><w:sdtContent><w:r><w:t>, choisi</w:t></w:r></w:sdtContent></w:sdt>",
            field_of("begin"),
            field_of("", " REF x "),
            field_of("separate"),
            run(", article 3"),
            field_of("end"),
            '<w:r><w:commentReference w:id="1"/></w:r>',
            '<w:r><w:endnoteReference w:id="2"/></w:r>',
        ),
        word__endnotes=f'<w:endnotes xmlns:w="{W}"><w:endnote w:id="2"><w:p><w:r><w:t>Fin.</w:t></w:r></w:p>'
        "</w:endnote></w:endnotes>",
        **{"word/_rels/document.xml.rels": rels},
    )
    draft, warnings = read(raw)
    (clause,) = draft.clauses
    assert clause.rendered.text == (
        "Voir l’encadré.\nDans la boîte.\nici et là, choisi, article 3 [1]\n[1] Fin."
    )
    assert 'href="https://legilux.lu/x"' in clause.rendered.html
    assert "passwd" not in clause.rendered.html
    assert {w.message.split(" ")[0] for w in warnings} == {"Boxes", "Remarks"}


def test_what_was_deleted_does_not_count_any_more() -> None:
    gone = (
        '<w:p><w:pPr><w:rPr><w:del w:id="3"/></w:rPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/>'
        '</w:numPr></w:pPr><w:del w:id="4"><w:r><w:delText>Fort</w:delText></w:r></w:del></w:p>'
    )
    row = "<w:tr>{}<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
    table = (
        "<w:tbl><w:sdt><w:sdtContent>"
        + row.format("", "eins")
        + "</w:sdtContent></w:sdt>"
        + row.format("<w:trPr><w:del w:id='5'/></w:trPr>", "weg")
        + "</w:tbl>"
    )
    draft, warnings = read(
        docx(
            paragraph("Objet", style="Titre2"),
            gone,
            paragraph("Accès", style="Titre2"),
            paragraph("Il est libre."),
            table,
        )
    )
    assert told(draft)[1] == ("Art. 2", "Accès", "Il est libre.\neins\t")
    assert len(warnings) == 1


def test_lists_that_only_name_their_style_begin_where_they_are_told_to() -> None:
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="Art. %1."/></w:lvl>'
    )
    lists = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:styleLink w:val="Lois"/>{level}'
        '</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="Lois"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="9"/></w:lvlOverride></w:num></w:numbering>'
    )
    draft, _ = read(
        docx(
            paragraph("Un banc par rue.", list_id=1),
            paragraph("Deux par place.", list_id=1),
            paragraph("Aucun ailleurs.", list_id=2),
            word__numbering=lists,
        )
    )
    assert [clause.number for clause in draft.clauses] == ["Art. 4", "Art. 5", "Art. 9"]


def heading_of(*paragraphs: str) -> list[str]:
    draft, _ = read(docx(*(paragraph(run(words, "<w:b/>")) for words in paragraphs)))
    return [clause.number or clause.heading for clause in draft.clauses]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (["Article unique", "x."], ["Article unique"]),
        (["Art. 1er A. – Objet", "Art. 1er B. – But"], ["Art. 1er A", "Art. 1er B"]),
        (["Article premier", "x.", "Article 2"], ["Article premier", "Article 2"]),
        (["Artikel 1", "x.", "Artikel 2 Zweck"], ["Artikel 1", "Artikel 2"]),
        (["§\u00a01", "x.", "§ 1a Zweck", "§ 2"], ["§\u00a01", "§ 1a", "§ 2"]),
        (
            ["Erstes Kapitel", "§ 1 Zweck", "Zweites Kapitel – Schluss", "§ 2 Ende"],
            ["Erstes Kapitel", "§ 1", "Zweites Kapitel", "§ 2"],
        ),
        (
            ["Titre Ier – A", "Art. 1.", "Annexe I", "Art. 1.", "Annexe II – Liste"],
            ["Titre Ier", "Art. 1", "Annexe I", "Art. 1", "Annexe II"],
        ),
        # Parts that each count their articles anew.
        (
            ["Partie I", "Art. 1.", "Art. 2.", "Partie II", "Art. 1.", "Art. 2."],
            ["Partie I", "Art. 1", "Art. 2", "Partie II", "Art. 1", "Art. 2"],
        ),
        # A law that is quoted has articles of its own; the next of this law ends it anyhow.
        (
            [
                "Art. 1.",
                "Il est inséré : « Art. 7. – Bancs",
                "Art. 8. – Arbres",
                "Ils sont verts. »",
                "Art. 2.",
            ],
            ["Art. 1", "Art. 2"],
        ),
        (["Art. 1.", "Il est inséré : « x", "Art. 2.", "Art. 3."], ["Art. 1", "Art. 2", "Art. 3"]),
    ],
)
def test_how_articles_and_divisions_are_typed(typed: list[str], wanted: list[str]) -> None:
    assert heading_of(*typed) == wanted
