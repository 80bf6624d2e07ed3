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
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Integers = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Number = int | Integers | NDArray[np.floating]

WORDS = 3  # in a shingle
BANDS, PER_BAND = 42, 3
ALIKE = 0.3  # Jaccard of shingles, for texts of LONG words or more
ALIKE_SHORT = 0.75  # for the shortest: two sentences of six words may share half and differ in all
SHORT, LONG = 6, 24  # words; between them the demand falls in a line
TAKEN_OVER = 0.4  # cosine of shingles from which a text partly one's own takes over a letter
IN_PASSAGES = 0.3  # the same, where it holds two passages of the letter or more
WHOLE = 0.6  # share of the letter that a text of any length takes over
FEWEST_TAKEN = 12  # shingles
CENTRAL = 0.8  # share of the most joined-up text's pull
_GAP = WORDS + 1  # shingles that a changed word takes out of a passage, and one more
_SHORTEST_PASSAGE = 4  # shingles
_PAIRS_AT_ONCE = 100_000
_TEXTS_AT_ONCE = 5_000

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
        shifted = np.zeros_like(row)
        shifted[: len(row) - step] = row[step:]
        joined = _mixed(joined * np.uint64(3) + shifted)
    lengths = np.diff(starts)
    counts = np.where(lengths >= WORDS, lengths - WORDS + 1, 0)
    owner = np.repeat(np.arange(len(texts)), counts)
    first = np.repeat(starts[:-1], counts) + (
        np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    )
    values = joined[first]
    short = np.flatnonzero((lengths > 0) & (lengths < WORDS))
    whole = [_hash(row[starts[i] : starts[i + 1]].tobytes()) for i in short]
    owner = np.concatenate([owner, short])
    values = np.concatenate([values, np.array(whole, np.uint64)])
    distinct, column = np.unique(values, return_inverse=True)
    matrix = sparse.csr_matrix(
        (np.ones(len(values), np.float32), (owner, column)), (len(texts), max(len(distinct), 1))
    )
    matrix.data[:] = 1
    return matrix


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
    return np.asarray((shared >= IN_PASSAGES * np.sqrt(text * letter)) & (shared >= FEWEST_TAKEN))


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

    def near(self, left: Integers, right: Integers) -> sparse.csr_matrix:
        """Texts × texts: the likeness of those of the pairs that are one letter."""
        alike = similarity(self._matrix, left, right)
        kept = alike >= demanded(np.minimum(self._words[left], self._words[right]))
        shape = (len(self._texts),) * 2
        joined = sparse.csr_matrix((alike[kept], (left[kept], right[kept])), shape)
        return (joined + joined.T).tocsr()

    def fitting(
        self, texts: Integers, heads: Integers
    ) -> Iterator[tuple[Integers, NDArray[np.float64]]]:
        """For each text the places of the heads that it may follow, and how like them it is."""
        across = self._matrix[heads].T.tocsr()
        places = [places_of(self._texts[head]) for head in heads]
        starts = [self._starts(int(head)) for head in heads]
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            block = texts[start : start + _TEXTS_AT_ONCE]
            common = (self._matrix[block] @ across).tocsr()
            for row, text in enumerate(block):
                here = slice(common.indptr[row], common.indptr[row + 1])
                found, shared = common.indices[here].astype(np.int64), common.data[here]
                head = heads[found]
                likeness = shared / (self._size[text] + self._size[head] - shared)
                sizes = self._size[text], self._size[head]
                fits = likeness >= demanded(np.minimum(self._words[text], self._words[head]))
                fits |= takes_over(shared, *sizes)
                perhaps = ~fits & may_hold_passages(shared, *sizes)
                for i in np.flatnonzero(perhaps):
                    known = places[found[i]]
                    held = [known[s] for s in places_of(self._texts[text]) if s in known]
                    fits[i] = in_passages(held, starts[found[i]])
                yield found[fits], likeness[fits]


def _leaders(free: NDArray[np.bool_], copies: Integers, joined: sparse.csr_matrix) -> list[int]:
    """The free texts that others are near to, the largest groups first.

    The most joined-up text leads, or one nearly so that was sent in more copies.
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
        # of those that are about as joined-up the one that was sent most is the letter as given
        central = mine[pull[mine] >= CENTRAL * pull[text]]
        head = central[np.lexsort((central, -pull[central], -copies[central]))[0]]
        if head != text:
            near = joined.indices[joined.indptr[head] : joined.indptr[head + 1]]
            mine = np.append(near[~taken[near]], head)
        taken[mine] = True
        size = int(copies[mine].sum())
        if size > 1:
            heads.append((-size, int(head)))
    return [text for _, text in sorted(heads)]


def _followed(comparing: _Comparing, copies: Integers, joined: sparse.csr_matrix) -> Integers:
    """For each text the leader that it is most like, itself if none.

    The pairs seen so far are a thin sample, so every text is compared with every leader; a leader
    that fits a larger one follows it. What fits none may still have leaders of its own.
    """
    leader = np.arange(len(copies))
    best = np.full(len(copies), -1.0)
    free = np.ones(len(copies), bool)
    while heads := _leaders(free, copies, joined):
        settled: list[int] = []
        known: set[int] = set()
        for place, (found, _) in enumerate(comparing.fitting(np.array(heads), np.array(heads))):
            if not any(other < place and other in known for other in found.tolist()):
                settled.append(heads[place])
                known.add(place)
        kept = np.array(settled)
        best[kept], free[kept] = np.inf, False  # a leader stays one
        others = np.flatnonzero(np.isfinite(best))
        for text, (found, alike) in zip(others, comparing.fitting(others, kept), strict=True):
            if len(found):
                first = np.lexsort((found, -alike))[0]
                if alike[first] > best[text]:
                    best[text], leader[text] = alike[first], kept[found[first]]
                free[text] = False
    return leader


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
    leader = _followed(comparing, copies, joined)
    return np.asarray(distinct[leader[place]])
