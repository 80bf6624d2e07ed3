"""Finding the topics of a set of documents: the run from texts to report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from analysis import accepted as keeping
from analysis import clustering, encoder, topic_number
from analysis.card import number_of_topics, provenance, quality
from analysis.clustering import Labels, Weights
from analysis.describing import describe
from analysis.documents import AcceptedTopic, Document, check
from analysis.report import NOT_PROCESSED, Topic, TopicReport
from analysis.texts import Learned, Memory, Progress, Stored, Texts, gather
from analysis.topic_number import Choice
from analysis.vectors import Matrix, unit

FEW = 12  # texts that fit no accepted topic; fewer are no topics of their own


@dataclass(frozen=True, slots=True)
class _Order:
    """What the caller asked for."""

    n_topics: int | None
    random_state: int
    told: Progress


@dataclass(frozen=True, slots=True)
class _Found:
    """Centres, accepted topics first, and the label of every text that takes part."""

    middle: Matrix
    labels: Labels
    accepted_ids: list[int | str]
    choice: Choice | None  # None where the number was given or there was nothing to choose


def find_topics(
    documents: Sequence[Document],
    n_topics: int | None = None,
    random_state: int = 0,
    *,
    vectors: Stored | None = None,
    joint: Stored | None = None,
    learned: Learned | None = None,
    accepted: Sequence[AcceptedTopic] | None = None,
    weights: Sequence[float] | None = None,
    progress: Progress | None = None,
) -> TopicReport:
    """Group `documents` by what they are about.

    `n_topics` counts all topics, accepted ones included; it gives way where there are fewer
    different texts or more accepted topics. Without it the number is chosen by stability, see
    `analysis.topic_number`. `accepted` topics are kept: their examples stay in them, documents
    that fit join them, and new topics are proposed for what fits none. `weights`, one for each
    document and not negative, say how much it shapes the topics; all documents count in the
    sizes. `progress` is called with the share done (0 to 1) and the stage before each step, the
    longest of which takes seconds; what it raises ends the run. The same input and `random_state`
    give the same labels, on any number of cores.

    What an earlier run worked out can be given, each with a row of zeros for a document that is
    new: `vectors` as `analysis.embed` gives them, `joint` and `learned` as `TopicReport` has them.
    Everything is learned anew when the corpus has grown by a fifth since `learned`.

    Raises ValueError for a doubled id, a wrong number of topics, weights or vectors, or a document that
    is an example of two accepted topics.
    """
    check(documents)
    if n_topics is not None and n_topics < 1:
        raise ValueError("n_topics must be at least 1")
    given = _weights(documents, weights)
    memory = _memory(documents, vectors, joint, learned)
    order = _Order(n_topics, random_state, progress or (lambda _share, _stage: None))
    with threadpool_limits(1):  # sums in another order would move labels from machine to machine
        texts, reasons = gather(documents, given, random_state, memory, order.told)
        row = {documents[place].id: i for i, place in enumerate(texts.rows)}
        ids, pinned = keeping.examples(accepted or (), row, len(texts.rows))
        found = _find(texts, ids, keeping.spread(pinned, texts.leader), order)
        order.told(0.95, "describing")
        given_parents = {t.id: t.parent_id for t in accepted or () if t.parent_id is not None}
        report = _report(documents, texts, found, reasons, given_parents)
    report.card.update(
        provenance(documents, given, accepted or (), random_state, texts.space),
        number_of_topics=number_of_topics(n_topics, found.choice),
    )
    order.told(1.0, "done")
    return report


def _weights(documents: Sequence[Document], weights: Sequence[float] | None) -> Weights:
    if weights is None:
        return np.ones(len(documents))
    given = np.asarray(weights, np.float64)
    if given.shape != (len(documents),) or not np.isfinite(given).all() or (given < 0).any():
        raise ValueError("weights must be one finite number, not negative, for each document")
    return given


def _memory(
    documents: Sequence[Document],
    vectors: Stored | None,
    joint: Stored | None,
    learned: Learned | None,
) -> Memory:
    for name, rows in (("vectors", vectors), ("joint", joint)):
        if rows is not None and len(rows) != len(documents):
            raise ValueError(f"{name} must have one row for each document")
    if vectors is not None and vectors.shape[1] != encoder.DIMENSIONS:
        raise ValueError(f"vectors must have {encoder.DIMENSIONS} columns")
    if joint is not None and learned is not None:
        columns = learned.directions.shape[1]
        if joint.shape[1] != columns:
            raise ValueError(f"joint must have the {columns} columns of learned")
    return Memory(vectors, joint, learned)


def _find(texts: Texts, ids: list[int | str], pinned: Labels, order: _Order) -> _Found:
    if texts.space is None:
        return _Found(np.zeros((0, 0), np.float32), pinned, [], None)
    kept = keeping.centres(texts.vectors, texts.weights, pinned, len(ids))
    rest = texts.shaping
    if ids:
        fits = keeping.fitting(texts.vectors, texts.weights, pinned, kept)
        rest = rest[fits[rest] == keeping.FITS_NONE]
    weights = texts.group_weights[rest]
    wanted, choice = _number(texts.vectors[rest], weights, len(ids), order)
    order.told(0.9, "topics")
    new = np.zeros((0, kept.shape[1]), np.float32)
    if wanted:
        middle = clustering.best_centres(texts.vectors[rest], wanted, weights, order.random_state)
        new = unit(middle)
    middle = np.vstack([kept, new])
    labels = clustering.nearest(texts.vectors, middle)[texts.leader]
    return _ordered(middle, np.where(pinned == keeping.FITS_NONE, labels, pinned), ids, choice)


def _number(
    vectors: Matrix, weights: Weights, n_accepted: int, order: _Order
) -> tuple[int, Choice | None]:
    """How many new topics there should be among `vectors`, which fit no accepted one."""
    different = len(np.unique(vectors.round(9), axis=0))
    if order.n_topics is not None:
        return min(max(order.n_topics - n_accepted, 0 if n_accepted else 1), different), None
    if n_accepted and different < FEW:
        return 0, None
    curve = topic_number.stability_curve(
        vectors,
        weights,
        order.random_state,
        fewest=2 if n_accepted else 3,  # two are not much of a grouping, but may be an addition
        told=lambda share: order.told(0.45 + 0.45 * share, "number"),
    )
    if not curve:
        return min(1, different), None
    choice = topic_number.choose(curve, different)
    return min(choice.n_topics, different), choice


def _ordered(middle: Matrix, labels: Labels, ids: list[int | str], choice: Choice | None) -> _Found:
    """Accepted topics in their order, then new ones by size; a new one without texts goes."""
    sizes = np.bincount(labels, minlength=len(middle))
    new = [i for i in range(len(ids), len(middle)) if sizes[i]]
    order = np.array([*range(len(ids)), *sorted(new, key=lambda i: (-sizes[i], i))], np.int64)
    place = np.zeros(len(middle), np.int64)
    place[order] = np.arange(len(order))
    return _Found(middle[order], place[labels], ids, choice)


def _report(
    documents: Sequence[Document],
    texts: Texts,
    found: _Found,
    reasons: dict[int, str],
    given_parents: Mapping[int | str, int | str],
) -> TopicReport:
    labels = np.full(len(documents), NOT_PROCESSED, np.int64)
    scores = np.zeros(len(documents))
    joint = np.zeros((len(documents), texts.joint.shape[1]), np.float16)
    topics: list[Topic] = []
    parents: list[Topic] = []
    figures: dict[str, object] = {}
    if texts.space is not None:
        away = clustering.distances(texts.vectors, found.middle)
        labels[texts.rows] = found.labels
        joint[texts.rows] = texts.joint
        scores[texts.rows] = clustering.margins(away, found.labels)
        topics, parents = describe(
            documents,
            texts,
            found.labels,
            away=away,
            middle=found.middle,
            accepted_ids=found.accepted_ids,
            parents=given_parents,
        )
        figures = quality(texts, found.labels, scores[texts.rows])
    return TopicReport(
        labels=labels,
        scores=scores,
        topics=topics,
        parents=parents,
        unprocessed=[(documents[i].id, reason) for i, reason in sorted(reasons.items())],
        card={
            "documents": len(documents),
            "processed": len(texts.rows),
            "near_copies": len(texts.rows) - len(texts.shaping),
            "unprocessed": dict(sorted(Counter(reasons.values()).items())),
            "topics": len(topics),
            "quality": figures,
        },
        joint=joint,
        _space=texts.space,
        _middle=found.middle,
    )
