"""The rule as a truth table: own answer, else the campaign's, else the nearest theme's upwards."""

from dataclasses import replace

import pytest

from consult.answers.rule import Rule, ThemeNode

MAIN, SUB, PROPOSED, ASIDE, MERGED, OTHER = 1, 2, 3, 4, 5, 6
THEMES = {
    MAIN: ThemeNode(MAIN, None, "accepted"),
    SUB: ThemeNode(SUB, MAIN, "accepted"),
    PROPOSED: ThemeNode(PROPOSED, MAIN, "proposed"),
    ASIDE: ThemeNode(ASIDE, MAIN, "set_aside"),
    MERGED: ThemeNode(MERGED, OTHER, "merged", SUB),
    OTHER: ThemeNode(OTHER, None, "accepted"),
}
OWN, CAMPAIGN, ON_MAIN, ON_SUB, ON_OTHER = 10, 20, 31, 32, 36

# own, campaign, label; answers of campaign 7, of MAIN, of SUB → answer
TABLE = [
    (OWN, 7, SUB, True, True, True, OWN),
    (OWN, None, None, True, True, True, OWN),
    (None, 7, SUB, True, True, True, CAMPAIGN),
    (None, 7, None, True, True, True, CAMPAIGN),
    (None, 7, SUB, False, True, True, ON_SUB),
    (None, None, SUB, True, True, True, ON_SUB),
    (None, None, SUB, True, True, False, ON_MAIN),
    (None, None, SUB, True, False, False, None),
    (None, None, MAIN, True, True, True, ON_MAIN),
    (None, None, MAIN, True, False, True, None),
    (None, None, None, True, True, True, None),
    (None, None, MERGED, True, True, True, ON_SUB),
    (None, None, MERGED, True, True, False, ON_MAIN),
    (None, None, PROPOSED, True, True, True, ON_MAIN),
    (None, None, ASIDE, True, True, True, None),
    (None, 8, SUB, True, True, True, ON_SUB),
    (None, None, 99, True, True, True, None),
]


Row = tuple[int | None, int | None, int | None, bool, bool, bool, int | None]


@pytest.mark.parametrize("row", TABLE)
def test_the_truth_table(row: Row) -> None:
    own, campaign, label, on_7, on_main, on_sub, answer = row
    rule = Rule(
        themes=THEMES,
        theme_answers={
            OTHER: ON_OTHER,
            **({MAIN: ON_MAIN} if on_main else {}),
            **({SUB: ON_SUB} if on_sub else {}),
        },
        campaign_answers={7: CAMPAIGN} if on_7 else {},
    )
    assert rule.answer(own=own, campaign_id=campaign, theme_id=label) == answer


def test_an_answer_on_a_theme_that_is_only_proposed_counts_for_nothing() -> None:
    rule = Rule(themes=THEMES, theme_answers={PROPOSED: 99})
    assert rule.answer(own=None, campaign_id=None, theme_id=PROPOSED) is None


def test_the_answer_of_a_merged_theme_gives_way_to_that_of_the_theme_it_went_into() -> None:
    rule = Rule(themes=THEMES, theme_answers={MERGED: 99, SUB: ON_SUB})
    assert rule.answer(own=None, campaign_id=None, theme_id=MERGED) == ON_SUB


def test_the_answer_of_a_merged_theme_is_not_lost_where_the_other_has_none() -> None:
    rule = Rule(themes=THEMES, theme_answers={MERGED: 99, MAIN: ON_MAIN})
    assert rule.answer(own=None, campaign_id=None, theme_id=MERGED) == 99
    assert rule.answer(own=None, campaign_id=None, theme_id=SUB) == ON_MAIN


def test_themes_that_stand_in_a_circle_end() -> None:
    loop = {MAIN: replace(THEMES[MAIN], parent_id=SUB), SUB: THEMES[SUB]}
    rule = Rule(themes=loop)
    assert rule.answer(own=None, campaign_id=None, theme_id=SUB) is None
