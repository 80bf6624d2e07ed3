"""Word in (ECMA-376, WordprocessingML): paragraphs, headings, tables, notes, and the numbers that Word
counts by itself, which are no text in the file and are worked out from the definitions of its lists.

Of tracked changes the new words are read: what was inserted stays, what was deleted goes.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.formats.composing import Run, one_line, phrase
from consult.drafts.formats.counting import DEEPEST, LONGEST, counted, whole
from consult.drafts.formats.lawlike import Line, Text, styled
from consult.drafts.formats.leaving import (
    BOX,
    CHANGE,
    CONTENTS,
    PICTURE,
    REMARK,
    SPAN,
    told,
)
from consult.drafts.formats.opening import NO_WORDS, local, parts
from consult.drafts.headings import SAFE_LINK, escaped

BODY = "word/document.xml"
_STYLES, _LISTS = "word/styles.xml", "word/numbering.xml"
_FOOTNOTES, _ENDNOTES = "word/footnotes.xml", "word/endnotes.xml"
_LINKS = "word/_rels/document.xml.rels"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_GONE = frozenset({"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sectPr"})
_PICTURES = frozenset({"drawing", "pict", "object", "oMath", "oMathPara"})
# What stands around paragraphs, rows and cells and says nothing itself.
_AROUND = frozenset({"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"})
# ECMA-376, ST_NumberFormat; what is rare is printed in figures.
_STYLES_OF_NUMBERS = {
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
    "decimalZero": "01",
    "none": "",
}
_DEEPEST_STYLE = 20  # styles that each rest on another; a ring ends here


def to_markdown(raw: bytes, warnings: list[Complaint]) -> str:
    """The Markdown of a DOCX file; says in `warnings` what was left out.

    Raises UnreadableTextError for a damaged file.
    """
    found = parts(raw, (BODY, _STYLES, _LISTS, _FOOTNOTES, _ENDNOTES, _LINKS))
    reader = _Reader(
        _Styles(found.get(_STYLES)),
        _Numbers(found.get(_LISTS)),
        {
            kind: {_get(note, "id"): note for note in found.get(part, ())}
            for kind, part in (("footnoteReference", _FOOTNOTES), ("endnoteReference", _ENDNOTES))
        },
        _links(found.get(_LINKS)),
    )
    body = next((child for child in found[BODY] if local(child) == "body"), None)
    if body is None:
        raise UnreadableTextError([Complaint(NO_WORDS)])
    reader.read(body)
    warnings += told(reader.left_out)
    return reader.text.markdown()


def _links(root: etree._Element | None) -> dict[str, str]:
    """Where the links of the text lead, by their names in it; only safe ones."""
    return {
        link.get("Id", ""): link.get("Target", "")
        for link in (root if root is not None else ())
        if link.get("TargetMode") == "External" and SAFE_LINK.match(link.get("Target", ""))
    }


def _get(element: etree._Element | None, name: str) -> str | None:
    """An attribute of the file's own namespace."""
    if element is None:
        return None
    found: str | None = element.get(f"{_W}{name}", element.get(f"{_STRICT}{name}"))
    return found


def _child(element: etree._Element | None, *path: str) -> etree._Element | None:
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if local(child) == name), None)
    return element


def _on(element: etree._Element | None) -> bool:
    """Whether a switch is on: there, and not said to be off."""
    return element is not None and _get(element, "val") not in {"0", "false", "off", "none"}


def _gone(properties: etree._Element | None) -> bool:
    """Whether the end of a paragraph was deleted, or moved from here."""
    look = _child(properties, "rPr")
    return _child(look, "del") is not None or _child(look, "moveFrom") is not None


@dataclass(frozen=True)
class _Place:
    """The list and level by which a paragraph is counted."""

    list_id: str
    level: int


class _Styles:
    """What a paragraph has from its style, and from those on which that rests."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles = {
            _get(style, "styleId"): style
            for style in (root if root is not None else ())
            if local(style) == "style"
        }

    def _chain(self, style_id: str | None) -> Iterator[etree._Element]:
        for _ in range(_DEEPEST_STYLE):
            style = self._styles.get(style_id)
            if style is None:
                return
            yield style
            style_id = _get(_child(style, "basedOn"), "val")

    def level(self, properties: etree._Element | None) -> int | None:
        """The level of a heading, 0 for a title, None for text."""
        own = whole(_get(_child(properties, "outlineLvl"), "val"))
        if own is not None:
            return own + 1 if own < 9 else None
        for style in self._chain(_get(_child(properties, "pStyle"), "val")):
            outline = whole(_get(_child(style, "pPr", "outlineLvl"), "val"))
            name = (_get(_child(style, "name"), "val") or "").lower()
            if name == "title":
                return 0
            if outline is not None:
                return outline + 1 if outline < 9 else None
            level = whole(name[8:]) if name.startswith("heading ") else None
            if level is not None:
                return level
        return None

    def is_contents(self, properties: etree._Element | None) -> bool:
        """Whether it is a line of a table of contents: Word calls their styles "toc 1" to "toc 9"."""
        return any(
            re.match(r"toc( heading|\s*\d)", (_get(_child(style, "name"), "val") or "").lower())
            for style in self._chain(_get(_child(properties, "pStyle"), "val"))
        )

    def place(self, properties: etree._Element | None) -> _Place | None:
        """The list that counts the paragraph, its own or its style's."""
        level = whole(_get(_child(properties, "numPr", "ilvl"), "val"))
        list_id = _get(_child(properties, "numPr", "numId"), "val")
        if list_id is None:
            for style in self._chain(_get(_child(properties, "pStyle"), "val")):
                list_id = _get(_child(style, "pPr", "numPr", "numId"), "val")
                if list_id is not None:
                    of_style = whole(_get(_child(style, "pPr", "numPr", "ilvl"), "val"))
                    level = of_style if level is None else level
                    break
        return _Place(list_id, level or 0) if list_id and list_id != "0" else None

    def names(self, properties: etree._Element | None) -> Iterator[str]:
        """The names of a paragraph's style and of those on which it rests."""
        for style in self._chain(_get(_child(properties, "pStyle"), "val")):
            yield _get(_child(style, "name"), "val") or ""

    def bold(self, properties: etree._Element | None) -> bool:
        for style in self._chain(_get(_child(properties, "pStyle"), "val")):
            switch = _child(style, "rPr", "b")
            if switch is not None:
                return _on(switch)
        return False


class _Numbers:
    """Word's lists: how each level prints its number, and how far each has counted."""

    def __init__(self, root: etree._Element | None) -> None:
        abstract: dict[str | None, etree._Element] = {}
        self._list: dict[str | None, tuple[str, dict[int, etree._Element]]] = {}
        # Where a list begins anew with a number of its own, by counter and level.
        self._starts: dict[tuple[str, int], int] = {}
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                abstract[_get(element, "abstractNumId")] = element
        # Lists that only name a style of lists have their levels where that style is made.
        made = {_get(_child(one, "styleLink"), "val"): one for one in abstract.values()}
        for name, element in abstract.items():
            linked = made.get(_get(_child(element, "numStyleLink"), "val") or "")
            abstract[name] = element if linked is None else linked
        for element in root if root is not None else ():
            if local(element) != "num":
                continue
            of = _get(_child(element, "abstractNumId"), "val")
            levels = dict(_levels(abstract.get(of)))
            counter = of or ""
            for override in element:
                if local(override) == "lvlOverride":
                    level = whole(_get(override, "ilvl")) or 0
                    counter = f"{of} {_get(element, 'numId')}"  # it begins anew
                    start = whole(_get(_child(override, "startOverride"), "val"))
                    if start is not None:
                        self._starts[counter, level] = start
                    replaced = _child(override, "lvl")
                    if replaced is not None:
                        levels[level] = replaced
            self._list[_get(element, "numId")] = (counter, levels)
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)

    def next(self, place: _Place) -> str | None:
        """The number of the next paragraph at this place; "" for a bullet, None for no number."""
        counter, levels = self._list.get(place.list_id, ("", {}))
        if place.level not in levels or place.level > DEEPEST:
            return None
        counts = self._counts[counter]
        for level in [level for level in counts if level > place.level]:
            # Articles are often counted through all chapters: such a level begins anew never (0), or
            # only after a level as high as is said.
            after = whole(_get(_child(levels.get(level), "lvlRestart"), "val"))
            if after is None or place.level < after:
                del counts[level]
        for level in range(place.level + 1):
            start = whole(_get(_child(levels.get(level), "start"), "val"))
            first = self._starts.get((counter, level), 1 if start is None else start)
            if level == place.level:
                counts[level] = counts[level] + 1 if level in counts else first
            else:
                counts.setdefault(level, first)
        own = levels[place.level]
        style = _get(_child(own, "numFmt"), "val") or "decimal"
        printed = (_get(_child(own, "lvlText"), "val") or "")[:LONGEST]
        if style == "bullet":
            return "–" if printed.strip() in {"-", "–", "—"} else ""
        if style == "none" and "%" not in printed:
            return one_line(printed) or None
        legal = _on(_child(own, "isLgl"))
        for level, count in counts.items():
            of_level = _get(_child(levels.get(level), "numFmt"), "val") or "decimal"
            sign = counted(count, "1" if legal else _STYLES_OF_NUMBERS.get(of_level, "1"))
            printed = printed.replace(f"%{level + 1}", sign)
        return one_line(printed) or None


def _levels(abstract: etree._Element | None) -> Iterator[tuple[int, etree._Element]]:
    for element in abstract if abstract is not None else ():
        if local(element) == "lvl":
            yield whole(_get(element, "ilvl")) or 0, element


def _is_contents(control: etree._Element) -> bool:
    gallery = _child(control, "sdtPr", "docPartObj", "docPartGallery")
    return (_get(gallery, "val") or "").startswith("Table of Contents")


def _within(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows of a table or cells of a row, those in content controls too."""
    for child in parent:
        if local(child) == name:
            yield child
        elif local(child) in _AROUND:
            yield from _within(child, name)


@dataclass
class _Reader:
    """What a document says so far."""

    styles: _Styles
    numbers: _Numbers
    notes: dict[str, dict[str | None, etree._Element]]
    links: dict[str, str]
    text: Text = field(default_factory=Text)
    left_out: Counter[str] = field(default_factory=Counter)
    # Fields that have begun, innermost last, and whether each is a table of contents.
    fields: list[bool] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)

    def read(self, parent: etree._Element) -> None:
        """Paragraphs and tables in their order, those in content controls too."""
        for child in parent:
            name = local(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif name == "sdt" and _is_contents(child):
                self.left_out[CONTENTS] += 1
            elif name in _AROUND:
                self.read(child)

    def _paragraph(self, paragraph: etree._Element) -> None:
        properties = _child(paragraph, "pPr")
        if self._in_contents(paragraph) or self.styles.is_contents(properties):
            self.left_out[CONTENTS] = max(1, self.left_out[CONTENTS])
            return
        place = self.styles.place(properties)
        number = self.numbers.next(place) if place and not _gone(properties) else None
        words, bold = self._words(paragraph, notes=True)
        level = self.styles.level(properties)
        listed = place is not None and number is not None and level is None
        line = Line(
            words=words,
            number=number or "",
            level=level,
            depth=place.level if place and listed else None,
            bold=bold or self.styles.bold(properties),
        )
        if words.strip() or not _gone(properties):
            self.text.add(styled(line, self.styles.names(properties)))
        self._read_boxes()

    def _read_boxes(self) -> None:
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.read(box)

    def _words(self, element: etree._Element, *, notes: bool = False) -> tuple[str, bool]:
        """The words in Markdown, and whether all of them are bold."""
        return phrase(self._runs(element, notes=notes))

    def _runs(self, element: etree._Element, *, notes: bool) -> Iterator[Run]:
        for child in element:
            name = local(child)
            if name in _GONE:
                self.left_out[CHANGE] += name in {"del", "moveFrom"}
            elif name == "r":
                look = _child(child, "rPr")
                words = "".join(self._pieces(child, notes=notes))
                if words and not _on(_child(look, "vanish")):
                    yield words, _on(_child(look, "b")), _on(_child(look, "i"))
            elif name in _PICTURES:
                self.left_out[PICTURE] += 1
            elif name == "hyperlink":
                yield from self._linked(child, notes=notes)
            else:
                yield from self._runs(child, notes=notes)

    def _linked(self, link: etree._Element, *, notes: bool) -> Iterator[Run]:
        """The words of a link, and where it leads if that is outside of the file."""
        runs = list(self._runs(link, notes=notes))
        target = next((self.links[v] for v in link.attrib.values() if v in self.links), "")
        words = "".join(run[0] for run in runs)
        if target and words.strip() and "\n" not in words:
            yield f"[{words}]({target})", *runs[0][1:]
        else:
            yield from runs

    def _in_contents(self, paragraph: etree._Element) -> bool:
        """Whether a paragraph stands in a field that makes a table of contents; follows the fields."""
        inside, begins = any(self.fields), False
        for element in paragraph.iter("{*}fldChar", "{*}instrText"):
            if local(element) == "instrText":
                contents = (element.text or "").strip().upper().startswith("TOC")
                if self.fields and contents:
                    self.fields[-1] = begins = True
            elif _get(element, "fldCharType") == "begin":
                self.fields.append(False)
            elif _get(element, "fldCharType") == "end" and self.fields:
                self.fields.pop()
        # Where it ends, other words may follow on the line.
        return begins or (inside and any(self.fields))

    def _pieces(self, run: etree._Element, *, notes: bool) -> Iterator[str]:
        for child in run:
            name = local(child)
            if name == "t":
                yield escaped((child.text or "").replace("\u00ad", ""))
            elif name in {"tab", "ptab"}:
                yield " "
            elif name in {"br", "cr"}:
                yield "\n" if _get(child, "type") != "page" else " "
            elif name == "noBreakHyphen":
                yield "\u2011"
            elif name in _PICTURES or name == "AlternateContent":
                self._picture(child)
            elif name == "commentReference":
                self.left_out[REMARK] += 1
            elif name in self.notes and notes:
                yield self._note(name, _get(child, "id"))

    def _picture(self, element: etree._Element) -> None:
        """A picture, or a box of words, which stands behind its paragraph from then on."""
        # What can be shown in two ways holds its words twice.
        one = _child(element, "Choice")
        box = next((element if one is None else one).iter("{*}txbxContent"), None)
        if box is None:
            self.left_out[PICTURE] += 1
            return
        self.left_out[BOX] += 1
        self.boxes.append(box)

    def _note(self, kind: str, note_id: str | None) -> str:
        note = self.notes[kind].get(note_id)
        if note is None or note_id is None:
            return ""
        said = [self._words(paragraph)[0] for paragraph in note]
        return self.text.note(one_line(" ".join(said)))

    def _table(self, table: etree._Element) -> None:
        rows = []
        for row in _within(table, "tr"):
            if _child(row, "trPr", "del") is not None:
                self.left_out[CHANGE] += 1
                continue
            cells = list(_within(row, "tc"))
            for cell in cells:
                look = _child(cell, "tcPr")
                spans = whole(_get(_child(look, "gridSpan"), "val")) or 1
                merged = _child(look, "vMerge")
                over = merged is not None and _get(merged, "val") != "restart"
                self.left_out[SPAN] += spans > 1 or over
            rows.append([self._cell(cell) for cell in cells])
        if rows:
            self.text.table(rows)
        self._read_boxes()

    def _cell(self, cell: etree._Element) -> str:
        said = [self._words(p)[0] for p in cell.iter() if local(p) == "p"]
        return " ".join(words for words in said if words.strip())
