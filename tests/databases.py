"""Throwaway databases for tests: a SQLite file, and a PostgreSQL cluster of our own.

The cluster lives in a temporary folder, listens on a Unix socket only, and runs as an
unprivileged user when the tests run as root.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("The tests need the Debian package postgresql.")
    return Path(on_path).resolve().parent


@contextmanager
def postgresql_cluster(*, durable: bool = False) -> Iterator[str]:
    """Start a cluster; yield the URL of its empty database `consult`.

    `durable` keeps the default of waiting for the disk, as benchmarks must.
    """
    folder = Path(tempfile.mkdtemp(prefix="consult-pg-"))
    user = None
    if os.geteuid() == 0:
        user = next(n for n in ("postgres", "nobody") if _exists(n))
        shutil.chown(folder, user)
    binaries, data = _binaries(), folder / "data"

    def run(*command: str) -> None:
        done = subprocess.run(command, user=user, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")

    run(
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "consult",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    options = (
        f"-c listen_addresses='' -c unix_socket_directories={folder} -c shared_buffers=128MB"
        " -c max_connections=120"
    )
    if not durable:
        # Without vacuuming, rows stand in the order in which they came, whatever stood there before.
        options += (
            " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
        )
    run(
        str(binaries / "pg_ctl"),
        "-D",
        str(data),
        "-w",
        "-l",
        str(folder / "log"),
        "-o",
        options,
        "start",
    )
    try:
        run(str(binaries / "createdb"), "-h", str(folder), "-U", "consult", "consult")
        yield f"postgresql+psycopg://consult@/consult?host={folder}"
    finally:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def copy_database(url: str, source: str, target: str) -> None:
    """Replace one database of the cluster by a copy of another; nobody may be connected."""
    maintenance = create_engine(
        make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT"
    )
    with maintenance.connect() as connection:
        connection.execute(text(f"drop database if exists {target} with (force)"))
        connection.execute(text(f"create database {target} template {source}"))
    maintenance.dispose()


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
