"""Taking in many comments of one import in one act.

It writes what `intake.receive` would write for each of them (a test compares row by row), with as
many statements for a hundred as for one, because the lock is held for them all.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.kernel.actor import Actor
from consult.submissions import counters, points, recording
from consult.submissions.intake import NotOpenError
from consult.submissions.lateness import is_late
from consult.submissions.recording import Entry, Prepared


@dataclass(frozen=True)
class Arrival:
    """One comment that came on paper or in a file: a submission of its own."""

    prepared: Prepared
    received_at: datetime
    source_row: str
    name: str = ""
    clause_id: int | None = None
    version_id: int | None = None


@dataclass(frozen=True)
class Origin:
    """Where the comments of one import come from."""

    source: str
    channel: str
    import_id: int


def receive_many(
    session: Session,
    consultation: Consultation,
    arrivals: Sequence[Arrival],
    origin: Origin,
    *,
    actor: Actor,
    now: datetime,
) -> list[Entry]:
    """Take in top comments, each with an unissued receipt, in their order.

    Raises NotOpenError, and AlreadyReceivedError where one of the rows is there already; the act
    must be rolled back then.
    """
    if phase(consultation, now) not in {Phase.OPEN, Phase.CLOSED}:
        raise NotOpenError
    submissions = _open(session, consultation.id, arrivals, origin, now)
    entries = [
        Entry(
            prepared=arrival.prepared,
            consultation_id=consultation.id,
            submission_id=submission_id,
            received_at=arrival.received_at,
            late=is_late(consultation.closes_at, arrival.received_at),
            spans=points.whole(arrival.prepared.rendered.text),
            clause_id=arrival.clause_id,
            version_id=arrival.version_id,
        )
        for arrival, submission_id in zip(arrivals, submissions, strict=True)
    ]
    _number(session, consultation.id, entries)
    recording.record(session, entries, actor=actor, now=now)
    return entries


def _open(
    session: Session,
    consultation_id: int,
    arrivals: Sequence[Arrival],
    origin: Origin,
    now: datetime,
) -> list[int]:
    rows = [
        recording.submission_row(
            consultation_id,
            channel=origin.channel,
            language=arrival.prepared.language,
            received_at=arrival.received_at,
            now=now,
            respondent="unknown",
            source=origin.source,
            source_row=arrival.source_row,
            import_id=origin.import_id,
        )
        for arrival in arrivals
    ]
    made = recording.open_submissions(session, rows)
    named = zip(made, arrivals, strict=True)
    people = [(id_, arrival.name, None) for id_, arrival in named if arrival.name]
    recording.add_contacts(session, people, now=now)
    return made


def _number(session: Session, consultation_id: int, entries: Sequence[Entry]) -> None:
    """Places in the threads, then numbers: each counter is moved once for all."""
    among = Counter(entry.clause_id for entry in entries)
    # One order of locks for everybody who needs several threads.
    for clause_id in sorted(among, key=lambda key: (key is not None, key or 0)):
        last = counters.place_at(
            session, consultation_id=consultation_id, clause_id=clause_id, count=among[clause_id]
        )
        mine = [entry for entry in entries if entry.clause_id == clause_id]
        for position, entry in enumerate(mine, last.position - len(mine) + 1):
            entry.thread_id, entry.position = last.thread_id, position
    seq = counters.number(
        session,
        consultation_id=consultation_id,
        submissions=len(entries),
        owed=sum(entry.owed for entry in entries),
        comments=len(entries),
    )
    for number, entry in enumerate(entries, seq - len(entries) + 1):
        entry.seq = number
