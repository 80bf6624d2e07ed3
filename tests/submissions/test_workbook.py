"""Reading workbooks: whatever is written is read back; hostile ones harm nobody."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.submissions import tables, workbook
from consult.submissions.workbook import DamagedWorkbookError, WorkbookTooLargeError
from tests.submissions.workbooks import packed, sheet, strings, styles, written


def cells(raw: bytes) -> list[tuple[int, list[str]]]:
    return workbook.rows(raw, workbook.sheets(raw)[0])


texts = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff<"
    )
).filter(lambda text: "_x" not in text)


@given(st.lists(st.lists(texts, min_size=1, max_size=5), max_size=6))
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    def trimmed(row: list[str]) -> list[str]:
        while row and not row[-1]:
            row = row[:-1]
        return row

    found = [row for _, row in cells(written({"One": rows}))]
    assert found == [row for row in map(trimmed, rows) if row]


def test_cells_are_read_as_they_are_shown() -> None:
    xml = sheet([[
        '<c r="A1" t="s"><v>0</v></c>',
        '<c r="C1" t="s"><v>1</v></c>',
        '<c r="D1"><v>42.0</v></c>',
        '<c r="E1"><v>0.1</v></c>',
        '<c r="F1" s="1"><v>45809</v></c>',
        '<c r="G1" s="2"><v>45809.4375</v></c>',
        '<c r="H1" s="3"><v>45809</v></c>',
        '<c r="I1" t="b"><v>1</v></c>',
        '<c r="J1" t="str"><f>A1&amp;"x"</f><v>shown x</v></c>',
        '<c r="K1"><f>WEBSERVICE("https://example.org")</f></c>',
        '<c r="L1" t="e"><v>#REF!</v></c>',
    ]])  # fmt: skip
    parts = {
        **styles("General", "dd/mm/yyyy", 'yyyy"-"mm hh:mm', '0.00 "days"'),
        **strings(
            "<t>Plain</t>", "<r><t>Rich </t></r><r><t>te_x000A_xt</t></r><rPh><t>no</t></rPh>"
        ),
    }
    [(number, row)] = cells(packed({"One": xml}, parts))
    assert number == 1
    assert row == [
        "Plain", "", "Rich te\nxt", "42", "0.1", "2025-06-01", "2025-06-01 10:30:00", "45809",
        "TRUE", "shown x", workbook.UNREADABLE, workbook.UNREADABLE,
    ]  # fmt: skip


def test_the_calendar_of_1904_is_told_apart() -> None:
    raw = packed({"One": sheet([['<c r="A1" s="0"><v>0.5</v></c>']])}, styles("yyyy"))
    early = _with(raw, "xl/workbook.xml", b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    assert cells(early) == [(1, ["1904-01-01 12:00:00"])]


def _with(raw: bytes, name: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as before, zipfile.ZipFile(out, "w") as after:
        for part in before.namelist():
            content = before.read(part)
            after.writestr(part, content.replace(old, new) if part == name else content)
    return out.getvalue()


def test_only_rows_with_something_in_them_count() -> None:
    raw = written({"One": [["text"], [""], ["words"], *[["", ""]] * 1000]})
    assert cells(raw) == [(1, ["text"]), (3, ["words"])]


def test_a_sheet_that_unpacks_to_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(WorkbookTooLargeError):
        cells(written({"One": [["x" * 3_000_000]]}))


def test_a_cell_far_to_the_right_and_too_many_cells_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(WorkbookTooLargeError):
        cells(written({"One": [['<c r="XFD1"><v>1</v></c>']]}))
    monkeypatch.setattr(workbook, "MOST_CELLS", 10)
    with pytest.raises(WorkbookTooLargeError):
        cells(written({"One": [["x"] * 11]}))


EMPTY_CELLS = "<c/>" * (workbook.MOST_SIGNS + 100_000)


@pytest.mark.parametrize(
    "inside",
    [f"<row>{EMPTY_CELLS}</row>", f"{EMPTY_CELLS}<row/>"],
    ids=["a row of nothing", "nothing between rows"],
)
def test_what_is_small_unpacked_but_large_in_memory_is_refused(inside: str) -> None:
    """Elements without words take fifty times their bytes once they are read."""
    raw = packed({"One": f"<worksheet><sheetData>{inside}</sheetData></worksheet>"})
    assert len(raw) < 10_000
    with pytest.raises(WorkbookTooLargeError):
        cells(raw)


def test_rows_beyond_the_last_one_of_a_sheet_and_too_many_parts_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    far = '<row r="99999999999999999999"><c><v>1</v></c></row>'
    with pytest.raises(WorkbookTooLargeError):
        cells(packed({"One": f"<worksheet><sheetData>{far}</sheetData></worksheet>"}))
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 10_000)
    with pytest.raises(WorkbookTooLargeError):
        tables.read(packed({f"Sheet {n}": sheet([]) + " " * 1_000 for n in range(10)}))


def test_an_encoding_in_which_signs_cannot_be_counted_is_refused() -> None:
    raw = written({"One": [["text"]]})
    hidden = b'<?xml version="1.0" encoding="UTF-7"?><worksheet'
    with pytest.raises(DamagedWorkbookError):
        cells(_with(raw, "xl/worksheets/sheet1.xml", b"<worksheet", hidden))


def test_halves_of_signs_are_joined_and_one_alone_is_unreadable() -> None:
    """A lone half can be neither shown nor stored."""
    raw = written({"One": [["_xD83D__xDE00_", "a_xD800_", "b_x0000_", "c_x000D_d"]]})
    assert cells(raw) == [(1, ["\U0001f600", "a\ufffd", "b\ufffd", "c\rd"])]


def test_entities_are_not_resolved_and_a_doctype_is_refused() -> None:
    raw = written({"One": [["text"]]})
    evil = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet'
    with pytest.raises(DamagedWorkbookError):
        cells(_with(raw, "xl/worksheets/sheet1.xml", b"<worksheet", evil))


@pytest.mark.parametrize("cut", range(0, 900, 50))
def test_a_damaged_workbook_is_refused_or_read(cut: int) -> None:
    raw = written({"One": [["text"], ["words"]]})
    broken = raw[:cut] + b"\0" * 60 + raw[cut + 60 :]
    found = []
    with suppress(DamagedWorkbookError, tables.NotATableError):
        found = tables.read(broken).records[1:]
    assert found in ([], [(2, ["words"])])


def test_a_workbook_is_a_table_with_sheets() -> None:
    raw = written({"Empty": [], "Answers": [["id", "text"], ["1", "words"]]})
    table = tables.read(raw)
    assert (table.encoding, table.sheet, table.sheets) == ("xlsx", "Answers", ("Empty", "Answers"))
    assert table.records[1:] == [(2, ["1", "words"])]
