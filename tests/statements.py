"""Counting the statements that something sends to the database, and the rows that come back."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from sqlalchemy import event
from sqlalchemy.engine.cursor import CursorFetchStrategy

from consult.kernel.db import db


def statements(doing: Callable[[], object]) -> int:
    """How many statements `doing` sends."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        doing()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def rows(doing: Callable[[], object]) -> int:
    """How many rows `doing` takes out of the database."""
    seen: list[int] = []
    every, one = CursorFetchStrategy.fetchall, CursorFetchStrategy.fetchone

    def fetchall(*args: Any) -> Any:
        found = every(*args)
        seen.append(len(found))
        return found

    def fetchone(*args: Any, **options: Any) -> Any:
        found = one(*args, **options)
        seen.append(found is not None)
        return found

    with (
        patch.object(CursorFetchStrategy, "fetchall", fetchall),
        patch.object(CursorFetchStrategy, "fetchone", fetchone),
    ):
        doing()
    return sum(seen)
