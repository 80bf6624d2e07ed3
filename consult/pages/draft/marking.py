"""The words that people commented on, marked in the text: denser where more was said. Pure.

Spans that overlap are cut where either begins or ends, and each piece is as dense as the comments
on it. Behind the marked words of a sentence stands their number, which leads to the comments.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from markupsafe import Markup, escape

from consult.drafts.sentences import sentences
from consult.kernel.i18n import language, ngettext
from consult.kernel.markup import Mark, mark, pieces
from consult.submissions.passage_queries import Passage

# Gives the address of the comments on the words between two offsets.
Address = Callable[[int, int], str]

_INLINE_END = re.compile(r"</(?:mark|strong|em|a|code|sup|sub|del|s)>")


@dataclass(frozen=True)
class Count:
    """Words that are spoken of, within one sentence, and how many comments are on any of them."""

    start: int
    end: int
    comments: int


def densities(passages: Sequence[Passage]) -> list[tuple[int, int, int]]:
    """The stretches of a text that are spoken of, each with the number of comments on all of it."""
    change: dict[int, int] = {}
    for one in passages:
        change[one.start] = change.get(one.start, 0) + one.comments
        change[one.end] = change.get(one.end, 0) - one.comments
    edges = sorted(change)
    depths = accumulate(change[edge] for edge in edges)
    spans = zip(pairwise(edges), depths, strict=False)
    return [(start, end, depth) for (start, end), depth in spans if depth]


def counts(text: str, passages: Sequence[Passage]) -> list[Count]:
    """For each sentence that is spoken of: from the first to the last of the words, and how often."""
    starts = sorted((one.start, one.comments) for one in passages)
    ends = sorted((one.end, one.comments) for one in passages)
    begun, over = _sums(starts), _sums(ends)
    stretches = densities(passages)
    begin, finish = [start for start, _, _ in stretches], [end for _, end, _ in stretches]
    found = []
    for sentence in sentences(text):
        first = bisect_right(finish, sentence.start)
        last = bisect_left(begin, sentence.end) - 1
        if first <= last:
            start, end = max(begin[first], sentence.start), min(finish[last], sentence.end)
            number = begun[bisect_left(starts, (end, 0))] - over[bisect_right(ends, (start, _MANY))]
            found.append(Count(start, end, number))
    return found


_MANY = 10**18


def _sums(edges: Sequence[tuple[int, int]]) -> list[int]:
    return [0, *accumulate(comments for _, comments in edges)]


def densest(passages: Sequence[Passage]) -> int:
    """The number of comments on the words of a clause that are spoken of most."""
    return max((depth for _, _, depth in densities(passages)), default=0)


def marked(
    markup: str,
    text: str,
    passages: Sequence[Passage],
    heat: Callable[[int], int],
    address: Address,
) -> Markup:
    """A clause's stored HTML with the words that are spoken of marked, and their numbers.

    `heat` gives the step (1 to 5) of a number of comments. Offsets count `text`, its plain text.
    """
    spans = [
        Mark(start, end, css=f"said said--{heat(depth)}")
        for start, end, depth in densities(passages)
    ]
    numbers = counts(text, passages)
    # What goes in is sanitised when it is stored, and what is added here is escaped.
    return Markup("".join(_with_numbers(mark(markup, spans), numbers, address)))  # noqa: S704


def _with_numbers(markup: str, numbers: Sequence[Count], address: Address) -> Iterator[str]:
    """The numbers stand behind the last of their words, and never inside a link."""
    waiting = list(reversed(numbers))
    at, linked = 0, False
    for raw, plain in pieces(markup):
        while waiting and at >= waiting[-1].end and not linked and not _INLINE_END.match(raw):
            yield _number(waiting.pop(), address)
        yield raw
        at += len(plain)
        linked = (linked or raw.startswith("<a ")) and raw != "</a>"
    for number in reversed(waiting):
        yield _number(number, address)


def _number(number: Count, address: Address) -> str:
    """A number that is read out as a sentence. It is no part of the text (`data-aside`)."""
    words = ngettext("1 comment on these words", "%(num)s comments on these words", number.comments)
    href = escape(address(number.start, number.end))
    return (
        f'<a class="said-number" lang="{language()}" data-aside data-conversation="{href}" href="{href}">'
        f'<span aria-hidden="true">{number.comments}</span>'
        f'<span class="visually-hidden">[{escape(words)}]</span></a>'
    )
