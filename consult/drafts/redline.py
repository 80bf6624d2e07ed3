"""Showing what changed: struck and inserted words in place, in colour, by a line, and in words.

Screen readers say little about `<del>` and `<ins>`, so each carries hidden words as well.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from markupsafe import Markup, escape

from consult.drafts.diff import EQUAL, units, word_diff
from consult.drafts.models import TEXT
from consult.drafts.queries import ClauseRow, EditRow
from consult.kernel.i18n import gettext as _
from consult.kernel.markup import pieces

_BLOCK = re.compile(r"<(p|li|tr|ul|ol|table|blockquote)\b")


@dataclass(frozen=True)
class Change:
    """Words put in at `[start, end)` of the later text, and words struck just before them."""

    start: int
    end: int
    struck: str = ""
    id: str = ""
    # Where the reader learns why, if anywhere.
    why: str = ""


def changes(before: str, after: str) -> list[Change]:
    """The changes between two plain texts, by the word diff."""
    return [
        Change(h.after_start, h.after_end, before[h.before_start : h.before_end])
        for h in word_diff(before, after)
        if h.tag != EQUAL
    ]


def redline(before: str, after: str) -> Markup:
    """Two plain texts as one paragraph a line, with what was struck and inserted."""
    lines = escape(after).split("\n")
    return show(
        Markup("").join(Markup("<p>{}</p>").format(line) for line in lines), changes(before, after)
    )


def clause_redline(before: ClauseRow | None, after: ClauseRow | None) -> Markup:
    """A clause with its formatting, and what changed in it; whole ones are struck or inserted."""
    if before is None and after is None:
        return Markup("")
    if after is None:
        assert before is not None
        return show("", [Change(0, 0, before.text)])
    old = before.text if before else ""
    if before is not None and old == after.text:
        return show(after.html, [])
    return show(after.html, changes(old, after.text) if before else [Change(0, len(after.text))])


def heading_redline(before: ClauseRow | None, after: ClauseRow) -> Markup:
    """The heading of a clause in one line, with what changed in it."""
    if before is None or before.heading == after.heading:
        return escape(after.heading)
    return redline(before.heading, after.heading).replace("<p>", "").replace("</p>", "")


def show(markup: str, marks: Sequence[Change]) -> Markup:
    """Sanitised HTML with changes shown in it. Offsets count its plain text."""
    # What goes in is sanitised when it is stored, and what is added here is escaped.
    return Markup("".join(_Writer(markup, marks).write()))  # noqa: S704


def lines(markup: str) -> Markup:
    """Sanitised HTML whose text content in a browser is our plain text: a line's end at each end.

    So words selected across paragraphs are found again, and copying a clause gives its lines.
    """
    ended = re.sub(r"(<br>|</(?:p|li|tr)>)", r"\1\n", str(markup))
    return Markup(re.sub(r"(</t[dh]>)", r"\1\t", ended))  # noqa: S704 - it was sanitised before


def around(row: EditRow) -> Markup:
    """The sentences of an edit, with what it struck and inserted: the redline in place."""
    edit, after, before = row.edit, row.after, row.before
    if edit.part != TEXT:
        old, new = (before.heading if before else ""), (after.heading if after else "")
        return redline(old, new)
    if edit.kind != "changed" or after is None:
        return clause_redline(before, after) if edit.kind != "moved" else Markup("")
    start, end = edit.after_start, edit.after_end
    touched = [u for u in units(after.text) if u.start <= end and u.end >= start]
    left = min((u.start for u in touched), default=start)
    right = max((u.end for u in touched), default=end)
    excerpt = after.text[left:right].rstrip("\n")
    change = Change(start - left, min(end - left, len(excerpt)), edit.before_words)
    lines = [Markup("<p>{}</p>").format(line) for line in excerpt.split("\n")]
    return show(Markup("").join(lines), [change])


def edit_changes(rows: Sequence[EditRow], why: str = "", *, named: bool = True) -> list[Change]:
    """The stored edits of one clause's text as marks; `named` ones can be jumped to.

    `why` is the address of the page on which each edit is explained under its name.
    """
    return [
        Change(
            row.edit.after_start,
            row.edit.after_end,
            row.edit.before_words,
            f"edit-{row.edit.id}" if named else "",
            f"{why}#edit-{row.edit.id}" if why else "",
        )
        for row in rows
        if row.edit.part == TEXT and row.edit.kind == "changed"
    ]


class _Writer:
    """Puts marks into HTML: inline in the text, whole struck lines as blocks of their own."""

    def __init__(self, markup: str, marks: Sequence[Change]) -> None:
        self._pieces = list(pieces(markup))
        self._text = "".join(plain for _raw, plain in self._pieces)
        marks = sorted(marks, key=lambda change: (change.start, change.end))
        self._marks = [self._slid(change) for change in marks]
        self._next = 0
        # Struck lines that stand before a block, and struck words within one, by offset.
        self._blocks: dict[int, list[str]] = {}
        self._inline: dict[int, list[Change]] = {}
        for change in self._marks:
            self._file(change)

    def _slid(self, change: Change) -> Change:
        """Lines struck behind a line's end are lines struck before the next line."""
        at = change.start
        whole = change.struck.startswith("\n") and change.start == change.end
        if whole and self._text[at : at + 1] == "\n":
            return replace(change, start=at + 1, end=at + 1, struck=change.struck[1:] + "\n")
        return change

    def _file(self, change: Change) -> None:
        at, struck = change.start, change.struck
        if at == 0 or self._text[at - 1] == "\n":
            lines, newline, struck = struck.rpartition("\n")
            if newline:
                whole = [_struck(line, "") for line in lines.split("\n")]
                whole[0] = _struck(lines.split("\n")[0], change.id)
                self._blocks.setdefault(at, []).extend(whole)
                change = replace(change, id="", struck=struck)
        if struck or change.end > change.start or change.why:
            self._inline.setdefault(at, []).append(change)

    def write(self) -> Iterator[str]:
        at = 0
        for raw, plain in self._pieces:
            opening = _BLOCK.match(raw)
            if opening:
                yield from self._block(at, opening[1])
            if raw.startswith("<") and raw != "<":
                if plain:
                    yield from self._words_struck(at)
                yield raw
            else:
                yield from self._stretch(raw, plain, at)
            at += len(plain)
        yield from self._rest()

    def _block(self, at: int, name: str) -> Iterator[str]:
        for struck in self._blocks.pop(at, []):
            if name == "tr":
                yield f"<tr><td>{struck}</td></tr>"
            else:
                tag = "li" if name == "li" else "p"
                yield f"<{tag}>{struck}</{tag}>"

    def _words_struck(self, at: int) -> Iterator[str]:
        for change in self._inline.pop(at, []):
            if change.struck:
                yield _struck(change.struck, change.id)
            if change.start == change.end:
                yield _why(change)

    def _stretch(self, raw: str, plain: str, at: int) -> Iterator[str]:
        """A stretch of text (or one entity), cut where marks begin and end."""
        end = at + len(plain)
        here = self._marks_within(at, end)
        edges = {edge for change in here for edge in (change.start, change.end)}
        whole = raw.startswith("&")
        cuts = [at, end] if whole else sorted({at, end} | {e for e in edges if at < e < end})
        for left, right in pairwise(cuts):
            yield from self._words_struck(left)
            piece = raw if whole else raw[left - at : right - at]
            covering = [change for change in here if change.start <= left < change.end]
            yield self._inserted(piece, left, right, covering[0]) if covering else piece

    def _marks_within(self, at: int, end: int) -> list[Change]:
        """The marks that touch a stretch. Stretches come in order, so earlier marks are done."""
        while self._next < len(self._marks) and self._marks[self._next].end < at:
            self._next += 1
        last = self._next
        while last < len(self._marks) and self._marks[last].start < end:
            last += 1
        return self._marks[self._next : last]

    def _inserted(self, piece: str, left: int, right: int, change: Change) -> str:
        words = self._text[change.start : change.end]
        first = change.start + len(words) - len(words.lstrip("\n"))
        last = change.end - (len(words) - len(words.rstrip("\n")))
        lead = _hidden(" [" + _("inserted:") + " ") if left == first else ""
        tail = _hidden("] ") if right == last else ""
        anchor = f' id="{change.id}"' if left == first and change.id and not change.struck else ""
        # A space before the words is not underlined.
        bare = piece.lstrip(" ") if left == first else piece
        space = piece[: len(piece) - len(bare)]
        why = _why(change) if right == last else ""
        return f"{space}<ins{anchor}>{lead}{bare}{tail}</ins>{why}"

    def _rest(self) -> Iterator[str]:
        """What was struck at the very end."""
        for at in sorted(self._blocks):
            for struck in self._blocks[at]:
                yield f"<p>{struck}</p>"
        for at in sorted(self._inline):
            made = "".join(self._words_struck(at))
            if made:
                yield f"<p>{made}</p>"


def _hidden(words: str) -> str:
    return f'<span class="visually-hidden">{escape(words)}</span>'


def _struck(words: str, anchor: str) -> str:
    named = f' id="{anchor}"' if anchor else ""
    text = "<br>".join(str(escape(line)) for line in words.strip("\n").split("\n"))
    lead = _hidden(" [" + _("deleted:") + " ")
    return f"<del{named}>{lead}{text}{_hidden('] ')}</del>"


def _why(change: Change) -> str:
    if not change.why:
        return ""
    said = change.struck.strip() or _("inserted words")
    about = _hidden(f" ({said[:60]})")
    question = escape(_("Why?"))
    return f' <a class="why" href="{escape(change.why)}">{question}{about}</a>'
