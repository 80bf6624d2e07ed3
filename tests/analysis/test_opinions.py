"""Opinion groups: planted ones are found, chance gives none, the order of people is nothing."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from analysis import OpinionReport, Votes, find_opinion_groups
from analysis.opinions import ALL_ALIKE, FEWEST_PEOPLE, NOT_BETTER, TOO_FEW
from analysis.statements import Statements, proportion_test, two_proportions_test

Table = NDArray[np.float64]
CAMPS = 2
STATEMENTS = 20
SHARED_BY_ALL, DIVIDING, UNSEEN = 18, range(12), 19
"""Of the planted statements: all agree; the camps say the opposite; nobody was shown it."""


def planted(people: int = 80, seed: int = 0) -> tuple[Table, NDArray[np.int64]]:
    """Two camps, two thirds and one third, with a tenth of contrary votes and two fifths unseen."""
    chance = np.random.default_rng(seed)
    camp = np.asarray(np.arange(people) % 3 == 0, np.int64)
    table = chance.choice([1.0, 0.0, -1.0], (people, STATEMENTS))
    for statement in DIVIDING:
        opinion = 1.0 if statement % 2 else -1.0
        table[:, statement] = np.where(camp == 1, opinion, -opinion)
    contrary = chance.random(table.shape) < 0.1
    table[contrary] *= -1
    table[chance.random(table.shape) < 0.4] = np.nan
    table[:, SHARED_BY_ALL] = 1.0
    table[:, UNSEEN] = np.nan
    return table, camp


@pytest.fixture(scope="module")
def report() -> OpinionReport:
    return find_opinion_groups(Votes.from_table(planted()[0]))


def test_planted_groups_are_found(report: OpinionReport) -> None:
    table, camp = planted()
    placed = report.labels >= 0
    assert (placed == ((~np.isnan(table)).sum(axis=1) >= 7)).all()
    assert adjusted_rand_score(camp[placed], report.labels[placed]) > 0.8
    assert [group.size for group in report.groups] == np.bincount(report.labels[placed]).tolist()
    assert report.groups[0].size > report.groups[1].size
    assert max(report.silhouettes, key=lambda k: report.silhouettes[k]) == CAMPS
    assert report.reason is None
    assert report.trust is not None
    assert report.trust.kept > 0.9
    assert report.trust.explained > 0.15


def test_groups_describe_themselves(report: OpinionReport) -> None:
    table, _ = planted()
    for group in report.groups:
        members = table[report.labels == group.id]
        assert 1 <= len(group.characteristics) <= 5
        assert group.characteristics[0].stance == 1  # agreement comes first
        for one in group.characteristics:
            assert one.statement in DIVIDING
            assert one.said == (members[:, one.statement] == one.stance).sum()
            assert one.seen == (~np.isnan(members[:, one.statement])).sum()
            elsewhere = (report.labels >= 0) & (report.labels != group.id)
            others = table[elsewhere, one.statement]
            assert (one.said_else, one.seen_else) == (
                (others == one.stance).sum(),
                (~np.isnan(others)).sum(),
            )
            assert one.share == (one.said + 1) / (one.seen + 2)
            assert one.times > 1
        np.testing.assert_allclose(
            group.centre, report.places[report.labels == group.id].mean(axis=0)
        )


def test_what_all_share_and_what_divides(report: OpinionReport) -> None:
    first = report.shared[0]
    assert (first.statement, first.stance) == (SHARED_BY_ALL, 1)
    shares = told(report, first.statement)
    assert first.shares == shares
    assert 0 < first.consensus < np.prod(shares)  # one vote more on either side
    assert len(report.divisive) == 5
    assert {one.statement for one in report.divisive} <= set(DIVIDING)
    gaps = [one.gap for one in report.divisive]
    assert gaps == sorted(gaps, reverse=True)
    for one in report.divisive:
        shares = told(report, one.statement)
        assert one.agreeing == shares
        assert 0 < one.gap < np.ptp(shares)


def told(report: OpinionReport, statement: int) -> list[float]:
    """The share of each group that agrees."""
    table = planted()[0][:, statement]
    votes = [table[(report.labels == group.id) & ~np.isnan(table)] for group in report.groups]
    return [float((mine == 1).mean()) for mine in votes]


def test_a_share_is_none_where_nobody_of_a_group_voted() -> None:
    votes = Votes.from_rows([(i, 0, 1 if i < 9 else -1) for i in range(18)], 20, 1)
    labels = np.repeat([0, 1, 2], [9, 9, 2])
    (one,) = Statements(votes, labels, 3, np.ones(1, bool)).divisive()
    assert one.agreeing == [1, 0, None]


def test_cells_hold_everybody_placed(report: OpinionReport) -> None:
    assert sum(cell.size for cell in report.cells) == (report.labels >= 0).sum()
    many = find_opinion_groups(Votes.from_table(planted(400, 1)[0]))
    assert len(many.cells) == 100
    assert sum(cell.size for cell in many.cells) == (many.labels >= 0).sum()


@pytest.mark.parametrize("seed", range(5))
def test_chance_has_no_groups(seed: int) -> None:
    table, _ = planted(120, seed)
    chance = np.random.default_rng(seed)
    for statement in range(STATEMENTS):  # shares stay, what goes with what does not
        voted = np.flatnonzero(~np.isnan(table[:, statement]))
        table[voted, statement] = table[chance.permutation(voted), statement]
    report = find_opinion_groups(Votes.from_table(table))
    assert report.reason == NOT_BETTER
    assert (report.labels == -1).all()
    assert not report.groups
    assert not report.cells
    assert not report.divisive
    assert report.shared[0].statement == SHARED_BY_ALL


@given(st.permutations(range(60)))
@settings(max_examples=8, deadline=None)
def test_the_order_of_people_is_nothing(order: list[int]) -> None:
    table, _ = planted(60, 3)
    before = find_opinion_groups(Votes.from_table(table))
    after = find_opinion_groups(Votes.from_table(table[order]))
    assert (after.labels == before.labels[order]).all()
    np.testing.assert_allclose(after.places, before.places[order], atol=1e-9)
    assert after.shared == before.shared
    assert after.divisive == before.divisive


def test_the_order_of_votes_is_nothing() -> None:
    votes = Votes.from_table(planted()[0])
    order = np.random.default_rng(0).permutation(len(votes.people))
    mixed = Votes(
        votes.people[order],
        votes.statements[order],
        votes.stances[order],
        votes.n_people,
        votes.n_statements,
    )
    assert (find_opinion_groups(mixed).labels == find_opinion_groups(votes).labels).all()


def test_a_statement_that_all_pass_changes_no_group(report: OpinionReport) -> None:
    table, _ = planted()
    passed = np.hstack([table, np.where(np.isnan(table[:, :1]), np.nan, 0.0)])
    again = find_opinion_groups(Votes.from_table(passed))
    both = (report.labels >= 0) & (again.labels >= 0)
    assert adjusted_rand_score(report.labels[both], again.labels[both]) > 0.9
    assert STATEMENTS not in {one.statement for one in again.shared}
    assert STATEMENTS not in {one.statement for one in again.divisive}


def test_statements_left_out_are_not_named_and_count_as_taken_part() -> None:
    table, camp = planted()
    gone = {0, 1, SHARED_BY_ALL}
    report = find_opinion_groups(Votes.from_table(table), left_out=gone)
    named = {one.statement for group in report.groups for one in group.characteristics}
    named |= {one.statement for one in report.shared}
    named |= {one.statement for one in report.divisive}
    assert not gone & named
    entitled = (~np.isnan(table)).sum(axis=1) >= 7
    assert ((report.labels >= 0) == entitled).all()  # votes on what is gone still count for this
    assert adjusted_rand_score(camp[entitled], report.labels[entitled]) > 0.8
    blind = table.copy()
    blind[:, sorted(gone)] *= -1  # what was said there is nothing
    again = find_opinion_groups(Votes.from_table(blind), left_out=gone)
    assert (again.labels == report.labels).all()


def test_the_number_can_be_given() -> None:
    votes = Votes.from_table(planted()[0])
    report = find_opinion_groups(votes, n_groups=4)
    assert len(report.groups) == 4
    assert list(report.silhouettes) == [4]
    with pytest.raises(ValueError, match="two groups"):
        find_opinion_groups(votes, n_groups=1)
    with pytest.raises(ValueError, match="outside the table"):
        find_opinion_groups(votes, left_out=[STATEMENTS])


@pytest.mark.parametrize(
    "table",
    [
        np.zeros((0, 0)),
        np.zeros((3, 0)),
        np.zeros((0, 3)),
        np.full((40, 12), np.nan),
        planted(FEWEST_PEOPLE - 1)[0],
        np.eye(1),
    ],
)
def test_too_few_people_have_no_groups(table: Table) -> None:
    report = find_opinion_groups(Votes.from_table(table))
    assert report.reason == TOO_FEW
    assert report.labels.tolist() == [-1] * len(table)
    assert report.places.shape == (len(table), 2)
    assert report.groups == []


@pytest.mark.parametrize("stance", [1.0, 0.0, -1.0])
def test_all_the_same_is_no_group(stance: float) -> None:
    report = find_opinion_groups(Votes.from_table(np.full((30, 9), stance)))
    assert report.reason == ALL_ALIKE
    assert not report.places.any()
    assert [one.stance for one in report.shared] == ([stance] * 5 if stance else [])


@given(
    arrays(
        np.float64,
        st.tuples(st.integers(0, 24), st.integers(0, 9)),
        elements=st.sampled_from([1.0, 0.0, -1.0, np.nan]),
    )
)
@settings(max_examples=60, deadline=None)
def test_any_table_gives_a_consistent_report(table: Table) -> None:
    report = find_opinion_groups(Votes.from_table(table))
    assert len(report.labels) == len(report.places) == len(table)
    assert np.isfinite(report.places).all()
    assert (report.labels.max(initial=-1) + 1) == len(report.groups)
    assert (report.reason is None) == bool(report.groups)
    assert sum(group.size for group in report.groups) == (report.labels >= 0).sum()


def test_what_is_no_table_of_votes_is_refused() -> None:
    for rows, message in (
        ([(0, 0, 2)], "a stance is"),
        ([(0, 5, 1)], "outside the table"),
        ([(-1, 0, 1)], "outside the table"),
        ([(0, 0, 1), (0, 0, -1)], "voted twice"),
    ):
        with pytest.raises(ValueError, match=message):
            Votes.from_rows(rows, 2, 2)
    assert Votes.from_rows([], 2, 2).per_person().tolist() == [0, 0]


def test_the_tests_are_those_of_polis() -> None:
    """By hand: succ and n rise by one, z = 2√n (p − ½); the second has pooled variance."""
    said, seen = np.array([8]), np.array([10])
    np.testing.assert_allclose(proportion_test(said, seen), 2 * 11**0.5 * (9 / 11 - 0.5))
    pooled = (9 + 3) / (11 + 21)
    spread = (pooled * (1 - pooled) * (1 / 11 + 1 / 21)) ** 0.5
    np.testing.assert_allclose(
        two_proportions_test(said, np.array([2]), seen, np.array([20])), (9 / 11 - 3 / 21) / spread
    )
    everybody = two_proportions_test(seen, seen, seen, seen)
    assert everybody == [0]


def test_labels_are_the_same_in_any_process() -> None:
    code = (
        "from tests.analysis.test_opinions import planted\n"
        "from analysis import Votes, find_opinion_groups\n"
        "report = find_opinion_groups(Votes.from_table(planted(200, 5)[0]))\n"
        "print(report.labels.tolist(), report.groups, report.shared, report.divisive)"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
