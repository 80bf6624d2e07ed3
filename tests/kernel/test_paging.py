"""Keyset paging: forwards and backwards, every row is seen once and in order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select

from consult.kernel import paging
from consult.kernel.paging import Keyset, Page, cut, window


def fetch(keys: list[int], keyset: Keyset, size: int) -> Page[int]:
    """What a query would do: a range in one direction, one row more than the page."""
    if keyset.before is not None:
        before = keyset.before
        rows = sorted((k for k in keys if k < before), reverse=True)
    else:
        rows = sorted(k for k in keys if k > (keyset.after or 0))
    return cut(rows[: size + 1], keyset, lambda k: k, size)


@given(st.lists(st.integers(1, 10_000), unique=True), st.integers(1, 7))
def test_walking_forwards_and_back_sees_every_row_once(keys: list[int], size: int) -> None:
    page = fetch(keys, Keyset(), size)
    pages = [list(page.rows)]
    while page.next is not None:
        page = fetch(keys, Keyset(after=page.next), size)
        pages.append(list(page.rows))
    assert [k for rows in pages for k in rows] == sorted(keys)
    while page.previous is not None:
        page = fetch(keys, Keyset(before=page.previous), size)
        pages.pop()
        assert list(page.rows) == pages[-1]
    assert len(pages) == 1


@given(st.text(max_size=30))
def test_nonsense_in_the_address_is_the_first_page(text: str) -> None:
    keyset = Keyset.parse(text, None)
    assert (
        keyset.after is None or str(keyset.after) == text.lstrip("0") or int(text) == keyset.after
    )


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("number", [0, 1, 3, 4, 7])
def test_a_statement_is_walked_as_a_list_is(
    monkeypatch: pytest.MonkeyPatch, number: int, newest_first: bool
) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 3)
    rows = Table("rows", MetaData(), Column("id", Integer, primary_key=True))
    ordered = sorted(range(10, 10 + number), reverse=newest_first)
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        rows.create(connection)
        if number:
            connection.execute(insert(rows), [{"id": key} for key in ordered])

        def page(keyset: Keyset) -> Page[int]:
            statement = window(select(rows.c.id), keyset, rows.c.id, newest_first=newest_first)
            return cut(connection.scalars(statement).all(), keyset, lambda key: key, 3)

        pages = [page(Keyset())]
        while (after := pages[-1].next) is not None:
            pages.append(page(Keyset(after=after)))
        assert [key for found in pages for key in found.rows] == ordered
        for earlier, later in pairwise(pages):
            assert later.previous is not None
            assert page(Keyset(before=later.previous)).rows == earlier.rows
