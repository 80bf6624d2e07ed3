"""Rows written by SQLAlchemy Core, for the acts that happen most often.

A row made as an object of the ORM costs several times what its INSERT costs, and is read again
after every act. What a comment consists of is written by `insert_rows` instead: one statement a
table, for one row or for a hundred (docs/decisions/0008).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from consult.kernel.db import Base

Values = Mapping[str, Any]


def insert_rows(session: Session, model: type[Base], rows: Sequence[Values]) -> None:
    """Insert rows by their columns; what is not named gets its default."""
    if rows:
        # A list makes the driver repeat the statement: for one row that is dearer.
        session.connection().execute(_silent(model), rows[0] if len(rows) == 1 else list(rows))


def insert_for_ids(session: Session, model: type[Base], rows: Sequence[Values]) -> list[int]:
    """The same; returns the new ids in the order of the rows.

    Raises IntegrityError as an act of the ORM would.
    """
    if len(rows) == 1:
        made = session.connection().execute(_told(model), rows[0])
        return [int(made.scalar_one())]
    if not rows:
        return []
    return list(session.connection().execute(_told_in_order(model), list(rows)).scalars())


def conflict_insert(bind: Engine | Connection, into: type[Base] | Table) -> Any:
    """An INSERT that can say what to do ON CONFLICT, which SQLAlchemy has for each dialect only."""
    return (postgresql if bind.dialect.name == "postgresql" else sqlite).insert(into)


@cache
def _silent(model: type[Base]) -> Insert:
    return insert(_table(model)).inline()


@cache
def _told(model: type[Base]) -> Any:
    return insert(_table(model)).returning(_table(model).c.id)


@cache
def _told_in_order(model: type[Base]) -> Any:
    return insert(_table(model)).returning(_table(model).c.id, sort_by_parameter_order=True)


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
