"""Reading a file that somebody uploaded as a table. Pure: bytes in, cells out.

Nothing in a file is believed: its encoding and delimiter are found out, a cell is only ever text,
and a broken line is reported by its number while the others are read. What platforms write above
and below the names of the columns is told apart in `platforms`.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.kernel.markup import tidy
from consult.submissions import platforms, workbook

Record = tuple[int, list[str] | None]

MAX_BYTES = 30 * 1024 * 1024
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "mac-roman", "cp850")
DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 50  # records that the delimiter is judged by
LONGEST_NAME = 120  # characters of a column's name
LONGEST_QUESTION = 1_000
MOST_COLUMNS = 1_000
MOST_CELLS = 5_000_000
XLSX = "xlsx"  # in the place of an encoding: a workbook has none


class NotATableError(ConsultError):
    """The file is neither text nor a workbook: an archive, a picture, an old spreadsheet."""

    status = 422
    message = mark(
        "This is neither a CSV nor an XLSX file. In your spreadsheet choose “Save as”, then"
        " “Excel workbook (.xlsx)” or “CSV (UTF-8)”, and send that file."
    )


class FileTooLargeError(ConsultError):
    status = 422
    message = mark("The file is larger than %(limit)s MB. Please divide it.")


class HeaderError(ConsultError):
    """The first line does not name the columns."""

    status = 422
    message = mark("The first line of the file must hold the names of the columns.")


@dataclass(frozen=True)
class Table:
    """A file, read: its columns, and each record with the number of the line it begins on.

    A record is None where the line is broken; the first one holds the names of the columns.
    """

    encoding: str
    delimiter: str
    header: list[str]
    records: list[tuple[int, list[str] | None]]
    # Whose export it is (platforms.PLATFORMS); "" for a plain sheet.
    platform: str = ""
    # The sheet that was read, and all there are; nothing for CSV.
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    # What was asked in a column, where its name is short for it.
    questions: dict[str, str] = field(default_factory=dict)
    # The time zone in which the days of a column are written, where a platform says it.
    zones: dict[str, str] = field(default_factory=dict)

    def unmapped(self, used: Sequence[str]) -> list[str]:
        """The columns that are not used, for the report."""
        return [name for name in self.header if name not in set(used)]

    def question(self, column: str) -> str:
        """What was asked in this column."""
        return self.questions.get(column) or column

    def samples(self) -> list[list[str]]:
        """Of each column, the first two things that stand in it."""
        first = [cells for _, cells in self.records[1 : SAMPLE + 1] if cells is not None]
        return [
            list(islice((cells[place] for cells in first if cells[place].strip()), 2))
            for place in range(len(self.header))
        ]


# What archives, spreadsheets, documents and pictures begin with.
_MAGIC = (
    b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd",
    b"Rar!", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"{\\rtf", b"SQLite",
)  # fmt: skip
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_UTF32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13})


def read(raw: bytes, *, encoding: str = "", delimiter: str = "", sheet: str = "") -> Table:
    """Read a file; encoding, delimiter and sheet are found out where they are not given.

    Raises FileTooLargeError, NotATableError, HeaderError, DamagedWorkbookError or
    WorkbookTooLargeError.
    """
    if len(raw) > MAX_BYTES:
        raise FileTooLargeError(limit=MAX_BYTES // 1024 // 1024)
    if workbook.is_workbook(raw):
        return _read_workbook(raw, sheet)
    encoding = encoding if encoding in ENCODINGS else detect_encoding(raw)
    text = raw.decode(encoding, errors="replace").removeprefix("\ufeff")
    lines = list(io.StringIO(text, newline=""))
    delimiter = delimiter or detect_delimiter(lines)
    records = [record for record in _iterate(lines, delimiter) if record[1] != []]
    return _table(records, encoding=encoding, delimiter=delimiter)


def _read_workbook(raw: bytes, wanted: str) -> Table:
    """The wanted sheet, else the first in which something stands."""
    there = workbook.sheets(raw)
    for sheet in there:
        if wanted and sheet.name != wanted:
            continue
        records: list[Record] = [*workbook.rows(raw, sheet)]
        if records or wanted:
            names = tuple(sheet.name for sheet in there)
            made = _table(records, encoding=XLSX, delimiter="")
            return replace(made, sheet=sheet.name, sheets=names)
    raise HeaderError


def _table(records: list[Record], *, encoding: str, delimiter: str) -> Table:
    if not records or records[0][1] is None:
        raise HeaderError
    found = platforms.layout([cells for _, cells in records[: platforms.DEEPEST]])
    header = _header(found.header)
    if len(header) * len(records) > MOST_CELLS:
        raise FileTooLargeError(limit=MAX_BYTES // 1024 // 1024)
    rows = [records[found.begin - 1], *records[found.begin :]]
    return Table(
        encoding,
        delimiter,
        header,
        [_fitted(record, len(header)) for record in rows],
        platform=found.platform,
        questions={
            name: tidy(asked).replace("\n", " ")[:LONGEST_QUESTION]
            for name, asked in zip(header, found.questions or found.header, strict=False)
        },
        zones=dict(zip(header, found.zones, strict=False)),
    )


def detect_encoding(raw: bytes) -> str:
    """Which of ENCODINGS a file is in. Raises NotATableError for what is no text."""
    if raw.startswith((*_MAGIC, *_UTF32)):
        raise NotATableError
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return encoding
    sample = raw[:4096]
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    if max(zeros) > len(sample) // 4 and min(zeros) <= len(sample) // 50:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    if len(sample) - len(sample.translate(None, _CONTROL)) > len(sample) // 20:
        raise NotATableError
    return _eight_bits(raw)


def _eight_bits(raw: bytes) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        # A file cut in the middle of a letter is still UTF-8; one in Windows' code page has
        # hardly any sequence that is valid UTF-8 by chance.
        text = raw.decode("utf-8", errors="replace")
        broken = text.count("\ufffd")
        good = sum(1 for c in text if c > "\x7f") - broken
        return "utf-8" if good > 3 * broken else "cp1252"
    return "utf-8"


def detect_delimiter(lines: Sequence[str]) -> str:
    """The delimiter by which most of the first records have as many cells as the header.

    One that divides the header comes before one that does not, if half of the records agree.
    """

    def judged(delimiter: str) -> tuple[bool, float, int]:
        sample: list[list[str] | None] = []
        for _, cells in _iterate(lines, delimiter):
            if cells != []:
                sample.append(cells)
            if len(sample) > SAMPLE:
                break
        if not sample or sample[0] is None:
            return False, 0.0, 0
        width = len(sample[0])
        fitting = sum(cells is not None and len(cells) == width for cells in sample)
        share = round(fitting / len(sample), 1)
        return width > 1 and share >= 0.5, share, width

    return max(DELIMITERS, key=judged)


def _iterate(lines: Sequence[str], delimiter: str) -> Iterator[Record]:
    """Records with the number of the line on which they begin.

    After a broken record (a quotation mark never closed, a cell above the `csv` module's limit of
    131,072 characters) reading goes on with the line after the one where it began.
    """
    at = 0

    def following() -> Iterator[str]:
        nonlocal at
        while at < len(lines):
            at += 1
            yield lines[at - 1]

    reader = csv.reader(following(), delimiter=delimiter, strict=True)
    while True:
        begin = at
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            at = begin + 1
            reader = csv.reader(following(), delimiter=delimiter, strict=True)
            yield begin + 1, None
        else:
            yield begin + 1, cells


def _header(cells: Sequence[str]) -> list[str]:
    """The names of the columns, each once."""
    if len(cells) > MOST_COLUMNS:
        raise HeaderError
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(cells, 1):
        name = tidy(cell).replace("\n", " ")
        if len(name) > LONGEST_QUESTION:
            raise HeaderError
        # Platforms name a column by the whole question.
        name = name[:LONGEST_NAME].strip() or str(number)
        while name in taken:
            name = f"{name} ({number})"
        taken.add(name)
        names.append(name)
    if not any(tidy(cell) for cell in cells):
        raise HeaderError
    return names


def _fitted(record: Record, width: int) -> Record:
    """A record as wide as the header: spreadsheets leave empty cells at the end out."""
    line, cells = record
    if cells is None or len(cells) > width:
        return line, None
    return line, cells + [""] * (width - len(cells))
