"""Which points of a corrected comment are the same points as before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from consult.submissions.points import Span, whole


@dataclass(frozen=True)
class Heir:
    """A point of the new words; `former` is the number of the old point that it continues."""

    start: int
    end: int
    former: int | None = None


def heirs(before: str, points: Sequence[Span], after: str) -> list[Heir]:
    """The points of the new words, in their order.

    A comment that is one point stays one. Of one that a person divided, each point whose words
    stand exactly once in both texts is found again, and what was written anew between them is a
    point of its own; if none is found again, the comment is one point.
    """
    if len(points) <= 1:
        [(start, end)] = whole(after)
        same = bool(points) and _once(before, points[0], after) is not None
        return [Heir(start, end, 0 if same else None)]
    found = sorted(
        (Heir(*span, number) for number, point in enumerate(points)
         if (span := _once(before, point, after)) is not None),
        key=lambda heir: heir.start,
    )  # fmt: skip
    if not found:
        return [Heir(*whole(after)[0])]
    apart = [found[0]]
    for heir in found[1:]:
        if heir.start >= apart[-1].end:
            apart.append(heir)
    new = _written_anew(before, points, after, [(heir.start, heir.end) for heir in apart])
    return sorted([*apart, *(Heir(*span) for span in new)], key=lambda heir: heir.start)


def _once(before: str, point: Span, after: str) -> Span | None:
    """Where the words of a point stand in the new text, if they stand once in both."""
    words = before[slice(*point)]
    if not words or _times(before, words) != 1 or _times(after, words) != 1:
        return None
    start = after.index(words)
    return start, start + len(words)


def _times(text: str, words: str) -> int:
    """How often the words stand in a text, overlapping places included; 2 means more than once."""
    first = text.find(words)
    return 0 if first < 0 else 1 + (text.find(words, first + 1) >= 0)


def _written_anew(
    before: str, points: Sequence[Span], after: str, taken: Sequence[Span]
) -> list[Span]:
    """Stretches between the points found again that say something the old text did not.

    What belonged to no point before (a greeting) belongs to none now.
    """
    left_out = "\n".join(_gaps(before, sorted(points)))
    said = "\n".join(before[slice(*point)] for point in points)
    spans = []
    edges = [0, *(edge for span in taken for edge in span), len(after)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        words = after[start:end]
        left = start + len(words) - len(words.lstrip())
        right = left + len(words.strip())
        says = any(character.isalnum() for character in words)
        if says and (words.strip() not in left_out or words.strip() in said):
            spans.append((left, right))
    return spans


def _gaps(text: str, spans: Sequence[Span]) -> list[str]:
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    return [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
