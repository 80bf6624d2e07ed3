"""Looking through comments for personal data, behind the scenes: nothing of it is asked of who posts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.jobs import queue
from consult.jobs.models import FAILED, RUNNING, WAITING, Job
from consult.kernel.db import current_session
from consult.kernel.inserting import insert_rows
from consult.kernel.transaction import act, end_reading
from consult.moderation.personal import Found
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


def batch(session: Session, now: datetime) -> list[tuple[CommentRevision, list[Found]]]:
    """The next revisions with what was found in them. Outside of an act: it takes a while."""
    return [(one, proposals(one.text, one.html)) for one in _next(session, now, limit=AT_ONCE)]


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


def keep(
    session: Session, looked_through: Sequence[tuple[int, str, list[Found]]], *, up_to: int
) -> int:
    """Write findings down, and how far the search has come; returns how many.

    Each with the text that was looked through: where it is another by now, it is looked through
    again. Superseded words and those of comments that are gone are nobody's worry.
    """
    scan = session.scalar(select(PersonalScan).with_for_update())
    if scan is None:
        scan = PersonalScan(id=1, revision_id=0)
        session.add(scan)
    if scan.revision_id >= up_to:  # another worker was here
        return 0
    texts = {revision_id: text for revision_id, text, _ in looked_through}
    spans = {revision_id: found for revision_id, _, found in looked_through}
    rows = session.execute(
        select(CommentRevision, Comment.consultation_id)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .where(
            CommentRevision.id.in_(list(texts)),
            CommentRevision.superseded_at.is_(None),
            Comment.state.in_(LIVE_STATES),
        )
        .order_by(CommentRevision.id)
        .execution_options(populate_existing=True)
    ).all()
    findings: list[dict[str, object]] = []
    for revision, consultation_id in rows:
        same = revision.text == texts[revision.id]
        found = spans[revision.id] if same else proposals(revision.text, revision.html)
        if findings and len(findings) + len(found) > MOST:
            up_to = revision.id - 1  # the next batch begins with this one
            break
        findings += [
            {
                "consultation_id": consultation_id,
                "comment_id": revision.comment_id,
                "revision_id": revision.id,
                "kind": one.kind,
                "start": one.start,
                "end": one.end,
            }
            for one in found[:MOST]
        ]
    scan.revision_id = up_to
    session.flush()
    insert_rows(session, PersonalFinding, findings)
    return len(findings)


# Of one act, and of one comment: a list of members would be thousands of names.
MOST = 900
