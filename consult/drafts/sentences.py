"""Where sentences end in legal text of four languages. Pure.

One splitter serves all: the word diff and the anchors, which want the smallest stretches that can
be told apart (`units`), and readers who choose a sentence to speak about (`sentences`).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Span(NamedTuple):
    """A token or sentence with its place in its text: code points."""

    words: str
    start: int
    end: int


# A closing mark with the quotation marks or brackets that close with it, and the space behind; or a
# line's end. French sets a space before »; a » that opens (as German books have it) is followed by
# a word. A run of marks is looked at from its beginning only, and whole: thirty thousand full stops
# would be looked at from each of them.
_END = re.compile(r"(?<![.;:!?…])([.;:!?…]++)(?:[ \u00a0\u202f]?»|[“”\"’)\]])*(?=\s)\s*|\n+")
_WORDS = re.compile(r"\w+")
LEAST = 3  # words of a unit, and of a sentence
_LAST = re.compile(r"[\w°§.]+\Z")
_NEXT = re.compile(r"[«„“\"’(\[\s]*(\w+)")
_CLOSED = re.compile(r"[.!?…](?:[ \u00a0\u202f]?»|[“”\"’)\]])*\s*\Z")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# "Art. 3", "al. 2", "Abs. 1", "Nr. 4": before a number these go on.
_BEFORE_NUMBER = _listed(
    "abs al an anh anl ann annex art bd ch chap fig kap let lit mém mio mrd no nos nr num p par pp"
    " pt pts rz s sec sect tab tel ziff"
)
# These always go on, whatever follows. Single letters do as well: "z. B.", "d. h.", "M. Muller".
_ABBREVIATED = _listed(
    "allg approx bsp bzw ca cf d.h dr e.g ev evtl ex gem ggf hl hr i.e incl inkl insb jr lt m.a.w"
    " me mr mrs ms n.b p.ex prof resp s.d sog st ste u.a vgl vs z.b z.bsp"
)
_MONTHS = _listed(
    "januar jänner februar märz april mai juni juli august september oktober november dezember"
    " mäerz abrëll mee janvier février mars avril juin juillet août septembre octobre novembre"
    " décembre january february march may june july october december"
)
# "am 3. Tag", "der 2. Absatz", "vum 1. Dag": German and Luxembourgish write ordinals with a point.
_BEFORE_ORDINAL = _listed(
    "am ab an bei beim bis das dem den der des die dat de dei déi eng eine einem einen einer im in"
    " jeder jeden jedem jede mit nach op seit um und vom vum vun zum zur"
)


def units(text: str) -> list[Span]:
    """Sentences, parts of sentences and lines, each with the white space behind it; together they
    are the text.

    What has fewer than three words ("Art. 3", "z. B.") goes with what follows on its line. A longer
    part that ends in an abbreviation or an ordinal stands alone: what is smaller can be told apart
    where its neighbour was amended.
    """
    return [unit for unit, _ in _units(text)]


def sentences(text: str) -> list[Span]:
    """The sentences and numbered items of a text as a reader would point at them.

    Without the white space around them; lines of marks only are left out. A semicolon or colon
    within a line does not end a sentence, nor does an abbreviation or an ordinal.
    """
    out: list[Span] = []
    whole: Span | None = None
    for unit, over in _units(text):
        whole = unit if whole is None else Span(whole.words + unit.words, whole.start, unit.end)
        if over:
            out += _trimmed(whole)
            whole = None
    return out + _trimmed(whole)


def _units(text: str) -> Iterator[tuple[Span, bool]]:
    """Each unit, and whether a sentence or a line is over behind it."""
    start = counted = 0  # where the unit begins, and up to where words are counted
    of_unit = of_sentence = 0  # words
    for found in _END.finditer(text):
        end = found.end()
        words = len(_WORDS.findall(text, counted, end))
        counted, of_unit, of_sentence = end, of_unit + words, of_sentence + words
        closed = of_sentence >= LEAST and _CLOSED.search(found[0]) is not None
        over = "\n" in found[0] or (closed and not _goes_on(text, found))
        if over or of_unit >= LEAST:
            yield Span(text[start:end], start, end), over
            start, of_unit = end, 0
            of_sentence = 0 if over else of_sentence
    if start < len(text):
        yield Span(text[start:], start, len(text)), True


def _trimmed(span: Span | None) -> list[Span]:
    if span is None or not _WORDS.search(span.words):
        return []
    words = span.words.strip()
    start = span.start + len(span.words) - len(span.words.lstrip())
    return [Span(words, start, start + len(words))]


def _goes_on(text: str, end: re.Match[str]) -> bool:
    """Whether a point is one of an abbreviation or an ordinal, and not a sentence's."""
    if end[1] != ".":
        return False
    point, behind = end.span()
    following = _NEXT.match(text, behind)
    word = following[1] if following else ""
    if word[:1].islower():
        return True
    line = text[max(0, point - 40) : point].rpartition("\n")[2]
    found = _LAST.search(line)
    last = found[0].lower() if found else ""
    if (len(last) == 1 and last.isalpha()) or last in _ABBREVIATED:
        return True
    if word[:1].isdigit() and last in _BEFORE_NUMBER:
        return True
    if not last.isdigit() or len(last) > 2:
        return False
    before = _WORDS.findall(line[: len(line) - len(last)])
    return not before or word.lower() in _MONTHS or before[-1].lower() in _BEFORE_ORDINAL
