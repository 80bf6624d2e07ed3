"""`consult demo`: everything, then serve it."""

import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url

from consult.kernel import clock, migrations
from consult.kernel.db import current_session, db, forgo_durability
from consult.kernel.settings import Settings
from consult.kernel.transaction import end_reading
from consult.operations import serving
from consult.operations.demonstration.files import read
from consult.operations.demonstration.people import PASSWORD
from consult.operations.demonstration.telling import is_told, tell

CreateApp = Callable[[Settings], Flask]


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
@click.option("--no-serve", is_flag=True, help="Only fill the database.")
@with_appcontext
def demo(bind: str, no_serve: bool) -> None:
    """Fill an empty database with the demo consultations, then serve them."""
    settings: Settings = current_app.extensions["consult_settings"]
    if settings.production:
        raise click.ClickException("The demo does not belong into production.")
    if not no_serve and not _free(bind):
        raise click.ClickException(f"Something else listens on {bind} already; try --bind.")
    _fill(settings)
    if no_serve:
        return
    db.engine.dispose()
    sys.exit(serving.supervise(bind, settings.web_workers, lambda: _announce(bind)))


def _fill(settings: Settings) -> None:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or url.database is None:
        _tell_if_empty(current_app)
        return
    # Built aside and put in its place when it is whole: a kill leaves nothing half-told.
    place = Path(url.database)
    if place.exists():
        _tell_if_empty(current_app)
        return
    aside = place.with_suffix(".building")
    for leftover in place.parent.glob(aside.name + "*"):
        leftover.unlink()
    create_app: CreateApp = current_app.extensions["consult_create_app"]
    building = create_app(replace(settings, database_url=f"sqlite:///{aside}"))
    with building.app_context():
        forgo_durability(db.engine)
        _tell_if_empty(building)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()
    aside.rename(place)


def _tell_if_empty(app: Flask) -> None:
    migrations.upgrade()
    told = is_told(current_session())
    end_reading()
    if told:
        return
    click.echo("Filling the database with the demo consultations (about a minute) …")
    tell(
        clock.now(),
        lambda now: app.extensions["consult_job_worker"](now=now),
        lambda sentence: click.echo(f"  {sentence} …"),
    )


def _free(bind: str) -> bool:
    host, _, port = bind.rpartition(":")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError:
            return False
    return True


def _announce(bind: str) -> None:
    site = f"http://{bind}"
    people = read("accounts.json")
    answered = read("mobility/consultation.json")["slug"]
    still_open = read("housing/consultation.json")["slug"]
    click.echo(f"\nConsult is at {site}\n")
    for what, path in (
        ("an answered consultation", f"/consultations/{answered}"),
        ("what was said and done", f"/consultations/{answered}/outcome"),
        ("one that is open", f"/consultations/{still_open}"),
        ("the officials’ desk", "/desk"),
    ):
        click.echo(f"  {what:28} {site}{path}")
    click.echo(f"\nDemo accounts, all with the password “{PASSWORD}”:\n")
    for person in [*people["officials"], *people["citizens"]]:
        roles = ", ".join(person.get("roles", ["citizen"]))
        click.echo(f"  {person['email']:32} {roles}")
    click.echo("\nStop with Ctrl+C.")
