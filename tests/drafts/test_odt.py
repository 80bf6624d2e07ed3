"""OpenDocument in: numbers that the program counts, looks, notes and tables."""

import io
import zipfile

from consult.drafts.errors import Complaint
from consult.drafts.formats import source_of
from consult.drafts.reading import ParsedDraft, read_markdown

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("style", "style"),
        ("table", "table"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
    )
)
STYLES = """<office:styles>
<style:style style:name="Title"/><style:style style:name="P1" style:parent-style-name="Title"/>
<style:style style:name="Gras"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Penche"><style:text-properties fo:font-style="italic"/></style:style>
<text:outline-style>
<text:outline-level-style text:level="1" style:num-format="I" style:num-prefix="Chapitre "/>
<text:outline-level-style text:level="2" style:num-format="1" style:num-prefix="Art. " style:num-suffix="."/>
<text:outline-level-style text:level="3" style:num-format=""/>
</text:outline-style>
<text:list-style style:name="L1">
<text:list-level-style-number text:level="1" style:num-format="1" style:num-prefix="(" style:num-suffix=")"/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/>
</text:list-style>
<text:list-style style:name="L2">
<text:list-level-style-bullet text:level="1" text:bullet-char="–"/>
<text:list-level-style-bullet text:level="2" text:bullet-char="•"/>
</text:list-style>
</office:styles>"""


def odt(content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMESPACES}><office:body><office:text>{content}</office:text>"
            "</office:body></office:document-content>",
        )
        archive.writestr(
            "styles.xml", f"<office:document-styles {NAMESPACES}>{STYLES}</office:document-styles>"
        )
    return file.getvalue()


def read(content: str) -> tuple[ParsedDraft, list[Complaint]]:
    warnings: list[Complaint] = []
    return read_markdown(source_of(odt(content), "fr", warnings), "fr"), warnings


def told(draft: ParsedDraft) -> list[tuple[str, str, str]]:
    return [(c.number, c.heading, c.rendered.text) for c in draft.clauses]


def heading(level: int, words: str) -> str:
    return f'<text:h text:outline-level="{level}">{words}</text:h>'


def items(style: str, *words: str, more: str = "") -> str:
    said = "".join(
        f"<text:list-item>{one if one.startswith('<') else f'<text:p>{one}</text:p>'}</text:list-item>"
        for one in words
    )
    return f'<text:list text:style-name="{style}" {more}>{said}</text:list>'


def test_numbers_that_the_program_counts_are_rebuilt() -> None:
    inner = f"<text:p>Il compte :</text:p>{items('L1', 'un arbre ;', 'un banc.')}"
    draft, warnings = read(
        '<text:p text:style-name="P1">Loi sur les jardins</text:p>'
        + heading(1, "Dispositions")
        + heading(2, "Objet")
        + items("L1", "Tout jardin est ouvert.", inner)
        + "<text:p>Entre.</text:p>"
        + items("L1", "Clos.", more='text:continue-numbering="true"')
        + heading(2, "Accès")
        + items("L1", "Il est libre.")
        + items("L2", "tiret")
        + heading(1, "Sanctions")
        + heading(2, "Amende")
        + "<text:p>Cent euros.</text:p>"
    )
    assert draft.title == "Loi sur les jardins"
    assert [(n, h, t.replace("\n\n", "\n")) for n, h, t in told(draft)] == [
        ("Chapitre I", "Dispositions", ""),
        (
            "Art. 1",
            "Objet",
            "(1) Tout jardin est ouvert.\n(2) Il compte :\na) un arbre ;\nb) un banc.\nEntre.\n(3) Clos.",
        ),
        ("Art. 2", "Accès", "(1) Il est libre.\n– tiret"),
        ("Chapitre II", "Sanctions", ""),
        ("Art. 1", "Amende", "Cent euros."),
    ]
    assert warnings == []


def test_looks_notes_tables_and_what_was_deleted() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Loi de 1990."
        "</text:p></text:note-body></text:note>"
    )
    cell = "<table:table-cell {}><text:p>{}</text:p></table:table-cell>"
    draft, warnings = read(
        "<text:tracked-changes><text:deletion><text:p>vieux</text:p></text:deletion>"
        "</text:tracked-changes>"
        '<text:p text:style-name="Gras">Art. 1er. – Objet</text:p>'
        '<text:p>Le <text:span text:style-name="Penche">ba</text:span><text:span'
        f' text:style-name="Penche">nc</text:span>\n  neuf{note}<text:line-break/>et'
        "<text:s text:c='2'/>vert<draw:frame/></text:p><table:table><table:table-row>"
        + cell.format("", "Rue")
        + cell.format("table:number-columns-repeated='2'", "Banc")
        + "</table:table-row><table:table-row>"
        + cell.format("table:number-columns-spanned='3'", "toutes")
        + "<table:covered-table-cell/></table:table-row></table:table>"
    )
    (clause,) = draft.clauses
    assert (clause.number, clause.heading) == ("Art. 1er", "Objet")
    assert clause.rendered.text == (
        "Le banc neuf [1]\net vert\nRue\tBanc\tBanc\t\ntoutes\t\t\t\n[1] Loi de 1990."
    )
    assert "<em>banc</em>" in clause.rendered.html
    assert len(warnings) == 2


def test_contents_boxes_remarks_and_links() -> None:
    link = '<text:a xlink:href="{}" xmlns:xlink="http://www.w3.org/1999/xlink">{}</text:a>'
    draft, warnings = read(
        "<text:tracked-changes><text:changed-region/></text:tracked-changes>"
        "<text:table-of-content><text:index-body><text:p>Art. 1 Objet 3</text:p></text:index-body>"
        "</text:table-of-content>" + heading(2, "Objet") + "<text:p>Voir l’en\u00adcadré"
        "<draw:frame><draw:text-box><text:p>Dans la boîte.</text:p></draw:text-box></draw:frame>"
        "<office:annotation><text:p>À revoir</text:p></office:annotation> et "
        + link.format("https://legilux.lu/x", "ici")
        + ", "
        + link.format("file:///etc/passwd", "là")
        + ".</text:p><text:p>Fin.</text:p>"
    )
    (clause,) = draft.clauses
    assert (clause.number, clause.heading) == ("Art. 1", "Objet")
    assert clause.rendered.text == "Voir l’encadré et ici, là.\nDans la boîte.\nFin."
    assert 'href="https://legilux.lu/x"' in clause.rendered.html
    assert "passwd" not in clause.rendered.html
    assert [w.message.split(" ")[0] for w in warnings] == ["Boxes", "Tracked", "The", "Remarks"]
