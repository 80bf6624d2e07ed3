"""The outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Base, BigId, Json, one_of
from consult.kernel.release import release_column

# "sending" is written just before the message body goes out. Interrupted after that, nobody can
# know whether it arrived: the letter is "uncertain", shown, and not sent again by itself.
WAITING, SENDING, SENT, UNCERTAIN, FAILED, DROPPED = (
    "waiting",
    "sending",
    "sent",
    "uncertain",
    "failed",
    "dropped",
)


class Letter(Base):
    """One e-mail to be sent. Holds a reference to the recipient, never an address or a code."""

    __tablename__ = "letter"
    __table_args__ = (
        one_of("state", (WAITING, SENDING, SENT, UNCERTAIN, FAILED, DROPPED)),
        Index("ix_letter_state_run_at", "state", "run_at"),
        Index("ix_letter_recipient", "recipient", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # "submission:12", "user:3", "invitation:4": resolved to an address when it is sent.
    recipient: Mapped[str] = mapped_column(String(60))
    template: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # Asked for by its recipient just now (a lost password): sent even to who wants no letters.
    requested: Mapped[bool] = mapped_column(default=False)
    # The same letter is never written twice: "answered:release 4:submission 12".
    idempotency_key: Mapped[str] = mapped_column(String(120), unique=True)
    # The part before the @, the same at every attempt.
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    release_id: Mapped[int | None] = release_column(index=True)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(40))
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class LetterStop(Base):
    """A recipient who wants no more letters."""

    __tablename__ = "letter_stop"

    recipient: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime]
