"""What of a campaign's letter somebody wrote themselves, as points of their own. Pure.

The truth table is `tests/themes/test_own_words.py`; why it is so, docs/decisions/0030.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sentences import sentences
from consult.submissions.points import Span
from consult.themes.parts import overlap, trimmed

# A comment with more passages than this is no letter that somebody signed.
MOST_PASSAGES = 100


@dataclass(frozen=True)
class Parted:
    """A copy of a letter: the span that stays the letter, and each passage that was added."""

    letter: Span
    passages: tuple[Span, ...]


def parted(text: str, copy: Span, additions: Sequence[Span]) -> Parted | None:
    """Part a copy of a letter into the letter and the passages of at least a sentence added to it.

    A sentence is its author's own if most of its letters were added; sentences side by side are
    one passage, a paragraph ends it. What is less than a sentence is an edit of the letter. Of a
    letter that was interrupted, the longest piece stands for it; its other pieces are in no point,
    since the letter is answered once. None where nothing was added, or nothing of the letter left.
    """
    passages: list[Span] = []
    for start, end in _clipped(text, copy):
        own = sum(_letters(text, _common((start, end), one)) for one in additions)
        if not own or 2 * own < _letters(text, (start, end)):
            continue
        if passages and _adjoin(text, passages[-1][1], start):
            passages[-1] = (passages[-1][0], end)
        else:
            passages.append((start, end))
    if len(passages) > MOST_PASSAGES:
        passages[MOST_PASSAGES - 1 :] = [(passages[MOST_PASSAGES - 1][0], passages[-1][1])]
    rest = [piece for piece in between(text, copy, passages) if _letters(text, piece)]
    if not passages or not rest:
        return None
    letter = max(rest, key=lambda piece: _letters(text, piece))
    return Parted(letter, tuple(passages))


def between(text: str, whole: Span, taken: Sequence[Span]) -> list[Span]:
    """The pieces of a span that no other span takes, without the white space at their edges."""
    edges = [whole[0], *(edge for span in sorted(taken) for edge in span), whole[1]]
    pieces = [trimmed(text, *piece) for piece in zip(edges[::2], edges[1::2], strict=True)]
    return [(start, end) for start, end in pieces if start < end]


def joined(text: str, bounds: Span, letter: Span, others: Sequence[Span]) -> Span:
    """The span of a letter again: as far as its bounds and the points around it let it reach."""
    start = max([bounds[0], *(end for _, end in others if end <= letter[0])])
    end = min([bounds[1], *(begin for begin, _ in others if begin >= letter[1])])
    return trimmed(text, min(start, letter[0]), max(end, letter[1]))


def _clipped(text: str, copy: Span) -> list[Span]:
    inside = (_common(sentence, copy) for sentence in sentences(text) if overlap(sentence, copy))
    return [trimmed(text, *span) for span in inside]


def _adjoin(text: str, end: int, start: int) -> bool:
    gap = text[end:start]
    return not gap.strip() and "\n" not in gap


def _common(one: Span, other: Span) -> Span:
    start = max(one[0], other[0])
    return start, max(start, min(one[1], other[1]))


def _letters(text: str, span: Span) -> int:
    return sum(map(str.isalnum, text[span[0] : span[1]]))
