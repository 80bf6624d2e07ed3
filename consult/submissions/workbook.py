"""Reading the cells of an XLSX workbook as text. Pure: bytes in, rows out.

A workbook is a zip of XML that a stranger made: what is unpacked is counted as it comes, no entity
is resolved, and a formula is never calculated; what it showed when it was saved is what is read.
"""

import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

from lxml import etree

from consult.drafts.formats.opening import hides_signs
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark

MAX_UNPACKED = 120 * 1024 * 1024  # bytes of any one part
MOST_UNPACKED = 480 * 1024 * 1024  # of all of them
# Elements that are held at once: those of a row, and whatever else stands between two of them.
MOST_SIGNS = 500_000
MOST_ROWS = 1_100_000  # a sheet has room for 1,048,576
MOST_CELLS = 2_000_000
MOST_COLUMNS = 2_000
UNREADABLE = "\ufffd"  # stands for a formula without a result, and for an error such as #REF!

_WORKBOOK = "xl/workbook.xml"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    etree.XMLSyntaxError,
    NotImplementedError,
    RuntimeError,  # a password
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
)


class DamagedWorkbookError(ConsultError):
    status = 422
    message = mark(
        "This workbook cannot be opened: it is damaged, protected by a password or no XLSX file."
        " In your spreadsheet choose “Save as”, then “Excel workbook (.xlsx)”."
    )


class WorkbookTooLargeError(ConsultError):
    status = 422
    message = mark("This workbook is too large to be read at once. Please divide it.")


@dataclass(frozen=True)
class Sheet:
    """A sheet by the name on its tab, and the part of the archive in which it stands."""

    name: str
    part: str


def is_workbook(raw: bytes) -> bool:
    """Whether these bytes are a workbook, by the parts that they hold."""
    if not raw.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _WORKBOOK in archive.namelist()
    except _DAMAGED:
        return False


def sheets(raw: bytes) -> list[Sheet]:
    """The sheets in the order of their tabs. Raises DamagedWorkbookError, WorkbookTooLargeError."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            # No part yields more than it says, so this bounds the work for all of its sheets.
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise WorkbookTooLargeError
            return _sheets(archive)
    except _DAMAGED as error:
        raise DamagedWorkbookError from error


def rows(raw: bytes, sheet: Sheet) -> list[tuple[int, list[str]]]:
    """The rows of a sheet in which something stands, with their numbers, as wide as they are filled.

    Raises DamagedWorkbookError, WorkbookTooLargeError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            reader = _Reader(archive)
            with _part(archive, sheet.part) as part:
                return list(reader.rows(part))
    except _DAMAGED as error:
        raise DamagedWorkbookError from error


class _Counted(io.RawIOBase):
    """A part of the archive that ends with an error where too much comes out of it."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part, self._left = part, MAX_UNPACKED
        self._first = True
        self._signs = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = self._part.read(size if 0 <= size < 1 << 20 else 1 << 20)
        self._left -= len(found)
        self._signs += found.count(b"<")
        if self._left < 0 or self._signs > MOST_SIGNS:
            raise WorkbookTooLargeError
        if self._first and hides_signs(found):
            raise DamagedWorkbookError
        self._first = False
        return found

    def forgotten(self) -> None:
        """What was read so far is held no longer."""
        self._signs = 0


def _part(archive: zipfile.ZipFile, name: str) -> _Counted:
    return _Counted(archive.open(name))


def _elements(part: _Counted, *names: str) -> Iterator[etree._Element]:
    """Each element of these names when it is complete; it is forgotten afterwards.

    Raises WorkbookTooLargeError where more stands between two of them than one would hold at once.
    """
    found = etree.iterparse(
        part,
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    for number, (_, element) in enumerate(found):
        if not number and element.getroottree().docinfo.doctype:
            raise DamagedWorkbookError
        if number > max(MOST_ROWS, MOST_CELLS):
            raise WorkbookTooLargeError
        yield element
        element.clear()
        # What stands before it is done with; its parent would keep it.
        while element.getprevious() is not None:
            del element.getparent()[0]
        part.forgotten()


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _sheets(archive: zipfile.ZipFile) -> list[Sheet]:
    parts = {
        element.get("Id"): element.get("Target", "")
        for element in _elements(_part(archive, "xl/_rels/workbook.xml.rels"), "Relationship")
        if element.get("Type", "").endswith("/worksheet")
    }
    found = []
    for element in _elements(_part(archive, _WORKBOOK), "sheet"):
        id_ = next((value for key, value in element.items() if key.endswith("}id")), "")
        target = parts.get(id_)
        if target:
            part = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            found.append(Sheet(element.get("name", ""), posixpath.normpath(part)))
    return found


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _words(element: etree._Element) -> str:
    """The text of a string, of its runs one after another, without the reading aids of Japanese."""
    said = [
        child.text or ""
        for child in element.iter()
        if _local(child) == "t" and _local(child.getparent()) != "rPh"
    ]
    return _unescaped("".join(said))


def _unescaped(words: str) -> str:
    """Signs that a workbook writes as "_x000D_": halves of one are joined, and one alone is none."""
    if not _ESCAPED.search(words):
        return words
    halves = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), words).replace("\0", UNREADABLE)
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


# Number formats of Excel's own that show a date or a time.
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')


def _date_styles(archive: zipfile.ZipFile) -> set[int]:
    """The numbers of the cell styles by which a number is shown as a date."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    dates, styles = set(_DATES), set()
    for element in _elements(_part(archive, "xl/styles.xml"), "numFmt", "cellXfs"):
        if _local(element) == "numFmt":
            code = _QUOTED.sub("", element.get("formatCode", "")).lower()
            if set(code) & set("ydhs"):
                dates.add(int(element.get("numFmtId", "0")))
            continue
        formats = [int(style.get("numFmtId", "0")) for style in element]
        styles = {number for number, used in enumerate(formats) if used in dates}
    return styles


class _Reader:
    """Reads cells by what the workbook says of strings, dates and its calendar."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        name = "xl/sharedStrings.xml"
        known = name in archive.namelist()
        self._strings = (
            [_words(element) for element in _elements(_part(archive, name), "si")] if known else []
        )
        self._dates = _date_styles(archive)
        told = _elements(_part(archive, _WORKBOOK), "workbookPr")
        since_1904 = any(element.get("date1904") in {"1", "true"} for element in told)
        self._zero = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
        self._cells = 0

    def rows(self, part: _Counted) -> Iterator[tuple[int, list[str]]]:
        number = 0
        for element in _elements(part, "row"):
            number = int(element.get("r") or number + 1)
            if number > MOST_ROWS:
                raise WorkbookTooLargeError
            cells: list[str] = []
            place = -1
            for cell in element:
                reference = cell.get("r")
                place = _column(reference) if reference else place + 1
                text = self._text(cell)
                if not text:
                    continue
                self._cells += 1
                if place >= MOST_COLUMNS or self._cells > MOST_CELLS:
                    raise WorkbookTooLargeError
                cells += [""] * (place + 1 - len(cells))
                cells[place] = text
            if cells:
                yield number, cells

    def _text(self, cell: etree._Element) -> str:
        value, formula = "", False
        for child in cell:
            name = _local(child)
            if name == "is":
                return _words(child)
            value = (child.text or "") if name == "v" else value
            formula = formula or name == "f"
        kind = cell.get("t", "n")
        if kind == "e" or (formula and not value and kind != "str"):
            return UNREADABLE
        if kind == "s":
            return self._strings[int(value)] if value else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "n" and value:
            return self._number(value, int(cell.get("s", "0")))
        return _unescaped(value)

    def _number(self, value: str, style: int) -> str:
        number = float(value)
        if style in self._dates and 0 < number < 2_958_466:  # the end of the year 9999
            moment = self._zero + timedelta(seconds=round(number * 86_400))
            return f"{moment:%Y-%m-%d}" if number.is_integer() else f"{moment:%Y-%m-%d %H:%M:%S}"
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else value


def _column(reference: str) -> int:
    """The place of a cell from its reference: 0 for "A1", 27 for "AB3"; 0 where there is none."""
    place = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        place = place * 26 + ord(letter) - 64
        if place > 20_000:
            raise WorkbookTooLargeError
    return max(0, place - 1)
