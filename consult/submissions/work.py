"""The batches of an import: short acts with equal pauses, so that citizens can post meanwhile.

A row has an identity that is unique in the database, so the import can be killed at any moment
and go on: what it finds there it does not take again.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts.models import Clause, ClauseText, Draft, Version
from consult.jobs.models import DONE
from consult.jobs.worker import RunningJob
from consult.kernel import clock
from consult.kernel.actor import COMMAND, Actor
from consult.kernel.db import current_session
from consult.kernel.i18n import mark
from consult.kernel.transaction import act, end_reading
from consult.submissions import importing, uploads
from consult.submissions.bulk import Arrival, Origin, receive_many
from consult.submissions.importing import CLAUSE_UNKNOWN, NO_DATE, Columns, Refusal, Row
from consult.submissions.intake import EmptyCommentError, TooLongError, prepare
from consult.submissions.models import CommentImport, Submission
from consult.submissions.recording import AlreadyReceivedError, Prepared

MOST_AT_ONCE = 100  # comments an act
# Opening and committing an act costs as much as some twenty rows: on a busy machine smaller
# batches would hold the lock more often, not for less time.
LEAST_AT_ONCE = 25
AIM = 0.04  # seconds in the lock that the size of a batch aims at; 0.05 are promised
TRIES = 5

STAGE = mark("Taking comments in")

Progress = Callable[[float], None]
Guard = Callable[[Session], None]
Place = tuple[int, int]  # clause and version


@dataclass(frozen=True)
class Order:
    """What is to be imported, and how: plain values, so that the database can be let go."""

    consultation_id: int
    origin: Origin
    received_at: datetime | None
    actor: Actor
    rows: list[Row]
    # Clause as people write it → where it stands.
    places: dict[str, Place]
    # The language of rows that are too short to be recognised.
    hint: str

    def place(self, row: Row) -> Place | None:
        return self.places.get(plain_number(row.clause)) if row.clause else None

    def arrival(self, row: Row, prepared: Prepared, now: datetime) -> Arrival:
        clause_id, version_id = self.place(row) or (None, None)
        return Arrival(
            prepared=prepared,
            received_at=row.received_at or self.received_at or now,
            source_row=row.key,
            name=row.name,
            clause_id=clause_id,
            version_id=version_id,
        )


@dataclass(frozen=True)
class Ready:
    """A row, rendered and analysed before the lock is taken; None if it was taken before."""

    row: Row
    prepared: Prepared | None


class _Pace:
    """How many rows the next act takes, so that it holds the lock for about AIM seconds."""

    def __init__(self) -> None:
        self.size = LEAST_AT_ONCE

    def rest(self, rows: int, held: float) -> None:
        """Let others go first for as long as the lock was held."""
        fitting = int(rows * AIM / held)
        self.size = max(LEAST_AT_ONCE, min(MOST_AT_ONCE, fitting, 2 * self.size))
        time.sleep(held)


def handle(job: RunningJob) -> None:
    """The job "import"."""
    bring_in(
        int(job.payload["import"]),
        progress=lambda share: job.progress(share, STAGE),
        guard=job.check_lease,
    )


def ended(session: Session, payload: dict[str, Any], state: str, now: datetime) -> None:
    """The job was given up: say so on the import. What was taken in stays; it can go on."""
    found = uploads.locked(session, int(payload["import"]))
    if state != DONE and found.state == "importing":
        uploads.finish(session, found, state="failed", now=now)


def bring_in(
    import_id: int,
    *,
    progress: Progress = lambda _share: None,
    guard: Guard = lambda _session: None,
) -> None:
    """Take in every row of an import that is not there yet, then close it.

    `guard` is called in each act and raises when this worker may no longer write.
    """
    order, refusals = _order(import_id)
    with act() as session:
        guard(session)
        _begin(session, order, refusals)
    pace = _Pace()
    done = 0
    for ready in _ready(order):
        begin = 0
        while begin < len(ready):
            batch = ready[begin : begin + pace.size]
            began = time.perf_counter()
            _batch(order, batch, guard)
            pace.rest(len(batch), time.perf_counter() - began)
            begin += len(batch)
            progress((done + begin) / len(order.rows))
        done += len(ready)
    with act() as session:
        guard(session)
        uploads.finish(session, uploads.locked(session, import_id), state="done", now=clock.now())


def _order(import_id: int) -> tuple[Order, list[Refusal]]:
    """Read the import and its file."""
    session = current_session()
    found = session.get_one(CommentImport, import_id, populate_existing=True)
    consultation = session.get_one(Consultation, found.consultation_id)
    mapping, by, created_at = found.mapping, found.imported_by, found.created_at
    default_language = consultation.languages[0]
    places = _places(session, consultation.id)
    end_reading()
    table = importing.read(
        found.content or b"", encoding=mapping["encoding"], delimiter=mapping["delimiter"]
    )
    taken, refusals = importing.rows(table, Columns(**mapping["columns"]), now=created_at)
    default = mapping["received_at"]
    if default is None:
        # A closed consultation takes only rows of which somebody says when they came.
        refusals += [Refusal(row.line, NO_DATE) for row in taken if row.received_at is None]
        taken = [row for row in taken if row.received_at is not None]
    order = Order(
        consultation_id=consultation.id,
        origin=Origin(found.source, mapping["channel"], import_id),
        received_at=datetime.fromisoformat(default) if default else None,
        actor=Actor.user(by) if by else COMMAND,
        rows=taken,
        places=places,
        hint=importing.main_language(taken, default_language),
    )
    unknown = (row for row in taken if row.clause and order.place(row) is None)
    refusals += [Refusal(row.line, CLAUSE_UNKNOWN) for row in unknown]
    return order, sorted(refusals, key=lambda refusal: refusal.line)


def plain_number(written: str) -> str:
    """A clause's number or key without what people vary: "Art. 3", "article 3" and "art_3"."""
    plain = re.sub(r"[\W_]+", " ", written.casefold()).strip()
    return re.sub(r"^(article|artikel|artikkel|art|clause)\s*(?=\d)", "", plain)


def _places(session: Session, consultation_id: int) -> dict[str, Place]:
    """Every way to name a clause of the newest public version; what is ambiguous is left out."""
    newest = session.scalar(
        select(Version.id)
        .join(Draft, Draft.id == Version.draft_id)
        .where(Draft.consultation_id == consultation_id, Version.published_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )
    if newest is None:
        return {}
    named: dict[str, set[int]] = {}
    for clause_id, key, number in session.execute(
        select(Clause.id, Clause.key, ClauseText.number)
        .join(ClauseText, ClauseText.clause_id == Clause.id)
        .where(ClauseText.version_id == newest)
    ):
        for name in (key, number):
            named.setdefault(plain_number(name), set()).add(clause_id)
    return {name: (min(ids), newest) for name, ids in named.items() if name and len(ids) == 1}


def _begin(session: Session, order: Order, refusals: list[Refusal]) -> None:
    found = uploads.locked(session, order.origin.import_id)
    found.state = "importing"
    found.rows = len(order.rows) + sum(r.code != CLAUSE_UNKNOWN for r in refusals)
    found.refused = [[r.line, r.code] for r in refusals[: uploads.MOST_LISTED]]
    # An import that was killed finds what it had taken before.
    mine = select(func.count()).where(Submission.import_id == order.origin.import_id)
    found.taken, found.known = session.scalar(mine) or 0, 0


def _ready(order: Order) -> Iterator[list[Ready]]:
    """Rows in chunks, rendered and analysed; those that cannot be are reported."""
    for begin in range(0, len(order.rows), MOST_AT_ONCE):
        rows = order.rows[begin : begin + MOST_AT_ONCE]
        here = _already(current_session(), order, rows)
        end_reading()
        ready: list[Ready] = []
        hopeless: list[Refusal] = []
        for row in rows:
            made = None if row.key in here else _prepared(order, row)
            if isinstance(made, str):
                hopeless.append(Refusal(row.line, made))
            else:
                ready.append(Ready(row, made))
        if hopeless:
            _report(order, hopeless)
        yield ready


def _prepared(order: Order, row: Row) -> Prepared | str:
    """The row, rendered; or why it cannot be taken."""
    try:
        return prepare(importing.literal(row.text), language=row.language, hint=order.hint)
    except EmptyCommentError:
        return importing.EMPTY
    except TooLongError:
        return importing.TOO_LONG


def _report(order: Order, refusals: list[Refusal]) -> None:
    with act() as session:
        found = uploads.locked(session, order.origin.import_id)
        listed = [*found.refused, *([r.line, r.code] for r in refusals)]
        found.refused = sorted(listed)[: uploads.MOST_LISTED]


def _batch(order: Order, batch: Sequence[Ready], guard: Guard) -> None:
    for _ in range(TRIES):
        try:
            with act() as session:
                guard(session)
                _take(session, order, batch)
        except AlreadyReceivedError:
            # Another import of the same source was quicker with one of these rows (on
            # PostgreSQL; SQLite has one writer): look again.
            continue
        return
    raise AlreadyReceivedError


def _take(session: Session, order: Order, batch: Sequence[Ready]) -> None:
    consultation = session.get_one(Consultation, order.consultation_id)
    here = _already(session, order, [ready.row for ready in batch])
    now = clock.now()
    arrivals = [
        order.arrival(ready.row, ready.prepared, now)
        for ready in batch
        if ready.prepared is not None and ready.row.key not in here
    ]
    if arrivals:
        receive_many(session, consultation, arrivals, order.origin, actor=order.actor, now=now)
    known = sum(by != order.origin.import_id for by in here.values())
    session.execute(
        update(CommentImport)
        .where(CommentImport.id == order.origin.import_id)
        .values(taken=CommentImport.taken + len(arrivals), known=CommentImport.known + known)
    )


def _already(session: Session, order: Order, rows: Sequence[Row]) -> dict[str, int | None]:
    """Which rows are in the database, and by which import they came."""
    found = session.execute(
        select(Submission.source_row, Submission.import_id).where(
            Submission.consultation_id == order.consultation_id,
            Submission.source == order.origin.source,
            Submission.source_row.in_([row.key for row in rows]),
        )
    )
    return {key: import_id for key, import_id in found if key is not None}
