"""The job "divide_letters": what people added to the letters of campaigns becomes points of their own.

Acts only say what is to be done (`CampaignMember.division`); the worker looks now and then what is
left, so that nothing is forgotten whatever is killed. A few letters are done at once, while the
official waits.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations import queries as consultation_queries
from consult.jobs import queue
from consult.jobs.idle import in_turns
from consult.jobs.models import FAILED, RUNNING, WAITING, Job
from consult.kernel import ids
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.db import current_session
from consult.kernel.i18n import mark
from consult.kernel.transaction import act, end_reading
from consult.submissions.points import Span
from consult.themes import campaign_queries, dividing
from consult.themes.dividing import Copy, Cut
from consult.themes.errors import BeingPublishedError
from consult.themes.models import DUE
from consult.themes.own_words import parted
from consult.themes.steps import Working

JOB = "divide_letters"
# Letters that an official waits for.
FEW = dividing.AT_ONCE

_DIVIDING = mark("Making points of what people added to a letter")


def look(now: datetime) -> None:
    """Queue the job where something is to be done. Takes no lock where there is nothing."""
    concerned = dividing.consultations(current_session())
    end_reading()
    if concerned:
        with act() as session:
            for consultation_id in concerned:
                request(session, consultation_id, now)


def request(session: Session, consultation_id: int, now: datetime) -> None:
    """Queue the job; not while one waits, works or has failed."""
    reference = f"consultation:{consultation_id}"
    unsettled = select(Job.id).where(
        Job.reference == reference, Job.kind == JOB, Job.state.in_((WAITING, RUNNING, FAILED))
    )
    if session.scalar(unsettled.limit(1)) is None:
        queue.enqueue(
            session,
            kind=JOB,
            key=f"{JOB}:{ids.random_token(9)}",
            payload={"consultation": consultation_id},
            reference=reference,
            now=now,
        )


def at_once(consultation_id: int, *, actor: Actor, now: datetime) -> bool:
    """Do what is to be done where that is little; else leave it to the job. Whether all is done."""
    session = current_session()
    many = dividing.how_many(session, consultation_id)
    end_reading()
    if many > FEW:
        look(now)
        return False
    try:
        for _ in _steps(consultation_id, actor, now):
            pass
    except BeingPublishedError:
        return False  # what was decided stands; the worker does the rest
    return True


def divide(job: Working) -> None:
    """The job: go through what is to be cut or made whole, a batch an act.

    While answers are being published it ends; the worker finds what is left.
    """
    consultation_id = int(job.payload["consultation"])
    total = dividing.how_many(current_session(), consultation_id)
    end_reading()
    done = 0
    try:
        for count in in_turns(_steps(consultation_id, SYSTEM, job.now(), job)):
            done += count
            job.progress(min(0.99, done / max(1, total)), _DIVIDING)
    except BeingPublishedError:
        return


def _steps(
    consultation_id: int, actor: Actor, now: datetime, job: Working | None = None
) -> Iterator[int]:
    """Each step is one act; gives how many letters it did."""
    session = current_session()
    consultation = consultation_queries.by_id(session, consultation_id)
    after = 0
    while copies := dividing.next_copies(current_session(), consultation_id, after=after):
        cuts = _cuts(copies) if copies[0].division == DUE else []
        end_reading()
        with act() as writing:
            if job is not None:
                job.check_lease(writing)
            if cuts:
                dividing.divide(writing, consultation, cuts, actor=actor, now=now)
                done = len(cuts)
            else:
                done = dividing.unite(writing, consultation, copies, actor=actor, now=now)
        after = copies[done - 1].member_id
        yield done
    end_reading()


def _cuts(copies: Sequence[Copy]) -> list[Cut]:
    """How copies of a letter are parted: as many as one act can write."""
    from analysis.additions import Letter

    letter: Letter | None = None
    cuts: list[Cut] = []
    rows = 0
    for copy in copies:
        additions: Sequence[Span] = copy.additions
        if not additions:
            if letter is None:
                words = campaign_queries.words_sent(current_session(), copy.campaign_id)
                letter = Letter(words)
            start, end = copy.span
            found = letter.additions(copy.text[start:end])
            additions = [(start + a, start + b) for a, b in found]
        cut = Cut(copy, parted(copy.text, copy.span, additions))
        rows += cut.rows
        if cuts and rows > dividing.MOST_ROWS:
            break
        cuts.append(cut)
    return cuts
