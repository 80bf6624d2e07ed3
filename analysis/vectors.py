"""Texts as points in space, learned from the texts themselves and, if it is there, an encoder.

With the encoder (`Joint`): what the sentence says (`analysis.encoder`), together with the encoder's
vectors of its words, weighed by how rare each is in this corpus; and the company that words keep
in this corpus (positive pointwise mutual information at the level of documents, averaged).

Without it (`Lexical`): latent semantic analysis of stemmed words, the company of words, and latent
semantic analysis of letter groups, for compounds, inflection and misspelling.

Each view has unit length before it is weighed, so that none drowns the others by chance. What is
learned can be written down as arrays and read again: `arrays`, `restored`. Words are known by
`mark`, so that what is written down holds nobody's words; groups of four to six letters stand as
they are.
"""

import functools
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.extmath import randomized_svd

from analysis import encoder

Matrix = NDArray[np.float32]
Arrays = dict[str, NDArray[Any]]
Told = Callable[[float], None]
Places = dict[str, dict[str, int]]  # of each language's words: the rows of their vectors

DIMENSIONS = 100  # of each learned view; 50 to 200 measure alike
LEXICAL_SHARES = (1.0, 2.0, 1.0)  # stems, company, letters; company is the best of the three alone
MEANING_SHARE = 2.0  # of sentence and words by the encoder, for one of company
WORDS_SHARE = 0.5  # of the words' vectors, for one of the sentence
KEPT = 150  # dimensions of a joint vector; more do not group better
MOST_WORDS = 20_000
MOST_LETTER_GROUPS = 40_000
ALL_WORDS_UP_TO = 5_000  # texts; above, words that occur once are not encoded
_ENOUGH = 20  # texts; below, every feature is kept
SPECTRUM_OF = 20_000  # texts; more do not turn the directions
SMOOTHING = 0.75  # exponent on context counts: rare words otherwise get too large a share
_WORDS_AT_ONCE = 2_000
_TEXTS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Sides:
    """What the vectors are made of; all fields are aligned with the texts.

    `stems` of words that carry a subject, with bridges between languages; `folded` is the whole
    text; `words` are all its words in lower case, in a language; `sentences` the encoder's
    vectors, None without an encoder. What a view does not look at may be empty.
    """

    stems: list[list[str]]
    folded: list[str]
    words: list[list[str]]
    languages: list[str]
    sentences: NDArray[np.float16] | None

    def some(self, start: int, end: int) -> "Sides":
        """The same of some of the texts."""
        return Sides(
            self.stems[start:end],
            self.folded[start:end],
            self.words[start:end],
            self.languages[start:end],
            None if self.sentences is None else self.sentences[start:end],
        )


def unit(rows: NDArray[Any]) -> Matrix:
    """Each row at length 1; a row of zeros stays as it is."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1.0), np.float32)


@functools.lru_cache(maxsize=200_000)
def mark(word: str) -> int:
    """64 bits of a hash (BLAKE2b) that stand for a word where what was learned is kept."""
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest)


def _as_they_are(words: Sequence[str]) -> Sequence[str]:
    return words


def _marked(words: Sequence[str]) -> list[int]:
    return [mark(word) for word in words]


def _rarest(n_texts: int) -> int:
    """In how many texts a feature must occur: what occurs once joins nothing."""
    return 1 if n_texts < _ENOUGH else 2 if n_texts < 5000 else 3


def _directions(matrix: sparse.csr_matrix, random_state: int) -> tuple[Matrix, Matrix]:
    """Singular values and right singular vectors, the strongest first."""
    _, values, vectors = randomized_svd(
        matrix,
        min(DIMENSIONS, *matrix.shape),
        n_iter=4,
        random_state=random_state,
    )
    return values.astype(np.float32), vectors.astype(np.float32)


class _View:
    """Weighted features, and where each of them points."""

    def __init__(self, commonest: float = 1.0, **options: Any) -> None:
        self._commonest = commonest  # share of the texts; what occurs in more says nothing
        self._options = options
        self._vectoriser: TfidfVectorizer | None = None
        self._points: Matrix | None = None  # features × dimensions

    def _weighed(self, texts: Sequence[object], rarest: int) -> sparse.csr_matrix | None:
        """Texts × features, None where no feature occurs often enough."""
        most = self._commonest if len(texts) >= _ENOUGH else 1.0
        vectoriser = TfidfVectorizer(min_df=rarest, max_df=most, **self._options)
        try:
            counts = vectoriser.fit_transform(texts)
        except (
            ValueError
        ):  # "empty vocabulary" or "no terms remain"; scikit-learn has no other word
            return None
        features = vectoriser.get_feature_names_out().tolist()
        self._know(_marked(features) if self._of_words else features, vectoriser.idf_)
        return counts

    @property
    def _of_words(self) -> bool:
        return self._options["analyzer"] is _as_they_are

    def _know(self, features: list[Any], weights: NDArray[Any]) -> None:
        """Look for these features (marks, if they are words) in other texts."""
        options = {**self._options, "vocabulary": features}
        options.pop("max_features", None)
        if self._of_words:
            options["analyzer"] = _marked
        self._vectoriser = TfidfVectorizer(**options)
        self._vectoriser.idf_ = weights

    def transform(self, texts: Sequence[object]) -> Matrix:
        if self._vectoriser is None or self._points is None:
            return np.zeros((len(texts), 0), np.float32)
        return unit(np.asarray(self._vectoriser.transform(texts) @ self._points))

    def arrays(self) -> Arrays:
        if self._vectoriser is None or self._points is None:
            return {}
        return {
            "features": np.array(
                self._vectoriser.vocabulary, np.uint64 if self._of_words else np.str_
            ),
            "idf": self._vectoriser.idf_,
            "points": self._points,
        }

    def restored(self, arrays: Arrays) -> "_View":
        if arrays:
            self._know(arrays["features"].tolist(), arrays["idf"])
            self._points = arrays["points"]
        return self


class _Latent(_View):
    """The main directions in which the texts differ by one kind of feature."""

    def fit(self, texts: Sequence[object], random_state: int) -> "_Latent":
        counts = self._weighed(texts, _rarest(len(texts)))
        if counts is not None:
            self._points = np.ascontiguousarray(_directions(counts, random_state)[1].T)
        return self


class _Company(_View):
    """Word vectors from the company words keep in a document, averaged by inverse frequency."""

    def __init__(self) -> None:
        super().__init__(analyzer=_as_they_are, max_features=MOST_WORDS, norm=None)

    def fit(self, texts: Sequence[Sequence[str]], random_state: int) -> "_Company":
        counts = self._weighed(texts, _rarest(len(texts)))
        if counts is not None:
            present = sparse.csr_matrix(
                (np.ones_like(counts.data), counts.indices, counts.indptr), counts.shape
            )
            values, directions = _directions(_positive_information(present), random_state)
            # half the singular values: the symmetric split into word and context vectors
            self._points = np.ascontiguousarray(directions.T * np.sqrt(values))
        return self


def _positive_information(present: sparse.csr_matrix) -> sparse.csr_matrix:
    """Positive pointwise mutual information of words in the same document.

    In portions of words, because all pairs together are many times what is positive.
    """
    others = np.diff(present.indptr) - 1.0
    frequency = np.maximum(present.T @ others, 1e-12)
    context = np.maximum(frequency**SMOOTHING, 1e-12)
    total = context.sum()
    of_words = present.T.tocsr()
    blocks = []
    for start in range(0, of_words.shape[0], _WORDS_AT_ONCE):
        together = (of_words[start : start + _WORDS_AT_ONCE] @ present).tocoo()
        rows, columns, counts = together.row + start, together.col, together.data
        information = np.log(counts * total / (frequency[rows] * context[columns]))
        positive = (information > 0) & (rows != columns)
        blocks.append(
            sparse.csr_matrix(
                (information[positive], (together.row[positive], columns[positive])), together.shape
            )
        )
    return sparse.vstack(blocks, "csr")


class _EncodedWords:
    """The encoder's vectors of the words of a text, averaged by inverse frequency.

    Only words (by their marks) and weights are learned. Vectors come from the encoder when they
    are needed, and are kept for as long as this is.
    """

    def __init__(self) -> None:
        self._know({})

    def _know(self, weight: Mapping[int, float]) -> None:
        self._place = {marked: i for i, marked in enumerate(weight)}
        self._weights = np.array(list(weight.values()), np.float64)
        self._encoded = np.zeros(len(weight), bool)
        # half precision is what a sentence's vector is stored in, too
        self._vectors = np.zeros((len(weight), encoder.DIMENSIONS), np.float16)

    def fit(self, languages: Sequence[str], texts: Sequence[Sequence[str]]) -> "_EncodedWords":
        counts: Counter[str] = Counter()
        for language, text in zip(languages, texts, strict=True):
            counts.update({f"{language}:{word}" for word in text})
        rarest = 1 if len(texts) <= ALL_WORDS_UP_TO else 2
        kept = sorted(word for word, count in counts.items() if count >= rarest)
        if len(kept) > 2 * MOST_WORDS:
            kept = sorted(sorted(kept, key=lambda word: -counts[word])[: 2 * MOST_WORDS])
        self._know({mark(word): float(np.log1p(len(texts) / counts[word])) for word in kept})
        return self

    def encode(
        self, languages: Sequence[str], texts: Sequence[Sequence[str]], told: Told
    ) -> Places:
        """Encode the words that are known and were not met before; `told` hears the share done.

        Returns where the vectors of the words of these texts stand.
        """
        places = self._places(languages, texts)
        new: list[tuple[str, list[str]]] = []
        for language, here in places.items():
            missing = sorted(word for word, i in here.items() if not self._encoded[i])
            new += [
                (language, missing[start : start + _WORDS_AT_ONCE])
                for start in range(0, len(missing), _WORDS_AT_ONCE)
            ]
        for done, (language, words) in enumerate(new):
            told(done / len(new))
            rows = [places[language][word] for word in words]
            self._vectors[rows] = encoder.embed_words(words, language)
            self._encoded[rows] = True
        return places

    def transform(
        self, languages: Sequence[str], texts: Sequence[Sequence[str]], places: Places
    ) -> Matrix:
        """One row of unit length for each text, whose words were encoded before."""
        rows, columns = [], []
        for row, (language, text) in enumerate(zip(languages, texts, strict=True)):
            known = places[language]
            here = [known[word] for word in text if word in known]
            rows += [row] * len(here)
            columns += here
        used, at = np.unique(np.array(columns, np.int64), return_inverse=True)
        counts = sparse.csr_matrix(
            (self._weights.astype(np.float32)[columns], (rows, at)), (len(texts), len(used))
        )
        return unit(np.asarray(counts @ self._vectors[used].astype(np.float32)))

    def _places(self, languages: Sequence[str], texts: Sequence[Sequence[str]]) -> Places:
        """Those of known words, with the languages in alphabetical order."""
        spoken: dict[str, set[str]] = {language: set() for language in sorted(set(languages))}
        for language, text in zip(languages, texts, strict=True):
            spoken[language].update(text)
        places: Places = {}
        for language, words in spoken.items():
            found = {word: self._place.get(mark(f"{language}:{word}")) for word in words}
            places[language] = {word: i for word, i in found.items() if i is not None}
        return places

    def arrays(self) -> Arrays:
        return {"words": np.array(list(self._place), np.uint64), "weights": self._weights}

    def restored(self, arrays: Arrays) -> "_EncodedWords":
        weights = arrays["weights"].tolist()
        self._know(dict(zip(arrays["words"].tolist(), weights, strict=True)))
        return self


class Lexical:
    """What words and letters alone tell; learned once and applied to any text."""

    kind = "lexical"

    def __init__(self) -> None:
        self._stems = _Latent(
            analyzer=_as_they_are, max_features=MOST_WORDS, sublinear_tf=True, dtype=np.float32
        )
        self._company = _Company()
        self._letters = _Latent(
            analyzer="char_wb",
            ngram_range=(4, 6),
            commonest=0.5,
            max_features=MOST_LETTER_GROUPS,
            sublinear_tf=True,
            dtype=np.float32,
        )

    def fit(self, sides: Sides, random_state: int, told: Told) -> "Lexical":
        """Learn from texts that are no copies of each other; `told` hears the share done."""
        self._stems.fit(sides.stems, random_state)
        told(0.3)
        self._company.fit(sides.stems, random_state)
        told(0.6)
        self._letters.fit(sides.folded, random_state)
        return self

    def transform(self, sides: Sides, told: Told) -> Matrix:
        """One row of unit length for each text; zeros where no feature is known."""
        views = (
            self._stems.transform(sides.stems),
            self._company.transform(sides.stems),
            self._letters.transform(sides.folded),
        )
        told(1.0)
        weighted = [share * view for share, view in zip(LEXICAL_SHARES, views, strict=True)]
        return unit(np.hstack(weighted))

    def arrays(self) -> Arrays:
        """Everything learned."""
        return _named(stems=self._stems, company=self._company, letters=self._letters)

    def restored(self, arrays: Mapping[str, NDArray[Any]]) -> "Lexical":
        """This, as it was when `arrays` were written."""
        self._stems.restored(_of("stems", arrays))
        self._company.restored(_of("company", arrays))
        self._letters.restored(_of("letters", arrays))
        return self


class Joint:
    """What the encoder and the corpus tell together; learned once and applied to any text."""

    kind = "joint"

    def __init__(self) -> None:
        self._words = _EncodedWords()
        self._company = _Company()

    def fit(self, sides: Sides, random_state: int, told: Told) -> "Joint":
        """Learn from texts that are no copies of each other; `told` hears the share done."""
        self._company.fit(sides.stems, random_state)
        told(0.9)
        self._words.fit(sides.languages, sides.words)
        return self

    def transform(self, sides: Sides, told: Told) -> Matrix:
        """One row of unit length for each text; zeros where there is nothing to go by."""
        assert sides.sentences is not None
        places = self._words.encode(sides.languages, sides.words, told)
        count = len(sides.languages)
        rows = self._some(sides.some(0, _TEXTS_AT_ONCE), places)
        if count <= _TEXTS_AT_ONCE:
            return rows
        everything = np.empty((count, rows.shape[1]), np.float32)  # once, not in parts beside it
        everything[:_TEXTS_AT_ONCE] = rows
        for start in range(_TEXTS_AT_ONCE, count, _TEXTS_AT_ONCE):
            end = start + _TEXTS_AT_ONCE
            everything[start:end] = self._some(sides.some(start, end), places)
        return everything

    def _some(self, sides: Sides, places: Places) -> Matrix:
        assert sides.sentences is not None
        words = self._words.transform(sides.languages, sides.words, places)
        meaning = unit(sides.sentences.astype(np.float32) + WORDS_SHARE * words)
        return unit(np.hstack([MEANING_SHARE * meaning, self._company.transform(sides.stems)]))

    def arrays(self) -> Arrays:
        """Everything learned."""
        return _named(words=self._words, company=self._company)

    def restored(self, arrays: Mapping[str, NDArray[Any]]) -> "Joint":
        """This, as it was when `arrays` were written."""
        self._words.restored(_of("words", arrays))
        self._company.restored(_of("company", arrays))
        return self


def _named(**parts: _View | _EncodedWords) -> Arrays:
    return {
        f"{part}.{name}": array
        for part, learned in parts.items()
        for name, array in learned.arrays().items()
    }


def _of(part: str, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    return {
        name.removeprefix(f"{part}."): array
        for name, array in arrays.items()
        if name.startswith(f"{part}.")
    }


def evenly(count: int, most: int) -> NDArray[np.int64]:
    """At most `most` of so many places, evenly spaced."""
    return np.linspace(0, count - 1, min(count, most)).astype(np.int64)


def main_directions(rows: Matrix) -> Matrix:
    """The at most `KEPT` directions that hold most of `rows`: dimensions × directions.

    The origin stays where it is, so that the angles between rows stay nearly what they were.
    """
    _, vectors = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    return np.ascontiguousarray(vectors[:, ::-1][:, :KEPT], np.float32)
