"""Small numbers of persons cannot be worked out, from one table or from all that were published."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp

from consult.submissions.participation.disclosure import (
    THRESHOLD,
    Cell,
    Published,
    large,
    publications,
)

START = date(2026, 3, 2)
ORDER = ("unknown", "expert", "company", "association", "citizen")


def days(*arrived: dict[str, int]) -> list[tuple[date, dict[str, int]]]:
    return [(START + timedelta(days=number), counts) for number, counts in enumerate(arrived)]


def one(**counts: int) -> Published | None:
    found = publications(days(counts), ORDER)
    return found[-1] if found else None


@pytest.mark.parametrize(
    ("counts", "shown", "few", "beside"),
    [
        # Nothing is small: everything is shown. Nobody is nobody, and no secret.
        ({"citizen": 40, "expert": 5}, {"citizen": 40, "expert": 5}, set(), set()),
        ({"citizen": 40, "expert": 0}, {"citizen": 40}, set(), set()),
        # The total would give the small one away: the first large one is hidden with it.
        ({"citizen": 40, "company": 30, "expert": 2}, {"citizen": 40}, {"expert"}, {"company"}),
        ({"citizen": 40, "company": 30, "unknown": 25, "expert": 2},
         {"citizen": 40, "company": 30}, {"expert"}, {"unknown"}),
        # "Not shown" beside one "fewer than five" is at least 19: what is smaller says too much.
        ({"citizen": 40, "company": 18, "expert": 1}, {"company": 18}, {"expert"}, {"citizen"}),
        # Two small ones do not hide each other.
        ({"citizen": 40, "company": 30, "expert": 1, "association": 4}, {"citizen": 40},
         {"expert", "association"}, {"company"}),
        ({"citizen": 40, "company": 22, "expert": 1, "association": 4}, {"company": 22},
         {"expert", "association"}, {"citizen"}),
        # Something is hidden beside a small number even where no other is left to be shown.
        ({"citizen": 30, "expert": 1}, {}, {"expert"}, {"citizen"}),
    ],
)  # fmt: skip
def test_what_is_hidden(
    counts: dict[str, int], shown: dict[str, int], few: set[str], beside: set[str]
) -> None:
    found = one(**counts)
    assert found is not None
    assert found.shown == shown
    assert {cell.key for cell in found.cells if cell.few} == few
    assert found.hidden == few | beside
    assert found.total == sum(counts.values()) == sum(shown.values()) + found.together


@pytest.mark.parametrize(
    "counts",
    [
        {"citizen": 3},
        {"citizen": 2, "expert": 2},
        {"citizen": 18, "expert": 1},
        # Whoever knows that "not shown" is at least 19 would know that 20 is 19 and one.
        {"citizen": 19, "expert": 1},
        {"citizen": 25, "expert": 2, "company": 3},
    ],
)
def test_where_nothing_can_be_hidden_nothing_is_published(counts: dict[str, int]) -> None:
    assert one(**counts) is None


def test_the_order_of_hidden_numbers_does_not_tell_their_size() -> None:
    few_experts = one(citizen=40, company=30, unknown=20, expert=1, association=4)
    few_associations = one(citizen=40, company=30, unknown=20, expert=4, association=1)
    assert few_experts is not None
    assert few_experts.cells[2:] == few_associations.cells[2:]  # type: ignore[union-attr]


def test_one_more_person_of_a_new_kind_waits_until_others_have_come() -> None:
    first, second = {"citizen": 40, "company": 30}, {"expert": 1}
    assert [p.total for p in publications(days(first, second), ORDER)] == [70]
    found = publications(days(first, second, {"company": 2}, {"company": 1}), ORDER)
    assert [p.total for p in found] == [70, 74]
    assert found[-1].hidden == {"expert", "company"}


def test_what_is_hidden_stays_hidden_while_anything_is_small() -> None:
    found = publications(
        days({"citizen": 40, "company": 30, "expert": 2}, {"unknown": 20}, {"expert": 3}), ORDER
    )
    assert [p.hidden for p in found] == [{"expert", "company"}, {"expert", "company"}, set()]


# What a reader can work out


def _range(found: Sequence[Published], key: str, at: int) -> tuple[int, int]:
    """The smallest and largest number of `key` in publication `at`, for all that was published.

    A linear programme over every number of every publication: sums, what is shown, "fewer than five",
    "not shown", and that numbers never fall. Its corners are whole numbers: in what arrived between
    publications, the sums of a day and those of a kind are two laminar families, so the matrix is
    totally unimodular.
    """
    keys = sorted({cell.key for table in found for cell in table.cells})
    index = {(t, k): t * len(keys) + n for t in range(len(found)) for n, k in enumerate(keys)}
    low, high = np.zeros(len(index)), np.zeros(len(index))
    rows: list[Any] = []
    least: list[float] = []
    most: list[float] = []
    for t, table in enumerate(found):
        for cell in table.cells:
            low[index[t, cell.key]], high[index[t, cell.key]] = _bounds(found[:t], cell, table)
        row = np.zeros(len(index))
        row[[index[t, k] for k in keys]] = 1
        rows, least, most = [*rows, row], [*least, table.total], [*most, table.total]
    for t, later in pairwise(range(len(found))):
        for k in keys:
            row = np.zeros(len(index))
            row[index[later, k]], row[index[t, k]] = 1, -1
            rows, least, most = [*rows, row], [*least, 0], [*most, np.inf]
    goal = np.zeros(len(index))
    goal[index[at, key]] = 1
    within = {"constraints": LinearConstraint(np.array(rows), least, most), "bounds": (low, high)}
    smallest, largest = milp(goal, **within), milp(-goal, **within)
    assert (smallest.status, largest.status) == (0, 0), "what was published contradicts itself"
    return round(smallest.fun), round(-largest.fun)


def _bounds(before: Sequence[Published], cell: Cell, table: Published) -> tuple[int, int]:
    """What is shown says so much of a number, and the rule that is published too."""
    if cell.count is not None:
        return cell.count, cell.count
    if cell.few:
        return 1, THRESHOLD - 1
    last = before[-1] if before else None
    if last is None or cell.key in last.shown or cell.key not in last.hidden:
        return large(sum(other.few for other in table.cells)), table.total
    return THRESHOLD, table.total


def _history(chance: random.Random) -> list[tuple[date, dict[str, int]]]:
    likely = {key: chance.choice([0.02, 0.1, 0.3, 1, 4, 9]) for key in ORDER}
    made = []
    for _day in range(chance.randint(1, 14)):
        arrived: dict[str, int] = {}
        for key, rate in likely.items():
            count = int(chance.expovariate(1 / rate)) if chance.random() < 0.7 else 0
            if count or chance.random() < rate / 10:
                arrived[key] = max(1, count)
        made.append(arrived)
    return days(*made)


@pytest.mark.parametrize("seed", range(60))
def test_no_small_number_can_be_worked_out_from_all_that_was_published(seed: int) -> None:
    """Whoever kept every table ever published knows of a hidden small number that it is small."""
    found = publications(_history(random.Random(seed)), ORDER)
    if not found:
        return
    still_small = {cell.key for cell in found[-1].cells if cell.few}
    for at, table in enumerate(found):
        for cell in table.cells:
            if cell.few and cell.key in still_small:
                assert _range(found, cell.key, at) == (1, THRESHOLD - 1), (at, cell.key)


def test_the_histories_hold_what_they_should_try() -> None:
    """Small numbers that last over several tables, and days on which nothing could be published."""
    lasting = held_back = 0
    for seed in range(60):
        history = _history(random.Random(seed))
        found = publications(history, ORDER)
        held_back += len(found) < len(history)
        lasting += len(found) > 2 and any(c.few for c in found[-1].cells)
    assert lasting > 15
    assert held_back > 15


def test_a_table_without_secondary_suppression_would_be_found_out() -> None:
    """The judge of the property above is no rubber stamp."""
    careless = (Cell("citizen", 40), Cell("company", 30), Cell("expert", None, few=True))
    assert _range([Published(START, 72, careless)], "expert", 0) == (2, 2)
    # One more arrived, and it is of a kind that was not there.
    first = Published(START, 70, (Cell("citizen", 40), Cell("company", 30)))
    cells = (Cell("citizen", 40), Cell("company", None), Cell("expert", None, few=True))
    assert _range([first, Published(START, 71, cells)], "expert", 1) == (1, 1)
