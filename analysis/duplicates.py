"""Which texts are copies of one another, exact or edited, without comparing all pairs.

MinHash over groups of three words finds pairs that may be alike (42 bands of 3 hashes: a pair
with a Jaccard similarity of 0.3 is seen with 68 %, of 0.4 with 94 %, and has many chances in a
campaign); each is then compared exactly. Groups form around a leader: being near a member is not
enough, because chains of small steps would join a whole consultation.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Integers = NDArray[np.int64]
Hashes = NDArray[np.uint64]

WORDS = 3  # in a shingle
BANDS, PER_BAND = 42, 3
ALIKE = 0.3  # Jaccard of shingles, for texts of LONG words or more
ALIKE_SHORT = 0.75  # for the shortest: two sentences of six words may share half and differ in all
SHORT, LONG = 6, 24  # words; between them the demand falls in a line
CONTAINED = 0.4  # share of the leader's shingles (at least LONG) in a text with much of its own
_PAIRS_AT_ONCE = 100_000
_TEXTS_AT_ONCE = 5_000

Told = Callable[[float], None]


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


def demanded(words: Integers) -> NDArray[np.float64]:
    """The similarity from which texts of so many words are one."""
    return np.interp(words, [SHORT, LONG], [ALIKE_SHORT, ALIKE])


def _leaders(
    n_texts: int, copies: Integers, left: Integers, right: Integers, alike: NDArray[np.float64]
) -> Integers:
    """For each text the leader it is near to, itself if none: the most joined-up text leads."""
    joined = sparse.csr_matrix((alike, (left, right)), (n_texts, n_texts))
    joined = (joined + joined.T).tocsr()
    pull = np.asarray(joined @ copies.astype(np.float64)) + copies
    leader = np.full(n_texts, -1, np.int64)
    for text in np.lexsort((np.arange(n_texts), -pull)):
        if leader[text] == -1:
            leader[text] = text
            near = joined.indices[joined.indptr[text] : joined.indptr[text + 1]]
            leader[near[leader[near] == -1]] = text
    return leader


def _gather(
    matrix: sparse.csr_matrix, words: Integers, leader: Integers, copies: Integers
) -> Integers:
    """Compare every text with every leader of a group: the pairs seen so far are a thin sample.

    A leader may follow that of a larger group; any other text follows the leader that it is most
    like, or of which it holds a good part amid its own words.
    """
    members = np.bincount(leader, weights=copies, minlength=len(leader))
    heads = np.flatnonzero(members > 1)
    if not len(heads):
        return leader
    heads = heads[np.lexsort((heads, -members[heads]))]
    settled: list[int] = []
    for place, (found, likeness) in enumerate(_fitting(matrix, words, heads, heads)):
        larger = (found < place) & np.isin(found, settled)
        if larger.any():
            leader[heads[place]] = heads[_best(found[larger], likeness[larger])]
        else:
            settled.append(place)
    moved = leader[leader]  # the members of a head that follows go along
    kept = heads[settled]
    others = np.setdiff1d(np.arange(len(leader)), kept)
    for text, (found, likeness) in zip(others, _fitting(matrix, words, others, kept), strict=True):
        if len(found):
            moved[text] = kept[_best(found, likeness)]
    return moved


def _best(found: Integers, likeness: NDArray[np.float64]) -> int:
    return int(found[np.lexsort((found, -likeness))[0]])


def _fitting(
    matrix: sparse.csr_matrix, words: Integers, texts: Integers, heads: Integers
) -> Iterator[tuple[Integers, NDArray[np.float64]]]:
    """For each text the places of the heads that it may follow, and how like them it is."""
    size = np.diff(matrix.indptr)
    across = matrix[heads].T.tocsr()
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        block = texts[start : start + _TEXTS_AT_ONCE]
        common = (matrix[block] @ across).tocsr()
        for row, text in enumerate(block):
            place = slice(common.indptr[row], common.indptr[row + 1])
            found, shared = common.indices[place].astype(np.int64), common.data[place]
            head = heads[found]
            likeness = shared / (size[text] + size[head] - shared)
            fits = likeness >= demanded(np.minimum(words[text], words[head]))
            fits |= (shared >= CONTAINED * size[head]) & (shared >= LONG)
            yield found[fits], likeness[fits]


def groups(texts: Sequence[Sequence[str]], told: Told = lambda _: None) -> Integers:
    """For each text (its folded words in order) the index of its group's leader; itself if alone.

    `told` hears the share of the work that is done. A text without words is alone.
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
    words = np.array([len(text) for text in kept], np.int64)
    matrix = shingles(kept)
    left, right = _candidates(matrix, told)
    alike = similarity(matrix, left, right)
    near = alike >= demanded(np.minimum(words[left], words[right]))
    leader = _leaders(len(kept), copies, left[near], right[near], alike[near])
    leader = _gather(matrix, words, leader, copies)
    return np.asarray(distinct[leader[place]])
