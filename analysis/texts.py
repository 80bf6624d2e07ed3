"""The documents that take part in a run, and the space that they open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import duplicates
from analysis.bridges import Offsets, bridged, several_languages
from analysis.clustering import Weights
from analysis.documents import Document
from analysis.neighbours import Neighbourhood
from analysis.reading import NOTHING_SHARED, Reading, read_corpus
from analysis.vectors import Matrix, TextVectors

Progress = Callable[[float, str], None]

_TEXTS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Words:
    """Vectors as the words of a text alone give them; learned from the texts of a run."""

    learned: TextVectors
    offsets: Offsets | None  # None where one language is spoken
    usual_language: str | None

    @classmethod
    def learn(
        cls,
        readings: Sequence[Reading],
        usual_language: str | None,
        random_state: int,
        told: Callable[[float], None],
    ) -> "Words":
        """Learn from texts that are no copies of each other; `told` hears the share done."""
        several = several_languages(readings)
        learned = TextVectors(random_state).fit(*_sides(readings, several=several), told)
        offsets = None
        if several:
            vectors = learned.transform(*_sides(readings, several=True))
            offsets = Offsets.measure(vectors, readings)
        return cls(learned, offsets, usual_language)

    def vectors(self, readings: Sequence[Reading]) -> Matrix:
        """One row of unit length for each text; zeros where no feature is known."""
        vectors = self.learned.transform(*_sides(readings, several=self.offsets is not None))
        return self.offsets.apply(vectors, readings) if self.offsets else vectors


def _sides(readings: Sequence[Reading], *, several: bool) -> tuple[list[list[str]], list[str]]:
    """The stems, and the whole text folded: what the vectors are made of."""
    stems = [bridged(reading) if several else reading.stems for reading in readings]
    return stems, [" ".join(reading.tokens) for reading in readings]


@dataclass(frozen=True, slots=True)
class Space:
    """Where to put any text: its words, and the texts near it."""

    words: Words
    neighbourhood: Neighbourhood

    def vectors(self, readings: Sequence[Reading]) -> Matrix:
        """Vectors of unit length, drawn towards their neighbours; zeros where nothing is known."""
        return self.neighbourhood.smooth(self.words.vectors(readings))


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that can be grouped; all fields but `space` are aligned.

    Of each group of near-copies one text, the leader, shapes the topics: otherwise campaigns
    would become the topics.
    """

    rows: NDArray[np.int64]  # places among all documents
    readings: list[Reading]
    vectors: Matrix
    leader: NDArray[np.int64]  # place, among these texts, of the one that stands for this one
    weights: Weights  # of a group of near-copies as one, shared out among them
    space: Space | None  # None where no text can be grouped

    @property
    def group_weights(self) -> Weights:
        """The weight of the whole group, for each leader; never quite nothing, for k-means."""
        sums = np.bincount(self.leader, self.weights, len(self.leader))
        return np.maximum(sums.astype(np.float64), 1e-9)

    @property
    def shaping(self) -> NDArray[np.int64]:
        """Places of the leaders."""
        return np.flatnonzero(self.leader == np.arange(len(self.leader)))


def gather(
    documents: Sequence[Document], weights: Weights, random_state: int, told: Progress
) -> tuple[Texts, dict[int, str]]:
    """The texts that can be grouped, and for each other document the reason code."""
    readings, usual = read_corpus(documents, lambda share: told(0.1 * share, "reading"))
    told(0.1, "duplicates")
    reasons = {i: reading.reason for i, reading in enumerate(readings) if reading.reason}
    rows = np.array([i for i in range(len(readings)) if i not in reasons], np.int64)
    taking_part = [readings[i] for i in rows]
    if not taking_part:
        return Texts(rows, [], np.zeros((0, 0)), rows, np.zeros(0), None), reasons
    leader = duplicates.groups(
        [reading.tokens for reading in taking_part],
        lambda share: told(0.1 + 0.1 * share, "duplicates"),
    )
    told(0.2, "vectors")
    leads = leader == np.arange(len(rows))
    first = [taking_part[i] for i in np.flatnonzero(leads)]
    words = Words.learn(
        first, usual, random_state, lambda share: told(0.2 + 0.1 * share, "vectors")
    )
    blocks = []
    for start in range(0, len(taking_part), _TEXTS_AT_ONCE):
        told(0.3 + 0.1 * start / len(taking_part), "vectors")
        blocks.append(words.vectors(taking_part[start : start + _TEXTS_AT_ONCE]))
    raw = np.vstack(blocks)
    known = np.asarray(raw.any(axis=1))[leader]
    reasons |= dict.fromkeys(rows[~known].tolist(), NOTHING_SHARED)
    if not known.any():
        return Texts(rows[known], [], raw[known], rows[known], np.zeros(0), None), reasons
    told(0.4, "neighbours")
    space = Space(words, Neighbourhood(raw[leads & known], random_state))
    leader = (np.cumsum(known) - 1)[leader[known]]
    copies = np.bincount(leader, minlength=len(leader))[leader]
    texts = Texts(
        rows=rows[known],
        readings=[taking_part[i] for i in np.flatnonzero(known)],
        vectors=space.neighbourhood.smooth(raw[known]),
        leader=leader,
        weights=weights[rows[known]] / copies,
        space=space,
    )
    return texts, reasons
