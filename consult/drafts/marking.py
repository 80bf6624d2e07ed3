"""Putting the marks of a redline into sanitised HTML, in one pass however many marks there are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import escape

from consult.drafts.struck import Earlier, closing
from consult.kernel.i18n import gettext as _
from consult.kernel.markup import pieces

_BLOCK = re.compile(r"<(p|li|tr|ul|ol|table|blockquote)\b")
_CLOSING = {"</tbody>": ("<table", "tr"), "</ul>": ("<ul", "li"), "</ol>": ("<ol", "li")}
DEL, INS = "del", "ins"


@dataclass(frozen=True)
class Move:
    """Where moved words stand in the other text: the name of the clause, "" for this one."""

    place: str = ""
    # Whether that is further down in the same clause.
    below: bool = False
    href: str = ""
    # By which the other place leads here.
    id: str = ""


@dataclass(frozen=True)
class Gone:
    """Struck words `[start, end)` of the earlier text that stand elsewhere now."""

    start: int
    end: int
    move: Move


@dataclass(frozen=True)
class Change:
    """Words put in at `[start, end)` of the later text, and words struck just before them."""

    start: int
    end: int
    struck: str = ""
    # Where the struck words began in the earlier text.
    was: int = 0
    id: str = ""
    # Where the reader learns why, if anywhere.
    why: str = ""
    # What of the struck words was moved away, in order; and whether the inserted ones came by that.
    went: tuple[Gone, ...] = ()
    came: Move | None = None
    # `[start, end)` are words of the earlier text, shown for themselves, that are struck.
    gone: bool = False


@dataclass(frozen=True)
class _Line:
    """A struck line, to be shown as a block of its own."""

    words: str
    was: int
    change: Change
    # The first carries the name of the change, the last the way to its reason.
    first: bool
    last: bool


class Writer:
    """Puts marks into HTML: inline in the text, whole struck lines as blocks of their own."""

    def __init__(
        self, markup: str, marks: Sequence[Change], earlier: Earlier | None = None
    ) -> None:
        self._pieces = list(pieces(markup))
        self._text = "".join(plain for _raw, plain in self._pieces)
        self._earlier = earlier
        ordered = sorted(marks, key=lambda change: change.start)
        self._marks = [self._slid(change) for change in ordered]
        # Struck lines that stand before a block, and struck words within one, by offset.
        self._blocks: dict[int, list[_Line]] = {}
        self._inline: dict[int, list[Change]] = {}
        for change in self._marks:
            self._file(change)
        # The marked stretches, and all places at which the text is cut; both are read once.
        self._spans = [change for change in self._marks if change.start < change.end]
        self._said = [self._ends(change) for change in self._spans]
        self._cuts = sorted({edge for c in self._marks for edge in (c.start, c.end)})
        self._span = self._cut = 0

    def _slid(self, change: Change) -> Change:
        """Lines struck behind a line's end are lines struck before the next line."""
        at = change.start
        whole = change.struck.startswith("\n") and change.start == change.end
        if whole and change.struck.strip() and self._text[at : at + 1] == "\n":
            struck = change.struck[1:] + "\n"
            return replace(change, start=at + 1, end=at + 1, struck=struck, was=change.was + 1)
        return change

    def _file(self, change: Change) -> None:
        at, struck = change.start, change.struck
        if struck.strip("\n") and (at == 0 or self._text[at - 1] == "\n"):
            lines, newline, struck = struck.rpartition("\n")
            if newline and struck and at == len(self._text) and change.start == change.end:
                lines, newline, struck = change.struck, "", ""  # nothing follows in its line
            if newline or not struck:
                self._blocks.setdefault(at, []).extend(_lines(lines, change, last=not struck))
                why = change.why if change.start < change.end or struck else ""
                was = change.was + len(lines) + 1
                change = replace(change, id="", struck=struck, was=was, why=why)
        if struck or change.end > change.start or change.why:
            self._inline.setdefault(at, []).append(change)

    def _ends(self, change: Change) -> tuple[int, int]:
        """Where the words of a marked stretch begin and end, without line ends around them."""
        words = self._text[change.start : change.end]
        first = change.start + len(words) - len(words.lstrip())
        return first, max(first, change.start + len(words.rstrip("\n\t")))

    def write(self) -> Iterator[str]:
        at = 0
        for raw, plain in self._pieces:
            opening = _BLOCK.match(raw)
            if opening:
                yield from self._block(at, opening[1])
            elif raw in _CLOSING:
                yield from self._at_its_end(at, *_CLOSING[raw])
            if raw.startswith("<") and raw != "<":
                if plain:
                    yield from self._words_struck(at)
                    yield from self._broken(at)
                yield raw
            else:
                yield from self._stretch(raw, plain, at)
            at += len(plain)
        yield from self._rest()

    def _block(self, at: int, name: str) -> Iterator[str]:
        found = self._blocks.pop(at, [])
        if name in {"ul", "ol", "table"} and found:
            # Items and rows at the beginning of this list or table stand in it.
            inside = next(
                (i for i, one in enumerate(found) if self._container(one).startswith("<" + name)),
                len(found),
            )
            if inside < len(found):
                self._blocks[at] = found[inside:]
            found = found[:inside]
        if name in {"li", "tr"}:
            yield from (self._item(line, name) for line in found)
            return
        for container, lines in groupby(found, self._container):
            name = {"": "p", "<t": "tr"}.get(container[:2], "li")
            yield container
            yield from (self._item(line, name) for line in lines)
            yield closing(container) if container else ""

    def _at_its_end(self, at: int, container: str, name: str) -> Iterator[str]:
        """Struck items and rows that stood at the end of the list or table that ends here."""
        found = self._blocks.get(at, [])
        while found and self._container(found[0]).startswith(container):
            yield self._item(found.pop(0), name)

    def _container(self, line: _Line) -> str:
        return self._earlier.container(line.was) if self._earlier else ""

    def _item(self, line: _Line, name: str) -> str:
        if name != "tr":
            return f"<{name}>{self._line(line)}</{name}>"
        words, cells, was = line.words.rstrip("\t").split("\t"), [], line.was
        for number, cell in enumerate(words, 1):
            first, last = line.first and number == 1, line.last and number == len(words)
            part = replace(line, words=cell, was=was, first=first, last=last)
            cells.append(f"<td>{self._line(part)}</td>")
            was += len(cell) + 1
        return f"<tr>{''.join(cells)}</tr>"

    def _line(self, line: _Line) -> str:
        if not line.words.strip():
            return ""
        shown = self._struck(line.words, line.was, line.change, named=line.first)
        return shown + (_why(line.change) if line.last else "")

    def _words_struck(self, at: int) -> Iterator[str]:
        for change in self._inline.pop(at, []):
            if change.struck:
                yield self._struck(change.struck, change.was, change, named=True)
            if change.start == change.end:
                yield _why(change)

    def _struck(self, words: str, was: int, change: Change, *, named: bool) -> str:
        """Struck words, cut where some of them were moved away."""
        if not words.strip():
            return self._gone("", change, named) if "\n" in words else ""
        out: list[str] = []
        at, end = was, was + len(words)
        for gone in change.went:
            if gone.end <= at or gone.start >= end:
                continue
            start, stop = max(at, gone.start), min(end, gone.end)
            out.append(self._part(words, was, (at, start), change, named and not out))
            begins = gone.start == start
            shown = self._words(words[start - was : stop - was], start)
            lead, tail = _said("moved")
            name = f' id="{gone.move.id}"' if begins and gone.move.id else ""
            note = _note(gone.move, away=True) if stop == gone.end else ""
            out.append(f'<del class="moved"{name}>{lead}{shown}{tail}</del>{note}')
            at = stop
        out.append(self._part(words, was, (at, end), change, named and not out))
        return "".join(out)

    def _part(
        self, words: str, was: int, span: tuple[int, int], change: Change, named: bool
    ) -> str:
        part = words[span[0] - was : span[1] - was]
        if not part.strip():
            return ""
        return self._gone(self._words(part, span[0]), change, named)

    def _gone(self, shown: str, change: Change, named: bool) -> str:
        """Struck words, or ("") the end of a line."""
        lead, tail = _said(DEL, line=not shown)
        name = f' id="{change.id}"' if named and change.id else ""
        return f"<del{name}>{lead}{shown or '¶'}{tail}</del>"

    def _words(self, words: str, was: int) -> str:
        """Words of the earlier text as they stood there, without line ends around them."""
        bare = words.strip("\n\t")
        start = was + words.index(bare)
        if self._earlier is not None:
            return self._earlier.inline(start, start + len(bare))
        return "<br>".join(str(escape(line)) for line in bare.split("\n"))

    def _broken(self, at: int) -> Iterator[str]:
        """Where nothing but a line's end was put in: a sign for it."""
        change = self._at(at)
        if change is None or self._text[change.start : change.end].strip():
            return
        if at == self._text.find("\n", change.start, change.end):
            kind = DEL if change.gone else INS
            lead, tail = _said(kind, line=True)
            name = f' id="{change.id}"' if change.id and not change.struck else ""
            yield f"<{kind}{name}>{lead}¶{tail}</{kind}>{_why(change)}"

    def _at(self, at: int) -> Change | None:
        """The marked stretch in which a place stands. Places are asked for in order."""
        spans = self._spans
        while self._span < len(spans) and spans[self._span].end <= at:
            self._span += 1
        found = spans[self._span] if self._span < len(spans) else None
        return found if found is not None and found.start <= at else None

    def _stretch(self, raw: str, plain: str, at: int) -> Iterator[str]:
        """A stretch of text (or one entity), cut where marks begin and end."""
        end = at + len(plain)
        whole = raw.startswith("&")
        left = at
        while left < end:
            yield from self._words_struck(left)
            right = end if whole else self._next_cut(left, end)
            piece = raw if whole else raw[left - at : right - at]
            change = self._at(left)
            yield piece if change is None else self._marked(piece, left, right, change)
            left = right

    def _next_cut(self, left: int, end: int) -> int:
        cuts = self._cuts
        while self._cut < len(cuts) and cuts[self._cut] <= left:
            self._cut += 1
        return min(end, cuts[self._cut]) if self._cut < len(cuts) else end

    def _marked(self, piece: str, left: int, right: int, change: Change) -> str:
        first, last = self._said[self._span]
        if right <= first:
            return piece  # white space before the words
        name = DEL if change.gone else INS
        lead, tail = _said("moved" if change.came else name)
        begins, ends = left <= first < right, left < last <= right
        # A space before the words is not underlined.
        bare = piece.lstrip(" ") if begins else piece
        space = piece[: len(piece) - len(bare)]
        named = change.came.id if change.came else change.id if not change.struck else ""
        attributes = ' class="moved"' if change.came else ""
        attributes += f' id="{named}"' if named and begins else ""
        behind = ""
        if ends:
            behind = (_note(change.came, away=change.gone) if change.came else "") + _why(change)
        return f"{space}<{name}{attributes}>{lead * begins}{bare}{tail * ends}</{name}>{behind}"

    def _rest(self) -> Iterator[str]:
        """What was struck at the very end."""
        for at in sorted(self._blocks):
            yield from self._block(at, "p")
        for at in sorted(self._inline):
            made = "".join(self._words_struck(at))
            if made:
                yield f"<p>{made}</p>"


def _lines(lines: str, change: Change, *, last: bool) -> list[_Line]:
    found = []
    at, words = change.was, lines.split("\n")
    for number, line in enumerate(words):
        ends = last and number == len(words) - 1 and change.start == change.end
        found.append(_Line(line, at, change, number == 0, ends))
        at += len(line) + 1
    return found


def _hidden(words: str) -> str:
    return f'<span class="visually-hidden">{escape(words)}</span>'


def _said(kind: str, *, line: bool = False) -> tuple[str, str]:
    """What screen readers hear before and behind marked words."""
    if line:
        words = _("line end deleted") if kind == DEL else _("line end inserted")
    elif kind == "moved":
        words = _("moved:")
    else:
        words = _("deleted:") if kind == DEL else _("inserted:")
    return _hidden(f" [{words} "), _hidden("] ")


def _note(move: Move, *, away: bool) -> str:
    """Where moved words stand in the other text, and the way there."""
    if move.place:
        words = _("moved to %(place)s") if away else _("moved from %(place)s")
        words = words % {"place": move.place}
    elif away:
        words = _("moved further down") if move.below else _("moved further up")
    else:
        words = _("moved from further down") if move.below else _("moved from further up")
    if not move.href:
        return f' <span class="moved-note">{escape(words)}</span>'
    return f' <a class="moved-note" href="{escape(move.href)}">{escape(words)}</a>'


def _why(change: Change) -> str:
    if not change.why:
        return ""
    said = change.struck.strip() or _("inserted words")
    about = _hidden(f" ({said[:60]})")
    question = escape(_("Why?"))
    return f' <a class="why" href="{escape(change.why)}">{question}{about}</a>'
