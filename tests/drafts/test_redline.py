"""The redline: every word of both texts is on the page, marked by more than colour."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.redline import changes, redline, show
from consult.kernel.i18n import speaking
from consult.kernel.markup import clean, plain_text, render_clause

MARKDOWN = st.lists(
    st.sampled_from(
        ["*la*", " zone", " **30**", " km/h", "\n\n", "\n- ", ". ", " <b>", " &", "\n\n(2) ", "x"]
    )
).map("".join)


def formatted(before: str, after: str) -> str:
    old, new = render_clause(before), render_clause(after)
    with speaking("en"):
        return str(show(new.html, changes(old.text, new.text), old.html))


def bare(markup: str) -> str:
    """Without what is said of the marks, and the sign for the end of a line."""
    return re.sub(r'<span class="visually-hidden">[^<]*</span>|¶', "", markup)


@given(MARKDOWN, MARKDOWN)
def test_the_later_text_is_whole_and_the_struck_words_are_there(before: str, after: str) -> None:
    old, new = render_clause(before), render_clause(after)
    shown = bare(formatted(before, after))
    left = plain_text(re.sub(r"<del[^>]*>.*?</del>", "", shown))
    assert left.split() == new.text.split()
    struck = " ".join(c.struck for c in changes(old.text, new.text)).split()
    found = " ".join(plain_text(part) for part in re.findall(r"<del[^>]*>(.*?)</del>", shown))
    assert sorted(found.split()) == sorted(struck)
    # Nothing but our own marks was added to what the sanitiser lets through.
    bare_of_marks = re.sub(r"</?(ins|del)>", "", shown)
    assert clean(bare_of_marks) == bare_of_marks


def test_a_struck_paragraph_is_a_paragraph_and_a_struck_item_an_item() -> None:
    assert "<p><del>(2) Deux.</del></p><p>(3)" in bare(
        formatted("(1) Un.\n\n(2) Deux.\n\n(3) Trois.", "(1) Un.\n\n(3) Trois.")
    )
    assert "<li><del>deux mots</del></li><li>trois" in bare(
        formatted("- un mot\n- deux mots\n- trois mots", "- un mot\n- trois mots")
    )
    assert bare(formatted("un mot\n\ndeux mots", "un mot")).endswith("<p><del>deux mots</del></p>")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # Struck words keep their emphasis, struck items their list, struck rows their table.
        ("Un **mot** *bas* ici.", "Un ici.", "<p>Un <del><strong>mot</strong> <em>bas</em> "),
        (
            "Texte.\n\n- un *mot* ici\n- deux mots là",
            "Texte.",
            "<ul><li><del>un <em>mot</em> ici</del></li><li><del>deux mots là</del></li></ul>",
        ),
        (
            "Texte.\n\n- un mot ici\n- deux mots là\n\nFin ici.",
            "Texte.\n\n- deux mots là\n\nFin ici.",
            "<ul><li><del>un mot ici</del></li><li>deux mots là</li></ul>",
        ),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nTexte.",
            "| a | b |\n|---|---|\n| 1 | 2 |\n\nTexte.",
            "<tr><td>1</td><td>2</td></tr><tr><td><del>3</del></td><td><del>4</del></td></tr></tbody>",
        ),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "| a | b |\n|---|---|\n| 1 | 5 |",
            "<td>1</td><td><del>2</del><ins>5</ins></td>",
        ),
        # A paragraph that was cut in two, and two that were joined.
        (
            "Voici le premier alinéa. Voici le second alinéa.",
            "Voici le premier alinéa.\n\nVoici le second alinéa.",
            "alinéa.<ins>¶</ins></p><p>Voici",
        ),
        (
            "Voici le premier alinéa.\n\nVoici le second alinéa.",
            "Voici le premier alinéa. Voici le second alinéa.",
            "alinéa.<del>¶</del> Voici",
        ),
    ],
)
def test_formatting_survives(before: str, after: str, expected: str) -> None:
    shown = formatted(before, after)
    assert expected in re.sub(r'<span class="visually-hidden">[^<]*</span>', "", shown)


def test_white_space_alone_is_no_change() -> None:
    assert not changes("un mot", "un  mot")
    assert not changes("un\ndeux", "un\n\ndeux")


def test_marks_are_said_in_words() -> None:
    with speaking("fr"):
        said = plain_text(redline("une zone à 30 km/h", "une zone à 20 km/h"))
    assert said == "une zone à  [supprimé\u00a0: 30]  [inséré\u00a0: 20]  km/h"


def test_hostile_words_stay_words() -> None:
    shown = redline("<script>alert(1)</script>", "<img src=x onerror=alert(2)>")
    assert "<script" not in shown
    assert "<img" not in shown
