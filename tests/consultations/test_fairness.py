"""The close moves by the published rule, never backwards, and never quietly."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.consultations.fairness import (
    Outage,
    days_missing,
    judge,
    moved_close,
)
from consult.kernel.clock import luxembourg

OPENS = datetime(2027, 3, 1, 23, tzinfo=UTC)  # 2 March 00:00 in Luxembourg
CLOSES = datetime(2027, 3, 21, 23, tzinfo=UTC)  # until 24:00 on 21 March


def before(hours: float, lasting: float, *, counted: bool = False) -> Outage:
    """An outage that ended so many hours before the close."""
    ended = CLOSES - timedelta(hours=hours)
    return Outage(ended - timedelta(hours=lasting), ended, counted)


TABLE = [
    # what happened, which count, days
    ("nothing", [], [], 0),
    ("just under four hours, early", [before(200, 3.99)], [False], 0),
    ("four hours, early", [before(200, 4)], [True], 1),
    ("thirty hours, early", [before(200, 30)], [True], 2),
    ("exactly a day", [before(200, 24)], [True], 1),
    ("under an hour in the last days", [before(5, 0.99)], [False], 0),
    ("an hour in the last days", [before(5, 1)], [True], 1),
    ("an hour in pieces", [before(50, 0.5), before(5, 0.5)], [True, True], 1),
    ("an hour in pieces, one too early", [before(80, 0.5), before(5, 0.5)], [False, False], 0),
    ("half an hour over the border of the last days", [before(71.75, 1.25)], [False], 0),
    ("an hour behind that border", [before(71, 1.5)], [True], 1),
    ("one before opening", [before(24 * 25, 30)], [False], 0),
    ("over the opening: three hours of it open", [before(24 * 20 - 3, 9)], [False], 0),
    ("over the opening: four hours of it open", [before(24 * 20 - 4, 9)], [True], 1),
    ("the close fell into it", [before(-2, 2.2)], [True], 1),
    ("after the close", [before(-9, 5)], [False], 0),
    ("two long ones are added up", [before(300, 5), before(200, 5)], [True, True], 1),
    ("more than a day together", [before(300, 20), before(200, 5)], [True, True], 2),
    ("what counted once counts", [before(300, 0.5, counted=True)], [True], 1),
]


@pytest.mark.parametrize(
    ("outages", "counted", "days"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_which_outages_count(outages: list[Outage], counted: list[bool], days: int) -> None:
    judged = judge(outages, OPENS, CLOSES)
    assert list(judged.counted) == counted
    assert judged.days == days


@pytest.mark.parametrize(
    ("days", "outage", "last_day"),
    [
        (0, None, 21),
        (1, None, 22),
        (3, before(5, 1), 24),
        # Down from 20:00 on the last day until 02:00: the next day is whole.
        (1, before(-2, 6), 22),
        # Until 23:00 on the next day, after four hours lost: the day after as well.
        (1, before(-23, 27), 23),
        # A weekend long: the close is not in the past when people come back.
        (1, before(-57, 61), 24),
    ],
)
def test_where_the_close_moves(days: int, outage: Outage | None, last_day: int) -> None:
    moved = luxembourg(moved_close(CLOSES, days, outage))
    assert (moved - timedelta(seconds=1)).day == last_day
    assert (moved.hour, moved.minute) == (0, 0)


def test_days_stay_days_when_the_clocks_change() -> None:
    closes = datetime(2027, 3, 27, 23, tzinfo=UTC)  # the night before summer time
    assert moved_close(closes, 1) == datetime(2027, 3, 28, 22, tzinfo=UTC)


def on(day: int, hour: int = 9) -> datetime:
    return datetime(2027, 3, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("spans", "days"),
    [
        ([], 0),
        ([(on(2), on(2, 17))], 0),
        ([(on(2), on(3))], 1),
        ([(on(2), on(5)), (on(4), on(6))], 4),
        ([(on(2), on(5)), (on(2), on(5))], 3),
        ([(datetime(2027, 2, 20, tzinfo=UTC), on(4))], 2),
        ([(on(20), on(30))], 2),
        ([(on(25), on(30))], 0),
    ],
)
def test_days_on_which_a_document_was_missing(
    spans: list[tuple[datetime, datetime]], days: int
) -> None:
    assert days_missing(spans, OPENS, CLOSES) == days


hours = st.floats(0.1, 700)
outages = st.lists(
    st.builds(before, st.floats(-100, 600), hours, counted=st.booleans()), max_size=6
)


@given(outages, st.builds(before, st.floats(-100, 600), hours))
def test_one_more_outage_never_takes_a_day_away(known: list[Outage], new: Outage) -> None:
    assert judge([*known, new], OPENS, CLOSES).days >= judge(known, OPENS, CLOSES).days
    assert moved_close(CLOSES, 0, new) >= CLOSES
    if new.began < CLOSES <= new.ended:
        lost = CLOSES - new.began
        assert moved_close(CLOSES, 0, new) >= new.ended + lost
