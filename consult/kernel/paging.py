"""Keyset paging: a page is found by the key of the row before it, never by an offset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, TypeVarTuple

from sqlalchemy import Select

Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")

PAGE_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in display order, with the keys that lead to the neighbouring pages.

    `previous` and `next` are values for the `before` and `after` parameters, None at an end.
    """

    rows: Sequence[Row]
    previous: int | None = None
    next: int | None = None


@dataclass(frozen=True)
class Keyset:
    """Where a page begins: after one key, or (going back) before one."""

    after: int | None = None
    before: int | None = None

    @classmethod
    def parse(cls, after: str | None, before: str | None) -> "Keyset":
        """Read the query parameters; nonsense means the first page."""
        return cls(after=number(after), before=number(before))


def number(text: str | None) -> int | None:
    """A number of ours that somebody sent: a key, a position; None for what cannot be one."""
    # Eighteen digits fit every key; what is longer would break the database, not find nothing.
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else None


def window(
    statement: Select[*Columns], keyset: Keyset, key: Any, *, newest_first: bool = False
) -> Select[*Columns]:
    """The statement for the rows of one page by `key`, with the one more that `cut` looks for."""
    back = keyset.before is not None
    falling = newest_first is not back
    bound = keyset.before if back else keyset.after
    if bound is not None:
        statement = statement.where(key < bound if falling else key > bound)
    return statement.order_by(key.desc() if falling else key).limit(PAGE_SIZE + 1)


def cut(
    rows: Sequence[Row], keyset: Keyset, key: Callable[[Row], int], size: int = PAGE_SIZE
) -> Page[Row]:
    """Make a page of rows fetched with a limit of `size + 1`.

    Going forward (or from the start) the rows come in display order; for `before` they come in
    the opposite order, nearest first.
    """
    more = len(rows) > size
    kept = list(rows[:size])
    if keyset.before is not None:
        kept.reverse()
        return Page(kept, key(kept[0]) if more else None, key(kept[-1]) if kept else None)
    has_previous = keyset.after is not None and bool(kept)
    return Page(kept, key(kept[0]) if has_previous else None, key(kept[-1]) if more else None)
