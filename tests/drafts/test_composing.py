"""What is composed in Markdown says, once it is read, what was put in."""

import re

from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.formats.composing import Item, Paragraph, Part, Table, written
from consult.drafts.headings import escaped
from consult.drafts.reading import read_markdown
from consult.kernel.markup import render_clause, tidy

WORDS = st.text(
    st.sampled_from("aZé9 \\*_[]<>`&#-+=|.()§°«»!~:/@\u00a0") | st.characters(codec="utf-8"),
    max_size=40,
)


def shown(parts: list[Part]) -> str:
    return render_clause("\n\n".join(written(parts))).text


def bare(words: str) -> str:
    """Without what is not words: spaces, and characters that nobody sees."""
    return re.sub(r"\s", "", tidy(words))


@given(st.lists(WORDS, max_size=4))
def test_words_are_shown_as_they_are(paragraphs: list[str]) -> None:
    parts: list[Part] = [Paragraph(escaped(words)) for words in paragraphs]
    assert re.sub(r"\s", "", shown(parts)) == "".join(map(bare, paragraphs))


@given(WORDS)
def test_no_word_becomes_a_heading_or_ends_the_clause(words: str) -> None:
    body = "\n\n".join(written([Paragraph(escaped(words)), Paragraph("fin")]))
    draft = read_markdown(f"### Art. 1\n\n{body}\n", "fr")
    assert [clause.number for clause in draft.clauses] == ["Art. 1"]


def test_numbers_stand_before_the_words_once() -> None:
    inner = [
        Item("a)", [Paragraph("*a)* déjà")]),
        Item("b)", [Paragraph("deux"), Item("–", [Paragraph("tiret")]), Paragraph("suite")]),
        Item("c)", [Table([["x", "y|z"], ["1"]])]),
        Item("d)", []),
    ]
    parts: list[Part] = [
        Item("(1)", [Paragraph("Un :"), *inner], listed=False),
        Item("", [Paragraph("puce")]),
    ]
    assert shown(parts).replace("\n\n", "\n").split("\n") == [
        "(1) Un :",
        "a) déjà",
        "b) deux",
        "– tiret",
        "suite",
        "c)",
        "x\ty|z\t",
        "1\t\t",
        "d)",
        "puce",
    ]
