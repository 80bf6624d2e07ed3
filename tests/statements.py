"""Counting the statements that something sends to the database."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

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
