"""A clerk's form that came before: the same letter once more, or the next one typed over it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.kernel.ids import random_token
from consult.submissions import queries as submissions
from consult.submissions.queries import Former
from consult.submissions.recording import AlreadyReceivedError


class AnotherLetterError(ConsultError):
    """A form that was taken in came again with something else in it."""

    message = mark(
        "No. %(number)s was taken in with this form. If this is another letter, please send it"
        " once more."
    )


def taken_at_once(form: Any, *, source: str, received_at: datetime) -> Former:
    """What was taken in with this form by another request at the same moment: a button pressed
    twice. Raises AnotherLetterError."""
    former = taken_with(form, source=source, received_at=received_at)
    if former is None:
        raise AlreadyReceivedError
    return former


def taken_with(form: Any, *, source: str, received_at: datetime) -> Former | None:
    """What was taken in with this form of a clerk's, if anything; one that holds another letter by
    now gets a new number, so that it can be sent once more. Raises AnotherLetterError."""
    try:
        return taken_before(
            current_session(),
            form.number.data,
            source=source,
            name=form.name.data,
            received_at=received_at,
        )
    except AnotherLetterError:
        form.number.data = random_token(18)
        raise


def taken_before(
    session: Session, form_number: str, *, source: str, name: str, received_at: datetime
) -> Former | None:
    """What was taken in with this form, if anything.

    Raises AnotherLetterError if that was something else: the clerk went back and typed the next
    letter over the one before. With a new number it is taken in.
    """
    former = submissions.sent_before(session, form_number)
    if former is None:
        return None
    contact = submissions.contact(session, former.submission.id)
    known = (former.source, contact.name if contact else "", former.submission.received_at)
    if known != (source, name, received_at):
        raise AnotherLetterError(number=former.comment.seq)
    return former
