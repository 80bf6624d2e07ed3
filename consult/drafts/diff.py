"""What changed between two wordings: words and phrases, never crumbs of letters. Pure.

Two texts are first aligned sentence by sentence (equal ones, then similar ones), and words are
compared only within a pair. So a sentence that was struck shows as struck, even where its
sibling begins with the same words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import LCSseq

EQUAL, DELETE, INSERT, REPLACE = "equal", "delete", "insert", "replace"

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
# A sentence or a numbered item: up to its closing mark and the space behind, or a line's end.
_UNIT = re.compile(r"[^\n]*?(?:[.;:!?…](?=\s)\s*|\n+|\Z)|\n+")
_WORDS = re.compile(r"\w+")

# Comparing n with m tokens takes n·m/64 steps and n·m/8 bytes: at most 12 MB and a few
# hundredths of a second. What is larger is compared by sentence, or shown as replaced.
MAX_WORK = 100_000_000
# Pairs of unlike sentences whose likeness is measured in one gap.
MAX_PAIRS = 2_500
# Sentences less alike than this are not versions of each other.
MIN_LIKENESS = 0.5
# One sentence in the place of one other, with nothing in common but perhaps how they begin or end.
ALONE = 0.001
MIN_COMMON_END = 3  # words


@dataclass(frozen=True)
class Hunk:
    """A stretch that is equal in both texts, or differs: code point offsets in each."""

    tag: str
    before_start: int
    before_end: int
    after_start: int
    after_end: int


@dataclass(frozen=True)
class Span:
    """A token or sentence with its place in its text."""

    words: str
    start: int
    end: int


@dataclass(frozen=True)
class Pair:
    """A run of sentences before and after. Likeness is 1 for equal ones, 0 for a mere gap."""

    before: tuple[int, int]
    after: tuple[int, int]
    likeness: float


def tokens(text: str) -> list[Span]:
    """Words, white space and single marks; together they are the text."""
    return [Span(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]


def units(text: str) -> list[Span]:
    """Sentences and lines, each with the white space behind it; together they are the text.

    An abbreviation ("Art. 3", "z. B.") is no sentence: what has fewer than three words goes
    with what follows on its line.
    """
    out: list[Span] = []
    start = 0
    for found in _UNIT.finditer(text):
        words = text[start : found.end()]
        if words and (words.endswith("\n") or len(_WORDS.findall(words)) >= 3):
            out.append(Span(words, start, found.end()))
            start = found.end()
    if start < len(text):
        out.append(Span(text[start:], start, len(text)))
    return out


def likeness(before: str, after: str) -> float:
    """How alike two texts are, from 0 to 1: the share of words in common, in order."""
    left, right = _words(before), _words(after)
    if not left or not right:
        return 1.0 if left == right else 0.0
    if len(left) * len(right) > MAX_WORK:
        return 0.0
    return LCSseq.similarity(left, right) * 2 / (len(left) + len(right))


def _words(text: str) -> list[str]:
    return [m[0] for m in _TOKEN.finditer(text) if not m[0].isspace()]


def word_diff(before: str, after: str) -> list[Hunk]:
    """The hunks that lead from `before` to `after`, in order and without a gap in either text."""
    if before == after:
        return [Hunk(EQUAL, 0, len(before), 0, len(after))] if before else []
    hunks: list[Hunk] = []
    for left, right, alike in aligned(before, after):
        hunks += _within(before, after, left, right, alike)
    phrases = _phrases(before, after, _joined(hunks))
    return _joined(list(_trimmed(before, after, phrases)))


def aligned(before: str, after: str) -> Iterator[tuple[tuple[int, int], tuple[int, int], float]]:
    """Pair stretches of both texts: (span before, span after, likeness), in order.

    Likeness is 1 for equal stretches, 0 for stretches that only stand at the same place.
    """
    left, right = units(before), units(after)
    for pair in _aligned_units(left, right):
        yield (
            _span(left, pair.before, len(before)),
            _span(right, pair.after, len(after)),
            pair.likeness,
        )


def _span(spans: Sequence[Span], run: tuple[int, int], length: int) -> tuple[int, int]:
    first, last = run
    start = spans[first].start if first < len(spans) else length
    return start, (spans[last - 1].end if last > first else start)


def _aligned_units(left: Sequence[Span], right: Sequence[Span]) -> Iterator[Pair]:
    if len(left) * len(right) > MAX_WORK:
        yield Pair((0, len(left)), (0, len(right)), 0.0)
        return
    # The last sentence has no line's end behind it, and is the same sentence all the same.
    a, b = [unit.words.rstrip() for unit in left], [unit.words.rstrip() for unit in right]
    at_i = at_j = 0
    for block in LCSseq.opcodes(a, b).as_matching_blocks():
        if at_i < block.a or at_j < block.b:
            yield from _similar(a, b, (at_i, block.a), (at_j, block.b))
        at_i, at_j = block.a + block.size, block.b + block.size
        for k in range(block.size):
            i, j = block.a + k, block.b + k
            yield Pair((i, i + 1), (j, j + 1), 1.0)


def _similar(
    a: Sequence[str], b: Sequence[str], before: tuple[int, int], after: tuple[int, int]
) -> Iterator[Pair]:
    """Pair the sentences of a gap so that the sum of their likeness is greatest."""
    (i0, i1), (j0, j1) = before, after
    if (i1 - i0) * (j1 - j0) > MAX_PAIRS:
        yield Pair(before, after, 0.0)
        return
    if i1 - i0 == j1 - j0 == 1:
        yield Pair(before, after, max(likeness(a[i0], b[j0]), ALONE))
        return
    score = [[likeness(a[i], b[j]) for j in range(j0, j1)] for i in range(i0, i1)]
    best = [[0.0] * (j1 - j0 + 1) for _ in range(i1 - i0 + 1)]
    for i in range(i1 - i0 - 1, -1, -1):
        for j in range(j1 - j0 - 1, -1, -1):
            together = score[i][j] + best[i + 1][j + 1] if score[i][j] >= MIN_LIKENESS else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    i = j = 0
    from_i, from_j = i0, j0
    while i < i1 - i0 and j < j1 - j0:
        if score[i][j] >= MIN_LIKENESS and best[i][j] == score[i][j] + best[i + 1][j + 1]:
            if from_i < i0 + i or from_j < j0 + j:
                yield Pair((from_i, i0 + i), (from_j, j0 + j), 0.0)
            yield Pair((i0 + i, i0 + i + 1), (j0 + j, j0 + j + 1), score[i][j])
            i, j = i + 1, j + 1
            from_i, from_j = i0 + i, j0 + j
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    if from_i < i1 or from_j < j1:
        yield Pair((from_i, i1), (from_j, j1), 0.0)


def _within(
    before: str, after: str, left: tuple[int, int], right: tuple[int, int], alike: float
) -> list[Hunk]:
    """The hunks of one pair of stretches."""
    if alike == 1.0 and before[slice(*left)] == after[slice(*right)]:
        return [Hunk(EQUAL, *left, *right)]
    a, b = tokens(before[slice(*left)]), tokens(after[slice(*right)])
    if not a or not b or alike == 0.0 or len(a) * len(b) > MAX_WORK:
        return [_hunk(left, right)]
    if alike < MIN_LIKENESS:
        return _common_ends(left, right, a, b)
    hunks = []
    for code in LCSseq.opcodes([t.words for t in a], [t.words for t in b]):
        first = _span(a, (code.src_start, code.src_end), left[1] - left[0])
        second = _span(b, (code.dest_start, code.dest_end), right[1] - right[0])
        hunks.append(
            Hunk(
                code.tag,
                left[0] + first[0],
                left[0] + first[1],
                right[0] + second[0],
                right[0] + second[1],
            )
        )
    return hunks


def _common_ends(
    left: tuple[int, int], right: tuple[int, int], a: Sequence[Span], b: Sequence[Span]
) -> list[Hunk]:
    """Only a beginning and an end of some words in common are equal, the rest is replaced."""
    limit = min(len(a), len(b))
    first = next((i for i in range(limit) if a[i].words != b[i].words), limit)
    if sum(bool(_WORDS.match(token.words)) for token in a[:first]) < MIN_COMMON_END:
        first = 0
    rest = limit - first
    last = next((i for i in range(rest) if a[-1 - i].words != b[-1 - i].words), rest)
    if sum(bool(_WORDS.match(token.words)) for token in a[len(a) - last :]) < MIN_COMMON_END:
        last = 0
    start = a[first - 1].end if first else 0
    end = a[len(a) - last].start if last else left[1] - left[0]
    new_end = b[len(b) - last].start if last else right[1] - right[0]
    hunks = [
        Hunk(EQUAL, left[0], left[0] + start, right[0], right[0] + start),
        _hunk((left[0] + start, left[0] + end), (right[0] + start, right[0] + new_end)),
        Hunk(EQUAL, left[0] + end, left[1], right[0] + new_end, right[1]),
    ]
    return [hunk for hunk in hunks if _edges(hunk)[::2] != _edges(hunk)[1::2]]


def _hunk(left: tuple[int, int], right: tuple[int, int]) -> Hunk:
    gone, come = left[1] > left[0], right[1] > right[0]
    return Hunk(REPLACE if gone and come else DELETE if gone else INSERT, *left, *right)


def _joined(hunks: Sequence[Hunk]) -> list[Hunk]:
    """Neighbouring changes become one, and neighbouring equal stretches too."""
    out: list[Hunk] = []
    for hunk in hunks:
        last = out[-1] if out else None
        if last is not None and (last.tag == EQUAL) == (hunk.tag == EQUAL):
            out[-1] = _over(last, hunk)
        else:
            out.append(hunk)
    return out


def _over(first: Hunk, last: Hunk) -> Hunk:
    left = (first.before_start, last.before_end)
    right = (first.after_start, last.after_end)
    if first.tag == EQUAL and last.tag == EQUAL:
        return Hunk(EQUAL, *left, *right)
    return _hunk(left, right)


def _phrases(before: str, after: str, hunks: Sequence[Hunk]) -> list[Hunk]:
    """Swallow the small words left standing between two changes, so that phrases stay whole."""
    out: list[Hunk] = []
    for index, hunk in enumerate(hunks):
        last = out[-1] if out else None
        if last is None or last.tag == EQUAL:
            out.append(hunk)
        elif hunk.tag != EQUAL:
            out[-1] = _over(last, hunk)
        elif index < len(hunks) - 1 and _crumb(before, after, last, hunk):
            out[-1] = _over(last, Hunk(REPLACE, *_edges(hunk)))
        else:
            out.append(hunk)
    return out


def _trimmed(before: str, after: str, hunks: Sequence[Hunk]) -> Iterator[Hunk]:
    """Leave the white space that both sides of a replacement end with outside of it."""
    for hunk in hunks:
        old = before[hunk.before_start : hunk.before_end]
        new = after[hunk.after_start : hunk.after_end]
        shared = 0
        limit = min(len(old), len(new))
        while (
            shared < limit and old[-1 - shared].isspace() and old[-1 - shared] == new[-1 - shared]
        ):
            shared += 1
        if hunk.tag != REPLACE or not shared:
            yield hunk
            continue
        left, right = hunk.before_end - shared, hunk.after_end - shared
        yield _hunk((hunk.before_start, left), (hunk.after_start, right))
        yield Hunk(EQUAL, left, hunk.before_end, right, hunk.after_end)


def _edges(hunk: Hunk) -> tuple[int, int, int, int]:
    return hunk.before_start, hunk.before_end, hunk.after_start, hunk.after_end


def _crumb(before: str, after: str, last: Hunk, hunk: Hunk) -> bool:
    """Whether an equal stretch says too little to break a phrase: a space, a comma, "de", "in".

    A line that was put in or taken out before it ends the phrase.
    """
    words = before[hunk.before_start : hunk.before_end]
    if "\n" in {
        before[last.before_end - 1 : last.before_end],
        after[last.after_end - 1 : last.after_end],
    }:
        return False
    if "\n" in words:
        return False
    spoken = _WORDS.findall(words)
    return not spoken or (len(spoken) == 1 and len(spoken[0]) <= 3)


def whole(hunks: Sequence[Hunk], before: str, after: str) -> bool:
    """Whether the hunks cover both texts exactly: what the tests hold them to."""
    edges = [(h.before_start, h.before_end, h.after_start, h.after_end) for h in hunks]
    if not edges:
        return before == after == ""
    ends = edges[0][0] == edges[0][2] == 0
    ends = ends and edges[-1][1] == len(before) and edges[-1][3] == len(after)
    return ends and all(a[1] == b[0] and a[3] == b[2] for a, b in pairwise(edges))
