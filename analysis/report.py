"""What a run gives back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from analysis.because import words_behind
from analysis.clustering import Labels
from analysis.confidence import log_odds
from analysis.contrasts import Apart
from analysis.documents import Document
from analysis.learning import Model
from analysis.reading import read
from analysis.texts import Learned, Space, Stored, sentences_of

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
    topic before the run, `previous_id` where an earlier run had proposed it and it goes on.
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
    previous_id: int | str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a new document belongs.

    `label` is a `Topic.id`, -1 where it cannot be placed; `confidence` as in
    `TopicReport.scores`; `words` of the text, as written, are those that speak most for this
    topic and against the next, the strongest first.
    """

    label: int
    confidence: float
    words: list[str]


@dataclass(frozen=True, slots=True)
class TopicReport:
    """The result of `find_topics`.

    `labels` and `scores` are aligned with the documents; a label is a `Topic.id` or -1. A score is
    the confidence in it, from 0 to 1: how likely it is that a person would agree with the label
    (see `analysis.confidence`); 1 where a person put the document or a near-copy of it, 0 for what
    is not processed. `others` are the topics that come next, three a document, the likeliest first
    and -1 where there is none; `other_scores` how likely each is. `suggested` are ids of the
    documents that a person should look at next, the most useful first (see
    `analysis.suggesting`). `unprocessed` gives document id and reason code. `card` can be written
    as JSON and says how the result came about and how good it is. `joint` (rows aligned with the
    documents, zeros for what is not processed) and `learned` spare a later run most of its work.
    `parents` are main topics above `topics`, numbered after them: proposed ones, and accepted ones
    that have no documents of their own.
    """

    labels: Labels
    scores: NDArray[np.float64]
    others: NDArray[np.int64]
    other_scores: NDArray[np.float64]
    topics: list[Topic]
    parents: list[Topic]
    suggested: list[int | str]
    unprocessed: list[tuple[int | str, str]]
    card: dict[str, Any]
    joint: Stored
    _space: Space | None = field(repr=False)
    _model: Model = field(repr=False)

    @property
    def learned(self) -> Learned | None:
        """What the corpus taught; None where nothing could be processed."""
        return self._space.learned if self._space else None

    def assign(self, new_documents: Sequence[Document]) -> Labels:
        """Labels for new documents among the topics found, -1 where one cannot be placed.

        Nothing is learned anew, so that the labels of the run stay what they are.
        """
        placed = self.assign_scored(new_documents, words=False)
        return np.array([one.label for one in placed], np.int64)

    def assign_scored(
        self, new_documents: Sequence[Document], *, words: bool = True
    ) -> list[Placed]:
        """The same with the confidence and, unless not wanted, the words behind it."""
        found = [Placed(NOT_PROCESSED, 0.0, [])] * len(new_documents)
        if self._space is None:
            return found
        learned = self._space.learned
        readings = [read(document, learned.usual_language) for document in new_documents]
        rows = [i for i, reading in enumerate(readings) if reading.reason is None]
        if not rows:
            return found
        with threadpool_limits(1):
            taken = [readings[i] for i in rows]
            sentences = None
            if learned.needs_sentences:
                sentences = sentences_of([new_documents[i] for i in rows], taken, None)
            joint = learned.vectors(taken, sentences).astype(np.float32)
            logits = self._model.logits(self._space.neighbourhood.smooth(joint), joint)
            labels = np.asarray(logits.argmax(axis=1), np.int64)
            sure = self._model.calibration.of(log_odds(logits, labels))
            for place, row in enumerate(rows):
                if joint[place].any():
                    label = int(labels[place])
                    behind = (
                        words_behind(taken[place], learned, self._model, logits[place])
                        if words
                        else []
                    )
                    found[row] = Placed(label, float(sure[place]), behind)
        return found
