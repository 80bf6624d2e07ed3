"""The loop of an import of mails: each is one act, so it can be killed and go on anywhere."""

import io
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.jobs.worker import RunningJob
from consult.kernel import clock
from consult.kernel.actor import COMMAND, Actor
from consult.kernel.db import current_session
from consult.kernel.i18n import mark
from consult.kernel.transaction import act, end_reading
from consult.submissions import uploads
from consult.submissions.intake import EmptyCommentError, TooLongError
from consult.submissions.mail import boxes, reading, taking
from consult.submissions.mail.reading import Mail, Refused
from consult.submissions.mail.taking import Wish
from consult.submissions.models import CommentImport, Submission
from consult.submissions.recording import AlreadyReceivedError

STAGE = mark("Taking mails in")

# A mail by its number in the file or folder; None where it is too large to be held.
Numbered = tuple[int, bytes | None]
Guard = Callable[[Session], None]
# Called after the act: the number, and why it was not taken ("" for one that is there now).
Done = Callable[[int, str], None]


@dataclass(frozen=True)
class Order:
    """What an import needs to know, as plain values."""

    import_id: int
    consultation_id: int
    wish: Wish
    hint: str
    actor: Actor


def handle(job: RunningJob) -> None:
    """The job "import-mail"."""
    import_id = int(job.payload["import"])
    found = current_session().get_one(CommentImport, import_id, populate_existing=True)
    content = found.content or b""
    total = sum(1 for _ in boxes.mails(io.BytesIO(content)))
    progress = iter(range(1, total + 1))
    bring_in(
        order_of(import_id),
        enumerate(boxes.mails(io.BytesIO(content)), 1),
        guard=job.check_lease,
        done=lambda _number, _reason: job.progress(next(progress) / total, STAGE),
    )


def order_of(import_id: int) -> Order:
    """Read what an import needs, and let the database go."""
    session = current_session()
    found = session.get_one(CommentImport, import_id, populate_existing=True)
    consultation = session.get_one(Consultation, found.consultation_id)
    order = Order(
        import_id=import_id,
        consultation_id=consultation.id,
        wish=Wish(**found.mapping),
        hint=consultation.languages[0],
        actor=Actor.user(found.imported_by) if found.imported_by else COMMAND,
    )
    end_reading()
    return order


def bring_in(
    order: Order,
    mails: Iterable[Numbered],
    *,
    guard: Guard = lambda _session: None,
    done: Done = lambda _number, _reason: None,
) -> None:
    """Take in every mail that is not there yet, then close the import."""
    with act() as session:
        guard(session)
        found = uploads.locked(session, order.import_id)
        found.state, found.rows, found.known, found.refused = "importing", 0, 0, []
        # An import that was killed finds what it had taken before, mail by mail.
        mine = select(func.count()).where(Submission.import_id == order.import_id)
        found.taken = session.scalar(mine) or 0
    for number, raw in mails:
        began = time.perf_counter()
        reason = _one(order, number, raw, guard)
        done(number, reason)
        # Citizens post meanwhile: they have the lock as long as we had it.
        time.sleep(min(0.05, time.perf_counter() - began))
    with act() as session:
        guard(session)
        found = uploads.locked(session, order.import_id)
        uploads.finish(session, found, state="done", now=clock.now())


def _one(order: Order, number: int, raw: bytes | None, guard: Guard) -> str:
    mail = reading.read(raw, now=clock.now(), ours=order.wish.ours)
    if isinstance(mail, Refused):
        return _refuse(order, number, mail.reason, guard)
    try:
        ready = taking.make_ready(mail, order.hint)
    except EmptyCommentError:
        return _refuse(order, number, reading.EMPTY, guard)
    except TooLongError:
        return _refuse(order, number, reading.TOO_LONG, guard)
    try:
        with act() as session:
            guard(session)
            _take(session, order, number, ready)
    except AlreadyReceivedError:
        # Another import was quicker with the same mail (on PostgreSQL; SQLite has one writer).
        with act() as session:
            guard(session)
            _take(session, order, number, ready)
    return ""


def _take(session: Session, order: Order, number: int, ready: taking.Ready) -> None:
    mail: Mail = ready.mail
    found = uploads.locked(session, order.import_id)
    found.rows += 1
    here = taking.known(session, order.consultation_id, [mail.key])
    if mail.key not in here:
        taking.take(
            session,
            session.get_one(Consultation, order.consultation_id),
            ready,
            order.wish,
            import_id=order.import_id,
            respondent=order.wish.respondent_of(number),
            actor=order.actor,
            now=clock.now(),
        )
        found.taken += 1
    elif here[mail.key] != order.import_id:
        found.known += 1
    session.flush()


def _refuse(order: Order, number: int, reason: str, guard: Guard) -> str:
    with act() as session:
        guard(session)
        found = uploads.locked(session, order.import_id)
        found.rows += 1
        found.refused = [*found.refused, [number, reason]][: uploads.MOST_LISTED]
    return reason
