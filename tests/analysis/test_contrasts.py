"""What sets a topic apart from its neighbour."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis import Document, find_topics
from analysis.contrasts import WORDS, Apart, contrasts
from analysis.keywords import readable
from analysis.reading import read
from tests.analysis.sentences import SENTENCES

PARKS = [f"Der Park braucht Bäume und Schatten, {i} Bäume mehr." for i in range(12)]
POOLS = [f"Der Park braucht ein Schwimmbad mit Wasser, {i} Becken." for i in range(12)]
TAXES = [f"Die Steuer auf Erbschaften ist ungerecht, {i} Prozent." for i in range(12)]
CENTRES = np.array([[1.0, 0.0, 0.1], [0.9, 0.3, 0.1], [0.0, 0.1, 1.0]])


def described(*topics: list[str], centres: np.ndarray = CENTRES) -> list[Apart]:
    readings = [
        read(Document(i, text)) for i, text in enumerate(t for topic in topics for t in topic)
    ]
    labels = np.repeat(np.arange(len(topics)), [len(topic) for topic in topics])
    found = contrasts(readings, labels, centres[: len(topics)], readable(readings))
    assert None not in found
    return [apart for apart in found if apart]


def test_neighbours_are_told_apart_by_what_only_one_says() -> None:
    parks, pools, taxes = described(PARKS, POOLS, TAXES)
    assert (parks.neighbour, pools.neighbour) == (1, 0)
    assert set(parks.here["de"]) == {"Bäume", "Schatten"}  # both speak of the park
    assert set(parks.there["de"]) == {"Schwimmbad", "Wasser", "Becken"}
    assert (parks.here, parks.there) == (pools.there, pools.here)
    assert "Steuer" in taxes.here["de"]


def test_a_word_of_one_person_is_no_sign() -> None:
    parks, _ = described([*PARKS, "Der Park braucht einen Springbrunnen."], POOLS)
    assert "Springbrunnen" not in parks.here["de"]


def test_a_vague_topic_is_not_everybodys_neighbour() -> None:
    centres = np.array([[0.6, 0.6, 0.6], [1.0, 0.0, 0.1], [0.8, 0.5, 0.0], [0.0, 0.2, 1.0]])
    found = described(["Alles ist anders."], PARKS, POOLS, TAXES, centres=centres)
    assert [apart.neighbour for apart in found[1:3]] == [2, 1]


def test_languages_are_compared_within_themselves() -> None:
    report = find_topics([Document(i, text) for i, (_, _, text) in enumerate(SENTENCES)], 5)
    for topic in report.topics:
        assert topic.apart is not None
        assert topic.apart.neighbour != topic.id
        assert set(topic.apart.here) <= {"fr", "de", "lb", "en"}
    assert find_topics([Document(1, "Bäume im Park pflanzen")]).topics[0].apart is None


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.lists(st.sampled_from(PARKS + POOLS), max_size=2)),
        min_size=1,
        max_size=12,
    )
)
def test_any_topics_can_be_compared(texts: list[tuple[int, list[str]]]) -> None:
    readings = [read(Document(i, " ".join(words))) for i, (_, words) in enumerate(texts)]
    labels = np.array([label for label, _ in texts])
    for apart in contrasts(readings, labels, CENTRES, readable(readings)):
        assert apart is not None
        for words in (*apart.here.values(), *apart.there.values()):
            assert 1 <= len(words) <= WORDS
