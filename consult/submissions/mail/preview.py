"""What an import of mails would do, before it does anything."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from consult.submissions.mail import reading, taking
from consult.submissions.mail.reading import Mail

FIRST_WORDS = 240
MOST_SHOWN = 300


@dataclass(frozen=True)
class Line:
    """One mail: what is known of it, and `reason` if it will not come in."""

    number: int
    sender: str
    subject: str
    reason: str = ""
    key: str = ""
    received_at: datetime | None = None
    words: str = ""
    kept: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Preview:
    """All mails of a file, of which the first are listed."""

    lines: list[Line]
    coming: int
    known: int
    refused: int


KNOWN = "known"


def stored(told: Preview) -> dict[str, Any]:
    """As it is kept with the file."""
    kept = asdict(told)
    for line in kept["lines"]:
        at = line["received_at"]
        line["received_at"] = at.isoformat() if at else None
    return kept


def restored(kept: dict[str, Any]) -> Preview:
    """What `stored` made."""
    lines = [
        Line(
            **{
                **line,
                "received_at": datetime.fromisoformat(at) if (at := line["received_at"]) else None,
                "kept": tuple(line["kept"]),
                "left": tuple((name, why) for name, why in line["left"]),
            }
        )
        for line in kept["lines"]
    ]
    return Preview(**{**kept, "lines": lines})


def looked_at(
    session: Session,
    consultation_id: int,
    mails: Iterable[tuple[int, bytes | None]],
    *,
    now: datetime,
    ours: str,
) -> Preview:
    """Read every mail; the same mail twice in one file comes once."""
    lines = list(_lines(mails, now, ours))
    here = set(taking.known(session, consultation_id, {line.key for line in lines if line.key}))
    told: list[Line] = []
    for line in lines:
        there = line.key in here
        told.append(_known(line) if line.key and there else line)
        here.add(line.key)
    known = sum(line.reason == KNOWN for line in told)
    refused = sum(bool(line.reason) for line in told) - known
    return Preview(told[:MOST_SHOWN], len(told) - known - refused, known, refused)


def _known(line: Line) -> Line:
    return Line(line.number, line.sender, line.subject, KNOWN, line.key, line.received_at)


def _lines(mails: Iterable[tuple[int, bytes | None]], now: datetime, ours: str) -> Iterator[Line]:
    for number, raw in mails:
        found = reading.read(raw, now=now, ours=ours)
        if not isinstance(found, Mail):
            yield Line(number, found.sender, found.subject, found.reason)
            continue
        yield Line(
            number,
            found.sender,
            found.subject,
            key=found.key,
            received_at=found.received_at,
            words=found.words[:FIRST_WORDS],
            kept=tuple(file.name for file in found.files if file.refused is None),
            left=tuple((file.name, file.refused) for file in found.files if file.refused),
        )
