"""The stored words of a clause as paragraphs, lists, quotations and tables, each with its look. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree, html

from consult.drafts.formats.writing.document import fit


@dataclass(frozen=True)
class Run:
    """Words of one look; line breaks are "\\n". `link` is an address, or nothing."""

    words: str
    bold: bool = False
    italic: bool = False
    link: str = ""

    @property
    def look(self) -> tuple[bool, bool, str]:
        return self.bold, self.italic, self.link


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True)
class Quotation:
    parts: "tuple[Block, ...]"


@dataclass(frozen=True)
class List:
    """`printed` lists have their numbers in their words, and no bullets."""

    items: "tuple[tuple[Block, ...], ...]"
    printed: bool


@dataclass(frozen=True)
class Table:
    """Cells row by row; the first row is the head."""

    rows: tuple[tuple[Runs, ...], ...]


Block = Paragraph | Quotation | List | Table


def blocks(markup: str) -> tuple[Block, ...]:
    """The blocks of sanitised HTML."""
    if not markup:
        return ()
    return tuple(_blocks(html.fragment_fromstring(markup, create_parent="div")))


def words_of(runs: Iterable[Run]) -> str:
    """The plain words of a paragraph."""
    return "".join(run.words for run in runs)


def _blocks(parent: etree._Element) -> Iterator[Block]:
    """The blocks of an element; loose words between them are paragraphs, as in a tight list."""
    loose: list[Run] = _run(parent.text, Run(""))
    for child in parent:
        block = _block(child)
        if block is None:
            loose += _inline(child, Run(""))
        else:
            yield from _paragraph(loose)
            loose = []
            yield block
        loose += _run(child.tail, Run(""))
    yield from _paragraph(loose)


def _block(element: etree._Element) -> Block | None:
    match element.tag:
        case "p":
            return Paragraph(_joined(_content(element, Run(""))))
        case "blockquote":
            return Quotation(tuple(_blocks(element)))
        case "ul" | "ol":
            printed = element.get("class") == "numbered"
            return List(tuple(tuple(_blocks(item)) for item in element), printed)
        case "table":
            return Table(
                tuple(
                    tuple(_joined(_content(cell, Run(""))) for cell in row)
                    for row in element.iter("tr")
                )
            )
    return None


def _paragraph(runs: list[Run]) -> Iterator[Block]:
    if words_of(runs).strip():
        yield Paragraph(_joined(runs))


def _content(element: etree._Element, look: Run) -> list[Run]:
    runs = _run(element.text, look)
    for child in element:
        runs += _inline(child, look)
        runs += _run(child.tail, look)
    return runs


def _inline(element: etree._Element, look: Run) -> list[Run]:
    match element.tag:
        case "br":
            return _run("\n", look)
        case "strong":
            look = Run("", True, look.italic, look.link)
        case "em":
            look = Run("", look.bold, True, look.link)
        case "a":
            look = Run("", look.bold, look.italic, element.get("href", ""))
    return _content(element, look)


def _run(words: str | None, look: Run) -> list[Run]:
    return [Run(fit(words), look.bold, look.italic, look.link)] if words else []


def _joined(runs: Iterable[Run]) -> Runs:
    """Neighbours of one look are one run."""
    out: list[Run] = []
    for run in runs:
        if out and out[-1].look == run.look:
            out[-1] = Run(out[-1].words + run.words, *run.look)
        else:
            out.append(run)
    return tuple(out)
