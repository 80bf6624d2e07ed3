"""A small analysis with a known result, and a job without a worker."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from analysis import AcceptedTopic, Document, encoder
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.transaction import act
from consult.themes import runs
from consult.themes.models import Run
from tests.builders import NOW


class KilledError(BaseException):
    """Stands for kill -9: nothing of ours may catch it."""


class FakeJob:
    """Counts the acts that ask for the lease, and dies before one if told to."""

    def __init__(self, asked: Run | dict[str, Any], *, die_at: int | None = None) -> None:
        self.payload = asked if isinstance(asked, dict) else {"run": asked.id}
        self.acts = 0
        self.die_at = die_at
        self.during: Callable[[], None] | None = None

    def now(self) -> datetime:
        return NOW

    def progress(self, fraction: float, stage: str = "") -> None:  # noqa: ARG002
        assert 0 <= fraction <= 1
        if self.during is not None:
            during, self.during = self.during, None
            during()

    def check_lease(self, session: Session) -> None:  # noqa: ARG002
        self.acts += 1
        if self.acts == self.die_at:
            raise KilledError


@dataclass
class FakeApart:
    neighbour: int
    here: dict[str, list[str]]
    there: dict[str, list[str]]


@dataclass
class FakeTopic:
    id: int
    keywords: dict[str, list[str]]
    representatives: list[int]
    languages: dict[str, int] = field(default_factory=dict)
    accepted_id: int | None = None
    previous_id: int | None = None
    parent_id: int | None = None
    title: dict[str, str] = field(default_factory=dict)
    apart: FakeApart | None = None


@dataclass
class FakePlaced:
    words: list[str]


@dataclass
class FakeReport:
    labels: list[int]
    scores: list[float]
    topics: list[FakeTopic]
    unprocessed: list[tuple[int, str]]
    card: dict[str, Any] = field(default_factory=dict)
    parents: list[FakeTopic] = field(default_factory=list)
    joint: Any = None
    learned: Any = None
    suggested: list[int] = field(default_factory=list)
    others: list[list[int]] = field(default_factory=list)
    other_scores: list[list[float]] = field(default_factory=list)

    def assign_scored(self, documents: Sequence[Document]) -> list[FakePlaced]:
        return [FakePlaced(document.text.split()) for document in documents]


@dataclass
class FakeCampaign:
    member_ids: list[int]
    template_id: int
    template: str = ""
    additions: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    variant_of: int | None = None


def by_first_word(
    documents: Sequence[Document],
    topics: int | None = None,
    seed: int = 0,
    *,
    vectors: object = None,
    joint: object = None,
    learned: object = None,
    accepted: Sequence[AcceptedTopic] = (),
    decisions: Mapping[int, int] | None = None,
    previous: Mapping[int, int] | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> FakeReport:
    """One topic for each first word; topics from before take the words of their examples."""
    del vectors, joint, learned, decisions
    if progress is not None:
        progress(0.5, "topics")
    words = [d.text.split()[0] if d.text.split() else "" for d in documents]
    word_of = {d.id: word for d, word in zip(documents, words, strict=True)}
    of_accepted = {word_of[t.document_ids[0]]: t.id for t in accepted}
    of_previous = {word_of[d]: theme for d, theme in (previous or {}).items()}
    pinned = {d: t.id for t in accepted for d in t.document_ids}
    order = [*of_accepted, *sorted({w for w in words if w} - set(of_accepted))]
    label_of_theme = {theme: order.index(word) for word, theme in of_accepted.items()}
    labels = [
        label_of_theme[pinned[d.id]] if d.id in pinned else order.index(w) if w else -1
        for d, w in zip(documents, words, strict=True)
    ]
    found = [
        FakeTopic(
            id=i,
            keywords={"fr": [word, "ville"]},
            representatives=[
                int(d.id) for d, label in zip(documents, labels, strict=True) if label == i
            ][:3],
            accepted_id=int(of_accepted[word]) if word in of_accepted else None,
            apart=FakeApart((i + 1) % len(order), {"fr": [word]}, {"fr": ["contraire"]})
            if len(order) > 1
            else None,
            previous_id=None if word in of_accepted else of_previous.get(word),
        )
        for i, word in enumerate(order)
    ]
    empty = [(int(d.id), "empty") for d, label in zip(documents, labels, strict=True) if label < 0]
    card = {"method": "first word", "input_sha256": "0" * 64, "documents": len(documents)}
    report = FakeReport(labels, [0.5] * len(labels), found, empty, card)
    # The topics after it in their order come next, the third as good as out of the question.
    report.others = [
        [
            (label + step) % len(order) if label >= 0 and step < len(order) else -1
            for step in (1, 2, 3)
        ]
        for label in labels
    ]
    report.other_scores = [[0.3, 0.15, 0.004]] * len(labels)
    report.suggested = [int(d.id) for d in reversed(documents) if d.text.split()]
    return report


def by_length(documents: Sequence[Document]) -> Any:
    """A sentence vector that says how long the text is; zeros for an empty one."""
    rows = np.zeros((len(documents), encoder.DIMENSIONS), np.float16)
    rows[:, 0] = [len(document.text) for document in documents]
    return rows


def same_words(
    documents: Sequence[Document], *, progress: Callable[[float, str], None] | None = None
) -> list[FakeCampaign]:
    """A campaign for each text that occurs twice or more, or begins another text."""
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(document.text.split("|")[0].strip(), []).append(document)
    return [
        FakeCampaign(
            [int(d.id) for d in members],
            int(members[0].id),
            members[0].text,
            {int(d.id): [(d.text.index("|"), len(d.text))] for d in members if "|" in d.text},
        )
        for members in groups.values()
        if len(members) > 1
    ]


def requested(consultation: Consultation, actor: Actor) -> Run:
    with act() as session:
        return runs.request(session, consultation, actor=actor, now=NOW)
