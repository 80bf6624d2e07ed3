"""`consult import draft`: a text into a consultation."""

from dataclasses import replace
from typing import BinaryIO

import click
from flask.cli import with_appcontext

from consult.consultations import queries as consultations
from consult.drafts import import_queries, importing, queries
from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.formats import source_of
from consult.drafts.matching import Match
from consult.drafts.reading import MAX_BYTES, ParsedClause, ParsedDraft, read_markdown
from consult.drafts.replacing import comparisons, replace_text
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import LANGUAGES
from consult.kernel.transaction import act, end_reading


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
        number, doubtful = _store(slug, parsed)
    except UnreadableTextError as error:
        lines = [_said(complaint) for complaint in error.complaints]
        raise click.ClickException("\n".join([str(error), *lines])) from error
    except ConsultError as error:
        raise click.ClickException(str(error)) from error
    for warning in parsed.warnings:
        click.echo(f"Warning: {_said(warning)}", err=True)
    for match in doubtful:
        former = ", ".join(row.label for row in match.candidates)
        click.echo(f"New, but may continue {former}: {_called(match.clause)}", err=True)
    click.echo(f"Version {number}: {len(parsed.clauses)} chapters and clauses, not public yet.")


def _read(file: BinaryIO, slug: str, language: str | None) -> ParsedDraft:
    session = current_session()
    known = queries.draft_of(session, consultations.by_slug(session, slug).id)
    spoken = language or (known.language if known else "fr")
    end_reading()
    click.echo("Reading the file", err=True)
    raw = file.read(MAX_BYTES + 1)
    left_out: list[Complaint] = []
    source = source_of(raw, spoken, left_out)
    click.echo("Looking for chapters and clauses", err=True)
    parsed = read_markdown(source, spoken)
    return replace(parsed, warnings=(*left_out, *parsed.warnings))


def _store(slug: str, parsed: ParsedDraft) -> tuple[int, list[Match]]:
    """The number of the version that the text became, and the clauses that were doubtful."""
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    click.echo("Comparing with the present text", err=True)
    plan = import_queries.present_plan(session, consultation.id, parsed)
    end_reading()
    compared = comparisons(plan) if plan else {}
    click.echo("Saving", err=True)
    now = clock.now()
    with act() as session:
        if plan is None:
            importing.import_first(session, consultation, parsed, actor=COMMAND, now=now)
        else:
            replace_text(session, consultation, parsed, plan, compared, actor=COMMAND, now=now)
        version = queries.next_version(session, consultation.id)
        assert version is not None
        return version.number, [match for match in plan.matches if match.doubtful] if plan else []


def _called(clause: ParsedClause) -> str:
    return " – ".join(part for part in (clause.number, clause.heading) if part) or clause.key


def _said(complaint: Complaint) -> str:
    facts = dict(complaint.facts)
    sentence = complaint.message % facts if facts else complaint.message
    return f"line {complaint.line}: {sentence}" if complaint.line else sentence
