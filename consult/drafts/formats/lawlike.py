"""From the paragraphs of a word processor to headings and clauses: what both DOCX and ODT need.

Word processors know headings and lists, and seldom articles: an article is a paragraph that begins
with the next article's number, typed or counted by the program, often with its words behind it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from consult.drafts.formats.composing import (
    Item,
    Paragraph,
    Part,
    Quote,
    Table,
    heading,
    one_line,
    written,
)
from consult.drafts.headings import escaped
from consult.drafts.numbering import CHAPTER, CLAUSE, Numbered, rank, read_number

ARTICLE = 6  # level of an article's heading: below every division
LONGEST_HEADING = 150  # characters

# The styles of the files that go out (`writing/word_styles.py`), and those for quotations.
_OWN_STYLE = re.compile(
    r"clause (?:\d|text|table\b.*|bullet \d|point (?P<point>\d)(?P<more> continued)?)\Z"
)
_QUOTATIONS = frozenset({"quote", "intense quote", "quotations"})

_LOOK = re.compile(r"(\\(.))|\*+")


@dataclass
class Line:
    """A paragraph as the word processor has it.

    `number` is what the program counted, `words` what was typed, in Markdown. `level` is that of a
    heading (1 for the highest), 0 for a title, None for text; `depth` that of an item of a list, of
    which it may be one more paragraph (`continued`). `sure` says that its style leaves nothing to be
    guessed.
    """

    words: str
    number: str = ""
    level: int | None = None
    depth: int | None = None
    bold: bool = False
    sure: bool = False
    continued: bool = False
    quoted: bool = False


def styled(line: Line, names: Iterable[str]) -> Line:
    """A line as the names of its style, and of those on which that rests, say it is."""
    for name in names:
        if name.lower() in _QUOTATIONS:
            return replace(line, quoted=True)
        own = _OWN_STYLE.match(name.lower())
        if own:
            depth = int(own["point"]) - 1 if own["point"] else line.depth
            return replace(line, depth=depth, sure=True, continued=bool(own["more"]))
    return line


@dataclass
class Text:
    """The Markdown of a document, paragraph by paragraph."""

    blocks: list[str] = field(default_factory=list)
    _parts: list[Part] = field(default_factory=list)
    _notes: list[Part] = field(default_factory=list)
    _open: list[Item] = field(default_factory=list)
    _last: tuple[int, str] = (0, "")
    _divisions: list[str] = field(default_factory=list)
    _titled: bool = False
    # How many headings of the highest level came, and whether the first block is one without number.
    _highest: int = 0
    _heads_all: bool = False
    # Whether a division has begun and no article in it yet: it may count its articles from 1.
    _fresh: bool = False
    # Whether a quotation that began in an earlier paragraph goes on.
    _quoting: bool = False
    _cited: int = 0

    def add(self, line: Line) -> None:
        """Add a paragraph."""
        plain = one_line(f"{line.number} {_LOOK.sub(_unescaped, line.words)}")
        said = plain and line.words.strip()
        if not said and not (line.sure and line.level):
            return
        if line.level == 0 and not self._titled and not self.blocks:
            self._titled = True
            self._head(1, "", line.words)
            return
        if (line.sure or line.quoted) and line.level is None:
            self._words(line)
            return
        numbered = read_number(plain)
        self._heed(line, numbered)
        quoting = self._quoting
        self._quoting = _goes_on(plain, quoting)
        if self._is_article(line, numbered, quoting=quoting):
            self._article(line, numbered)
        elif numbered and numbered.kind == CHAPTER and (line.level is not None or _short(plain)):
            level = line.level or 1 + self._place(numbered)
            deepest = ARTICLE if line.sure else ARTICLE - 1
            self._head(min(1 + level, deepest), numbered.number, escaped(numbered.heading))
        elif line.level:
            self._head(min(1 + line.level, ARTICLE), line.number, line.words)
        else:
            self._words(line)

    def _heed(self, line: Line, numbered: Numbered | None) -> None:
        """Whether this may be the title, or speaks against another heading being it."""
        if line.level != 1 or line.sure:
            return
        first = not (self.blocks or self._parts or self._titled)
        self._heads_all = (first and numbered is None and not line.number) or self._heads_all
        self._highest += 1

    def _words(self, line: Line) -> None:
        """A paragraph of the clause at hand."""
        if line.quoted:
            self._open = []
            last = self._parts[-1] if self._parts else None
            quote = last if isinstance(last, Quote) else Quote()
            quote.parts.append(_numbered(line))
            if quote is not last:
                self._parts.append(quote)
        elif line.depth is not None:
            self._item(line)
        else:
            self._open = []
            self._parts.append(_numbered(line))

    def table(self, rows: list[list[str]]) -> None:
        """Add a table where it stands."""
        self._open = []
        self._parts.append(Table(rows))

    def note(self, words: str) -> str:
        """Keep a footnote for the end of the clause at hand; gives the sign by which it is cited."""
        self._cited += 1
        sign = rf"\[{self._cited}\]"
        self._notes.append(Paragraph(f"{sign} {words}"))
        return f" {sign}"

    def markdown(self) -> str:
        """Everything that was added."""
        self._flush()
        if self.blocks and not self.blocks[-1].strip("# "):
            self.blocks.pop()  # the end of a file cannot be deleted, and may be left as a heading
        # Many write the title as the one heading above all others, and never as a title.
        if (
            self._heads_all
            and self._highest == 1
            and any(b.startswith("##") for b in self.blocks[1:])
        ):
            self.blocks[0] = self.blocks[0].removeprefix("#")
        return "\n\n".join(self.blocks) + "\n"

    def _is_article(self, line: Line, numbered: Numbered | None, *, quoting: bool) -> bool:
        if numbered is None or numbered.kind != CLAUSE:
            return False
        if line.level is not None:
            return True
        # "Art. 5 of the Code is repealed" begins a paragraph too: only the next number counts.
        sure = bool(line.number) or line.bold or numbered.separated or not numbered.heading
        following = rank(numbered.key)
        if quoting:  # a quoted law has articles of its own
            return (
                sure
                and following[0] in {self._last[0], self._last[0] + 1}
                and (following > self._last)
            )
        return sure and (following > self._last or (self._fresh and following == (1, "")))

    def _article(self, line: Line, numbered: Numbered | None) -> None:
        assert numbered is not None
        self._last, self._fresh, self._quoting = rank(numbered.key), False, False
        if line.level is not None or not numbered.heading or _short(numbered.heading):
            level = min(1 + (line.level or 0), ARTICLE) if line.sure else ARTICLE
            self._head(level, numbered.number, escaped(numbered.heading))
            return
        self._head(ARTICLE, numbered.number, "")
        self._parts.append(Paragraph(_behind(line, numbered)))

    def _place(self, numbered: Numbered) -> int:
        """How deep a division stands, by the order in which their kinds came."""
        kind = numbered.key.split("_")[0]
        if kind == "annex":
            self._last = (0, "")
            return 0
        if kind in self._divisions:
            del self._divisions[self._divisions.index(kind) + 1 :]
        else:
            self._divisions.append(kind)
        return self._divisions.index(kind)

    def _head(self, level: int, number: str, words: str) -> None:
        self._flush()
        self._fresh = level < ARTICLE
        self.blocks.append(heading(level, number, _LOOK.sub(_kept, words)))

    def _item(self, line: Line) -> None:
        depth = line.depth or 0
        if line.continued and len(self._open) > depth:
            del self._open[depth + 1 :]
            self._open[depth].parts.append(Paragraph(line.words))
            return
        del self._open[depth:]
        item = Item(line.number, [Paragraph(line.words)])
        (self._open[-1].parts if self._open else self._parts).append(item)
        self._open.append(item)

    def _flush(self) -> None:
        self.blocks += written([*self._parts, *self._notes])
        self._parts, self._notes, self._open = [], [], []


def _numbered(line: Line) -> Part:
    if not line.number:
        return Paragraph(line.words)
    return Item(line.number, [Paragraph(line.words)], listed=False)


def _unescaped(found: re.Match[str]) -> str:
    return found[2] or ""


def _kept(found: re.Match[str]) -> str:
    return found[1] or ""


_OPENS, _CLOSES = "«„", "»“”"


def _goes_on(words: str, quoting: bool) -> bool:
    """Whether a quotation is open behind these words."""
    opened = max(words.rfind(sign) for sign in _OPENS)
    closed = max(words.rfind(sign) for sign in _CLOSES)
    return quoting if opened == closed == -1 else opened > closed


def _short(words: str) -> bool:
    return len(words) <= LONGEST_HEADING and not words.endswith((".", ";", ",", ":"))


def _behind(line: Line, numbered: Numbered) -> str:
    """The words of an article that stand in the line of its number, with their emphasis."""
    if line.number:
        return line.words
    start = numbered.heading[:12]
    at = line.words.find(start)
    return line.words[at:] if at >= 0 else numbered.heading
