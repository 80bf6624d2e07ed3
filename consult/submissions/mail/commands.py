"""`consult import mail`: a file of mails, or a folder of a mail server, into a consultation."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import click
from flask.cli import with_appcontext

from consult.consultations import queries as consultations
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import speaking
from consult.kernel.transaction import act, end_reading
from consult.kernel.web import settings
from consult.submissions import uploads
from consult.submissions.imports import queries
from consult.submissions.mail import boxes, mailbox, preview, reading, taking, work
from consult.submissions.mail.mailbox import Mailbox, MailboxError
from consult.submissions.mail.taking import Wish
from consult.submissions.mail.work import Done, Numbered


@click.command("mail")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option("--consultation", "slug", required=True, help="The consultation's address.")
@click.option("--imap", is_flag=True, help="The mailbox of CONSULT_IMAP_URL instead of a file.")
@click.option("--dry-run", is_flag=True, help="Say what would come in, and take nothing in.")
@click.option("--publish", is_flag=True, help="Show them at once, before a moderator reads them.")
@click.option("--names", is_flag=True, help="Show the senders' names with their comments.")
@with_appcontext
def mail(
    file: Path | None, slug: str, *, imap: bool, dry_run: bool, publish: bool, names: bool
) -> None:
    """Take the mails of a FILE (.eml, .mbox) or of a mailbox in. The same mail twice adds nothing."""
    if (file is None) == (not imap):
        raise click.UsageError("Name a file, or say --imap.")
    wish = Wish(held=not publish, named=names, ours=reading.address_of(settings().mail_from))
    try:
        with speaking("en"), _mails(file) as (name, mails, done):
            if dry_run:
                _say_preview(slug, mails)
            else:
                _bring_in(slug, name, mails, done, wish)
    except ConsultError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _mails(file: Path | None) -> Iterator[tuple[str, Iterable[Numbered], Done]]:
    """Name, mails, and what happens to each that is there now."""
    if file is not None:
        with file.open("rb") as opened:
            yield file.name, enumerate(boxes.mails(opened), 1), lambda _number, _reason: None
        return
    if not settings().imap_url:
        raise MailboxError(reason="CONSULT_IMAP_URL is not set")
    where = mailbox.address(settings().imap_url)
    server = mailbox.connect(where)
    box = Mailbox(server, where.folder, settings().imap_done)

    def done(uid: int, reason: str) -> None:
        if not reason:
            box.taken(uid)

    try:
        yield f"{where.folder} ({where.host})", box.mails(), done
    finally:
        box.close()


def _bring_in(slug: str, name: str, mails: Iterable[Numbered], done: Done, wish: Wish) -> None:
    waiting = iter(mails)
    first = next(waiting, None)
    if first is None:  # A timer looks every few minutes: that there was nothing is no import.
        click.echo("No mails.")
        return
    now = clock.now()
    with act() as session:
        consultation = consultations.by_slug(session, slug)
        made = taking.open_import(
            session, consultation, file_name=name, wish=wish, actor=COMMAND, now=now
        )
    try:
        work.bring_in(work.order_of(made.id), chain([first], waiting), done=done)
    except Exception:
        # The mailbox went away, or the disk is full: whoever looks at the desk does not wait for it.
        with act() as session:
            found = uploads.locked(session, made.id)
            uploads.finish(session, found, state="failed", now=clock.now())
        raise
    found = queries.one(current_session(), made.id)
    click.echo(
        f"{found.rows} mails: {found.taken} taken in, {found.known} already known,"
        f" {queries.not_taken(found)} not taken."
    )
    for number, code in found.refused:
        click.echo(f"  mail {number}: {reading.REASONS[code]}")
    end_reading()


def _say_preview(slug: str, mails: Iterable[Numbered]) -> None:
    consultation = consultations.by_slug(current_session(), slug)
    told = preview.looked_at(
        current_session(),
        consultation.id,
        mails,
        now=clock.now(),
        ours=reading.address_of(settings().mail_from),
    )
    end_reading()
    for line in told.lines:
        verdict = "comes in"
        if line.reason:
            verdict = (
                "already known" if line.reason == preview.KNOWN else reading.REASONS[line.reason]
            )
        click.echo(f"  mail {line.number}: {line.sender or '–'}, “{line.subject}”: {verdict}")
    click.echo(
        f"{told.coming} would be taken in, {told.known} are known, {told.refused} would not be taken."
    )
