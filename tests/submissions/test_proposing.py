"""Other words for a clause: what can be proposed, and how it is shown."""

import re

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.drafts.reading import MAX_CLAUSE_CHARACTERS
from consult.kernel.markup import plain_text, render_clause
from consult.submissions.proposing import (
    MOST_SHOWN,
    SHORT,
    EmptyProposalError,
    LongProposalError,
    NothingProposedError,
    ProposedWords,
    propose,
)
from consult.submissions.target import ClauseSeen

LAW = (
    "(1) Die Gemeinde baut *sichere Wege* für Räder.\n\n"
    "(2) Sie baut keine Wege für Autos.\n\n"
    "(3) Die Gebühr beträgt 30 Euro im Jahr."
)


def clause(source: str = LAW) -> ClauseSeen:
    return ClauseSeen(1, "de", "Art. 1", "Wege", render_clause(source).text, 7, source)


def before(shown: ProposedWords) -> str:
    """The clause's own words, put together again from the proposed ones and the marks."""
    text, at = "", 0
    for start, end, struck in shown.marks:
        text += shown.text[at:start] + struck
        at = end
    return text + shown.text[at:]


def spoken(markup: str) -> str:
    """Without what only the page adds: announced words."""
    return re.sub(r'<span class="visually-hidden">[^<]*</span>', "", markup)


@pytest.mark.parametrize(
    "source",
    [
        LAW,
        LAW + "\n\n",
        LAW.replace("\n\n", "\r\n\r\n"),
        LAW.replace("*sichere Wege*", "**sichere Wege**"),
        LAW.replace("Sie baut keine", "Sie  baut\nkeine"),
    ],
)
def test_white_space_and_emphasis_alone_propose_nothing(app: Flask, source: str) -> None:
    with pytest.raises(NothingProposedError):
        propose(clause(), source)


def test_an_empty_box_is_asked_about_and_the_choice_to_leave_the_clause_out_is_not(
    app: Flask,
) -> None:
    with pytest.raises(EmptyProposalError):
        propose(clause(), " \n ")
    gone = propose(clause(), "whatever stands in the box", deletes=True)
    assert (gone.source, gone.shown.text) == ("", "")
    assert gone.shown.deletes
    assert before(gone.shown) == clause().text
    assert gone.shown.excerpt() == ""
    assert "keine Wege" in gone.shown.redline()


def test_a_clause_without_words_cannot_be_left_out(app: Flask) -> None:
    with pytest.raises(NothingProposedError):
        propose(clause(""), "", deletes=True)
    assert propose(clause(""), "Es gilt.").shown.text == "Es gilt."


def test_more_than_a_clause_may_hold_is_refused(app: Flask) -> None:
    with pytest.raises(LongProposalError):
        propose(clause(), "a" * (MAX_CLAUSE_CHARACTERS + 1))


def test_forbidden_markup_is_words(app: Flask) -> None:
    made = propose(clause(), LAW + "\n\n<script>alert(1)</script> [hier](javascript:alert)")
    assert "<script" not in made.shown.redline()
    assert "javascript" not in re.findall(r'href="([^"]*)"', made.shown.redline())
    assert "<script>alert(1)</script>" in made.shown.text


def test_equal_words_have_equal_keys_however_they_are_set(app: Flask) -> None:
    one = propose(clause(), LAW.replace("30", "20"))
    same = propose(clause(), LAW.replace("30", "20").replace("\n\n(3)", "\n\n\n(3) "))
    other = propose(clause(), LAW.replace("30", "25"))
    assert one.key == same.key != other.key


def test_a_long_clause_is_cut_down_to_the_lines_that_differ(app: Flask) -> None:
    filling = "\n\n".join(f"({n}) Absatz Nummer {n} bleibt, wie er ist." for n in range(4, 24))
    long = LAW + "\n\n" + filling
    shown = propose(clause(long), long.replace("30 Euro", "20 Euro")).shown
    assert len(shown.text) > SHORT
    assert shown.brief
    excerpt = spoken(shown.excerpt())
    assert "<del>30</del>" in excerpt
    assert "<ins>20</ins>" in excerpt
    assert "im Jahr" in excerpt
    assert "Absatz Nummer" not in excerpt
    assert "Räder" not in excerpt
    assert excerpt.count("<p>…</p>") == 2
    assert "Absatz Nummer 9" in shown.redline()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LAW, "\n\n".join(f"Neuer Absatz {n} an dieser Stelle." for n in range(1_500))),
        ("\n\n".join(f"Alter Absatz {n} an dieser Stelle." for n in range(1_500)), "Nichts davon."),
        (LAW, "Wort " * 10_000),
    ],
)
def test_in_a_list_no_proposal_takes_more_than_its_share_of_the_page(
    app: Flask, old: str, new: str
) -> None:
    shown = propose(clause(old), new).shown
    assert shown.brief
    excerpt = spoken(shown.excerpt())
    assert len(plain_text(excerpt)) < 2 * MOST_SHOWN
    assert excerpt.endswith("<p>…</p>")
    assert len(plain_text(spoken(shown.redline()))) > 5 * MOST_SHOWN


_LINES = st.lists(
    st.lists(st.sampled_from(["der", "Weg", "die", "Gemeinde", "baut", "30", "Euro."]), min_size=1),
    min_size=1,
    max_size=30,
).map(lambda lines: "\n\n".join(" ".join(line) for line in lines))


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_LINES, _LINES)
def test_the_marks_lead_back_to_the_clause_and_the_excerpt_holds_every_one(
    app: Flask, old: str, new: str
) -> None:
    try:
        shown = propose(clause(old), new).shown
    except NothingProposedError:
        return
    assert before(shown) == clause(old).text
    excerpt = spoken(shown.excerpt())
    for start, end, struck in shown.marks:
        for line in (*struck.split("\n"), *shown.text[start:end].split("\n")):
            assert line.strip() in plain_text(excerpt).replace("\n", " ") or not line.strip()
