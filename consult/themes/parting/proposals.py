"""Where the points of a long text could begin, and what somebody makes of that. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis import find_passages
from consult.submissions.outline import Paragraph
from consult.submissions.points import Span


@dataclass(frozen=True)
class Group:
    """Units that are one point together, or (`left`) belong to none."""

    units: tuple[Span, ...]
    left: bool = False

    @property
    def span(self) -> Span:
        return self.units[0][0], self.units[-1][1]


def proposed(text: str, found: Sequence[Paragraph], most: int) -> list[Span]:
    """Points by heading, and within a section by what it says; at most so many.

    Deterministic: a page that is sent back meets the same ones.
    """
    begins = [p.start for before, p in pairwise([None, *found]) if p and _opens(before, p)]
    edges = sorted({0, *begins, len(text)})
    spans = [
        (start + left, start + right)
        for start, end in pairwise(edges)
        for left, right in find_passages(text[start:end])
    ]
    while len(spans) > most:
        # The two neighbours that are shortest together become one.
        at = min(range(len(spans) - 1), key=lambda n: spans[n + 1][1] - spans[n][0])
        spans[at : at + 2] = [(spans[at][0], spans[at + 1][1])]
    return spans


def _opens(before: Paragraph | None, paragraph: Paragraph) -> bool:
    """A heading opens a section; one below another stays with it."""
    return paragraph.heading and not (before is not None and before.heading)


def units(text: str, found: Sequence[Paragraph], spans: Sequence[Span]) -> list[Span]:
    """The paragraphs, cut where a point begins or ends within one."""
    edges = {edge for span in spans for edge in span}
    out: list[Span] = []
    for paragraph in found:
        inside = sorted(e for e in edges if paragraph.start < e < paragraph.end)
        for start, end in pairwise([paragraph.start, *inside, paragraph.end]):
            words = text[start:end]
            left = start + len(words) - len(words.lstrip())
            right = left + len(words.strip())
            if left < right:
                out.append((left, right))
    return out


def grouped(pieces: Sequence[Span], starts: Collection[int], left: Collection[int]) -> list[Group]:
    """Units by the places where a point begins; the first begins one whatever is said."""
    groups: list[list[Span]] = []
    for piece in pieces:
        if not groups or piece[0] in starts:
            groups.append([])
        groups[-1].append(piece)
    return [Group(tuple(group), group[0][0] in left) for group in groups]


def as_they_are(pieces: Sequence[Span], spans: Sequence[Span]) -> list[Group]:
    """The same for points that are there; what lies between them is left out."""
    owners = [next((n for n, s in enumerate(spans) if s[0] <= p[0] < s[1]), None) for p in pieces]
    groups: list[tuple[int | None, list[Span]]] = []
    for piece, owner in zip(pieces, owners, strict=True):
        if not groups or groups[-1][0] != owner:
            groups.append((owner, []))
        groups[-1][1].append(piece)
    return [Group(tuple(group), owner is None) for owner, group in groups]
