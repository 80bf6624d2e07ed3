"""Making answers, a version of the text and the letters public: all of it at one instant.

`request` begins, `work.py` writes ahead in batches, `release` is the last short act. Until then
nobody sees anything; after it everybody sees everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.activity.models import Activity
from consult.answers import consequences, heads
from consult.answers.decisions import PUBLICATION, SELECTION, reference
from consult.answers.errors import (
    DecidedMeanwhileError,
    LettersUnderWayError,
    NoChangeNamedError,
    NotBeingPublishedError,
    SelectionUnderWayError,
    UnexplainedEditError,
    VanishedEditError,
)
from consult.answers.fates import Measure
from consult.answers.models import AnswerEdit, Fate, Publication
from consult.answers.targets import unmark_targets
from consult.consultations import counters as consultation_counters
from consult.consultations.models import Consultation
from consult.drafts import publishing as drafts_publishing
from consult.drafts.models import Draft, Edit, Version
from consult.jobs import queue
from consult.kernel import release as releases
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.errors import ConsultError
from consult.kernel.release import Release, visible
from consult.submissions import counters
from consult.submissions.models import Point, Tally
from consult.themes import dividing

JOB = "publish"

# Subjects of the activity log whose acts by officials change what points are answered.
DECISIVE = frozenset(
    {"theme", "campaign", "point", "answer", "run", "draft", "clause", "edit", "version", "comment"}
)
# What citizens do, what takes a comment away, and what leaves every answer as it is: none of
# these stops a publication.
HARMLESS = frozenset(
    {
        "comment:received",
        "comment:withdrawn",
        "comment:corrected",
        "comment:removed",
        "comment:erased",
        "comment:emptied",
        "comment:reported",
        "run:requested",
        "run:cancelled",
        "run:failed",
        "clause:erratum",
        "theme:quoted",
        "campaign:members_proposed",
    }
)


@dataclass(frozen=True)
class Released:
    """The publication is public."""


@dataclass(frozen=True)
class Moved:
    """A citizen's act or a removal moved the snapshot: measure again, then try again."""


def request(
    session: Session,
    consultation: Consultation,
    *,
    with_version: bool,
    actor: Actor,
    now: datetime,
) -> Publication:
    """Begin to publish all newest answers, and the next version of the text if wanted.

    Raises AlreadyPreparingError, LettersUnderWayError, UnexplainedEditError, VanishedEditError and
    NoChangeNamedError.
    """
    decisions = consultation_counters.hold(session, consultation.id).decisions
    about = reference(consultation.id)
    if releases.preparing(session, kind=SELECTION, reference=about) is not None:
        raise SelectionUnderWayError
    if dividing.under_way(session, consultation.id):
        raise LettersUnderWayError
    version = next_version(session, consultation.id) if with_version else None
    if version is not None and (bare := unexplained_edits(session, version.id)):
        raise UnexplainedEditError(number=len(bare))
    if vanished := vanished_edits(session, consultation.id):
        raise VanishedEditError(number=len({answer for answer, _ in vanished}))
    if silent := consequences.to_be_published(session, consultation.id):
        raise NoChangeNamedError(number=len(silent))
    place = log_place(session, consultation.id)
    release = releases.begin(
        session, kind=PUBLICATION, reference=about, decisions=decisions, now=now
    )
    release.prepared = {
        "stage": "targets",
        "cursor": 0,
        "activity": place.line,
        "known": sorted(place.known),
        "last_point": _last_point(session, consultation.id),
        "fates": 0,
        "letters": 0,
    }
    publication = Publication(
        consultation_id=consultation.id,
        release_id=release.id,
        version_id=version.id if version else None,
        requested_by=actor.user_id,
        requested_at=now,
    )
    session.add(publication)
    session.flush()
    job = queue.enqueue(
        session,
        kind=JOB,
        key=f"publish:{publication.id}",
        payload={"publication": publication.id},
        reference=about,
        now=now,
    )
    publication.job_id = job.id
    _log(session, publication, "publication:requested", actor.reference, now)
    session.flush()
    return publication


def cancel(session: Session, publication: Publication, *, actor: Actor, now: datetime) -> None:
    """Stop a publication that is being prepared; nothing of it is ever seen.

    Raises NotBeingPublishedError once it has been finished or stopped.
    """
    # The job before the release, in the order in which its worker takes them.
    if publication.job_id is not None:
        queue.cancel(session, publication.job_id, now)
    try:
        release = releases.locked(session, publication.release_id)
    except releases.ReleaseGoneError as error:
        raise NotBeingPublishedError from error
    _give_up(session, release)
    _log(session, publication, "publication:cancelled", actor.reference, now)


@dataclass(frozen=True)
class LogPlace:
    """How far the activity log was read: up to a line, and the few behind it that are known."""

    line: int
    known: frozenset[int]


@dataclass(frozen=True)
class Standing:
    """What was found before the last act, so that it has little to read itself.

    `measured` was counted while the decision counter stood at `decisions`; up to `read` nothing
    in the log moved the snapshot.
    """

    measured: Measure
    decisions: int
    read: LogPlace


def release(
    session: Session, publication: Publication, standing: Standing, *, now: datetime
) -> Released | Moved:
    """The last act: everything prepared becomes public, or nothing.

    Raises DecidedMeanwhileError if officials moved the snapshot, VanishedEditError if an answer
    points at words that are gone, UnexplainedEditError if a change has no reason, and
    NoChangeNamedError if one accepts without a change or a word why.
    """
    measured = standing.measured
    consultation = consultation_counters.hold(session, publication.consultation_id)
    row = releases.locked(session, publication.release_id)
    if decided_since(session, publication.consultation_id, standing.read):
        raise DecidedMeanwhileError
    if consultation.decisions != standing.decisions:
        return Moved()
    if dividing.under_way(session, consultation.id):
        raise LettersUnderWayError
    if vanished := vanished_edits(session, consultation.id):
        raise VanishedEditError(number=len({answer for answer, _ in vanished}))
    if silent := consequences.to_be_published(session, consultation.id):
        raise NoChangeNamedError(number=len(silent))
    if publication.version_id is not None:
        if bare := unexplained_edits(session, publication.version_id):
            raise UnexplainedEditError(number=len(bare))
        version = session.get_one(Version, publication.version_id)
        drafts_publishing.release_version(session, version, now=now)
    counters.settle(session, consultation.id, settled=measured.settled, changed=measured.changed)
    row.prepared = {**row.prepared, "settled": measured.settled, "changed": measured.changed}
    releases.finish(row, now)
    publication.published_at = now
    complete_if_nothing_open(session, consultation, now)
    consultation_counters.touch(session, consultation.id)
    _log(session, publication, "publication:published", SYSTEM.reference, now, **_figures(row))
    return Released()


def complete_if_nothing_open(session: Session, consultation: Consultation, now: datetime) -> bool:
    """Note that a closed consultation has no open point. What becomes owed later is an addition."""
    if not may_complete(consultation, now):
        return False
    session.flush()
    tally = session.get(Tally, consultation.id, populate_existing=True)
    if tally is not None and tally.owed != tally.owed_settled:
        return False
    consultation.outcome_completed_at = now
    return True


def may_complete(consultation: Consultation, now: datetime) -> bool:
    """Whether the outcome can become complete: after the close, and only once."""
    closed = consultation.closes_at is not None and consultation.closes_at <= now
    return closed and consultation.outcome_completed_at is None


def next_version(session: Session, consultation_id: int) -> Version | None:
    """The version being edited, if it follows a published one."""
    return session.scalar(
        select(Version)
        .join(Draft, Draft.id == Version.draft_id)
        .where(
            Draft.consultation_id == consultation_id,
            Version.published_at.is_(None),
            Version.number > 1,
        )
    )


def unexplained_edits(
    session: Session, version_id: int, reached: Select[int] | None = None
) -> Sequence[Edit]:
    """Changes of a version that no newest answer cites and that have no ground of their own.

    `reached` are the answers that reach a point: an answer to nobody explains nothing.
    """
    consultation_id = (
        select(Draft.consultation_id)
        .join(Version, Version.draft_id == Draft.id)
        .where(Version.id == version_id)
    )
    citing = select(AnswerEdit.edit_id).where(
        AnswerEdit.edit_id == Edit.id,
        AnswerEdit.answer_id.in_(heads.counting_of(session.scalars(consultation_id).one())),
    )
    if reached is not None:
        citing = citing.where(AnswerEdit.answer_id.in_(reached))
    cited = exists(citing)
    return session.scalars(
        select(Edit)
        .where(Edit.version_id == version_id, Edit.gone_at.is_(None), Edit.ground.is_(None), ~cited)
        .order_by(Edit.id)
    ).all()


def unfounded_edits(session: Session, publication: Publication) -> Sequence[int]:
    """Changes of the version of a prepared publication without a ground of their own, of which
    no answer that cites them was given to anybody."""
    if publication.version_id is None:
        return []
    given = exists(
        select(Fate.id)
        .join(AnswerEdit, AnswerEdit.answer_id == Fate.answer_id)
        .where(
            AnswerEdit.edit_id == Edit.id,
            or_(Fate.release_id == publication.release_id, visible(Fate.release_id)),
        )
    )
    return session.scalars(
        select(Edit.id).where(
            Edit.version_id == publication.version_id,
            Edit.gone_at.is_(None),
            Edit.ground.is_(None),
            ~given,
        )
    ).all()


def vanished_edits(session: Session, consultation_id: int) -> list[tuple[int, int]]:
    """(answer, edit) where a newest answer cites a change that is gone."""
    rows = session.execute(
        select(AnswerEdit.answer_id, AnswerEdit.edit_id)
        .join(Edit, Edit.id == AnswerEdit.edit_id)
        .where(
            Edit.gone_at.is_not(None),
            AnswerEdit.answer_id.in_(heads.counting_of(consultation_id)),
        )
        .order_by(AnswerEdit.answer_id, AnswerEdit.edit_id)
    )
    return [(answer, edit) for answer, edit in rows]


# An act that had begun before the log was read may log with a lower number than its last line.
_OVERLAP = 1_000


def log_place(session: Session, consultation_id: int) -> LogPlace:
    """Where the log ends now; what an act that is still open will add lies behind it."""
    line = max(0, (session.scalar(select(func.max(Activity.id))) or 0) - _OVERLAP)
    known = session.scalars(
        select(Activity.id).where(Activity.consultation == consultation_id, Activity.id > line)
    )
    return LogPlace(line, frozenset(known))


def place_of_snapshot(row: Release) -> LogPlace:
    """Where the log ended when the publication was requested."""
    return LogPlace(row.prepared["activity"], frozenset(row.prepared["known"]))


def decided_since(
    session: Session, consultation_id: int, place: LogPlace
) -> list[tuple[str, str, str]]:
    """Officials' decisions behind a place in the log, as (act, thing, actor); oldest first.

    It reads every line of the consultation there, so in an act the place must be a late one.
    """
    lines = session.execute(
        select(Activity.id, Activity.act, Activity.thing, Activity.actor)
        .where(
            Activity.consultation == consultation_id,
            Activity.id > place.line,
            Activity.act.not_in(HARMLESS),
            or_(*(Activity.act.startswith(f"{subject}:") for subject in sorted(DECISIVE))),
            Activity.actor.not_like("receipt:%"),
        )
        .order_by(Activity.id)
        .limit(2 * _OVERLAP)
    )
    return [(act, thing, actor) for number, act, thing, actor in lines if number not in place.known]


def stop(
    session: Session,
    publication: Publication,
    *,
    why: ConsultError,
    decided: Sequence[tuple[str, str, str]],
    now: datetime,
) -> None:
    """Give a publication up from inside; what was `decided` meanwhile is kept for the page."""
    row = releases.locked(session, publication.release_id)
    row.prepared = {
        **row.prepared,
        "stopped": why.message,
        "stopped_facts": why.facts,
        "decided": [list(d) for d in decided[:50]],
    }
    _give_up(session, row)
    _log(session, publication, "publication:stopped", SYSTEM.reference, now)


def note_failure(session: Session, publication: Publication, now: datetime) -> None:
    """The job ended without success: nothing was published, and the page offers to go on."""
    _log(session, publication, "publication:failed", SYSTEM.reference, now)


def resume(session: Session, publication: Publication, *, actor: Actor, now: datetime) -> None:
    """Go on with a publication whose job failed. Raises NotBeingPublishedError if it is over."""
    release = session.get_one(Release, publication.release_id, populate_existing=True)
    if release.state != releases.PREPARING:
        raise NotBeingPublishedError
    if publication.job_id is not None:
        queue.retry(session, publication.job_id, now)
    _log(session, publication, "publication:resumed", actor.reference, now)


def _give_up(session: Session, row: Release) -> None:
    releases.abandon(row)
    session.flush()
    unmark_targets(session, row.id)


def _last_point(session: Session, consultation_id: int) -> int:
    statement = select(func.max(Point.id)).where(Point.consultation_id == consultation_id)
    return session.scalar(statement) or 0


def _figures(row: Release) -> dict[str, Any]:
    return {k: row.prepared.get(k, 0) for k in ("fates", "letters", "settled", "changed")}


def _log(
    session: Session, publication: Publication, act: str, actor: str, now: datetime, **facts: Any
) -> None:
    log.record(
        session,
        actor=actor,
        act=act,
        thing=f"publication:{publication.id}",
        now=now,
        consultation=publication.consultation_id,
        **facts,
    )
