"""Exporting a consultation from the command line."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from consult.consultations import queries as consultations
from consult.exports.writing import FORMATS, export
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError


@click.command("export")
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@with_appcontext
def export_command(slug: str, form: str, out: Path) -> None:
    """Write what a consultation made public to a file: no names or addresses of persons."""
    session = current_session()
    try:
        consultation = consultations.by_slug(session, slug)
    except ConsultError as error:
        raise click.ClickException(str(error)) from error
    # A file that exists is whole: an interrupted export leaves only the .part beside it.
    part = out.with_name(out.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        file.writelines(export(session, consultation, form))
    part.replace(out)
    click.echo(f"{out} ({out.stat().st_size:,} bytes)")
