"""The number of themes as a drawing and a table."""

import pytest

from analysis import topic_number
from consult.themes import curve


def card(
    chosen: int | None, figures: dict[int, float], others: tuple[int, ...] = ()
) -> dict[str, object]:
    return {
        "topics": chosen or 5,
        "number_of_topics": {
            "chosen": chosen,
            "reason": topic_number.STANDS_OUT,
            "alternatives": list(others),
            "curve": [{"topics": n, "above_chance": figure} for n, figure in figures.items()],
        },
    }


def test_every_reason_of_the_analysis_has_words() -> None:
    reasons = {
        topic_number.STAND_APART,
        topic_number.STANDS_OUT,
        topic_number.BEST,
        topic_number.NOTHING_CLEAR,
    }
    assert reasons == set(curve.REASONS)


def test_a_curve_lies_in_its_frame_and_higher_is_surer() -> None:
    found = curve.read(card(6, {3: -0.4, 4: 0.2, 6: 0.9, 8: 0.4, 150: 1.2}, (4, 8)))
    assert found is not None
    assert [one.number for one in found.tried if one.chosen] == [6]
    assert [one.number for one in found.tried if one.stands_out] == [4, 8]
    assert all(curve.LEFT <= one.x <= curve.WIDTH - curve.RIGHT for one in found.tried)
    assert all(curve.TOP <= one.y <= curve.HEIGHT - curve.BOTTOM for one in found.tried)
    assert found.tried[0].y == curve.HEIGHT - curve.BOTTOM  # below chance is drawn as chance
    assert found.tried[2].y < found.tried[3].y
    assert found.line.count(",") == 5


@pytest.mark.parametrize(
    ("chosen", "others", "fewer", "more"),
    [
        (6, (4, 8, 12), 4, 8),
        (6, (), 4, 9),
        (3, (), 2, 4),
        (2, (), None, 3),
        (20, (18, 5), 18, 30),
    ],
)
def test_fewer_and_more(chosen: int, others: tuple[int, ...], fewer: int | None, more: int) -> None:
    found = curve.read(card(chosen, {3: 0.1, 30: 0.2}, others))
    assert found is not None
    assert (found.fewer, found.more) == (fewer, more)


def test_a_given_number_has_no_drawing_but_neighbours() -> None:
    found = curve.read(card(None, {}))
    assert found is not None
    assert (found.tried, found.ticks, found.chosen, found.fewer, found.more) == ([], [], 5, 3, 8)


def test_one_number_alone_can_be_drawn() -> None:
    found = curve.read(card(3, {3: 0.5}))
    assert found is not None
    assert found.tried[0].labelled


def test_a_run_without_result_has_no_curve() -> None:
    assert curve.read({}) is None
