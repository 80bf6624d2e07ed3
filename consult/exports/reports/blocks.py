"""What a report is made of, whatever file it becomes. Pure values; a writer knows nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

# How words of a change look: as they were and are, struck, inserted; or simply weighty.
SAME, STRUCK, INSERTED, STRONG = "", "struck", "inserted", "strong"


@dataclass(frozen=True)
class Run:
    """Words of one look. `language` only where it is not that of the report."""

    words: str
    look: str = SAME
    link: str = ""
    language: str = ""


@dataclass(frozen=True)
class Heading:
    """Level 2 is a chapter; the title of the report is level 1."""

    level: int
    words: str
    language: str = ""


@dataclass(frozen=True)
class Paragraph:
    runs: tuple[Run, ...]
    quiet: bool = False


@dataclass(frozen=True)
class Items:
    """A list without numbers."""

    items: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, and where it stands."""

    words: str
    language: str
    source: str
    link: str


@dataclass(frozen=True)
class Change:
    """Words of the text with what was struck and inserted."""

    runs: tuple[Run, ...]
    language: str


# Between these many letters a column of a table is as broad as its longest cell.
WORD, SENTENCE = 10, 50

# A number is written as the reader's language writes it, and stays one in a spreadsheet.
Cell = str | int


@dataclass(frozen=True)
class Table:
    """The first row says what the columns are, the first column what the rows are."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    # What the sheet of a workbook is called.
    sheet: str
    # Tables too long to be read on paper stand in spreadsheets and data alone.
    only_data: bool = False

    @property
    def filled(self) -> "Table":
        """The same for a page: without columns in which no row says anything."""
        kept = [at for at in range(len(self.head)) if any(row[at] != "" for row in self.rows)]
        if not self.rows or len(kept) == len(self.head):
            return self
        rows = tuple(tuple(row[at] for at in kept) for row in self.rows)
        return replace(self, head=tuple(self.head[at] for at in kept), rows=rows)

    @property
    def room(self) -> list[int]:
        """How much of a line each column of words wants, in letters of its longest cell, between
        WORD and SENTENCE; 0 for a column of numbers, which is as broad as they are."""
        first = self.rows[0] if self.rows else self.head
        return [
            0
            if isinstance(cell, int)
            else max(WORD, min(SENTENCE, max(len(str(row[at])) for row in (self.head, *self.rows))))
            for at, cell in enumerate(first)
        ]


@dataclass(frozen=True)
class Bar:
    name: str
    value: int


@dataclass(frozen=True)
class Chart:
    """Parts of a whole as a picture; `beside`: numbers side by side, each with a bar of its own.

    The same numbers stand in words or in a table with it.
    """

    caption: str
    alternative: str
    bars: tuple[Bar, ...]
    beside: bool = False


Block = Heading | Paragraph | Items | Quote | Change | Table | Chart


@dataclass(frozen=True)
class Report:
    """A report in one language, as of one moment."""

    slug: str
    language: str
    title: str
    # Whose consultation it is.
    body: str
    # The public page.
    address: str
    at: datetime
    # The last comment number of that moment.
    last_comment: int
    blocks: tuple[Block, ...]
    # The same numbers for programs.
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]

    def shown(self) -> Iterator[Block]:
        """What stands in a text; the longest tables are for spreadsheets."""
        for block in self.blocks:
            if not isinstance(block, Table):
                yield block
            elif not block.only_data:
                yield block.filled


def plain(words: str, link: str = "", language: str = "") -> tuple[Run, ...]:
    return (Run(words, link=link, language=language),)


def paragraph(words: str, *, quiet: bool = False, language: str = "") -> Paragraph:
    return Paragraph(plain(words, language=language), quiet)
