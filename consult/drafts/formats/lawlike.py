"""From the paragraphs of a word processor to headings and clauses: what both DOCX and ODT need.

Word processors know headings and lists, and seldom articles: an article is a paragraph that begins
with the next article's number, typed or counted by the program, often with its words behind it.
"""

from dataclasses import dataclass, field

from consult.drafts.formats.composing import (
    Item,
    Paragraph,
    Part,
    Table,
    heading,
    one_line,
    written,
)
from consult.drafts.numbering import CHAPTER, CLAUSE, Numbered, rank, read_number

ARTICLE = 6  # level of an article's heading: below every division
LONGEST_HEADING = 150  # characters


@dataclass
class Line:
    """A paragraph as the word processor has it.

    `number` is what the program counted, `words` what was typed, in Markdown. `level` is that of a
    heading (1 for the highest), 0 for a title, None for text; `depth` that of an item of a list.
    """

    words: str
    number: str = ""
    level: int | None = None
    depth: int | None = None
    bold: bool = False


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
    _cited: int = 0

    def add(self, line: Line) -> None:
        """Add a paragraph."""
        plain = one_line(f"{line.number} {line.words}".replace("*", "").replace("\\", ""))
        if not plain:
            return
        if line.level == 0 and not self._titled and not self.blocks:
            self._titled = True
            self._head(1, "", line.words)
            return
        numbered = read_number(plain)
        if self._is_article(line, numbered):
            self._article(line, numbered)
        elif numbered and numbered.kind == CHAPTER and (line.level is not None or _short(plain)):
            level = line.level or 1 + self._place(numbered)
            self._head(min(1 + level, ARTICLE - 1), numbered.number, numbered.heading)
        elif line.level:
            self._head(min(1 + line.level, ARTICLE), line.number, line.words)
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
        return "\n\n".join(self.blocks) + "\n"

    def _is_article(self, line: Line, numbered: Numbered | None) -> bool:
        if numbered is None or numbered.kind != CLAUSE:
            return False
        if line.level is not None:
            return True
        # "Art. 5 of the Code is repealed" begins a paragraph too: only the next number counts.
        sure = bool(line.number) or line.bold or numbered.separated or not numbered.heading
        return sure and rank(numbered.key) > self._last

    def _article(self, line: Line, numbered: Numbered | None) -> None:
        assert numbered is not None
        self._last = rank(numbered.key)
        if line.level is not None or not numbered.heading or _short(numbered.heading):
            self._head(ARTICLE, numbered.number, numbered.heading)
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
        self.blocks.append(heading(level, number, words.replace("*", "")))

    def _item(self, line: Line) -> None:
        depth = line.depth or 0
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


def _short(words: str) -> bool:
    return len(words) <= LONGEST_HEADING and not words.endswith((".", ";", ",", ":"))


def _behind(line: Line, numbered: Numbered) -> str:
    """The words of an article that stand in the line of its number, with their emphasis."""
    if line.number:
        return line.words
    start = numbered.heading[:12]
    at = line.words.find(start)
    return line.words[at:] if at >= 0 else numbered.heading
