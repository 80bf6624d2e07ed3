"""The job "publish": writing a publication ahead in batches, then releasing it.

Each batch is one act of at most 1,000 rows that also writes down how far it came, so a killed
worker's successor goes on where it stopped. Citizens post meanwhile.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from consult.answers import fates, letters, publishing
from consult.answers.errors import DecidedMeanwhileError, VanishedEditError
from consult.answers.fates import Measure, Plan
from consult.answers.models import Publication
from consult.answers.targets import mark_targets
from consult.consultations import queries as consultations
from consult.drafts.placing import place_batch
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
    plan = _read_plan(number)
    if plan is None:
        return
    while True:
        began = time.monotonic()
        with act() as session:
            job.check_lease(session)
            publication, row = _opened(session, number)
            stage = row.prepared["stage"]
            if stage != "ready":
                _batch(session, publication, row, plan, job.now())
        # As long as we held the lock, those who post have it to themselves.
        time.sleep(min(time.monotonic() - began, LONGEST_PAUSE))
        job.progress(_fraction(row), SENTENCES[stage])
        if stage == "ready":
            break
    while not _release(job, number):
        pass


def ended(session: Session, payload: dict[str, Any], _state: str, now: datetime) -> None:
    """The job failed for good: the page says so, and offers to go on or to stop."""
    publication = session.get(Publication, int(payload["publication"]))
    if publication is not None:
        publishing.note_failure(session, publication, now)


def _read_plan(number: int) -> Plan | None:
    """The plan, or None if the publication was released or stopped already."""
    session = current_session()
    publication = session.get_one(Publication, number)
    row = session.get_one(Release, publication.release_id, populate_existing=True)
    plan = None
    if row.state == releases.PREPARING:
        plan = fates.load_plan(session, publication.consultation_id, publication.version_id)
    end_reading()
    return plan


def _opened(session: Session, number: int) -> tuple[Publication, Release]:
    publication = session.get_one(Publication, number, populate_existing=True)
    return publication, releases.locked(session, publication.release_id)


Batch = Callable[[Session, Publication, Release, Plan, datetime], int | None]


def _batch(
    session: Session, publication: Publication, row: Release, plan: Plan, now: datetime
) -> None:
    """Do one batch and write down where the next begins."""
    stage = row.prepared["stage"]
    cursor = _BATCHES[stage](session, publication, row, plan, now)
    if cursor is None:
        stage, cursor = STAGES[STAGES.index(stage) + 1], 0
    row.prepared = {**row.prepared, "stage": stage, "cursor": cursor}


def _targets(
    session: Session, _publication: Publication, row: Release, plan: Plan, _now: datetime
) -> int | None:
    return mark_targets(session, plan, row.id, after=row.prepared["cursor"], limit=FATES)


def _placements(
    session: Session, publication: Publication, row: Release, _plan: Plan, _now: datetime
) -> int | None:
    if publication.version_id is None:
        return None
    return place_batch(
        session,
        publication.version_id,
        release_id=row.id,
        after=row.prepared["cursor"],
        limit=ANCHORS,
    )


def _fates(
    session: Session, publication: Publication, row: Release, plan: Plan, _now: datetime
) -> int | None:
    points = fates.candidates(
        session,
        publication.consultation_id,
        after=row.prepared["cursor"],
        up_to=row.prepared["last_point"],
        limit=FATES,
    )
    planned, _ = fates.plan_points(session, plan, points)
    written = fates.write(session, row.id, planned)
    row.prepared = {**row.prepared, "fates": row.prepared["fates"] + written}
    return points[-1].id if len(points) == FATES else None


def _letters(
    session: Session, publication: Publication, row: Release, _plan: Plan, now: datetime
) -> int | None:
    last, written = letters.write_batch(
        session, publication, after=row.prepared["cursor"], limit=LETTERS, now=now
    )
    row.prepared = {**row.prepared, "letters": row.prepared["letters"] + written}
    return last


_BATCHES: dict[str, Batch] = {
    "targets": _targets,
    "placements": _placements,
    "fates": _fates,
    "letters": _letters,
}


def _release(job: Lease, number: int) -> bool:
    """Measure, mend and release. False if a citizen moved the snapshot: then once more."""
    measured, decisions = _measured(number)
    try:
        _mend(job, number)
        with act() as session:
            job.check_lease(session)
            publication, _ = _opened(session, number)
            outcome = publishing.release(
                session, publication, measured, decisions=decisions, now=job.now()
            )
    except (DecidedMeanwhileError, VanishedEditError) as error:
        with act() as session:
            job.check_lease(session)
            publishing.stop(
                session, session.get_one(Publication, number), why=error.message, now=job.now()
            )
        return True
    return isinstance(outcome, publishing.Released)


def _mend(job: Lease, number: int) -> None:
    """Letters follow what citizens took away meanwhile."""
    after: int | None = 0
    while after is not None:
        with act() as session:
            job.check_lease(session)
            publication, _ = _opened(session, number)
            after = letters.mend(session, publication, after=after, limit=LETTERS, now=job.now())


def _measured(number: int) -> tuple[Measure, int]:
    """What the release adds, and the decision counter for which that holds."""
    session = current_session()
    publication = session.get_one(Publication, number)
    consultation = consultations.by_id(session, publication.consultation_id)
    session.refresh(consultation)
    decisions = consultation.decisions
    measured = fates.measure(session, publication.release_id)
    end_reading()
    return measured, decisions


def _fraction(row: Release) -> float:
    """How far the work is: the points are nearly all of it."""
    stage, cursor = row.prepared["stage"], row.prepared["cursor"]
    whole = max(1, row.prepared["last_point"])
    begins = {"targets": 0.0, "placements": 0.02, "fates": 0.1, "letters": 0.7, "ready": 0.98}
    return begins[stage] + (0.6 * min(1.0, cursor / whole) if stage == "fates" else 0.0)
