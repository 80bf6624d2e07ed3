"""Finding the points of a comment in its words: beginnings, pasted words, additions. Pure."""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from analysis.sentences import sentences
from consult.submissions.points import Span


def from_beginnings(text: str, starts: Collection[int]) -> list[Span]:
    """The points that begin at these places, each reaching to the next; the first begins at 0.

    A place where no sentence and no line begins is passed over.
    """
    allowed = {start for start, _ in sentences(text)}
    edges = sorted({0, *(allowed & set(starts)), len(text)})
    spans = [_trimmed(text, start, end) for start, end in pairwise(edges)]
    return [(start, end) for start, end in spans if start < end]


def from_words(text: str, words: str) -> tuple[list[Span], list[str]]:
    """The spans of pasted words, one point a paragraph, and the paragraphs that are not there.

    White space may differ; each paragraph is looked for after the one before it, then anywhere.
    """
    spans: list[Span] = []
    missing: list[str] = []
    for paragraph in re.split(r"\n\s*\n", words.strip()):
        wanted = paragraph.split()
        if not wanted:
            continue
        pattern = re.compile(r"\s+".join(map(re.escape, wanted)))
        after = spans[-1][1] if spans else 0
        found = pattern.search(text, after) or pattern.search(text)
        if found is None:
            missing.append(paragraph)
        else:
            spans.append(found.span())
    return spans, missing


def left_out(text: str, spans: Sequence[Span]) -> list[str]:
    """The words that belong to no point, such as a greeting."""
    edges = [0, *(edge for span in sorted(spans) for edge in span), len(text)]
    gaps = (text[edges[i] : edges[i + 1]].strip() for i in range(0, len(edges), 2))
    return [gap for gap in gaps if gap]


def around(whole: Span, additions: Sequence[Span]) -> list[Span]:
    """A point cut at the edges of what its author added: the letter's parts and the additions."""
    edges = sorted({*whole, *(edge for span in additions for edge in span)})
    inside = [edge for edge in edges if whole[0] <= edge <= whole[1]]
    return list(pairwise(inside))


def overlap(a: Span, b: Span) -> int:
    """How many characters two spans have in common."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    left = start + len(words) - len(words.lstrip())
    return left, left + len(words.strip())
