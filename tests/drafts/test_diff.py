"""The word diff: both texts can be had back, phrases stay whole, and no text is too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.diff import EQUAL, tokens, units, whole, word_diff

# Few words, so that the texts are much alike and repeat themselves.
TEXT = st.lists(
    st.sampled_from(["la", "zone", "30", "km/h", "où", ". ", " ", "\n", "; ", "é", "(2) ", "\n\n"])
).map("".join)


def shown(before: str, after: str) -> str:
    out = ""
    for h in word_diff(before, after):
        old, new = before[h.before_start : h.before_end], after[h.after_start : h.after_end]
        out += old if h.tag == EQUAL else (f"[-{old}-]" * bool(old) + f"{{+{new}+}}" * bool(new))
    return out


@given(TEXT, TEXT)
def test_both_texts_can_be_recovered(before: str, after: str) -> None:
    hunks = word_diff(before, after)
    assert whole(hunks, before, after)
    for hunk in hunks:
        if hunk.tag == EQUAL:
            same = after[hunk.after_start : hunk.after_end]
            assert before[hunk.before_start : hunk.before_end] == same


@given(st.text(), st.text())
def test_any_text_can_be_compared(before: str, after: str) -> None:
    assert whole(word_diff(before, after), before, after)


@given(st.text())
def test_tokens_and_sentences_are_the_text(text: str) -> None:
    assert "".join(t.words for t in tokens(text)) == text
    assert "".join(u.words for u in units(text)) == text


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "Les communes peuvent instaurer une zone à 30 km/h.",
            "Les communes instaurent une zone à 20 km/h.",
            "Les communes [-peuvent instaurer-]{+instaurent+} une zone à [-30-]{+20+} km/h.",
        ),
        # A struck sentence shows as struck, even where the next begins with the same words.
        (
            "La taxe est de 8 euros par jour. La taxe est de 4 euros par heure.",
            "La taxe est de 4 euros par heure.",
            "[-La taxe est de 8 euros par jour. -]La taxe est de 4 euros par heure.",
        ),
        # A paragraph put between two others, the last renumbered.
        (
            "(1) Le plan est là.\n(2) Le conseil en décide.",
            "(1) Le plan est là.\n(2) Une réunion est tenue.\n(3) Le conseil en décide.",
            "(1) Le plan est là.\n{+(2) Une réunion est tenue.\n+}([-2-]{+3+}) Le conseil en décide.",
        ),
        # A definition written anew keeps the end that it had.
        (
            "tout engin sans place assise, notamment la trottinette ;",
            "celui visé par la loi, notamment la trottinette ;",
            "[-tout engin sans place assise-]{+celui visé par la loi+}, notamment la trottinette ;",
        ),
        ("gleich", "gleich", "gleich"),
        ("", "neu", "{+neu+}"),
        ("alt", "", "[-alt-]"),
    ],
)
def test_phrases_not_crumbs(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ab " * 10_000, "ba " * 10_000),
        ("a b c. " * 4_000, "a b d. " * 4_000),
        ("." * 30_000, ",." * 15_000),
        ("\n" * 30_000, "\n\n " * 10_000),
        ("x y z. y x z. " * 2_000, "y x z. " * 4_000),
        ("à " * 60_000, "ù " * 60_000),
    ],
)
def test_repetitive_texts_are_bounded_by_construction(before: str, after: str) -> None:
    assert whole(word_diff(before, after), before, after)
