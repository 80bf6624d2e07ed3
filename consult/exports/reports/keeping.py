"""How long the file of a report is kept: while its words may be read, and some weeks at most.

The report that everybody is offered stays until a newer one of its kind is there.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from consult.activity import log
from consult.activity.models import Activity
from consult.answers.models import Publication
from consult.consultations.models import Consultation
from consult.exports.reports.models import DONE, ReportFile, ReportPart
from consult.exports.reports.requesting import request
from consult.kernel.actor import SYSTEM
from consult.kernel.i18n import LANGUAGES
from consult.submissions.models import PUBLISHED, Comment, CommentRevision

KEPT = timedelta(days=30)
REST = timedelta(minutes=10)
# What everybody is offered, in every language; comments as data are there at any time.
PUBLIC_FORMATS = ("pdf", "docx", "html")


# Acts that take words out of a comment, or put others there, in the revision that stands.
REWORDED = ("comment:redacted", "comment:words_put_back")


def words_went() -> ColumnElement[bool]:
    """That since the moment of a report words of a comment were taken away or changed.

    What came later can be no words of the report; it is not told apart, so that nothing is missed.
    """
    gone = exists(
        select(Comment.id).where(
            Comment.consultation_id == ReportFile.consultation_id,
            Comment.state != PUBLISHED,
            Comment.state_at >= ReportFile.as_of,
            Comment.received_at < ReportFile.as_of,
        )
    )
    reworded = exists(
        select(Activity.id).where(
            Activity.consultation == ReportFile.consultation_id,
            Activity.id > ReportFile.log_id,
            Activity.act.in_(REWORDED),
        )
    )
    corrected, emptied = map(_since, (CommentRevision.superseded_at, CommentRevision.emptied_at))
    return or_(gone, corrected, emptied, reworded)


def _since(moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    """That something happened to a revision after the moment of a report.

    A condition within a condition: joined, the comments would be read one by one.
    """
    of_these = (
        select(Comment.id)
        .where(
            Comment.id == CommentRevision.comment_id,
            Comment.consultation_id == ReportFile.consultation_id,
        )
        .correlate(CommentRevision, ReportFile)
    )
    return exists(
        select(CommentRevision.id)
        # That it is not null goes without saying, but not for PostgreSQL: it would expect a third of
        # all revisions to be later than a moment it does not know, and read the table.
        .where(moment.is_not(None), moment >= ReportFile.as_of, exists(of_these))
        .correlate(ReportFile)
    )


def _given_up(now: datetime) -> ColumnElement[bool]:
    newer = aliased(ReportFile)
    replaced = exists(
        select(newer.id).where(
            newer.consultation_id == ReportFile.consultation_id,
            newer.language == ReportFile.language,
            newer.format == ReportFile.format,
            newer.public.is_(True),
            newer.state == DONE,
            newer.id > ReportFile.id,
        )
    )
    old = ReportFile.requested_at < now - KEPT
    return or_(
        and_(ReportFile.public.is_(False), old),
        and_(ReportFile.public.is_(True), ReportFile.state != DONE, old),
        and_(ReportFile.public.is_(True), replaced),
        and_(ReportFile.state == DONE, words_went()),
    )


def forget_old(session: Session, now: datetime, limit: int) -> int:
    """Delete up to `limit` reports that are given up, with their files. Returns how many."""
    rows = session.execute(
        select(ReportFile.id, ReportFile.consultation_id)
        .where(_given_up(now))
        .order_by(ReportFile.id)
        .limit(limit)
        .with_for_update()
    ).all()
    if not rows:
        return 0
    ids = [row.id for row in rows]
    session.execute(delete(ReportPart).where(ReportPart.report_id.in_(ids)))
    session.execute(delete(ReportFile).where(ReportFile.id.in_(ids)))
    log.record_each(
        session,
        actor=SYSTEM.reference,
        act="report-file:deleted",
        now=now,
        things=[(f"report-file:{row.id}", row.consultation_id, {}) for row in rows],
    )
    return len(rows)


def missing(session: Session, now: datetime) -> Sequence[int]:
    """Consultations with a published outcome whose public report is not there, or behind it.

    Not again within REST: while a moderator works, it is not made after each decision.
    """
    published: Any = (
        select(Publication.consultation_id, func.max(Publication.published_at).label("at"))
        .where(Publication.published_at.is_not(None))
        .group_by(Publication.consultation_id)
        .subquery()
    )
    standing = exists(
        select(ReportFile.id).where(
            ReportFile.consultation_id == published.c.consultation_id,
            ReportFile.public.is_(True),
            or_(
                ReportFile.state != DONE,
                ReportFile.requested_at > now - REST,
                and_(ReportFile.as_of >= published.c.at, ~words_went()),
            ),
        )
    )
    return session.scalars(
        select(published.c.consultation_id).where(~standing).order_by(published.c.consultation_id)
    ).all()


def plan(session: Session, consultation_id: int, now: datetime) -> None:
    """Let the public report be made in every language and format."""
    consultation = session.get_one(Consultation, consultation_id)
    for language in LANGUAGES:
        for form in PUBLIC_FORMATS:
            request(
                session,
                consultation,
                language=language,
                form=form,
                public=True,
                actor=SYSTEM,
                now=now,
            )
