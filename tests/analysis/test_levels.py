"""Main topics above topics: by nearness, and never against what people decided."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import AcceptedTopic, Document, find_topics
from analysis.levels import FEWEST, Above, groups, levels
from analysis.vectors import Matrix, unit
from tests.analysis.sentences import SENTENCES


def around(*sizes: int, vague: int = 0) -> Matrix:
    """Centres in well parted groups of these sizes, and some in the middle of all."""
    dimensions = len(sizes) + 1
    random = np.random.default_rng(0)
    rows = []
    for group, size in enumerate(sizes):
        rows += [
            np.eye(dimensions)[group] + 0.2 * random.standard_normal(dimensions)
            for _ in range(size)
        ]
    rows += [np.ones(dimensions) + 0.05 * random.standard_normal(dimensions) for _ in range(vague)]
    return unit(np.array(rows))


@pytest.mark.parametrize("sizes", [(4, 4), (3, 4, 5), (5, 5, 5, 5), (2, 9, 3)])
def test_groups_that_lie_apart_are_found(sizes: tuple[int, ...]) -> None:
    found = groups(around(*sizes))
    truth = np.repeat(np.arange(len(sizes)), sizes)
    assert len({*zip(found.tolist(), truth.tolist(), strict=True)}) == len({*found.tolist()})
    assert len(sizes) <= len({*found.tolist()}) <= len(sizes) + 2


def test_few_topics_need_nothing_above_them() -> None:
    assert levels(around(3, FEWEST - 4), [], {}) == []
    assert len(levels(around(4, FEWEST - 4), [], {})) == 2


def test_people_decide_what_stands_where() -> None:
    centres = around(4, 5, 3)
    accepted = ["a", "b", "c", "d"]  # the first group
    assert [above.topics for above in levels(centres, accepted, {})] == [
        [4, 5, 6, 7, 8],
        [9, 10, 11],
    ]
    # a new one in the group follows the others
    centres = np.vstack([centres, centres[:1] + 0.01])
    assert levels(centres, accepted, {"b": "m", "c": "m"})[0] == Above([1, 2, 12], "m")
    assert levels(centres, accepted, {"b": "a"})[0] == Above([1, 12], "a")
    assert levels(centres[:3], accepted[:3], {"b": "a", "c": "m"}) == [
        Above([1], "a"),
        Above([2], "m"),
    ]


@given(
    st.lists(st.tuples(*[st.floats(-1, 1)] * 3), min_size=1, max_size=25),
    st.integers(0, 6),
    st.dictionaries(st.integers(0, 5), st.sampled_from([90, 91, 0]), max_size=5),
)
def test_any_topics_get_two_levels(
    centres: list[tuple[float, ...]], n_accepted: int, parents: dict[Any, Any]
) -> None:
    ids = list(range(min(n_accepted, len(centres))))
    parents = {child: parent for child, parent in parents.items() if child not in (0, parent)}
    found = levels(unit(np.array(centres)), ids, parents)
    placed = [topic for above in found for topic in above.topics]
    assert len(placed) == len(set(placed))
    for above in found:
        if above.accepted_id is None:
            assert len(above.topics) > 1
            assert min(above.topics) >= len(ids)
    for topic in ids:
        given = [above.accepted_id for above in found if topic in above.topics]
        assert given == ([parents[topic]] if topic in parents else [])


def test_a_run_with_many_topics_proposes_main_ones() -> None:
    documents = [Document(i, text) for i, (_, _, text) in enumerate(SENTENCES)]
    report = find_topics(documents, 12)
    below = {topic.parent_id for topic in report.topics} - {None}
    assert [parent.id for parent in report.parents] == sorted(below)  # type: ignore[type-var]
    assert min(parent.id for parent in report.parents) == len(report.topics)
    titles = {title for topic in report.topics for title in topic.title.values()}
    for parent in report.parents:
        children = [topic for topic in report.topics if topic.parent_id == parent.id]
        assert len(children) > 1
        assert parent.size == sum(topic.size for topic in children)
        assert parent.size == sum(parent.languages.values())
        assert parent.title
        assert not titles & set(parent.title.values())
        assert parent.keywords
        assert parent.representatives == []
    assert find_topics(documents, 5).parents == []


def test_accepted_topics_keep_their_place() -> None:
    documents = [Document(i, text) for i, (_, _, text) in enumerate(SENTENCES)]
    rows = {s: [i for i, x in enumerate(SENTENCES) if x[0] == s] for s in ("rent", "bike", "waste")}
    accepted = [
        AcceptedTopic("R", rows["rent"]),
        AcceptedTopic("B", rows["bike"], "traffic"),
        AcceptedTopic("W", rows["waste"], "R"),
    ]
    report = find_topics(documents, 5, accepted=accepted)
    traffic = report.parents[0]
    assert (traffic.accepted_id, traffic.id) == ("traffic", len(report.topics))
    assert [topic.parent_id for topic in report.topics[:3]] == [None, traffic.id, 0]
