"""The files of a submission: the scan of a letter, what hung on a mail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.models import Consultation
from consult.files import keeping
from consult.files.sniffing import Incoming
from consult.kernel.actor import Actor
from consult.kernel.errors import ForbiddenError, NotFoundError
from consult.kernel.i18n import mark
from consult.submissions.models import Submission

# Channels whose submissions officials bring in; on the web nobody sends files.
BROUGHT = ("paper", "email", "phone", "event", "import")


class SealedFilesError(ForbiddenError):
    """Words of the submission were removed, and its files may still show them."""

    message = mark(
        "Words were removed from this submission, and its files may still show them. They are"
        " sealed: who may open the seal opens them with a reason, and it is logged."
    )


def reference(submission_id: int) -> str:
    """By what its files are found."""
    return f"submission:{submission_id}"


def attach(
    session: Session,
    consultation: Consultation,
    submission_id: int,
    files: Sequence[Incoming],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep files with a submission that an official brought in. Raises TooManyFilesError."""
    if not files:
        return
    _locked(session, consultation, submission_id)
    kept = keeping.keep(session, reference(submission_id), files, now=now)
    _log(session, consultation, submission_id, ("kept", kept), actor=actor, now=now)


def erase(
    session: Session,
    consultation: Consultation,
    submission_id: int,
    file_id: int | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Erase one of its files (the wrong page was scanned), or all of them, for good."""
    _locked(session, consultation, submission_id)
    gone = keeping.erase(session, reference(submission_id), file_id)
    _log(session, consultation, submission_id, ("erased", gone), actor=actor, now=now)


def _locked(session: Session, consultation: Consultation, submission_id: int) -> None:
    found = session.scalar(
        select(Submission.id)
        .where(
            Submission.id == submission_id,
            Submission.consultation_id == consultation.id,
            Submission.channel.in_(BROUGHT),
        )
        .with_for_update(key_share=True)
    )
    if found is None:
        raise NotFoundError


def _log(
    session: Session,
    consultation: Consultation,
    submission_id: int,
    done: tuple[str, int],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    what, files = done
    if files:
        log.record(
            session,
            actor=actor.reference,
            act=f"file:{what}",
            thing=reference(submission_id),
            consultation=consultation.id,
            now=now,
            files=files,
        )
