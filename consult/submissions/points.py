"""Points: spans of a comment's words, and the rule of what is owed an answer. Pure."""

from collections.abc import Sequence
from itertools import pairwise

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.submissions.models import HELD, PUBLISHED, CommentRevision, Point

Span = tuple[int, int]

# A comment in one of these states has words that count; the others are tombstones.
LIVE_STATES = (PUBLISHED, HELD)


class SpansError(ConsultError):
    """Spans that overlap, are empty or lie outside of the words."""

    status = 422
    message = mark("The chosen words do not fit the comment.")


def is_owed(
    *,
    state: str,
    late: bool = False,
    admitted: bool = False,
    reply: bool = False,
    addressed: bool = False,
    root_gone: bool = False,
) -> bool:
    """Whether the live points of a comment's current revision are owed an answer.

    Published or held, on time or admitted; a reply only if its author or an official addresses it
    to the body, or if the comment that it replied to is gone.
    """
    in_time = admitted or not late
    meant_for_the_body = not reply or addressed or root_gone
    return state in LIVE_STATES and in_time and meant_for_the_body


def whole(text: str) -> list[Span]:
    """The one point that a comment is until somebody splits it."""
    return [(0, len(text))]


def checked(text: str, spans: Sequence[Span]) -> list[Span]:
    """Spans in order, without the white space at their edges.

    Raises SpansError where one is empty, lies outside of the text or overlaps another.
    """
    trimmed = []
    for start, end in sorted(spans):
        if not 0 <= start < end <= len(text):
            raise SpansError
        words_ = text[start:end]
        left = start + len(words_) - len(words_.lstrip())
        right = left + len(words_.strip())
        if left == right:
            raise SpansError
        trimmed.append((left, right))
    if not trimmed or any(before[1] > after[0] for before, after in pairwise(trimmed)):
        raise SpansError
    return trimmed


def words(point: Point, revision: CommentRevision) -> str:
    """The words of a point; empty once its revision has been emptied."""
    return revision.text[point.start : point.end]
