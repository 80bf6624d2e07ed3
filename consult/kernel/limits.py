"""Rate limits that count across all workers and need not survive a power cut.

Fixed windows in a store of its own: on SQLite a second file with synchronous=OFF, on PostgreSQL
an UNLOGGED table. Counted before or after an act, never inside one. The same store remembers for a
day which visits and opened receipts were ended before their time.
"""

import contextlib
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    select,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError

from consult.kernel.errors import TooManyError
from consult.kernel.ids import keyed
from consult.kernel.inserting import conflict_insert
from consult.kernel.settings import Settings
from consult.kernel.transaction import in_act

_metadata = MetaData()
_hits = Table(
    "rate_limit",
    _metadata,
    Column("key", String(64), primary_key=True),
    Column("bucket", BigInteger, primary_key=True),
    Column("count", BigInteger, nullable=False),
    prefixes=[],
)


class Limits:
    """Counts of hits per key and hour."""

    def __init__(self, settings: Settings, path: str | None = None) -> None:
        self._key = settings.secret_key
        # Each count is one statement: a transaction around it would be two more ways to and fro.
        alone: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}
        if settings.database_url.startswith("sqlite"):
            settings.state_dir.mkdir(parents=True, exist_ok=True)
            file = path or settings.state_dir / "limits.sqlite"
            self._engine = create_engine(f"sqlite:///{file}", **alone)
            event.listen(self._engine, "connect", _loose)
        else:
            self._engine = create_engine(settings.database_url, pool_size=1, **alone)
        self._ready = False
        self._hit = (
            conflict_insert(self._engine, _hits)
            .on_conflict_do_update(
                index_elements=["key", "bucket"], set_={"count": _hits.c.count + 1}
            )
            .returning(_hits.c.count)
        )

    def _prepare(self) -> Engine:
        if not self._ready:
            # Two workers may come here at the same moment: on PostgreSQL the second one then
            # breaks a constraint of the catalogue, which only says that the table is there.
            with (
                contextlib.suppress(IntegrityError, ProgrammingError),
                self._engine.connect() as connection,
            ):
                kind = "unlogged " if connection.dialect.name == "postgresql" else ""
                connection.exec_driver_sql(
                    f"create {kind}table if not exists rate_limit (key varchar(64) not null,"
                    " bucket bigint not null, count bigint not null, primary key (key, bucket))"
                )
            self._ready = True
        return self._engine

    def hit(self, what: str, who: str, limit: int, now: datetime) -> int:
        """Count one hit of `who` on `what` in this hour and return the count.

        Raises TooManyError above `limit`. `who` (an address, an account) is stored only as a keyed
        hash, together with the day, so that it cannot be followed from one day to the next.
        """
        assert not in_act(), "a rate limit is counted before or after an act"
        bucket = int(now.timestamp()) // 3600
        key = keyed(self._key, f"limit:{now.date()}", f"{what}:{who}".encode()).hex()[:40]
        engine = self._prepare()
        with engine.connect() as connection:
            hit = connection.execute(self._hit, {"key": key, "bucket": bucket, "count": 1})
            count = int(hit.scalar_one())
            if count == 1:
                connection.execute(_hits.delete().where(_hits.c.bucket < bucket - 24))
        if count > limit:
            raise TooManyError
        return count

    def close(self, what: str, number: str, now: datetime) -> None:
        """Remember for a day that something signed, such as a visit, was ended by its holder.

        `number` is what the signed thing is known by. Whoever kept a copy of it is then refused.
        """
        assert not in_act(), "a visit is closed before or after an act"
        bucket = int(now.timestamp()) // 3600
        with self._prepare().connect() as connection:
            connection.execute(
                self._hit, {"key": self._closed(what, number), "bucket": bucket, "count": 1}
            )

    def is_closed(self, what: str, number: str) -> bool:
        """Whether `close` was called for it."""
        with self._prepare().connect() as connection:
            found = connection.execute(
                select(_hits.c.count).where(_hits.c.key == self._closed(what, number)).limit(1)
            ).first()
        return found is not None

    def _closed(self, what: str, number: str) -> str:
        return keyed(self._key, "closed", f"{what}:{number}".encode()).hex()[:40]

    def dispose(self) -> None:
        self._engine.dispose()


def _loose(connection: object, _entry: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = OFF", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["consult_limits"] = Limits(settings)


def limits() -> Limits:
    """The limits of the running application."""
    found: Limits = current_app.extensions["consult_limits"]
    return found
