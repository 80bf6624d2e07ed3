"""Alembic's entry: run inside the application context, on the application's own engine."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

import consult.models  # noqa: F401 - completes the metadata
from consult.kernel.db import WRITING, Base, db


def include(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    # The full-text tables of SQLite belong to its module, the rate limits to kernel/limits.py.
    return not (
        kind == "table" and name and (name.startswith("search_fts") or name == "rate_limit")
    )


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include,
        compare_type=True,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with db.engine.connect().execution_options(**{WRITING: True}) as opened, opened.begin():
        run(opened)
