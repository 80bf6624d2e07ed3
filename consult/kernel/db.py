"""The database: one `db`, its column types, and how its connections behave."""

import sqlite3
import time
from collections import namedtuple
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Connection,
    CursorResult,
    DateTime,
    Engine,
    Executable,
    Index,
    Integer,
    MetaData,
    Row,
    event,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

# Names are the same on both engines, so that a broken constraint can become a named error.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# The execution option by which kernel/transaction.py marks the connection of an act.
WRITING = "consult_writing"

BUSY_TIMEOUT_MS = 10_000


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite keeps it without the zone; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows by itself only for INTEGER; PostgreSQL needs BIGINT for a million comments.
BigId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

# A text in several languages: {"fr": "…", "de": "…"}.
Texts = dict[str, str]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime, Texts: Json}  # noqa: RUF012


Model = TypeVar("Model", bound=Base)

# Models inherit from Base, which type checkers understand; `db` brings engine and session.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


class WriteOutsideActError(RuntimeError):
    """A programming error: something wrote without `with act():`."""


def configure_engine(engine: Engine) -> None:
    """Make every connection of `engine` behave as the laws demand. Called once per engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
    event.listen(engine, "before_cursor_execute", _refuse_stray_writes)


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN is switched off: _begin_sqlite decides which kind it is.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # a receipted submission must survive a power cut
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "foreign_keys = ON",
        "cache_size = -20000",  # 20 MB
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def forgo_durability(engine: Engine) -> None:
    """For a SQLite file that is thrown away if this process dies: skip the waiting for the disk."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_waiting)


def _without_waiting(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then writes fails at once under load, whatever the
    # busy timeout; so a writer takes the lock before it reads.
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    if not connection.get_execution_options().get(WRITING):
        driver.execute("BEGIN")
        return
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        if not _take_lock(driver):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails, with the error that is expected
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def _take_lock(driver: sqlite3.Connection) -> bool:
    """Begin to write as soon as the lock is free; False if it was not within the busy timeout.

    SQLite's own wait looks more and more rarely, at last every tenth of a second: beside a worker
    that takes the lock twenty times a second, people waited long for nothing. Here it is the other
    way round: who has waited longest looks most often.
    """
    begun = time.monotonic()
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            waited = time.monotonic() - begun
            if waited * 1000 > BUSY_TIMEOUT_MS:
                return False
            time.sleep(max(0.0002, 0.0005 - waited / 100))
        else:
            return True


def _prepare_postgresql(connection: Any, _entry: ConnectionPoolEntry) -> None:
    # It guesses how long our larger statements take far too high, and compiles them for seconds to
    # save milliseconds: the preview of a publication of 100,000 points took 12 s instead of 3.
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("set jit = off")


def _begin_postgresql(connection: Connection) -> None:
    # Reading needs no transaction: each statement has a snapshot of its own anyway (READ
    # COMMITTED). Without one BEGIN and ROLLBACK are saved, and the driver, which forgets at a
    # ROLLBACK what it has prepared, need not have every statement parsed and planned again.
    writing = bool(connection.get_execution_options().get(WRITING))
    opened: Any = connection.connection.dbapi_connection
    opened.autocommit = not writing


def _refuse_stray_writes(
    connection: Connection,
    _cursor: Any,
    statement: str,
    _parameters: Any,
    context: Any,
    _many: bool,
) -> None:
    if context is None or not (context.isinsert or context.isupdate or context.isdelete):
        return
    if not connection.get_execution_options().get(WRITING):
        raise WriteOutsideActError(f"Written outside of an act: {statement[:200]}")


def current_session() -> Session:
    """The session of the running request, command or job."""
    return db.session()


def glance(statement: Executable, facts: Mapping[str, Any] | None = None) -> Row[Any] | None:
    """The first row of one narrow statement, read without a session: at half its price.

    For what stands in a page's key: most readers need nothing else of the database.
    """
    with db.engine.connect() as connection:
        return connection.execute(statement, facts).first()


def glance_numbers(
    statement: Executable, facts: Mapping[str, Any] | None = None
) -> tuple[int, ...]:
    """The same for a row of sums and versions; what there is nothing of yet counts as nought."""
    return tuple(int(number or 0) for number in glance(statement, facts) or ())


def columns(
    session: Session, statement: Executable, facts: Mapping[str, Any] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """What a session reads, for statements of columns: without its machinery for entities, which
    costs the busiest pages more than the database does."""
    session.flush()  # as session.execute would
    return session.connection().execute(statement, facts)


class Columns(Generic[Model]):
    """All columns of a model, for a statement of columns, and rows of them that can be read (by
    templates, by `phase`) as the model can, but not changed."""

    def __init__(self, model: type[Model]) -> None:
        self.all = tuple(model.__table__.columns)
        self._row = namedtuple(model.__name__, [column.key for column in self.all])  # type: ignore[misc]  # noqa: PYI024

    def take(self, row: Sequence[Any], start: int) -> tuple[Model | None, int]:
        """The model's part of a row that begins at `start`, None where an outer join found
        nothing; and where the next part begins."""
        end = start + len(self.all)
        part = None if row[start] is None else cast("Model", self._row(*row[start:end]))
        return part, end


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """The constraint that a text column holds one of the given words."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({words})", name=column)


def partial_unique(name: str, *columns: str, where: str) -> Index:
    """A unique index over the rows that satisfy a condition, on both engines."""
    return Index(
        name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where)
    )
