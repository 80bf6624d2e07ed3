"""Files of comments: uploaded, looked at, started, and what became of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from consult.accounts.identity import plain_name
from consult.activity import log
from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.jobs import queue
from consult.jobs.errors import JobNotWaitingError
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.submissions import mappings
from consult.submissions.importing import Columns
from consult.submissions.intake import NotOpenError
from consult.submissions.lateness import day_of_receipt
from consult.submissions.models import CHANNELS, CommentImport

KIND = "import"
# Rows not taken that are listed one by one; all are counted.
MOST_LISTED = 1_000
MAX_SOURCE = 120
# A file that is neither started nor gone on with holds people's words for nothing.
KEPT = timedelta(days=30)


class ReceivedMissingError(ConsultError):
    """Whether a comment was in time is judged by the day it was received."""

    status = 422
    message = mark(
        "The consultation has closed. Say on which day these comments were received,"
        " or which column says so."
    )


class StartedError(ConsultError):
    message = mark("This import has already been started.")


class FileGoneError(ConsultError):
    """It was deleted because nobody started the import, or went on with it."""

    message = mark("The file has been deleted. Please upload it again.")


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, as somebody chose it.

    `received_on` holds for rows without a date of their own; while the consultation is open it
    may be left out and is then the present.
    """

    columns: Columns
    encoding: str
    delimiter: str
    source: str
    channel: str
    received_on: date | None = None
    sheet: str = ""


def upload(
    session: Session,
    consultation: Consultation,
    *,
    file_name: str,
    content: bytes,
    actor: Actor,
    now: datetime,
) -> CommentImport:
    """Keep a file until it is imported. Nothing of it is a comment yet."""
    refuse_unless_taking(consultation, now)
    # A name may hide what it ends with behind a change of writing direction.
    named = plain_name(file_name) or "file.csv"
    made = CommentImport(
        consultation_id=consultation.id,
        source=named[:MAX_SOURCE],
        file_name=named[:200],
        content=content,
        mapping={},
        imported_by=actor.user_id,
        created_at=now,
        state="uploaded",
        refused=[],
    )
    session.add(made)
    session.flush()
    record(session, made, "uploaded", actor, now)
    return made


def refuse_unless_taking(consultation: Consultation, now: datetime) -> None:
    """Raise NotOpenError before the opening, after the answer and for a cancelled consultation."""
    if phase(consultation, now) not in {Phase.OPEN, Phase.CLOSED}:
        raise NotOpenError


def start(
    session: Session,
    consultation: Consultation,
    import_id: int,
    reading: Reading,
    *,
    actor: Actor,
    now: datetime,
) -> CommentImport:
    """Say how the file is to be read and let the import begin.

    Raises ReceivedMissingError, ReceivedBeforeError, ReceivedLaterError, NotOpenError,
    StartedError, FileGoneError.
    """
    refuse_unless_taking(consultation, now)
    assert reading.channel in CHANNELS
    closed = phase(consultation, now) is Phase.CLOSED
    day = reading.received_on
    if closed and day is None and not reading.columns.received:
        raise ReceivedMissingError
    received_at = None if day is None else day_of_receipt(day, now)
    found = locked(session, import_id)
    if found.state != "uploaded" or found.consultation_id != consultation.id:
        raise StartedError
    if found.content is None:
        raise FileGoneError
    default = received_at if closed else received_at or now
    found.mapping = {
        "columns": reading.columns.as_kept(),
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "sheet": reading.sheet,
        "channel": reading.channel,
        "received_at": default.isoformat() if default else None,
    }
    found.source = reading.source[:MAX_SOURCE]
    found.state = "importing"
    session.flush()
    mappings.remember(
        session,
        consultation.id,
        columns=reading.columns,
        source=found.source,
        channel=reading.channel,
        now=now,
    )
    record(session, found, "started", actor, now)
    return found


def enqueue(session: Session, found: CommentImport, *, now: datetime) -> None:
    """Let a background job do the import."""
    queue.enqueue(
        session,
        kind=KIND,
        key=f"import:{found.id}",
        payload={"import": found.id},
        reference=f"import:{found.id}",
        now=now,
    )


def resume(
    session: Session, import_id: int, job_id: int, *, actor: Actor, now: datetime
) -> CommentImport:
    """Go on with an import that was given up. Raises JobNotWaitingError, FileGoneError."""
    queue.retry(session, job_id, now)
    found = locked(session, import_id)
    if found.content is None:
        raise FileGoneError
    found.state, found.finished_at = "importing", None
    session.flush()
    record(session, found, "resumed", actor, now)
    return found


def stop(
    session: Session, import_id: int, job_id: int, *, actor: Actor, now: datetime
) -> CommentImport:
    """Stop an import; what was taken in stays, and it can go on. Raises JobNotWaitingError."""
    if not queue.cancel(session, job_id, now):
        raise JobNotWaitingError
    found = locked(session, import_id)
    found.state, found.finished_at = "failed", now
    session.flush()
    record(session, found, "cancelled", actor, now, taken=found.taken, known=found.known)
    return found


def kept_until(found: CommentImport) -> datetime | None:
    """When the file will be deleted if nothing is done; None where there is none any more."""
    return None if found.content is None else (found.finished_at or found.created_at) + KEPT


def forget_files(session: Session, now: datetime, limit: int) -> int:
    """Delete up to `limit` files that nobody has started, or gone on with, for KEPT days.

    What was taken in of them stays, and so does the report. Returns how many.
    """
    idle_since = func.coalesce(CommentImport.finished_at, CommentImport.created_at)
    found = session.scalars(
        select(CommentImport)
        .where(
            CommentImport.content.is_not(None),
            CommentImport.state.in_(("uploaded", "failed")),
            idle_since < now - KEPT,
        )
        .order_by(CommentImport.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # The files themselves may be large, and are not looked at.
        .options(defer(CommentImport.content, raiseload=True))
    ).all()
    for old in found:
        old.content = old.dry_run = None
        record(session, old, "file-deleted", SYSTEM, now)
    session.flush()
    return len(found)


def locked(session: Session, import_id: int) -> CommentImport:
    """The import as it is now, kept from other writers until the act ends."""
    return session.scalars(
        select(CommentImport)
        .where(CommentImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
        # Of mails each takes the lock: the whole file would come along every time.
        .options(defer(CommentImport.content))
    ).one()


def finish(session: Session, found: CommentImport, *, state: str, now: datetime) -> None:
    """The end: the file itself is kept only where the import can be started again."""
    found.state = state
    found.finished_at = now
    if state == "done":
        found.content = None
    session.flush()
    actor = Actor.user(found.imported_by) if found.imported_by else Actor("command")
    record(session, found, state, actor, now, taken=found.taken, known=found.known)


def record(
    session: Session,
    found: CommentImport,
    what: str,
    actor: Actor,
    now: datetime,
    **facts: Any,
) -> None:
    """Write the line of an act on an import ("import:started") into the log."""
    log.record(
        session,
        actor=actor.reference,
        act=f"import:{what}",
        thing=f"import:{found.id}",
        consultation=found.consultation_id,
        now=now,
        **facts,
    )
