"""A text that is being brought in: kept, read, reshaped step by step, and saved or thrown away.

Nothing of it is a version before it is saved. Whoever acts says from which state of it the page was
made (`saved`), so that of two officials at one text nobody overwrites the other.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations import counters
from consult.consultations.models import Consultation
from consult.drafts import importing
from consult.drafts.edits import Compared
from consult.drafts.errors import (
    Complaint,
    NothingToUndoError,
    OpenQuestionsError,
    StaleImportError,
)
from consult.drafts.import_queries import Plan
from consult.drafts.models import FAILED, READ, READING, TextImport, Version
from consult.drafts.reading import ParsedDraft
from consult.drafts.replacing import replace_text
from consult.drafts.reshaping import Reshaped
from consult.jobs import queue
from consult.kernel import ids
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.i18n import mark

JOB = "read-text"
MOST_STEPS = 30  # that can be undone
MOST_KEPT = 4_000_000  # characters in them
# A text that nobody went on with is thrown away.
KEPT = timedelta(days=30)

INTERRUPTED = mark("The file could not be read to its end. Please bring it in again.")


@dataclass(frozen=True)
class Step:
    """What was done to the source, so that it can be undone: words at `at`, and what they replaced.

    `said` is a marked sentence; `place` is where the clause stands that was acted on.
    """

    at: int
    length: int
    gone: str
    place: int
    said: str

    def undone(self, source: str) -> str:
        return source[: self.at] + self.gone + source[self.at + self.length :]


def step(before: str, after: Reshaped, said: str) -> Step:
    """The step from one source to another. Pure."""
    old, new = before, after.source
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), len(old) - start, len(new) - start)
    return Step(start, len(new) - end - start, old[start : len(old) - end], after.place, said)


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


@dataclass(frozen=True)
class Brought:
    """A file or pasted text as it came: either the file itself, still to be read, or its Markdown."""

    language: str
    file_name: str = ""
    content: bytes | None = None
    source: str | None = None
    complaints: Sequence[Complaint] = ()


def store(
    session: Session,
    consultation: Consultation,
    brought: Brought,
    *,
    saved: int,
    actor: Actor,
    now: datetime,
) -> TextImport:
    """Keep a text that was brought in; one that lay there before is replaced.

    `saved` is the state of that one on the page, 0 for none. A file that is still to be read gets a
    job. Raises StaleImportError where somebody else has brought in another one meanwhile.
    """
    counters.hold(session, consultation.id)
    found = _locked(session, consultation.id)
    if (found.saved if found else 0) != saved:
        raise StaleImportError
    if found is None:
        # Not from 0 each time: a page made of one that was thrown away is stale for the next one.
        found = TextImport(consultation_id=consultation.id, saved=ids.random_number())
        session.add(found)
    found.language = brought.language
    found.file_name = brought.file_name[:200]
    found.content, found.source = brought.content, brought.source
    found.state = READ if brought.source is not None else READING
    found.complaints = stored(brought.complaints)
    found.steps = []
    found.created_at, found.created_by = now, actor.user_id
    _touch(found, actor, now)
    session.flush()
    if found.state == READING:
        _enqueue(session, found, now)
    _record(session, found, "stored", actor, now)
    return found


def _enqueue(session: Session, found: TextImport, now: datetime) -> None:
    stamp = found.created_at.isoformat()
    queue.enqueue(
        session,
        kind=JOB,
        key=f"{JOB}:{found.id}:{stamp}",
        reference=f"text-import:{found.id}",
        payload={"import": found.id, "stamp": stamp},
        now=now,
    )


def stored(complaints: Sequence[Complaint]) -> list[Any]:
    """Complaints as JSON."""
    return [[one.message, one.line, [list(fact) for fact in one.facts]] for one in complaints]


def told(found: TextImport) -> list[Complaint]:
    """What was said about the file when it was read."""
    return [
        Complaint(message, line, tuple((name, value) for name, value in facts))
        for message, line, facts in found.complaints
    ]


def being_read(session: Session, payload: dict[str, Any]) -> TextImport | None:
    """The text that a job is to read; None if it was replaced, read or thrown away meanwhile."""
    found = session.scalar(
        select(TextImport)
        .where(TextImport.id == int(payload["import"]), TextImport.state == READING)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    same = found is not None and found.created_at.isoformat() == payload["stamp"]
    return found if same else None


def take_reading(
    session: Session, found: TextImport, source: str, complaints: Sequence[Complaint], now: datetime
) -> None:
    """The file was read; it itself is not kept."""
    found.state, found.source, found.content = READ, source, None
    found.complaints = stored(complaints)
    _touch(found, None, now)
    _record(session, found, "read", SYSTEM, now)


def refuse_reading(
    session: Session,
    found: TextImport,
    source: str | None,
    complaints: Sequence[Complaint],
    now: datetime,
) -> None:
    """The file cannot become a draft; its Markdown is kept where there is some, to be corrected."""
    found.state, found.source, found.content = FAILED, source, None
    found.complaints = stored(complaints)
    _touch(found, None, now)
    _record(session, found, "refused", SYSTEM, now)


def reshape(
    session: Session,
    consultation_id: int,
    done: Reshaped,
    taken: Step,
    *,
    saved: int,
    actor: Actor,
    now: datetime,
) -> TextImport:
    """Keep the text as it is after a step. Raises StaleImportError."""
    found = _current(session, consultation_id, saved)
    found.source = done.source
    steps = [*found.steps, asdict(taken)][-MOST_STEPS:]
    while len(steps) > 1 and sum(len(one["gone"]) for one in steps) > MOST_KEPT:
        steps = steps[1:]
    found.steps = steps
    _touch(found, actor, now)
    _record(session, found, "changed", actor, now)
    return found


def last_step(found: TextImport) -> Step | None:
    """What would be undone."""
    return Step(**found.steps[-1]) if found.steps else None


def undo(
    session: Session, consultation_id: int, *, saved: int, actor: Actor, now: datetime
) -> Step:
    """Take the last step back; returns it. Raises StaleImportError, NothingToUndoError."""
    found = _current(session, consultation_id, saved)
    last = last_step(found)
    if last is None:
        raise NothingToUndoError
    found.source = last.undone(found.source or "")
    found.steps = found.steps[:-1]
    _touch(found, actor, now)
    _record(session, found, "undone", actor, now)
    return last


def discard(
    session: Session, consultation_id: int, *, saved: int, actor: Actor, now: datetime
) -> None:
    """Throw away what was not saved; the present text stays. Raises StaleImportError."""
    found = _locked(session, consultation_id)
    if found is None:
        return
    if found.saved != saved:
        raise StaleImportError
    _remove(session, found, actor, now)


def save(
    session: Session,
    consultation: Consultation,
    parsed: ParsedDraft,
    plan: Plan | None,
    compared: Compared,
    *,
    saved: int,
    as_new: bool,
    actor: Actor,
    now: datetime,
) -> Version:
    """Make it the first version, or the next one as it was planned and compared before this act.

    `as_new` lets doubtful clauses become new ones; without it they raise OpenQuestionsError. Raises
    StaleImportError or StalePreviewError where something changed since the page was made.
    """
    counters.hold(session, consultation.id)
    found = _current(session, consultation.id, saved)
    if plan is None:
        version = importing.import_first(session, consultation, parsed, actor=actor, now=now)
    else:
        if plan.open and not as_new:
            raise OpenQuestionsError
        version = replace_text(session, consultation, parsed, plan, compared, actor=actor, now=now)
    session.execute(delete(TextImport).where(TextImport.id == found.id))
    return version


def forget_old(session: Session, now: datetime, limit: int) -> int:
    """Throw away up to `limit` texts that nobody went on with for KEPT. Returns how many."""
    found = session.scalars(
        select(TextImport)
        .where(TextImport.changed_at < now - KEPT)
        .order_by(TextImport.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for old in found:
        _remove(session, old, SYSTEM, now)
    return len(found)


def ended(session: Session, payload: dict[str, Any], _state: str, now: datetime) -> None:
    """The job was given up or stopped: say so on the text."""
    found = being_read(session, payload)
    if found is not None:
        refuse_reading(session, found, None, [Complaint(INTERRUPTED)], now)


def _locked(session: Session, consultation_id: int) -> TextImport | None:
    return session.scalar(
        select(TextImport)
        .where(TextImport.consultation_id == consultation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _current(session: Session, consultation_id: int, saved: int) -> TextImport:
    found = _locked(session, consultation_id)
    if found is None or found.saved != saved or found.state != READ:
        raise StaleImportError
    return found


def _touch(found: TextImport, actor: Actor | None, now: datetime) -> None:
    found.saved += 1
    found.changed_at = now
    if actor is not None:
        found.changed_by = actor.user_id


def _remove(session: Session, found: TextImport, actor: Actor, now: datetime) -> None:
    _record(session, found, "discarded", actor, now)
    session.execute(delete(TextImport).where(TextImport.id == found.id))


def _record(session: Session, found: TextImport, what: str, actor: Actor, now: datetime) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=f"draft:{what}",
        thing=f"text-import:{found.id}",
        consultation=found.consultation_id,
        now=now,
    )
    session.flush()
