"""An author puts a comment in other words while the consultation is open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations import queries as consultations
from consult.consultations.counters import decided
from consult.consultations.phases import Phase, phase
from consult.kernel import search
from consult.kernel.actor import Actor
from consult.moderation import comments, going
from consult.moderation.errors import (
    AnsweredError,
    CaseOpenError,
    CorrectedMeanwhileError,
    CorrectionClosedError,
    NothingChangedError,
)
from consult.moderation.heirs import heirs
from consult.opinions import planning as opinions
from consult.submissions import counters
from consult.submissions.models import NOT_ME, PUBLISHED, Comment, CommentRevision, Point
from consult.submissions.recording import Prepared, write_words
from consult.themes import assignments, campaigns
from consult.themes import counters as theme_counters


def correct(
    session: Session,
    comment_id: int,
    prepared: Prepared,
    *,
    seen: int,
    rewordings: int = 0,
    actor: Actor,
    now: datetime,
) -> CommentRevision:
    """Write a new dated revision; the former one stays, superseded.

    The points are made anew. Where the same words stand once in both, what a person said of the
    old point (theme, campaign) is said of the new one, as that person's. `seen` is the number of
    the revision that the author had before them, `rewordings` how often words had been removed from
    it or put back: nobody brings back unseen what was removed. Raises AlreadyGoneError,
    CorrectionClosedError, AnsweredError, CaseOpenError, CorrectedMeanwhileError, NothingChangedError.
    """
    comment = going.lock_live(session, comment_id)
    _refuse_when_closed(session, comment, now)
    if comment.held_for == NOT_ME:
        raise CaseOpenError
    former = session.scalars(
        select(CommentRevision).where(
            CommentRevision.comment_id == comment.id, CommentRevision.superseded_at.is_(None)
        )
    ).one()
    if (former.number, former.rewordings) != (seen, rewordings):
        raise CorrectedMeanwhileError
    proposed = prepared.proposal.source if prepared.proposal else None
    if (former.source, former.proposed_source) == (prepared.rendered.source, proposed):
        raise NothingChangedError
    old = going.lock_points(session, comment.id)
    if comments.is_answered(session, old):
        raise AnsweredError
    former.superseded_at = now
    session.flush()
    revision = _write(session, comment, former, prepared, now)
    # Its placeholders are words like others now; what they stand for is told as before.
    revision.redacted = former.redacted
    pairs, new = _points(session, comment, former=former, revision=revision, old=old, now=now)
    decided(session, comment.consultation_id)
    # What people said moves over before the old points are taken out of the counters.
    if pairs:
        campaigns.carry(session, pairs, corrected=True)
        assignments.carry(session, pairs, now=now, machines_too=False)
    theme_counters.points_gone(session, [point.id for point in old])
    for point in old:
        point.retired_at = now
    _find(session, comment, prepared)
    session.flush()
    counters.touch(session, comment)
    counters.stop_owing(session, comment.consultation_id, [point.id for point in old])
    if comments.is_owed(session, comment):
        counters.owe(session, comment.consultation_id, [point.id for point in new])
    opinions.plan_if_spoken_about(session, comment.consultation_id, comment.id, now)
    comments.record(session, comment, "comment:corrected", actor, now, revision=revision.number)
    return revision


def _refuse_when_closed(session: Session, comment: Comment, now: datetime) -> None:
    consultation = consultations.by_id(session, comment.consultation_id)
    if phase(consultation, now) is not Phase.OPEN:
        raise CorrectionClosedError


def _write(
    session: Session,
    comment: Comment,
    former: CommentRevision,
    prepared: Prepared,
    now: datetime,
) -> CommentRevision:
    [revision_id] = write_words(session, [(comment, prepared)], number=former.number + 1, now=now)
    comment.language = prepared.language
    return session.get_one(CommentRevision, revision_id)


def _points(
    session: Session,
    comment: Comment,
    *,
    former: CommentRevision,
    revision: CommentRevision,
    old: Sequence[Point],
    now: datetime,
) -> tuple[list[tuple[int, int]], list[Point]]:
    """The new points, and (former, new) pairs of those whose words stayed."""
    ordered = sorted(old, key=lambda point: point.start)
    found = heirs(former.text, [(p.start, p.end) for p in ordered], revision.text)
    new = [
        Point(
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            revision_id=revision.id,
            start=heir.start,
            end=heir.end,
            made_by="author" if heir.former is None else ordered[heir.former].made_by,
            created_at=now,
            owed=False,
        )
        for heir in found
    ]
    session.add_all(new)
    session.flush()
    pairs = [
        (ordered[heir.former].id, point.id)
        for heir, point in zip(found, new, strict=True)
        if heir.former is not None
    ]
    return pairs, new


def _find(session: Session, comment: Comment, prepared: Prepared) -> None:
    """The search finds the new words and no longer the old ones."""
    search.unindex(session, kind="comment", references=[comment.id])
    if comment.state == PUBLISHED:
        found = search.Thing(comment.id, comment.consultation_id, prepared.language, prepared.words)
        search.index(session, "comment", [found])
