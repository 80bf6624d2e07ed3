"""Erasing a whole submission: `ask` at once takes the way to its author, `empty_comment` the words of
one comment, `finish` the rest. Each may be repeated and then changes nothing.

It is taken at any time, also while answers are being published. What others wrote stays: replies
under it, the letter of a campaign of which it was one.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from consult.activity import log
from consult.answers.colleagues import notes
from consult.consultations import counters as consultation_counters
from consult.consultations.models import Consultation
from consult.files import keeping
from consult.jobs import queue
from consult.kernel import search
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.errors import NotFoundError
from consult.moderation import comments, going, sealing
from consult.moderation.erasure.models import GROUNDS, Erasure
from consult.moderation.errors import ErasureGroundError
from consult.moderation.forgetting import Removed, telling
from consult.moderation.models import (
    LAPSED,
    OPEN,
    CaseMessage,
    IdentityCase,
    Objection,
    Report,
    SecondOpinion,
)
from consult.moderation.redacting.models import PersonalFinding
from consult.notifications import outbox
from consult.submissions import attachments, counters
from consult.submissions.models import (
    ERASED,
    Comment,
    CommentRevision,
    Contact,
    Point,
    Submission,
)
from consult.submissions.points import LIVE_STATES
from consult.themes import rewording as themes

JOB = "erase_submission"


def ask(
    session: Session,
    submission_id: int,
    *,
    ground: str | None,
    actor: Actor,
    now: datetime,
) -> Erasure:
    """Begin to erase a submission: at its author's wish (no ground), or an official's on one.

    Name and address go at once, so that no letter leaves any more. The caller has made sure that
    `actor` is the author, or may act on a legal request. Raises ErasureGroundError.
    """
    if ground is not None and ground not in GROUNDS:
        raise ErasureGroundError
    submission = session.scalar(
        select(Submission).where(Submission.id == submission_id).with_for_update(key_share=True)
    )
    if submission is None:
        raise NotFoundError
    found = session.scalar(select(Erasure).where(Erasure.submission_id == submission_id))
    if found is not None and not is_left(session, submission_id):
        return found
    official = actor.user_id if ground is not None else None
    if found is None:
        found = Erasure(
            consultation_id=submission.consultation_id,
            submission_id=submission.id,
            ground=ground,
            erased_by=official,
            asked_at=now,
        )
        session.add(found)
    # Somebody went on writing under an erased receipt.
    found.done_at = None
    session.flush()
    _forget_contact(session, submission)
    again(session, found, now)
    log.record(
        session,
        actor=actor.reference,
        act="submission:erased",
        thing=f"submission:{submission.id}",
        consultation=submission.consultation_id,
        now=now,
        **({"ground": ground} if ground is not None else {}),
    )
    session.flush()
    return found


def again(
    session: Session, erasure: Erasure, now: datetime, *, run_at: datetime | None = None
) -> None:
    """Let the worker finish what is left, should whoever began it not come to it."""
    at = run_at or now
    queue.enqueue(
        session,
        kind=JOB,
        key=f"{JOB}:{erasure.id}:{at.isoformat()}",
        payload={"erasure": erasure.id},
        reference=attachments.reference(erasure.submission_id),
        now=now,
        run_at=at,
    )


def is_left(session: Session, submission_id: int) -> bool:
    """Whether anything of a submission is still there to be erased."""
    words = (
        select(CommentRevision.id)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .where(
            Comment.submission_id == submission_id,
            or_(CommentRevision.emptied_at.is_(None), Comment.state != ERASED),
        )
    )
    contact = select(Contact.submission_id).where(Contact.submission_id == submission_id)
    return bool(session.scalar(select(or_(exists(words), exists(contact)))))


def empty_comment(
    session: Session, comment_id: int, removed: Sequence[Removed], *, actor: Actor, now: datetime
) -> bool:
    """Erase the words of one comment in every form; False if nothing was left of them.

    `removed` is what in them looked like personal data, found before the act: the analysis and
    the accepted wording of its campaign are not to go on telling it.
    """
    comment = going.lock(session, comment_id)
    revisions = session.scalars(
        select(CommentRevision)
        .where(CommentRevision.comment_id == comment_id)
        .order_by(CommentRevision.id)
        .execution_options(populate_existing=True)
    ).all()
    if comment.state == ERASED and all(one.emptied_at is not None for one in revisions):
        return False
    if comment.state in LIVE_STATES:
        going.close_reports(session, comment.id, state="lapsed", by=None, now=now)
        going.take_away(session, comment, state=ERASED, now=now)
    else:
        _bury(session, comment, now)
    for revision in revisions:
        _empty(revision, now)
    session.flush()
    _forget_about(session, comment, [one.id for one in revisions], removed, now)
    comments.record(session, comment, "comment:erased", actor, now)
    session.flush()
    return True


def finish(session: Session, erasure_id: int, *, now: datetime) -> None:
    """What hangs on the submission itself: files, letters, the organisation's name."""
    erasure = session.get_one(Erasure, erasure_id, populate_existing=True)
    if erasure.done_at is not None:
        return
    submission = session.get_one(Submission, erasure.submission_id, with_for_update=True)
    _forget_contact(session, submission)
    files = keeping.erase(session, attachments.reference(submission.id))
    if files:
        log.record(
            session,
            actor=SYSTEM.reference,
            act="file:erased",
            thing=attachments.reference(submission.id),
            consultation=submission.consultation_id,
            now=now,
            files=files,
        )
    submission.organisation_id = None
    outbox.forget(session, attachments.reference(submission.id))
    erasure.done_at = now
    consultation_counters.touch(session, submission.consultation_id)


def by_official(consultation: Consultation, submission: Submission) -> Submission:
    """The submission, if it is one of this consultation. Raises NotFoundError."""
    if submission.consultation_id != consultation.id:
        raise NotFoundError
    return submission


def _forget_contact(session: Session, submission: Submission) -> None:
    session.execute(delete(Contact).where(Contact.submission_id == submission.id))


def _bury(session: Session, comment: Comment, now: datetime) -> None:
    """A tombstone becomes another one: nothing of it counted any more."""
    session.execute(
        update(Objection)
        .where(Objection.comment_id == comment.id, Objection.state == OPEN)
        .values(state=LAPSED, decided_at=now)
    )
    consultation_counters.decided(session, comment.consultation_id)
    comment.state, comment.state_at = ERASED, now
    session.flush()
    counters.touch(session, comment)


def _empty(revision: CommentRevision, now: datetime) -> None:
    revision.source = revision.html = revision.text = ""
    # Without it nobody can try words against the hash in the ledger.
    revision.salt = b""
    revision.proposed_source = revision.proposed_html = revision.proposed_text = None
    revision.proposed_marks = revision.proposed_key = None
    revision.emptied_at = now


def _forget_about(
    session: Session,
    comment: Comment,
    revision_ids: Sequence[int],
    removed: Sequence[Removed],
    now: datetime,
) -> None:
    """What else held the words, or was written about them and not for the public."""
    search.unindex(session, kind="comment", references=[comment.id])
    sealing.empty(session, [comment.id], now)
    session.execute(delete(PersonalFinding).where(PersonalFinding.revision_id.in_(revision_ids)))
    points = session.scalars(
        select(Point.id).where(Point.comment_id == comment.id).order_by(Point.id)
    ).all()
    themes.forget(
        session,
        comment.consultation_id,
        points,
        phrases=[(one.words, one.placeholder) for one in removed],
        telling=telling(removed),
    )
    themes.drop_additions(session, points)
    notes.forget_about(session, [f"point:{number}" for number in points], now)
    cases = select(IdentityCase.id).where(IdentityCase.comment_id == comment.id)
    session.execute(delete(CaseMessage).where(CaseMessage.case_id.in_(cases)))
    for told, emptied in (
        (Objection, {"text": ""}), (Report, {"note": ""}), (SecondOpinion, {"note": ""}),
    ):  # fmt: skip
        session.execute(
            update(told)
            .where(told.comment_id == comment.id)
            .values(**emptied)
            .execution_options(synchronize_session=False)
        )
