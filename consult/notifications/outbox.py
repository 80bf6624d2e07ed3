"""Writing letters: in the act they report, to be sent after it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.kernel.inserting import conflict_insert
from consult.notifications.models import Letter, LetterStop


@dataclass(frozen=True)
class Recipient:
    """Where a letter goes, found when it is sent. `facts` fill its template (a name, a code)."""

    email: str
    language: str
    facts: dict[str, Any]


def write(
    session: Session,
    *,
    recipient: str,
    template: str,
    language: str,
    key: str,
    payload: dict[str, Any],
    now: datetime,
    release_id: int | None = None,
    requested: bool = False,
) -> None:
    """Put a letter into the outbox. The same `key` twice makes one letter.

    `recipient` is a reference such as "submission:12"; `payload` holds references and numbers,
    never an address, a code or somebody's words. `requested`: the recipient asked for it just
    now, so it is sent even if they stopped other letters.
    """
    write_many(
        session,
        [
            {
                "recipient": recipient,
                "template": template,
                "language": language,
                "idempotency_key": key,
                "payload": payload,
                "release_id": release_id,
                "requested": requested,
            }
        ],
        now,
    )


def write_many(session: Session, letters: list[dict[str, Any]], now: datetime) -> None:
    """Put many letters into the outbox with one statement; rows as the columns of Letter."""
    if not letters:
        return
    rows = [
        {
            "release_id": None,
            "requested": False,
            **letter,
            "message_id": sha256(letter["idempotency_key"].encode()).hexdigest()[:32]
            + f".{int(now.timestamp())}",
            "state": "waiting",
            "run_at": now,
            "created_at": now,
            "tries": 0,
            "error": "",
        }
        for letter in letters
    ]
    statement = conflict_insert(session.get_bind(), Letter)
    session.execute(statement.on_conflict_do_nothing(index_elements=["idempotency_key"]), rows)


def stopped(session: Session, recipient: str) -> bool:
    """Whether this recipient wants no letters."""
    return session.get(LetterStop, recipient) is not None


def stop(session: Session, recipient: str, now: datetime) -> None:
    """No more letters to this recipient. Doing it twice is no error."""
    if not stopped(session, recipient):
        session.add(LetterStop(recipient=recipient, at=now))


def resume(session: Session, recipient: str) -> None:
    """Letters again."""
    row = session.scalar(select(LetterStop).where(LetterStop.recipient == recipient))
    if row is not None:
        session.delete(row)
