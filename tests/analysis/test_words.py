"""Words: what search and topics see of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.words import content_words, fold, search_words, spans, stem, tokenise


@pytest.mark.parametrize(
    ("language", "stored", "asked"),
    [
        ("fr", "Les œuvres apaisées de l’école", "oeuvre apaisée école"),
        ("de", "Die Straßen der Städte", "strasse stadt"),
        ("de", "Bürger*innen fordern Radwege", "BÜRGER RADWEG"),
        ("lb", "D’Haiser an d’Käschten", "haus kascht"),
        ("lb", "Gemengen bauen Spillplazen", "gemeng spillplaz"),
        ("en", "The councils’ housing costs", "council cost"),
        ("fr", "L’article 12 est clair", "article 12"),
    ],
)
def test_a_query_meets_the_words_it_means(language: str, stored: str, asked: str) -> None:
    index = set(search_words(stored, language).split())
    assert set(search_words(asked, language).split()) <= index


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("fr", "vélo", "vélos"),
        ("fr", "jeu", "jeux"),
        ("fr", "loi", "lois"),
        ("fr", "loyer", "loyers"),
        ("fr", "journal", "journaux"),
        ("fr", "taxi", "taxis"),
        ("de", "Auto", "Autos"),
        ("de", "Velo", "Velos"),
        ("de", "kostenlos", "kostenlose"),
        ("de", "Haus", "Häuser"),
        ("lb", "Vëlo", "Vëloen"),
        ("en", "bike", "bikes"),
    ],
)
def test_the_plural_finds_the_singular_and_the_other_way_round(
    language: str, one: str, many: str
) -> None:
    assert search_words(one, language) == search_words(many, language)


def test_words_that_only_look_alike_stay_apart() -> None:
    assert stem("loyer", "fr") != stem("loi", "fr")
    assert stem("bus", "fr") == "bus"


def test_a_query_of_stop_words_is_empty() -> None:
    assert search_words("der die das", "de") == ""


def test_luxembourgish_is_found_in_any_case() -> None:
    assert stem("Haiser", "lb") == stem("haiser", "lb") == stem("HAISER", "lb") == "haus"


def test_content_words_keep_what_was_written() -> None:
    assert content_words("Il y a 3 Vélos", "fr") == [("velo", "Vélos")]


def test_an_unknown_language_is_only_folded() -> None:
    assert search_words("Habitação cara", "pt") == "habitacao cara"


@given(st.text())
def test_spans_lie_in_the_text_apart_and_in_order(text: str) -> None:
    found = spans(text)
    edges = [edge for span in found for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end in found)


@given(st.text(), st.sampled_from(["fr", "de", "lb", "en", None, "xx"]))
def test_any_text_becomes_words_that_stay_words(text: str, language: str | None) -> None:
    for word in search_words(text, language).split(" "):
        assert word == fold(word)
    assert all(fold(fold(word)) == fold(word) for word in tokenise(text))
