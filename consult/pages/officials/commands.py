"""What there is, on the command line."""

import click
from flask.cli import with_appcontext

from consult.consultations.phases import phase
from consult.kernel import clock
from consult.kernel.db import current_session
from consult.pages.officials import queries


@click.command()
@with_appcontext
def consultations() -> None:
    """List the consultations: slug, phase, submissions, comments, points without an answer."""
    for consultation, left in queries.with_comments(current_session()):
        counts = f"{left.submissions} submissions\t{left.comments} comments\t{left.open} open"
        click.echo(f"{consultation.slug}\t{phase(consultation, clock.now())}\t{counts}")
