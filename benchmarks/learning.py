"""What decisions of people do to the rest, how far confidence can be trusted, what growth moves.

    python -m benchmarks.learning FOLDER [--texts 1500] [--seeds 5] [--sets …] [--parts …]

FOLDER holds the sets named in `benchmarks.sets`. Parts:

    curve         topics are found at the true number and accepted, each under the name of what
                  most of its texts are; then a person decides on 50 points at a time, which come
                  by lot, by doubt (least confidence first), or as the product suggests them
    reliability   confidence beside the share of labels that are right, over bins of equal size
                  with at least 200 texts, on all texts of a set, after 0 to 200 decisions
    prior         the line of confidence for topics without decisions, and after them, set by set
    growth        a run on ten elevenths of the texts, and another on all
    codes         experts' codes, several a text, learned from 50, 100 and 200 labelled texts
    assign        one more text at a time among 100,000, after decisions, with its confidence and
                  the words behind it: CPU milliseconds

"Rest" are the texts that nobody decided on. To leave out the hardest makes the rest look better,
so that orders are compared on a third of the texts too that nobody may decide on. Printed are
medians over seeds with the lowest and the highest.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from analysis import AcceptedTopic, Document, TopicReport, embed, find_topics
from benchmarks import sets
from benchmarks.figures import spread

Labels = NDArray[np.object_]
Table = dict[str, dict[int, list[float]]]
"""For each row of a table, and each number of decisions, a figure for each seed."""

PARTS = ("curve", "reliability", "prior", "growth", "codes", "assign")
CODED = "cimt"
AT = (0, 50, 100, 200)  # decisions
ROUND = 50  # decisions between two runs
BIN = 200  # texts, at least
MOST_BINS = 15
ORDERS = ("by lot", "by doubt", "as suggested")
GROWN = 1.1


@dataclass
class Corpus:
    """The texts of a set, what each is about, and what a run worked out about them."""

    documents: list[Document]
    truth: Labels  # None where nobody knows
    vectors: Any = None
    memory: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, data: str, folder: Path, most: int) -> "Corpus":
        """At most `most` texts of a set, 0 for all, with the encoder's vectors."""
        if data == CODED:
            coded = sets.cimt(folder)
            rows = list(zip(coded.texts, coded.most_specific, strict=True))
        else:
            rows = list(sets.sample(data, folder, most))
        documents = [Document(i, text) for i, (text, _) in enumerate(rows)]
        return cls(documents, np.array([label for _, label in rows], object), embed(documents))

    @property
    def known(self) -> NDArray[np.int64]:
        """Rows of which it is known what they are about."""
        return np.flatnonzero([label is not None for label in self.truth])

    @property
    def topics(self) -> int:
        return len(set(self.truth[self.known].tolist()))

    def run(self, n_topics: int | None, seed: int, **said: Any) -> TopicReport:
        """Find topics; what the first run worked out is used again."""
        report = find_topics(
            self.documents, n_topics, seed, vectors=self.vectors, **self.memory, **said
        )
        self.memory = {"joint": report.joint, "learned": report.learned}
        return report


class Official:
    """Somebody who accepts the topics of a first run and then decides on one point after another.

    The official knows what each text is about, and makes a new theme where there is none yet.
    """

    def __init__(self, corpus: Corpus, seed: int) -> None:
        self.corpus = corpus
        self.seed = seed
        self.decisions: dict[int | str, int | str] = {}
        self.report = corpus.run(corpus.topics, seed)
        names = {
            topic.id: self._usual(np.flatnonzero(self.report.labels == topic.id))
            for topic in self.report.topics
        }
        self.labels: Labels = np.array([names.get(label) for label in self.report.labels], object)

    def _usual(self, rows: NDArray[np.int64]) -> str | None:
        found = [label for label in self.corpus.truth[rows] if label is not None]
        return max(sorted(set(found)), key=found.count) if found else None

    def decide(self, rows: Sequence[int]) -> None:
        """Say what these are about, and run again."""
        self.decisions |= {row: self.corpus.truth[row] for row in rows}
        themes = sorted({*self.decisions.values(), *self.labels[self.labels != None]})  # noqa: E711
        accepted = [
            AcceptedTopic(
                theme,
                [
                    r
                    for r in np.flatnonzero(self.labels == theme).tolist()
                    if r not in self.decisions
                ],
            )
            for theme in themes
        ]
        self.report = self.corpus.run(
            len(themes), self.seed, accepted=accepted, decisions=self.decisions
        )
        names = {topic.id: topic.accepted_id for topic in self.report.topics}
        self.labels = np.array([names.get(label) for label in self.report.labels], object)

    def next(self, order: str, allowed: NDArray[np.int64], count: int) -> list[int]:
        """The points to decide on next, among those allowed."""
        free = [row for row in allowed.tolist() if row not in self.decisions]
        if order == "by lot":
            random = np.random.default_rng((self.seed, len(self.decisions)))
            return sorted(random.choice(free, count, replace=False).tolist())
        doubtful = sorted(free, key=lambda row: (self.report.scores[row], row))
        if order == "by doubt":
            return doubtful[:count]
        first = [row for row in self.report.suggested if row in set(free)]
        return [*first, *(row for row in doubtful if row not in set(first))][:count]

    def right(self, rows: NDArray[np.int64]) -> float:
        """Share of these whose label is what they are about."""
        return float((self.labels[rows] == self.corpus.truth[rows]).mean())

    def rand(self, rows: NDArray[np.int64]) -> float:
        """Adjusted Rand index of the labels of these."""
        labels = [str(label) for label in self.labels[rows]]
        return float(adjusted_rand_score(self.corpus.truth[rows].tolist(), labels))


def rounds(official: Official, order: str, allowed: NDArray[np.int64]) -> Iterator[int]:
    """Decide by and by; gives the number of decisions after each of `AT`."""
    yield 0
    while len(official.decisions) < max(AT):
        official.decide(official.next(order, allowed, ROUND))
        if len(official.decisions) in AT:
            yield len(official.decisions)


def curve(asked: argparse.Namespace) -> Iterator[str]:
    """The learning curve of each set."""
    for data in asked.sets:
        corpus = Corpus.of(data, asked.folder, asked.texts)
        tables: dict[str, Table] = {
            "rest, right": {},
            "rest, ARI": {},
            "third that nobody sees, right": {},
            "third that nobody sees, ARI": {},
        }
        for seed in range(asked.seeds):
            shuffled = np.random.default_rng(seed).permutation(corpus.known)
            unseen, allowed = np.split(shuffled, [len(shuffled) // 3])
            for order in ORDERS:
                official = Official(corpus, seed)
                before = official.labels
                for count in rounds(official, order, np.sort(allowed)):
                    decided = np.array(sorted(official.decisions), np.int64)
                    rest = np.setdiff1d(corpus.known, decided)
                    figures = (
                        official.right(rest),
                        official.rand(rest),
                        official.right(unseen),
                        official.rand(unseen),
                    )
                    for table, figure in zip(tables.values(), figures, strict=True):
                        table.setdefault(order, {}).setdefault(count, []).append(figure)
                    if order == "as suggested":
                        learned, official.labels = official.labels, before
                        for name, figure in zip(
                            ("rest, right", "rest, ARI"),
                            (official.right(rest), official.rand(rest)),
                            strict=True,
                        ):
                            none = tables[name].setdefault("the same rest, not learned", {})
                            none.setdefault(count, []).append(figure)
                        official.labels = learned
        for name, table in tables.items():
            yield from _printed(f"{data}: {name}", table)


def _printed(title: str, table: Table) -> Iterator[str]:
    yield f"{title:44}" + "".join(f"{count:<24}" for count in AT)
    for row, cells in sorted(table.items()):
        yield f"  {row:42}" + "".join(f"{spread(cells[count], 3):24}" for count in AT)


def bins(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Mean confidence and share that is right, over bins of equal size, the least sure first."""
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, max(1, min(MOST_BINS, len(order) // BIN)))
    return [(float(confidence[p].mean()), float(right[p].mean())) for p in parts]


def calibration_error(curve: Sequence[tuple[float, float]]) -> float:
    """Expected calibration error: the mean gap, for bins of equal size."""
    return float(np.mean([abs(sure - right) for sure, right in curve]))


def reliability(asked: argparse.Namespace) -> Iterator[str]:
    """The reliability curve and the expected calibration error."""
    for data in asked.sets:
        corpus = Corpus.of(data, asked.folder, 0)
        errors: Table = {}
        curves: dict[str, list[list[tuple[float, float]]]] = {}
        for seed in range(asked.seeds):
            for order in ORDERS:
                official = Official(corpus, seed)
                for count in rounds(official, order, corpus.known):
                    decided = np.array(sorted(official.decisions), np.int64)
                    rest = np.setdiff1d(corpus.known, decided)
                    rest = rest[official.report.labels[rest] >= 0]
                    right = official.labels[rest] == corpus.truth[rest]
                    found = bins(official.report.scores[rest], np.asarray(right, np.bool_))
                    error = calibration_error(found)
                    errors.setdefault(order, {}).setdefault(count, []).append(error)
                    if count == max(AT):
                        curves.setdefault(order, []).append(found)
        yield from _printed(f"{data}: expected calibration error of the rest", errors)
        for order in ORDERS:
            middle = np.median(np.array(curves[order]), axis=0)
            pairs = " ".join(f"{sure:.2f}/{right:.2f}" for sure, right in middle)
            yield f"  {order}, {max(AT)} decisions, confidence/right: {pairs}"


def main() -> None:
    """Measure everything, print a line as soon as it is known."""
    parser = argparse.ArgumentParser(description="Learning from people's decisions.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--texts", type=int, default=1500, help="at most, of each set; 0 for all")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument(
        "--sets", nargs="+", choices=(*sets.SETS, CODED), default=(*sets.SETS, CODED)
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    asked = parser.parse_args()
    parts: dict[str, Callable[[argparse.Namespace], Iterator[str]]] = {
        "curve": curve,
        "reliability": reliability,
    }
    with threadpool_limits(1):
        for part in asked.parts:
            for text in parts[part](asked):
                print(text, flush=True)


if __name__ == "__main__":
    main()
