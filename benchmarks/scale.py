"""What the analysis costs as consultations grow: CPU seconds and peak memory, on one thread.

    python -m benchmarks.scale FOLDER [--texts 10000] [--seeds 3] [--parts …] [--json]

FOLDER holds the sets named in `benchmarks.sets`, from whose sentences as many different texts are
made as are asked for. Parts:

    beside    `--texts` texts end to end, the number of topics chosen: the product and BERTopic
    growth    ten times the texts through the product
    again     the same once more, with everything that the first run left to be stored
    assign    one more text at a time into the topics found, without a refit
    vectors   a hundred times as many stored vectors of 512 half-precision floats, clustered

Each run is a process of its own. Packages and models are loaded before the clock starts and count
in the memory. Printed are medians over the seeds with the lowest and the highest.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from analysis import Document, Learned, clustering, embed, find_topics
from benchmarks.figures import Figure, alone, line, timed
from benchmarks.methods import METHODS, available
from benchmarks.sets import recombined

PARTS = ("beside", "growth", "again", "assign", "vectors")
BERTOPIC, CHOSEN, GIVEN = "BERTopic, own k", "product, own k", "product, true k"
TOPICS = 30  # where their number is given
WARM_UP = 500  # texts
ASSIGNED = 300  # texts, one at a time
DIMENSIONS = 512  # of a stored vector
_ROWS_AT_ONCE = 50_000


def _texts(path: Path) -> list[str]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def end_to_end(method: str, path: Path, seed: int) -> float:
    """CPU seconds of one run over the texts of a file, `TOPICS` given to who does not choose."""
    texts = _texts(path)

    def run() -> object:
        return METHODS[method](texts)(TOPICS, seed)

    with threadpool_limits(1):
        METHODS[method](texts[:WARM_UP])(TOPICS, seed)
        return timed(run)[1]


def first_run(path: Path, left: Path, seed: int) -> float:
    """CPU seconds of the encoder; what it and a run leave is stored in the folder `left`."""
    documents = [Document(i, text) for i, text in enumerate(_texts(path))]
    with threadpool_limits(1):
        embed(documents[:1])
        vectors, seconds = timed(embed, documents)
        report = find_topics(documents, TOPICS, seed, vectors=vectors)
    assert report.learned
    left.mkdir(exist_ok=True)
    np.save(left / "vectors.npy", vectors)
    np.save(left / "joint.npy", report.joint)
    (left / "learned").write_bytes(report.learned.to_bytes())
    return seconds


def second_run(path: Path, left: Path, n_topics: int | None, seed: int) -> float:
    """CPU seconds of a run that finds everything stored, reading the stored things included."""
    texts = _texts(path)

    def run() -> object:
        return find_topics(
            [Document(i, text) for i, text in enumerate(texts)],
            n_topics,
            seed,
            vectors=np.load(left / "vectors.npy"),
            joint=np.load(left / "joint.npy"),
            learned=Learned.from_bytes((left / "learned").read_bytes()),
        )

    with threadpool_limits(1):
        find_topics([Document(i, text) for i, text in enumerate(texts[:WARM_UP])], TOPICS)
        return timed(run)[1]


def assign(path: Path, seed: int) -> list[float]:
    """CPU milliseconds of each of the last texts, put into the topics of the others."""
    documents = [Document(i, text) for i, text in enumerate(_texts(path))]
    known, new = documents[:-ASSIGNED], documents[-ASSIGNED:]
    report = find_topics(known, TOPICS, seed)
    report.assign(new[:1])
    return [1000 * timed(report.assign, [document])[1] for document in new]


def _read(path: Path) -> NDArray[np.float32]:
    """Stored vectors in single precision; the file is let go after each block, so that it does not
    count beside them."""
    vectors = np.empty(np.load(path, mmap_mode="r").shape, np.float32)
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        end = start + _ROWS_AT_ONCE
        vectors[start:end] = np.load(path, mmap_mode="r")[start:end]
    return vectors


def cluster_stored(path: Path, seed: int) -> float:
    """CPU seconds to read stored vectors, find centres, and label every row."""

    def run() -> list[int]:
        vectors = _read(path)
        middle = clustering.centres(vectors, TOPICS, np.ones(len(vectors)), seed)
        starts = range(0, len(vectors), _ROWS_AT_ONCE)
        blocks = (vectors[start : start + _ROWS_AT_ONCE] for start in starts)
        return [len(clustering.nearest(block, middle)) for block in blocks]

    with threadpool_limits(1):
        return timed(run)[1]


def store_vectors(path: Path, count: int) -> None:
    """Unit vectors around 200 centres of different weight, as an encoder's are, written by blocks."""
    random = np.random.default_rng(0)
    middle = random.standard_normal((200, DIMENSIONS)).astype(np.float32)
    share = random.dirichlet(np.full(200, 0.5))
    stored = np.lib.format.open_memmap(path, "w+", np.float16, (count, DIMENSIONS))
    for start in range(0, count, _ROWS_AT_ONCE):
        size = min(_ROWS_AT_ONCE, count - start)
        rows = middle[random.choice(200, size, p=share)]
        rows += 1.5 * random.standard_normal(rows.shape, dtype=np.float32)
        stored[start : start + size] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    stored.flush()


class Bench:
    """The texts of a run, in files, so that a measured process holds nothing but what it needs."""

    def __init__(self, folder: Path, workspace: Path, base: int, seeds: int) -> None:
        self.base = base
        self._folder = folder
        self._workspace = workspace
        self._seeds = range(seeds)
        self._ran: dict[tuple[str, int], tuple[list[float], list[float]]] = {}

    def path(self, count: int) -> Path:
        """A file of `count` texts, one JSON string a line."""
        path = self._workspace / f"{count}.jsonl"
        if not path.exists():
            texts = recombined(self._folder, count)
            path.write_text("".join(json.dumps(text) + "\n" for text in texts), "utf-8")
        return path

    def run(self, method: str, count: int) -> tuple[list[float], list[float]]:
        """CPU seconds and megabytes of a run, a figure for each seed."""
        if (method, count) not in self._ran:
            path = self.path(count)
            found = [alone(end_to_end, method, path, seed) for seed in self._seeds]
            self._ran[method, count] = ([s for s, _ in found], [mb for _, mb in found])
        return self._ran[method, count]

    def beside(self) -> Iterator[Figure]:
        """The product and BERTopic on the same texts."""
        seconds, megabytes = self.run(CHOSEN, self.base)
        yield Figure(f"product, {self.base} texts, number chosen: CPU s", seconds)
        yield Figure(f"product, {self.base} texts, number chosen: MB", megabytes, 500)
        if BERTOPIC not in available():
            return
        theirs, their_megabytes = self.run(BERTOPIC, self.base)
        yield Figure(f"BERTopic and MiniLM, {self.base} texts: CPU s", theirs)
        yield Figure(f"BERTopic and MiniLM, {self.base} texts: MB", their_megabytes)
        yield Figure("CPU of the product as a share of BERTopic's", _ratios(seconds, theirs), 1 / 6)

    def growth(self) -> Iterator[Figure]:
        """Ten times the texts; what choosing the number costs is shown apart."""
        many = 10 * self.base
        seconds, megabytes = self.run(CHOSEN, many)
        given, given_megabytes = self.run(GIVEN, many)
        few, _ = self.run(CHOSEN, self.base)
        yield Figure(f"product, {many} texts, number chosen: CPU s", seconds)
        yield Figure(f"product, {many} texts, number chosen: MB", megabytes, 1_500)
        yield Figure(f"product, {many} texts, number given: CPU s", given)
        yield Figure(f"product, {many} texts, number given: MB", given_megabytes, 1_500)
        yield Figure("CPU of ten times the texts, as a multiple", _ratios(seconds, few), 12)

    def again(self) -> Iterator[Figure]:
        """A second run over ten times the texts."""
        many = 10 * self.base
        path, left = self.path(many), self._workspace / "left"
        embedding, given, chosen = [], [], []
        for seed in self._seeds:
            embedding.append(alone(first_run, path, left, seed)[0])
            given.append(alone(second_run, path, left, TOPICS, seed))
            chosen.append(alone(second_run, path, left, None, seed)[0])
        yield Figure(f"encoder alone, {many} texts: CPU s", embedding)
        name = f"second run, {many} texts, number given"
        yield Figure(f"{name}: CPU s", [seconds for seconds, _ in given], 60)
        yield Figure(f"{name}: MB", [megabytes for _, megabytes in given], 1_500)
        apart = [c - g for c, (g, _) in zip(chosen, given, strict=True)]
        yield Figure("choosing the number: CPU s more", apart)

    def assign(self) -> Iterator[Figure]:
        """One more text at a time."""
        path = self.path(self.base)
        found = [alone(assign, path, seed)[0] for seed in self._seeds]
        yield Figure("assign: CPU ms a text", [statistics.median(one) for one in found], 20)
        slow = [statistics.quantiles(one, n=20)[-1] for one in found]
        yield Figure("assign: CPU ms a text, 95th percentile", slow, 20)

    def vectors(self) -> Iterator[Figure]:
        """Stored vectors alone, without any text."""
        path = self._workspace / "vectors.npy"
        store_vectors(path, 100 * self.base)
        found = [alone(cluster_stored, path, seed) for seed in self._seeds]
        name = f"{100 * self.base} stored vectors"
        yield Figure(f"{name}: CPU s", [seconds for seconds, _ in found], 120)
        yield Figure(f"{name}: MB", [megabytes for _, megabytes in found], 3_000)


def _ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    return [a / b for a, b in zip(above, below, strict=True)]


def main() -> None:
    """Measure everything, print a line as soon as it is known."""
    parser = argparse.ArgumentParser(description="Cost of the analysis as consultations grow.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as workspace:
        bench = Bench(asked.folder, Path(workspace), asked.texts, asked.seeds)
        for part in asked.parts:
            for figure in getattr(bench, part)():
                print(json.dumps(asdict(figure)) if asked.json else line(figure), flush=True)


if __name__ == "__main__":
    main()
