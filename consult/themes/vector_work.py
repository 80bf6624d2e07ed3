"""Sentence vectors of new points (the job "vectors"), and what a run leaves for the next one.

Nothing of it is asked of those who post: the worker looks now and then which points have no vector
yet. Whoever encodes a point also asks whether it is the letter of an accepted campaign, in the same
act, so that it is asked once, whatever is killed. Where no encoder is installed there is nothing to
do: the next run finds those letters.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import Document
from consult.jobs import queue
from consult.jobs.idle import in_idle_time, in_turns
from consult.jobs.models import FAILED, RUNNING, WAITING, Job
from consult.kernel import ids
from consult.kernel import release as releases
from consult.kernel.db import current_session
from consult.kernel.i18n import mark
from consult.kernel.transaction import act, end_reading
from consult.submissions.models import Comment, Point
from consult.themes import joining, vectors
from consult.themes.models import LearnedState
from consult.themes.standing import live
from consult.themes.steps import Steps, Working, batches
from consult.themes.vectors import BATCH

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis import CampaignIndex, Learned, TopicReport
    from consult.themes.vectors import Rows

log = logging.getLogger(__name__)

JOB = "vectors"
LEARNED = "learned"
# After so many points the job ends and another one follows it, so that letters and what people
# asked for have their turn: some five seconds.
AT_MOST = 2_000
# Points encoded between two acts: half a second's work, written in a short act.
AT_ONCE = 200

READING = mark("Reading the comments")
KEEPING = mark("Keeping what was learned for the next analysis")
NO_ENCODER = mark("The sentence encoder is not installed: nothing was computed.")


def look(now: datetime, *, after: int) -> int:
    """Queue the job for each consultation in which points newer than `after` have no vector.

    Returns from where the next look has to begin. Takes no lock where there is nothing to do.
    """
    from analysis import encoder

    session = current_session()
    newest = session.scalar(select(func.max(Point.id))) or 0
    concerned: Sequence[int] = ()
    if newest > after and encoder.available():
        concerned = session.scalars(
            select(Point.consultation_id)
            .join(Comment, Comment.id == Point.comment_id)
            .where(Point.id > after, live(), vectors.without_vector(encoder.NAME))
            .distinct()
            .order_by(Point.consultation_id)
        ).all()
    end_reading()
    if not concerned:
        return newest
    with act() as writing:
        asked = [request(writing, place, after=after, now=now) for place in concerned]
    # A job that is about to end may have passed over the newest points.
    return newest if all(asked) else after


def request(session: Session, consultation_id: int, *, after: int, now: datetime) -> bool:
    """Queue the job for points newer than `after`; not while one waits, works or has failed."""
    reference = f"consultation:{consultation_id}"
    unsettled = select(Job.id).where(
        Job.reference == reference, Job.kind == JOB, Job.state.in_((WAITING, RUNNING, FAILED))
    )
    if session.scalar(unsettled.limit(1)) is not None:
        return False
    _enqueue(session, consultation_id, after, now)
    return True


def _enqueue(session: Session, consultation_id: int, after: int, now: datetime) -> None:
    queue.enqueue(
        session,
        kind=JOB,
        key=f"{JOB}:{ids.random_token(9)}",
        payload={"consultation": consultation_id, "after": after},
        reference=f"consultation:{consultation_id}",
        now=now,
    )


def compute(job: Working) -> None:
    """The job: encode the points that have no vector, oldest first, and leave the rest to another.

    It can be killed at any time: what is written stays, what is not is found again.
    """
    from analysis import encoder

    if not encoder.available():
        log.warning(NO_ENCODER)
        job.progress(1, NO_ENCODER)
        return
    consultation_id, after = int(job.payload["consultation"]), int(job.payload["after"])
    letters = joining.index(current_session(), consultation_id)
    end_reading()
    for done in range(0, AT_MOST, AT_ONCE):
        job.progress(done / AT_MOST, READING)
        found = vectors.next_without(
            current_session(), consultation_id, encoder.NAME, after=after, limit=AT_ONCE
        )
        end_reading()
        if not found:
            return
        _encoded(job, consultation_id, found, letters)
        after = int(found[-1].id)
    with act() as session:
        job.check_lease(session)
        _enqueue(session, consultation_id, after, job.now())


def _encoded(
    job: Steps,
    consultation_id: int,
    documents: Sequence[Document],
    letters: "CampaignIndex | None",
) -> "Rows":
    """The sentence vectors of points, kept before anything else is done with them."""
    from analysis import embed, encoder

    with in_idle_time():
        rows = embed(documents)
        packed = vectors.packed(_ids(documents), rows)
        found = joining.asked(letters, documents)
    with act() as session:
        job.check_lease(session)
        kept = vectors.keep_sentences(session, encoder.NAME, packed)
        joining.propose(
            session, consultation_id, [one for one in found if one.point_id in kept], job.now()
        )
    return rows


def _ids(documents: Sequence[Document]) -> list[int]:
    return [int(document.id) for document in documents]


@dataclass(frozen=True)
class State:
    """What an earlier run learned, and where it puts points; rows aligned with the run's."""

    id: int
    learned: "Learned"
    joint: "Rows"


@dataclass(frozen=True)
class Known:
    """What is known of a consultation's points before a run; rows aligned with `point_ids`."""

    consultation_id: int
    point_ids: list[int]
    sentences: "Rows | None"
    state: State | None


def method() -> str:
    """Names what joint vectors are made by here; those of another name cannot be used."""
    from analysis import encoder
    from analysis.card import METHODS

    return f"{METHODS[True]}; {encoder.NAME}" if encoder.available() else METHODS[False]


def know(job: Steps, consultation_id: int, documents: Sequence[Document], share: float) -> Known:
    """Read what is stored of these points, and encode those that nobody encoded yet.

    `share` is the part of the run's progress that this takes.
    """
    point_ids = _ids(documents)
    with in_idle_time():
        state = _state(current_session(), consultation_id, point_ids)
    end_reading()
    sentences = _sentences(job, consultation_id, documents, share)
    return Known(consultation_id, point_ids, sentences, state)


def _state(session: Session, consultation_id: int, point_ids: list[int]) -> State | None:
    from analysis import Learned

    found = vectors.current_state(session, consultation_id, method())
    if found is None:
        return None
    try:
        learned = Learned.from_bytes(vectors.content(session, found.id))
    except ValueError:
        log.exception("what an earlier analysis learned cannot be read, and is learned anew")
        return None
    columns = learned.directions.shape[1]
    return State(found.id, learned, vectors.joint(session, found.id, point_ids, columns))


def _sentences(
    job: Steps, consultation_id: int, documents: Sequence[Document], share: float
) -> "Rows | None":
    from analysis import encoder

    if not encoder.available():
        return None
    session, points = current_session(), _ids(documents)
    with in_idle_time():
        rows = vectors.sentences(session, encoder.NAME, points, encoder.DIMENSIONS)
    missing = [place for place, known in enumerate(vectors.filled(rows)) if not known]
    letters = joining.index(current_session(), consultation_id) if missing else None
    end_reading()
    for number, batch in enumerate(batches(missing, AT_ONCE)):
        job.progress(share * number * AT_ONCE / len(missing), READING)
        rows[batch] = _encoded(job, consultation_id, [documents[i] for i in batch], letters)
    return rows


def keep(job: Steps, run_id: int, report: "TopicReport", known: Known) -> None:
    """Store what a run worked out, so that the next one, or the same one after a kill, need not.

    It says nothing about topics, so it counts at once, whatever becomes of the run's proposals.
    """
    if report.learned is None:
        return
    state = known.state
    if state is not None and report.learned is state.learned:
        new = vectors.filled(report.joint) & ~vectors.filled(state.joint)
        _keep_joint(job, state.id, _packed(known, report, new))
        return
    packed = _packed(known, report, vectors.filled(report.joint))
    _keep_anew(job, run_id, known.consultation_id, report.learned.to_bytes(), packed)
    sweep(job, known.consultation_id)


def _packed(
    known: Known, report: "TopicReport", chosen: "NDArray[np.bool_]"
) -> list[tuple[int, bytes]]:
    places = chosen.nonzero()[0].tolist()
    return vectors.packed([known.point_ids[i] for i in places], report.joint[places])


def _keep_joint(job: Steps, learned_id: int, packed: Sequence[tuple[int, bytes]]) -> None:
    for batch in in_turns(batches(packed, BATCH)):
        with act() as session:
            job.check_lease(session)
            vectors.keep_joint(session, learned_id, batch)


def _keep_anew(
    job: Steps,
    run_id: int,
    consultation_id: int,
    content: bytes,
    packed: Sequence[tuple[int, bytes]],
) -> None:
    """Write a learned state ahead, with its vectors, and let it count when all is there."""
    with act() as session:
        job.check_lease(session)
        release = releases.begin(
            session, kind=LEARNED, reference=f"consultation:{consultation_id}", decisions=0,
            now=job.now(),
        )  # fmt: skip
        state = LearnedState(
            consultation_id=consultation_id,
            run_id=run_id,
            method=method(),
            release_id=release.id,
        )
        session.add(state)
        session.flush()
        learned_id, release_id = state.id, release.id
    for number, piece in enumerate(in_turns(vectors.pieces(content))):
        with act() as session:
            job.check_lease(session)
            vectors.keep_piece(session, learned_id, number, piece)
    _keep_joint(job, learned_id, packed)
    with act() as session:
        job.check_lease(session)
        releases.finish(releases.locked(session, release_id), job.now())


def sweep(job: Steps, consultation_id: int) -> None:
    """Remove learned states that nobody will use, those included that a killed run began."""
    reference = f"consultation:{consultation_id}"
    session = current_session()
    begun = releases.preparing(session, kind=LEARNED, reference=reference)
    unused = vectors.outdated_states(session, consultation_id)
    end_reading()
    if begun is not None:
        with act() as session:
            job.check_lease(session)
            releases.abandon(releases.locked(session, begun.id))
    for learned_id in unused:
        more = True
        while more:
            with act() as session:
                job.check_lease(session)
                more = vectors.sweep_state(session, learned_id)
