"""What every test may ask for. Tests that touch the database run on SQLite and on PostgreSQL."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import argon2
import bleach.sanitizer
import hypothesis
import jinja2
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from consult import create_app
from consult.kernel import migrations
from consult.kernel.caching import PageCache
from consult.kernel.db import db, forgo_durability
from consult.kernel.i18n import DEFAULT_LANGUAGE, set_language
from consult.kernel.limits import limits
from consult.kernel.settings import Settings
from consult.kernel.transaction import in_act
from tests.client import OneRequestAtATime, PageClient
from tests.databases import copy_database, postgresql_cluster

# A slow machine must not fail a property; what it found is reported with the seed. CI judges a change
# by the same examples each time, so that it fails for what was changed; elsewhere new ones are tried.
hypothesis.settings.register_profile(
    "consult", deadline=None, print_blob=True, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("consult")

ENGINES = ("sqlite", "postgresql")


def settings_for(url: str, folder: Path) -> Settings:
    return Settings(
        environment="testing",
        database_url=url,
        state_dir=folder,
        mail_dir=folder / "mail",
        secret_key="a key for tests, long enough to be refused nowhere",
        base_url="http://localhost",
        posts_per_hour=100_000,
        logins_per_hour=100_000,
        receipts_per_hour=100_000,
        reports_per_hour=100_000,
        stances_per_hour=100_000,
        visits_per_hour=100_000,
    )


class Backend:
    """One engine with one application, reset before each test.

    A database that took long to fill can be kept and put back (tests/told.py).
    """

    def __init__(
        self,
        app: Flask,
        reset: Callable[[], None],
        keep: Callable[[], None],
        put_back: Callable[[], None],
    ) -> None:
        self.app = app
        self.app.test_client_class = OneRequestAtATime
        self.reset = reset
        self.keep = keep
        self.put_back = put_back
        self.kept = False
        app.extensions["test_backend"] = self


@pytest.fixture(scope="session")
def sqlite_backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    folder = tmp_path_factory.mktemp("sqlite")
    path, template = folder / "consult.sqlite", folder / "template.sqlite"
    app = create_app(settings_for(f"sqlite:///{path}", folder))
    with app.app_context():
        forgo_durability(db.engine)
        migrations.upgrade()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
        shutil.copy(path, template)

    def put(source: Path) -> None:
        with app.app_context():
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copy(source, path)

    def keep() -> None:
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(path, folder / "kept.sqlite")

    yield Backend(app, lambda: put(template), keep, lambda: put(folder / "kept.sqlite"))
    with app.app_context():
        db.engine.dispose()
        limits().dispose()


@pytest.fixture(scope="session")
def postgresql_backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with postgresql_cluster() as url:
        app = create_app(settings_for(url, tmp_path_factory.mktemp("postgresql")))
        with app.app_context():
            migrations.upgrade()

        def copy(source: str, target: str) -> None:
            db.engine.dispose()
            limits().dispose()
            copy_database(url, source, target)

        def reset() -> None:
            with app.app_context(), db.engine.begin() as connection:
                connection.execute(text(_EMPTY_USED_TABLES))

        yield Backend(app, reset, lambda: copy("consult", "kept"), lambda: copy("kept", "consult"))
        with app.app_context():
            db.engine.dispose()
            limits().dispose()


# Deleting a handful of rows is ten times faster than truncating, which makes new files; without
# triggers, because foreign keys would have to be followed in order. What fills more than a page is
# truncated, so that rows stand in the order in which they come.
_EMPTY_USED_TABLES = """
do $$ declare large text := ''; name text; begin
  set local session_replication_role = replica;
  for name in select tablename from pg_tables
      where schemaname = 'public' and tablename not in ('alembic_version', 'rate_limit') loop
    if pg_relation_size(quote_ident(name)) > 8192 then
      large := large || case when large = '' then '' else ', ' end || quote_ident(name);
    else
      execute format('delete from %I', name);
    end if;
  end loop;
  if large <> '' then execute 'truncate ' || large || ' cascade'; end if;
  perform setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    from pg_sequences where schemaname = 'public' and last_value is not null;
end $$
"""


@pytest.fixture(params=ENGINES)
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on a fresh database, its context pushed."""
    backend: Backend = request.getfixturevalue(f"{request.param}_backend")
    backend.reset()
    # Version counters begin anew with the database: no page of an earlier test may answer.
    backend.app.extensions["consult_page_cache"] = PageCache()
    with backend.app.app_context():
        yield backend.app
        db.session.remove()


@pytest.fixture
def session(app: Flask) -> Session:
    """The database session of the test."""
    return db.session()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser without JavaScript that checks every page."""
    return PageClient(app.test_client())


@pytest.fixture(autouse=True)
def _nothing_slow_inside_an_act(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the write lock is held there is database work only (law 4)."""

    def outside(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def checked(*args: Any, **kwargs: Any) -> Any:
            assert not in_act(), f"{owner.__name__}.{name} was called inside an act"
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, checked)

    outside(bleach.sanitizer.Cleaner, "clean")
    outside(argon2.PasswordHasher, "hash")
    outside(argon2.PasswordHasher, "verify")
    outside(jinja2.Template, "render")
    outside(Path, "open")


@pytest.fixture(autouse=True)
def _nobody_has_chosen_a_language() -> None:
    """A request leaves its language behind; no test may read the one of the test before it."""
    set_language(DEFAULT_LANGUAGE)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves the house: only this machine can be reached."""
    connect = socket.socket.connect

    def checked(self: socket.socket, address: Any) -> None:
        local = self.family == socket.AF_UNIX or address[0] in {"127.0.0.1", "::1", "localhost"}
        assert local, f"A test tried to reach {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", checked)
