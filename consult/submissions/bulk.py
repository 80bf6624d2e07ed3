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
from consult.kernel.inserting import Values
from consult.submissions import counters, organisations, points, recording
from consult.submissions.intake import NotOpenError
from consult.submissions.lateness import is_late
from consult.submissions.participation.counting import arrived
from consult.submissions.recording import Entry, Prepared


@dataclass(frozen=True)
class Told:
    """One comment of a submission. `spans` are its points; else it is one."""

    prepared: Prepared
    clause_id: int | None = None
    version_id: int | None = None
    spans: tuple[points.Span, ...] = ()


@dataclass(frozen=True)
class Arrival:
    """What one person or organisation sent, as it came on paper or in a file."""

    comments: tuple[Told, ...]
    received_at: datetime
    source_row: str
    name: str = ""
    email: str | None = None
    respondent: str = "unknown"
    organisation: str = ""


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
    """Take in top comments in their order, each submission with an unissued receipt.

    Raises NotOpenError, and AlreadyReceivedError where one of the rows is there already; the act
    must be rolled back then.
    """
    if phase(consultation, now) not in {Phase.OPEN, Phase.CLOSED}:
        raise NotOpenError
    rows = _rows(session, consultation.id, arrivals, origin, now)
    submissions = _open(session, arrivals, rows, now)
    entries = [
        Entry(
            prepared=told.prepared,
            consultation_id=consultation.id,
            submission_id=submission_id,
            received_at=arrival.received_at,
            late=is_late(consultation.closes_at, arrival.received_at),
            spans=told.spans or points.whole(told.prepared.rendered.text),
            clause_id=told.clause_id,
            version_id=told.version_id,
        )
        for arrival, submission_id in zip(arrivals, submissions, strict=True)
        for told in arrival.comments
    ]
    _number(session, consultation.id, entries, submissions=len(submissions))
    arrived(session, consultation.id, rows)
    recording.record(session, entries, actor=actor, now=now)
    return entries


def _rows(
    session: Session,
    consultation_id: int,
    arrivals: Sequence[Arrival],
    origin: Origin,
    now: datetime,
) -> list[Values]:
    named = [arrival.organisation for arrival in arrivals if arrival.organisation]
    declared = iter(organisations.declare_each(session, named, now=now))
    return [
        recording.submission_row(
            consultation_id,
            channel=origin.channel,
            language=arrival.comments[0].prepared.language,
            received_at=arrival.received_at,
            now=now,
            respondent=arrival.respondent,
            organisation_id=next(declared) if arrival.organisation else None,
            source=origin.source,
            source_row=arrival.source_row,
            import_id=origin.import_id,
        )
        for arrival in arrivals
    ]


def _open(
    session: Session, arrivals: Sequence[Arrival], rows: Sequence[Values], now: datetime
) -> list[int]:
    made = recording.open_submissions(session, rows)
    people = [
        (id_, arrival.name, arrival.email)
        for id_, arrival in zip(made, arrivals, strict=True)
        if arrival.name or arrival.email
    ]
    recording.add_contacts(session, people, now=now)
    return made


def _number(
    session: Session, consultation_id: int, entries: Sequence[Entry], *, submissions: int
) -> None:
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
        submissions=submissions,
        owed=sum(len(entry.spans) for entry in entries if entry.owed),
        comments=len(entries),
    )
    for number, entry in enumerate(entries, seq - len(entries) + 1):
        entry.seq = number
