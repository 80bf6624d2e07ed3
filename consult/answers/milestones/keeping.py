"""Promising something with the outcome, and saying what became of it: each step stays readable."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.answers.errors import MilestoneChangedError, MilestoneError
from consult.answers.milestones import eli as identifiers
from consult.answers.models import (
    DONE,
    DROPPED,
    MILESTONE_STATES,
    PLANNED,
    Milestone,
    MilestoneStep,
    Publication,
)
from consult.consultations import counters
from consult.consultations.models import Consultation
from consult.jobs import queue
from consult.kernel.actor import Actor
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import mark

JOB = "milestone-letters"
LONGEST_TITLE, LONGEST_NOTE = 300, 2000
MOST = 100
# What those who took part are told by letter; the rest they read on the page.
TOLD = frozenset({DONE, DROPPED})


def promise(
    session: Session,
    consultation: Consultation,
    *,
    title: Texts,
    due_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Milestone:
    """Promise something in public; the same twice is one promise. Raises MilestoneError before the
    first answers are published, without words, or for a day that has passed."""
    counters.hold(session, consultation.id)
    published = exists().where(
        Publication.consultation_id == consultation.id, Publication.published_at.is_not(None)
    )
    if not session.scalar(select(published)):
        raise MilestoneError(mark("Promises follow the outcome: publish answers first."))
    title = _words(title, LONGEST_TITLE)
    if not title:
        raise MilestoneError(mark("Please write what is promised, in at least one language."))
    _check_day(due_at, now)
    known = session.scalars(
        select(Milestone).where(Milestone.consultation_id == consultation.id).limit(MOST)
    ).all()
    for before in known:
        # A form that was sent twice: what is public once cannot be taken back.
        if before.title == title and _stands_as_promised(session, before, due_at):
            return before
    if len(known) >= MOST:
        raise MilestoneError(mark("There are a hundred promises already."))
    made = Milestone(consultation_id=consultation.id, title=title, created_at=now)
    session.add(made)
    session.flush()
    _step(session, made, state=PLANNED, due_at=due_at, note={}, eli=None, actor=actor, now=now)
    return made


def advance(
    session: Session,
    milestone_id: int,
    *,
    consultation_id: int,
    state: str,
    due_at: datetime | None,
    note: Texts,
    eli: str,
    seen: int,
    actor: Actor,
    now: datetime,
) -> MilestoneStep:
    """Say what became of a promise. Raises MilestoneChangedError if another step was taken since
    `seen`, MilestoneError where a reason or a step is missing; NotFoundError."""
    counters.hold(session, consultation_id)
    milestone = session.get(Milestone, milestone_id)
    if milestone is None or milestone.consultation_id != consultation_id:
        raise NotFoundError
    last = session.scalars(
        select(MilestoneStep)
        .where(MilestoneStep.milestone_id == milestone_id)
        .order_by(MilestoneStep.id.desc())
        .limit(1)
    ).one()
    if last.id != seen:
        raise MilestoneChangedError
    if state not in MILESTONE_STATES:
        raise MilestoneError(mark("Please choose where it stands."))
    note = _words(note, LONGEST_NOTE)
    address = identifiers.checked(eli) if eli.strip() else None
    if address and state != DONE:
        raise MilestoneError(mark("Only a promise that was kept leads to an adopted act."))
    if state == DROPPED and not note:
        raise MilestoneError(
            mark("Please say why it is dropped, in words that everybody may read.")
        )
    if due_at != last.due_at:
        _check_day(due_at, now)
        if not note:
            raise MilestoneError(mark("A promised day can only be changed with a reason."))
    if (state, due_at, address) == (last.state, last.due_at, last.eli) and not note:
        raise MilestoneError(mark("Nothing has changed."))
    return _step(
        session, milestone, state=state, due_at=due_at, note=note, eli=address, actor=actor, now=now
    )


def _stands_as_promised(session: Session, milestone: Milestone, due_at: datetime | None) -> bool:
    steps = session.execute(
        select(MilestoneStep.state, MilestoneStep.due_at).where(
            MilestoneStep.milestone_id == milestone.id
        )
    ).all()
    return [tuple(step) for step in steps] == [(PLANNED, due_at)]


def _check_day(due_at: datetime | None, now: datetime) -> None:
    if due_at is not None and due_at <= now:
        raise MilestoneError(mark("A date that has already passed cannot be promised."))


def _words(texts: Texts, longest: int) -> Texts:
    found = {code: words.strip() for code, words in texts.items() if words.strip()}
    if any(len(words) > longest for words in found.values()):
        raise MilestoneError(mark("This text is too long."))
    return found


def _step(
    session: Session,
    milestone: Milestone,
    *,
    state: str,
    due_at: datetime | None,
    note: Texts,
    eli: str | None,
    actor: Actor,
    now: datetime,
) -> MilestoneStep:
    made = MilestoneStep(
        milestone_id=milestone.id,
        state=state,
        due_at=due_at,
        note=note or None,
        eli=eli,
        set_by=actor.user_id,
        set_at=now,
    )
    session.add(made)
    session.flush()
    log.record(
        session,
        actor=actor.reference,
        act=f"milestone:{state}",
        thing=f"milestone:{milestone.id}",
        now=now,
        consultation=milestone.consultation_id,
        step=made.id,
    )
    counters.touch(session, milestone.consultation_id)
    if state in TOLD:
        queue.enqueue(
            session,
            kind=JOB,
            key=f"{JOB}:{made.id}",
            payload={"step": made.id},
            reference=f"consultation:{milestone.consultation_id}",
            now=now,
        )
    return made
