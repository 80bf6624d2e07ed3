"""Anchors: found where the person pointed, carried with the words, never put on other words."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consult.drafts.anchors import carry, locate, selector
from consult.drafts.models import DELETED, EDITED, MOVED, UNCHANGED, UNCLEAR

SPEED = (
    "(1) Les communes peuvent instaurer une zone où la vitesse est limitée à 30 km/h.\n"
    "(2) La zone est signalée à chaque entrée. Le ministre est informé."
)
TAXES = (
    "La taxe est de 8 euros par jour entamé pour une voiture.\n"
    "La taxe est de 4 euros par jour entamé pour une moto."
)


def at(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def carried(before: str, after: str, words: str) -> tuple[str, str | None]:
    found = carry(before, after, *at(before, words))
    return found.state, None if found.start is None else after[found.start : found.end]


@pytest.mark.parametrize(
    ("before", "after", "words", "state", "now"),
    [
        (SPEED, SPEED, "30 km/h", UNCHANGED, "30 km/h"),
        (SPEED, "Avant tout.\n" + SPEED, "30 km/h", UNCHANGED, "30 km/h"),
        (
            SPEED,
            SPEED.replace("30 km/h", "20 km/h"),
            "la vitesse est limitée à 30 km/h",
            EDITED,
            "la vitesse est limitée à 20 km/h",
        ),
        (
            SPEED,
            SPEED.replace("peuvent instaurer", "instaurent"),
            "peuvent instaurer",
            DELETED,
            None,
        ),
        (SPEED, SPEED.split("\n")[1], "la vitesse est limitée", DELETED, None),
        (SPEED, "", "Le ministre est informé.", DELETED, None),
        # The look-alike sibling of a struck sentence is not the sentence.
        (TAXES, TAXES.split("\n")[1], "8 euros par jour entamé", DELETED, None),
        (TAXES, TAXES.split("\n")[1], "La taxe est de 8", DELETED, None),
        (
            TAXES,
            TAXES.split("\n", maxsplit=1)[0],
            "4 euros par jour entamé pour une moto",
            DELETED,
            None,
        ),
        # One sentence is left and it could be either: a person has to say.
        (
            TAXES,
            "La taxe est de 6 euros par jour entamé pour un véhicule.",
            "par jour entamé pour une voiture",
            UNCLEAR,
            None,
        ),
        # Paragraphs that changed places.
        (
            SPEED,
            "\n".join(reversed(SPEED.split("\n"))),
            "La zone est signalée à chaque entrée.",
            MOVED,
            "La zone est signalée à chaque entrée.",
        ),
        # Equal sentences: as many as before, in their order; then one is gone, nobody knows which.
        (
            "Il paie. Il signe.\nIl paie. Il part.",
            "Il paie. Il signe.\nIl paie. Il part tôt.",
            "Il paie",
            UNCHANGED,
            "Il paie",
        ),
    ],
)
def test_where_words_go(before: str, after: str, words: str, state: str, now: str | None) -> None:
    found = carried(before, after, words)
    if state == MOVED:  # which of two swapped paragraphs moved is a matter of taste
        assert found in {(MOVED, now), (UNCHANGED, now)}
    else:
        assert found == (state, now)


def test_of_equal_sentences_nobody_knows_which_is_gone() -> None:
    before = "Une taxe est due par an.\nUne taxe est due par an."
    assert carry(before, "Une taxe est due par an.", 0, 8).state == UNCLEAR


TEXT = st.lists(
    st.sampled_from(
        [
            "la taxe est due",
            "le plan est établi",
            "par an",
            "sans délai",
            ". ",
            ".\n",
            "; ",
            " ",
            "8",
        ]
    ),
    min_size=1,
).map("".join)


@given(TEXT, st.data())
def test_identical_texts_are_the_identity(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = carry(text, text, start, end)
    assert (found.state, found.start, found.end) == (UNCHANGED, start, end)


@given(TEXT, TEXT, st.data())
def test_unchanged_means_the_same_words_and_a_span_lies_in_the_text(
    before: str, after: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(before) - 1))
    end = data.draw(st.integers(start + 1, len(before)))
    found = carry(before, after, start, end)
    assert (found.start is None) == (found.state in {DELETED, UNCLEAR})
    if found.start is not None and found.end is not None:
        assert 0 <= found.start < found.end <= len(after)
        if found.state in {UNCHANGED, MOVED}:
            assert after[found.start : found.end] == before[start:end]


@given(TEXT, TEXT, st.data())
def test_there_and_back_never_lands_on_other_words(
    before: str, after: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(before) - 1))
    end = data.draw(st.integers(start + 1, len(before)))
    assume(before[start:end].strip())
    there = carry(before, after, start, end)
    if there.start is None or there.end is None:
        return
    back = carry(after, before, there.start, there.end)
    if back.start is None or back.end is None:
        return
    if there.state == back.state == UNCHANGED:
        assert (back.start, back.end) == (start, end)
    # The way back touches the words that it began with.
    assert back.start < end
    assert start < back.end


@given(TEXT, st.data())
def test_a_selector_finds_its_words_again(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assume(text[start:end].strip())
    chosen = selector(text, start, end)
    assert text[chosen.start : chosen.end] == chosen.exact
    found = locate(text, chosen.exact, chosen.prefix, chosen.suffix)
    assert found in {None, (chosen.start, chosen.end)}


@pytest.mark.parametrize(
    ("text", "exact", "context", "occurrence", "found"),
    [
        ("une zone à 30\u00a0km/h", "30 km/h", ("", ""), None, (11, 18)),
        ("l’état\nd’urgence", "l'état  d'urgence", ("", ""), None, (0, 16)),
        ("un arrêt et un arrêt", "un arrêt", ("", ""), None, None),
        ("un arrêt et un arrêt", "un arrêt", ("", ""), 2, (12, 20)),
        ("un arrêt et un arrêt", "un arrêt", ("", ""), 3, None),
        ("un arrêt et un arrêt", "un arrêt", ("et ", ""), None, (12, 20)),
        ("un arrêt et un arrêt", "un arrêt", ("", " et"), None, (0, 8)),
        ("un arrêt", "deux arrêts", ("", ""), None, None),
        ("un arrêt", "  ", ("", ""), None, None),
        ("a.c abc", "a.c", ("", ""), None, (0, 3)),
    ],
)
def test_words_that_were_pasted(
    text: str,
    exact: str,
    context: tuple[str, str],
    occurrence: int | None,
    found: tuple[int, int] | None,
) -> None:
    assert locate(text, exact, *context, occurrence) == found


@pytest.mark.parametrize(("start", "end"), [(3, 3), (0, 99), (-1, 2), (2, 3)])
def test_a_span_without_words_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="span"):
        selector("ab cd", start, end)
