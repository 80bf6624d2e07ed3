"""Akoma Ntoso in: OASIS LegalDocML 3.0 and its dialects of Luxembourg, Germany and the Union.

Elements are known by their local names, so that CSD13 (Legilux), LegalDocML.de, AKN4EU and what LEOS
writes are read alike. Divisions become headings, articles the deepest ones; paragraphs and points keep
their printed numbers, and lists without any get those of their style. What Markdown cannot hold is
left out and said.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.formats.composing import (
    Item,
    Paragraph,
    Part,
    Quote,
    Table,
    emphasised,
    heading,
    one_line,
    written,
)
from consult.drafts.formats.counting import counted, whole
from consult.drafts.formats.leaving import PICTURE, SPAN, told
from consult.drafts.formats.opening import local, parsed
from consult.drafts.headings import SAFE_LINK, escaped
from consult.drafts.numbering import CHAPTER
from consult.kernel.i18n import mark


def _names(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


_DIVISIONS = _names(
    "book chapter division part section subchapter subdivision subpart subsection subtitle title"
    " tome"
)
_DOCUMENTS = _names("act bill doc statement amendment judgment debate")
# Elements that stand by themselves; all others are words within a line.
_BLOCKS = _DIVISIONS | _names(
    "alinea article block blockContainer blockList body citation citations clause conclusions"
    " container content crossHeading embeddedStructure formula hcontainer indent interstitial intro"
    " item level li list listIntroduction listWrapUp longTitle mainBody ol p paragraph point preamble"
    " proviso quotedStructure recital recitals rule signature subclause sublist subparagraph subrule"
    " table tblock transitional ul wrap wrapUp"
)
# Numbered ones that are no items of a list.
_PARAGRAPHS = _names("alinea article citation paragraph recital subparagraph")
_EMPHASIS = {"i": "*", "em": "*", "b": "**", "strong": "**"}
_NOTES = frozenset({"authorialNote", "note"})
_PICTURES = frozenset({"img", "math", "svg", "foreign"})
_UNSEEN = frozenset({"meta", "toc", "documentRef", "componentRef", "num", "docTitle", "marker"})

# Some put HTML into the text, escaped.
_TAG_AS_TEXT = re.compile(r"</(?:p|span|div|em|strong|sup)>|<(?:p|span|div) [^<>]*>|<br ?/?>")

_CLOSING = {
    "fr": "Formule finale",
    "de": "Schlussformel",
    "lb": "Schlussformel",
    "en": "Closing formula",
}
_ANNEX = {"fr": "Annexe", "de": "Anhang", "lb": "Annexe", "en": "Annex"}

_NOT_AKN = mark("This XML file is not Akoma Ntoso.")


def is_xml(raw: bytes) -> bool:
    """Whether a file claims to be XML."""
    return re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|[\w:]*akomaNtoso)", raw[:400]) is not None


def to_markdown(raw: bytes, language: str, warnings: list[Complaint]) -> str:
    """The Markdown of an Akoma Ntoso document; says in `warnings` what was left out.

    Raises UnreadableTextError for what is not such a document.
    """
    root = parsed(raw)
    if local(root) != "akomaNtoso":
        raise UnreadableTextError([Complaint(_NOT_AKN)])
    reader = _Reader(language)
    for document in _children(root, *_DOCUMENTS):
        reader.document(document)
    warnings += told(reader.left_out)
    return "\n\n".join(reader.blocks) + "\n"


def _children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    return (child for child in element if local(child) in names)


def _ids(element: etree._Element) -> list[str | None]:
    """What the file calls an element: the name that lasts (wId), else its own; and its GUID."""
    own = ("wId", "eId", "id", "{http://www.w3.org/XML/1998/namespace}id")
    lasting = next((element.get(name) for name in own if element.get(name)), None)
    return [lasting, element.get("GUID")]


def _has(element: etree._Element, name: str) -> bool:
    return next(_children(element, name), None) is not None


def _in_reading_order(element: etree._Element) -> list[etree._Element]:
    """The children; the French Senate writes what stands below a number before its own words."""
    children = list(element)
    if _has(element, "alinea"):
        children.sort(key=lambda child: local(child) not in {"num", "heading", "intro", "content"})
    return children


@dataclass
class _Reader:
    """What a document says so far: Markdown blocks, and the footnotes of the clause at hand."""

    language: str
    blocks: list[str] = field(default_factory=list)
    notes: list[Part] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    closed: bool = False

    def document(self, document: etree._Element, *, within: bool = False) -> None:
        """An act, a bill, or a document within one, which begins with a heading."""
        title = self._title(document)
        if within:
            self.blocks.append(heading(2, "", title or _ANNEX[self.language]))
        elif title:
            self.blocks.append(heading(1, "", title))
        self.closed = False
        for child in document:
            name = local(child)
            if name in {"body", "mainBody"}:
                self._hierarchy(child, 3 if within else 2)
            elif name == "preamble":
                self._clause(child)
            elif name == "conclusions":
                self._closing(child)
        for part in _children(document, "attachments", "components"):
            for holder in part:
                for inner in _children(holder, *_DOCUMENTS):
                    self.document(inner, within=True)

    def _title(self, document: etree._Element) -> str:
        """What the preface says; where it is silent, the title in the preamble."""
        for place in _children(document, "preface", "preamble"):
            wanted = ("longTitle", "docTitle") if local(place) == "preface" else ("docTitle",)
            found = list(_children(place, *wanted))
            found = found or (list(_children(place, "p")) if local(place) == "preface" else [])
            said = one_line(" ".join(" ".join(self._pieces(one)) for one in found))
            if said:
                return said
        return ""

    def _pieces(self, element: etree._Element) -> Iterator[str]:
        """The words of a title; its parts may stand without a space between them."""
        yield escaped(one_line(element.text or ""))
        for child in element:
            if local(child) and local(child) not in _NOTES:
                yield from self._pieces(child)
            yield escaped(one_line(child.tail or ""))

    def _hierarchy(self, parent: etree._Element, level: int) -> None:
        """Divisions and articles; what stands loose between them belongs to what comes before."""
        for child in parent:
            name = local(child)
            if name in _DIVISIONS:
                kind = CHAPTER if child.get("class") == CHAPTER else None
                said = heading(min(level, 5), *self._label(child), _ids(child), kind)
                self.blocks.append(said)
                self._hierarchy(child, level + 1)
            elif name == "article":
                self.blocks.append(heading(level, *self._label(child), _ids(child)))
                self._clause(child)
            elif name == "clause" and not _has(child, "num"):
                self._closing(child)
            elif name not in {"heading", "subheading"}:
                self._add(self._parts(child))
        self._end_clause()

    def _label(self, element: etree._Element) -> tuple[str, str]:
        """The printed number, and the heading; some write it as a second number."""
        numbers = [self._words(number) for number in _children(element, "num")]
        headings = [self._words(one) for one in _children(element, "heading", "subheading")]
        number, *others = numbers or [""]
        return one_line(number), one_line(" – ".join([*others, *headings]))

    def _clause(self, element: etree._Element) -> None:
        """The words of an article, below its heading."""
        for child in element:
            if local(child) not in {"heading", "subheading"}:
                self._add(self._parts(child))
        self._end_clause()

    def _closing(self, element: etree._Element) -> None:
        """Formulas and signatures at the end are no part of the last article."""
        parts = self._parts(element)
        if parts and not self.closed:
            self.blocks.append(heading(2, "", _CLOSING[self.language]))
            self.closed = True
        self._add(parts)
        self._end_clause()

    def _add(self, parts: list[Part]) -> None:
        self.blocks += written(parts)

    def _end_clause(self) -> None:
        """Footnotes stand below the clause in which they are cited."""
        self._add(self.notes)
        self.notes = []

    def _parts(self, element: etree._Element) -> list[Part]:
        """What an element of a clause says."""
        name = local(element)
        if not name or name in _UNSEEN or _has(element, "toc"):
            return []
        if name in _PICTURES:
            self.left_out[PICTURE] += 1
            return []
        if name == "table":
            return [self._table(element)]
        if name in {"ol", "ul"}:
            return self._list(element)
        number = one_line(" ".join(self._words(one) for one in _children(element, "num")))
        parts = self._mixed(element)
        if element.get("class") == "quotation":
            parts = [Quote(parts)]
        if not number or not parts:
            return parts
        return [Item(number, parts, listed=name not in _PARAGRAPHS)]

    def _mixed(self, element: etree._Element) -> list[Part]:
        """Words and blocks that follow each other."""
        parts: list[Part] = []
        run = [self._text(element.text)]

        def end_run() -> None:
            words = "".join(run)
            if words.strip():
                parts.append(Paragraph(words))
            run.clear()

        for child in _in_reading_order(element):
            name = local(child)
            if name in {"heading", "subheading"}:
                end_run()
                parts.append(Paragraph(emphasised(self._words(child), "**")))
            elif name in _BLOCKS:
                end_run()
                parts += self._parts(child)
            elif name not in _UNSEEN:
                run.append(self._inline(child))
            run.append(self._text(child.tail))
        end_run()
        return parts

    def _words(self, element: etree._Element) -> str:
        """All the words of an element, on one line."""
        words = [self._text(element.text)]
        for child in element:
            name = local(child)
            space = " " if name in _BLOCKS else ""
            words.append(space + self._inline(child) + space if name not in _UNSEEN else "")
            words.append(self._text(child.tail))
        return "".join(words)

    def _inline(self, element: etree._Element) -> str:
        name = local(element)
        if name in {"br", "eol"}:
            return "\n"
        if name in _PICTURES:
            self.left_out[PICTURE] += 1
            return ""
        if name in _NOTES:
            return self._note(element)
        words = self._words(element) if name else ""
        if name in _EMPHASIS:
            return emphasised(words, _EMPHASIS[name])
        target = element.get("href", "") if name in {"ref", "a"} else ""
        if words.strip() and SAFE_LINK.match(target) and "\n" not in words:
            return f"[{words}]({target})"
        return words

    def _note(self, element: etree._Element) -> str:
        """The sign of a footnote; its words are kept for the end of the clause."""
        sign = element.get("marker") or str(len(self.notes) + 1)
        said = one_line(self._words(element))
        if not said:
            return ""
        self.notes.append(Paragraph(f"{escaped(f'[{sign}]')} {said}"))
        return escaped(f" [{sign}]")

    def _text(self, words: str | None) -> str:
        """Characters of the file, in Markdown; pretty-printing is no line break."""
        if not words:
            return ""
        words = words.replace("\u00ad", "")
        if _TAG_AS_TEXT.search(words):
            words = html.unescape(_TAG_AS_TEXT.sub(" ", words))
        return escaped(re.sub(r"[ \t\r\n]+", " ", words))

    def _list(self, element: etree._Element) -> list[Part]:
        style = next((v for k, v in element.attrib.items() if k.endswith("symbol")), "")
        ordered = local(element) == "ol"
        return [
            Item(_counted(place, style) if ordered else "", self._mixed(child))
            for place, child in enumerate(_children(element, "li"), 1)
        ]

    def _table(self, element: etree._Element) -> Table:
        rows = []
        for row in element.iter():
            if local(row) != "tr":
                continue
            cells = list(_children(row, "td", "th"))
            spans = [whole(n) for c in cells for n in (c.get("colspan"), c.get("rowspan"))]
            self.left_out[SPAN] += sum((span or 1) > 1 for span in spans)
            rows.append([self._words(cell) for cell in cells])
        return Table([row for row in rows if row])


def _counted(place: int, style: str) -> str:
    """The number of an item in the style of its list: "a)" → "c)", "1." → "3."."""
    first, sign = (style[0], style[1:]) if style[:1].isalnum() else ("1", ".")
    return counted(place, first if first in "aAiI" else "1") + sign
