"""Finding the topics of a set of documents: the run from texts to report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from analysis import accepted as keeping
from analysis import clustering, confidence, encoder, learning, topic_number
from analysis.accepted import Standing
from analysis.card import calibration, number_of_topics, provenance, quality, said
from analysis.clustering import Labels, Points, Weights
from analysis.describing import describe
from analysis.documents import AcceptedTopic, Document, check
from analysis.learning import Model
from analysis.report import NOT_PROCESSED, Topic, TopicReport
from analysis.suggesting import next_to_look_at
from analysis.texts import Learned, Memory, Progress, Stored, Texts, gather
from analysis.topic_number import Choice
from analysis.vectors import Matrix, unit

FEW = 12  # texts that belong to no known topic; fewer are no topic of their own


@dataclass(frozen=True, slots=True)
class _Order:
    """What the caller asked for."""

    n_topics: int | None
    random_state: int
    told: Progress


@dataclass(frozen=True, slots=True)
class _Found:
    """The topics, accepted ones first, and the label of every text that takes part."""

    model: Model
    labels: Labels
    logits: Points  # texts × topics
    known: Standing
    previous_ids: list[int | str | None]  # of each topic
    choice: Choice | None  # None where the number was given or there was nothing to choose

    @property
    def confidence(self) -> NDArray[np.float64]:
        """How likely it is that a person would agree with each label."""
        odds = confidence.log_odds(self.logits, self.labels)
        agreed = self.known.decided != keeping.FITS_NONE
        return np.where(agreed, 1.0, self.model.calibration.of(odds))


def find_topics(
    documents: Sequence[Document],
    n_topics: int | None = None,
    random_state: int = 0,
    *,
    vectors: Stored | None = None,
    joint: Stored | None = None,
    learned: Learned | None = None,
    accepted: Sequence[AcceptedTopic] | None = None,
    decisions: Mapping[int | str, int | str] | None = None,
    previous: Mapping[int | str, int | str] | None = None,
    weights: Sequence[float] | None = None,
    progress: Progress | None = None,
) -> TopicReport:
    """Group `documents` by what they are about.

    `n_topics` counts all topics, accepted ones included; it gives way where there are fewer
    different texts or more accepted topics. Without it the number is chosen by stability, see
    `analysis.topic_number`. `weights`, one for each document and not negative, say how much it
    shapes the topics; all documents count in the sizes.

    `accepted` topics are kept with the documents that stand in them; others join, and new topics
    are proposed for what fits none: where nearly all documents stood somewhere already, for those
    that are mostly among others that stood nowhere (see `analysis.accepted`). `decisions` say, by
    document, into which accepted topic a person put it: there it stays, its near-copies with it,
    and all other labels learn from it. `previous` says, by document, which proposal of an earlier
    run it was in: unless the corpus has grown by a fifth or another number is asked for, these are
    proposed again. What nobody decided on leaves its topic only for one that is clearly likelier
    (see `analysis.learning`).

    What an earlier run worked out can be given, each with a row of zeros for a document that is
    new: `vectors` as `analysis.embed` gives them, `joint` and `learned` as `TopicReport` has them.
    `progress` is called with the share done (0 to 1) and the stage before each step; what it
    raises ends the run. The same input and `random_state` give the same labels on the same machine
    and packages, in every process; another processor may add up in another order.

    Raises ValueError for a doubled id, a wrong number of topics, weights or vectors, a document that
    is an example of two accepted topics, or one that was put into a topic that is not accepted.
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
        known = keeping.standing(accepted or (), decisions or {}, previous or {}, row, texts.leader)
        found = _find(texts, known.usable(n_topics), order)
        order.told(0.95, "describing")
        report = _report(documents, texts, found, reasons, accepted=accepted or (), order=order)
    report.card.update(
        provenance(documents, given, accepted or (), random_state, texts.space),
        people_sha256=said(documents, accepted or (), decisions or {}, previous or {}),
        number_of_topics=number_of_topics(n_topics, found.choice),
        confidence=calibration(found.model.calibration),
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
        if rows is not None and not np.isfinite(rows).all():
            raise ValueError(f"{name} must be finite numbers")
    if vectors is not None and vectors.shape[1] != encoder.DIMENSIONS:
        raise ValueError(f"vectors must have {encoder.DIMENSIONS} columns")
    if joint is not None and learned is not None:
        columns = learned.directions.shape[1]
        if joint.shape[1] != columns:
            raise ValueError(f"joint must have the {columns} columns of learned")
    return Memory(vectors, joint, learned)


def _find(texts: Texts, known: Standing, order: _Order) -> _Found:
    if texts.space is None:
        nothing = np.zeros((0, 0), np.float32)
        model = Model(nothing, nothing, confidence.fitted(np.zeros(0), np.zeros(0, np.bool_)))
        return _Found(model, known.stands, nothing, known, [], None)
    kept = unit(keeping.sums(texts.vectors, texts.weights, known.place, known.count))
    new, choice = _new(texts, known, kept, order)
    order.told(0.9, "topics")
    middle = np.vstack([kept, new])
    model = learning.learn(texts, known, middle, order.random_state)
    logits = model.logits(texts.vectors, texts.joint.astype(np.float32))
    labels = keeping.settled(logits, known, texts.leader)
    return _ordered(_Found(model, labels, logits, known, [], choice))


def _new(
    texts: Texts, known: Standing, kept: Matrix, order: _Order
) -> tuple[Matrix, Choice | None]:
    """Centres of topics beside the known ones: among strangers where these say of nearly all texts
    where they stand; else, where they are but examples, among what fits none."""
    if known.count and known.covers and order.n_topics is None:
        rest = keeping.strangers(texts, known)
        return _added(texts.vectors[rest], texts.group_weights[rest], kept, order), None
    rest = texts.shaping
    if known.count:
        fits = keeping.fitting(texts.vectors, texts.weights, known.place, kept)
        if order.n_topics is None and not keeping.unexplained(fits, known.place):
            return kept[:0], None
        rest = rest[fits[rest] == keeping.FITS_NONE]
    vectors, weights = texts.vectors[rest], texts.group_weights[rest]
    wanted, choice = _number(vectors, weights, known.count, order)
    return _centres(vectors, weights, wanted, order), choice


def _centres(vectors: Matrix, weights: Weights, wanted: int, order: _Order) -> Matrix:
    if not wanted:
        return vectors[:0]
    return unit(clustering.best_centres(vectors, wanted, weights, order.random_state))


def _added(vectors: Matrix, weights: Weights, kept: Matrix, order: _Order) -> Matrix:
    """Centres of topics that come in beside known ones: one and, as long as they are no nearer to
    each other than known ones are, one more; for one subject falls into parts too."""
    added = vectors[:0]
    for wanted in range(1, _different(vectors) // FEW + 1):
        more = _centres(vectors, weights, wanted, order)
        if not keeping.as_far_apart(more, kept):
            break
        added = more
    return added


def _different(vectors: Matrix) -> int:
    return len(np.unique(vectors.round(9), axis=0))


def _number(
    vectors: Matrix, weights: Weights, n_accepted: int, order: _Order
) -> tuple[int, Choice | None]:
    """How many new topics there should be among `vectors`, which fit no accepted one."""
    different = _different(vectors)
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


def _ordered(found: _Found) -> _Found:
    """Accepted topics in their order, then the others by size; one without texts goes."""
    known = found.known
    accepted = len(known.accepted)
    count = found.logits.shape[1]
    sizes = np.bincount(found.labels, minlength=count)
    others = sorted((i for i in range(accepted, count) if sizes[i]), key=lambda i: (-sizes[i], i))
    order = np.array([*range(accepted), *others], np.int64)
    place = np.zeros(count, np.int64)
    place[order] = np.arange(len(order))
    earlier = dict(enumerate(known.earlier, accepted))
    return _Found(
        found.model.of(order),
        place[found.labels],
        found.logits[:, order],
        known,
        [earlier.get(i) for i in order.tolist()],
        found.choice,
    )


def _report(
    documents: Sequence[Document],
    texts: Texts,
    found: _Found,
    reasons: dict[int, str],
    *,
    accepted: Sequence[AcceptedTopic],
    order: _Order,
) -> TopicReport:
    labels = np.full(len(documents), NOT_PROCESSED, np.int64)
    scores = np.zeros(len(documents))
    others = np.full((len(documents), confidence.NEXT), NOT_PROCESSED, np.int64)
    other_scores = np.zeros((len(documents), confidence.NEXT))
    joint = np.zeros((len(documents), texts.joint.shape[1]), np.float16)
    topics: list[Topic] = []
    parents: list[Topic] = []
    suggested: list[int | str] = []
    figures: dict[str, object] = {}
    if texts.space is not None:
        middle, sure = found.model.middle, found.confidence
        labels[texts.rows] = found.labels
        joint[texts.rows] = texts.joint
        scores[texts.rows] = sure
        others[texts.rows], other_scores[texts.rows] = confidence.next_likely(
            found.logits, found.labels, sure, found.model.calibration.slope
        )
        rows = next_to_look_at(texts, sure, found.known.by_hand, order.random_state)
        suggested = [documents[texts.rows[row]].id for row in rows]
        topics, parents = describe(
            documents,
            texts,
            found.labels,
            away=clustering.distances(texts.vectors, middle),
            middle=middle,
            accepted_ids=found.known.accepted,
            parents={t.id: t.parent_id for t in accepted if t.parent_id is not None},
        )
        topics = [
            replace(topic, previous_id=earlier)
            for topic, earlier in zip(topics, found.previous_ids, strict=True)
        ]
        figures = quality(texts, found.labels, sure)
    return TopicReport(
        labels=labels,
        scores=scores,
        others=others,
        other_scores=other_scores,
        topics=topics,
        parents=parents,
        suggested=suggested,
        unprocessed=[(documents[i].id, reason) for i, reason in sorted(reasons.items())],
        card={**_counted(documents, texts, reasons), "topics": len(topics), "quality": figures},
        joint=joint,
        _space=texts.space,
        _model=found.model,
    )


def _counted(
    documents: Sequence[Document], texts: Texts, reasons: dict[int, str]
) -> dict[str, object]:
    return {
        "documents": len(documents),
        "processed": len(texts.rows),
        "near_copies": len(texts.rows) - len(texts.shaping),
        "unprocessed": dict(sorted(Counter(reasons.values()).items())),
    }
