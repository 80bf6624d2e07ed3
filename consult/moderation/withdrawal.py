"""An author takes a comment back."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.kernel.actor import Actor
from consult.moderation import comments, going
from consult.submissions.models import WITHDRAWN, Comment


def withdraw(session: Session, comment_id: int, *, actor: Actor, now: datetime) -> Comment:
    """Turn a comment into a tombstone at its author's wish.

    It is always taken: after the close, after the answer, and while answers are being published
    (the points concerned are then prepared again). Raises AlreadyGoneError. The caller has made
    sure that `actor` is the author.
    """
    comment = going.lock_live(session, comment_id)
    going.close_reports(session, comment.id, state="lapsed", by=None, now=now)
    going.take_away(session, comment, state=WITHDRAWN, now=now)
    comments.record(session, comment, "comment:withdrawn", actor, now)
    return comment
