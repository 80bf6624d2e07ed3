"""Keyset paging: forwards and backwards, every row is seen once and in order."""

from hypothesis import given
from hypothesis import strategies as st

from consult.kernel.paging import Keyset, Page, cut


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
