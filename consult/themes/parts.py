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
    spans = [trimmed(text, start, end) for start, end in pairwise(edges)]
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


def cut_out(text: str, spans: Sequence[Span], chosen: Span) -> list[Span]:
    """Points of which the chosen words are one: whoever they are taken from keeps what stands
    before and after them, if that holds a letter or a digit. Words of no point become one too."""
    start, end = trimmed(text, max(0, chosen[0]), min(len(text), chosen[1]))
    if not any(character.isalnum() for character in text[start:end]):
        return list(spans)
    left = [
        part
        for span in spans
        for part in (
            trimmed(text, span[0], min(span[1], start)),
            trimmed(text, max(span[0], end), span[1]),
        )
        if any(character.isalnum() for character in text[part[0] : part[1]])
    ]
    return sorted([*left, (start, end)])


def overlap(a: Span, b: Span) -> int:
    """How many characters two spans have in common."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def trimmed(text: str, start: int, end: int) -> Span:
    """A span without the white space at its edges."""
    words = text[start:end]
    left = start + len(words) - len(words.lstrip())
    return left, left + len(words.strip())
