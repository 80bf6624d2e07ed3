"""A comment without some of its words: its new source, HTML and text, and where everything went. Pure.

The source is what its author wrote in Markdown, so the words are looked for there; what comes of it
is rendered again and must read exactly as the text with placeholders does. Where it does not (an
address behind a link, signs that now mean something else), the source is written anew, plainly.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import unquote

from consult.kernel.markup import Mark, Rendered, mark, pieces, render_clause, render_comment
from consult.moderation.personal import EMAIL, PHONE, Found, found
from consult.submissions.placeholders import CSS


@dataclass(frozen=True)
class Placed:
    """A placeholder `[start, end)` of the new text, and the words of the old one that it stands for."""

    start: int
    end: int
    kind: str
    start_before: int
    end_before: int

    def flipped(self) -> "Placed":
        """The way back."""
        return Placed(self.start_before, self.end_before, self.kind, self.start, self.end)


@dataclass(frozen=True)
class Rewritten:
    """What a comment becomes; `rendered.html` has its placeholders marked."""

    rendered: Rendered
    placed: list[Placed]


def proposals(text: str, html: str) -> list[Found]:
    """What looks like personal data in a comment, behind its links as well."""
    seen = found(text)
    for link in _links(html):
        behind = {one.kind for one in found(link.target)} & {EMAIL, PHONE}
        free = not any(one.start < link.end and link.start < one.end for one in seen)
        if behind and free and link.start < link.end:
            seen.append(Found(link.start, link.end, min(behind)))
    return sorted(seen)


def merged(cuts: Sequence[Found]) -> list[Found]:
    """Cuts in order, those that overlap made one, of the longest one's kind."""
    joined: list[Found] = []
    for cut in sorted(cuts):
        if joined and cut.start < joined[-1].end:
            last = joined[-1]
            longest = max(last, cut, key=lambda one: one.end - one.start)
            joined[-1] = Found(last.start, max(last.end, cut.end), longest.kind)
        else:
            joined.append(cut)
    return joined


def occurrences(text: str, words: str, kind: str) -> list[Found]:
    """Every place where these exact words stand."""
    spans = []
    at = text.find(words) if words else -1
    while at >= 0:
        spans.append(Found(at, at + len(words), kind))
        at = text.find(words, at + len(words))
    return spans


def rewrite(
    source: str, text: str, cuts: Sequence[Found], placeholder: Callable[[str], str]
) -> Rewritten:
    """The comment with a placeholder for each cut. `cuts` come from `merged`."""
    new, placed = _replaced(text, cuts, placeholder)
    removed = [text[cut.start : cut.end] for cut in cuts]
    for candidate in _sources(source, text, cuts, placeholder, new):
        rendered = render_comment(candidate)
        if rendered.text == new and not _tells(rendered.html, placed, removed):
            break
    else:  # words that no Markdown can say
        rendered = Rendered(candidate, "<p>" + escape(new).replace("\n", "<br>") + "</p>", new)
    shown = mark(rendered.html, [Mark(p.start, p.end, css=CSS) for p in placed], element="span")
    return Rewritten(Rendered(rendered.source, shown, new), placed)


def rewrite_clause(
    source: str, text: str, cuts: Sequence[Found], placeholder: Callable[[str], str]
) -> tuple[str, list[Placed]]:
    """The source of words proposed for a clause, with a placeholder for each cut, and where these
    stand in its text."""
    new, placed = _replaced(text, cuts, placeholder)
    removed = [text[cut.start : cut.end] for cut in cuts]
    for candidate in _sources(source, text, cuts, placeholder, new):
        rendered = render_clause(candidate)
        if rendered.text == new and not _tells(rendered.html, placed, removed):
            break
    return candidate, placed


def _replaced(
    text: str, cuts: Sequence[Found], placeholder: Callable[[str], str]
) -> tuple[str, list[Placed]]:
    out: list[str] = []
    placed: list[Placed] = []
    at = length = 0
    for cut in cuts:
        words = placeholder(cut.kind)
        out += [text[at : cut.start], words]
        start = length + cut.start - at
        placed.append(Placed(start, start + len(words), cut.kind, cut.start, cut.end))
        length, at = start + len(words), cut.end
    return "".join([*out, text[at:]]), placed


def moved(span: tuple[int, int], placed: Sequence[Placed]) -> tuple[int, int]:
    """Where a span of the old text lies in the new one.

    A placeholder belongs to the span in which its words began, and to one that lay within them.
    """
    start, end = span
    within = any(p.start_before <= start and end <= p.end_before for p in placed) and start < end
    return _edge(start, placed, forward=not within), _edge(end, placed, forward=True)


def _edge(at: int, placed: Sequence[Placed], *, forward: bool) -> int:
    shift = 0
    for p in placed:
        if at <= p.start_before:
            break
        if at < p.end_before:
            return p.end if forward else p.start
        shift = p.end - p.end_before
    return at + shift


@dataclass(frozen=True)
class _Link:
    """The words of a link in the plain text, and where it leads."""

    start: int
    end: int
    target: str


_HREF = re.compile(r'<a\b[^>]*href="([^"]*)"')


def _links(html: str) -> list[_Link]:
    links = []
    at, start, target = 0, 0, None
    for raw, plain in pieces(html):
        if opened := _HREF.match(raw):
            start, target = at, unquote(unescape(opened[1])).removeprefix("mailto:")
        elif raw == "</a>" and target is not None:
            links.append(_Link(start, at, target))
            target = None
        at += len(plain)
    return links


def _tells(html: str, placed: Sequence[Placed], removed: Sequence[str]) -> bool:
    """Whether a link still leads to what was removed, or hangs on a placeholder."""
    return any(
        any(p.start < link.end and link.start < p.end for p in placed)
        or any(_squeezed(words) in _squeezed(link.target) for words in removed)
        for link in _links(html)
    )


def _squeezed(words: str) -> str:
    return "".join(words.split()).casefold()


def _sources(
    source: str,
    text: str,
    cuts: Sequence[Found],
    placeholder: Callable[[str], str],
    new: str,
) -> list[str]:
    """Markdown that may render to the new text, the nearest to the author's first."""
    places = _aligned(source, text)
    plain = "\n".join(_escaped(line) for line in new.split("\n"))
    if places is None:
        return [plain]
    edits = []
    for cut in cuts:
        start, end = places[cut.start], places[cut.end - 1] + 1
        if source[start - 1 : start] == "<" and source[end : end + 1] == ">":  # <a@example.org>
            start, end = start - 1, end + 1
        edits.append((start, end, placeholder(cut.kind)))
    return [_edited(source, edits), plain]


def _edited(source: str, edits: Sequence[tuple[int, int, str]]) -> str:
    out: list[str] = []
    at = 0
    for start, end, words in edits:
        out += [source[at:start], words]
        at = end
    return "".join([*out, source[at:]])


_ENTITY = re.compile(r"&#?\w{1,31};")
_TARGET = re.compile(r"\]\([^()\s]*\)")


def _aligned(source: str, text: str) -> list[int] | None:
    """For each code point of the text, where it stands in the source; None if that is not clear."""
    places: list[int] = []
    at = 0
    for letter in text:
        while at < len(source) and not _stands(letter, source, at):
            target = _TARGET.match(source, at)
            at = target.end() if target else at + 1
        if at >= len(source):
            return None
        places.append(at)
        entity = _ENTITY.match(source, at) if source[at] == "&" and letter != "&" else None
        at = entity.end() if entity else at + 1
    return places


def _stands(letter: str, source: str, at: int) -> bool:
    """Whether a letter of the text stands at a place of the source, as itself or as an entity."""
    if source[at] == letter:
        return letter == "\n" or _TARGET.match(source, at) is None
    entity = _ENTITY.match(source, at)
    return entity is not None and unescape(entity[0]) == letter


_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")


def _escaped(line: str) -> str:
    return _SIGNS.sub(r"\\\1", line)
