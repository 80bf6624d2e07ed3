"""Somebody at a desk who knows what each text is about."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from analysis import AcceptedTopic
from benchmarks.sets import Corpus

Labels = NDArray[np.object_]


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

    @property
    def accepted(self) -> list[AcceptedTopic]:
        """The themes, with what was left in each."""
        themes = sorted({*self.decisions.values(), *self.labels[self.labels != None]})  # noqa: E711
        left = {
            theme: [
                row
                for row in np.flatnonzero(self.labels == theme).tolist()
                if row not in self.decisions
            ]
            for theme in themes
        }
        return [AcceptedTopic(theme, rows) for theme, rows in left.items()]

    def decide(self, rows: Sequence[int]) -> None:
        """Say what these are about, and run again."""
        self.decisions |= {row: self.corpus.truth[row] for row in rows}
        accepted = self.accepted
        self.report = self.corpus.run(
            len(accepted), self.seed, accepted=accepted, decisions=self.decisions
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
