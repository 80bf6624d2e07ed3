"""Saying on themes and campaigns which release answers them, so that nobody moves them meanwhile."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consult.answers.fates import Plan
from consult.answers.models import AnswerTarget, Fate
from consult.kernel.release import RELEASED, Release
from consult.themes.models import Campaign, Theme


def mark_targets(
    session: Session, plan: Plan, release_id: int, *, after: int, limit: int
) -> int | None:
    """Mark the answered themes (with the first batch) and a batch of campaigns.

    Returns the last campaign, or None when done.
    """
    if after == 0:
        # Themes are what people can read: tens, at most hundreds.
        session.execute(
            update(Theme)
            .where(
                Theme.consultation_id == plan.consultation_id,
                Theme.id.in_(sorted(plan.rule.theme_answers)),
            )
            .values(settled_by=release_id)
            .execution_options(synchronize_session=False)
        )
    answered = sorted(c for c in plan.rule.campaign_answers if c > after)[:limit]
    if not answered:
        return None
    session.execute(
        update(Campaign)
        .where(
            Campaign.id.in_(
                select(Campaign.id).where(
                    Campaign.consultation_id == plan.consultation_id, Campaign.id.in_(answered)
                )
            )
        )
        .values(settled_by=release_id)
        .execution_options(synchronize_session=False)
    )
    return answered[-1]


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
