"""Removing what a run wrote ahead and never released: killed, failed or cancelled before its end."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from consult.kernel.release import ABANDONED, Release
from consult.themes.models import (
    Assignment,
    Campaign,
    CampaignMember,
    Run,
    RunMap,
    RunSuggestion,
    Theme,
    ThemeContrast,
    ThemeQuote,
    Unprocessed,
)

# Children before parents.
_TABLES: tuple[type[ThemeQuote | Assignment | CampaignMember | Campaign | Theme], ...] = (
    ThemeQuote,
    Assignment,
    CampaignMember,
    Campaign,
    Theme,
)
BATCH = 900


def leftover(session: Session, consultation_id: int) -> list[tuple[int, int]]:
    """Runs whose release was abandoned, with it: (run, release)."""
    rows = session.execute(
        select(Run.id, Release.id)
        .join(Release, Release.id == Run.release_id)
        .where(Run.consultation_id == consultation_id, Release.state == ABANDONED)
        .order_by(Run.id)
    )
    return [(run, release) for run, release in rows]


def sweep(session: Session, run_id: int, release_id: int) -> bool:
    """Remove one batch of such rows. False when nothing is left; the run then forgets the release.

    Nobody has ever seen these rows, so nothing that was said is lost.
    """
    for table in (RunMap, RunSuggestion, ThemeContrast):  # few rows, that refer to themes
        session.execute(delete(table).where(table.run_id == run_id))
    turning = session.scalars(
        select(Campaign.id)
        .where(Campaign.release_id == release_id, Campaign.variant_of_id.is_not(None))
        .limit(BATCH)
    ).all()
    if turning:  # they refer to each other in any order
        session.execute(update(Campaign).where(Campaign.id.in_(turning)).values(variant_of_id=None))
        return True
    for model in _TABLES:
        ids = session.scalars(
            select(model.id)
            .where(model.release_id == release_id)
            .order_by(model.id.desc())  # a theme before the one it stands below
            .limit(BATCH)
        ).all()
        if ids:
            session.execute(delete(model).where(model.id.in_(ids)))
            return True
    rows = session.scalars(select(Unprocessed.id).where(Unprocessed.run_id == run_id).limit(BATCH))
    if ids := rows.all():
        session.execute(delete(Unprocessed).where(Unprocessed.id.in_(ids)))
        return True
    run = session.get(Run, run_id)
    if run is not None and run.release_id == release_id:
        run.release_id = None
    return False
