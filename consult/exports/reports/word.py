"""The report as a Word file, to go on writing in: headings, tables with header rows, languages."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from consult.drafts.formats.writing.document import Document, fit
from consult.drafts.formats.writing.word_package import package
from consult.drafts.formats.writing.word_runs import Links, end_of_table
from consult.drafts.formats.writing.word_styles import LANGUAGES
from consult.exports.reports.blocks import (
    INSERTED,
    SENTENCE,
    STRONG,
    STRUCK,
    Block,
    Cell,
    Change,
    Chart,
    Heading,
    Items,
    Paragraph,
    Quote,
    Report,
    Run,
    Table,
)
from consult.exports.reports.html import marked, shown
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import speaking, time_text

_WIDTH = 9070  # of the text on a page, in twentieths of a point
# A broad letter of a table and what stays free beside the words of a cell, in the same unit.
_LETTER, _SIDES = 145, 240
_LOOKS = {
    STRONG: "<w:b/><w:bCs/>",
    STRUCK: '<w:strike/><w:color w:val="8F1D14"/>',
    INSERTED: '<w:color w:val="0B5C2E"/><w:u w:val="single"/>',
}


def to_docx(report: Report) -> bytes:
    with speaking(report.language):
        links = Links()
        body = _paragraph("Title", _words(report.title))
        for block in report.shown():
            body += "".join(_block(block, report.language, links))
        return package(
            _document(report),
            body,
            about=_("As of %(time)s.", time=time_text(report.at)),
            links=links.by_name(),
        )


def _document(report: Report) -> Document:
    """What the file says of itself; its clauses are those of no text."""
    return Document(
        slug=report.slug,
        address=report.address,
        title=report.title,
        language=report.language,
        authentic=report.language,
        number=1,
        at=report.at,
        first_at=report.at,
        public=True,
        body=report.body,
        rows=(),
    )


def _block(block: Block, language: str, links: Links) -> Iterator[str]:
    match block:
        case Heading(level, words, code):
            # The title of the file stands above; chapters are the first level in Word.
            yield _paragraph(
                f"Heading{level - 1}",
                _words(words, language=_other(code, language)),
                more='<w:jc w:val="left"/>',
            )
        case Paragraph(runs, _quiet):
            yield _paragraph("Normal", _runs(runs, language, links))
        case Items(items):
            yield "".join(_paragraph("ClauseBullet1", _runs(i, language, links)) for i in items)
        case Quote(words, code, source, link):
            said = Run(words, language=code)
            yield _paragraph("Quote", _run(said, language, links)) + _paragraph(
                "TableText", _run(Run(source, link=link), language, links)
            )
        case Change(runs, code):
            told = tuple(Run(r.words, r.look, r.link, r.language or code) for r in runs)
            yield _paragraph("Normal", _runs(told, language, links))
        case Chart(beside=True):
            return  # the table that follows says the same
        case Chart():
            rows = tuple((bar.name, bar.value) for bar in block.bars)
            yield _table(Table(block.caption, ("", _("Points")), rows, sheet=""))
        case Table():
            yield _table(block)


def _runs(runs: tuple[Run, ...], language: str, links: Links) -> str:
    return "".join(_run(run, language, links) for run in runs if run.words)


def _run(run: Run, language: str, links: Links) -> str:
    code = _other(run.language, language)
    words = _words(run.words, _LOOKS.get(run.look, ""), code)
    if run.link:
        words = _words(run.words, '<w:rStyle w:val="Hyperlink"/>', code)
        words = f'<w:hyperlink r:id="{links.name(run.link)}">{words}</w:hyperlink>'
    if said := marked(run.look):
        # Colour and lines are no words: who hears the text, or copies it, is told as well.
        return _words(said) + words + _words("]")
    return words


def _words(words: str, look: str = "", language: str = "") -> str:
    spoken = f'<w:lang w:val="{LANGUAGES[language]}"/>' if language in LANGUAGES else ""
    lines = fit(words).split("\n")
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r><w:rPr>{look}{spoken}</w:rPr>{said}</w:r>"


def _paragraph(style: str, content: str, *, more: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{content}</w:p>'


def _table(table: Table) -> str:
    """With its caption above it and for screen readers, and a first row that is repeated."""
    wide = list(_widths(table))
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in wide)
    head = _row(table.head, wide, head=True)
    rows = "".join(_row(row, wide) for row in table.rows)
    return (
        _paragraph("Caption", _words(table.caption))
        + '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/>'
        '<w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1"'
        ' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(fit(table.caption))}/></w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid>{head}{rows}</w:tbl>{end_of_table()}"
    )


def _widths(table: Table) -> Iterator[int]:
    """Each column holds its longest word; what is left goes to words, by the room they want."""
    room = table.room if any(table.room) else [1] * len(table.head)
    columns = zip(table.head, *table.rows, strict=True)
    least = [_LETTER * min(SENTENCE // 2, max(map(_longest, cells))) + _SIDES for cells in columns]
    left = max(0, _WIDTH - sum(least))
    shrunk = min(1, _WIDTH / sum(least))
    for narrow, letters in zip(least, room, strict=True):
        yield int(narrow * shrunk) + left * letters // sum(room)


def _longest(cell: Cell) -> int:
    """The letters of the longest word: a line is not broken within it."""
    return max(map(len, shown(cell).split()), default=0)


def _row(cells: tuple[Cell, ...], wide: list[int], *, head: bool = False) -> str:
    style = "TableHead" if head else "TableText"
    said = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"{_paragraph(style, _words(shown(cell)), more=_side(cell))}</w:tc>"
        for cell, width in zip(cells, wide, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{said}</w:tr>"


def _side(cell: Cell) -> str:
    return '<w:jc w:val="right"/>' if isinstance(cell, int) else ""


def _other(code: str, around: str) -> str:
    return code if code != around else ""
