"""Running and looking after an installation."""

import logging
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from consult.consultations import queries as consultations
from consult.kernel import migrations
from consult.kernel.db import db
from consult.kernel.errors import NotFoundError
from consult.kernel.settings import Settings
from consult.operations import repairs, seeding, serving, watching, work


def settings() -> Settings:
    found: Settings = current_app.extensions["consult_settings"]
    return found


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
@click.option("--workers", type=int, help="Web workers; default: CONSULT_WEB_WORKERS.")
@with_appcontext
def serve(bind: str, workers: int | None) -> None:
    """Serve the site and run its background jobs."""
    _log_to_stderr()
    if not migrations.is_current():
        raise click.ClickException("The schema is not current: run `consult db upgrade` first.")
    db.engine.dispose()
    count = workers or settings().web_workers
    sys.exit(serving.supervise(bind, count, lambda: click.echo(f"Serving http://{bind}")))


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--watch", metavar="URL", help="Count as down while the web server there is silent.")
@with_appcontext
def worker(once: bool, watch: str | None) -> None:
    """Run background jobs and send letters, at low priority."""
    _log_to_stderr()
    work.step_back()
    jobs = current_app.extensions["consult_job_worker"]()
    sender = current_app.extensions["consult_letter_sender"]()
    if once:
        work.run_once(jobs, sender)
    else:
        # A laptop that sleeps owes nobody a later close.
        if settings().production:
            watching.watch(current_app._get_current_object().app_context, watch)  # type: ignore[attr-defined]  # noqa: SLF001
        work.run_for_ever(jobs, sender, db.session.remove)


@click.group(name="db")
def database() -> None:
    """The database's schema."""


@database.command()
@with_appcontext
def upgrade() -> None:
    """Bring the schema to the newest revision."""
    settings().state_dir.mkdir(parents=True, exist_ok=True)
    migrations.upgrade()
    click.echo("The schema is current.")


@click.group()
def repair() -> None:
    """Prove what is counted against the rows themselves."""


@repair.command("counters")
@click.argument("slug")
@click.option("--check", is_flag=True, help="Only say what is wrong; exit with 1 if anything is.")
@with_appcontext
def repair_counters(slug: str, check: bool) -> None:
    """Recount a consultation and set its counters right."""
    try:
        consultation = consultations.by_slug(db.session(), slug)
    except NotFoundError:
        raise click.ClickException(f"There is no consultation {slug!r}.") from None
    wrong = repairs.recount(consultation.id, mend=not check)
    for difference in wrong:
        click.echo(f"{difference.counter}: {difference.stored}, counted {difference.counted}")
    click.echo(f"{len(wrong)} wrong" if wrong else "All counters are right.")
    if check and wrong:
        sys.exit(1)


@click.command("seed-load")
@click.option("--comments", type=click.IntRange(1), required=True, help="Top comments.")
@click.option("--replies", type=click.IntRange(0), default=0, help="Replies under the first one.")
@click.option("--slug", default="load", show_default=True)
@with_appcontext
def seed_load(comments: int, replies: int, slug: str) -> None:
    """Make an open consultation with many made-up comments, for load tests."""
    with click.progressbar(length=comments + replies, label="Seeding") as bar:
        seeded = seeding.seed_load(
            slug=slug,
            comments=comments,
            replies=replies,
            progress=lambda done, _all: bar.update(done - bar.pos),
        )
    click.echo(f"/consultations/{seeded.slug}")
