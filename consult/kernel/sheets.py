"""Rows for spreadsheets, written so that no cell can be taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# What Excel and LibreOffice read as the start of a formula, full-width forms included.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would calculate it."""
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS) or text.startswith(_STARTS) else text


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines of a CSV file (RFC 4180), every text cell quoted and made safe.

    Begins with a byte order mark, without which Excel takes UTF-8 for something else.
    """
    yield "\ufeff"
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
