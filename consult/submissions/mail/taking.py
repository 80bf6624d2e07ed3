"""Taking a mail in: one act, one submission, a receipt by letter, its files beside it."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.identity import plain_name
from consult.consultations.models import Consultation
from consult.files.sniffing import Incoming, examined
from consult.jobs import queue
from consult.kernel.actor import Actor
from consult.submissions import attachments, importing, intake, uploads
from consult.submissions.mail.reading import Mail
from consult.submissions.models import MAIL, WAITING, CommentImport, Submission
from consult.submissions.recording import Prepared

JOB = "import-mail"
# One name for all mails: the same mail is known again, whether it comes in a file or a folder.
SOURCE = "e-mail"


@dataclass(frozen=True)
class Wish:
    """How mails are to be taken in, as somebody chose it.

    `held`: nobody else reads them before a moderator has. `named`: with their senders' names.
    `ours` is the address of our own letters: what comes from there is no submission. `respondent` is
    who the senders are, `respondents` who those of single mails are, by their number in the file.
    """

    held: bool = True
    named: bool = False
    ours: str = ""
    respondent: str = "unknown"
    respondents: Mapping[str, str] = field(default_factory=dict)

    def respondent_of(self, number: int) -> str:
        """Who the sender of a mail is."""
        return self.respondents.get(str(number), self.respondent)


@dataclass(frozen=True)
class Ready:
    """A mail with everything that needs no database."""

    mail: Mail
    prepared: Prepared
    files: tuple[Incoming, ...]


def make_ready(mail: Mail, hint: str) -> Ready:
    """Render and analyse a mail; what was set aside becomes a file that officials can read.

    Raises EmptyCommentError, TooLongError.
    """
    prepared = intake.prepare(importing.literal(mail.words), hint=hint)
    aside = "\n\n".join(filter(None, (mail.subject, mail.aside)))
    files = mail.files
    if aside:
        files = (*files, examined(aside.encode(), "mail.txt", "aside"))
    return Ready(mail, prepared, files)


def take(
    session: Session,
    consultation: Consultation,
    ready: Ready,
    wish: Wish,
    *,
    import_id: int,
    respondent: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Take one mail in. Its sender's address is contact data and gets the receipt.

    Raises NotOpenError, and AlreadyReceivedError for a mail that is there already.
    """
    mail = ready.mail
    made = intake.receive(
        session,
        consultation,
        ready.prepared,
        held_for=WAITING if wish.held else None,
        received_at=mail.received_at,
        actor=actor,
        now=now,
        channel="email",
        language=ready.prepared.language,
        respondent=respondent,
        name=mail.name if wish.named else "",
        email=mail.sender or None,
        source=SOURCE,
        source_row=mail.key,
        import_id=import_id,
        # Without an address the code waits until somebody prints it.
        issue_receipt=bool(mail.sender),
    )
    attachments.attach(session, consultation, made.submission_id, ready.files, actor=actor, now=now)


def known(session: Session, consultation_id: int, keys: Collection[str]) -> dict[str, int | None]:
    """Which of these mails are there already, and by which import they came."""
    found = session.execute(
        select(Submission.source_row, Submission.import_id).where(
            Submission.consultation_id == consultation_id,
            Submission.source == SOURCE,
            Submission.source_row.in_(keys),
        )
    )
    return {key: import_id for key, import_id in found if key is not None}


def open_import(
    session: Session,
    consultation: Consultation,
    *,
    file_name: str,
    content: bytes | None = None,
    wish: Wish | None = None,
    dry_run: dict[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> CommentImport:
    """Keep a file of mails until somebody starts it; with a `wish` it has begun already. `dry_run` is
    what was found in it (`preview.stored`).

    Raises NotOpenError.
    """
    uploads.refuse_unless_taking(consultation, now)
    made = CommentImport(
        consultation_id=consultation.id,
        kind=MAIL,
        source=SOURCE,
        file_name=plain_name(file_name) or "mail",
        content=content,
        dry_run=dry_run,
        mapping={} if wish is None else asdict(wish),
        imported_by=actor.user_id,
        created_at=now,
        state="uploaded" if wish is None else "importing",
        refused=[],
    )
    session.add(made)
    session.flush()
    uploads.record(session, made, "uploaded" if wish is None else "started", actor, now)
    return made


def start(
    session: Session,
    consultation: Consultation,
    import_id: int,
    wish: Wish,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Let a background job take the mails of a file in.

    Raises NotOpenError, StartedError, FileGoneError.
    """
    uploads.refuse_unless_taking(consultation, now)
    found = uploads.locked(session, import_id)
    if found.state != "uploaded" or found.consultation_id != consultation.id or found.kind != MAIL:
        raise uploads.StartedError
    if found.content is None:
        raise uploads.FileGoneError
    found.mapping, found.state, found.dry_run = asdict(wish), "importing", None
    session.flush()
    uploads.record(session, found, "started", actor, now)
    queue.enqueue(
        session,
        kind=JOB,
        key=f"{JOB}:{found.id}",
        payload={"import": found.id},
        reference=f"import:{found.id}",
        now=now,
    )
