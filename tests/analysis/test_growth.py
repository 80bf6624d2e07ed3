"""More comments come in: what people accepted and where texts stood lasts, new subjects are seen."""

import random
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis import AcceptedTopic, Document, TopicReport, embed, find_topics, neighbours
from analysis.neighbours import Neighbourhood
from analysis.vectors import unit
from tests.analysis.sentences import SENTENCES

KINDS = sorted({subject for subject, _, _ in SENTENCES})
EACH = 60  # texts on a subject
NEWCOMERS = 16  # texts on a subject of which nobody had spoken
MOVED = 0.05  # share of the old texts that may be elsewhere afterwards
SINGLE = [Document(i, text) for i, (_, _, text) in enumerate(SENTENCES)]
VECTORS = embed(SINGLE)

Said = dict[str, list[AcceptedTopic] | dict[int | str, int | str]]


def texts_on(kind: str, count: int) -> list[str]:
    """Words that people used on a subject, a handful at a time, in one language each."""
    chance = random.Random(kind)
    said_in: dict[str, list[str]] = {}
    for subject, language, text in SENTENCES:
        if subject == kind and language in ("fr", "de"):
            said_in.setdefault(language, []).extend(re.findall(r"[^\W\d_]{4,}", text))
    return [" ".join(chance.sample(said_in["fr" if i % 2 else "de"], 9)) for i in range(count)]


def documents(*kinds: str, count: int = EACH) -> list[Document]:
    texts = [(kind, i, text) for kind in kinds for i, text in enumerate(texts_on(kind, count))]
    return [Document(f"{kind} {i}", text) for kind, i, text in texts]


def said(old: list[Document], report: TopicReport, by: str) -> Said:
    """The topics of a run, accepted by people or left as they were proposed."""
    stood = {document.id: int(label) for document, label in zip(old, report.labels, strict=True)}
    if by == "proposed":
        return {"previous": {document: f"topic {label}" for document, label in stood.items()}}
    return {
        "accepted": [
            AcceptedTopic(f"topic {topic.id}", [d for d in stood if stood[d] == topic.id])
            for topic in report.topics
        ]
    }


def names(report: TopicReport) -> list[int | str | None]:
    """What each topic was called before the run, None for a new one."""
    return [topic.accepted_id or topic.previous_id for topic in report.topics]


def moved(before: NDArray[np.int64], report: TopicReport) -> float:
    after = [names(report)[label] for label in report.labels[: len(before)]]
    return float(np.mean([f"topic {b}" != a for b, a in zip(before, after, strict=True)]))


@pytest.mark.parametrize("by", ["accepted", "proposed"])
def test_old_texts_stay_and_nothing_is_proposed_when_more_of_the_same_comes_in(by: str) -> None:
    everything = documents(*KINDS)
    order = np.random.default_rng(0).permutation(len(everything))
    everything = [everything[i] for i in order]
    old = everything[: len(order) * 10 // 11]
    first = find_topics(old, len(KINDS))
    report = find_topics(everything, **said(old, first, by))  # type: ignore[arg-type]
    assert moved(first.labels, report) <= MOVED
    assert None not in names(report)


@pytest.mark.parametrize("by", ["accepted", "proposed"])
@pytest.mark.parametrize("late", [["trees"], ["bike", "waste"]])
def test_subjects_that_come_in_are_proposed_and_no_others(by: str, late: list[str]) -> None:
    old = documents(*(kind for kind in KINDS if kind not in late))
    new = documents(*late, count=NEWCOMERS)
    first = find_topics(old, len(KINDS) - len(late))
    report = find_topics([*old, *new], **said(old, first, by))  # type: ignore[arg-type]
    assert moved(first.labels, report) <= MOVED
    fresh = [topic.id for topic, name in zip(report.topics, names(report), strict=True) if not name]
    assert len(fresh) == len(late)
    came = np.array([str(document.id).split()[0] for document in new])
    for kind in late:
        label, count = np.unique(report.labels[len(old) :][came == kind], return_counts=True)
        assert label[count.argmax()] in fresh
        assert count.max() >= 0.8 * count.sum()


def test_what_people_accepted_goes_to_no_theme_that_nobody_accepted() -> None:
    old = documents(*KINDS[1:])
    new = documents(KINDS[0], count=NEWCOMERS)
    first = find_topics(old, len(KINDS) - 1)
    told = said(old, first, "accepted")
    decisions = {new[0].id: "topic 0", old[0].id: f"topic {first.labels[0]}"}
    report = find_topics([*old, *new], **told, decisions=decisions)  # type: ignore[arg-type]
    assert names(report)[-1] is None
    assert all(names(report)[label] for label in report.labels[: len(old)])


def test_a_few_strangers_are_no_topic() -> None:
    old = documents(*KINDS[1:])
    first = find_topics(old, len(KINDS) - 1)
    few = documents(KINDS[0], count=8)
    report = find_topics([*old, *few], **said(old, first, "accepted"))  # type: ignore[arg-type]
    assert None not in names(report)


places = st.lists(st.sampled_from([*"abc", None]), min_size=60, max_size=60)


@settings(max_examples=15)
@given(places, st.dictionaries(st.integers(0, 59), st.sampled_from("abcd"), max_size=8), st.data())
def test_accepted_themes_never_vanish_and_what_a_person_placed_stays(
    stood: list[str | None], decisions: dict[int | str, int | str], data: st.DataObject
) -> None:
    wanted = data.draw(st.sampled_from([None, 1, 3, 6]))
    accepted = [AcceptedTopic(kind, [i for i in range(60) if stood[i] == kind]) for kind in "abcd"]
    report = find_topics(
        SINGLE,
        wanted,
        vectors=VECTORS,
        accepted=accepted,
        decisions=decisions,
        previous={i: "proposed" for i in range(60) if stood[i] is None and i % 2},
    )
    left = {theme for i, theme in enumerate(stood) if theme and i not in decisions}
    kept = [topic.accepted_id for topic in report.topics if topic.accepted_id is not None]
    assert kept == sorted({*map(str, decisions.values()), *left})
    of = {topic.id: topic.accepted_id for topic in report.topics}
    for document, theme in decisions.items():
        assert of[int(report.labels[int(document)])] == theme
        assert report.scores[int(document)] == 1
    if not decisions:
        assert all(of[int(report.labels[i])] == s for i, s in enumerate(stood) if s is not None)


@pytest.mark.parametrize("exact_up_to", [10_000, 50])
def test_the_nearest_texts_are_counted_at_once_and_in_cells(
    exact_up_to: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "EXACT_UP_TO", exact_up_to)
    monkeypatch.setattr(neighbours, "CELL", 60)
    noise = np.random.default_rng(1)
    marked = np.arange(120) % 2 == 0
    middle = np.where(marked[:, None], np.eye(8)[0], np.eye(8)[1])
    near = Neighbourhood(unit(middle + 0.05 * noise.standard_normal((120, 8))), 0)
    asked = np.array([4, 5, 117, 0])
    assert near.share_near(asked, marked).tolist() == [1, 0, 0, 1]
