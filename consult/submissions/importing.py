"""Reading a table of comments out of a file that somebody uploaded. Pure: bytes in, rows out.

Nothing in a file is believed: its encoding and delimiter are found out, a cell is only ever text,
and a broken line is reported by its number while the others are read.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from analysis.language import detect
from consult.kernel.clock import LUXEMBOURG
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import LANGUAGES, mark
from consult.kernel.markup import tidy
from consult.submissions.intake import MAX_LENGTH
from consult.submissions.lateness import can_be

MAX_BYTES = 30 * 1024 * 1024
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
ROWS_HEARD = 200  # rows by which the main language of a file is judged
SAMPLE = 50  # records that the delimiter is judged by
LONGEST_NAME = 120  # characters of a column's name, and of a person's

# Why a row was not taken.
EMPTY, TOO_LONG, BROKEN, UNREADABLE, BAD_DATE, NO_DATE, SAME_ID = (
    "empty",
    "too_long",
    "broken",
    "unreadable",
    "bad_date",
    "no_date",
    "same_id",
)
# What else is said of a row that was taken.
CLAUSE_UNKNOWN = "clause_unknown"

_TEXT_NAMES = (
    "text", "comment", "body", "comment_body", "contributions_arguments_body", "contribution",
    "content", "message", "texte", "commentaire", "contribution_body", "contenu", "kommentar",
    "beitrag", "inhalt", "stellungnahme", "kommentaar", "bäitrag", "avis", "opinion",
)  # fmt: skip
_TEXT_ENDINGS = ("_body", "_text", "_comment", "_texte", "_content")


class NotATableError(ConsultError):
    """The file is not text at all: a spreadsheet, an archive, a picture."""

    status = 422
    message = mark(
        "This is not a CSV file. In your spreadsheet choose “Save as”, then “CSV (UTF-8)”,"
        " and send that file."
    )


class FileTooLargeError(ConsultError):
    status = 422
    message = mark("The file is larger than %(limit)s MB. Please divide it.")


class HeaderError(ConsultError):
    """The first line does not name the columns."""

    status = 422
    message = mark("The first line of the file must hold the names of the columns.")


class ColumnError(ConsultError):
    """A column that was asked for is not there, or none was found that holds the comments."""

    status = 422
    message = mark("The file has no column “%(column)s”. Its columns are: %(columns)s.")


@dataclass(frozen=True)
class Columns:
    """Which column holds what; "" for nothing. Every other column is left alone."""

    text: str
    id: str = ""
    language: str = ""
    clause: str = ""
    received: str = ""
    name: str = ""

    def chosen(self) -> list[str]:
        every = (self.text, self.id, self.language, self.clause, self.received, self.name)
        return [name for name in every if name]


@dataclass(frozen=True)
class Row:
    """One comment of a file. `key` is its identity within its source."""

    line: int
    key: str
    text: str
    language: str | None
    clause: str
    received_at: datetime | None
    name: str


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken, or (CLAUSE_UNKNOWN) something to know about one that was."""

    line: int
    code: str


@dataclass(frozen=True)
class Table:
    """A file, read: its columns, and each record with the number of the line it begins on.

    A record is None where the line is broken.
    """

    encoding: str
    delimiter: str
    header: list[str]
    records: list[tuple[int, list[str] | None]]

    def unmapped(self, columns: Columns) -> list[str]:
        """The columns that are not used, for the report."""
        used = set(columns.chosen())
        return [name for name in self.header if name not in used]


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


def read(raw: bytes, *, encoding: str = "", delimiter: str = "") -> Table:
    """Read a file; encoding and delimiter are found out where they are not given.

    Raises FileTooLargeError, NotATableError or HeaderError.
    """
    if len(raw) > MAX_BYTES:
        raise FileTooLargeError(limit=MAX_BYTES // 1024 // 1024)
    encoding = encoding or detect_encoding(raw)
    text = raw.decode(encoding, errors="replace").removeprefix("\ufeff")
    lines = list(io.StringIO(text, newline=""))
    delimiter = delimiter or detect_delimiter(lines)
    records = _records(lines, delimiter)
    first = next(((line, cells) for line, cells in records if cells != []), None)
    if first is None or first[1] is None:
        raise HeaderError
    header = _header(first[1])
    return Table(
        encoding, delimiter, header, [_fitted(r, len(header)) for r in records if r[1] != []]
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


def _records(lines: Sequence[str], delimiter: str) -> list[tuple[int, list[str] | None]]:
    return list(_iterate(lines, delimiter))


def _iterate(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
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
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = tidy(cell).replace("\n", " ")
        if len(name) > LONGEST_NAME:
            raise HeaderError
        name = name or str(number)
        names.append(name if name not in names else f"{name} ({number})")
    if not any(tidy(cell) for cell in cells):
        raise HeaderError
    return names


def _fitted(record: tuple[int, list[str] | None], width: int) -> tuple[int, list[str] | None]:
    """A record as wide as the header: spreadsheets leave empty cells at the end out."""
    line, cells = record
    if cells is None or len(cells) > width:
        return line, None
    return line, cells + [""] * (width - len(cells))


def find_text_column(header: Sequence[str]) -> str:
    """The column that by its name holds the comments; "" if none does."""
    plain = {name.casefold().replace("-", "_").replace(" ", "_"): name for name in reversed(header)}
    for wanted in _TEXT_NAMES:
        if wanted in plain:
            return plain[wanted]
    return next((name for key, name in reversed(plain.items()) if key.endswith(_TEXT_ENDINGS)), "")


def checked(table: Table, columns: Columns) -> Columns:
    """The columns as the file spells them. Raises ColumnError for one it does not have."""
    if not columns.text:
        columns = replace(columns, text=find_text_column(table.header))
    exact = {name: name for name in table.header}
    loose = {name.casefold(): name for name in table.header}

    def found(name: str, *, needed: bool = False) -> str:
        known = exact.get(name) or loose.get(name.casefold(), "")
        if not known and (name or needed):
            raise ColumnError(column=name or "text", columns=", ".join(table.header))
        return known

    return Columns(
        text=found(columns.text, needed=True),
        id=found(columns.id),
        language=found(columns.language),
        clause=found(columns.clause),
        received=found(columns.received),
        name=found(columns.name),
    )


def rows(table: Table, columns: Columns, *, now: datetime) -> tuple[list[Row], list[Refusal]]:
    """The comments of a table, and the rows that cannot be taken, in the order of the file.

    A row's key is its id, else the digest of its words and how many times they stood above: the
    same file twice gives the same keys, and equal texts are different comments.
    """
    place = {name: number for number, name in enumerate(table.header)}
    reader = _RowReader(columns, place, now)
    taken: list[Row] = []
    refused: list[Refusal] = []
    for line, cells in table.records[1:]:
        found = reader.read(line, cells)
        if isinstance(found, Row):
            taken.append(found)
        else:
            refused.append(found)
    return taken, refused


class _RowReader:
    """Reads one row after another, remembering which keys were given out."""

    def __init__(self, columns: Columns, place: dict[str, int], now: datetime) -> None:
        self._columns = columns
        self._place = place
        self._now = now
        self._times: Counter[str] = Counter()
        self._ids: set[str] = set()

    def read(self, line: int, cells: list[str] | None) -> Row | Refusal:
        if cells is None:
            return Refusal(line, BROKEN)

        def cell(name: str) -> str:
            return tidy(cells[self._place[name]]) if name else ""

        text = cell(self._columns.text)
        key = self._key(text, cell(self._columns.id))
        received = read_date(cell(self._columns.received))
        problem = self._problem(text, key, cell(self._columns.received), received)
        if problem:
            return Refusal(line, problem)
        return Row(
            line=line,
            key=key,
            text=text,
            language=read_language(cell(self._columns.language)),
            clause=cell(self._columns.clause),
            received_at=received,
            name=" ".join(cell(self._columns.name).split())[:LONGEST_NAME],
        )

    def _key(self, text: str, given: str) -> str:
        """ "" where the id stood in a row above."""
        if given:
            key = f"id:{given}" if len(given) <= 100 else f"id#{_digest(given)}"
            if key in self._ids:
                return ""
            self._ids.add(key)
            return key
        digest = _digest(text)
        self._times[digest] += 1
        return f"words:{digest}:{self._times[digest]}"

    def _problem(self, text: str, key: str, written: str, received: datetime | None) -> str:
        if not text:
            return EMPTY
        if len(text) > MAX_LENGTH:
            return TOO_LONG
        if "\ufffd" in text:
            return UNREADABLE
        if written and (received is None or not can_be(received, self._now)):
            return BAD_DATE
        return "" if key else SAME_ID


def main_language(rows: Sequence[Row], default: str) -> str:
    """The language of most rows: what rows too short to be recognised are taken for.

    Judged by what the file says of its rows, else by their words; `default` where neither says
    anything. Enough rows from all over the file speak for the rest.
    """
    step = max(1, len(rows) // ROWS_HEARD)
    heard = (row.language or detect(row.text)[0] for row in rows[::step])
    spoken = Counter(code for code in heard if code in LANGUAGES)
    return max(spoken, key=lambda code: (spoken[code], code == default), default=default)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:40]


_DATE = re.compile(
    r"(?:(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)"
    r"|(?P<day2>\d\d?)[./](?P<month2>\d\d?)[./](?P<year2>\d{4}))"
    r"(?:[T ,]+(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?)?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d)?",
)


def read_date(written: str) -> datetime | None:
    """An instant from "2026-03-01", "2026-03-01T10:00Z", "1.3.2026" or "01/03/2026 10:00".

    Day before month; Luxembourg time where no zone is said; the beginning of the day where no
    time is. None for anything else.
    """
    found = _DATE.fullmatch(written.strip())
    if found is None:
        return None
    part = {name: text or "" for name, text in found.groupdict().items()}

    def number(*names: str) -> int:
        return int("".join(part[name] for name in names) or 0)

    try:
        instant = datetime(
            number("year", "year2"),
            number("month", "month2"),
            number("day", "day2"),
            number("hour"),
            number("minute"),
            number("second"),
            tzinfo=LUXEMBOURG,
        )
        if part["zone"]:
            instant = datetime.fromisoformat(f"{instant:%Y-%m-%dT%H:%M:%S}{part['zone']}")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_LANGUAGE_CODES = {"fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "ltz": "lb", "eng": "en"}


def read_language(written: str) -> str | None:
    """One of our languages from "de", "de-AT", "DEU"; None where it has to be found out."""
    code = re.split(r"[-_]", written.casefold())[0]
    code = _LANGUAGE_CODES.get(code, code)
    return code if code in LANGUAGES else None


# Where the Markdown of a comment could read a mark of its own in somebody's plain words.
_MARKUP = re.compile(
    r"\\(?=[!-/:-@\[-`{-~\n])"
    r"|[*\[\]<]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|&(?=\#?\w{1,40};)"
)
_LINE_START = re.compile(r"^(?P<indent>[ \t]*)(?P<before>\d{0,9})(?=[-+>.)])", re.MULTILINE)


def literal(text: str) -> str:
    """Markdown that reads as `text` does, so that what somebody wrote stays as they wrote it."""
    return _LINE_START.sub(r"\g<indent>\g<before>\\", _MARKUP.sub(r"\\\g<0>", text))
