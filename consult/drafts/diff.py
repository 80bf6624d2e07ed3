"""What changed between two wordings: words and phrases, never crumbs of letters. Pure.

Two texts are first aligned sentence by sentence (equal ones, then similar ones), and words are
compared only within a pair. So a sentence that was struck shows as struck, even where its
sibling begins with the same words.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from consult.drafts.sentences import Span, units

EQUAL, DELETE, INSERT, REPLACE = "equal", "delete", "insert", "replace"

# "8,50", "30.06.2026", "km/h" and "avant-projet" are one word each.
_TOKEN = re.compile(r"\w+(?:(?:[-‑/:]|(?<=\d)[.,](?=\d))\w+)*|\s+|[^\w\s]")
_WORDS = re.compile(r"\w+")

# Comparing n with m tokens takes n·m/64 steps and n·m/8 bytes: all comparisons of two texts
# together take at most 12 MB and a few hundredths of a second. What is left then is shown as replaced.
MAX_WORK = 100_000_000
# Pairs of unlike sentences whose likeness is measured: in one gap, and in all.
MAX_PAIRS = 2_500
MAX_PAIRS_IN_ALL = 10_000
# Sentences less alike than this are not versions of each other.
MIN_LIKENESS = 0.5
# One sentence in the place of one other, with nothing in common but perhaps how they begin or end.
ALONE = 0.001
MIN_COMMON_END = 3  # words


class Hunk(NamedTuple):
    """A stretch that is equal in both texts, or differs: code point offsets in each."""

    tag: str
    before_start: int
    before_end: int
    after_start: int
    after_end: int


class Pair(NamedTuple):
    """A run of sentences before and after, by their numbers or by code points.

    Likeness is 1 for equal ones, 0 for those that only stand at the same place.
    """

    before: tuple[int, int]
    after: tuple[int, int]
    likeness: float


class Budget:
    """How much may still be compared between two texts, so that no text is too much."""

    def __init__(self) -> None:
        self.work = MAX_WORK
        self.pairs = MAX_PAIRS_IN_ALL

    def spend(self, work: int, pairs: int = 0) -> bool:
        """Take so much of it; False, and nothing taken, where there is not enough left."""
        if work > self.work or pairs > self.pairs:
            return False
        self.work -= work
        self.pairs -= pairs
        return True


def tokens(text: str) -> list[Span]:
    """Words, white space and single marks; together they are the text."""
    return [Span(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]


def likeness(before: str, after: str) -> float:
    """How alike two texts are, from 0 to 1: the share of words in common, in order."""
    return words_alike(word_list(before), word_list(after))


def words_alike(left: Sequence[str], right: Sequence[str]) -> float:
    """The same of texts that were taken apart before: for one that is compared many times."""
    if not left or not right:
        return 1.0 if left == right else 0.0
    first, last = common(left, right)
    left_rest, right_rest = len(left) - first - last, len(right) - first - last
    same = first + last
    if left_rest * right_rest <= MAX_WORK:
        inner = left[first : len(left) - last], right[first : len(right) - last]
        same += LCSseq.similarity(*inner)
    return same * 2 / (len(left) + len(right))


def common(left: Sequence[str], right: Sequence[str]) -> tuple[int, int]:
    """How many words two texts have in common at their beginning and, behind that, at their end."""
    limit = min(len(left), len(right))
    first = next((i for i in range(limit) if left[i] != right[i]), limit)
    rest = limit - first
    last = next((i for i in range(rest) if left[-1 - i] != right[-1 - i]), rest)
    return first, last


def word_list(text: str) -> list[str]:
    """Words and marks of a text, without white space: what likeness counts."""
    return [words for words in _TOKEN.findall(text) if not words.isspace()]


def word_diff(before: str, after: str) -> list[Hunk]:
    """The hunks that lead from `before` to `after`, in order and without a gap in either text."""
    return compared(before, after)[1]


def compared(before: str, after: str) -> tuple[list[Pair], list[Hunk]]:
    """Which stretches of two wordings are versions of each other, and the hunks of all.

    A stretch is a sentence, or two that became one or were one.
    """
    if before == after:
        return [], [Hunk(EQUAL, 0, len(before), 0, len(after))] if before else []
    hunks: list[Hunk] = []
    budget = Budget()
    stretches = list(_aligned(before, after, budget))
    for left, right, alike in stretches:
        old, new = before[slice(*left)], after[slice(*right)]
        if alike == 1.0 and old == new:
            hunks.append(Hunk(EQUAL, *left, *right))
        elif alike == 0.0 or not old or not new:
            hunks.append(_hunk(left, right))
        else:
            hunks += _within((old, left[0]), (new, right[0]), alike, budget)
    phrases = _phrases(before, after, joined(hunks))
    return stretches, joined(list(trimmed(before, after, phrases)))


def _aligned(before: str, after: str, budget: Budget) -> Iterator[Pair]:
    """Pair stretches of both texts by their code points, in order."""
    left, right = units(before), units(after)
    for pair in _aligned_units(left, right, budget):
        yield Pair(
            _span(left, pair.before, len(before)),
            _span(right, pair.after, len(after)),
            pair.likeness,
        )


def _span(spans: Sequence[Span], run: tuple[int, int], length: int) -> tuple[int, int]:
    first, last = run
    start = spans[first].start if first < len(spans) else length
    return start, (spans[last - 1].end if last > first else start)


def _aligned_units(left: Sequence[Span], right: Sequence[Span], budget: Budget) -> Iterator[Pair]:
    # The last sentence has no line's end behind it, and is the same sentence all the same.
    a, b = [unit.words.rstrip() for unit in left], [unit.words.rstrip() for unit in right]
    return paired(a, b, budget, joins=True)


def paired(
    a: Sequence[str], b: Sequence[str], budget: Budget | None = None, *, joins: bool = False
) -> Iterator[Pair]:
    """Pair equal and similar sentences (or paragraphs) of two texts, in order.

    With `joins`, two sentences may also have become one, and one two. What has no partner stands in
    pairs of likeness 0, in which either side may be empty or long.
    """
    first, last = common(a, b)
    end_i, end_j = len(a) - last, len(b) - last
    for k in range(first):
        yield Pair((k, k + 1), (k, k + 1), 1.0)
    pairing = _Pairing(a, b, budget or Budget(), _JOINS if joins else _SINGLES)
    yield from pairing.run((first, end_i), (first, end_j))
    for k in range(last):
        yield Pair((end_i + k, end_i + k + 1), (end_j + k, end_j + k + 1), 1.0)


class _Step(NamedTuple):
    """So many sentences of either side that belong together; likeness is 0 for one left out."""

    left: int
    right: int
    likeness: float


# How many sentences of either side may belong together, and by how much more alike they must be
# than one and one. Where it is all the same, the last is taken.
_Together = Sequence[tuple[int, int, float]]
_SINGLES: _Together = [(1, 1, 0.0)]
_JOINS: _Together = [(2, 1, 0.1), (1, 2, 0.1), (1, 1, 0.0)]


class _Pairing:
    """Two runs of sentences while they are paired."""

    def __init__(
        self, a: Sequence[str], b: Sequence[str], budget: Budget, together: _Together
    ) -> None:
        self._a, self._b = a, b
        self._budget, self._together = budget, together

    def run(self, before: tuple[int, int], after: tuple[int, int]) -> Iterator[Pair]:
        """The equal sentences, and what is alike between them."""
        (i0, i1), (j0, j1) = before, after
        if not self._budget.spend((i1 - i0) * (j1 - j0)):
            yield Pair(before, after, 0.0)
            return
        at_i, at_j = i0, j0
        for block in LCSseq.opcodes(self._a[i0:i1], self._b[j0:j1]).as_matching_blocks():
            to_i, to_j = i0 + block.a, j0 + block.b
            if at_i < to_i or at_j < to_j:
                yield from self._gap((at_i, to_i), (at_j, to_j))
            at_i, at_j = to_i + block.size, to_j + block.size
            for k in range(block.size):
                yield Pair((to_i + k, to_i + k + 1), (to_j + k, to_j + k + 1), 1.0)

    def _gap(self, before: tuple[int, int], after: tuple[int, int]) -> Iterator[Pair]:
        """Sentences that changed, so that the sum of their likeness is greatest."""
        left = [word_list(words) for words in self._a[slice(*before)]]
        right = [word_list(words) for words in self._b[slice(*after)]]
        pairs, work = len(left) * len(right), sum(map(len, left)) * sum(map(len, right))
        if 1 < pairs <= MAX_PAIRS and self._afford(work, pairs, self._together):
            yield from _steps(_best(left, right, self._together), before, after)
        elif 1 < pairs <= MAX_PAIRS and self._afford(work, pairs, _SINGLES):
            yield from _steps(_best(left, right, _SINGLES), before, after)
        elif (pairs == 1 or pairs > MAX_PAIRS) and self._budget.spend(work):
            # Too many to be paired: if they are much alike on the whole, word by word will do.
            alike = words_alike([*chain(*left)], [*chain(*right)])
            yield Pair(before, after, max(alike, ALONE))
        else:
            yield Pair(before, after, ALONE if pairs == 1 else 0.0)

    def _afford(self, work: int, pairs: int, together: _Together) -> bool:
        """Take what comparing all pairs in these ways costs; two sentences are twice the words."""
        times = sum(left + right - 1 for left, right, _ in together)
        return self._budget.spend(times * work, len(together) * pairs)


def _steps(
    steps: Iterator[_Step], before: tuple[int, int], after: tuple[int, int]
) -> Iterator[Pair]:
    """Pairs from steps; what was left out between two of them stands together."""
    (i, i1), (j, j1) = before, after
    from_i, from_j = i, j
    for step in steps:
        if step.likeness:
            if from_i < i or from_j < j:
                yield Pair((from_i, i), (from_j, j), 0.0)
            from_i, from_j = i + step.left, j + step.right
            yield Pair((i, from_i), (j, from_j), step.likeness)
        i, j = i + step.left, j + step.right
    if from_i < i1 or from_j < j1:
        yield Pair((from_i, i1), (from_j, j1), 0.0)


def _best(
    left: Sequence[list[str]], right: Sequence[list[str]], together: _Together
) -> Iterator[_Step]:
    """The way through both runs of sentences on which the sum of likeness is greatest."""
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    chosen: dict[tuple[int, int], _Step] = {}
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            steps = [_Step(0, 1, 0.0), _Step(1, 0, 0.0)]
            for m, n, cost in together:
                if i + m <= len(left) and j + n <= len(right):
                    alike = words_alike([*chain(*left[i : i + m])], [*chain(*right[j : j + n])])
                    if alike - cost >= MIN_LIKENESS:
                        steps.append(_Step(m, n, alike - cost))
            sums = [step.likeness + best[i + step.left][j + step.right] for step in steps]
            best[i][j] = max(sums)
            chosen[i, j] = steps[-1 - sums[::-1].index(best[i][j])]
    i = j = 0
    while i < len(left) and j < len(right):
        step = chosen[i, j]
        yield step
        i, j = i + step.left, j + step.right


def _within(
    left: tuple[str, int], right: tuple[str, int], alike: float, budget: Budget
) -> list[Hunk]:
    """The hunks of one pair of stretches: their words, and where they begin."""
    a, b = _TOKEN.findall(left[0]), _TOKEN.findall(right[0])
    # Where each token begins, and where the last one ends.
    left_at = list(accumulate(map(len, a), initial=left[1]))
    right_at = list(accumulate(map(len, b), initial=right[1]))
    first, last = common(a, b)
    end_a, end_b = len(a) - last, len(b) - last
    if alike < MIN_LIKENESS or not budget.spend((end_a - first) * (end_b - first)):
        return _common_ends(a, b, left_at, right_at, (first, last))
    codes = LCSseq.opcodes(a[first:end_a], b[first:end_b])
    runs = [
        (EQUAL, 0, first, 0, first),
        *(
            (
                code.tag,
                first + code.src_start,
                first + code.src_end,
                first + code.dest_start,
                first + code.dest_end,
            )
            for code in codes
        ),
        (EQUAL, end_a, len(a), end_b, len(b)),
    ]
    return [
        Hunk(tag, left_at[i0], left_at[i1], right_at[j0], right_at[j1])
        for tag, i0, i1, j0, j1 in runs
        if i0 < i1 or j0 < j1
    ]


def _common_ends(
    a: Sequence[str],
    b: Sequence[str],
    left_at: Sequence[int],
    right_at: Sequence[int],
    common: tuple[int, int],
) -> list[Hunk]:
    """Only a beginning and an end of some words in common are equal, the rest is replaced."""
    first, last = common
    if sum(bool(_WORDS.match(token)) for token in a[:first]) < MIN_COMMON_END:
        first = 0
    if sum(bool(_WORDS.match(token)) for token in a[len(a) - last :]) < MIN_COMMON_END:
        last = 0
    start, end = left_at[first], left_at[len(a) - last]
    new_start, new_end = right_at[first], right_at[len(b) - last]
    hunks = [
        Hunk(EQUAL, left_at[0], start, right_at[0], new_start),
        _hunk((start, end), (new_start, new_end)),
        Hunk(EQUAL, end, left_at[-1], new_end, right_at[-1]),
    ]
    return [hunk for hunk in hunks if _edges(hunk)[::2] != _edges(hunk)[1::2]]


def _hunk(left: tuple[int, int], right: tuple[int, int]) -> Hunk:
    gone, come = left[1] > left[0], right[1] > right[0]
    return Hunk(REPLACE if gone and come else DELETE if gone else INSERT, *left, *right)


def joined(hunks: Sequence[Hunk]) -> list[Hunk]:
    """Neighbouring changes become one, and neighbouring equal stretches too."""
    out: list[Hunk] = []
    for hunk in hunks:
        last = out[-1] if out else None
        if last is not None and (last.tag == EQUAL) == (hunk.tag == EQUAL):
            out[-1] = over(last, hunk)
        else:
            out.append(hunk)
    return out


def over(first: Hunk, last: Hunk) -> Hunk:
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
            out[-1] = over(last, hunk)
        elif index < len(hunks) - 1 and _crumb(before, after, last, hunk):
            out[-1] = over(last, Hunk(REPLACE, *_edges(hunk)))
        else:
            out.append(hunk)
    return out


def trimmed(before: str, after: str, hunks: Sequence[Hunk]) -> Iterator[Hunk]:
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
    if "\n" in words or "\t" in words:
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
