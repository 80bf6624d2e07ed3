"""Three texts side by side: nothing of any of them is lost, and nothing of mine is overwritten."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from consult.drafts.overlay import overlay
from consult.drafts.threeway import (
    APART,
    BOTH,
    FIRST,
    SAME,
    SECOND,
    changed,
    merge,
    segments,
    taking,
)
from consult.kernel.i18n import speaking

BASE = "Die Gebühr beträgt 30 Euro im Jahr. Kinder zahlen nichts. Der Rat beschließt im Mai."
TEXTS = st.lists(
    st.sampled_from(
        ["der ", "Rat ", "beschließt ", "30 ", "Euro", ". ", "\n\n", "(2) ", ", ", "Kinder ", "im "]
    ),
    max_size=25,
).map("".join)


def kinds(base: str, first: str, second: str) -> list[tuple[str, str]]:
    """What is not the same everywhere, with the words of the first side."""
    return [(s.kind, s.first) for s in segments(base, first, second) if s.kind != SAME]


def test_where_two_agree_and_where_they_differ() -> None:
    first = BASE.replace("30", "20").replace("nichts", "die Hälfte").replace("Mai", "Juni")
    second = (
        BASE.replace("30", "20").replace("nichts", "wenig").replace("beschließt", "entscheidet")
    )
    assert kinds(BASE, first, second) == [
        (BOTH, "20"),
        (APART, "die Hälfte"),
        (SECOND, "beschließt"),
        (FIRST, "Juni"),
    ]


@given(TEXTS, TEXTS, TEXTS)
@example("a", "b", "")
@example("", "x", "y")
@example("im Jahr ", "im Jahr Kinder ", "im Euro")
def test_segments_joined_are_each_of_the_three_texts(base: str, first: str, second: str) -> None:
    found = segments(base, first, second)
    assert "".join(s.base for s in found) == base
    assert "".join(s.first for s in found) == first
    assert "".join(s.second for s in found) == second
    assert [second[s.start : s.end] for s in found] == [s.second for s in found]


@given(TEXTS, TEXTS)
def test_merging_with_what_changed_nothing_changes_nothing(base: str, text: str) -> None:
    assert merge(base, text, base).text == text
    assert merge(base, base, text).text == text
    assert merge(base, text, text).text == text
    assert not merge(base, text, text).conflicts


@given(TEXTS, TEXTS, TEXTS)
def test_what_is_mine_stays_where_both_changed_the_same_words(
    base: str, mine: str, theirs: str
) -> None:
    merged = merge(base, mine, theirs)
    apart = [s for s in segments(base, mine, theirs) if s.kind == APART]
    assert list(merged.conflicts) == apart
    if not [s for s in segments(base, mine, theirs) if s.kind == SECOND]:
        assert merged.text == mine


def test_a_conflict_shows_all_three_and_the_rest_is_merged() -> None:
    mine = BASE.replace("30", "25")
    theirs = BASE.replace("30", "20").replace("Mai", "Juni")
    merged = merge(BASE, mine, theirs)
    assert merged.text == mine.replace("Mai", "Juni")
    [part] = merged.conflicts
    assert (part.base, part.first, part.second) == ("30", "25", "20")


@given(TEXTS, TEXTS)
def test_some_of_the_changes_are_between_none_and_all(base: str, text: str) -> None:
    every = range(len(changed(base, text)))
    assert taking(base, text, ()) == base
    assert taking(base, text, every) == text


def test_single_changes_are_taken_by_their_number() -> None:
    text = BASE.replace("30", "20").replace("Mai", "Juni")
    assert taking(BASE, text, {0}) == BASE.replace("30", "20")
    assert taking(BASE, text, {1}) == BASE.replace("Mai", "Juni")
    assert taking(BASE, text, {7}) == BASE


def test_an_overlay_says_whose_words_they_are_and_escapes_them() -> None:
    first, second = BASE.replace("30", "20"), BASE.replace("Mai", "<b>Juni</b>")
    with speaking("en"):
        shown = str(overlay(BASE, first, second, ("No. 1", "No. 2")))
    assert "<b>" not in shown
    words = re.sub(r"<[^>]*>", "", shown)
    assert "No. 1  [deleted: 30]  [inserted: 20]" in words
    assert "No. 2  [deleted: Mai]" in words
    assert "Kinder zahlen nichts" in words


def test_an_overlay_of_what_differs_shows_the_passage_as_each_would_have_it() -> None:
    first, second = BASE.replace("30", "20"), BASE.replace("30", "10")
    with speaking("en"):
        shown = str(overlay(BASE, first, second, ("No. 1", "No. 2")))
    words = " ".join(re.sub(r"<[^>]*>", "", shown).split())
    assert "No. 1 [deleted: 30] [inserted: 20] No. 2 [deleted: 30] [inserted: 10] Euro" in words
    with speaking("en"):
        agreed = str(overlay(BASE, first, first, ("No. 1", "No. 2")))
    assert "overlay--both" in agreed
    assert "No. 1" not in agreed
