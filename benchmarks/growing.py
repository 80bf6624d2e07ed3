"""What a run after more texts came in does to what was there: part of `benchmarks.learning`.

Texts come in by lot, an eleventh of all; or all are about one subject of which nobody had spoken,
a tenth of the others at most. The topics of the first run are then what nobody decided on, or what
people accepted, or were accepted before people decided on a hundred texts by lot. The second run
chooses by itself whether there are new topics. What moved is judged by the texts that nobody
decided on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, normalized_mutual_info_score

from analysis import AcceptedTopic, TopicReport
from benchmarks.figures import Figure, spread
from benchmarks.official import Official
from benchmarks.sets import Corpus

Rows = NDArray[np.int64]

ELEVENTH = 11
SMALLEST = 15  # texts of a subject that may come in late; fewer are no topic yet
LEAVES = 0.05  # share of the old texts that may be in another topic afterwards
FOUND = 0.5  # F1 from which a new topic is the subject that came in


def by_lot(corpus: Corpus, seed: int) -> tuple[Rows, Rows]:
    """The texts that are there, and those that come in."""
    order = np.random.default_rng(seed).permutation(len(corpus.documents))
    old = len(order) - len(order) // ELEVENTH
    return order[:old], order[old:]


def new_subject(corpus: Corpus, seed: int) -> tuple[Rows, Rows]:
    """The same, where those that come in are all about one thing and the others never."""
    random = np.random.default_rng(seed)
    subjects, sizes = np.unique(corpus.truth.astype(str), return_counts=True)
    subject = random.choice(subjects[sizes >= SMALLEST])
    old = random.permutation(np.flatnonzero(corpus.truth != subject))
    new = random.permutation(np.flatnonzero(corpus.truth == subject))
    return old, new[: len(old) // (ELEVENTH - 1)]


WAYS: dict[str, Callable[[Corpus, int], tuple[Rows, Rows]]] = {
    "by lot": by_lot,
    "new subject": new_subject,
}
DECIDED = (50, 50)  # texts that people decide on, between runs


@dataclass(frozen=True, slots=True)
class Before:
    """Where texts stood when others came in, and how a run is told of it."""

    report: TopicReport
    names: list[str | None]  # of each text's topic, None where it was not processed
    said: dict[str, Any]
    decided: frozenset[int] = frozenset()

    @classmethod
    def proposed(cls, report: TopicReport) -> "Before":
        """Nobody decided on anything."""
        names = [f"topic {label}" if label >= 0 else None for label in report.labels]
        return cls(report, names, {"previous": {i: name for i, name in enumerate(names) if name}})

    @classmethod
    def accepted(cls, report: TopicReport) -> "Before":
        """All topics were accepted as they are."""
        names = cls.proposed(report).names
        topics = [
            AcceptedTopic(f"topic {topic.id}", np.flatnonzero(report.labels == topic.id).tolist())
            for topic in report.topics
        ]
        return cls(report, names, {"accepted": topics})

    @classmethod
    def taught(cls, corpus: Corpus, seed: int) -> "Before":
        """Topics at the true number were accepted, and then texts decided on."""
        official = Official(corpus, seed)
        for count in DECIDED:
            official.decide(official.next("by lot", corpus.known, count))
        told = {"accepted": official.accepted, "decisions": official.decisions}
        decided = frozenset(int(row) for row in official.decisions)
        return cls(official.report, official.labels.tolist(), told, decided)


@dataclass
class Grown:
    """What the second runs did; a figure for each seed."""

    moved: list[float] = field(default_factory=list)  # share of the old texts
    topics: list[int] = field(default_factory=list)  # before
    new: list[int] = field(default_factory=list)  # topics proposed
    before: list[float] = field(default_factory=list)  # NMI
    after: list[float] = field(default_factory=list)
    subject: list[float] = field(default_factory=list)  # F1 of the new topic nearest to newcomers

    def judge(self, before: Before, second: TopicReport, corpus: Corpus) -> None:
        """`corpus` holds the texts of the second run, those that were there first."""
        old = len(before.names)
        names = {t.id: t.accepted_id or t.previous_id for t in second.topics}
        judged = [i for i, name in enumerate(before.names) if name and i not in before.decided]
        stayed = [names.get(second.labels[i]) == before.names[i] for i in judged]
        fresh = [topic for topic, name in names.items() if name is None]
        came = np.arange(len(corpus.documents)) >= old
        truth = corpus.truth.astype(str)
        self.moved.append(1 - float(np.mean(stayed)))
        self.topics.append(len(set(before.names) - {None}))
        self.new.append(len(fresh))
        self.before.append(
            normalized_mutual_info_score(truth[:old], [str(name) for name in before.names])
        )
        self.after.append(normalized_mutual_info_score(truth, second.labels))
        self.subject.append(
            max((float(f1_score(came, second.labels == topic)) for topic in fresh), default=0.0)
        )


def growth(data: str, corpus: Corpus, seeds: int) -> Iterator[str]:
    """Both ways to grow, at the number of topics chosen and at the true one."""
    yield (
        f"{data + ': growth':44}{'moved':38}{'topics':12}{'new':12}{'NMI before':22}{'after':22}"
        "new subject proposed, F1"
    )
    for way, split in WAYS.items():
        found: dict[str, Grown] = {}
        for seed in range(seeds):
            old, new = split(corpus, seed)
            part, whole = corpus.part(old), corpus.part(np.concatenate([old, new]))
            for name, before in _first_runs(part, seed):
                whole.memory = _memory(before.report, len(new))
                second = whole.run(None, seed, **before.said)
                found.setdefault(name, Grown()).judge(before, second, whole)
        for name, grown in found.items():
            yield _row(f"  {way}, {name}", grown, way == "new subject")


def _first_runs(corpus: Corpus, seed: int) -> Iterator[tuple[str, Before]]:
    for number, n_topics in (("own k", None), ("true k", corpus.topics)):
        first = corpus.run(n_topics, seed)
        yield f"{number}, proposed", Before.proposed(first)
        yield f"{number}, accepted", Before.accepted(first)
    yield f"true k, {sum(DECIDED)} decisions", Before.taught(corpus, seed)


def _memory(first: TopicReport, new: int) -> dict[str, Any]:
    nothing = np.zeros((new, first.joint.shape[1]), np.float16)
    return {"joint": np.vstack([first.joint, nothing]), "learned": first.learned}


def _row(name: str, grown: Grown, one_subject: bool) -> str:
    moved = Figure(name, grown.moved, LEAVES)
    proposed = ""
    if one_subject:
        times = sum(figure >= FOUND for figure in grown.subject)
        proposed = f"{times} of {len(grown.subject)}, {spread(grown.subject, 2)}"
    return (
        f"{name:44}{spread(grown.moved, 3):22}{moved.held:16} {spread(grown.topics, 0):12}"
        f"{spread(grown.new, 0):12}{spread(grown.before, 3):22}{spread(grown.after, 3):22}"
        f"{proposed}"
    )
