"""What officials decide about background work and letters, each with its line in the log."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from consult.activity import log
from consult.jobs.errors import JobNotWaitingError
from consult.kernel.actor import Actor
from consult.notifications import settling
from consult.pages.work import queries
from consult.pages.work.kinds import KINDS
from consult.pages.work.queries import LetterRow, Scope

# A letter and its line in the log are two rows, and an act touches at most 1,000.
LETTERS_AT_ONCE = 400


def start_again(
    session: Session, job_id: int, scope: Scope, *, actor: Actor, now: datetime
) -> None:
    """Start failed work again. Raises NotFoundError, JobNotWaitingError, and what the room says."""
    task = queries.task(session, job_id, scope)
    verb = KINDS[task.job.kind].again
    if verb is None:
        raise JobNotWaitingError
    verb(session, task, actor, now)


def stop(session: Session, job_id: int, scope: Scope, *, actor: Actor, now: datetime) -> None:
    """Stop work that waits or is under way. Raises as `start_again`."""
    task = queries.task(session, job_id, scope)
    verb = KINDS[task.job.kind].stop
    if verb is None:
        raise JobNotWaitingError
    verb(session, task, actor, now)


def send_again(
    session: Session, letter_id: int, scope: Scope, *, actor: Actor, now: datetime
) -> None:
    """Send a failed or uncertain letter again. Raises NotFoundError."""
    _send(session, [queries.letter(session, letter_id, scope)], actor, now)


def send_failed(session: Session, scope: Scope, *, actor: Actor, now: datetime) -> int:
    """Send the failed letters again, up to LETTERS_AT_ONCE; returns how many."""
    return _send(session, queries.failed_letters(session, scope, LETTERS_AT_ONCE), actor, now)


def take_as_sent(
    session: Session, letter_id: int, scope: Scope, *, actor: Actor, now: datetime
) -> None:
    """Count an uncertain letter as sent. Raises NotFoundError, LetterSettledError."""
    row = queries.letter(session, letter_id, scope)
    settling.take_as_sent(session, row.id, now)
    _log(session, row, "taken-as-sent", actor, now)


def give_up(session: Session, letter_id: int, scope: Scope, *, actor: Actor, now: datetime) -> None:
    """Send a failed letter no more. Raises NotFoundError, LetterSettledError."""
    row = queries.letter(session, letter_id, scope)
    settling.give_up(session, row.id)
    _log(session, row, "given-up", actor, now)


def _send(session: Session, rows: Sequence[LetterRow], actor: Actor, now: datetime) -> int:
    sent = {letter.id for letter in settling.send_again(session, [row.id for row in rows], now)}
    for row in rows:
        if row.id in sent:
            _log(session, row, "sent-again", actor, now)
    return len(sent)


def _log(session: Session, row: LetterRow, what: str, actor: Actor, now: datetime) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=f"letter:{what}",
        thing=f"letter:{row.id}",
        consultation=row.consultation.id if row.consultation else None,
        now=now,
    )
