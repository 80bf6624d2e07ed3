"""Answering many points together: those that a filter takes, all of them or none.

`request` begins, `selection_work.py` writes the points ahead in batches, `give` is the last short
act. The answer is one row, however many points it reaches; it is checked, approved and corrected as
one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.answers import consequences, decisions
from consult.answers.choosing import Chosen
from consult.answers.decisions import SelectionTarget
from consult.answers.errors import NoChangeNamedError, NothingChosenError
from consult.answers.models import Selection, SelectionPoint
from consult.consultations import counters
from consult.consultations.models import Consultation
from consult.jobs import queue
from consult.kernel import release as releases
from consult.kernel.actor import Actor
from consult.kernel.errors import ConsultError
from consult.kernel.inserting import insert_rows
from consult.kernel.markup import tidy
from consult.kernel.release import Release

JOB = "answer_selection"
RELEASE = decisions.SELECTION


def request(
    session: Session,
    consultation: Consultation,
    chosen: Chosen,
    *,
    answer: dict[str, Any],
    last_point: int,
    count: int,
    actor: Actor,
    now: datetime,
) -> Selection:
    """Begin to answer all points that a filter takes, up to `last_point`.

    `answer` is what `decide` takes: disposition, reason, unchanged, edit_ids, body_id. `count` is what the
    preview showed. Raises what `decide` raises, NothingChosenError, and AlreadyPreparingError.
    """
    decisions.check(session, consultation, **answer)
    says_why = any(map(tidy, answer.get("unchanged", {}).values()))
    changes = bool(answer["edit_ids"])
    if not consequences.agree(answer["disposition"], changes=changes, unchanged=says_why):
        raise NoChangeNamedError(number=1)
    if not count:
        raise NothingChosenError
    held = counters.hold(session, consultation.id)
    row = releases.begin(
        session,
        kind=RELEASE,
        reference=decisions.reference(consultation.id),
        decisions=held.decisions,
        now=now,
    )
    row.prepared = {"points": 0, "of": count}
    made = Selection(
        consultation_id=consultation.id,
        chosen=chosen.facts,
        release_id=row.id,
        made_by=actor.user_id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    made.job_id = queue.enqueue(
        session,
        kind=JOB,
        key=f"{JOB}:{made.id}",
        payload={"selection": made.id, "answer": answer, "last_point": last_point},
        reference=decisions.reference(consultation.id),
        now=now,
    ).id
    _log(session, made, "answer:selection_asked", actor, now, points=count)
    session.flush()
    return made


def write(session: Session, selection: Selection, point_ids: Sequence[int]) -> None:
    """Write a batch of points ahead; they mean nothing before the answer is given."""
    row = releases.locked(session, selection.release_id)
    insert_rows(
        session,
        SelectionPoint,
        [{"selection_id": selection.id, "point_id": number} for number in point_ids],
    )
    row.prepared = {**row.prepared, "points": row.prepared["points"] + len(point_ids)}


def give(
    session: Session,
    selection: Selection,
    *,
    answer: dict[str, Any],
    points: int,
    decided: int,
    now: datetime,
) -> bool:
    """The last act: the answer reaches all points at once. False if something was decided since
    the points were worked out, when the decision counter stood at `decided`."""
    consultation = counters.hold(session, selection.consultation_id)
    row = releases.locked(session, selection.release_id)
    if consultation.decisions != decided:
        return False
    selection.points = points
    # Before the answer is given: until then it is the selection that is being prepared.
    releases.finish(row, now)
    session.flush()
    author = selection.made_by
    decisions.decide(
        session,
        consultation,
        target=SelectionTarget(selection.id),
        **answer,
        actor=Actor.user(author) if author else Actor("system"),
        now=now,
    )
    return True


def stop(
    session: Session, selection: Selection, *, why: ConsultError | None, now: datetime
) -> None:
    """Give it up; nothing is answered. `why` stands on the page."""
    row = session.get_one(Release, selection.release_id, populate_existing=True)
    if row.state != releases.PREPARING:
        return
    if why is not None:
        row.prepared = {**row.prepared, "stopped": why.message}
    releases.abandon(row)
    _log(session, selection, "answer:selection_stopped", Actor("system"), now)


def recent(session: Session, consultation_id: int) -> Sequence[tuple[Selection, Release]]:
    """The newest selections with what became of each."""
    rows = session.execute(
        select(Selection, Release)
        .join(Release, Release.id == Selection.release_id)
        .where(Selection.consultation_id == consultation_id)
        .order_by(Selection.id.desc())
        .limit(20)
    )
    return [(selection, release) for selection, release in rows]


def _log(
    session: Session, selection: Selection, act: str, actor: Actor, now: datetime, **facts: int
) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=act,
        thing=f"selection:{selection.id}",
        now=now,
        consultation=selection.consultation_id,
        **facts,
    )
