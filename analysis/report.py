"""What a run gives back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from analysis.clustering import Labels, nearest
from analysis.contrasts import Apart
from analysis.documents import Document
from analysis.reading import read
from analysis.texts import Learned, Space, Stored, sentences_of
from analysis.vectors import Matrix

NOT_PROCESSED = -1
"""The label of a document that could not be grouped."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of documents about one thing.

    `id` is its label. `size` counts every document, `languages` how many in each language ("und"
    where it is not known). `title` is a heading per language from the people's own phrases, a
    first draft; a language without one is missing. `keywords` are per language, best first;
    `apart` says what sets it apart from its nearest neighbour, None where it is alone.
    `representatives` are ids of at most three documents that differ from each other and together
    speak for the topic, the best first. `accepted_id` is set where people had accepted the
    topic before the run.
    `parent_id` is the id of the main topic it belongs under, None where it stands by itself.

    A main topic is one of `TopicReport.topics` that people put others below, or one of
    `TopicReport.parents`: no label points to these, their `size` and `languages` are those of
    the topics below, and they have no representatives.
    """

    id: int
    parent_id: int | None
    size: int
    title: dict[str, str]
    keywords: dict[str, list[str]]
    apart: Apart | None
    representatives: list[int | str]
    languages: dict[str, int]
    accepted_id: int | str | None = None


@dataclass(frozen=True, slots=True)
class TopicReport:
    """The result of `find_topics`.

    `labels` and `scores` are aligned with the documents; a label is a `Topic.id` or -1, a score
    lies in [0, 1] and says how much nearer the document is to its own topic than to the next
    (0 for what is not processed). `unprocessed` gives document id and reason code. `card` can be
    written as JSON and says how the result came about and how good it is. `joint` (rows aligned with
    the documents, zeros for what is not processed) and `learned` spare a later run most of its work.
    `parents` are main topics above `topics`, numbered after them: proposed ones, and accepted ones
    that have no documents of their own.
    """

    labels: Labels
    scores: NDArray[np.float64]
    topics: list[Topic]
    parents: list[Topic]
    unprocessed: list[tuple[int | str, str]]
    card: dict[str, Any]
    joint: Stored
    _space: Space | None = field(repr=False)
    _middle: Matrix = field(repr=False)

    @property
    def learned(self) -> Learned | None:
        """What the corpus taught; None where nothing could be processed."""
        return self._space.learned if self._space else None

    def assign(self, new_documents: Sequence[Document]) -> Labels:
        """Labels for new documents among the topics found, -1 where one cannot be placed.

        Nothing is learned anew, so that the labels of the run stay what they are.
        """
        labels = np.full(len(new_documents), NOT_PROCESSED, np.int64)
        if self._space is None:
            return labels
        usual = self._space.learned.usual_language
        readings = [read(document, usual) for document in new_documents]
        rows = np.array([i for i, reading in enumerate(readings) if reading.reason is None], int)
        if not len(rows):
            return labels
        with threadpool_limits(1):
            taken = [readings[i] for i in rows]
            sentences = None
            if self._space.learned.needs_sentences:
                sentences = sentences_of([new_documents[i] for i in rows], taken, None)
            vectors = self._space.vectors(taken, sentences)
            placed = vectors.any(axis=1)
            labels[rows[placed]] = nearest(vectors[placed], self._middle)
        return labels
