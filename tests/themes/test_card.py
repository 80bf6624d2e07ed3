"""What the analysis says of its method can be said in every language."""

from analysis.card import METHOD
from consult.themes.card import METHODS, read


def test_the_method_of_the_analysis_has_words() -> None:
    card = read({"method": METHOD})
    assert card.method in METHODS.values()
    assert card.method_version.isdigit()


def test_a_method_that_is_not_known_stays_as_it_is() -> None:
    assert (read({"method": "first word"}).method, read({}).method) == ("first word", "")
