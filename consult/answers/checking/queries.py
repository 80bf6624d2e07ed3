"""What the desk shows of answers that are on their way to the public."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from consult.accounts.models import User
from consult.accounts.queries import shown_name
from consult.answers import heads
from consult.answers.consequences import agree
from consult.answers.models import APPROVED, Answer, AnswerStep, AnswerTarget
from consult.answers.queries import AnswerRow, answer_rows
from consult.kernel.db import Texts
from consult.kernel.paging import Keyset, Page, cut, window
from consult.submissions.models import Comment, Point
from consult.themes.models import Campaign, Theme


@dataclass(frozen=True)
class StepRow:
    """Who moved an answer where, when and why."""

    state: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class Waiting:
    """A newest answer that is not published, with the name of what it answers."""

    answer: AnswerRow
    title: Texts | None
    step: StepRow | None
    # The number of the comment in which the point stands that it answers.
    seq: int | None = None
    # It was approved, but a change that it names was written otherwise since.
    reopened: bool = False

    @property
    def agrees(self) -> bool:
        """Whether it names a change, or says why there is none, if it accepts."""
        return agree(
            self.answer.disposition,
            changes=bool(self.answer.edits),
            unchanged=bool(self.answer.unchanged),
        )


def steps(session: Session, answer_ids: Collection[int]) -> dict[int, list[StepRow]]:
    """Answer → its steps, the first one first."""
    found: dict[int, list[StepRow]] = defaultdict(list)
    rows = session.execute(
        select(AnswerStep, User.name, User.email)
        .outerjoin(User, User.id == AnswerStep.by_id)
        .where(AnswerStep.answer_id.in_(answer_ids))
        .order_by(AnswerStep.id)
    )
    for step, name, email in rows:
        found[step.answer_id].append(
            StepRow(step.state, shown_name(name, email), step.at, step.note)
        )
    return found


def states(session: Session, answer_ids: Collection[int]) -> dict[int, str]:
    """Answer → how far it came."""
    rows = session.execute(
        select(Answer.id, heads.state_of(Answer)).where(Answer.id.in_(answer_ids))
    )
    return {row[0]: row[1] for row in rows}


def _unpublished(consultation_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Answer.consultation_id == consultation_id,
        heads.is_newest(),
        ~heads.given(Answer),
    )


def by_state(session: Session, consultation_id: int) -> dict[str, int]:
    """How many answers that are not published stand in each state."""
    state = heads.state_of(Answer)
    rows = session.execute(
        select(state, func.count()).where(*_unpublished(consultation_id)).group_by(state)
    )
    return {row[0]: row[1] for row in rows}


def waiting(session: Session, consultation_id: int, state: str, keyset: Keyset) -> Page[Waiting]:
    """The answers that are not published and stand in a state, the oldest first."""
    statement = (
        select(Answer.id, Theme.title, Campaign.title, Comment.seq)
        .join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .outerjoin(Theme, Theme.id == AnswerTarget.theme_id)
        .outerjoin(Campaign, Campaign.id == AnswerTarget.campaign_id)
        .outerjoin(Point, Point.id == AnswerTarget.point_id)
        .outerjoin(Comment, Comment.id == Point.comment_id)
        .where(*_unpublished(consultation_id), heads.state_of(Answer) == state)
    )
    statement = window(statement, keyset, Answer.id)
    page = cut(session.execute(statement).all(), keyset, lambda row: row[0])
    numbers = [row[0] for row in page.rows]
    answers, moved = answer_rows(session, numbers, public=False), steps(session, numbers)
    newest = {number: each[-1] for number, each in moved.items()}
    rows = [
        Waiting(
            answers[number],
            theme or campaign or None,
            step := newest.get(number),
            seq=seq,
            reopened=step is not None and step.state == APPROVED != state,
        )
        for number, theme, campaign, seq in page.rows
    ]
    return Page(rows, page.previous, page.next)


def unapproved(counts: dict[str, int]) -> int:
    """Of the answers by state, those that nobody has approved."""
    return sum(number for state, number in counts.items() if state != APPROVED)
