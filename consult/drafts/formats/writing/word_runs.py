"""Words, paragraphs and tables in WordprocessingML."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

from consult.drafts.formats.writing.blocks import Run, Runs
from consult.drafts.formats.writing.flow import Grid
from consult.drafts.formats.writing.notes import Noted

_OUTSIDE = ("https://", "http://", "mailto:")
_SIGNS = {"\n": "<w:br/>", "\t": "<w:tab/>"}
_WIDTH = 9070  # of the text on a page, in twentieths of a point


@dataclass
class Links:
    """The addresses that a file points to, each with the name of its relationship."""

    names: dict[str, str] = field(default_factory=dict)

    def name(self, address: str) -> str:
        return self.names.setdefault(address, f"link{len(self.names) + 1}")

    def around(self, run: Run, content: str) -> str:
        """What is shown of a run, within its link if it leads out of the site."""
        if not run.link.startswith(_OUTSIDE) or not content:
            return content
        return f'<w:hyperlink r:id="{self.name(run.link)}">{content}</w:hyperlink>'

    def by_name(self) -> dict[str, str]:
        return {name: address for address, name in self.names.items()}


@dataclass
class Notes:
    """The footnotes of a file in their order, as runs."""

    runs: list[Runs] = field(default_factory=list)

    def cited(self, run: Noted) -> str:
        self.runs.append(run.note)
        return (
            '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
            f'<w:footnoteReference w:id="{len(self.runs)}"/></w:r>'
        )


@dataclass
class Comments:
    """What stands beside the text, each with its time."""

    said: list[tuple[datetime, str]] = field(default_factory=list)

    def around(self, content: str, notes: Sequence[tuple[datetime, str]]) -> str:
        """Words with the comments on them."""
        for note in notes:
            number = f'w:id="{len(self.said)}"'
            self.said.append(note)
            content = (
                f"<w:commentRangeStart {number}/>{content}<w:commentRangeEnd {number}/>"
                f"<w:r><w:commentReference {number}/></w:r>"
            )
        return content


def look(run: Run, *, change: str = "") -> str:
    """The look of a run; `change` says what it was before."""
    said = '<w:rStyle w:val="Hyperlink"/>' if run.link.startswith(_OUTSIDE) else ""
    said += "<w:b/><w:bCs/>" if run.bold else ""
    said += "<w:i/><w:iCs/>" if run.italic else ""
    return f"<w:rPr>{said}{change}</w:rPr>" if said or change else ""


def words(run: Run, element: str = "t", *, change: str = "") -> str:
    """A run; `element` is "delText" within a deletion."""
    if not run.words:
        return ""
    pieces = re.split(r"([\n\t])", run.words)
    said = "".join(
        _SIGNS.get(piece) or f'<w:{element} xml:space="preserve">{escape(piece)}</w:{element}>'
        for piece in pieces
        if piece
    )
    return f"<w:r>{look(run, change=change)}{said}</w:r>"


def plain(runs: Runs, links: Links, notes: Notes | None = None) -> str:
    """Runs as they stand."""
    return "".join(
        notes.cited(run)
        if isinstance(run, Noted) and notes is not None
        else links.around(run, words(run))
        for run in runs
    )


def paragraph(style: str, content: str, *, mark: str = "", change: str = "") -> str:
    """A paragraph; `mark` is what happened to its end, `change` what its style was before."""
    tracked = f"<w:rPr>{mark}</w:rPr>" if mark else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{tracked}{change}</w:pPr>{content}</w:p>'


def grid(said: Grid, links: Links, notes: Notes | None = None) -> str:
    rows = [
        row([plain(cell, links, notes) for cell in cells], head=index == 0, wide=width(said))
        for index, cells in enumerate(said.table.rows)
    ]
    return table(rows, width(said)) + end_of_table()


def width(said: Grid) -> int:
    """The number of columns."""
    return max((len(cells) for cells in said.table.rows), default=1)


def table(rows: Sequence[str], columns: int) -> str:
    grid_columns = f'<w:gridCol w:w="{_WIDTH // columns}"/>' * columns
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0"'
        ' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr>'
        f"<w:tblGrid>{grid_columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def row(
    cells: Sequence[str],
    *,
    head: bool,
    wide: int,
    tracked: str = "",
    ended: Callable[[], str] = lambda: "",
) -> str:
    """A table row; `tracked` is what happened to it, `ended` the same of the ends of its cells."""
    style = "TableHead" if head else "TableText"
    said = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{_WIDTH // wide}" w:type="dxa"/></w:tcPr>'
        f"{paragraph(style, cell, mark=ended())}</w:tc>"
        for cell in cells
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}{tracked}</w:trPr>{said}</w:tr>"


def end_of_table(mark: str = "") -> str:
    """The paragraph between a table and what follows: two tables that touch would be one."""
    return paragraph("TableEnd", "", mark=mark)
