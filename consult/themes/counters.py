"""How many points a theme or campaign has: moved here only, in the act that changes it.

Locks are taken in one order everywhere: points and comments, the consultation's row
(`assignments.decide`), these counters, those of the days (`coding.days`), and the thread and tally
rows of `submissions` last.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from consult.kernel.release import visible
from consult.submissions.models import CommentRevision, Point
from consult.themes import vectors
from consult.themes.models import (
    ACCEPTED,
    PROPOSED,
    Assignment,
    Campaign,
    CampaignMember,
    CurrentRun,
    RunSuggestion,
    ThemeTally,
)
from consult.themes.standing import standing

# Theme as labelled (merges are followed when reading), run or None for people, language.
Cell = tuple[int, int | None, str]


def move(session: Session, changes: Mapping[Cell, int]) -> None:
    """Add to the counters of themes; the caller holds the consultation's row."""
    for cell in sorted(changes, key=lambda c: (c[0], c[1] or 0, c[2])):
        if not changes[cell]:
            continue
        theme_id, run_id, language = cell
        moved = session.execute(
            update(ThemeTally)
            .where(
                ThemeTally.theme_id == theme_id,
                ThemeTally.run_id.is_(None) if run_id is None else ThemeTally.run_id == run_id,
                ThemeTally.language == language,
            )
            .values(points=ThemeTally.points + changes[cell])
            .returning(ThemeTally.id)
        ).scalar()
        if moved is None:
            session.add(
                ThemeTally(
                    theme_id=theme_id, run_id=run_id, language=language, points=changes[cell]
                )
            )
            session.flush()


def languages(session: Session, point_ids: Iterable[int]) -> dict[int, str]:
    """The language of each point's words."""
    rows = session.execute(
        select(Point.id, CommentRevision.language)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(Point.id.in_(list(point_ids)))
    )
    return dict(rows.all())


def points_gone(session: Session, point_ids: Sequence[int]) -> None:
    """Take points out of the counters of their themes and campaigns: they no longer stand.

    Called in the act that retires points or takes their comment away (withdrawn, removed,
    erased), once, after it has counted the decision. Labels and memberships stay: they
    are what was said of words that stood. Vectors go: they are those words in another form. So do
    the words behind a label, with the suggestion to look at it.
    """
    vectors.forget(session, point_ids)
    session.execute(delete(RunSuggestion).where(RunSuggestion.point_id.in_(point_ids)))
    _count(session, point_ids, -1)


def points_back(session: Session, point_ids: Sequence[int]) -> None:
    """The opposite, for a comment whose removal is taken back. Labels and memberships stayed; the
    vectors are made again when the worker next looks."""
    _count(session, point_ids, 1)


def _count(session: Session, point_ids: Sequence[int], by: int) -> None:
    spoken = languages(session, point_ids)
    labels = session.execute(
        select(Assignment.theme_id, Assignment.run_id, Assignment.point_id).where(
            Assignment.point_id.in_(point_ids), standing(), Assignment.theme_id.is_not(None)
        )
    )
    changes: Counter[Cell] = Counter()
    for theme_id, run_id, point in labels:
        assert theme_id is not None
        changes[theme_id, run_id, spoken[point]] += by
    move(session, changes)
    memberships = session.execute(
        select(CampaignMember.campaign_id, CampaignMember.point_id)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(
            CampaignMember.point_id.in_(point_ids),
            counted_member(),
            visible(CampaignMember.release_id),
        )
    )
    resized: Counter[int] = Counter()
    for campaign_id, _ in memberships:
        resized[campaign_id] += by
    resize(session, resized)


def counted_member() -> ColumnElement[bool]:
    """That a membership counts: an accepted one, or a proposed one of a proposed campaign."""
    return or_(
        CampaignMember.state == ACCEPTED,
        and_(CampaignMember.state == PROPOSED, Campaign.state == PROPOSED),
    )


def resize(session: Session, changes: Mapping[int, int]) -> None:
    """Add to the number of points of campaigns."""
    for campaign_id in sorted(changes):
        if changes[campaign_id]:
            session.execute(
                update(Campaign)
                .where(Campaign.id == campaign_id)
                .values(points=Campaign.points + changes[campaign_id])
            )


def current_run(session: Session, consultation_id: int) -> int | None:
    """The run whose labels count."""
    return session.scalar(
        select(CurrentRun.run_id).where(CurrentRun.consultation_id == consultation_id)
    )
