"""Sentences that were moved and amended at once are found again, or nothing is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.models import EDITED, MOVED
from consult.drafts.strays import Strays

LAMP = "La commune éclaire chaque rue du soir au matin."
BENCH = "Chaque place a un banc de bois, placé à l’ombre."
MOVED_LAMP = "La commune éclaire chaque rue et chaque place du soir au matin."


def carry(before: dict[int, str], after: dict[int, str], clause: int, words: str) -> object:
    text = before[clause]
    at = text.index(words)
    found = Strays(before, after).carry(clause, text, at, at + len(words))
    if found is None:
        return None
    to, carried = found
    return to, carried.state, after[to][carried.start : carried.end]


def test_a_sentence_that_moved_to_another_clause_and_was_amended() -> None:
    before = {1: f"{LAMP} {BENCH}", 2: "Le maire veille."}
    after = {1: BENCH, 2: f"Le maire veille. {MOVED_LAMP}"}
    assert carry(before, after, 1, "éclaire chaque rue") == (2, MOVED, "éclaire chaque rue")
    assert carry(before, after, 1, "chaque rue du soir") == (
        2,
        EDITED,
        "chaque rue et chaque place du soir",
    )


@pytest.mark.parametrize(
    "after",
    [
        # two that could be it
        {1: BENCH, 2: MOVED_LAMP, 3: "La commune éclaire chaque rue et cour du soir au matin."},
        # another sentence that only begins alike
        {1: BENCH, 2: "La commune éclaire sa mairie lors des fêtes du village."},
        {1: BENCH},
    ],
)
def test_what_is_not_certain_is_not_said(after: dict[int, str]) -> None:
    assert carry({1: f"{LAMP} {BENCH}"}, after, 1, "chaque rue") is None


def test_of_two_that_are_alike_neither_takes_the_one_that_is_left() -> None:
    other = "La commune éclaire chaque cour du soir au matin."
    before = {1: LAMP, 2: other}
    assert carry(before, {3: MOVED_LAMP}, 1, "éclaire") is None
    assert carry(before, {3: MOVED_LAMP}, 2, "éclaire") is None


def test_a_few_words_are_recognised_nowhere() -> None:
    assert carry({1: "Elle est fermée. " + BENCH}, {2: "Elle est close."}, 1, "est") is None


def test_a_sentence_that_stayed_is_no_stray() -> None:
    assert carry({1: LAMP}, {2: LAMP}, 1, "éclaire") is None


@given(st.permutations([LAMP, BENCH, "Le maire veille à cela.", "Il en rend compte chaque année."]))
def test_words_never_land_in_a_sentence_that_was_there_before(order: list[str]) -> None:
    before = dict(enumerate(order))
    after = {9 - i: sentence for i, sentence in enumerate(order) if sentence != LAMP}
    assert carry(before, after, order.index(LAMP), "chaque rue") is None
