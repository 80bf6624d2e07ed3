"""Every read of analysis runs: the newest, the one that counts, what it could not place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window
from consult.submissions.models import Comment, CommentRevision, Point
from consult.themes.models import (
    RECORDED,
    RUNNING,
    WAITING,
    Assignment,
    CurrentRun,
    Run,
    RunMap,
    Unprocessed,
)
from consult.themes.queries import point_text
from consult.themes.standing import live


def current(session: Session, consultation_id: int) -> Run | None:
    """The run whose labels count."""
    return session.scalar(
        select(Run)
        .join(CurrentRun, CurrentRun.run_id == Run.id)
        .where(CurrentRun.consultation_id == consultation_id)
        .execution_options(populate_existing=True)
    )


def newest_and_current(session: Session, consultation_id: int) -> tuple[Run | None, Run | None]:
    """The run that was asked for last, whatever became of it, and the run whose labels count.

    They may be the same. One statement.
    """
    last = select(func.max(Run.id)).where(Run.consultation_id == consultation_id).scalar_subquery()
    rows: Sequence[Any] = session.execute(
        select(Run, CurrentRun.run_id)
        .outerjoin(CurrentRun, CurrentRun.run_id == Run.id)
        .where(
            Run.consultation_id == consultation_id,
            or_(Run.id == last, CurrentRun.run_id.is_not(None)),
        )
        .order_by(Run.id)
        .execution_options(populate_existing=True)
    ).all()
    current_run = next((run for run, is_current in rows if is_current is not None), None)
    return (rows[-1][0] if rows else None), current_run


def current_with_map(
    session: Session, consultation_id: int
) -> tuple[Run, RunMap | None] | tuple[None, None]:
    """The run whose labels count, and its map. One statement."""
    row = session.execute(
        select(Run, RunMap)
        .join(CurrentRun, CurrentRun.run_id == Run.id)
        .outerjoin(RunMap, RunMap.run_id == Run.id)
        .where(CurrentRun.consultation_id == consultation_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    return (row[0], row[1]) if row else (None, None)


def with_map(session: Session, consultation_id: int, run_id: int) -> tuple[Run, RunMap | None]:
    """One run and its map, if it has one. Raises NotFoundError for one of another consultation."""
    row = session.execute(
        select(Run, RunMap)
        .outerjoin(RunMap, RunMap.run_id == Run.id)
        .where(Run.id == run_id, Run.consultation_id == consultation_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row[0], row[1]


def places_of_current(session: Session, consultation_id: int) -> dict[int, tuple[int, int]]:
    """Where points lie on the map of the run whose labels count: point → x, y."""
    points = session.scalar(
        select(RunMap.points)
        .join(CurrentRun, CurrentRun.run_id == RunMap.run_id)
        .where(CurrentRun.consultation_id == consultation_id)
    )
    return {point: (x, y) for point, _, x, y in points or ()}


def run(session: Session, consultation_id: int, run_id: int) -> Run:
    """One run. Raises NotFoundError for one of another consultation."""
    found = session.get(Run, run_id)
    if found is None or found.consultation_id != consultation_id:
        raise NotFoundError
    return found


def recorded(session: Session, consultation_id: int, limit: int = 20) -> list[Run]:
    """The newest runs: how often and by whom it was analysed. One that is waiting or running comes
    first, even if it is an old one that was started again; the others by age, newest first."""
    return list(
        session.scalars(
            select(Run)
            .where(Run.consultation_id == consultation_id)
            .order_by(case((Run.state.in_((WAITING, RUNNING)), 0), else_=1), Run.id.desc())
            .limit(limit)
        )
    )


def before(session: Session, run: Run) -> Run | None:
    """The analysis of the same consultation that came to an end before this one: not always the one
    that was asked for before it, since an old one can be started again."""
    return session.scalar(
        select(Run)
        .where(
            Run.consultation_id == run.consultation_id,
            Run.state == RECORDED,
            or_(
                Run.finished_at < run.finished_at,
                and_(Run.finished_at == run.finished_at, Run.id < run.id),
            ),
        )
        .order_by(Run.finished_at.desc(), Run.id.desc())
        .limit(1)
    )


def flows(session: Session, earlier: Run, later: Run) -> dict[tuple[int | None, int | None], int]:
    """How many points each analysis put where: (theme before, theme after) → points.

    None stands for a point that the other analysis did not place. Three statements.
    """
    old, new = aliased(Assignment), aliased(Assignment)
    both = (
        select(old.theme_id, new.theme_id, func.count())
        .join(new, new.point_id == old.point_id)
        .where(old.run_id == earlier.id, new.run_id == later.id)
        .group_by(old.theme_id, new.theme_id)
    )
    found: dict[tuple[int | None, int | None], int] = {
        (a, b): n for a, b, n in session.execute(both)
    }
    for run, place in ((earlier, 0), (later, 1)):
        mine = dict(
            session.execute(
                select(Assignment.theme_id, func.count())
                .where(Assignment.run_id == run.id)
                .group_by(Assignment.theme_id)
            ).all()
        )
        for theme, count in mine.items():
            left = count - sum(
                n for pair, n in found.items() if pair[place] == theme and None not in pair
            )
            if left:
                found[(theme, None) if place == 0 else (None, theme)] = left
    return found


@dataclass(frozen=True)
class UnprocessedRow:
    """A point that a run could not place."""

    point_id: int
    comment_id: int
    seq: int
    text: str
    language: str
    reason: str


def unprocessed(session: Session, run_id: int, keyset: Keyset) -> Page[UnprocessedRow]:
    """The points that a run could not place and that still stand, by id."""
    query = (
        select(
            Point.id,
            Comment.id,
            Comment.seq,
            point_text(),
            CommentRevision.language,
            Unprocessed.reason,
        )
        .join(Unprocessed, Unprocessed.point_id == Point.id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(Unprocessed.run_id == run_id, live())
    )
    query = window(query, keyset, Point.id)
    rows = [UnprocessedRow(*row) for row in session.execute(query)]
    return cut(rows, keyset, lambda row: row.point_id)


def unprocessed_reasons(session: Session, run_id: int) -> dict[str, int]:
    """How many points a run could not place, by reason."""
    rows = session.execute(
        select(Unprocessed.reason, func.count())
        .where(Unprocessed.run_id == run_id)
        .group_by(Unprocessed.reason)
        .order_by(Unprocessed.reason)
    )
    return dict(rows.all())
