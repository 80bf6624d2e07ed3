"""Texts as points in space: three views of the words, learned from the texts themselves.

1. Latent semantic analysis of stemmed words: which words the text has.
2. Word vectors from positive pointwise mutual information at the level of documents, averaged:
   which words its words keep company with; short texts without a word in common can be near.
3. Latent semantic analysis of letter groups: compounds, inflection and misspelling.

Each view has unit length before it is weighed, so that none drowns the others by chance.
Everything is scikit-learn and scipy; nothing is downloaded.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.extmath import randomized_svd

Matrix = NDArray[np.float64]

DIMENSIONS = 100  # of each view; 50 to 200 measure alike
SHARES = (1.0, 2.0, 1.0)  # of the views; the company of words is the best of the three alone
MOST_WORDS = 20_000
MOST_LETTER_GROUPS = 40_000
_ENOUGH = 20  # texts; below, every feature is kept
SMOOTHING = 0.75  # exponent on context counts: rare words otherwise get too large a share


def unit(rows: Matrix) -> Matrix:
    """Each row at length 1; a row of zeros stays as it is."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1.0))


def _as_they_are(words: Sequence[str]) -> Sequence[str]:
    return words


def _rarest(n_texts: int) -> int:
    """In how many texts a feature must occur: what occurs once joins nothing."""
    return 1 if n_texts < _ENOUGH else 2 if n_texts < 5000 else 3


def _fitted(vectoriser: TfidfVectorizer, texts: Sequence[object]) -> sparse.csr_matrix | None:
    """Texts × features, None where no feature occurs often enough."""
    try:
        return vectoriser.fit_transform(texts)
    except ValueError:  # "empty vocabulary" or "no terms remain"; scikit-learn has no other word
        return None


def _directions(matrix: sparse.csr_matrix, random_state: int) -> tuple[Matrix, Matrix]:
    """Singular values and right singular vectors, the strongest first."""
    _, values, vectors = randomized_svd(
        matrix,
        min(DIMENSIONS, *matrix.shape),
        n_iter=4,
        random_state=random_state,
    )
    return values, vectors


class _LatentView:
    """TF-IDF over one kind of feature, and the main directions in which the texts differ by it."""

    def __init__(self, vectoriser: TfidfVectorizer, random_state: int) -> None:
        self._vectoriser = vectoriser
        self._random_state = random_state
        self._directions: Matrix | None = None

    def fit(self, texts: Sequence[object]) -> "_LatentView":
        counts = _fitted(self._vectoriser, texts)
        if counts is not None:
            self._directions = _directions(counts, self._random_state)[1]
        return self

    def transform(self, texts: Sequence[object]) -> Matrix:
        if self._directions is None:
            return np.zeros((len(texts), 0))
        return unit(np.asarray(self._vectoriser.transform(texts) @ self._directions.T))


class _WordView:
    """Word vectors from the company words keep in a document, averaged by inverse frequency."""

    def __init__(self, random_state: int) -> None:
        self._random_state = random_state
        self._vectoriser: TfidfVectorizer
        self._words: Matrix | None = None

    def fit(self, texts: Sequence[Sequence[str]]) -> "_WordView":
        self._vectoriser = TfidfVectorizer(
            analyzer=_as_they_are, min_df=_rarest(len(texts)), max_features=MOST_WORDS, norm=None
        )
        counts = _fitted(self._vectoriser, texts)
        if counts is not None:
            present = sparse.csr_matrix(
                (np.ones_like(counts.data), counts.indices, counts.indptr), counts.shape
            )
            values, directions = _directions(_positive_information(present), self._random_state)
            # half the singular values: the symmetric split into word and context vectors
            self._words = directions.T * np.sqrt(values)
        return self

    def transform(self, texts: Sequence[Sequence[str]]) -> Matrix:
        if self._words is None:
            return np.zeros((len(texts), 0))
        return unit(np.asarray(self._vectoriser.transform(texts) @ self._words))


def _positive_information(present: sparse.csr_matrix) -> sparse.csr_matrix:
    """Positive pointwise mutual information of words in the same document."""
    together = (present.T @ present).tocoo()
    keep = together.row != together.col
    rows, columns, counts = together.row[keep], together.col[keep], together.data[keep]
    frequency = np.bincount(rows, counts, together.shape[0])
    context = frequency**SMOOTHING
    information = np.log(
        counts * context.sum() / (frequency[rows] * np.maximum(context[columns], 1e-12))
    )
    positive = information > 0
    return sparse.csr_matrix(
        (information[positive], (rows[positive], columns[positive])), together.shape
    )


class TextVectors:
    """The three views, learned once and applied to any text.

    `words` are the content stems of each text, `texts` the folded texts that they come from.
    """

    def __init__(self, random_state: int) -> None:
        self._random_state = random_state

    def fit(
        self,
        words: Sequence[Sequence[str]],
        texts: Sequence[str],
        told: Callable[[float], None] = lambda _: None,
    ) -> "TextVectors":
        """Learn from texts that are no copies of each other; `told` hears the share done."""
        rarest = _rarest(len(texts))
        self._stems = _LatentView(
            TfidfVectorizer(
                analyzer=_as_they_are, min_df=rarest, max_features=MOST_WORDS, sublinear_tf=True
            ),
            self._random_state,
        ).fit(words)
        told(0.2)
        self._company = _WordView(self._random_state).fit(words)
        told(0.4)
        self._letters = _LatentView(
            TfidfVectorizer(
                analyzer="char_wb",
                ngram_range=(4, 6),
                min_df=rarest,
                max_df=0.5 if len(texts) >= _ENOUGH else 1.0,
                max_features=MOST_LETTER_GROUPS,
                sublinear_tf=True,
                dtype=np.float32,
            ),
            self._random_state,
        ).fit(texts)
        return self

    def transform(self, words: Sequence[Sequence[str]], texts: Sequence[str]) -> Matrix:
        """One row of unit length for each text; zeros where no feature is known."""
        views = (
            self._stems.transform(words),
            self._company.transform(words),
            self._letters.transform(texts),
        )
        weighted = [share * view for share, view in zip(SHARES, views, strict=True)]
        return unit(np.hstack(weighted).astype(np.float64))
