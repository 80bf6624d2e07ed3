"""Two wordings side by side: whole, in order, paragraph beside paragraph."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.redline import changes
from consult.drafts.sides import Row, blocks, rows
from consult.kernel.i18n import speaking
from consult.kernel.markup import plain_text, render_clause

MARKDOWN = st.lists(
    st.sampled_from(
        [
            *("*la*", " zone", " **30**", " km/h", "\n\n", "\n- un point", ". ", " &", "\n\n(2) "),
            *("\n\n| a | b |\n|---|---|\n| c | d |\n\n", "mot", " Satz steht hier.", "\n> zitiert"),
        ]
    )
).map("".join)


def sides(before: str, after: str) -> list[Row]:
    old, new = render_clause(before), render_clause(after)
    with speaking("en"):
        return rows(old.html, new.html, changes(old.text, new.text))


def bare(markup: str) -> str:
    without = re.sub(r'<span class="visually-hidden">[^<]*</span>|¶', "", markup)
    return plain_text(without)


@given(MARKDOWN)
def test_the_blocks_are_the_text(source: str) -> None:
    made = render_clause(source)
    found = blocks(made.html)
    assert " ".join(plain_text(block.html) for block in found).split() == made.text.split()
    assert all(a.end == b.start for a, b in itertools.pairwise(found))


@given(MARKDOWN, MARKDOWN)
def test_each_side_is_its_whole_text_in_order(before: str, after: str) -> None:
    old, new = render_clause(before), render_clause(after)
    found = sides(before, after)
    assert " ".join(bare(str(row.left)) for row in found).split() == old.text.split()
    assert " ".join(bare(str(row.right)) for row in found).split() == new.text.split()
    # What stands once for both is the same on both.
    assert all(str(row.left) == str(row.right) for row in found if not row.changed)
    # Words are only struck on the left, and only put in on the right.
    assert not any("<ins" in str(row.left) or "<del" in str(row.right) for row in found)


def test_a_paragraph_stands_beside_what_became_of_it() -> None:
    found = sides(
        "(1) Les communes peuvent créer des zones.\n\n(2) Rien ne change dans cet alinéa.",
        "(1) Les communes créent des zones.\n\n(1bis) Un alinéa nouveau est inséré ici."
        "\n\n(2) Rien ne change dans cet alinéa.",
    )
    shown = [(bare(str(row.left)), bare(str(row.right)), row.changed) for row in found]
    assert shown == [
        ("(1) Les communes peuvent créer des zones.", "(1) Les communes créent des zones.", True),
        ("", "(1bis) Un alinéa nouveau est inséré ici.", True),
        (*["(2) Rien ne change dans cet alinéa."] * 2, False),
    ]


def test_a_paragraph_that_was_split_stands_beside_both_parts() -> None:
    found = sides(
        "Le plan est établi par la commune. Le conseil en décide chaque année.",
        "Le plan est établi par la commune.\n\nLe conseil en décide chaque année.",
    )
    assert len(found) == 1
    assert str(found[0].right).count("<p>") == 2


def test_without_marks_both_sides_are_plain() -> None:
    html = render_clause("Un mot.\n\n- un\n- deux").html
    assert [row.changed for row in rows(html, html, ())] == [False, False, False]
