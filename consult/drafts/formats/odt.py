"""OpenDocument texts in (ISO/IEC 26300): paragraphs, headings, tables, notes, and the numbers that the
program counts by itself, worked out from the styles of its lists.

Of tracked changes the new words are read: deleted ones stand apart in the file and stay there.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.formats.composing import Run, one_line, phrase
from consult.drafts.formats.counting import LONGEST, counted, whole
from consult.drafts.formats.lawlike import Line, Text, styled
from consult.drafts.formats.leaving import BOX, CHANGE, CONTENTS, PICTURE, REMARK, SPAN, told
from consult.drafts.formats.opening import NO_WORDS, local, parts
from consult.drafts.headings import SAFE_LINK, escaped

CONTENT = "content.xml"
MIMETYPE = "mimetype"
_STYLES = "styles.xml"
_DEEPEST_STYLE = 20  # styles that each rest on another; a ring ends here
_DEEPEST_LIST = 10
_HEADINGS = "the headings"  # their list has no name
_GONE = frozenset({"tracked-changes", "annotation", "table-of-content", "bookmark", "number"})
_PICTURES = frozenset({"frame", "object", "image", "custom-shape"})
_INSIDE = frozenset({"section", "index-body", "list-header", "text"})
_MOST_REPEATED = 50  # cells that a file says to repeat, mostly empty ones at the end of a row


def to_markdown(raw: bytes, warnings: list[Complaint]) -> str:
    """The Markdown of an ODT file; says in `warnings` what was left out.

    Raises UnreadableTextError for a damaged file.
    """
    found = parts(raw, (CONTENT, _STYLES))
    body = next(found[CONTENT].iter("{*}text"), None)
    if body is None:
        raise UnreadableTextError([Complaint(NO_WORDS)])
    styles = _Styles(found.values())
    reader = _Reader(styles, _Numbers(styles))
    reader.read(body)
    warnings += told(reader.left_out)
    return reader.text.markdown()


def _get(element: etree._Element | None, name: str) -> str:
    """An attribute by its local name; those of ODF are unambiguous."""
    for key, value in element.attrib.items() if element is not None else ():
        if etree.QName(key).localname == name:
            return str(value)
    return ""


def _whole(text: str, otherwise: int) -> int:
    found = whole(text)
    return otherwise if found is None else found


class _Styles:
    """The styles of paragraphs, words and lists, those of the document and automatic ones."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._lists: dict[str, dict[int, etree._Element]] = {}
        for root in roots:
            for style in root.iter("{*}style"):
                self._styles[_get(style, "name")] = style
            for style in root.iter("{*}list-style", "{*}outline-style"):
                name = _get(style, "name") if local(style) == "list-style" else _HEADINGS
                self._lists[name] = {_whole(_get(one, "level"), 1) - 1: one for one in style}

    def chain(self, name: str) -> Iterator[etree._Element]:
        """A style and those on which it rests."""
        for _ in range(_DEEPEST_STYLE):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = _get(style, "parent-style-name")

    def look(self, name: str) -> tuple[bool | None, bool | None]:
        """Whether words are bold and italic; None where the style says nothing."""
        bold = italic = None
        for style in self.chain(name):
            for look in style.iter("{*}text-properties"):
                weight, slope = _get(look, "font-weight"), _get(look, "font-style")
                bold = weight == "bold" if bold is None and weight else bold
                italic = slope in {"italic", "oblique"} if italic is None and slope else italic
        return bold, italic

    def names(self, name: str) -> Iterator[str]:
        """The names that a style and those on which it rests have on the screen."""
        for style in self.chain(name):
            yield _get(style, "display-name") or _get(style, "name")

    def is_title(self, name: str) -> bool:
        return any(_get(style, "name") == "Title" for style in self.chain(name))

    def list_of(self, name: str) -> str:
        """The list style that a paragraph's style names."""
        named = (_get(style, "list-style-name") for style in self.chain(name))
        return next((one for one in named if one), "")

    def level(self, list_style: str, depth: int) -> etree._Element | None:
        """How a level of a list prints its numbers; "" names no list."""
        return self._lists.get(list_style, {}).get(depth)


class _Numbers:
    """How far each list has counted."""

    def __init__(self, styles: _Styles) -> None:
        self._styles = styles
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)

    def begin(self, list_style: str) -> None:
        """Count from the start again: a list that does not go on with an earlier one."""
        self._counts[list_style].clear()

    def next(self, list_style: str, depth: int, start: int | None = None) -> str | None:
        """The number of the next item; "" for a bullet, None for no number."""
        counts = self._counts[list_style]
        for level in [level for level in counts if level > depth]:
            del counts[level]
        own = self._styles.level(list_style, depth)
        first = _whole(_get(own, "start-value"), 1)
        counts[depth] = counts.get(depth, first - 1) + 1 if start is None else start
        if own is None or local(own) == "list-level-style-image":
            return None if list_style == _HEADINGS else ""
        if local(own) == "list-level-style-bullet":
            sign = _get(own, "bullet-char")
            return "–" if sign in {"-", "–", "—"} else ""
        shown = _whole(_get(own, "display-levels"), 1)
        printed = []
        for level in range(max(0, depth - shown + 1), depth + 1):
            style = _get(self._styles.level(list_style, level), "num-format")
            printed.append(counted(counts.setdefault(level, 1), style))
        if not printed[-1]:
            return None
        joined = ".".join(part for part in printed if part)
        before, behind = (_get(own, f"num-{side}")[:LONGEST] for side in ("prefix", "suffix"))
        return one_line(before + joined + behind)


@dataclass(frozen=True)
class _Item:
    """Where a paragraph stands in a list, and the number from which it counts, if it says so."""

    list_style: str
    depth: int
    start: int | None


@dataclass
class _Reader:
    """What a document says so far."""

    styles: _Styles
    numbers: _Numbers
    text: Text = field(default_factory=Text)
    left_out: Counter[str] = field(default_factory=Counter)
    boxes: list[etree._Element] = field(default_factory=list)

    def read(self, parent: etree._Element) -> None:
        """Paragraphs, lists and tables in their order."""
        for child in parent:
            name = local(child)
            if name in {"p", "h"}:
                self._paragraph(child, None)
            elif name == "list":
                self._list(child, "", 0)
            elif name == "table":
                self._table(child)
            elif name == "table-of-content":
                self.left_out[CONTENTS] += 1
            elif name == "tracked-changes":
                self.left_out[CHANGE] += sum(1 for _ in child.iter("{*}changed-region"))
            elif name in _INSIDE:
                self.read(child)
            elif name in _PICTURES:
                self._picture(child)
                self._read_boxes()

    def _list(self, element: etree._Element, style: str, depth: int) -> None:
        style = _get(element, "style-name") or style
        goes_on = _get(element, "continue-numbering") == "true" or _get(element, "continue-list")
        if not depth and not goes_on:
            self.numbers.begin(style)
        for item in element:
            if local(item) not in {"list-item", "list-header"} or depth >= _DEEPEST_LIST:
                continue
            start = _get(item, "start-value")
            place = _Item(style, depth, whole(start))
            counts = local(item) == "list-item"
            for child in item:
                if local(child) in {"p", "h"}:
                    self._paragraph(child, place if counts else None)
                    counts = False  # further paragraphs of an item have no number
                elif local(child) == "list":
                    self._list(child, style, depth + 1)

    def _paragraph(self, paragraph: etree._Element, item: _Item | None) -> None:
        style = _get(paragraph, "style-name")
        level = _whole(_get(paragraph, "outline-level"), 1) if local(paragraph) == "h" else None
        if level is None and self.styles.is_title(style):
            level = 0
        number = self._number(item, style, level)
        words, bold = self._words(paragraph)
        listed = item is not None and number is not None and level is None
        depth = item.depth if item is not None and listed else None
        line = Line(words, number or "", level, depth, bold=bold)
        self.text.add(styled(line, self.styles.names(style)))
        self._read_boxes()

    def _picture(self, element: etree._Element) -> None:
        """A picture, or a box of words, which stands behind its paragraph from then on."""
        box = next(element.iter("{*}text-box"), None)
        self.left_out[PICTURE if box is None else BOX] += 1
        if box is not None:
            self.boxes.append(box)

    def _read_boxes(self) -> None:
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.read(box)

    def _number(self, item: _Item | None, style: str, level: int | None) -> str | None:
        if item is not None:
            list_style = item.list_style or self.styles.list_of(style)
            return self.numbers.next(list_style, item.depth, item.start)
        return self.numbers.next(_HEADINGS, level - 1) if level else None

    def _words(self, paragraph: etree._Element) -> tuple[str, bool]:
        """The words in Markdown, and whether all of them are bold."""
        look = self.styles.look(_get(paragraph, "style-name"))
        return phrase(self._runs(paragraph, look))

    def _runs(
        self, element: etree._Element, look: tuple[bool | None, bool | None]
    ) -> Iterator[Run]:
        """Stretches of words with their look, pieces of the same look not yet joined."""
        yield _plain(element.text), bool(look[0]), bool(look[1])
        for child in element:
            name = local(child)
            if name in {"s", "tab"}:
                yield " ", bool(look[0]), bool(look[1])
            elif name == "line-break":
                yield "\n", bool(look[0]), bool(look[1])
            elif name == "note":
                yield self._note(child), False, False
            elif name in _PICTURES:
                self._picture(child)
            elif name == "annotation":
                self.left_out[REMARK] += 1
            elif name == "a" and SAFE_LINK.match(_get(child, "href")):
                yield from self._linked(child, look)
            elif name and name not in _GONE:
                own = self.styles.look(_get(child, "style-name"))
                bold, italic = (b if a is None else a for a, b in zip(own, look, strict=True))
                yield from self._runs(child, (bold, italic))
            yield _plain(child.tail), bool(look[0]), bool(look[1])

    def _linked(self, link: etree._Element, look: tuple[bool | None, bool | None]) -> Iterator[Run]:
        """The words of a link, and where it leads."""
        runs = list(self._runs(link, look))
        words = "".join(run[0] for run in runs)
        if words.strip() and "\n" not in words:
            yield f"[{words}]({_get(link, 'href')})", *runs[0][1:]
        else:
            yield from runs

    def _note(self, note: etree._Element) -> str:
        said = [self._words(p)[0] for body in note.iter("{*}note-body") for p in body.iter("{*}p")]
        return self.text.note(one_line(" ".join(said)))

    def _table(self, table: etree._Element) -> None:
        rows = []
        for row in table.iter("{*}table-row"):
            cells = []
            for cell in row:
                if local(cell) not in {"table-cell", "covered-table-cell"}:
                    continue
                spans = max(
                    _whole(_get(cell, name), 1)
                    for name in ("number-columns-spanned", "number-rows-spanned")
                )
                self.left_out[SPAN] += spans > 1
                said = " ".join(self._words(p)[0] for p in cell.iter("{*}p", "{*}h"))
                repeated = _whole(_get(cell, "number-columns-repeated"), 1)
                cells += [said] * min(repeated, _MOST_REPEATED if said else 1)
            rows.append(cells)
        if rows:
            self.text.table(rows)
        self._read_boxes()


def _plain(words: str | None) -> str:
    """Characters of the file, in Markdown; white space in it is one space (ODF 1.3, part 3, 6.1.2)."""
    return escaped(re.sub(r"[ \t\r\n]+", " ", (words or "").replace("\u00ad", "")))
