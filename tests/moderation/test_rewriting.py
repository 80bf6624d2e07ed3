"""A comment without some of its words: the text, the source, the links, and where spans went."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.kernel.markup import plain_text, render_comment, tidy
from consult.moderation.personal import EMAIL, NAME, OTHER, Found
from consult.moderation.rewriting import (
    Placed,
    merged,
    moved,
    occurrences,
    proposals,
    rewrite,
)


def word(kind: str) -> str:
    return f"[{kind}]"


def without(source: str, *words: str) -> tuple[str, str, str]:
    made = render_comment(source)
    cuts = merged([cut for one in words for cut in occurrences(made.text, one, NAME)])
    assert cuts
    got = rewrite(made.source, made.text, cuts, word)
    assert plain_text(got.rendered.html) == got.rendered.text
    assert render_comment(got.rendered.source).text == got.rendered.text
    return got.rendered.source, got.rendered.html, got.rendered.text


MARKED = '<span class="removed-words">[name]</span>'


@pytest.mark.parametrize(
    ("source", "words", "expected"),
    [
        ("Dear Anne, hello.", "Anne", "Dear [name], hello."),
        ("Dear *Anne*, hello.", "Anne", "Dear *[name]*, hello."),
        ("One\n\ntwo Anne\n\n- three", "Anne", "One\n\ntwo [name]\n\n- three"),
        ("Anne & Anne", "Anne", "[name] & [name]"),
        ("A &amp; B, Anne", "Anne", "A &amp; B, [name]"),
        ("Write to <anne@example.org> or not", "anne@example.org", "Write to [name] or not"),
        ("See [the plan](https://example.org) of Anne", "Anne",
         "See [the plan](https://example.org) of [name]"),
    ],
)  # fmt: skip
def test_the_source_stays_as_its_author_wrote_it(source: str, words: str, expected: str) -> None:
    new, html, text = without(source, words)
    assert new == expected
    assert html.count(MARKED) == source.count(words)
    assert words not in text + html


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("[Anne](https://example.org/anne) wrote", "Anne"),
        ("[mail](mailto:anne@example.org) or anne@example.org", "anne@example.org"),
        ("see [here](https://example.org/?q=anne%40example.org): anne@example.org",
         "anne@example.org"),
        ("call Anne(https://example.org)", "Anne"),
    ],
)  # fmt: skip
def test_no_link_tells_what_was_removed(source: str, words: str) -> None:
    new, html, text = without(source, words)
    assert words not in text
    assert "<a " not in html
    assert "anne" not in new + html


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[write me](mailto:anne@example.org)", [(0, 8, EMAIL)]),
        ("[plan](https://example.org)", []),
        ("<anne@example.org>", [(0, 16, EMAIL)]),
    ],
)
def test_what_stands_behind_a_link_is_proposed(
    source: str, expected: list[tuple[int, int, str]]
) -> None:
    made = render_comment(source)
    assert proposals(made.text, made.html) == [Found(*one) for one in expected]


def test_cuts_that_overlap_become_one() -> None:
    cuts = [Found(4, 9, NAME), Found(0, 5, EMAIL), Found(20, 21, OTHER), Found(9, 10, OTHER)]
    assert merged(cuts) == [Found(0, 9, EMAIL), Found(9, 10, OTHER), Found(20, 21, OTHER)]


@pytest.mark.parametrize(
    ("span", "there"),
    [
        ((0, 30), (0, 26)),
        ((0, 10), (0, 10)),
        ((0, 12), (0, 16)),  # the words began in it
        ((12, 30), (16, 26)),
        ((10, 20), (10, 16)),
        ((12, 15), (10, 16)),
        ((20, 30), (16, 26)),
        ((25, 26), (21, 22)),
        ((5, 5), (5, 5)),
    ],
)
def test_where_a_span_goes(span: tuple[int, int], there: tuple[int, int]) -> None:
    assert moved(span, [Placed(10, 16, NAME, 10, 20)]) == there


_SIGNS = "ab é😀*_[]()<>&;\\`#-+.!1\n@:/\"'"
_SOURCES = st.text(alphabet=_SIGNS, min_size=1, max_size=60)


@given(_SOURCES, st.lists(st.tuples(st.integers(0, 59), st.integers(1, 8)), min_size=1, max_size=3))
def test_whatever_was_written_the_text_is_exact_and_spans_come_back(
    source: str, wanted: list[tuple[int, int]]
) -> None:
    made = render_comment(tidy(source))
    cuts = merged(
        [Found(at, min(at + length, len(made.text)), OTHER) for at, length in wanted
         if at < len(made.text)]
    )  # fmt: skip
    if not cuts:
        return
    got = rewrite(made.source, made.text, cuts, word)
    expected = made.text
    for cut in reversed(cuts):
        expected = expected[: cut.start] + "[other]" + expected[cut.end :]
    assert got.rendered.text == expected
    assert plain_text(got.rendered.html).rstrip("\n") == expected.rstrip("\n")
    for cut, placed in zip(cuts, got.placed, strict=True):
        assert expected[placed.start : placed.end] == "[other]"
        assert moved((cut.start, cut.end), got.placed) == (placed.start, placed.end)
    back = [placed.flipped() for placed in got.placed]
    assert moved(moved((0, len(made.text)), got.placed), back) == (0, len(made.text))
