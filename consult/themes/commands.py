"""Analysing a consultation from the command line."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from consult.consultations import queries as consultations
from consult.jobs.models import DONE, RUNNING, WAITING, Job
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import choose
from consult.kernel.transaction import act, end_reading
from consult.themes import campaign_queries, queries, runs
from consult.themes.run_queries import unprocessed_reasons


@click.command()
@click.argument("slug")
@click.option("--topics", type=click.IntRange(1, 200), help="Number of themes; default: chosen.")
@click.option("--seed", type=int, default=0, show_default=True)
@with_appcontext
def analyse(slug: str, topics: int | None, seed: int) -> None:
    """Group a consultation's comments into proposed themes and campaigns."""
    began = time.monotonic()
    try:
        with act() as session:
            consultation = consultations.by_slug(session, slug)
            run = runs.request(
                session,
                consultation,
                topics=topics,
                seed=seed,
                actor=COMMAND,
                now=clock.now(),
            )
    except ConsultError as error:
        raise click.ClickException(str(error)) from error
    assert run.job_id is not None
    job = _until_done(run.job_id)
    if job.state != DONE:
        raise click.ClickException(job.error or f"The analysis was {job.state}.")
    _report(consultation.id, run.id)
    click.echo(f"{time.monotonic() - began:.1f} s")


def _until_done(job_id: int) -> Job:
    """Run due jobs here, or watch another worker, until this one has ended."""
    worker = current_app.extensions["consult_job_worker"]()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    with _told(app, job_id):
        while True:
            worked = worker.run_one()
            job = _job(job_id)
            if job.state not in {WAITING, RUNNING}:
                return job
            if not worked:
                time.sleep(0.3)


@contextmanager
def _told(app: Flask, job_id: int) -> Iterator[None]:
    """Print each stage as it begins, from a thread beside the work."""
    stop = threading.Event()

    def watch() -> None:
        last = ""
        with app.app_context():
            while not stop.wait(0.3):
                job = _job(job_id)
                if job.stage != last:
                    last = job.stage
                    click.echo(f"{job.progress / 10:3.0f} %  {last}", err=True)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _job(job_id: int) -> Job:
    job = current_session().get_one(Job, job_id, populate_existing=True)
    end_reading()
    return job


def _report(consultation_id: int, run_id: int) -> None:
    session = current_session()
    for row in queries.themes_with_sizes(session, consultation_id):
        _, title = choose(row.theme.title)
        click.echo(f"{row.points:6}  {title}  ({row.theme.state})")
    found = campaign_queries.campaigns(session, consultation_id)
    if found:
        click.echo(f"{len(found)} campaigns, {sum(c.campaign.points for c in found)} points")
    for reason, count in unprocessed_reasons(session, run_id).items():
        click.echo(f"{count} not processed: {reason}")
