"""Law 10, with rows in the tables: every earlier schema comes to the newest one."""

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, text

from consult.kernel.db import db
from consult.kernel.migrations import config
from tests.databases import copy_database

_HEAD, *_EARLIER = [s.revision for s in ScriptDirectory.from_config(config()).walk_revisions()]

# Campaigns that a member and an answer refer to: a table made anew would lose them on SQLite.
_ROWS = """
insert into campaign (id, consultation_id, title, state, created_at, points) values
  (1, 1, '{}', 'accepted', '2026-01-01 00:00:00', 1),
  (2, 1, '{}', 'proposed', '2026-01-01 00:00:00', 0);
insert into campaign_member (id, campaign_id, point_id, state, additions) values
  (1, 1, 1, 'accepted', '[]');
insert into answer_target (answer_id, campaign_id, first) values (1, 1, true)
"""


def _empty_database(folder: Path) -> Engine:
    """A second database beside that of the test."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        return create_engine(f"sqlite:///{folder / 'earlier.sqlite'}")
    copy_database(url.render_as_string(), "template1", "earlier")
    return create_engine(url.set(database="earlier"))


def _to(connection: Connection, revision: str) -> None:
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)
    connection.commit()


def _check_references(connection: Connection, *, on: bool) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA foreign_keys = {on}")
    else:
        role = "origin" if on else "replica"
        connection.exec_driver_sql(f"set session_replication_role = {role}")
    connection.commit()


@pytest.mark.parametrize("revision", _EARLIER)
def test_every_earlier_schema_comes_forward_with_its_rows(
    app: Flask, tmp_path: Path, revision: str
) -> None:
    engine = _empty_database(tmp_path)
    with engine.connect() as connection:
        _to(connection, revision)
        _check_references(connection, on=False)  # what these rows refer to is not there
        for rows in _ROWS.split(";"):
            connection.execute(text(rows))
        connection.commit()
        _check_references(connection, on=True)
        _to(connection, _HEAD)
        kept = [
            connection.scalar(text(f"select count(*) from {table}"))
            for table in ("campaign", "campaign_member", "answer_target")
        ]
    engine.dispose()
    assert kept == [2, 1, 1]
