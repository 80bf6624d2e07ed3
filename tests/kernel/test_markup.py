"""The one sanitiser, against hostile input and against a second one; and offsets that hold."""

import re

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.kernel.markup import (
    _HARMLESS,
    Mark,
    _cleaner,
    clean,
    mark,
    pieces,
    plain_text,
    render_clause,
    render_comment,
    tidy,
)

# Ours: what has been tried against comment boxes, in Markdown, HTML and between the two.
HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=//evil.example></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "[x](http://evil.example)",
    '[x](https://good.example/" onmouseover="alert(1))',
    "[x](<https://good.example/' onclick='alert(1)>)",
    "![x](https://evil.example/pixel.gif)",
    '<https://good.example/?q="><script>alert(1)</script>',
    "<form action=//evil.example><input name=q></form>",
    "<style>body{display:none}</style>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<p class=govuk-button id=main>x</p>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><script>alert(1)</script>",
    "</p></div></main><h1>Fake</h1>",
    "> <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "`<script>alert(1)</script>`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202eevil\u202c and \u200bhidden\ufeff",
    "\x00<script\x00>alert(1)</script>",
    "<a\x0bhref=javascript:alert(1)>x</a>",
    "*" * 500 + "x",
    "[" * 500 + "x",
    "> " * 200 + "x",
]

TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "a"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}


def second_opinion(html: str, tags: set[str]) -> str:
    """The same HTML cleaned by another library; equal if ours left nothing to clean."""
    return nh3.clean(
        html,
        tags=tags,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"https", "mailto"},
        link_rel=None,
    )


def same(html: str) -> str:
    """One of several ways to write the same characters and the same empty element."""
    html = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), html)
    return html.replace("&quot;", '"').replace("<br/>", "<br>").replace("\xa0", "&nbsp;")


@pytest.mark.parametrize("source", HOSTILE)
def test_a_second_sanitiser_finds_nothing_left(source: str) -> None:
    for render, tags in ((render_comment, TAGS), (render_clause, TAGS | TABLE_TAGS)):
        made = render(source).html
        assert same(second_opinion(made, tags)) == same(made)
        assert set(re.findall(r"</?([a-z0-9]+)", made)) <= tags
        for href in re.findall(r'href="([^"]*)"', made):
            assert re.match(r"https://|mailto:|/(?!/)|#", href)


@pytest.mark.parametrize("source", HOSTILE)
def test_raw_html_is_cleaned_the_same_way(source: str) -> None:
    made = clean(source)
    assert same(second_opinion(made, TAGS | TABLE_TAGS)) == same(made)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("[*her* page](http://example.org)", "<p><em>her</em> page</p>"),
        ("<http://example.org>", "<p>http://example.org</p>"),
        ("[a](http://x) [b](https://y)", '<p>a <a href="https://y">b</a></p>'),
        ('[a](ftp://x "t")', "<p>a</p>"),
        ("[a](//evil.example)", "<p>a</p>"),
    ],
)
def test_of_a_refused_link_the_words_stay(source: str, html: str) -> None:
    made = render_comment(source)
    assert made.html == html
    assert second_opinion(made.html, TAGS) == html


@given(st.lists(st.sampled_from([
    "<a>", '<a href="https://x">', '<a href="javascript:1">', "</a>", "w", "<p>", "<table><tr><td>",
    """<a href='https://x/"'>""", '<a href="https://x/>">', "</td></tr></table>",
])))  # fmt: skip
def test_no_link_without_an_address_is_left(tags: list[str]) -> None:
    made = clean("".join(tags))
    assert "<a>" not in made
    assert made.count("<a ") == made.count("</a>")
    assert plain_text(made).count("w") == tags.count("w")
    assert clean(made) == made


@given(st.text())
def test_whatever_is_typed_comes_out_clean(source: str) -> None:
    made = render_comment(source).html
    assert same(second_opinion(made, TAGS)) == same(made)
    assert set(re.findall(r"</?([a-z0-9]+)", made)) <= TAGS


SIMPLE = st.sampled_from(
    ["<p>", "</p>\n", "<em>", "</em>", "<strong>", "</strong>", "<br>", "&amp;", "&quot;", "&ampx",
     "&amp;lt;", "&", "<", "'", "\x1f", "\x0c", "\ufdd0", "a", " ", "\n", "é"]
)  # fmt: skip


@given(st.one_of(
    st.lists(SIMPLE, max_size=12).map("".join),
    st.lists(SIMPLE | st.text(max_size=3), max_size=6).map(lambda parts: f"<p>{''.join(parts)}</p>"),
))  # fmt: skip
def test_what_needs_no_cleaner_is_what_the_cleaner_would_leave(unsafe: str) -> None:
    if _HARMLESS.fullmatch(unsafe):
        assert str(_cleaner.clean(unsafe)) == unsafe


def test_nothing_invisible_is_stored() -> None:
    assert tidy("a\u202eb\u200bc\ufeffd\x00e\r\nf ") == "abcde\nf"


WRITTEN = st.text(alphabet="ab é<>&*_-\n[]()>1.\u0301", max_size=60)


@given(WRITTEN, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4))
def test_marks_change_no_text(source: str, spans: list[tuple[int, int]]) -> None:
    made = render_comment(source)
    marks = [Mark(min(s), max(s), css=f"m{i}", id=f"i{i}") for i, s in enumerate(spans)]
    marked = mark(made.html, [m for m in marks if m.start < m.end])
    assert plain_text(marked) == made.text == plain_text(made.html)


@given(WRITTEN, st.integers(0, 40), st.integers(1, 10))
def test_what_is_marked_is_what_the_offsets_say(source: str, start: int, length: int) -> None:
    made = render_comment(source)
    end = min(start + length, len(made.text))
    if start >= end:
        return
    marked = mark(made.html, [Mark(start, end)])
    found = "".join(plain_text(piece) for piece in re.findall(r"<mark>(.*?)</mark>", marked))
    assert found == re.sub(r"[\n\t]", "", made.text[start:end])


@given(WRITTEN, st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=6))
def test_every_character_carries_the_classes_of_all_its_marks(
    source: str, spans: list[tuple[int, int]]
) -> None:
    made = render_comment(source)
    marks = [Mark(at, at + length, css=f"m{i}") for i, (at, length) in enumerate(spans)]
    at, carried = 0, ""
    for raw, plain in pieces(mark(made.html, marks)):
        if raw.startswith(("<mark", "</mark")):
            carried = " ".join(re.findall(r"m\d", raw))
        elif plain and not raw.startswith("<"):
            for place in range(at, at + len(plain)):
                covering = [m.css for m in marks if m.start <= place < m.end]
                assert sorted(carried.split()) == sorted(covering)
        at += len(plain)


def test_an_id_stands_once_and_overlaps_carry_both_classes() -> None:
    marked = mark("<p>ab<em>cd</em>ef</p>", [Mark(1, 5, css="x", id="one"), Mark(3, 6, css="y")])
    assert marked.count('id="one"') == 1
    assert 'class="x y"' in marked
    assert plain_text(marked) == "abcdef"
