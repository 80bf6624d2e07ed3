"""Where in a long text something stands: under which heading, in which paragraph. Pure.

It is worked out from the stored words themselves, so it stays true of every revision and goes with
it. A heading is a paragraph that is strong as a whole: that is how a document's headings are kept.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from consult.kernel.markup import pieces
from consult.submissions.points import Span


@dataclass(frozen=True)
class Paragraph:
    """One line of a comment's plain text; `number` counts those that are no headings, from 1."""

    start: int
    end: int
    number: int
    heading: bool = False


@dataclass(frozen=True)
class Place:
    """The heading above a span ("" before the first), and the paragraphs in which it lies."""

    heading: str
    first: int
    last: int


_HEADING = re.compile(r"<p><strong>(?:(?!</?(?:strong|p)>).)*</strong></p>", re.DOTALL)


def paragraphs(html: str, text: str) -> list[Paragraph]:
    """The paragraphs of a comment, from its stored HTML and the plain text made of it."""
    begins = {found.start() for found in _HEADING.finditer(html)}
    headings: set[int] = set()
    at = raw_at = 0
    for raw, plain in pieces(html):
        if raw_at in begins:
            headings.add(at)
        raw_at += len(raw)
        at += len(plain)
    out: list[Paragraph] = []
    number = at = 0
    for line in text.split("\n"):
        left = at + len(line) - len(line.lstrip())
        right = left + len(line.strip())
        if left < right:
            heading = at in headings
            number += not heading
            out.append(Paragraph(left, right, number, heading))
        at += len(line) + 1
    return out


def place(found: Sequence[Paragraph], text: str, span: Span) -> Place:
    """Where a span stands."""
    first = max(0, bisect_right(found, span[0], key=lambda p: p.start) - 1)
    last = max(first, bisect_right(found, max(span[0], span[1] - 1), key=lambda p: p.start) - 1)
    if not found:
        return Place("", 0, 0)
    above = next((p for p in reversed(found[: first + 1]) if p.heading), None)
    own = [p.number for p in found[first : last + 1] if not p.heading] or [found[first].number]
    return Place("" if above is None else text[above.start : above.end], own[0], own[-1])
