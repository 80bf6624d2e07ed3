"""Which texts are copies of one another, exact or edited, without comparing all pairs.

MinHash over groups of three words finds pairs that may be alike (42 bands of 3 hashes: a pair
with a Jaccard similarity of 0.3 is seen with 68 %, of 0.4 with 94 %, and has many chances in a
campaign); each is then compared exactly. Groups form around a leader: being near a member is not
enough, because chains of small steps would join a whole consultation. A text that is half its
sender's own is less alike: it follows a letter of which it holds much, or less in more than one
passage, since a single passage is a quotation.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Integers = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Shares = NDArray[np.float64]
Number = int | Integers | NDArray[np.floating]

WORDS = 3  # in a shingle
BANDS, PER_BAND = 42, 3
ALIKE = 0.3  # Jaccard of shingles, for texts of LONG words or more
ALIKE_SHORT = 0.75  # for the shortest: two sentences of six words may share half and differ in all
SHORT, LONG = 6, 24  # words; between them the demand falls in a line
TAKEN_OVER = 0.5  # cosine of shingles from which a text partly one's own takes over a letter
IN_PASSAGES = 0.3  # the same, where it holds two passages of the letter or more
WHOLE = 0.6  # share of the letter that a text of any length takes over
FEWEST_TAKEN = 12  # shingles of one passage; two have a least length of their own
_GAP = WORDS + 1  # shingles that a changed word takes out of a passage, and one more
_SHORTEST_PASSAGE = 3  # shingles
_PAIRS_AT_ONCE = 30_000
_TEXTS_AT_ONCE = 5_000
_MEETINGS_AT_ONCE = 5_000_000  # of a text and a letter with a shingle in common

Told = Callable[[float], None]
Starts = Callable[[int], Sequence[int]]


def _hash(value: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(value, digest_size=8).digest())


def _word_hashes(texts: Sequence[Sequence[str]]) -> tuple[Hashes, Integers]:
    """The hash of every word of every text in a row, and where each text begins in it."""
    known: dict[str, int] = {}
    for text in texts:
        for word in text:
            if word not in known:
                known[word] = _hash(word.encode("utf-8", "surrogatepass"))
    starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])]).astype(np.int64)
    row = np.fromiter((known[w] for text in texts for w in text), np.uint64, int(starts[-1]))
    return row, starts


def _mixed(values: Hashes) -> Hashes:
    """Scatter 64-bit values (the finaliser of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def shingles(texts: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    """Texts × shingles: 1 where a text has these three words in a row; a shorter text is one."""
    row, starts = _word_hashes(texts)
    joined = row.copy()
    for step in range(1, WORDS):
        joined[:-step] = _mixed(joined[:-step] * np.uint64(3) + row[step:])
    lengths = np.diff(starts)
    begins = np.ones(len(row), bool)  # whether a shingle begins at a word
    for step in range(1, WORDS):
        begins[starts[1:][lengths >= step] - step] = False
    for i in np.flatnonzero((lengths > 0) & (lengths < WORDS)):
        begins[starts[i]] = True
        joined[starts[i]] = _hash(row[starts[i] : starts[i + 1]].tobytes())
    counts = np.where(lengths >= WORDS, lengths - WORDS + 1, lengths > 0)
    column, width = _numbered(joined[begins])
    del row, joined, begins
    matrix = sparse.csr_matrix(
        (np.ones(len(column), np.float32), column, np.concatenate([[0], np.cumsum(counts)])),
        (len(texts), max(width, 1)),
    )
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _numbered(values: Hashes) -> tuple[NDArray[np.int32], int]:
    """The rank of each value among the distinct ones, and how many there are.

    As np.unique gives them, in a third of the memory.
    """
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    rank = np.cumsum(np.concatenate([[False], ranked[1:] != ranked[:-1]]), dtype=np.int32)
    numbers = np.empty(len(values), np.int32)
    numbers[order] = rank
    return numbers, int(rank[-1]) + 1 if len(rank) else 0


def _buckets(matrix: sparse.csr_matrix, told: Told) -> list[tuple[Integers, Integers]]:
    """Pairs of texts with the same smallest hashes in a band."""
    random = np.random.default_rng(0)
    factors = random.integers(1, 2**63, BANDS * PER_BAND, dtype=np.uint64) * np.uint64(2)
    offsets = random.integers(0, 2**63, BANDS * PER_BAND, dtype=np.uint64)
    filled = np.flatnonzero(np.diff(matrix.indptr) > 0)
    starts = matrix.indptr[filled]
    base = _mixed(matrix.indices.astype(np.uint64) + np.uint64(1))
    pairs = []
    for band in range(BANDS):
        key = np.zeros(len(filled), np.uint64)
        for i in range(band * PER_BAND, (band + 1) * PER_BAND):
            hashed = base * (factors[i] + np.uint64(1)) + offsets[i]
            key = _mixed(key * np.uint64(3) + np.minimum.reduceat(hashed, starts))
        order = np.argsort(key, kind="stable")
        same = key[order][1:] == key[order][:-1]
        # each text with its neighbour in the bucket and with the bucket's first: enough to find
        # every group, and linear where a bucket holds thousands
        began = np.where(np.concatenate([[True], ~same]), np.arange(len(order)), 0)
        first = np.maximum.accumulate(began)[1:][same]
        later = np.flatnonzero(same) + 1
        members = filled[order]
        pairs.append((members[later - 1], members[later]))
        pairs.append((members[first], members[later]))
        told((band + 1) / BANDS)
    return pairs


def _candidates(matrix: sparse.csr_matrix, told: Told) -> tuple[Integers, Integers]:
    pairs = _buckets(matrix, told)
    left = np.concatenate([a for a, _ in pairs])
    right = np.concatenate([b for _, b in pairs])
    low, high = np.minimum(left, right), np.maximum(left, right)
    code = np.unique(low * matrix.shape[0] + high)
    low, high = code // matrix.shape[0], code % matrix.shape[0]
    return low[low != high], high[low != high]


def _shared(matrix: sparse.csr_matrix, left: Integers, right: Integers) -> NDArray[np.float64]:
    """Number of shingles that each pair has in common."""
    blocks = [
        np.asarray(
            matrix[left[i : i + _PAIRS_AT_ONCE]]
            .multiply(matrix[right[i : i + _PAIRS_AT_ONCE]])
            .sum(axis=1)
        ).ravel()
        for i in range(0, len(left), _PAIRS_AT_ONCE)
    ]
    return np.concatenate(blocks) if blocks else np.zeros(0)


def similarity(matrix: sparse.csr_matrix, left: Integers, right: Integers) -> NDArray[np.float64]:
    """Exact Jaccard similarity of the shingles of each pair of rows."""
    size = np.diff(matrix.indptr)
    shared = _shared(matrix, left, right)
    return np.asarray(shared / np.maximum(size[left] + size[right] - shared, 1))


def demanded(words: Number) -> Any:
    """The similarity from which texts of so many words are one."""
    return np.interp(words, [SHORT, LONG], [ALIKE_SHORT, ALIKE])


def takes_over(shared: Number, text: Number, letter: Number) -> Any:
    """Whether texts hold so much of a letter that it is theirs too; all are numbers of shingles."""
    much = shared >= TAKEN_OVER * np.sqrt(text * letter)
    return np.asarray((much | (shared >= WHOLE * letter)) & (shared >= FEWEST_TAKEN))


def may_hold_passages(shared: Number, text: Number, letter: Number) -> Any:
    """Whether texts hold enough of a letter if that is several passages of it."""
    return np.asarray(shared >= IN_PASSAGES * np.sqrt(text * letter))


def _least(text: int, letter: Integers, words: Integers) -> NDArray[np.floating]:
    """So many shingles of a letter each text that fits it has, by whatever rule.

    For texts of `text` shingles or more, and letters of so many shingles and words.
    """
    passages = np.maximum(IN_PASSAGES * np.sqrt(text * letter), 2 * _SHORTEST_PASSAGE)
    whole = np.maximum(WHOLE * letter, FEWEST_TAKEN)
    return np.asarray(np.minimum(np.minimum(passages, whole), demanded(words) * letter))


def in_passages(places: Iterable[int], starts: Iterable[int] = ()) -> bool:
    """Whether a text that holds the shingles at these places of a letter holds two passages.

    A passage ends where the text leaves the letter, and at the `starts` of the letter's sentences
    (numbers of words), since one sentence is a quotation and two are not.
    """
    ends = sorted(starts)
    lengths = [0]
    last = None
    for place in sorted(places):
        if last is not None and (
            place - last > _GAP or bisect_right(ends, place) > bisect_right(ends, last)
        ):
            lengths.append(0)
        lengths[-1] += 1
        last = place
    return sum(length >= _SHORTEST_PASSAGE for length in lengths) > 1


def places_of(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    """The shingles of a text and where each stands in it (last)."""
    if len(words) < WORDS:
        return {tuple(words): 0} if words else {}
    return {tuple(words[i : i + WORDS]): i for i in range(len(words) - WORDS + 1)}


class _Comparing:
    """Exact comparison of distinct texts with leaders among them."""

    def __init__(
        self, texts: Sequence[Sequence[str]], matrix: sparse.csr_matrix, starts: Starts
    ) -> None:
        self._texts = texts
        self._starts = starts
        self._words = np.array([len(text) for text in texts], np.int64)
        self._matrix = matrix
        self._size = np.diff(matrix.indptr).astype(np.int64)
        self._letters: dict[int, tuple[dict[tuple[str, ...], int], Sequence[int]]] = {}

    def near(self, left: Integers, right: Integers) -> sparse.csr_matrix:
        """Texts × texts: the likeness of those of the pairs that are one letter."""
        alike = similarity(self._matrix, left, right)
        kept = alike >= demanded(np.minimum(self._words[left], self._words[right]))
        shape = (len(self._texts),) * 2
        joined = sparse.csr_matrix((alike[kept], (left[kept], right[kept])), shape)
        return (joined + joined.T).tocsr()

    def fitting(self, texts: Integers, heads: Integers) -> tuple[Integers, Integers, Shares]:
        """All pairs of a text and a head that it may follow: places in both, and how alike."""
        none = np.zeros(0, np.int64)
        blocks = [(none, none, np.zeros(0))]
        by_size = np.argsort(self._size[texts], kind="stable")
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            rows = by_size[start : start + _TEXTS_AT_ONCE]
            letters = self._telling(heads, int(self._size[texts[rows[0]]]))
            across = letters.T.tocsr()
            meetings = np.cumsum(self._matrix[texts[rows]] @ np.diff(across.indptr))
            cuts = np.flatnonzero(np.diff(meetings // _MEETINGS_AT_ONCE)) + 1
            left_out = self._size[heads] - np.diff(letters.indptr)
            blocks += [
                self._fitting(texts, heads, part, across, left_out) for part in np.split(rows, cuts)
            ]
        rows, places, alike = (np.concatenate(column) for column in zip(*blocks, strict=True))
        return rows, places, alike

    def _telling(self, heads: Integers, text: int) -> sparse.csr_matrix:
        """Heads × shingles, but for those that most heads have: fewer than must be shared.

        So nothing is missed, and a salutation does not bring each text beside each letter.
        """
        letters = self._matrix[heads]
        common = np.bincount(letters.indices)[letters.indices]
        row = np.repeat(np.arange(len(heads)), np.diff(letters.indptr))
        order = np.lexsort((letters.indices, -common, row))
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order)) - letters.indptr[row]
        least = _least(text, self._size[heads], self._words[heads])
        letters.data[rank < np.ceil(least - 1e-9)[row] - 1] = 0
        letters.eliminate_zeros()
        return letters

    def _fitting(
        self,
        texts: Integers,
        heads: Integers,
        rows: Integers,
        across: sparse.csr_matrix,
        left_out: Integers,
    ) -> tuple[Integers, Integers, Shares]:
        met = (self._matrix[texts[rows]] @ across).tocoo()
        row, place, most = rows[met.row], met.col, met.data + left_out[met.col]
        sizes = self._size[texts[row]], self._size[heads[place]]
        near = may_hold_passages(most, *sizes) | takes_over(most, *sizes)
        row, place = row[near], place[near]
        text, head = texts[row], heads[place]
        sizes = self._size[text], self._size[head]
        shared = _shared(self._matrix, text, head)
        alike = shared / (sizes[0] + sizes[1] - shared)
        fits = alike >= demanded(np.minimum(self._words[text], self._words[head]))
        fits |= takes_over(shared, *sizes)
        for i in np.flatnonzero(~fits & may_hold_passages(shared, *sizes)):
            known, begins = self._letter(int(head[i]))
            held = [known[s] for s in places_of(self._texts[text[i]]) if s in known]
            fits[i] = in_passages(held, begins)
        return row[fits].astype(np.int64), place[fits].astype(np.int64), alike[fits]

    def _letter(self, head: int) -> tuple[dict[tuple[str, ...], int], Sequence[int]]:
        if head not in self._letters:
            self._letters[head] = places_of(self._texts[head]), self._starts(head)
        return self._letters[head]


def _leaders(free: NDArray[np.bool_], copies: Integers, joined: sparse.csr_matrix) -> list[int]:
    """The free texts that others are near to, the largest groups first.

    The most joined-up text leads.
    """
    weights = np.where(free, copies, 0).astype(np.float64)
    pull = np.asarray(joined @ weights) + copies
    taken = ~free
    heads: list[tuple[int, int]] = []
    for text in np.lexsort((np.arange(len(free)), -pull, taken))[: np.count_nonzero(free)]:
        if taken[text]:
            continue
        near = joined.indices[joined.indptr[text] : joined.indptr[text + 1]]
        mine = np.append(near[~taken[near]], text)
        taken[mine] = True
        size = int(copies[mine].sum())
        if size > 1:
            heads.append((-size, int(text)))
    return [text for _, text in sorted(heads)]


class _Following:
    """Which leader each text follows, the one that it is most like; itself if none."""

    def __init__(self, comparing: _Comparing, copies: Integers) -> None:
        self.leader = np.arange(len(copies))
        self.free = np.ones(len(copies), bool)  # neither leads nor follows
        self._best = np.full(len(copies), -1.0)
        self._comparing = comparing
        self._copies = copies

    def lead(self, heads: Sequence[int]) -> None:
        """Let texts lead, the first above the later: a head that fits an earlier one follows it.

        The pairs seen before are a thin sample, so every text is compared with every leader. The
        letter as it was given is the text of a group that was sent in most copies: it leads.
        """
        kept = self._settled(np.array(heads))
        text, place, alike = self._compared(kept)
        most = kept.copy()
        for i in np.lexsort((text, self._copies[text]))[::-1]:
            if self._copies[text[i]] > self._copies[most[place[i]]]:
                most[place[i]] = text[i]
        if (most != kept).any():
            kept = self._settled(most)
            text, place, alike = self._compared(kept)
        self._best[kept], self.free[kept] = np.inf, False  # a leader stays one
        self.leader[kept] = kept
        self.free[text] = False
        better = alike > self._best[text]
        self._best[text[better]] = alike[better]
        self.leader[text[better]] = kept[place[better]]

    def _settled(self, heads: Integers) -> Integers:
        earlier: dict[int, list[int]] = {}
        row, place, _ = self._comparing.fitting(heads, heads)
        for later, first in zip(row[place < row], place[place < row], strict=True):
            earlier.setdefault(int(later), []).append(int(first))
        settled: set[int] = set()
        for i in range(len(heads)):
            if settled.isdisjoint(earlier.get(i, ())):
                settled.add(i)
        return heads[sorted(settled)]

    def _compared(self, kept: Integers) -> tuple[Integers, Integers, Shares]:
        """Each text that fits one of the heads, the place of that which it is most like, how."""
        others = np.setdiff1d(np.flatnonzero(np.isfinite(self._best)), kept)
        row, place, alike = self._comparing.fitting(others, kept)
        order = np.lexsort((place, -alike, row))
        row, place, alike = row[order], place[order], alike[order]
        first = np.diff(row, prepend=-1) > 0
        return others[row[first]], place[first], alike[first]


def groups(
    texts: Sequence[Sequence[str]], told: Told = lambda _: None, starts: Starts = lambda _: ()
) -> Integers:
    """For each text (its folded words in order) the index of its group's leader; itself if alone.

    `told` hears the share of the work that is done. `starts` gives the places of the words with
    which the sentences of a text begin, where they are known. A text without words is alone.
    """
    first: dict[tuple[str, ...], int] = {}
    exact = np.fromiter(
        (first.setdefault(tuple(t), i) if t else i for i, t in enumerate(texts)),
        np.int64,
        len(texts),
    )
    distinct, place, copies = np.unique(exact, return_inverse=True, return_counts=True)
    kept = [texts[i] for i in distinct]
    if len(kept) < 2:
        return exact
    matrix = shingles(kept)
    comparing = _Comparing(kept, matrix, lambda i: starts(int(distinct[i])))
    joined = comparing.near(*_candidates(matrix, told))
    following = _Following(comparing, copies)
    while heads := _leaders(following.free, copies, joined):
        following.lead(heads)
    return np.asarray(distinct[following.leader[place]])
