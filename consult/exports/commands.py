"""Exporting a consultation from the command line."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.drafts import exporting
from consult.drafts import queries as drafts
from consult.drafts.formats.writing import FORMATS as TEXT_FORMATS
from consult.drafts.models import Version
from consult.exports.reports.models import FORMATS as REPORT_FORMATS
from consult.exports.reports.work import write
from consult.exports.writing import FORMATS, export
from consult.kernel import clock
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES
from consult.kernel.web import settings

# What can be written, in which formats.
KINDS: dict[str, Sequence[str]] = {
    "data": FORMATS,
    "report": REPORT_FORMATS,
    "text": tuple(TEXT_FORMATS),
}


@click.command("export")
@click.argument("slug")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(dict.fromkeys((*FORMATS, *REPORT_FORMATS, *TEXT_FORMATS)))),
    default="csv",
    show_default=True,
)
@click.option(
    "--of",
    "what",
    type=click.Choice(tuple(KINDS)),
    help="The comments as data (csv, json), the report, or the text. Default: data for csv and json,"
    " the text for akn, md and where a version is named, else the report.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--version", type=int, help="Of the text; default: the newest.")
@click.option(
    "--since", type=int, help="An earlier version: what changed since, as tracked changes (docx)."
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="Of the text or the report; default: that of the text, or the consultation’s first.",
)
@with_appcontext
def export_command(
    *,
    slug: str,
    form: str,
    what: str | None,
    out: Path,
    version: int | None,
    since: int | None,
    language: str | None,
) -> None:
    """Write what a consultation made public to a file: no names or addresses of persons.

    As csv or json: comments with points, themes, answers and changes. As pdf, docx, html or xlsx: the
    report of it. As akn (Akoma Ntoso) or md, and with --of text as docx or html: the text.
    """
    session = current_session()
    try:
        consultation = consultations.by_slug(session, slug)
    except ConsultError as error:
        raise click.ClickException(str(error)) from error
    # A file that exists is whole: an interrupted export leaves only the .part beside it.
    part = out.with_name(out.name + ".part")
    what = what or _usual(form, version, since)
    if form not in KINDS[what]:
        raise click.UsageError(f"--of {what} takes --format {', '.join(KINDS[what])}.")
    if what == "report":
        spoken = language or (consultation.languages or [DEFAULT_LANGUAGE])[0]
        write(part, consultation.id, spoken, form, site=_site(), now=clock.now())
    elif what == "text":
        part.write_bytes(
            _text(session, consultation, form=form, version=version, since=since, language=language)
        )
    else:
        with part.open("w", encoding="utf-8", newline="") as file:
            file.writelines(export(session, consultation, form))
    part.replace(out)
    click.echo(f"{out} ({out.stat().st_size:,} bytes)")


def _usual(form: str, version: int | None, since: int | None) -> str:
    if form in FORMATS:
        return "data"
    of_text = form not in REPORT_FORMATS or version is not None or since is not None
    return "text" if of_text else "report"


def _site() -> str:
    return settings().base_url.rstrip("/")


def _text(
    session: Session,
    consultation: Consultation,
    *,
    form: str,
    version: int | None,
    since: int | None,
    language: str | None,
) -> bytes:
    """The text, or its changes, as a file."""
    authentic, versions = drafts.published(session, consultation.id)
    if not versions:
        raise click.ClickException("No version of the text is public yet.")
    wanted = _version(versions, version) if version is not None else versions[-1]
    spoken = language or authentic
    site = _site()
    try:
        if since is None:
            return exporting.text_file(session, consultation, wanted, spoken, form, site=site)
        if form != "docx" or since >= wanted.number:
            raise click.UsageError("--since takes an earlier version, and --format docx.")
        first = _version(versions, since)
        return exporting.changes_file(session, consultation, first, wanted, spoken, site=site)
    except ConsultError as error:
        raise click.ClickException(f"This version does not exist in “{spoken}”.") from error


def _version(versions: Sequence[Version], number: int) -> Version:
    for version in versions:
        if version.number == number:
            return version
    raise click.ClickException(f"There is no public version {number}.")
