"""Writing letters: in the act they report, to be sent after it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import String, cast, select, update
from sqlalchemy.orm import Session

from consult.kernel.inserting import conflict_insert
from consult.notifications.models import DROPPED, FAILED, WAITING, Letter, LetterStop


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
    run_at: datetime | None = None,
) -> None:
    """Put a letter into the outbox. The same `key` twice makes one letter.

    `recipient` is a reference such as "submission:12"; `payload` holds references and numbers,
    never an address, a code or somebody's words. `requested`: the recipient asked for it just
    now, so it is sent even if they stopped other letters. Not before `run_at`, if it is given.
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
                "run_at": run_at or now,
            }
        ],
        now,
    )


def call_back(session: Session, key: str) -> bool:
    """Drop a letter that has not left yet, because what it says was undone. False if it has, or
    if there is none."""
    called = session.execute(
        update(Letter)
        .where(Letter.idempotency_key == key, Letter.state == WAITING)
        .where(Letter.lease_until.is_(None))
        # Its key is free again: what was undone may be done again.
        .values(
            state=DROPPED, idempotency_key=Letter.idempotency_key + ":" + cast(Letter.id, String)
        )
        .returning(Letter.id)
    )
    return called.first() is not None


def write_many(session: Session, letters: list[dict[str, Any]], now: datetime) -> None:
    """Put many letters into the outbox with one statement; rows as the columns of Letter."""
    if not letters:
        return
    rows = [
        {
            "release_id": None,
            "requested": False,
            "run_at": now,
            **letter,
            "message_id": sha256(letter["idempotency_key"].encode()).hexdigest()[:32]
            + f".{int(now.timestamp())}",
            "state": "waiting",
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


def forget(session: Session, recipient: str) -> None:
    """Erase what letters to a recipient were to say; those that have not left are dropped."""
    mine = Letter.recipient == recipient
    session.execute(update(Letter).where(mine).values(payload={}))
    session.execute(
        update(Letter).where(mine, Letter.state.in_((WAITING, FAILED))).values(state=DROPPED)
    )


def resume(session: Session, recipient: str) -> None:
    """Letters again."""
    row = session.scalar(select(LetterStop).where(LetterStop.recipient == recipient))
    if row is not None:
        session.delete(row)
