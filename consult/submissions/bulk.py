"""Taking in many comments of one import in one act.

It writes what `intake.receive` would write for each of them (a test compares row by row), with as
many statements for a hundred as for one, because the lock is held for them all.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.kernel import ids, search
from consult.kernel.actor import Actor
from consult.kernel.transaction import broken_constraint
from consult.submissions import counters, points
from consult.submissions.intake import (
    AlreadyReceivedError,
    NotOpenError,
    Prepared,
    commit_to,
    revision_of,
)
from consult.submissions.lateness import is_late
from consult.submissions.models import (
    PUBLISHED,
    Comment,
    CommentRevision,
    Contact,
    Point,
    Submission,
)


@dataclass(frozen=True)
class Arrival:
    """One comment that came on paper or in a file: a submission of its own."""

    prepared: Prepared
    received_at: datetime
    source_row: str
    name: str = ""
    clause_id: int | None = None
    version_id: int | None = None


@dataclass(frozen=True)
class Origin:
    """Where the comments of one import come from."""

    source: str
    channel: str
    import_id: int


def receive_many(
    session: Session,
    consultation: Consultation,
    arrivals: Sequence[Arrival],
    origin: Origin,
    *,
    actor: Actor,
    now: datetime,
) -> list[Comment]:
    """Take in top comments, each with an unissued receipt, in their order.

    Raises NotOpenError, and AlreadyReceivedError where one of the rows is there already; the act
    must be rolled back then.
    """
    if phase(consultation, now) not in {Phase.OPEN, Phase.CLOSED}:
        raise NotOpenError
    submissions = _submissions(session, consultation.id, arrivals, origin, now)
    comments = [
        _comment(consultation, arrival, submission.id, now)
        for arrival, submission in zip(arrivals, submissions, strict=True)
    ]
    _number(session, consultation.id, comments)
    session.add_all(comments)
    session.flush()
    revisions = [
        revision_of(comment, arrival.prepared, now=now)
        for comment, arrival in zip(comments, arrivals, strict=True)
    ]
    session.add_all(revisions)
    session.flush()
    for arrival, comment, revision in zip(arrivals, comments, revisions, strict=True):
        session.add(_point(comment, revision, now))
        commit_to(session, comment, revision, now=now)
        search.index(
            session,
            kind="comment",
            reference=comment.id,
            consultation=consultation.id,
            language=comment.language,
            words=arrival.prepared.words,
        )
        log.record(
            session,
            actor=actor.reference,
            act="comment:received",
            thing=f"comment:{comment.id}",
            consultation=consultation.id,
            now=now,
            number=comment.seq,
            late=comment.late,
        )
    session.flush()
    return comments


def _submissions(
    session: Session,
    consultation_id: int,
    arrivals: Sequence[Arrival],
    origin: Origin,
    now: datetime,
) -> list[Submission]:
    made = [
        Submission(
            consultation_id=consultation_id,
            secret=ids.random_bytes(),
            receipt_issue=1,
            channel=origin.channel,
            language=arrival.prepared.language,
            received_at=arrival.received_at,
            recorded_at=now,
            respondent="unknown",
            source=origin.source,
            source_row=arrival.source_row,
            import_id=origin.import_id,
        )
        for arrival in arrivals
    ]
    session.add_all(made)
    try:
        session.flush()
    except IntegrityError as error:
        if broken_constraint(error) == "uq_submission_consultation_id_source_source_row":
            raise AlreadyReceivedError from error
        raise
    session.add_all(
        Contact(submission_id=submission.id, name=arrival.name, changed_at=now)
        for arrival, submission in zip(arrivals, made, strict=True)
        if arrival.name
    )
    return made


def _comment(
    consultation: Consultation, arrival: Arrival, submission_id: int, now: datetime
) -> Comment:
    return Comment(
        submission_id=submission_id,
        consultation_id=consultation.id,
        clause_id=arrival.clause_id,
        version_id=arrival.version_id,
        addressed=False,
        language=arrival.prepared.language,
        state=PUBLISHED,
        state_at=now,
        received_at=arrival.received_at,
        late=is_late(consultation.closes_at, arrival.received_at),
    )


def _number(session: Session, consultation_id: int, comments: Sequence[Comment]) -> None:
    """Places in the threads, then numbers: each counter is moved once for all."""
    among = Counter(comment.clause_id for comment in comments)
    # One order of locks for everybody who needs several threads.
    for clause_id in sorted(among, key=lambda key: (key is not None, key or 0)):
        last = counters.place_at(
            session, consultation_id=consultation_id, clause_id=clause_id, count=among[clause_id]
        )
        mine = [comment for comment in comments if comment.clause_id == clause_id]
        for position, comment in enumerate(mine, last.position - len(mine) + 1):
            comment.thread_id, comment.position = last.thread_id, position
    seq = counters.number(
        session,
        consultation_id=consultation_id,
        submissions=len(comments),
        owed=sum(_owed(comment) for comment in comments),
        comments=len(comments),
    )
    for number, comment in enumerate(comments, seq - len(comments) + 1):
        comment.seq = number


def _owed(comment: Comment) -> bool:
    return points.is_owed(state=comment.state, late=comment.late)


def _point(comment: Comment, revision: CommentRevision, now: datetime) -> Point:
    [(start, end)] = points.whole(revision.text)
    return Point(
        consultation_id=comment.consultation_id,
        comment_id=comment.id,
        revision_id=revision.id,
        start=start,
        end=end,
        created_at=now,
        owed=_owed(comment),
    )
