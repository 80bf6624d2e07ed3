"""The batches of an import: short acts with equal pauses, so that citizens can post meanwhile.

A row has an identity that is unique in the database, so the import can be killed at any moment
and go on: what it finds there it does not take again.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.jobs.models import DONE
from consult.jobs.worker import RunningJob
from consult.kernel import clock
from consult.kernel.actor import COMMAND, Actor
from consult.kernel.db import current_session
from consult.kernel.i18n import mark
from consult.kernel.transaction import act, end_reading
from consult.submissions import citing, importing, points, tables, uploads
from consult.submissions.bulk import Arrival, Origin, Told, receive_many
from consult.submissions.citing import Place
from consult.submissions.importing import (
    BAD_EMAIL,
    CLAUSE_UNKNOWN,
    NO_DATE,
    REMARKS,
    Answer,
    Columns,
    Refusal,
    Row,
)
from consult.submissions.intake import EmptyCommentError, TooLongError, prepare
from consult.submissions.models import CommentImport, Submission
from consult.submissions.recording import AlreadyReceivedError

MOST_AT_ONCE = 100  # comments an act
# Opening and committing an act costs as much as some twenty rows: on a busy machine smaller
# batches would hold the lock more often, not for less time.
LEAST_AT_ONCE = 25
AIM = 0.04  # seconds in the lock that the size of a batch aims at; 0.05 are promised
TRIES = 5

STAGE = mark("Taking comments in")

Progress = Callable[[float], None]
Guard = Callable[[Session], None]


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

    def place(self, answer: Answer) -> Place | None:
        return citing.place(self.places, answer.clause)

    def arrival(self, ready: "Ready", now: datetime) -> Arrival:
        row = ready.row
        return Arrival(
            comments=ready.comments,
            received_at=row.received_at or self.received_at or now,
            source_row=row.key,
            name=row.name,
            email=row.email,
            respondent=row.respondent,
            organisation=row.organisation,
        )


@dataclass(frozen=True)
class Ready:
    """A row, its words rendered and analysed before the lock is taken; none if taken before."""

    row: Row
    comments: tuple[Told, ...]


class _Pace:
    """How many comments the next act takes, so that it holds the lock for about AIM seconds."""

    def __init__(self) -> None:
        self.size = LEAST_AT_ONCE

    def rest(self, comments: int, held: float) -> None:
        """Let others go first for as long as the lock was held."""
        fitting = int(comments * AIM / held)
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
            batch = _fitting(ready[begin:], pace.size)
            began = time.perf_counter()
            _batch(order, batch, guard)
            pace.rest(_comments(batch), time.perf_counter() - began)
            begin += len(batch)
            progress((done + begin) / len(order.rows))
        done += len(ready)
    with act() as session:
        guard(session)
        uploads.finish(session, uploads.locked(session, import_id), state="done", now=clock.now())


def _fitting(ready: Sequence[Ready], most: int) -> Sequence[Ready]:
    """As many rows from the first on as hold at most so many comments; at least one."""
    taken = comments = 0
    for row in ready:
        comments += max(1, len(row.comments))
        if taken and comments > most:
            break
        taken += 1
    return ready[:taken]


def _comments(batch: Sequence[Ready]) -> int:
    return sum(max(1, len(row.comments)) for row in batch)


def _order(import_id: int) -> tuple[Order, list[Refusal]]:
    """Read the import and its file."""
    session = current_session()
    found = session.get_one(CommentImport, import_id, populate_existing=True)
    consultation = session.get_one(Consultation, found.consultation_id)
    mapping, by, created_at = found.mapping, found.imported_by, found.created_at
    default_language = consultation.languages[0]
    places = citing.places(session, consultation.id)
    end_reading()
    table = tables.read(
        found.content or b"",
        encoding=mapping["encoding"],
        delimiter=mapping["delimiter"],
        sheet=mapping["sheet"],
    )
    columns = Columns.stored(mapping["columns"])
    taken, refusals = importing.rows(table, columns, now=created_at)
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
    for row in taken:
        refusals += [Refusal(row.line, code) for code in remarks(row, places)]
    return order, sorted(refusals, key=lambda refusal: refusal.line)


def remarks(row: Row, places: Mapping[str, Place]) -> list[str]:
    """What there is to know about a row that is taken."""
    found = [BAD_EMAIL] if row.bad_email else []
    cited = (answer.clause for answer in row.answers if answer.clause)
    return [*found, CLAUSE_UNKNOWN] if any(not citing.place(places, c) for c in cited) else found


def _begin(session: Session, order: Order, refusals: list[Refusal]) -> None:
    found = uploads.locked(session, order.origin.import_id)
    found.state = "importing"
    found.rows = len(order.rows) + sum(r.code not in REMARKS for r in refusals)
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
            made = () if row.key in here else _prepared(order, row)
            if isinstance(made, str):
                hopeless.append(Refusal(row.line, made))
            else:
                ready.append(Ready(row, made))
        if hopeless:
            _report(order, hopeless)
        yield ready


def _prepared(order: Order, row: Row) -> tuple[Told, ...] | str:
    """The words of a row, rendered; or why they cannot be taken."""
    try:
        return tuple(_told(order, row, answer) for answer in row.answers)
    except EmptyCommentError:
        return importing.EMPTY
    except TooLongError:
        return importing.TOO_LONG


def _told(order: Order, row: Row, answer: Answer) -> Told:
    """One answer as a comment. What was asked stands above it as a quotation, without which "yes"
    says nothing; the point is what the person wrote, for that is what is answered."""
    clause_id, version_id = order.place(answer) or (None, None)
    made = prepare(importing.literal(answer.text), language=row.language, hint=order.hint)
    if not answer.question:
        return Told(made, clause_id, version_id)
    quoted = f"> {importing.literal(answer.question)}\n\n{made.rendered.source}"
    whole = prepare(quoted, language=made.language)
    begin = len(whole.rendered.text) - len(made.rendered.text)
    spans = points.checked(whole.rendered.text, [(begin, len(whole.rendered.text))])
    return Told(whole, clause_id, version_id, tuple(spans))


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
        order.arrival(ready, now) for ready in batch if ready.comments and ready.row.key not in here
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
