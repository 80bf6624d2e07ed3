"""What a person decides about letters that failed, or of which nobody knows whether they arrived."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.notifications.models import DROPPED, FAILED, SENT, UNCERTAIN, WAITING, Letter


class LetterSettledError(ConsultError):
    """Somebody else was quicker, or it needs no decision of this kind."""

    message = mark("This letter has been decided on meanwhile.")


def send_again(session: Session, letter_ids: Sequence[int], now: datetime) -> list[Letter]:
    """Put failed and uncertain letters back into the outbox, under the same Message-ID.

    Returns those that still needed it. An uncertain one may arrive twice; who asks for it here
    has been told.
    """
    letters = _locked(session, letter_ids, (FAILED, UNCERTAIN))
    for letter in letters:
        letter.state, letter.run_at = WAITING, now
        letter.tries, letter.error = 0, ""
        letter.lease_until = letter.lease_token = None
    session.flush()
    return letters


def take_as_sent(session: Session, letter_id: int, now: datetime) -> Letter:
    """Count an uncertain letter as sent. Raises LetterSettledError."""
    letter = _one(session, letter_id, UNCERTAIN)
    letter.state, letter.sent_at = SENT, now
    session.flush()
    return letter


def give_up(session: Session, letter_id: int) -> Letter:
    """Send a failed letter no more. Raises LetterSettledError."""
    letter = _one(session, letter_id, FAILED)
    letter.state = DROPPED
    session.flush()
    return letter


def _one(session: Session, letter_id: int, state: str) -> Letter:
    found = _locked(session, [letter_id], (state,))
    if not found:
        raise LetterSettledError
    return found[0]


def _locked(session: Session, letter_ids: Sequence[int], states: Sequence[str]) -> list[Letter]:
    return list(
        session.scalars(
            select(Letter)
            .where(Letter.id.in_(list(letter_ids)), Letter.state.in_(states))
            .order_by(Letter.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
