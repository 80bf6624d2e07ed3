"""The word diff: both texts can be had back, phrases stay whole, and no text is too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq

from consult.drafts import diff
from consult.drafts.diff import EQUAL, tokens, whole, word_diff
from consult.drafts.sentences import units

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
        # Two sentences became one, and one became two.
        (
            "Le plan est affiché à la mairie. Il est publié sur le site de la commune.",
            "Le plan est affiché à la mairie et il est publié sur le site de la commune.",
            "Le plan est affiché à la mairie[-. Il-]{+ et il+} est publié sur le site de la commune.",
        ),
        (
            "Der Plan wird ausgelegt, und die Gemeinde beantwortet alle Einwände schriftlich.",
            "Der Plan wird ausgelegt. Die Gemeinde beantwortet alle Einwände schriftlich.",
            "Der Plan wird ausgelegt[-, und die-]{+. Die+} Gemeinde beantwortet alle Einwände schriftlich.",
        ),
        ("gleich", "gleich", "gleich"),
        ("", "neu", "{+neu+}"),
        ("alt", "", "[-alt-]"),
    ],
)
def test_phrases_not_crumbs(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


# Thirty thousand characters and more that repeat themselves in every way.
ADVERSARIAL = {
    "one word again and again": ("a " * 15_000, "a " * 14_000 + "b " + "a " * 999),
    "pairs turned round": ("ab " * 10_000, "ba " * 10_000),
    "alternating pairs": ("a b c d e " * 3_000, "a b c d f " * 3_000),
    "one word without spaces": ("x" * 30_000, "x" * 29_999 + "y"),
    "sentences alike": ("a b c. " * 4_300, "a b d. " * 4_300),
    "lines nearly alike": (
        "".join(f"Zeile {i} sagt das.\n" for i in range(1_500)),
        "".join(f"Zeile {i} sagt dies.\n" for i in range(1_500)),
    ),
    "marks": ("." * 30_000, ",." * 15_000),
    "marks one by one": (". " * 15_000, "! " * 15_000),
    "closing marks": (".»" * 15_000, ". »" * 10_000),
    "line ends": ("\n" * 30_000, "\n\n " * 10_000),
    "sentences in turn": ("x y z. y x z. " * 2_000, "y x z. " * 4_000),
    "many gaps": (
        "".join(f"u{i} v{j} w. " for i in range(60) for j in range(50)),
        "".join(
            f"k q{j} w. " if j < 49 else f"u{i} v{j} w. " for i in range(60) for j in range(50)
        ),
    ),
    "long": ("à " * 60_000, "ù " * 60_000),
}


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_the_work_is_bounded_whatever_the_text(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing n with m tokens takes n·m/64 steps: all comparisons together keep to the budget."""
    work = pairs = 0

    class Counted:
        @staticmethod
        def opcodes(left: list[str], right: list[str]) -> object:
            nonlocal work
            work += len(left) * len(right)
            return LCSseq.opcodes(left, right)

        @staticmethod
        def similarity(left: list[str], right: list[str]) -> int:
            nonlocal work, pairs
            work += len(left) * len(right)
            pairs += 1
            return LCSseq.similarity(left, right)

    monkeypatch.setattr(diff, "LCSseq", Counted)
    before, after = ADVERSARIAL[name]
    assert whole(word_diff(before, after), before, after)
    assert work <= diff.MAX_WORK
    # Each gap too large to be paired is measured once, as a whole.
    assert pairs <= diff.MAX_PAIRS_IN_ALL + len(units(before))
