"""Words of an earlier text with the formatting that they had there: for a redline of the later one."""

from bisect import bisect_right
from dataclasses import dataclass

from consult.kernel.markup import pieces

_INLINE = ("<strong", "<em")
_CONTAINERS = ("<ul", "<ol", "<table")


@dataclass(frozen=True, slots=True)
class _Words:
    """A stretch of text, an entity, or the end of a line or cell."""

    raw: str
    plain: str
    # The inline elements and the lists or tables around it, outermost first.
    inline: tuple[str, ...]
    containers: tuple[str, ...]


class Earlier:
    """The sanitised HTML of an earlier text, of which any stretch can be had back."""

    def __init__(self, markup: str) -> None:
        self._starts: list[int] = []
        self._words: list[_Words] = []
        inline: list[str] = []
        containers: list[str] = []
        at = 0
        for raw, plain in pieces(markup):
            tag = raw.startswith("<") and raw != "<"
            if plain:
                self._starts.append(at)
                self._words.append(_Words(raw, plain, tuple(inline), tuple(containers)))
                at += len(plain)
            if tag:
                _keep(raw, _INLINE, inline)
                _keep(raw, _CONTAINERS, containers)

    def container(self, at: int) -> str:
        """The tag of the list or table in which a place stands; "" for a paragraph."""
        words = self._words[self._index(at)] if self._words else None
        return words.containers[-1] if words and words.containers else ""

    def inline(self, start: int, end: int) -> str:
        """The words `[start, end)` in one line, in bold and italics where they were."""
        out: list[str] = []
        opened: tuple[str, ...] = ()
        for index in range(self._index(start), len(self._words)):
            at, words = self._starts[index], self._words[index]
            if at >= end:
                break
            left, right = max(start - at, 0), min(end - at, len(words.plain))
            if left >= right:
                continue
            out += _switched(opened, words.inline)
            opened = words.inline
            if words.plain in "\n\t":
                out.append("<br>" if words.plain == "\n" else " ")
            else:
                # An entity is one character, and whole.
                out.append(words.raw if words.raw[0] == "&" else words.raw[left:right])
        return "".join([*out, *_switched(opened, ())])

    def _index(self, at: int) -> int:
        return max(0, bisect_right(self._starts, at) - 1)


def _keep(raw: str, kinds: tuple[str, ...], stack: list[str]) -> None:
    if raw.startswith(kinds):
        stack.append(raw)
    elif stack and raw.startswith("</") and stack[-1].startswith("<" + raw[2:-1].strip()):
        stack.pop()


def _switched(opened: tuple[str, ...], wanted: tuple[str, ...]) -> list[str]:
    """The tags that lead from some open inline elements to others."""
    same = 0
    while same < min(len(opened), len(wanted)) and opened[same] == wanted[same]:
        same += 1
    return [*map(closing, reversed(opened[same:])), *wanted[same:]]


def closing(tag: str) -> str:
    """The closing tag of an opening one."""
    return f"</{tag[1:-1].split(maxsplit=1)[0]}>"
