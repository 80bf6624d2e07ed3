"""How good the topics are: beside plain methods, on labelled sets of real texts.

    python benchmarks/topics.py FOLDER [--texts 1500] [--seeds 3] [--json]

FOLDER holds the sets named in `SETS` (those not there are passed over). Quality is normalised
mutual information and adjusted Rand index with the sets' own labels, the median over the seeds;
seconds and memory are of a process that does this alone, on one thread.
"""

import argparse
import csv
import json
import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from sklearn.cluster import KMeans
from sklearn.decomposition import NMF, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer
from threadpoolctl import threadpool_limits

from analysis import Document, find_topics
from analysis.language import detect
from analysis.stopwords import ALL_STOP_WORDS, STOP_WORDS

Labels = Sequence[int]


def _table(path: Path, text: str, label: str, delimiter: str = ",") -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row[text], row[label]) for row in csv.DictReader(file, delimiter=delimiter)]


def _four_languages(folder: Path) -> list[tuple[str, str]]:
    """Each sentence in one language only, by chance: nothing but its subject joins it to others."""
    chance = random.Random(0)
    tables = [sorted(_with_id(folder / f"sib200/{code}.tsv")) for code in ("fr", "de", "lb", "en")]
    return [chance.choice(row)[1:] for row in zip(*tables, strict=True)]


def _with_id(path: Path) -> list[tuple[str, str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [(row["index_id"], row["text"], row["category"]) for row in rows]


SETS: dict[str, Callable[[Path], list[tuple[str, str]]]] = {
    "klimarat_de": lambda f: _table(f / "polis/de_klimarat_topics.csv", "text", "label"),
    "polis_en": lambda f: _table(f / "polis/en_topics.csv", "text", "label"),
    "argkp": lambda f: [
        row
        for part in ("train", "dev")
        for row in _table(f / f"argkp/arguments_{part}.csv", "argument", "topic")
    ],
    "banking77": lambda f: _table(f / "banking77/train.csv", "text", "category"),
    "rua_fr": lambda f: _table(
        f / "rua_fr/arguments.csv", "contributions_arguments_body", "section_title"
    ),
    "sib200_4_languages": _four_languages,
}


def _stop_words(texts: Sequence[str]) -> list[str]:
    language = detect(" ".join(texts[:20]))[0]
    mixed = len({detect(text)[0] for text in texts[:40]} - {None}) > 2
    return sorted(STOP_WORDS[language] if language and not mixed else ALL_STOP_WORDS)


def _tfidf(texts: Sequence[str]) -> TfidfVectorizer:
    return TfidfVectorizer(stop_words=_stop_words(texts), min_df=2, sublinear_tf=True)


def tfidf_kmeans(texts: Sequence[str], k: int, seed: int) -> Labels:
    """k-means on TF-IDF."""
    return list(
        KMeans(k, n_init=10, random_state=seed).fit_predict(_tfidf(texts).fit_transform(texts))
    )


def lsa_kmeans(texts: Sequence[str], k: int, seed: int) -> Labels:
    """k-means on 100 latent dimensions of TF-IDF."""
    lsa = make_pipeline(_tfidf(texts), TruncatedSVD(100, random_state=seed), Normalizer())
    return list(KMeans(k, n_init=10, random_state=seed).fit_predict(lsa.fit_transform(texts)))


def nmf(texts: Sequence[str], k: int, seed: int) -> Labels:
    """Non-negative matrix factorisation of TF-IDF, the strongest component."""
    model = NMF(k, init="nndsvd", random_state=seed, max_iter=400)
    return list(model.fit_transform(_tfidf(texts).fit_transform(texts)).argmax(axis=1))


def ours(texts: Sequence[str], k: int | None, seed: int) -> Labels:
    """This package."""
    documents = [Document(i, text) for i, text in enumerate(texts)]
    return list(find_topics(documents, k, seed).labels)


METHODS: dict[str, Callable[[Sequence[str], int, int], Labels]] = {
    "TF-IDF + k-means": tfidf_kmeans,
    "LSA + k-means": lsa_kmeans,
    "NMF": nmf,
    "analysis": ours,
    "analysis, own number": lambda texts, _k, seed: ours(texts, None, seed),
}


@dataclass(frozen=True, slots=True)
class Result:
    """One method on one set: medians over the seeds; memory is the largest of the process."""

    data: str
    texts: int
    true_topics: int
    method: str
    topics: float
    nmi: float
    ari: float
    seconds: float
    megabytes: float


def measure(data: str, method: str, folder: Path, most: int, seeds: int) -> Result:
    """Run one method on one set, once for each seed. What it does not label is a group of its own."""
    rows = SETS[data](folder)
    random.Random(1).shuffle(rows)
    texts, truth = [text for text, _ in rows[:most]], [label for _, label in rows[:most]]
    found = []
    with threadpool_limits(1):
        for seed in range(seeds):
            began = time.perf_counter()
            labels = METHODS[method](texts, len(set(truth)), seed)
            took = time.perf_counter() - began
            found.append(
                (
                    len(set(labels) - {-1}),
                    normalized_mutual_info_score(truth, labels),
                    adjusted_rand_score(truth, labels),
                    took,
                )
            )
    topics, nmi, ari, seconds = (float(statistics.median(c)) for c in zip(*found, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Result(data, len(texts), len(set(truth)), method, topics, nmi, ari, seconds, memory)


def main() -> None:
    """Measure everything, print a line as soon as it is known."""
    parser = argparse.ArgumentParser(description="Quality of topics on labelled sets.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--texts", type=int, default=1500, help="at most, of each set")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    if not asked.json:
        print(
            f"{'data':19}{'texts':>6}{'k':>4}  {'method':21}{'topics':>7}{'NMI':>7}{'ARI':>7}",
            end="",
        )
        print(f"{'s':>7}{'MB':>6}")
    for data, load in SETS.items():
        try:
            load(asked.folder)
        except FileNotFoundError:
            continue
        for method in METHODS:
            # a fresh process for each, so that memory is its own
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                task = alone.submit(measure, data, method, asked.folder, asked.texts, asked.seeds)
                _print(task.result(), as_json=asked.json)


def _print(one: Result, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(one)), flush=True)
        return
    print(
        f"{one.data:19}{one.texts:6}{one.true_topics:4}  {one.method:21}{one.topics:7.0f}"
        f"{one.nmi:7.3f}{one.ari:7.2f}{one.seconds:7.1f}{one.megabytes:6.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
