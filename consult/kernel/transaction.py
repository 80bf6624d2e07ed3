"""The only place that commits.

One act is one transaction: its rows, its activity line and its letters in the outbox. A view
parses, validates, cleans and hashes first, then enters `with act():`, which holds database work
only and commits before the response is rendered.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Index, MetaData, Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.kernel.db import WRITING, Base, current_session

_in_act: ContextVar[bool] = ContextVar("in_act", default=False)


def in_act() -> bool:
    """Whether a writing transaction is open here."""
    return _in_act.get()


@contextmanager
def act() -> Iterator[Session]:
    """Open the writing transaction, commit on success, roll back on any error.

    On SQLite it takes the write lock at once (BEGIN IMMEDIATE). What was read before is read
    again inside, so a verb never decides on stale facts.
    """
    if in_act():
        raise RuntimeError("An act within an act: a verb must not open its own transaction.")
    session = current_session()
    session.rollback()
    session.expire_all()  # a rollback forgets nothing when no transaction was open
    session.connection(execution_options={WRITING: True})
    token = _in_act.set(True)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _in_act.reset(token)


def end_reading() -> None:
    """Give the read snapshot back, before long work that needs no database."""
    current_session().rollback()


def broken_constraint(error: IntegrityError) -> str | None:
    """The name of the constraint or unique index that an IntegrityError broke, on both engines.

    PostgreSQL names it. SQLite names CHECKs, but only the columns of a unique key, so those are
    looked up in the models. None for a foreign key on SQLite, which says nothing.
    """
    diag = getattr(error.orig, "diag", None)
    if diag is not None:
        return str(diag.constraint_name) if diag.constraint_name else None
    text = str(error.orig)
    if found := re.search(r"CHECK constraint failed: (\w+)", text):
        return found[1]
    if found := re.search(r"UNIQUE constraint failed: index '(\w+)'", text):
        return found[1]
    if found := re.search(r"UNIQUE constraint failed: (.+)", text):
        columns = [name.strip().split(".") for name in found[1].split(",")]
        return _unique_key(Base.metadata, columns[0][0], {name for _, name in columns})
    return None


def _unique_key(metadata: MetaData, table_name: str, columns: set[str]) -> str | None:
    table: Table = metadata.tables[table_name]
    keys: list[UniqueConstraint | Index] = [
        *(c for c in table.constraints if isinstance(c, UniqueConstraint)),
        *(i for i in table.indexes if i.unique),
    ]
    for key in keys:
        if {column.name for column in key.columns} == columns:
            return str(key.name)
    return str(table.primary_key.name)
