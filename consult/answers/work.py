"""The job "publish": writing a publication ahead in batches, then releasing it.

A batch is worked out by reading alone; then one act of at most 1,000 rows writes it, and how far
it came, so a killed worker's successor goes on where it stopped. Citizens post meanwhile. What
they take away between the two is what they could as well have taken away just after: `_release`
looks for it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from consult.answers import consequences, fates, letters, publishing
from consult.answers.adoption import attribution
from consult.answers.errors import (
    DecidedMeanwhileError,
    LettersUnderWayError,
    NoChangeNamedError,
    UnexplainedEditError,
    VanishedEditError,
)
from consult.answers.fates import Plan
from consult.answers.models import Publication
from consult.answers.targets import mark_campaigns, mark_themes, next_campaigns
from consult.consultations import queries as consultations
from consult.drafts.placing import Placer, store
from consult.kernel import release as releases
from consult.kernel.db import current_session
from consult.kernel.i18n import mark
from consult.kernel.release import Release
from consult.kernel.transaction import act, end_reading

# A fate and its point are two rows, a letter is one.
FATES = 250
ANCHORS = 200
LETTERS = 200
LONGEST_PAUSE = 0.5  # seconds

STAGES = ("targets", "placements", "fates", "letters", "ready")
SENTENCES = {
    "targets": mark("Noting what is being published"),
    "placements": mark("Carrying marked words over to the new version"),
    "fates": mark("Working out the answer of each point"),
    "letters": mark("Writing the letters"),
    "ready": mark("Publishing"),
}


class Lease(Protocol):
    """What this work needs from the job that runs it."""

    payload: dict[str, Any]

    def now(self) -> datetime: ...

    def progress(self, fraction: float, stage: str = "") -> None: ...

    def check_lease(self, session: Session) -> None: ...


def publish(job: Lease) -> None:
    """Prepare and release one publication. Safe to run again from wherever it was killed."""
    number = int(job.payload["publication"])
    preparation = _begun(number)
    if preparation is None:
        return
    while True:
        batch = _worked_out(preparation)
        began = time.monotonic()
        with act() as session:
            job.check_lease(session)
            row = releases.locked(session, preparation.release_id)
            _write(session, row, batch, job.now())
        _leave_the_lock(began)
        job.progress(_fraction(batch, preparation.last_point), SENTENCES[batch.stage])
        if batch.stage == "ready":
            break
    while not _release(job, number):
        pass


def ended(session: Session, payload: dict[str, Any], _state: str, now: datetime) -> None:
    """The job failed for good: the page says so, and offers to go on or to stop."""
    publication = session.get(Publication, int(payload["publication"]))
    if publication is not None:
        publishing.note_failure(session, publication, now)


@dataclass(frozen=True)
class Preparation:
    """What the batches of one publication have in common, read once."""

    number: int
    release_id: int
    plan: Plan
    # Carries anchors over to the version that becomes public, if there is one.
    placer: Placer | None
    # That version.
    version_id: int | None
    # The last point of the snapshot.
    last_point: int


@dataclass(frozen=True)
class Batch:
    """A batch that was worked out: from where to where it goes, and what it writes."""

    stage: str
    cursor: int
    # Where the next batch of this stage begins; None if the stage is done.
    last: int | None = None
    write: Callable[[Session, datetime], None] = lambda _session, _now: None
    # What it adds to the figures of the release.
    adds: dict[str, int] = field(default_factory=dict)


def _begun(number: int) -> Preparation | None:
    """None if the publication was released or stopped already."""
    session = current_session()
    publication = session.get_one(Publication, number)
    row = session.get_one(Release, publication.release_id, populate_existing=True)
    found = None
    if row.state == releases.PREPARING:
        version_id = publication.version_id
        found = Preparation(
            number=number,
            release_id=row.id,
            plan=fates.load_plan(session, publication.consultation_id, version_id),
            placer=None if version_id is None else Placer(session, version_id),
            version_id=version_id,
            last_point=row.prepared["last_point"],
        )
    end_reading()
    return found


def _worked_out(preparation: Preparation) -> Batch:
    """The next batch, as far as reading goes."""
    session = current_session()
    row = session.get_one(Release, preparation.release_id, populate_existing=True)
    stage, cursor = row.prepared["stage"], row.prepared["cursor"]
    batch = _BATCHES[stage](session, preparation, cursor) if stage != "ready" else Batch(stage, 0)
    end_reading()
    return batch


def _write(session: Session, row: Release, batch: Batch, now: datetime) -> None:
    """Write a batch, and where the next begins; nothing if it has been written."""
    prepared = row.prepared
    written = (prepared["stage"], prepared["cursor"]) != (batch.stage, batch.cursor)
    if written or batch.stage == "ready":
        return
    batch.write(session, now)
    stage, cursor = batch.stage, batch.last
    if cursor is None:
        stage, cursor = STAGES[STAGES.index(stage) + 1], 0
    figures = {name: prepared[name] + more for name, more in batch.adds.items()}
    row.prepared = {**prepared, **figures, "stage": stage, "cursor": cursor}


def _targets(session: Session, preparation: Preparation, cursor: int) -> Batch:
    plan, release_id = preparation.plan, preparation.release_id
    campaigns = next_campaigns(plan, after=cursor, limit=FATES)
    adopted: tuple[attribution.Settled, ...] = ()
    if cursor == 0 and preparation.version_id is not None:
        adopted = attribution.work_out(session, preparation.version_id)

    def write(session: Session, _now: datetime) -> None:
        if cursor == 0:
            mark_themes(session, plan, release_id)
            attribution.write(session, adopted)
        mark_campaigns(session, plan, release_id, campaigns)

    return Batch("targets", cursor, campaigns[-1] if campaigns else None, write)


def _placements(session: Session, preparation: Preparation, cursor: int) -> Batch:
    placer = preparation.placer
    placed = placer.work_out(session, after=cursor, limit=ANCHORS) if placer else None
    if placed is None:
        return Batch("placements", cursor)
    return Batch(
        "placements",
        cursor,
        placed.last,
        lambda writing, _now: store(writing, placed, release_id=preparation.release_id),
    )


def _fates(session: Session, preparation: Preparation, cursor: int) -> Batch:
    plan = preparation.plan
    points = fates.candidates(
        session, plan.consultation_id, after=cursor, up_to=preparation.last_point, limit=FATES
    )
    planned, _ = fates.plan_points(session, plan, points)
    ahead = fates.worked_out(planned)
    return Batch(
        "fates",
        cursor,
        points[-1].id if len(points) == FATES else None,
        lambda writing, _now: fates.write(writing, preparation.release_id, ahead),
        {"fates": ahead.news},
    )


def _letters(session: Session, preparation: Preparation, cursor: int) -> Batch:
    publication = session.get_one(Publication, preparation.number)
    ahead = letters.work_out(session, publication, after=cursor, limit=LETTERS)
    return Batch(
        "letters",
        cursor,
        ahead.last,
        lambda writing, now: letters.write(writing, ahead, now),
        {"letters": len(ahead.letters)},
    )


_BATCHES: dict[str, Callable[[Session, Preparation, int], Batch]] = {
    "targets": _targets,
    "placements": _placements,
    "fates": _fates,
    "letters": _letters,
}


def _release(job: Lease, number: int) -> bool:
    """Measure, mend and release. False if a citizen moved the snapshot: then once more."""
    try:
        standing = _measured(number)
        _mend(job, number)
        with act() as session:
            job.check_lease(session)
            publication = session.get_one(Publication, number)
            outcome = publishing.release(session, publication, standing, now=job.now())
    except (
        DecidedMeanwhileError,
        LettersUnderWayError,
        NoChangeNamedError,
        UnexplainedEditError,
        VanishedEditError,
    ) as error:
        decided = _decided(number)
        end_reading()
        with act() as session:
            job.check_lease(session)
            publication = session.get_one(Publication, number)
            publishing.stop(session, publication, why=error, decided=decided, now=job.now())
        return True
    return isinstance(outcome, publishing.Released)


def _mend(job: Lease, number: int) -> None:
    """Letters follow what citizens took away meanwhile."""
    reading = current_session()
    publication = reading.get_one(Publication, number)
    touched = letters.touched(reading, publication.release_id)
    end_reading()
    for begin in range(0, len(touched), LETTERS):
        began = time.monotonic()
        with act() as session:
            job.check_lease(session)
            publication = session.get_one(Publication, number)
            releases.locked(session, publication.release_id)
            letters.mend(session, publication, touched[begin : begin + LETTERS], job.now())
        _leave_the_lock(began)


def _leave_the_lock(began: float) -> None:
    """As long as we waited for the lock and held it, those who post have it to themselves."""
    time.sleep(min(time.monotonic() - began, LONGEST_PAUSE))


def _measured(number: int) -> publishing.Standing:
    """What the release adds, and for which state of the consultation that holds.

    Raises DecidedMeanwhileError if officials have moved the snapshot, UnexplainedEditError if
    nobody is given the answer that explains a change, and NoChangeNamedError if one that somebody
    is given accepts without a change or a word why.
    """
    session = current_session()
    publication = session.get_one(Publication, number)
    consultation = consultations.by_id(session, publication.consultation_id)
    session.refresh(consultation)
    decisions = consultation.decisions
    # Before the look at what lies behind it: a line that comes between is found twice, not never.
    read = publishing.log_place(session, consultation.id)
    if _decided(number):
        raise DecidedMeanwhileError
    if bare := publishing.unfounded_edits(session, publication):
        raise UnexplainedEditError(number=len(bare))
    if silent := consequences.given_by(session, publication.release_id):
        raise NoChangeNamedError(number=len(silent))
    measured = fates.measure(session, publication.release_id)
    end_reading()
    return publishing.Standing(measured, decisions, read)


def _decided(number: int) -> list[tuple[str, str, str]]:
    """What officials decided since the publication was requested, however long the log."""
    session = current_session()
    publication = session.get_one(Publication, number)
    row = session.get_one(Release, publication.release_id)
    place = publishing.place_of_snapshot(row)
    return publishing.decided_since(session, publication.consultation_id, place)


def _fraction(batch: Batch, last_point: int) -> float:
    """How far the work is: the points are nearly all of it."""
    stage, cursor, whole = batch.stage, batch.cursor, max(1, last_point)
    begins = {"targets": 0.0, "placements": 0.02, "fates": 0.1, "letters": 0.7, "ready": 0.98}
    return begins[stage] + (0.6 * min(1.0, cursor / whole) if stage == "fates" else 0.0)
