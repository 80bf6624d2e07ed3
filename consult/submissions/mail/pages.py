"""The words of a mail that came as HTML. Pure.

Nothing of its markup is kept: paragraphs become lines, quoted passages get "> " before them, what a
program put above the mail that is answered becomes a line that `history` knows.
"""

import re
from collections.abc import Iterator

from lxml import etree, html

MAX_HTML = 4_000_000

_NO_WORDS = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object"})
_BLOCKS = frozenset(
    {
        "address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p",
        "pre", "section", "table", "tr", "ul",
    }
)  # fmt: skip
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table"})
# How the programs mark the mail that is answered.
_FORMER = re.compile(
    r"gmail_quote|yahoo_quoted|divRplyFwdMsg|appendonsend|moz-cite-prefix|OLK_SRC_BODY_SECTION"
    r"|zmail_extra|protonmail_quote|mail-editor-reference-message-container",
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE
)
MARK = "----- Original Message -----"


def words_of(markup: str) -> str:
    """The plain words of an HTML mail; "" for what cannot be read."""
    if not markup.strip() or len(markup) > MAX_HTML:
        return ""
    parser = html.HTMLParser(
        remove_comments=True, remove_pis=True, no_network=True, encoding="utf-8"
    )
    try:
        root = html.document_fromstring(markup.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return ""
    text = "".join(_Reader().read(root))
    lines = [re.sub(r"[ \t\u00a0\u202f]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader:
    """Goes through the elements one after another, however deep they lie."""

    def __init__(self) -> None:
        self._silent = 0
        self._quoted = 0
        self._marked = False
        self._fresh = True

    def read(self, root: etree._Element) -> Iterator[str]:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if not isinstance(element.tag, str):
                continue
            if event == "start":
                yield from self._start(element)
            else:
                yield from self._end(element)

    def _start(self, element: etree._Element) -> Iterator[str]:
        if self._silent or element.tag in _NO_WORDS or _hidden(element):
            self._silent += 1
            return
        if not self._marked and _FORMER.search(
            f"{element.get('class', '')} {element.get('id', '')}"
        ):
            self._marked = True
            yield f"\n{MARK}\n"
            self._fresh = True
        if element.tag == "blockquote" and not self._marked:
            self._quoted += 1
        yield from self._break(element)
        yield from self._say(element.text)

    def _end(self, element: etree._Element) -> Iterator[str]:
        if self._silent:
            self._silent -= 1
        else:
            if element.tag == "blockquote" and not self._marked:
                self._quoted -= 1
            if element.tag in _BLOCKS and not self._fresh:
                self._fresh = True
                yield "\n\n" if element.tag in _APART else "\n"
            elif element.tag in {"td", "th"}:
                yield " "
        if not self._silent:
            yield from self._say(element.tail)

    def _break(self, element: etree._Element) -> Iterator[str]:
        if element.tag == "br":
            yield "\n"
            self._fresh = True
        elif element.tag in _BLOCKS and not self._fresh:
            yield "\n\n" if element.tag in _APART else "\n"
            self._fresh = True
        if element.tag == "li":
            yield f"{self._before()}- "
            self._fresh = False

    def _say(self, words: str | None) -> Iterator[str]:
        plain = re.sub(r"\s+", " ", words or "")
        if not plain.strip() and self._fresh:
            return
        if self._fresh:
            yield self._before()
            plain = plain.lstrip()
        self._fresh = False
        yield plain

    def _before(self) -> str:
        return "> " * min(self._quoted, 3) if self._fresh else ""


def _hidden(element: etree._Element) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style", "")))
