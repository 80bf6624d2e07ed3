"""`consult import draft`: a text into a consultation."""

from dataclasses import replace
from typing import BinaryIO

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from consult.consultations import queries as consultations
from consult.drafts import importing, queries
from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.formats import source_of
from consult.drafts.models import Version
from consult.drafts.reading import MAX_BYTES, ParsedDraft
from consult.drafts.replacing import replace_text
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import LANGUAGES
from consult.kernel.transaction import act


@click.command("draft")
@click.argument("file", type=click.File("rb"))
@click.option("--consultation", "slug", required=True, help="The consultation's address.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), help="Of the text; default: as before, or French."
)
@with_appcontext
def draft(file: BinaryIO, slug: str, language: str | None) -> None:
    """Bring a text in from a FILE: DOCX, ODT, Akoma Ntoso or Markdown ("-" for standard input).

    Nothing becomes public.

    Before the first version is published, the file becomes that version. Afterwards it becomes
    the next version, its clauses matched to those of the published text.
    """
    try:
        parsed = _read(file, slug, language)
        with act() as session:
            number = _store(session, slug, parsed).number
    except UnreadableTextError as error:
        lines = [_said(complaint) for complaint in error.complaints]
        raise click.ClickException("\n".join([str(error), *lines])) from error
    except ConsultError as error:
        raise click.ClickException(str(error)) from error
    for warning in parsed.warnings:
        click.echo(f"Warning: {_said(warning)}", err=True)
    click.echo(f"Version {number}: {len(parsed.clauses)} chapters and clauses, not public yet.")


def _read(file: BinaryIO, slug: str, language: str | None) -> ParsedDraft:
    raw = file.read(MAX_BYTES + 1)
    session = current_session()
    known = queries.draft_of(session, consultations.by_slug(session, slug).id)
    spoken = language or (known.language if known else "fr")
    left_out: list[Complaint] = []
    parsed = importing.read_markdown(source_of(raw, spoken, left_out), spoken)
    return replace(parsed, warnings=(*left_out, *parsed.warnings))


def _store(session: Session, slug: str, parsed: ParsedDraft) -> Version:
    consultation = consultations.by_slug(session, slug)
    first = queries.current_version(session, consultation.id) is None
    write = importing.import_first if first else replace_text
    return write(session, consultation, parsed, actor=COMMAND, now=clock.now())


def _said(complaint: Complaint) -> str:
    facts = dict(complaint.facts)
    sentence = complaint.message % facts if facts else complaint.message
    return f"line {complaint.line}: {sentence}" if complaint.line else sentence
