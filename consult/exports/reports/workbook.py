"""The report as an Excel file: a sheet for each table, and one with every point."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from consult.exports.reports.blocks import Heading, Paragraph, Report, Table
from consult.kernel.i18n import gettext as _
from consult.kernel.sheets import safe_cell

MOST_CHARACTERS = 32_000  # of a cell; Excel refuses a file with more than 32,767
MOST_ROWS = 1_048_000  # of a sheet
_WIDTHS = {"number": 12, "text": 28}
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def write_workbook(
    report: Report, header: list[str], points: Iterable[list[str | int]], path: Path
) -> None:
    """Write the file; rows of points are written as they come, whatever their number."""
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    try:
        _Book(book, report).write(header, points)
    finally:
        book.close()


class _Book:
    def __init__(self, book: Any, report: Report) -> None:
        self.book = book
        self.report = report
        self.names: set[str] = set()
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        # Words that a spreadsheet would calculate once somebody edits their cell stay words.
        self.guarded = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self.number = book.add_format({"num_format": "#,##0", "valign": "top"})

    def write(self, header: list[str], points: Iterable[list[str | int]]) -> None:
        report = self.report
        self.book.set_properties(
            {
                "title": report.title,
                "author": report.body,
                "comments": report.address,
                "created": _naive(report.at),
            }
        )
        self._opening()
        for table in report.tables:
            sheet = self._sheet(table.sheet)
            self._table(sheet, table)
        self._points(header, points)

    def _opening(self) -> None:
        """The first sheet: what this is, and the sum."""
        sheet = self._sheet(_("Report"))
        sheet.set_column(0, 0, 100)
        sheet.write_string(0, 0, _fit(self.report.title), self.title)
        row, chapters = 1, 0
        for block in self.report.blocks:
            chapters += isinstance(block, Heading)
            if chapters > 1:
                break
            if isinstance(block, Paragraph):
                words = "".join(run.words for run in block.runs)
                sheet.write_string(row, 0, _fit(words), self.wrapped)
                row += 1

    def _table(self, sheet: Any, table: Table) -> None:
        first = table.rows[0] if table.rows else ()
        for column, words in enumerate(table.head):
            kind = "number" if column < len(first) and isinstance(first[column], int) else "text"
            sheet.set_column(column, column, _WIDTHS[kind])
            sheet.write_string(0, column, _fit(words), self.bold)
        sheet.freeze_panes(1, 0)
        for index, cells in enumerate(table.rows, 1):
            self._row(sheet, index, cells)

    def _points(self, header: list[str], points: Iterable[list[str | int]]) -> None:
        name, part, sheet, index = _("Every point"), 0, None, MOST_ROWS
        for cells in points:
            if index >= MOST_ROWS:
                part += 1
                sheet, index = self._sheet(name if part == 1 else f"{name} {part}"), 1
                self._head_of_points(sheet, header)
            self._row(sheet, index, cells)
            index += 1
        if part == 0:
            self._head_of_points(self._sheet(name), header)
        elif part == 1:
            assert sheet is not None
            sheet.autofilter(0, 0, index - 1, len(header) - 1)

    def _head_of_points(self, sheet: Any, header: list[str]) -> None:
        for column, words in enumerate(header):
            sheet.set_column(column, column, 60 if words in {_("Words"), _("Reason")} else 16)
            sheet.write_string(0, column, _fit(words), self.bold)
        sheet.freeze_panes(1, 1)

    def _row(self, sheet: Any, index: int, cells: Iterable[str | int]) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(index, column, cell, self.number)
            elif cell:
                words = _fit(cell)
                safe = safe_cell(words) == words
                sheet.write_string(index, column, words, self.wrapped if safe else self.guarded)

    def _sheet(self, name: str) -> Any:
        """A new sheet with a name that Excel takes, and that no other sheet has."""
        short = name.translate(_FORBIDDEN).strip()[:31] or "-"
        number = 2
        while short.lower() in self.names:
            short = f"{short[:28]} {number}"
            number += 1
        self.names.add(short.lower())
        sheet = self.book.add_worksheet(short)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return sheet


def _fit(words: str) -> str:
    fit = "".join(sign for sign in words if sign >= " " or sign in "\n\t")
    return fit if len(fit) <= MOST_CHARACTERS else fit[: MOST_CHARACTERS - 2] + " …"


def _naive(instant: datetime) -> datetime:
    return instant.replace(tzinfo=None)
