"""What is known before a run: topics that people accepted, where they put documents, and what an
earlier run proposed. It says where each topic lies, which texts may leave it, and which texts are
strangers to all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.clustering import Labels, Points, Weights, distances
from analysis.documents import AcceptedTopic
from analysis.texts import GROWTH, Texts
from analysis.vectors import Matrix, unit

LEAST_LIKE = 10  # percentile of the examples' own likeness from which another text fits
MISFITS = 2 * LEAST_LIKE  # per cent of the new texts that must fit nothing, to propose a topic
LOYALTY = 1.0  # log odds by which another topic must be likelier for a text to leave its own
STRANGE = 0.5  # share of the nearest texts that a stranger has more of its own kind
FITS_NONE = -1

Id = int | str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where texts stand before the run; all arrays are aligned with the texts.

    Topics are numbered: the accepted ones in the order of `accepted`, then the `earlier` ones,
    which a run proposed and nobody decided on. `decided` is where a person put a text, `stands`
    where it was left; `FITS_NONE` is nowhere. `by_hand` marks the texts that a person looked at,
    the others of `decided` are their near-copies.
    """

    accepted: list[Id]
    earlier: list[Id]
    stands: Labels
    decided: Labels
    by_hand: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """How many topics there are before the run."""
        return len(self.accepted) + len(self.earlier)

    @property
    def place(self) -> Labels:
        """The topic that each text is an example of."""
        return np.where(self.decided != FITS_NONE, self.decided, self.stands)

    @property
    def covers(self) -> bool:
        """Whether the texts that stand nowhere are a few more, and not a corpus of their own."""
        return len(self.stands) <= GROWTH * int((self.place != FITS_NONE).sum())

    def usable(self, n_topics: int | None) -> "Standing":
        """This, without the earlier proposals where they are of no use.

        They are where another number of topics is asked for, and where the corpus has grown so
        much since that everything is learned anew.
        """
        if self.covers and (n_topics is None or n_topics == self.count):
            return self
        kept = np.where(self.stands < len(self.accepted), self.stands, FITS_NONE)
        return replace(self, earlier=[], stands=kept)


def standing(
    accepted: Sequence[AcceptedTopic],
    decisions: Mapping[Id, Id],
    previous: Mapping[Id, Id],
    row: Mapping[Id, int],
    leader: Labels,
) -> Standing:
    """What `find_topics` was told, for the texts that take part.

    `row` says where a document stands, `leader` which text stands for its near-copies: these go
    where it is, or where the first of them was put. A topic without any text here is left out.
    Raises ValueError if two accepted topics share an id, a document is an example of two, or was
    put into a topic that is not accepted.
    """
    known = {topic.id for topic in accepted}
    if len(known) < len(accepted):
        raise ValueError("two accepted topics have the same id")
    for document, topic in decisions.items():
        if topic not in known:
            raise ValueError(f"document {document!r} was put into {topic!r}, which is not accepted")
    put = {document: topic for document, topic in decisions.items() if document in row}
    left = {d: t for d, t in _examples(accepted).items() if d in row and d not in put}
    before = {d: t for d, t in previous.items() if d in row and d not in put and d not in left}
    here = {*put.values(), *left.values()}
    ids = [topic.id for topic in accepted if topic.id in here]
    earlier = list(dict.fromkeys(before[d] for d in sorted(before, key=row.__getitem__)))
    number = {topic: i for i, topic in enumerate(ids)}
    later = {topic: len(ids) + i for i, topic in enumerate(earlier)}
    decided = _placed(((row[d], number[t]) for d, t in put.items()), len(leader))
    stands = _placed(((row[d], number[t]) for d, t in left.items()), len(leader))
    stands = spread(stands, leader)
    proposed = spread(_placed(((row[d], later[t]) for d, t in before.items()), len(leader)), leader)
    return Standing(
        accepted=ids,
        earlier=earlier,
        stands=np.where(stands != FITS_NONE, stands, proposed),
        decided=spread(decided, leader),
        by_hand=decided != FITS_NONE,
    )


def _examples(accepted: Sequence[AcceptedTopic]) -> dict[Id, Id]:
    shown: dict[Id, Id] = {}
    for topic in accepted:
        for document in topic.document_ids:
            if shown.setdefault(document, topic.id) != topic.id:
                raise ValueError(f"document {document!r} is an example of two accepted topics")
    return shown


def _placed(places: Iterable[tuple[int, int]], n_texts: int) -> Labels:
    labels = np.full(n_texts, FITS_NONE, np.int64)
    for text, topic in places:
        labels[text] = topic
    return labels


def spread(labels: Labels, leader: Labels) -> Labels:
    """`labels`, with near-copies put beside those that have one; the first of a group decides."""
    of_group = np.full(len(labels), FITS_NONE, np.int64)
    for row in np.flatnonzero(labels != FITS_NONE)[::-1]:
        of_group[leader[row]] = labels[row]
    return np.where(labels != FITS_NONE, labels, of_group[leader])


def sums(vectors: Matrix, weights: Weights, place: Labels, n_topics: int) -> Points:
    """The examples of each topic, weighed and added up; their direction is the topic's."""
    weighed = np.maximum(weights, 1e-9)  # an example that shapes nothing still shows the place
    total = np.zeros((n_topics, vectors.shape[1]))
    for topic in range(n_topics):
        rows = np.flatnonzero(place == topic)
        total[topic] = weighed[rows] @ vectors[rows].astype(np.float64)
    return total


def strangers(texts: Texts, known: Standing) -> NDArray[np.int64]:
    """Texts that shape topics and stand nowhere, as do most of those nearest to each.

    What comes in about a known topic lies among the texts that stand there, however unlike the
    topic's middle it is; what is about a new subject lies among its own kind.
    """
    assert texts.space is not None
    nowhere = known.place[texts.shaping] == FITS_NONE
    free = np.flatnonzero(nowhere)
    share = texts.space.neighbourhood.share_near(free, nowhere)
    return texts.shaping[free[share > STRANGE]]


def as_far_apart(new: Matrix, kept: Matrix) -> bool:
    """Whether new topics are no nearer to each other than the two nearest of the known ones."""
    if len(new) < 2:
        return True
    return len(kept) > 1 and _nearest_two(new) >= _nearest_two(kept)


def _nearest_two(middle: Matrix) -> float:
    return float(distances(middle, middle)[np.triu_indices(len(middle), 1)].min())


def fitting(vectors: Matrix, weights: Weights, place: Labels, middle: Matrix) -> Labels:
    """For each row the topic it fits, else `FITS_NONE`.

    A text fits the topic it is most like if it is as like it as nine tenths of the examples
    are like each other: the examples say how wide the topic is. A topic with fewer than three
    takes the width of the others, or else that of the texts' own neighbourhoods.
    """
    own = [_likeness(vectors[place == i], weights[place == i]) for i in range(len(middle))]
    pooled = np.concatenate(own)
    usual = float(np.percentile(pooled, LEAST_LIKE)) if len(pooled) else _usual(vectors)
    wanted = np.array([np.percentile(o, LEAST_LIKE) if len(o) > 2 else usual for o in own])
    cosine = vectors @ middle.T
    best = np.asarray(cosine.argmax(axis=1), np.int64)
    best[cosine.max(axis=1) < wanted[best]] = FITS_NONE
    return np.where(place != FITS_NONE, place, best)


def unexplained(fits: Labels, place: Labels) -> bool:
    """Whether more of the texts that stood nowhere fit nothing than chance leaves over.

    A tenth of the examples would not fit their own topic either.
    """
    new = place == FITS_NONE
    return int((fits[new] == FITS_NONE).sum()) * 100 > MISFITS * int(new.sum())


def settled(logits: Points, known: Standing, leader: Labels) -> Labels:
    """The topic of each text, given the log odds of all topics.

    Where a person put a text it stays, and its near-copies with it. Where it was left it stays
    unless another topic is clearly likelier. An example of an accepted topic leaves only where
    people have decided on points, for nothing else can say that the machine had been wrong, and
    only for another accepted one: of the others no decision has said anything.
    """
    labels = np.asarray(logits.argmax(axis=1), np.int64)[leader]
    left = np.flatnonzero(known.stands != FITS_NONE)
    own = known.stands[left]
    ahead = logits[leader[left], labels[left]] - logits[leader[left], own]
    stay = ahead <= LOYALTY
    accepted = len(known.accepted)
    stay |= (own < accepted) & ((labels[left] >= accepted) | (not known.by_hand.any()))
    labels[left[stay]] = own[stay]
    return np.where(known.decided != FITS_NONE, known.decided, labels)


def _likeness(vectors: Matrix, weights: Weights) -> NDArray[np.float64]:
    """Cosine of each example to the mean of the others; nothing where there is no other."""
    if len(vectors) < 2:
        return np.zeros(0)
    weighed = np.maximum(weights, 1e-9)[:, None] * vectors
    others = unit(weighed.sum(axis=0) - weighed)
    return np.asarray((others * vectors).sum(axis=1))


def _usual(vectors: Matrix) -> float:
    """How like a text is to its tenth neighbour, at the median of at most 500 texts."""
    sample = vectors[np.linspace(0, len(vectors) - 1, min(len(vectors), 500)).astype(int)]
    cosine = np.sort(sample @ sample.T, axis=1)
    return float(np.median(cosine[:, max(0, cosine.shape[1] - 11)]))
