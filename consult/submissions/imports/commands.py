"""`consult import comments`: a CSV file into a consultation."""

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
from consult.submissions import importing, mappings, tables, uploads, work
from consult.submissions.importing import ONCE, REMARKS, Columns
from consult.submissions.imports import queries
from consult.submissions.imports.trying import Trial, tried
from consult.submissions.imports.words import REASONS
from consult.submissions.models import CHANNELS, CommentImport
from consult.submissions.platforms import NAMES
from consult.submissions.tables import Table

LISTED = 20  # lines of the report that name a row


@click.command("comments")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--consultation", "slug", required=True, help="The consultation's address.")
@click.option(
    "--text-column",
    "texts",
    multiple=True,
    help="Holds comments; may be given several times. Found out if left out.",
)
@click.option("--id-column", default="", help="Tells rows apart when a file comes again.")
@click.option("--language-column", default="", help="fr, de, lb or en; else found out.")
@click.option("--clause-column", default="", help="Number or key of the clause.")
@click.option("--name-column", default="", help="The author's name, shown with the comment.")
@click.option("--respondent-column", default="", help="Citizen, association, company, …")
@click.option("--organisation-column", default="", help="The organisation's name.")
@click.option("--email-column", default="", help="Where the answer is sent; never shown.")
@click.option("--received-column", default="", help="The day on which each was received.")
@click.option("--received", type=click.DateTime(["%Y-%m-%d"]), help="The day for all rows.")
@click.option("--source", default="", help="Name of the source; default: the file's name.")
@click.option("--channel", type=click.Choice(CHANNELS), default="import", show_default=True)
@click.option("--encoding", type=click.Choice(tables.ENCODINGS), help="Found out if left out.")
@click.option("--sheet", default="", help="The sheet of a workbook; default: the first filled one.")
@click.option("--dry-run", is_flag=True, help="Say what would come in, and take nothing in.")
@with_appcontext
def comments(file: Path, **options: Any) -> None:
    """Take the rows of a CSV or XLSX FILE in as comments. The same file twice adds nothing.

    Exports of Citizen Space, EngagementHQ and Qualtrics are recognised; what was chosen for the
    --source the last time is used again.
    """
    try:
        with speaking("en"):
            _bring_in(file, options)
    except ConsultError as error:
        raise click.ClickException(str(error)) from error


def _bring_in(file: Path, options: dict[str, Any]) -> None:
    if file.stat().st_size > tables.MAX_BYTES:
        raise tables.FileTooLargeError(limit=tables.MAX_BYTES // 1024 // 1024)
    content, now = file.read_bytes(), clock.now()
    table = tables.read(content, encoding=options["encoding"] or "", sheet=options["sheet"])
    consultation = consultations.by_slug(current_session(), options["slug"])
    columns = _columns(consultation.id, table, options)
    _say_columns(table, columns)
    received: datetime | None = options["received"]
    reading = uploads.Reading(
        columns=columns,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        source=options["source"] or file.name,
        channel=options["channel"],
        received_on=received.date() if received else None,
    )
    if options["dry_run"]:
        day = reading.received_on
        facts = queries.facts(current_session(), consultation, reading.source, day, now)
        _say_trial(tried(table, columns, facts))
        end_reading()
        return
    end_reading()
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


def _columns(consultation_id: int, table: Table, options: dict[str, Any]) -> Columns:
    """What was said, else what was chosen for this source, else what a known platform writes."""
    said = {role: options[f"{role}_column"] for role in ONCE}
    if not options["texts"] and not any(said.values()):
        kept = mappings.saved(current_session(), consultation_id)
        known = (
            mappings.fitting(kept, table.header, options["source"]) if options["source"] else None
        )
        if known is not None:
            return importing.checked(table, known.columns)
        if table.platform:
            return importing.checked(table, importing.proposed(table))
    return importing.checked(table, Columns(tuple(options["texts"]), **said))


def _say_trial(found: Trial) -> None:
    click.echo(
        f"Dry run: {found.taken} rows would be taken in as {found.comments} comments,"
        f" {found.refused} would not. Nothing was taken in."
    )
    for code, number in found.reasons:
        click.echo(f"  {number} {'row' if number == 1 else 'rows'}: {REASONS[code]}")
    refused = [verdict for verdict in found.verdicts if verdict.refused]
    for verdict in refused[:LISTED]:
        click.echo(f"  line {verdict.line}: {REASONS[verdict.refused]}")


def _say_columns(table: Table, columns: Columns) -> None:
    how = f"Sheet {table.sheet!r}" if table.sheet else f"Delimiter {table.delimiter!r}"
    whose = f", an export of {NAMES[table.platform]}" if table.platform else ""
    click.echo(f"Encoding {table.encoding}, {how.lower()}{whose}.")
    for column in columns.chosen():
        click.echo(f"  {columns.role(column):9} from column {column!r}")
    for column in table.unmapped(columns.chosen()):
        click.echo(f"  not used: column {column!r}")


def _say_result(found: CommentImport) -> None:
    notes = [(line, code) for line, code in found.refused if code in REMARKS]
    refused = [(line, code) for line, code in found.refused if code not in REMARKS]
    click.echo(
        f"{found.rows} rows: {found.taken} taken in, {found.known} already known,"
        f" {queries.not_taken(found)} not taken."
    )
    for line, code in [*refused, *notes][:LISTED]:
        click.echo(f"  line {line}: {REASONS[code]}")
    more = len(found.refused) - LISTED
    if more > 0:
        click.echo(f"  and {more} more")
