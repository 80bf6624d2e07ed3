"""What a reader is shown of a word diff: phrases, and as much of both texts as there is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.diff import EQUAL, whole
from consult.drafts.phrases import phrase_diff

WORDS = [
    *("der", "die", "und", "in", "de", "la", "Gemeinde", "Rat", "zone", "30", "km/h", "8,50"),
    *(", ", ". ", "; ", "\n", "\t", " ", "(2) ", "avant-projet", "l’usage", "été"),
]
# Most words stand apart, some right beside the next mark or word.
TEXT = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(["", " ", " "])).map("".join)
).map("".join)


def shown(before: str, after: str) -> str:
    out = ""
    for h in phrase_diff(before, after):
        old, new = before[h.before_start : h.before_end], after[h.after_start : h.after_end]
        out += old if h.tag == EQUAL else (f"[-{old}-]" * bool(old) + f"{{+{new}+}}" * bool(new))
    return out


@given(TEXT, TEXT)
def test_deletions_applied_give_the_one_text_and_insertions_the_other(
    before: str, after: str
) -> None:
    hunks = phrase_diff(before, after)
    assert whole(hunks, before, after)
    for hunk in hunks:
        if hunk.tag == EQUAL:
            same = after[hunk.after_start : hunk.after_end]
            assert before[hunk.before_start : hunk.before_end] == same


@given(TEXT, TEXT)
def test_no_small_word_stands_alone_between_two_changes(before: str, after: str) -> None:
    hunks = phrase_diff(before, after)
    for last, kept, following in zip(hunks, hunks[1:], hunks[2:], strict=False):
        if kept.tag != EQUAL:
            continue
        words = before[kept.before_start : kept.before_end]
        around = "".join(
            text[max(at - 1, 0) : at] + text[to : to + 1]
            for text, at, to in (
                (before, last.before_end, following.before_start),
                (after, last.after_end, following.after_start),
            )
        )
        # A line or a cell is a change of its own.
        if "\n" in words + around or "\t" in words:
            continue
        assert len(re.findall(r"\w+", words)) >= 3, shown(before, after)


@given(TEXT, TEXT)
def test_a_mark_is_shown_with_its_word(before: str, after: str) -> None:
    hunks = phrase_diff(before, after)
    for index, hunk in enumerate(hunks):
        old = before[hunk.before_start : hunk.before_end]
        new = after[hunk.after_start : hunk.after_end]
        if hunk.tag == EQUAL or not (old + new).strip() or any(map(str.isalnum, old + new)):
            continue
        # Nothing but marks: then there is no word right beside it that stayed.
        assert not before[: hunk.before_start][-1:].isalnum() or hunks[index - 1].tag != EQUAL


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # An article or a preposition does not survive alone.
        (
            "Die Gemeinde legt den Plan dem Rat und der Bürgerschaft vor.",
            "Die Gemeinde stellt den Plan im Rat und in Versammlungen vor.",
            (
                "Die Gemeinde [-legt den Plan dem Rat und der Bürgerschaft-]"
                "{+stellt den Plan im Rat und in Versammlungen+} vor."
            ),
        ),
        # What says something stays.
        (
            "Le délai court à partir de la notification de la décision au requérant.",
            "Ce délai court à partir de la notification de la décision au demandeur.",
            (
                "[-Le-]{+Ce+} délai court à partir de la notification de la décision au"
                " [-requérant-]{+demandeur+}."
            ),
        ),
        # Numbers, dates and words with a hyphen are one word.
        ("une taxe de 8,50 euros", "une taxe de 8,70 euros", "une taxe de [-8,50-]{+8,70+} euros"),
        ("avant le 30.06.2026", "avant le 30.06.2027", "avant le [-30.06.2026-]{+30.06.2027+}"),
        ("cet avant-projet", "cet avant-contrat", "cet [-avant-projet-]{+avant-contrat+}"),
        # A comma stands with its word.
        ("une zone, une rue", "une zone; une rue", "une [-zone,-]{+zone;+} une rue"),
        ("une zone (30)", "une zone 30", "une zone [-(30)-]{+30+}"),
        # A number stands with its brackets.
        (
            "(1) Le plan est là.\n(2) Le conseil en décide.\n1° un ;\na) oui",
            "(1) Le plan est là.\n(3) Le conseil en décide.\n2° un ;\nb) oui",
            (
                "(1) Le plan est là.\n[-(2)-]{+(3)+} Le conseil en décide."
                "\n[-1°-]{+2°+} un ;\n[-a)-]{+b)+} oui"
            ),
        ),
        # A line that was put in stays apart from the number that changed because of it.
        (
            "(1) Le plan est là.\n(2) Le conseil en décide.",
            "(1) Le plan est là.\n(2) Une réunion est tenue.\n(3) Le conseil en décide.",
            "(1) Le plan est là.\n{+(2) Une réunion est tenue.\n+}[-(2)-]{+(3)+} Le conseil en décide.",
        ),
        # Cells of a table stay apart.
        ("a\tb\tc\nd\te\tf", "a\tx\tc\ng\te\th", "a\t[-b-]{+x+}\tc\n[-d-]{+g+}\te\t[-f-]{+h+}"),
        ("gleich", "gleich", "gleich"),
    ],
)
def test_phrases(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected
