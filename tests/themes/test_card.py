"""What the analysis says of its method can be said in every language."""

import pytest
from flask import Flask

from analysis import card as analysed
from analysis.reading import EMPTY, NO_CONTENT, NO_LETTERS, NOTHING_SHARED, TOO_SHORT
from consult.themes.card import METHODS, REASONS, read


@pytest.mark.parametrize("method", analysed.METHODS.values())
def test_the_methods_of_the_analysis_have_words(method: str) -> None:
    card = read({"method": method})
    assert card.method in METHODS.values()
    assert card.method_version.isdigit()


def test_a_method_that_is_not_known_stays_as_it_is() -> None:
    assert (read({"method": "first word"}).method, read({}).method) == ("first word", "")


def test_by_how_much_a_share_may_be_off_is_said_in_points_of_percent(app: Flask) -> None:
    card = read({"quality": {"disagreement": 0.38}, "confidence": {"off_by": 0.11}})
    with app.test_request_context():
        assert "d’environ 11 points de pourcentage." in card.sentences()[-1]


def test_every_reason_of_the_analysis_has_words() -> None:
    assert set(REASONS) == {EMPTY, NO_LETTERS, TOO_SHORT, NO_CONTENT, NOTHING_SHARED}
