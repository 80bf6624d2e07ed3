"""Word in (ECMA-376, WordprocessingML): paragraphs, headings, tables, notes, and the numbers that Word
counts by itself, which are no text in the file and are worked out from the definitions of its lists.

Of tracked changes the new words are read: what was inserted stays, what was deleted goes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.formats.composing import Run, escaped, one_line, phrase
from consult.drafts.formats.counting import counted
from consult.drafts.formats.lawlike import Line, Text
from consult.drafts.formats.leaving import CHANGE, PICTURE, SPAN, told
from consult.drafts.formats.opening import local, parts
from consult.kernel.i18n import mark

BODY = "word/document.xml"
_STYLES, _LISTS, _NOTES = "word/styles.xml", "word/numbering.xml", "word/footnotes.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_GONE = frozenset({"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sectPr"})
_PICTURES = frozenset({"drawing", "pict", "object", "oMath", "oMathPara"})
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

_NO_WORDS = mark("The file holds no text.")


def to_markdown(raw: bytes, warnings: list[Complaint]) -> str:
    """The Markdown of a DOCX file; says in `warnings` what was left out.

    Raises UnreadableTextError for a damaged file.
    """
    found = parts(raw, (BODY, _STYLES, _LISTS, _NOTES))
    reader = _Reader(_Styles(found.get(_STYLES)), _Numbers(found.get(_LISTS)), found.get(_NOTES))
    body = next((child for child in found[BODY] if local(child) == "body"), None)
    if body is None:
        raise UnreadableTextError([Complaint(_NO_WORDS)])
    reader.read(body)
    warnings += told(reader.left_out)
    return reader.text.markdown()


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


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


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
        own = _whole(_get(_child(properties, "outlineLvl"), "val"))
        if own is not None:
            return own + 1 if own < 9 else None
        for style in self._chain(_get(_child(properties, "pStyle"), "val")):
            outline = _whole(_get(_child(style, "pPr", "outlineLvl"), "val"))
            name = (_get(_child(style, "name"), "val") or "").lower()
            if name == "title":
                return 0
            if outline is not None:
                return outline + 1 if outline < 9 else None
            if name.startswith("heading ") and name[8:].isdigit():
                return int(name[8:])
        return None

    def place(self, properties: etree._Element | None) -> _Place | None:
        """The list that counts the paragraph, its own or its style's."""
        level = _whole(_get(_child(properties, "numPr", "ilvl"), "val"))
        list_id = _get(_child(properties, "numPr", "numId"), "val")
        if list_id is None:
            for style in self._chain(_get(_child(properties, "pStyle"), "val")):
                list_id = _get(_child(style, "pPr", "numPr", "numId"), "val")
                if list_id is not None:
                    of_style = _whole(_get(_child(style, "pPr", "numPr", "ilvl"), "val"))
                    level = of_style if level is None else level
                    break
        return _Place(list_id, level or 0) if list_id and list_id != "0" else None

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
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                abstract[_get(element, "abstractNumId")] = element
        for element in root if root is not None else ():
            if local(element) != "num":
                continue
            of = _get(_child(element, "abstractNumId"), "val")
            levels = dict(_levels(abstract.get(of)))
            counter = of or ""
            for override in element:
                if local(override) == "lvlOverride":
                    level = _whole(_get(override, "ilvl")) or 0
                    counter = f"{of} {_get(element, 'numId')}"  # it begins anew
                    replaced = _child(override, "lvl")
                    if replaced is not None:
                        levels[level] = replaced
            self._list[_get(element, "numId")] = (counter, levels)
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)

    def next(self, place: _Place) -> str | None:
        """The number of the next paragraph at this place; "" for a bullet, None for no number."""
        counter, levels = self._list.get(place.list_id, ("", {}))
        if place.level not in levels:
            return None
        counts = self._counts[counter]
        for level in [level for level in counts if level > place.level]:
            # Articles are often counted through all chapters: such a level begins anew never (0), or
            # only after a level as high as is said.
            after = _whole(_get(_child(levels.get(level), "lvlRestart"), "val"))
            if after is None or place.level < after:
                del counts[level]
        for level in range(place.level + 1):
            start = _whole(_get(_child(levels.get(level), "start"), "val"))
            first = 1 if start is None else start
            if level == place.level:
                counts[level] = counts[level] + 1 if level in counts else first
            else:
                counts.setdefault(level, first)
        own = levels[place.level]
        style = _get(_child(own, "numFmt"), "val") or "decimal"
        printed = _get(_child(own, "lvlText"), "val") or ""
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
            yield _whole(_get(element, "ilvl")) or 0, element


@dataclass
class _Reader:
    """What a document says so far."""

    styles: _Styles
    numbers: _Numbers
    notes: etree._Element | None
    text: Text = field(default_factory=Text)
    left_out: Counter[str] = field(default_factory=Counter)

    def read(self, parent: etree._Element) -> None:
        """Paragraphs and tables in their order, those in content controls too."""
        for child in parent:
            name = local(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif name in {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"}:
                self.read(child)

    def _paragraph(self, paragraph: etree._Element) -> None:
        properties = _child(paragraph, "pPr")
        place = self.styles.place(properties)
        number = self.numbers.next(place) if place else None
        words, bold = self._words(paragraph, notes=True)
        level = self.styles.level(properties)
        listed = place is not None and number is not None and level is None
        if not words.strip():
            return
        self.text.add(
            Line(
                words=words,
                number=number or "",
                level=level,
                depth=place.level if place and listed else None,
                bold=bold or self.styles.bold(properties),
            )
        )

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
            else:
                yield from self._runs(child, notes=notes)

    def _pieces(self, run: etree._Element, *, notes: bool) -> Iterator[str]:
        for child in run:
            name = local(child)
            if name == "t":
                yield escaped(child.text or "")
            elif name in {"tab", "ptab"}:
                yield " "
            elif name in {"br", "cr"}:
                yield "\n" if _get(child, "type") != "page" else " "
            elif name == "noBreakHyphen":
                yield "\u2011"
            elif name in _PICTURES or name == "AlternateContent":
                self.left_out[PICTURE] += 1
            elif name == "footnoteReference" and notes:
                yield self._note(_get(child, "id"))

    def _note(self, note_id: str | None) -> str:
        for note in self.notes if self.notes is not None else ():
            if _get(note, "id") == note_id and note_id is not None:
                said = [self._words(paragraph)[0] for paragraph in note]
                return self.text.note(one_line(" ".join(said)))
        return ""

    def _table(self, table: etree._Element) -> None:
        rows = []
        for row in table:
            if local(row) != "tr":
                continue
            cells = [cell for cell in row if local(cell) == "tc"]
            for cell in cells:
                look = _child(cell, "tcPr")
                spans = _whole(_get(_child(look, "gridSpan"), "val")) or 1
                merged = _child(look, "vMerge")
                over = merged is not None and _get(merged, "val") != "restart"
                self.left_out[SPAN] += spans > 1 or over
            rows.append([self._cell(cell) for cell in cells])
        if rows:
            self.text.table(rows)

    def _cell(self, cell: etree._Element) -> str:
        said = [self._words(p)[0] for p in cell.iter() if local(p) == "p"]
        return " ".join(words for words in said if words.strip())
