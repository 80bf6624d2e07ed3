"""A text as the paragraphs and tables of a word processor, each with its style. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consult.drafts.formats.writing.blocks import (
    Block,
    List,
    Paragraph,
    Quotation,
    Run,
    Runs,
    Table,
    blocks,
    words_of,
)
from consult.drafts.formats.writing.document import Place, fit
from consult.drafts.formats.writing.notes import noted
from consult.drafts.formats.writing.points import number_taken_off
from consult.drafts.numbering import CHAPTER, joined

DEEPEST_HEADING = 6
DEEPEST_LIST = 6

TITLE, TEXT, QUOTE = "Title", "ClauseText", "Quote"


@dataclass(frozen=True)
class Line:
    """A paragraph: its style and its words."""

    style: str
    runs: Runs

    @property
    def words(self) -> str:
        return words_of(self.runs)


@dataclass(frozen=True)
class Grid:
    """A table."""

    table: Table

    @property
    def words(self) -> str:
        return "\n".join(row_words(row) for row in self.table.rows)


Piece = Line | Grid


def row_words(row: Sequence[Runs]) -> str:
    """The words of a table row."""
    return "\t".join(words_of(cell) for cell in row)


def heading(place: Place) -> Line:
    """The heading of a chapter or clause; empty where it has neither number nor words."""
    row = place.row
    level = min(place.depth + 1, DEEPEST_HEADING)
    words = fit(joined(row.number, row.heading))
    # One without words is not taken for a heading that somebody left empty: the style is ours.
    style = f"Heading{level}" if row.kind == CHAPTER and words else f"Clause{level}"
    return Line(style, (Run(words),))


def body(place: Place, *, notes: bool = False) -> list[Piece]:
    """The words of a chapter or clause; its footnotes where they are cited if `notes`."""
    words = blocks(place.row.html)
    return list(_pieces(noted(words) if notes else words, 0, ""))


def _pieces(words: Sequence[Block], depth: int, quoted: str) -> Iterator[Piece]:
    """`depth` counts the lists around these blocks; `quoted` is the style within a quotation."""
    for block in words:
        match block:
            case Paragraph(runs):
                yield Line(quoted or (_point(depth, "Continued") if depth else TEXT), runs)
            case Table():
                yield Grid(block)
            case Quotation(parts):
                yield from _pieces(parts, depth, QUOTE)
            case List(items, printed):
                for item in items:
                    yield from _item(item, depth + 1, printed, quoted)


def _item(item: Sequence[Block], depth: int, printed: bool, quoted: str) -> Iterator[Piece]:
    first = item[0] if item else Paragraph(())
    if isinstance(first, Paragraph):
        if printed and not quoted:
            yield Line(_point(depth), _tabbed(first))
        else:
            yield Line(quoted or f"ClauseBullet{min(depth, DEEPEST_LIST)}", first.runs)
        item = item[1:]
    yield from _pieces(item, depth, quoted)


def _tabbed(point: Paragraph) -> Runs:
    """The number of a point, a tab and its words, so that the words begin below each other."""
    taken = number_taken_off(point)
    return point.runs if taken is None else (Run(f"{taken[0]}\t"), *taken[1].runs)


def _point(depth: int, more: str = "") -> str:
    return f"ClausePoint{min(depth, DEEPEST_LIST)}{more}"
