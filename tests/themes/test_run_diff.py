"""What one analysis says otherwise than another."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.kernel.transaction import act
from consult.themes import run_queries, signoff, work
from consult.themes.models import Run
from consult.themes.run_diff import compare, continuing
from tests import builders
from tests.themes.conftest import Analysed
from tests.themes.fakes import FakeJob, requested

themes = st.one_of(st.none(), st.integers(1, 6))
flows = st.dictionaries(st.tuples(themes, themes), st.integers(1, 9)).map(
    lambda found: {pair: n for pair, n in found.items() if pair != (None, None)}
)


def test_the_same_theme_continues_and_others_by_what_they_share() -> None:
    found = continuing({(1, 1): 2, (1, 9): 50, (2, 8): 30, (2, 7): 10, (3, 7): 9, (3, 8): 1})
    assert found == {1: 1, 8: 2}  # 7 has more of 2 than of 3, and 2 goes on in 8


def test_what_moved_is_told() -> None:
    diff = compare({(1, 1): 8, (1, 2): 2, (2, 2): 5, (4, 2): 1, (None, 1): 3, (4, None): 6})
    assert (diff.in_both, diff.stayed, diff.new, diff.left_out) == (16, 13, 3, 6)
    assert [(one.theme_id, one.stayed, list(one.came), one.new) for one in diff.themes] == [
        (1, 8, [], 3),
        (2, 5, [(1, 2), (4, 1)], 0),
    ]
    assert list(diff.gone) == [(4, 7, [(2, 1)])]


@given(flows)
def test_every_point_is_told_once(found: dict[tuple[int | None, int | None], int]) -> None:
    diff = compare(found)
    assert sum(one.points for one in diff.themes) + diff.left_out == sum(found.values())
    for one in diff.themes:
        assert one.points == one.stayed + sum(n for _, n in one.came) + one.came_otherwise + one.new
    assert diff.stayed <= diff.in_both
    continued = list(continuing(found).values())
    assert len(continued) == len(set(continued))


def test_two_runs_of_a_consultation(session: Session, place: Analysed) -> None:
    with act() as writing:
        signoff.accept(writing, place.consultation, place.themes["Bus"], **place.who)
        builders.say(writing, place.consultation, "Bus pour tous")
        builders.say(writing, place.consultation, "Piscine")
    work.analyse(FakeJob(requested(place.consultation, place.actor)))
    first, second = session.scalars(select(Run).order_by(Run.id)).all()
    assert run_queries.before(session, first) is None
    assert run_queries.before(session, second) == first
    diff = compare(run_queries.flows(session, first, second))
    bus = next(one for one in diff.themes if one.theme_id == place.themes["Bus"])
    assert (bus.continues, bus.stayed, bus.new) == (place.themes["Bus"], 2, 1)
    assert diff.stayed == diff.in_both
    assert diff.new == 2
    assert diff.left_out == 0
