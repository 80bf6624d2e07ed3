"""Quotes of a topic: three that are readable, differ, and together speak for it."""

import numpy as np
import pytest

from analysis import Document, find_topics
from analysis.clustering import Labels
from analysis.quotes import QUOTES, TOO_ALIKE, quotes
from analysis.reading import read
from analysis.vectors import Matrix, unit
from tests.analysis.sentences import SENTENCES


def near(angles: list[float]) -> Matrix:
    """Points on a circle, by their angle in degrees."""
    turned = np.radians(angles)
    return np.column_stack([np.cos(turned), np.sin(turned)])


def chosen(texts: list[str], vectors: Matrix, labels: list[int] | None = None) -> list[list[int]]:
    """The quotes of topics whose centres are the means of their texts."""
    grouped: Labels = np.array(labels or [0] * len(texts))
    middle = unit(np.vstack([vectors[grouped == t].mean(axis=0) for t in range(max(grouped) + 1)]))
    away = np.linalg.norm(vectors[:, None] - middle[None], axis=2)
    readings = [read(Document(i, text, "de")) for i, text in enumerate(texts)]
    return quotes(texts, readings, vectors, grouped, away)


def sentence(*words: str) -> str:
    """A sentence of a good length with no content but `words`."""
    return "Wir alle sollten hier noch viel mehr " + " und ".join(words) + " haben."


def test_each_part_of_a_topic_is_heard() -> None:
    subjects = ["Bänke", "Brunnen", "Bäume"]
    texts = [sentence(subject, f"Ding{i}{subject}") for subject in subjects for i in range(6)]
    (rows,) = chosen(texts, near([a + i for a in (0, 30, 60) for i in range(6)]))
    assert sorted(row // 6 for row in rows) == [0, 1, 2]
    assert rows[0] // 6 == 1  # the middle first


def test_quotes_do_not_repeat_each_other() -> None:
    texts = [sentence("Bänke", "Brunnen"), sentence("Bänke", "Brunnen", "Bäume"), sentence("Busse")]
    (rows,) = chosen(texts, near([0, 1, 20]))
    assert len(rows) == 2
    assert 2 in rows


@pytest.mark.parametrize(
    "worse",
    [
        "Mehr Sitzgelegenheiten bitte.",
        sentence("Bänke", "mehr unter https://www.example.org"),
        " ".join(f"Überlegung{i}" for i in range(70)),
    ],
)
def test_readable_texts_come_first(worse: str) -> None:
    good = [sentence("Spielplätze"), sentence("Laternen"), sentence("Fahnen")]
    vectors = near([5, 5, 2, 8])
    assert sorted(chosen([worse, *good], vectors)[0]) == [1, 2, 3]
    assert chosen([worse, *good[:1]], vectors[:2])[0] == [1, 0]  # better than nothing
    assert chosen([worse], vectors[:1]) == [[0]]


def test_quotes_of_real_topics_differ_and_belong_to_them() -> None:
    documents = [Document(i, text) for i, (_, _, text) in enumerate(SENTENCES)]
    copies = [Document(f"copy {i}", SENTENCES[i][2]) for i in range(0, 60, 4)]
    report = find_topics([*documents, *copies], 5)
    words = {d.id: set(read(d).stems) for d in [*documents, *copies]}
    label = dict(zip([d.id for d in [*documents, *copies]], report.labels, strict=True))
    for topic in report.topics:
        assert len(topic.representatives) == QUOTES
        assert {label[i] for i in topic.representatives} == {topic.id}
        for i, one in enumerate(topic.representatives):
            for other in topic.representatives[:i]:
                common = len(words[one] & words[other]) / len(words[one] | words[other])
                assert common <= TOO_ALIKE
