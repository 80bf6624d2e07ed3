"""Law 10: the migrations make exactly what the models say."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

import consult.models  # noqa: F401 - completes the metadata
from consult.kernel.db import Base, db


def test_migrations_equal_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": _ours}
        )
        assert compare_metadata(context, Base.metadata) == []


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    foreign = (name or "").startswith(("search_fts", "rate_limit", "ix_search_entry_words"))
    return not (kind in {"table", "index"} and foreign)
