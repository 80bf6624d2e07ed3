"""Two wordings of one text side by side: where they agree, where they differ, and both in one. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from consult.drafts.diff import EQUAL, Hunk, word_diff

# What a segment is: nothing changed; one side changed it; both alike; both, each otherwise.
SAME, FIRST, SECOND, BOTH, APART = "same", "first", "second", "both", "apart"


@dataclass(frozen=True)
class Segment:
    """A stretch of the text that both came from, and what stands in its place in either."""

    base: str
    first: str
    second: str
    # Where its words stand in the second text: code points.
    start: int
    end: int

    @property
    def kind(self) -> str:
        """SAME, FIRST, SECOND, BOTH or APART."""
        if self.first == self.second:
            return SAME if self.first == self.base else BOTH
        if self.second == self.base:
            return FIRST
        return SECOND if self.first == self.base else APART


def segments(base: str, first: str, second: str) -> list[Segment]:
    """Cut three texts into segments that, joined, are each of them again."""
    return list(_segments(base, first, second))


def _segments(base: str, first: str, second: str) -> Iterator[Segment]:
    left, right = _Side(base, first), _Side(base, second)
    at = place = 0
    for start, end in _regions(left.changed, right.changed):
        if start > at:
            same = base[at:start]
            yield Segment(same, same, same, place, place + len(same))
            place += len(same)
        other = right.words(start, end)
        yield Segment(base[start:end], left.words(start, end), other, place, place + len(other))
        at, place = end, place + len(other)
    if at < len(base):
        yield Segment(base[at:], base[at:], base[at:], place, place + len(base) - at)


class _Side:
    """One of the two texts, by what changes in it."""

    def __init__(self, base: str, text: str) -> None:
        self._base, self._text = base, text
        self.changed = changed(base, text)

    def words(self, start: int, end: int) -> str:
        """What stands here in the place of `[start, end)`, whose edges no change crosses."""
        said, at = "", start
        for hunk in self.changed:
            if start <= hunk.before_start and hunk.before_end <= end:
                said += self._base[at : hunk.before_start]
                said += self._text[hunk.after_start : hunk.after_end]
                at = hunk.before_end
        return said + self._base[at:end]


def changed(base: str, text: str) -> list[Hunk]:
    """The hunks of the word diff that are not equal."""
    return [hunk for hunk in word_diff(base, text) if hunk.tag != EQUAL]


def _regions(first: Sequence[Hunk], second: Sequence[Hunk]) -> Iterator[tuple[int, int]]:
    """The stretches that either changed; changes that touch each other are one."""
    spans = sorted((hunk.before_start, hunk.before_end) for hunk in (*first, *second))
    run: tuple[int, int] | None = None
    for start, end in spans:
        if run is not None and start <= run[1]:
            run = (run[0], max(run[1], end))
            continue
        if run is not None:
            yield run
        run = (start, end)
    if run is not None:
        yield run


@dataclass(frozen=True)
class Merged:
    """Both in one text. Where both changed the same words, `mine` stands, and it is said here."""

    text: str
    conflicts: tuple[Segment, ...] = ()


def merge(base: str, mine: str, theirs: str) -> Merged:
    """The text with what changed in `mine` and in `theirs`; nothing of mine is overwritten."""
    found = segments(base, mine, theirs)
    words = [part.second if part.kind == SECOND else part.first for part in found]
    return Merged("".join(words), tuple(part for part in found if part.kind == APART))


def taking(base: str, text: str, chosen: Collection[int]) -> str:
    """The base with some of the changes only, by their number in `changed` (from 0)."""
    said, at = "", 0
    for number, hunk in enumerate(changed(base, text)):
        said += base[at : hunk.before_start]
        if number in chosen:
            said += text[hunk.after_start : hunk.after_end]
        else:
            said += base[hunk.before_start : hunk.before_end]
        at = hunk.before_end
    return said + base[at:]
