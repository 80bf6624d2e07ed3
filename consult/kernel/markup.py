"""From what people write to what pages show: Markdown subset → sanitised HTML → plain text.

The one sanitising function of the product is `clean`. HTML is made once, when something is
written, and stored; reading only prints it. Every offset in the database counts Unicode code
points of the plain text made here (NFC), so `plain_text` and `mark` must stay in step.
"""

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bleach.sanitizer import Cleaner
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

_COMMENT_RULES = [
    "emphasis",
    "list",
    "blockquote",
    "link",
    "autolink",
    "newline",
    "escape",
    "entity",
]
_CLAUSE_RULES = [*_COMMENT_RULES, "table"]

_TAGS = frozenset(
    [
        "p",
        "br",
        "em",
        "strong",
        "ul",
        "ol",
        "li",
        "blockquote",
        "a",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
_ENDS_LINE = frozenset({"p", "li", "tr"})

# Characters that are invisible or turn the reading direction: they serve only to deceive.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u2028\u2029\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
# A list whose items begin with their printed numbers needs no bullets.
NUMBERED = "numbered"
_PRINTED = re.compile(
    r"<ul>(?=<li>(?:<p>)?(?:<em>|<strong>)?(?:\(?\d{1,3}(?:[a-z]{1,12}|-\d{1,2})?[.)°]|\(?[a-zA-Z]{1,4}[.)]|[–—•]\s))"
)
_SAFE_LINK = re.compile(r"(https://|mailto:|/(?!/)|#)[^\s]*\Z", re.IGNORECASE)


def _allowed(tag: str, name: str, value: str) -> bool:
    if tag == "a" and name == "href":
        return _SAFE_LINK.match(value) is not None
    if tag == "ul" and name == "class":
        return value == NUMBERED
    return tag == "ol" and name == "start" and value.isascii() and value.isdigit()


_cleaner = Cleaner(tags=_TAGS, attributes=_allowed, protocols=["https", "mailto"], strip=True)


def _parser(rules: Sequence[str]) -> MarkdownIt:
    return MarkdownIt("zero", {"html": False, "breaks": True}).enable(list(rules))


def _printed_numbers(parser: MarkdownIt) -> MarkdownIt:
    """Keep "1." and "2)" as they are printed: in a law a number is text that others cite."""
    rule = next(r for r in parser.block.ruler.__rules__ if r.name == "list")
    make_list = rule.fn

    def bullets_only(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        at = state.bMarks[line] + state.tShift[line]
        return not state.src[at : at + 1].isdigit() and bool(make_list(state, line, end, silent))

    parser.block.ruler.at("list", bullets_only, {"alt": rule.alt})
    return parser


_comment = _parser(_COMMENT_RULES)
_clause = _printed_numbers(_parser(_CLAUSE_RULES))


@dataclass(frozen=True)
class Rendered:
    """What is stored beside a source: sanitised HTML and the plain text that offsets count in."""

    source: str
    html: str
    text: str


def tidy(text: str) -> str:
    """What somebody typed, as it is stored: NFC, Unix line ends, nothing invisible."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text)).strip()


# Most comments are this: paragraphs, line breaks and emphasis, well nested. There the cleaner
# changes nothing, and costs as much as all the rest. Control characters and surrogates are left to it.
_WORDS = r"(?:[^<>&\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]|&(?:amp|lt|gt|quot);)*+"
_PIECES = rf"(?:{_WORDS}(?:<br>|<em>{_WORDS}</em>|<strong>{_WORDS}</strong>))*+{_WORDS}"
_HARMLESS = re.compile(rf"(?:<p>{_PIECES}</p>\n?)*+")


def clean(unsafe: str) -> str:
    """Remove from HTML everything but the few elements and attributes we know to be harmless."""
    if _HARMLESS.fullmatch(unsafe):
        return unsafe
    return _without_dead_links(str(_cleaner.clean(unsafe)))


_LINK_TAG = re.compile(r"""</?a(?:\s(?:[^"'<>]|"[^"]*"|'[^']*')*)?>""")


def _without_dead_links(markup: str) -> str:
    """Leave the words only of a link whose address was refused."""
    alive: list[bool] = []

    def keep(found: re.Match[str]) -> str:
        if found[0] == "</a>":
            return found[0] if alive and alive.pop() else ""
        alive.append(found[0] != "<a>")
        return found[0] if alive[-1] else ""

    return _LINK_TAG.sub(keep, markup)


def render_comment(source: str) -> Rendered:
    """A comment's Markdown: paragraphs, emphasis, lists, quotations and https links."""
    return _render(_comment, source)


def render_clause(source: str) -> Rendered:
    """A clause's Markdown: as a comment, and tables; its numbers stay as they are printed."""
    made = _render(_clause, source)
    return replace(made, html=_PRINTED.sub(f'<ul class="{NUMBERED}">', made.html))


# The words of an item are a line of their own, also where a list within it follows.
_BEFORE_LIST = re.compile(r"<li>((?:[^<]|<(?!/?(?:li|ul|ol|p|blockquote)\b))+)(?=<[uo]l\b)")


def _render(parser: MarkdownIt, source: str) -> Rendered:
    source = tidy(source)
    made = clean(parser.render(source))
    # White space between elements is not part of the text; offsets must not depend on it.
    made = re.sub(r"(?<=>)\n+|\n+(?=</?(?:p|li|ul|ol|blockquote|t)\b)", "", made)
    made = _BEFORE_LIST.sub(r"<li><p>\1</p>", made)
    return Rendered(source=source, html=made, text=plain_text(made))


_PIECE = re.compile(r"<[^<>]*>|&#?\w+;|[^<&]+|[<&]")
_TAG_NAME = re.compile(r"</?\s*([a-z0-9]+)")


def pieces(markup: str) -> Iterator[tuple[str, str]]:
    """The tags and stretches of text of sanitised HTML, each with what it adds to the plain text."""
    for found in _PIECE.finditer(markup):
        raw = found[0]
        if not raw.startswith("<") or raw == "<":
            yield raw, html.unescape(raw)
            continue
        name = _TAG_NAME.match(raw)
        tag = name[1] if name else ""
        ends = tag == "br" or (raw.startswith("</") and tag in _ENDS_LINE)
        cell = raw.startswith("</") and tag in {"td", "th"}
        yield raw, "\n" if ends else "\t" if cell else ""


def plain_text(markup: str) -> str:
    """The text of sanitised HTML: one line a paragraph, list item or table row."""
    return "".join(plain for _, plain in pieces(markup)).rstrip("\n")


@dataclass(frozen=True)
class Mark:
    """A stretch of plain text to be shown marked: `[start, end)` and a CSS class of ours."""

    start: int
    end: int
    css: str = ""
    id: str = ""


def mark(markup: str, marks: Iterable[Mark], element: str = "mark") -> str:
    """Wrap stretches of the plain text of `markup` in `<mark>`, across inline elements.

    Where marks overlap, the piece carries the classes of all of them. An id is put on the first
    piece of its mark only.
    """
    wanted = sorted(marks, key=lambda m: (m.start, m.end))
    if not wanted:
        return markup
    cuts = sorted({edge for m in wanted for edge in (m.start, m.end)})
    used: set[str] = set()
    # Pieces come in order, so marks come and go in order: a text may have ten thousand of each.
    coming = iter(wanted)
    following = next(coming, None)
    covering: list[Mark] = []

    def wrap(raw: str, start: int, end: int) -> str:
        nonlocal covering, following
        while following is not None and following.start < end:
            covering.append(following)
            following = next(coming, None)
        covering = [m for m in covering if m.end > start]
        if not covering:
            return raw
        css = " ".join(dict.fromkeys(m.css for m in covering if m.css))
        new_id = next((m.id for m in covering if m.id and m.id not in used), "")
        used.add(new_id)
        attributes = (f' class="{css}"' if css else "") + (f' id="{new_id}"' if new_id else "")
        return f"<{element}{attributes}>{raw}</{element}>"

    out: list[str] = []
    at = 0
    for raw, plain in pieces(markup):
        if not plain or raw.startswith("<"):
            out.append(raw)
        elif raw.startswith("&"):
            out.append(wrap(raw, at, at + len(plain)))
        else:
            inside = cuts[bisect_right(cuts, at) : bisect_left(cuts, at + len(plain))]
            edges = [0, *(cut - at for cut in inside), len(plain)]
            for left, right in pairwise(edges):
                piece = raw[left:right]
                out.append(wrap(piece, at + left, at + right))
        at += len(plain)
    return "".join(out)
