"""Two wordings of a clause side by side, paragraph beside paragraph. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from markupsafe import Markup

from consult.drafts.marking import Change, Writer
from consult.drafts.struck import closing
from consult.kernel.markup import pieces

_TAG = re.compile(r"<(/?)([a-z0-9]+)")
_LISTS = frozenset({"ul", "ol"})
_SINGLE = frozenset({"br"})


@dataclass(frozen=True)
class Block:
    """A paragraph, list item or table: its HTML, its plain text, and where that begins."""

    html: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True)
class Row:
    """What stands side by side; both sides are the same where nothing changed."""

    left: Markup
    right: Markup
    changed: bool


def blocks(markup: str) -> list[Block]:
    """The outermost paragraphs, tables and quotations, and the items of the outermost lists."""
    found: list[Block] = []
    depth = start = 0
    parts: list[str] = []
    text = ""
    around = ""
    for raw, plain in pieces(markup):
        tag = _TAG.match(raw) if raw.startswith("<") and raw != "<" else None
        name = tag[2] if tag else ""
        opens = tag is not None and not tag[1] and name not in _SINGLE
        closes = tag is not None and bool(tag[1])
        if depth == 0 and opens and name in _LISTS:
            around = raw
            continue
        if around and depth == 0 and closes:
            around = ""
            continue
        parts.append(raw)
        text += plain
        depth += opens - closes
        if depth == 0 and (closes or not tag):
            words = "".join(parts)
            html = f"{around}{words}{closing(around)}" if around else words
            found.append(Block(html, text, start))
            parts, start, text = [], start + len(text), ""
    if "".join(parts).strip():
        found.append(Block("".join(parts), text, start))
    return found


def rows(
    before: str, after: str, marks: Sequence[Change], whole: Sequence[Change] | None = None
) -> list[Row]:
    """The paragraphs of two wordings, each beside its counterpart, with what changed in them.

    `marks` are shown; `whole` (if they are not all) are all changes between the two.
    """
    left, right = blocks(before), blocks(after)
    skeleton = list(marks if whole is None else whole)
    gone = _bare(left, _gone(marks))
    come = _bare(right, [mark for mark in marks if mark.start < mark.end])
    found = []
    for old, new in _paired(left, right, skeleton):
        old_html, new_html = _shown(old, gone), _shown(new, come)
        found.append(Row(old_html, new_html, old_html != new_html))
    return found


def _bare(some: Sequence[Block], marks: Sequence[Change]) -> list[Change]:
    """Marks without the ends of lines around their words: those belong to the lines beside."""
    text = "".join(block.text for block in some)
    found = []
    for mark in marks:
        words = text[mark.start : mark.end]
        if words.strip("\n\t "):
            start = mark.start + len(words) - len(words.lstrip("\n\t "))
            found.append(replace(mark, start=start, end=start + len(words.strip("\n\t "))))
        else:
            found.append(mark)
    return found


def _gone(marks: Sequence[Change]) -> list[Change]:
    """The struck words as marks of the earlier text, cut where some of them were moved."""
    found = []
    for mark in marks:
        if not mark.struck:
            continue
        at, end = mark.was, mark.was + len(mark.struck)
        bare = Change(at, end, gone=True, id=mark.id)
        for went in mark.went:
            if mark.struck[at - mark.was : went.start - mark.was].strip():
                found.append(replace(bare, start=at, end=went.start))
            found.append(replace(bare, start=went.start, end=went.end, id="", came=went.move))
            at = went.end
        if at < end and (not mark.went or mark.struck[at - mark.was :].strip()):
            found.append(replace(bare, start=at, end=end))
    return found


def _shown(some: Sequence[Block], marks: Sequence[Change]) -> Markup:
    out: list[str] = []
    for block in some:
        within = [
            replace(
                mark,
                start=max(mark.start, block.start) - block.start,
                end=min(mark.end, block.end) - block.start,
                struck="",
                went=(),
                id=mark.id if mark.start >= block.start and not (mark.struck or mark.gone) else "",
                why=mark.why if mark.end <= block.end else "",
            )
            for mark in marks
            if mark.start < block.end and block.start < mark.end
        ]
        out += Writer(block.html, within).write()
    # What goes in is sanitised when it is stored, and what the writer adds is escaped.
    return Markup("".join(out))  # noqa: S704


def _paired(
    left: Sequence[Block], right: Sequence[Block], skeleton: Sequence[Change]
) -> Iterator[tuple[Sequence[Block], Sequence[Block]]]:
    """The blocks that share words, together; those between them, one beside the other."""
    i = j = 0
    for (i0, i1), (j0, j1) in _joined(_links(left, right, skeleton)):
        yield from _beside(left[i:i0], right[j:j0])
        yield left[i0:i1], right[j0:j1]
        i, j = i1, j1
    yield from _beside(left[i:], right[j:])


def _beside(
    left: Sequence[Block], right: Sequence[Block]
) -> Iterator[tuple[Sequence[Block], Sequence[Block]]]:
    for old, new in zip_longest(left, right):
        yield ([old] if old else []), ([new] if new else [])


def _links(
    left: Sequence[Block], right: Sequence[Block], skeleton: Sequence[Change]
) -> Iterator[tuple[int, int]]:
    """Which blocks have kept words in common, by number, in order."""
    i = j = 0
    for was, at, length in _kept(left, right, skeleton):
        done = 0
        while done < length:
            while i < len(left) and left[i].end <= was + done:
                i += 1
            while j < len(right) and right[j].end <= at + done:
                j += 1
            if i == len(left) or j == len(right):
                return
            step = min(length, left[i].end - was, right[j].end - at) - done
            # A few letters in common do not make a paragraph another's version.
            shorter = min(left[i].end - left[i].start, right[j].end - right[j].start)
            if step >= min(12, shorter // 2):
                yield i, j
            done += max(step, 1)


def _kept(
    left: Sequence[Block], right: Sequence[Block], skeleton: Sequence[Change]
) -> Iterator[tuple[int, int, int]]:
    """The stretches that are equal on both sides: where they begin there and here, and how long."""
    was = at = 0
    for mark in sorted(skeleton, key=lambda change: (change.start, change.was)):
        if mark.start > at:
            yield was, at, mark.start - at
        was, at = max(was, mark.was + len(mark.struck)), max(at, mark.end)
    ends = (left[-1].end if left else 0) - was, (right[-1].end if right else 0) - at
    if min(ends) > 0:
        yield was, at, min(ends)


def _joined(links: Iterator[tuple[int, int]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Runs of blocks on both sides: a paragraph that was split stands beside all its parts."""
    found: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for i, j in links:
        if found and (i < found[-1][0][1] or j < found[-1][1][1]):
            (i0, i1), (j0, j1) = found[-1]
            found[-1] = (i0, max(i1, i + 1)), (j0, max(j1, j + 1))
        else:
            found.append(((i, i + 1), (j, j + 1)))
    return found
