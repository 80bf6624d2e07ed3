"""`consult import comments`: a CSV file into a consultation."""

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from consult.consultations import queries as consultations
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import speaking
from consult.kernel.transaction import act, end_reading
from consult.submissions import importing, uploads, work
from consult.submissions.importing import CLAUSE_UNKNOWN, Columns, Table
from consult.submissions.imports import queries
from consult.submissions.imports.words import REASONS
from consult.submissions.models import CHANNELS, CommentImport

LISTED = 20  # lines of the report that name a row


@click.command("comments")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--consultation", "slug", required=True, help="The consultation's address.")
@click.option(
    "--text-column", default="", help="Holds the comments; found by its name if left out."
)
@click.option("--id-column", default="", help="Tells rows apart when a file comes again.")
@click.option("--language-column", default="", help="fr, de, lb or en; else found out.")
@click.option("--clause-column", default="", help="Number or key of the clause.")
@click.option("--name-column", default="", help="The author's name, shown with the comment.")
@click.option("--received-column", default="", help="The day on which each was received.")
@click.option("--received", type=click.DateTime(["%Y-%m-%d"]), help="The day for all rows.")
@click.option("--source", default="", help="Name of the source; default: the file's name.")
@click.option("--channel", type=click.Choice(CHANNELS), default="import", show_default=True)
@click.option("--encoding", type=click.Choice(importing.ENCODINGS), help="Found out if left out.")
@with_appcontext
def comments(file: Path, **options: Any) -> None:
    """Take the rows of a CSV FILE in as comments. The same file twice adds nothing."""
    try:
        with speaking("en"):
            _bring_in(file, options)
    except ConsultError as error:
        raise click.ClickException(str(error)) from error


def _bring_in(file: Path, options: dict[str, Any]) -> None:
    if file.stat().st_size > importing.MAX_BYTES:
        raise importing.FileTooLargeError(limit=importing.MAX_BYTES // 1024 // 1024)
    content = file.read_bytes()
    table = importing.read(content, encoding=options["encoding"] or "")
    wanted = {field.name: options[f"{field.name}_column"] for field in fields(Columns)}
    columns = importing.checked(table, Columns(**wanted))
    _say_columns(table, columns)
    received: datetime | None = options["received"]
    reading = uploads.Reading(
        columns=columns,
        encoding=table.encoding,
        delimiter=table.delimiter,
        source=options["source"] or file.name,
        channel=options["channel"],
        received_on=received.date() if received else None,
    )
    now = clock.now()
    with act() as session:
        consultation = consultations.by_slug(session, options["slug"])
        upload = uploads.upload(
            session, consultation, file_name=file.name, content=content, actor=COMMAND, now=now
        )
        uploads.start(session, consultation, upload.id, reading, actor=COMMAND, now=now)
    with click.progressbar(length=1000, label="Importing") as bar:
        work.bring_in(upload.id, progress=lambda share: bar.update(round(share * 1000) - bar.pos))
    _say_result(queries.one(current_session(), upload.id))
    end_reading()


def _say_columns(table: Table, columns: Columns) -> None:
    click.echo(f"Encoding {table.encoding}, delimiter {table.delimiter!r}.")
    for what, column in vars(columns).items():
        if column:
            click.echo(f"  {what:9} from column {column!r}")
    for column in table.unmapped(columns):
        click.echo(f"  not used: column {column!r}")


def _say_result(found: CommentImport) -> None:
    notes = [(line, code) for line, code in found.refused if code == CLAUSE_UNKNOWN]
    refused = [(line, code) for line, code in found.refused if code != CLAUSE_UNKNOWN]
    click.echo(
        f"{found.rows} rows: {found.taken} taken in, {found.known} already known,"
        f" {queries.not_taken(found)} not taken."
    )
    for line, code in [*refused, *notes][:LISTED]:
        click.echo(f"  line {line}: {REASONS[code]}")
    more = len(found.refused) - LISTED
    if more > 0:
        click.echo(f"  and {more} more")
