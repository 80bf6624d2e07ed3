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


def test_submissions_that_are_there_are_counted(app: Flask, tmp_path: Path) -> None:
    """By days in Luxembourg: half past ten in the evening UTC is the next day there in summer."""
    engine = _empty_database(tmp_path)
    row = "insert into submission (id, consultation_id, secret, receipt_issue, channel, language,"
    row += " received_at, recorded_at, respondent) values ({}, 1, {}, 1, 'web', 'fr', '{}', '{}', 'citizen')"
    with engine.connect() as connection:
        _to(connection, "0035")
        _check_references(connection, on=False)
        binary = "X'0{}'" if connection.dialect.name == "sqlite" else "'\\x0{}'"
        for number, hour in enumerate(("20:30", "22:30", "22:40"), 1):
            instant = f"2026-06-01 {hour}:00.000000"
            connection.execute(text(row.format(number, binary.format(number), instant, instant)))
        connection.commit()
        _to(connection, _HEAD)
        counted = connection.execute(
            text("select recorded_on, submissions from arrival_tally order by recorded_on")
        ).all()
    engine.dispose()
    assert [(str(day), count) for day, count in counted] == [("2026-06-01", 1), ("2026-06-02", 2)]


def test_points_that_people_read_are_counted(app: Flask, tmp_path: Path) -> None:
    """The first label by a person; one that was made with the point came from the point before it."""
    engine = _empty_database(tmp_path)
    point = (
        'insert into point (id, consultation_id, comment_id, revision_id, start, "end", made_by,'
    )
    point += " created_at, owed) values ({}, 1, {}, {}, 0, 1, 'author', '2026-06-01 08:00:00.000000', true)"
    label = "insert into assignment (id, point_id, {}, overridden, at, superseded_at) values"
    label += " ({}, {}, 1, false, '2026-06-0{}.000000', {})"
    labels = [
        (1, "1 20:30:00", "'2026-06-03 09:00:00.000000'"),
        (1, "3 09:00:00", "null"),
        (2, "1 22:30:00", "null"),
        (3, "1 08:00:00", "null"),
        (4, "1 09:00:00", "null"),
    ]
    with engine.connect() as connection:
        _to(connection, "0039")
        _check_references(connection, on=False)
        for number in range(1, 5):
            connection.execute(text(point.format(number, number, number)))
        for number, row in enumerate(labels, 1):
            who = "run_id" if row[0] == 4 else "person_id"
            connection.execute(text(label.format(who, number, *row)))
        connection.commit()
        _to(connection, _HEAD)
        counted = connection.execute(text("select day, points from coding_day order by day")).all()
    engine.dispose()
    assert [(str(day), count) for day, count in counted] == [("2026-06-01", 1), ("2026-06-02", 1)]


def test_what_organisations_have_written_stays_where_it_was(app: Flask, tmp_path: Path) -> None:
    engine = _empty_database(tmp_path)
    with engine.connect() as connection:
        _to(connection, "0040")
        _check_references(connection, on=False)
        connection.execute(
            text(
                "insert into drafting_revision (id, text_id, number, source, html, text, written_at)"
                " values (1, 1, 1, 'Words', '<p>Words</p>', 'Words', '2026-06-01 08:00:00.000000')"
            )
        )
        connection.execute(
            text(
                "insert into drafting_text (id, drafting_id, clause_id, number) values (1, 1, 7, 1)"
            )
        )
        connection.commit()
        _to(connection, _HEAD)
        kept = connection.execute(
            text("select source, amends_id, proposed_source from drafting_revision")
        ).all()
        places = connection.execute(
            text('select clause_id, quotes_id, "start", "end" from drafting_text')
        ).all()
    engine.dispose()
    assert [tuple(row) for row in kept] == [("Words", None, None)]
    assert [tuple(row) for row in places] == [(7, None, None, None)]
