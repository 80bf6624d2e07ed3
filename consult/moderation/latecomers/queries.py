"""Every read of late comments and of what was decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from consult.accounts.queries import user_names
from consult.kernel.paging import Keyset, Page, cut, window
from consult.moderation.models import LateDecision
from consult.moderation.queries import late_and_undecided
from consult.submissions import queries as submissions
from consult.submissions.models import Comment
from consult.submissions.rows import CommentRow


@dataclass(frozen=True)
class Late:
    """A late comment, and what was decided if something was."""

    row: CommentRow
    ground: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""


def listed(
    session: Session, consultation_id: int, show: str, keyset: Keyset, language: str
) -> Page[Late]:
    """Late comments by number: those that wait, or those that were admitted or left."""
    statement = select(Comment.id, Comment.seq).where(Comment.consultation_id == consultation_id)
    if show == "waiting":
        statement = statement.where(late_and_undecided())
    elif show == "admitted":
        statement = statement.where(Comment.late, Comment.admitted_at.is_not(None))
    else:
        left = exists(select(LateDecision.id).where(LateDecision.comment_id == Comment.id))
        statement = statement.where(Comment.late, Comment.admitted_at.is_(None), left)
    chosen = session.execute(window(statement, keyset, Comment.seq)).all()
    ids = [id_ for id_, _ in chosen]
    rows = submissions.rows(session, ids, language=language)
    found = decisions(session, ids) if show != "waiting" else {}
    names = user_names(session, {one.decided_by or 0 for one in found.values()}) if found else {}
    made = []
    for id_ in ids:
        one = found.get(id_)
        made.append(
            Late(rows[id_], one.ground, one.decided_at, names.get(one.decided_by or 0, ""))
            if one
            else Late(rows[id_])
        )
    return cut(made, keyset, lambda late: late.row.seq)


def decisions(session: Session, comment_ids: Sequence[int]) -> dict[int, LateDecision]:
    """The newest decision about each comment, by its id."""
    if not comment_ids:
        return {}
    found = session.scalars(
        select(LateDecision)
        .where(LateDecision.comment_id.in_(comment_ids))
        .order_by(LateDecision.id)
    )
    return {one.comment_id: one for one in found}


def waiting(
    session: Session, consultation_id: int, among: Sequence[int] | None, limit: int
) -> list[tuple[int, int]]:
    """Id and number of those that wait, by number: among some, or all up to the limit."""
    statement = select(Comment.id, Comment.seq).where(
        Comment.consultation_id == consultation_id, late_and_undecided()
    )
    if among is not None:
        statement = statement.where(Comment.id.in_(among))
    found = session.execute(statement.order_by(Comment.seq).limit(limit))
    return [(id_, seq) for id_, seq in found]
