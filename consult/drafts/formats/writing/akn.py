"""Akoma Ntoso 3.0 out (OASIS LegalDocML), named by its naming convention.

eId is the place in this version, wId the lasting key of the clause, GUID its lasting identifier. A
text in articles is a bill, any other a doc. Paragraphs "(1)" and points "a)" become elements where
nothing is lost by it; everything else stays paragraphs, lists and tables within the content.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from consult.drafts.formats.writing.akn_meta import NAMESPACE, Meta, element
from consult.drafts.formats.writing.blocks import (
    Block,
    List,
    Paragraph,
    Quotation,
    Run,
    Table,
    blocks,
)
from consult.drafts.formats.writing.document import Document, Place, fit, opening, said, tree
from consult.drafts.formats.writing.notes import Noted, noted
from consult.drafts.formats.writing.points import is_points, items, paragraphs, value
from consult.drafts.numbering import CHAPTER, CLAUSE, read_number
from consult.kernel.i18n import speaking

# The elements for chapters, by the beginning of their keys, and how eIds abbreviate elements.
_DIVISIONS = {
    "chp": "chapter",
    "title": "title",
    "part": "part",
    "book": "book",
    "sec": "section",
    "subsec": "subsection",
}
_SHORT = {
    "article": "art",
    "chapter": "chp",
    "section": "sec",
    "subsection": "subsec",
    "division": "dvs",
    "paragraph": "para",
}


def to_akn(document: Document) -> bytes:
    """The whole text as one file, in UTF-8."""
    root = _Writer(document).written()
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


@dataclass
class _Writer:
    document: Document
    # How often an eId was given, so that none is given twice.
    _given: Counter[str] = field(default_factory=Counter)
    # The eIds of clauses by their text.
    _named: dict[int, str] = field(default_factory=dict)

    def written(self) -> etree._Element:
        document = self.document
        root = etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap={None: NAMESPACE})
        kind = "bill" if document.lawlike else "doc"
        whole = element(root, kind, name=kind, contains="singleVersion")
        meta = Meta(document, kind).add(whole)
        title = element(element(element(whole, "preface"), "longTitle"), "p")
        element(title, "docTitle").text = fit(document.title)
        places = tree(document.rows)
        unheaded = opening(document.rows, document.language)
        if unheaded is not None:
            named = {"eId": "preamble", "wId": unheaded.key, **self._guid(places[0])}
            preamble = element(whole, "preamble", **named)
            self._named[unheaded.text_id] = "preamble"
            self._blocks(preamble, noted(blocks(unheaded.html)), "preamble")
            places = places[1:]
        body = element(whole, "body" if document.lawlike else "mainBody")
        for place in places:
            self._place(body, place, "")
        if not len(body):  # a text that is nothing but its preamble
            element(element(body, "hcontainer", name="empty", eId="hcontainer_1"), "content")
        self._errata(meta)
        return root

    def _errata(self, meta: etree._Element) -> None:
        """The dated corrections that stand beside a published text."""
        known = [
            (self._named[text_id], note)
            for text_id, notes in self.document.errata.items()
            for note in notes
            if text_id in self._named
        ]
        if not known:
            return
        with speaking(self.document.language):
            made = element(meta, "notes", source="#body")
            for count, (eid, erratum) in enumerate(known, 1):
                note = element(made, "note", eId=f"erratum_{count}", placementBase=f"#{eid}")
                element(note, "p").text = fit(said(erratum))

    def _guid(self, place: Place) -> dict[str, str]:
        guid = self.document.guids.get(place.row.clause_id)
        return {"GUID": guid} if guid else {}

    def _place(self, parent: etree._Element, place: Place, above: str) -> None:
        """A chapter with what stands below it, or an article."""
        row = place.row
        name = _name(place)
        eid = self._eid(above, name, row.number)
        self._named[row.text_id] = eid
        made = element(parent, name, eId=eid, wId=row.key, **self._guid(place))
        if row.kind == CHAPTER and not place.below:
            made.set("class", CHAPTER)  # readers would take it for an article
        if row.number:
            element(made, "num").text = fit(row.number)
        if row.heading:
            element(made, "heading").text = fit(row.heading)
        words = blocks(row.html)
        if not place.below:
            self._clause(made, noted(words), eid)
            return
        if words:
            self._blocks(element(made, "intro"), words, eid)
        for below in place.below:
            self._place(made, below, eid)

    def _eid(self, above: str, name: str, number: str) -> str:
        """The place in this version: articles are counted through all chapters, others within."""
        short = _SHORT.get(name, name)
        known = read_number(number) if number else None
        value = known.key.partition("_")[2] if known else ""
        if not value:
            return self._next(above, short, "nn")
        own = f"{short}_{value}"
        through = name == "article" and not self._given[own]
        return self._unique(own if through else _under(above, own))

    def _next(self, above: str, name: str, sign: str = "") -> str:
        """The eId of one more element that has no number."""
        counted = f"{_under(above, name)} {sign}"  # no eId has a space
        self._given[counted] += 1
        return self._unique(f"{_under(above, name)}_{sign}{self._given[counted]}")

    def _unique(self, eid: str) -> str:
        """This eId, with a sign behind it where it is taken."""
        self._given[eid] += 1
        return eid if self._given[eid] == 1 else self._unique(f"{eid}_{self._given[eid]}")

    # Articles

    def _clause(self, article: etree._Element, words: Sequence[Block], eid: str) -> None:
        """The words of an article: paragraphs where all of it falls into them."""
        groups = paragraphs(words)
        if groups is None:
            self._below(article, words, eid)
            return
        before, numbered = groups
        if before:
            self._blocks(element(article, "intro"), before, eid)
        for number, inside in numbered:
            own = self._unique(_under(eid, f"para_{value(number)}"))
            paragraph = element(article, "paragraph", eId=own)
            element(paragraph, "num").text = number
            self._below(paragraph, inside, own)

    def _below(self, parent: etree._Element, words: Sequence[Block], eid: str) -> None:
        """Words with their lists of points, else as content."""
        lists = [index for index, block in enumerate(words) if is_points(block)]
        if not lists:
            content = element(parent, "content")
            self._blocks(content, words or [Paragraph(())], eid)
            return
        start = 0
        for index in lists:
            block = words[index]
            assert isinstance(block, List)
            own = self._next(eid, "list")
            made = element(parent, "list", eId=own)
            if index > start:
                self._blocks(element(made, "intro"), words[start:index], own)
            for number, inside in items(block):
                name = self._unique(_under(own, f"point_{value(number)}"))
                point = element(made, "point", eId=name)
                element(point, "num").text = number
                self._below(point, inside, name)
            start = index + 1
        if start < len(words):
            self._blocks(element(made, "wrapUp"), words[start:], own)

    # Blocks

    def _blocks(self, parent: etree._Element, words: Sequence[Block], eid: str) -> None:
        for block in words:
            if isinstance(block, Paragraph):
                self._words(element(parent, "p"), block.runs, eid)
            elif isinstance(block, Table):
                self._table(parent, block, eid)
            elif isinstance(block, Quotation):
                own = self._next(eid, "blockContainer")
                quoted = {"class": "quotation", "eId": own}
                self._blocks(element(parent, "blockContainer", **quoted), block.parts, own)
            elif _plain_list(block):
                self._list(parent, block, eid)
            else:  # tables and quotations have no place in such a list
                for item in block.items:
                    self._blocks(parent, item, eid)

    def _list(self, parent: etree._Element, block: List, eid: str) -> None:
        made = element(parent, "ul")
        for item in block.items:
            own = element(made, "li")
            for part in item:
                if isinstance(part, List):
                    self._list(own, part, eid)
                elif isinstance(part, Paragraph):
                    self._words(element(own, "p"), part.runs, eid)

    def _table(self, parent: etree._Element, block: Table, eid: str) -> None:
        own = self._next(eid, "table")
        table = element(parent, "table", eId=own)
        for index, row in enumerate(block.rows):
            line = element(table, "tr")
            for cell in row:
                self._words(element(element(line, "td" if index else "th"), "p"), cell, eid)

    def _words(self, parent: etree._Element, runs: Sequence[Run], eid: str) -> None:
        for run in runs:
            if isinstance(run, Noted):
                own = self._next(eid, "authorialNote")
                note = element(
                    parent, "authorialNote", eId=own, marker=run.sign, placement="bottom"
                )
                self._words(element(note, "p"), run.note, own)
                continue
            at = parent
            if run.link:
                at = element(at, "a", href=run.link)
            if run.bold:
                at = element(at, "b")
            if run.italic:
                at = element(at, "i")
            first, *others = run.words.split("\n")
            _append(at, first)
            for line in others:
                element(at, "br")
                _append(at, line)


def _append(element: etree._Element, words: str) -> None:
    """Words behind what an element holds already."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + words
    else:
        element.text = (element.text or "") + words


def _name(place: Place) -> str:
    """The element for a chapter or clause."""
    if place.row.kind == CLAUSE and not place.below:
        return "article"
    number = read_number(place.row.number) if place.row.number else None
    return _DIVISIONS.get(number.key.split("_")[0], "division") if number else "division"


def _under(above: str, name: str) -> str:
    return f"{above}__{name}" if above else name


def _plain_list(block: List) -> bool:
    """Whether an HTML list of this standard can hold it: paragraphs and lists only."""
    return all(
        isinstance(part, Paragraph) or (isinstance(part, List) and _plain_list(part))
        for item in block.items
        for part in item
    )
