"""The conditions that decide what counts: live points, standing labels, themes in view."""

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from consult.kernel.release import visible
from consult.submissions.models import HELD, PUBLISHED, Comment, Point
from consult.themes.models import (
    ACCEPTED,
    PROPOSED,
    Assignment,
    Campaign,
    CampaignMember,
    CurrentRun,
    Theme,
)

# A theme met on the way to the one it was merged into.
Labelled = aliased(Theme)


def live(*, public: bool = False) -> ColumnElement[bool]:
    """That a point (joined with its comment) stands: current words of a comment not taken away.

    Points of superseded revisions are retired by the act that corrects. `public` leaves out
    comments that are held back from readers.
    """
    states = (PUBLISHED,) if public else (PUBLISHED, HELD)
    return and_(Point.retired_at.is_(None), Comment.state.in_(states))


def by_person() -> ColumnElement[bool]:
    """That an assignment is a person's and stands."""
    return and_(Assignment.person_id.is_not(None), Assignment.superseded_at.is_(None))


def standing() -> ColumnElement[bool]:
    """That an assignment is the one that counts for its point: a person's, else the current run's.

    At most one for each point, because a person's marks the current run's as overridden.
    """
    current = Assignment.run_id.in_(select(CurrentRun.run_id))
    return or_(by_person(), and_(current, Assignment.overridden.is_(False)))


def home() -> ColumnElement[int]:
    """The theme that a label means today: the last in its chain of merges."""
    return func.coalesce(Labelled.merged_into_id, Labelled.id)


def in_view() -> ColumnElement[bool]:
    """That a theme is accepted, or is proposed by the current run or kept by a person.

    What an earlier run proposed and nobody touched has been superseded.
    """
    of_current_run = Theme.run_id.in_(select(CurrentRun.run_id))
    proposed = and_(
        Theme.state == PROPOSED,
        or_(Theme.run_id.is_(None), Theme.decided_by.is_not(None), of_current_run),
    )
    return or_(Theme.state == ACCEPTED, proposed)


def campaign_in_view() -> ColumnElement[bool]:
    """That a campaign is accepted, or proposed by the current run."""
    of_current_run = Campaign.run_id.in_(select(CurrentRun.run_id))
    return or_(
        Campaign.state == ACCEPTED,
        and_(Campaign.state == PROPOSED, of_current_run),
    )


def member_in_view() -> ColumnElement[bool]:
    """That a membership is accepted or proposed, and not part of a run still being recorded."""
    return and_(CampaignMember.state.in_((PROPOSED, ACCEPTED)), visible(CampaignMember.release_id))
