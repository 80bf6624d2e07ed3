"""What is answered, by the name that the activity log gives it; and saying on themes and campaigns
which release answers them, so that nobody moves them meanwhile."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consult.answers.fates import Plan
from consult.answers.models import AnswerTarget, Fate, Selection
from consult.kernel.errors import NotFoundError
from consult.kernel.release import RELEASED, Release
from consult.submissions.models import Point
from consult.themes.models import Campaign, Theme

_KINDS: dict[str, Any] = {
    "theme": Theme,
    "campaign": Campaign,
    "point": Point,
    "selection": Selection,
}


def check_thing(session: Session, consultation_id: int, thing: str) -> None:
    """Raise NotFoundError unless "theme:4" and the like is something of this consultation."""
    kind, _colon, number = thing.partition(":")
    model = _KINDS[kind]
    of = session.scalar(select(model.consultation_id).where(model.id == int(number)))
    if of != consultation_id:
        raise NotFoundError


def mark_themes(session: Session, plan: Plan, release_id: int) -> None:
    """Mark the answered themes: people read them, so there are tens, at most hundreds."""
    session.execute(
        update(Theme)
        .where(
            Theme.consultation_id == plan.consultation_id,
            Theme.id.in_(sorted(plan.rule.theme_answers)),
        )
        .values(settled_by=release_id)
        .execution_options(synchronize_session=False)
    )


def next_campaigns(plan: Plan, *, after: int, limit: int) -> list[int]:
    """The next answered campaigns behind `after`."""
    return sorted(c for c in plan.rule.campaign_answers if c > after)[:limit]


def mark_campaigns(session: Session, plan: Plan, release_id: int, campaigns: Sequence[int]) -> None:
    """Mark a batch of answered campaigns."""
    if campaigns:
        session.execute(
            update(Campaign)
            .where(Campaign.consultation_id == plan.consultation_id, Campaign.id.in_(campaigns))
            .values(settled_by=release_id)
            .execution_options(synchronize_session=False)
        )


def unmark_targets(session: Session, release_id: int) -> None:
    """After a release was given up: themes and campaigns name the newest one that counts."""
    for model, column in ((Theme, AnswerTarget.theme_id), (Campaign, AnswerTarget.campaign_id)):
        newest = (
            select(func.max(Fate.release_id))
            .join(AnswerTarget, AnswerTarget.answer_id == Fate.answer_id)
            .join(Release, Release.id == Fate.release_id)
            .where(column == model.id, Release.state == RELEASED)
            .correlate(model)
            .scalar_subquery()
        )
        session.execute(
            update(model)
            .where(model.settled_by == release_id)
            .values(settled_by=newest)
            .execution_options(synchronize_session=False)
        )
