"""Two wordings of one clause laid over each other, in words, marks and colour. Pure."""

from markupsafe import Markup, escape

from consult.drafts.diff import EQUAL, word_diff
from consult.drafts.threeway import APART, BOTH, FIRST, SAME, Segment, segments
from consult.kernel.i18n import gettext as _


def overlay(base: str, first: str, second: str, names: tuple[str, str]) -> Markup:
    """Two plain texts against the one that both came from; `names` say whose words are whose.

    Each change carries the name of its side, or "both"; where they differ, the whole passage
    stands there twice, one after the other. Paragraphs are set apart by an empty line.
    """
    laid = Markup("").join(_shown(part, names) for part in segments(base, first, second))
    return laid.replace("\n", "\n\n")


def _shown(part: Segment, names: tuple[str, str]) -> Markup:
    if part.kind == SAME:
        return escape(part.base)
    if part.kind == BOTH:
        return _side("both", _("both"), part.base, part.first)
    first = _side("first", names[0], part.base, part.first)
    second = _side("second", names[1], part.base, part.second)
    if part.kind == APART:
        return first + second
    return first if part.kind == FIRST else second


def _side(name: str, who: str, base: str, words: str) -> Markup:
    return Markup(
        ' <span class="overlay overlay--{}"><span class="overlay__who">{}</span> {}</span>'
    ).format(name, who, _redline(base, words))


def _redline(base: str, words: str) -> Markup:
    return Markup("").join(
        escape(words[hunk.after_start : hunk.after_end])
        if hunk.tag == EQUAL
        else _replaced(
            base[hunk.before_start : hunk.before_end], words[hunk.after_start : hunk.after_end]
        )
        for hunk in word_diff(base, words)
    )


def _replaced(struck: str, inserted: str) -> Markup:
    """Words struck and those in their place, said in words as well."""
    made = Markup("")
    if struck.strip():
        made += _marked("del", _("deleted:"), struck)
    if inserted.strip():
        made += _marked("ins", _("inserted:"), inserted)
    return made or escape(inserted)


def _marked(element: str, said: str, words: str) -> Markup:
    hidden = Markup('<span class="visually-hidden">{}</span>')
    return Markup("<{0}>{1}{2}{3}</{0}>").format(
        element, hidden.format(f" [{said} "), words, hidden.format("] ")
    )
