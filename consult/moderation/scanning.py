"""Looking through comments for personal data, behind the scenes: nothing of it is asked of who posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.jobs import queue
from consult.jobs.models import FAILED, RUNNING, WAITING, Job
from consult.kernel.db import current_session
from consult.kernel.inserting import insert_rows
from consult.kernel.transaction import act, end_reading
from consult.moderation.personal import Found, found
from consult.moderation.redacting.models import PersonalFinding, PersonalScan
from consult.moderation.rewriting import proposals
from consult.submissions.models import Comment, CommentRevision
from consult.submissions.points import LIVE_STATES

JOB = "find_personal_data"
AT_ONCE = 200
# An act that writes comments is shorter: below what is older, no number comes in any more.
SETTLED = timedelta(seconds=30)


def look(now: datetime) -> None:
    """Queue the job if comments came in since the last one. Takes no lock where none did."""
    session = current_session()
    waiting = _next(session, now, limit=1)
    comment_id = waiting[0].comment_id if waiting else None
    end_reading()
    if comment_id is not None:
        with act() as writing:
            request(writing, comment_id, now)


def request(session: Session, comment_id: int, now: datetime) -> None:
    """Queue the job, which begins with this comment; not while one waits, works or has failed."""
    unsettled = select(Job.id).where(Job.kind == JOB, Job.state.in_((WAITING, RUNNING, FAILED)))
    if session.scalar(unsettled.limit(1)) is None:
        _enqueue(session, comment_id, now)


def go_on(session: Session, now: datetime) -> None:
    """Queue the next job, if anything is left, for one that has gone as far as it may."""
    for revision in _next(session, now, limit=1):
        _enqueue(session, revision.comment_id, now)


def _enqueue(session: Session, comment_id: int, now: datetime) -> None:
    queue.enqueue(
        session,
        kind=JOB,
        key=f"{JOB}:{now.timestamp()}",
        reference=f"comment:{comment_id}",
        now=now,
    )


@dataclass(frozen=True)
class Looked:
    """A revision with its words as they were looked through, and what was found in them: in its own
    and in those that it proposes for a clause."""

    revision_id: int
    text: str
    proposed_text: str | None
    found: list[Found]
    there: list[Found]

    @classmethod
    def through(cls, revision: CommentRevision) -> "Looked":
        return cls(
            revision.id,
            revision.text,
            revision.proposed_text,
            proposals(revision.text, revision.html),
            in_proposal(revision),
        )


def in_proposal(revision: CommentRevision) -> list[Found]:
    """What looks like personal data in the words that it proposes, as far as they are its own."""
    own = [(int(start), int(end)) for start, end, _struck in revision.proposed_marks or ()]
    return [
        one
        for one in found(revision.proposed_text or "")
        if any(one.start < end and start < one.end for start, end in own)
    ]


def batch(session: Session, now: datetime) -> list[Looked]:
    """The next revisions with what was found in them. Outside of an act: it takes a while."""
    return [Looked.through(one) for one in _next(session, now, limit=AT_ONCE)]


def _next(session: Session, now: datetime, *, limit: int) -> Sequence[CommentRevision]:
    done = session.scalar(select(PersonalScan.revision_id)) or 0
    rows = session.scalars(
        select(CommentRevision)
        .where(CommentRevision.id > done)
        .order_by(CommentRevision.id)
        .limit(limit)
    ).all()
    settled = [row.written_at <= now - SETTLED for row in rows]
    return rows[: settled.index(False)] if False in settled else rows


def keep(session: Session, looked_through: Sequence[Looked], *, up_to: int) -> int:
    """Write findings down, and how far the search has come; returns how many.

    Where the words are others by now, they are looked through again. Superseded words and those of
    comments that are gone are nobody's worry, and what was found before is not found twice.
    """
    scan = session.scalar(select(PersonalScan).with_for_update())
    if scan is None:
        scan = PersonalScan(id=1, revision_id=0)
        session.add(scan)
    if scan.revision_id >= up_to:  # another worker was here
        return 0
    seen = {one.revision_id: one for one in looked_through}
    rows = session.execute(
        select(CommentRevision, Comment.consultation_id)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .where(
            CommentRevision.id.in_(list(seen)),
            CommentRevision.superseded_at.is_(None),
            Comment.state.in_(LIVE_STATES),
        )
        .order_by(CommentRevision.id)
        .execution_options(populate_existing=True)
    ).all()
    before = _found_before(session, list(seen))
    findings: list[dict[str, object]] = []
    for revision, consultation_id in rows:
        looked = seen[revision.id]
        if (revision.text, revision.proposed_text) != (looked.text, looked.proposed_text):
            looked = Looked.through(revision)
        new = [
            {
                "consultation_id": consultation_id,
                "comment_id": revision.comment_id,
                "revision_id": revision.id,
                "proposed": there,
                "kind": one.kind,
                "start": one.start,
                "end": one.end,
            }
            for there, among in ((False, looked.found), (True, looked.there))
            if (revision.id, there) not in before
            for one in among
        ]
        if findings and len(findings) + len(new) > MOST:
            up_to = revision.id - 1  # the next batch begins with this one
            break
        findings += new[:MOST]
    scan.revision_id = up_to
    session.flush()
    insert_rows(session, PersonalFinding, findings)
    return len(findings)


def _found_before(session: Session, revision_ids: Sequence[int]) -> set[tuple[int, bool]]:
    """Of which revisions something was written down, of their own or of their proposed words."""
    rows = session.execute(
        select(PersonalFinding.revision_id, PersonalFinding.proposed)
        .where(PersonalFinding.revision_id.in_(revision_ids))
        .distinct()
    )
    return {(revision_id, there) for revision_id, there in rows}


# Of one act, and of one comment: a list of members would be thousands of names.
MOST = 900
