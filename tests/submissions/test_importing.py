"""Reading tables of comments: whatever `csv` writes is read back; hostile files harm nobody."""

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consult.kernel.markup import render_comment, tidy
from consult.submissions import importing, tables
from consult.submissions.importing import (
    BAD_DATE,
    BROKEN,
    EMPTY,
    SAME_ID,
    TOO_LONG,
    UNREADABLE,
    ColumnError,
    Columns,
    NoTextColumnError,
)
from consult.submissions.tables import FileTooLargeError, HeaderError, NotATableError, Table

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)

# Control characters are what tells a picture from a table; none is on a keyboard.
cells = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff")
    | st.sampled_from("\t\n\r"),
    max_size=40,
)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


def written(rows: list[list[str]], delimiter: str = ",", *, quoted: bool = False) -> str:
    out = io.StringIO(newline="")
    if quoted:
        csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    else:
        csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def read(text: str, columns: Columns | None = None, **choices: str) -> Table:
    return tables.read(text.encode(), **choices)


@given(
    rows=st.lists(st.tuples(cells, cells, cells).map(list), min_size=1, max_size=8),
    encoding=encodings,
    delimiter=st.sampled_from(tables.DELIMITERS),
)
def test_what_csv_writes_is_read_back(rows: list[list[str]], encoding: str, delimiter: str) -> None:
    text = written([["text", "id", "name"], *rows], delimiter, quoted=True)
    raw = text.encode(encoding)
    found = tables.detect_encoding(raw)
    table = tables.read(raw, delimiter=delimiter)
    assert raw.decode(found).removeprefix("\ufeff") == text
    assert [cells for _, cells in table.records[1:]] == rows


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 999).map(str), st.text("abc .äöü;\n", min_size=1)).map(list),
        min_size=2,
        max_size=20,
    ),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
)
def test_the_delimiter_is_found(rows: list[list[str]], delimiter: str) -> None:
    table = read(written([["id", "text"], *rows], delimiter))
    assert table.header == ["id", "text"]
    assert [cells for _, cells in table.records[1:]] == rows


def test_windows_files_are_read() -> None:
    raw = "Nummer;Kommentar\r\n1;Wäre schön – für „alle“ 5 €\r\n".encode("cp1252")
    table = tables.read(raw)
    assert (table.encoding, table.delimiter) == ("cp1252", ";")
    assert table.records[1][1] == ["1", "Wäre schön – für „alle“ 5 €"]
    assert importing.find_text_column(table.header) == "Kommentar"


def test_one_column_needs_no_delimiter() -> None:
    table = read("text\nJa, gern.\nNein, danke; nie.\nVielleicht\n")
    assert [cells for _, cells in table.records[1:]] == [
        ["Ja, gern."],
        ["Nein, danke; nie."],
        ["Vielleicht"],
    ]


def test_a_broken_line_costs_itself_only() -> None:
    table = read(
        'id,text\n1,eins\n2,"nie geschlossen\n3,drei\n4,"vier" oder\n5,fünf,zu,viel\n6,sechs\n'
    )
    found, refused = importing.rows(table, Columns(("text",), id="id"), now=NOW)
    assert [(row.line, row.text) for row in found] == [(2, "eins"), (4, "drei"), (7, "sechs")]
    assert [(r.line, r.code) for r in refused] == [(3, BROKEN), (5, BROKEN), (6, BROKEN)]


def test_a_field_of_megabytes_is_a_broken_line() -> None:
    table = read("text\n" + "x" * 3_000_000 + "\nfine\n", delimiter=",")
    found, refused = importing.rows(table, Columns(("text",)), now=NOW)
    assert [row.text for row in found] == ["fine"]
    assert [(r.line, r.code) for r in refused] == [(2, BROKEN)]


def test_hostile_files_are_read_in_linear_time() -> None:
    # Each line opens a quotation that is never closed.
    table = read("text\n" + ('"x\n' * 50_000))
    assert len(table.records) == 50_001


ARCHIVE = io.BytesIO()
with zipfile.ZipFile(ARCHIVE, "w", zipfile.ZIP_DEFLATED) as _zip:
    _zip.writestr("bomb.csv", b"0" * 10_000_000)


@pytest.mark.parametrize(
    "raw",
    [
        ARCHIVE.getvalue(),
        b"\xd0\xcf\x11\xe0 old spreadsheet",
        b"%PDF-1.7",
        bytes(range(256)) * 8,
        b"\x89PNG\r\n\x1a\n",
        "text\nutf-32\n".encode("utf-32"),
    ],
    ids=["zip", "xls", "pdf", "bytes", "png", "utf-32"],
)
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(NotATableError):
        tables.read(raw)


def test_a_huge_file_is_refused() -> None:
    with pytest.raises(FileTooLargeError):
        tables.read(bytes(200 * 1024 * 1024))


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n1,2,3\n", f"{'x' * 2000}\nwords\n"])
def test_the_first_line_must_name_the_columns(text: str) -> None:
    with pytest.raises(HeaderError):
        read(text)


def test_wrongly_decoded_rows_are_refused_one_by_one() -> None:
    raw = "text\nGrüße\n".encode() * 5 + b"text broken \xff here\n"
    found, refused = importing.rows(tables.read(raw), Columns(("text",)), now=NOW)
    assert {row.text for row in found} == {"Grüße", "text"}
    assert [r.code for r in refused] == [UNREADABLE]


def test_cells_are_only_text() -> None:
    lines = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "a\x00b", "+49 621", "@SUM(A1)"]
    table = read(written([["text"], *[[line] for line in lines]]))
    found, _ = importing.rows(table, Columns(("text",)), now=NOW)
    assert [row.text for row in found] == [*lines[:2], "ab", *lines[3:]]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["", "1", ""], EMPTY),
        (["  \n ", "1", ""], EMPTY),
        (["x" * 20_001, "1", ""], TOO_LONG),
        (["words", "1", "soon"], BAD_DATE),
        (["words", "1", "31/02/2026"], BAD_DATE),
        (["words", "1", "2026-06-02"], BAD_DATE),  # tomorrow
        (["words", "0", ""], SAME_ID),
    ],
)
def test_rows_that_are_not_taken(row: list[str], code: str) -> None:
    table = read(written([["text", "id", "day"], ["first", "0", ""], row]))
    columns = Columns(("text",), id="id", received="day")
    found, refused = importing.rows(table, columns, now=NOW)
    assert [r.text for r in found] == ["first"]
    assert [(r.line, r.code) for r in refused] == [(3, code)]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-03-01", "2026-02-28T23:00:00+00:00"),
        ("1.3.2026", "2026-02-28T23:00:00+00:00"),
        ("01/03/2026 10:30", "2026-03-01T09:30:00+00:00"),
        ("2026-03-01T10:30:05Z", "2026-03-01T10:30:05+00:00"),
        ("2026-03-01 10:30+02:00", "2026-03-01T08:30:00+00:00"),
        ("03/13/2026", None),
        ("March", None),
        ("9999-12-31T23:59-23:59", None),
    ],
)
def test_dates(text: str, iso: str | None) -> None:
    found = importing.read_date(text)
    assert (found.isoformat() if found else None) == iso


def test_a_row_with_a_slip_in_its_date_is_not_taken() -> None:
    days = ["2026-03-01", "1900-01-01", "1899-12-31", "0001-01-01", "01.01.0001", "9999-12-31"]
    table = read(written([["text", "day"], *[[f"words {day}", day] for day in days]]))
    rows, refused = importing.rows(table, Columns(("text",), received="day"), now=NOW)
    assert [row.text for row in rows] == ["words 2026-03-01", "words 1900-01-01"]
    assert [refusal.code for refusal in refused] == [importing.BAD_DATE] * 4


def test_the_same_file_gives_the_same_keys_and_equal_texts_different_ones() -> None:
    text = written([["text"], ["same"], ["other"], ["same"]])
    once, _ = importing.rows(read(text), Columns(("text",)), now=NOW)
    twice, _ = importing.rows(read(text), Columns(("text",)), now=NOW)
    assert [row.key for row in once] == [row.key for row in twice]
    assert len({row.key for row in once}) == 3
    assert max(len(row.key) for row in once) <= 120


def test_columns_are_found_and_missed_by_name() -> None:
    table = read("ID,moderated,Comment-Body\n1,-1,words\n")
    columns = importing.checked(table, Columns((), id="id"))
    assert columns == Columns(("Comment-Body",), id="ID")
    assert table.unmapped(columns.chosen()) == ["moderated"]
    with pytest.raises(ColumnError):
        importing.checked(table, Columns((), received="day"))
    with pytest.raises(NoTextColumnError):
        importing.checked(read("a,b\n1,2\n"), Columns(()))


@given(st.text("*_[]()<>&\\#-+.1a >\n\t!`~;", max_size=60) | st.text(max_size=60))
@example("1. one\n2) two\n- three\n> four\n_under_ snake_case **bold** [x](https://a.lu) &amp; \\*")
@example("<https://a.lu> &#42; \\\nnext\n\n    indented")
def test_what_looks_like_markup_stays_as_written(text: str) -> None:
    text = tidy(text)
    made = render_comment(importing.literal(text))
    lines = [line.strip(" \t") for line in text.split("\n")]
    shown = [line.strip(" \t") for line in made.text.split("\n")]
    assert shown == ([line for line in lines if line] or [""])
    for tag in ("<em", "<strong", "<a", "<li", "<ol", "<blockquote"):
        assert tag not in made.html
