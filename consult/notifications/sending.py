"""Sending what is in the outbox: at most once, and known to be uncertain where it is.

A letter is leased while it is prepared, becomes "sending" in an act of its own just before the
message is handed over, and "sent" after the server's answer. Killed in between, it is "uncertain"
(SMTP), or written again under the same name (folder).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.kernel import clock
from consult.kernel.db import current_session
from consult.kernel.ids import random_token
from consult.kernel.release import visible
from consult.kernel.transaction import act, end_reading
from consult.notifications.models import (
    DROPPED,
    FAILED,
    SENDING,
    SENT,
    UNCERTAIN,
    WAITING,
    Letter,
)
from consult.notifications.outbox import Recipient, stopped
from consult.notifications.transports import NotNowError, RefusedError, Transport

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MAX_TRIES = 8
BATCH = 50


@dataclass(frozen=True)
class Rendered:
    """A letter as the recipient reads it. `stop_url` is its one-click stop."""

    subject: str
    body: str
    stop_url: str


Resolve = Callable[[Session, str], Recipient | None]
Render = Callable[[Letter, Recipient], Rendered]


class Sender:
    """Delivers due letters through one transport."""

    def __init__(
        self, resolve: Resolve, render: Render, transport: Transport, mail_from: str, domain: str
    ) -> None:
        self._resolve = resolve
        self._render = render
        self._transport = transport
        self._from = mail_from
        self._domain = domain

    def deliver_due(self, due_by: datetime | None = None) -> int:
        """Deliver up to a batch of the letters that are due (by then). Returns how many were
        taken up."""
        session = current_session()
        now = clock.now()
        due = session.scalars(
            select(Letter.id)
            .where(
                Letter.state == WAITING,
                Letter.run_at <= (due_by or now),
                visible(Letter.release_id),
            )
            .where((Letter.lease_until.is_(None)) | (Letter.lease_until < now))
            .order_by(Letter.run_at, Letter.id)
            .limit(BATCH)
        ).all()
        orphans = session.scalars(
            select(Letter.id).where(Letter.state == SENDING, Letter.lease_until < now).limit(BATCH)
        ).all()
        end_reading()
        for letter_id in orphans:
            self._judge_orphan(letter_id)
        for letter_id in due:
            self._deliver(letter_id)
        if due:
            self._transport.close()
        return len(due)

    def _judge_orphan(self, letter_id: int) -> None:
        """A worker died between handing over and writing it down."""
        state = WAITING if self._transport.repeatable else UNCERTAIN
        with act() as session:
            session.execute(
                update(Letter)
                .where(
                    Letter.id == letter_id,
                    Letter.state == SENDING,
                    Letter.lease_until < clock.now(),
                )
                .values(state=state, lease_until=None)
            )

    def _deliver(self, letter_id: int) -> None:
        token = random_token(12)
        letter = self._leased(letter_id, token)
        if letter is None:
            return
        session = current_session()
        try:
            recipient = self._resolve(session, letter.recipient)
            unwanted = not letter.requested and stopped(session, letter.recipient)
            end_reading()
            if recipient is None or unwanted:
                self._close(letter_id, token, state=DROPPED)
                return
            message = self._message(letter, recipient)
        except Exception as error:
            # A letter that cannot be written must not keep the others waiting.
            log.exception("letter %s cannot be written", letter_id)
            end_reading()
            self._later(letter, token, type(error).__name__)
            return
        try:
            self._transport.deliver(
                message,
                letter.message_id,
                parseaddr(self._from)[1],
                recipient.email,
                lambda: self._close(letter_id, token, state=SENDING, keep_lease=True),
            )
        except RefusedError as error:
            self._close(letter_id, token, state=FAILED, error=str(error))
        except NotNowError as error:
            self._later(letter, token, str(error))
        except _LeaseLostError:
            log.warning("lost the lease of letter %s", letter_id)
        except OSError as error:
            # After the hand-over began: it may have arrived.
            self._transport.close()
            state = WAITING if self._transport.repeatable else UNCERTAIN
            self._close(letter_id, token, state=state, error=type(error).__name__)
        else:
            self._close(letter_id, token, state=SENT)

    def _leased(self, letter_id: int, token: str) -> Letter | None:
        now = clock.now()
        with act() as session:
            taken = session.execute(
                update(Letter)
                .where(Letter.id == letter_id, Letter.state == WAITING)
                .where((Letter.lease_until.is_(None)) | (Letter.lease_until < now))
                .values(lease_token=token, lease_until=now + LEASE, tries=Letter.tries + 1)
                .returning(Letter.id)
            ).scalar()
            if taken is None:
                return None
            return session.get(Letter, letter_id, populate_existing=True)

    def _close(
        self,
        letter_id: int,
        token: str,
        *,
        state: str,
        error: str = "",
        keep_lease: bool = False,
    ) -> None:
        now = clock.now()
        with act() as session:
            moved = session.execute(
                update(Letter)
                .where(Letter.id == letter_id, Letter.lease_token == token)
                .where(Letter.state.in_([WAITING, SENDING]))
                .values(
                    state=state,
                    error=error,
                    sent_at=now if state == SENT else None,
                    lease_until=now + LEASE if keep_lease else None,
                )
                .returning(Letter.id)
            ).scalar()
        if moved is None and keep_lease:
            raise _LeaseLostError

    def _later(self, letter: Letter, token: str, error: str) -> None:
        if letter.tries >= MAX_TRIES:
            self._close(letter.id, token, state=FAILED, error=error)
            return
        wait = timedelta(minutes=2 ** min(letter.tries, 9))
        with act() as session:
            session.execute(
                update(Letter)
                .where(Letter.id == letter.id, Letter.lease_token == token)
                .values(state=WAITING, run_at=clock.now() + wait, lease_until=None, error=error)
            )

    def _message(self, letter: Letter, recipient: Recipient) -> bytes:
        rendered = self._render(letter, recipient)
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = recipient.email
        message["Subject"] = rendered.subject
        message["Date"] = _date(letter.created_at)
        message["Message-ID"] = f"<{letter.message_id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = letter.language
        message.set_content(rendered.body, cte="quoted-printable")
        # RFC 8058: the mail program's own button, one click, no page in between. Written by hand,
        # because the standard library would fold a long address into an encoded word.
        stop = (
            f"List-Unsubscribe: <{rendered.stop_url}>\r\n"
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        )
        return stop.encode("ascii") + message.as_bytes(policy=SMTP)


class _LeaseLostError(Exception):
    """Another worker took the letter while this one prepared it."""


def _date(instant: datetime) -> str:
    return f"{instant:%a, %d %b %Y %H:%M:%S +0000}"
