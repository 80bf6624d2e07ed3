"""Somebody reports a comment."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.kernel.actor import Actor
from consult.kernel.markup import tidy
from consult.moderation import comments, going
from consult.moderation.errors import CannotReportError
from consult.moderation.models import REPORT_REASONS, Report
from consult.submissions.models import PUBLISHED

MAX_NOTE = 2_000


def report(
    session: Session,
    comment_id: int,
    *,
    reason: str,
    note: str,
    email: str | None = None,
    language: str | None = None,
    form_number: str,
    actor: Actor,
    now: datetime,
) -> Report:
    """Put a comment before the moderators. The same form twice makes one report.

    With an `email` the reporter is told in this language what became of it, if it is not theirs.
    Raises CannotReportError for a comment that nobody can read.
    """
    assert reason in REPORT_REASONS
    # The lock lets a form that was sent twice follow itself.
    comment = going.lock(session, comment_id)
    before = session.scalar(select(Report).where(Report.form_number == form_number))
    if before is not None:
        return before
    if comment.state != PUBLISHED:
        raise CannotReportError
    made = Report(
        consultation_id=comment.consultation_id,
        comment_id=comment.id,
        reason=reason,
        note=tidy(note)[:MAX_NOTE],
        reporter=actor.reference if actor.user_id else None,
        email=email,
        language=language,
        reported_at=now,
        form_number=form_number,
    )
    session.add(made)
    session.flush()
    comments.record(session, comment, "comment:reported", actor, now, reason=reason)
    return made
