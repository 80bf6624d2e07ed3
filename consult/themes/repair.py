"""Proving the counters of themes, campaigns and days against the rows they count, and mending them."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from consult.consultations import counters as consultation_counters
from consult.kernel.release import visible
from consult.submissions.models import Comment, CommentRevision, Point
from consult.themes import counters
from consult.themes.coding import days
from consult.themes.models import (
    Assignment,
    Campaign,
    CampaignMember,
    CurrentRun,
    Theme,
    ThemeTally,
)
from consult.themes.standing import live, standing


@dataclass(frozen=True)
class Difference:
    """A counter that does not say what the rows say."""

    counter: str
    counted: int
    stored: int


def counted_themes(session: Session, consultation_id: int) -> dict[counters.Cell, int]:
    """The sizes of themes, counted from labels; zeros are left out."""
    rows = session.execute(
        select(Assignment.theme_id, Assignment.run_id, CommentRevision.language, func.count())
        .join(Point, Point.id == Assignment.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(
            Point.consultation_id == consultation_id,
            Assignment.theme_id.is_not(None),
            standing(),
            live(),
        )
        .group_by(Assignment.theme_id, Assignment.run_id, CommentRevision.language)
    )
    return {(int(theme or 0), run, language): count for theme, run, language, count in rows}


def stored_themes(session: Session, consultation_id: int) -> dict[counters.Cell, int]:
    """The sizes of themes as the counters say; zeros, and runs of the past, are left out."""
    rows = session.execute(
        select(ThemeTally.theme_id, ThemeTally.run_id, ThemeTally.language, ThemeTally.points)
        .join(Theme, Theme.id == ThemeTally.theme_id)
        .where(
            Theme.consultation_id == consultation_id,
            or_(ThemeTally.run_id.is_(None), ThemeTally.run_id.in_(select(CurrentRun.run_id))),
            ThemeTally.points != 0,
        )
    )
    return {(theme, run, language): points for theme, run, language, points in rows}


def counted_campaigns(session: Session, consultation_id: int) -> dict[int, int]:
    """The live members of campaigns that are not set aside, counted."""
    rows = session.execute(
        select(CampaignMember.campaign_id, func.count())
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .join(Point, Point.id == CampaignMember.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            Campaign.consultation_id == consultation_id,
            visible(Campaign.release_id),
            visible(CampaignMember.release_id),
            counters.counted_member(),
            live(),
        )
        .group_by(CampaignMember.campaign_id)
    )
    return {campaign: count for campaign, count in rows if count}


def stored_campaigns(session: Session, consultation_id: int) -> dict[int, int]:
    """The number of members of campaigns as their counters say; zeros are left out."""
    rows = session.execute(
        select(Campaign.id, Campaign.points).where(
            Campaign.consultation_id == consultation_id,
            visible(Campaign.release_id),
            Campaign.points != 0,
        )
    )
    return dict(rows.all())


def differences(session: Session, consultation_id: int) -> list[Difference]:
    """What `mend` would change; nothing when the counters are right."""
    counted, stored = (f(session, consultation_id) for f in (counted_themes, stored_themes))
    found = [
        Difference(f"theme {t}, {language}, {f'run {run}' if run else 'people'}", a, b)
        for t, run, language in sorted({*counted, *stored}, key=str)
        if (a := counted.get((t, run, language), 0)) != (b := stored.get((t, run, language), 0))
    ]
    read, known = (f(session, consultation_id) for f in (days.counted, days.stored))
    found += [
        Difference(f"points read on {day}", read.get(day, 0), known.get(day, 0))
        for day in sorted({*read, *known})
        if read.get(day, 0) != known.get(day, 0)
    ]
    members, kept = (f(session, consultation_id) for f in (counted_campaigns, stored_campaigns))
    return found + [
        Difference(f"campaign {c}", members.get(c, 0), kept.get(c, 0))
        for c in sorted({*members, *kept})
        if members.get(c, 0) != kept.get(c, 0)
    ]


def mend(session: Session, consultation_id: int) -> list[Difference]:
    """Set the counters to what the rows say, in one act; returns what was wrong.

    Counters that are right are not touched, and there are few in all: themes times languages.
    """
    consultation_counters.touch(session, consultation_id)
    found = differences(session, consultation_id)
    if not found:
        return found
    counted, stored = (f(session, consultation_id) for f in (counted_themes, stored_themes))
    changes: Counter[counters.Cell] = Counter(counted)
    changes.subtract(stored)
    counters.move(session, changes)
    members, kept = (f(session, consultation_id) for f in (counted_campaigns, stored_campaigns))
    for campaign in {*members, *kept}:
        session.execute(
            update(Campaign).where(Campaign.id == campaign).values(points=members.get(campaign, 0))
        )
    read, known = (f(session, consultation_id) for f in (days.counted, days.stored))
    days.put(session, consultation_id, {day: read.get(day, 0) for day in {*read, *known}})
    return found
