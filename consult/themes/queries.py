"""Every read of themes, labels and the points behind them.

Lists of points are in `point_queries`, quotes in `quote_queries`. All take a constant number of
statements.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from analysis import Document
from consult.kernel.db import columns
from consult.kernel.release import visible
from consult.submissions.models import Comment, CommentRevision, Point
from consult.submissions.placeholders import blanked
from consult.themes.errors import PointNotFoundError, ThemeNotFoundError
from consult.themes.models import (
    ACCEPTED,
    MERGED,
    PROPOSED,
    SET_ASIDE,
    Assignment,
    Campaign,
    CampaignMember,
    CurrentRun,
    Theme,
    ThemeContrast,
    ThemeTally,
)
from consult.themes.standing import Labelled, home, in_view, live, standing

Home = aliased(Theme)
AnyQuery = Select[*tuple[Any, ...]]


def point_text() -> ColumnElement[str]:
    """The words of a point (joined with its revision)."""
    return func.substr(CommentRevision.text, Point.start + 1, Point.end - Point.start)


def documents(
    session: Session, consultation_id: int, *, last_point: int | None = None
) -> list[Document]:
    """Every live point of a consultation as the analysis takes it, by id.

    `last_point` leaves out what came after it.
    """
    query = (
        select(Point.id, point_text(), CommentRevision.language)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(Point.consultation_id == consultation_id, live())
        .order_by(Point.id)
    )
    if last_point is not None:
        query = query.where(Point.id <= last_point)
    rows = session.execute(query)
    return [Document(point, blanked(text), language) for point, text, language in rows]


@dataclass(frozen=True)
class Label:
    """What a point is about, and who says so: a run with a score, or a person.

    `theme_id` is where merges ended; None where a person said "no theme", or where the theme was
    set aside. `given_id` is the theme as the label was given, before any merge.
    """

    theme_id: int | None
    given_id: int | None
    at: datetime
    run_id: int | None
    score: float | None
    person_id: int | None
    # The row that says so: what an official decides over is named by it.
    id: int = 0


def resolved(query: AnyQuery) -> AnyQuery:
    """Follow an assignment to the theme it means today, leaving out what was set aside."""
    return query.outerjoin(Labelled, Labelled.id == Assignment.theme_id).outerjoin(
        Home, and_(Home.id == home(), Home.state != SET_ASIDE)
    )


def labels_of_points(session: Session, point_ids: Sequence[int]) -> dict[int, Label]:
    """The label that counts for each of these points; a point without any is missing."""
    rows = columns(session, _labels(), {"point_ids": list(point_ids)})
    return {point: Label(*facts) for point, *facts in rows}


@cache
def _labels() -> Any:
    return resolved(
        select(
            Assignment.point_id,
            Home.id,
            Assignment.theme_id,
            Assignment.at,
            Assignment.run_id,
            Assignment.score,
            Assignment.person_id,
            Assignment.id,
        ).select_from(Assignment)
    ).where(Assignment.point_id.in_(bindparam("point_ids", expanding=True)), standing())


def campaigns_of_points(session: Session, point_ids: Sequence[int]) -> dict[int, int]:
    """The accepted campaign of each of these points; a point in none is missing."""
    rows = columns(session, _campaigns(), {"point_ids": list(point_ids)})
    return {row[0]: row[1] for row in rows}


@cache
def _campaigns() -> Any:
    return (
        select(CampaignMember.point_id, CampaignMember.campaign_id)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(
            CampaignMember.point_id.in_(bindparam("point_ids", expanding=True)),
            CampaignMember.state == ACCEPTED,
            Campaign.state == ACCEPTED,
        )
    )


@dataclass(frozen=True)
class ThemeRow:
    """A theme with its live points, all and by language, those of merged themes included.

    The points of themes below it are not included; `tree` puts those under it. `by_people` says how
    many of its points a person put there.
    """

    theme: Theme
    points: int = 0
    languages: dict[str, int] = field(default_factory=dict)
    by_people: int = 0


def themes_with_sizes(
    session: Session, consultation_id: int, *, states: Sequence[str] = (ACCEPTED, PROPOSED)
) -> list[ThemeRow]:
    """The themes in view, accepted ones first, then by number of points, by id.

    Those that people merged or set aside are in no view, but can be asked for as well.
    """
    query = select(Theme).where(
        Theme.consultation_id == consultation_id,
        or_(in_view(), Theme.state.in_((MERGED, SET_ASIDE))),
        Theme.state.in_(states),
    )
    return _sized(session, consultation_id, query)


def _sized(session: Session, consultation_id: int, query: Select[Theme]) -> list[ThemeRow]:
    """Themes of a consultation with their sizes, in one statement."""
    counted = (
        select(
            home().label("theme_id"),
            ThemeTally.language,
            func.sum(ThemeTally.points).label("points"),
            func.sum(case((ThemeTally.run_id.is_(None), ThemeTally.points), else_=0)).label(
                "by_people"
            ),
        )
        .join(Labelled, Labelled.id == ThemeTally.theme_id)
        .where(
            Labelled.consultation_id == consultation_id,
            or_(ThemeTally.run_id.is_(None), ThemeTally.run_id.in_(select(CurrentRun.run_id))),
        )
        .group_by(home(), ThemeTally.language)
        .subquery()
    )
    found = session.execute(
        query.outerjoin(counted, counted.c.theme_id == Theme.id)
        .add_columns(counted.c.language, counted.c.points, counted.c.by_people)
        .order_by(Theme.id, counted.c.language)
    )
    themes: dict[int, Theme] = {}
    sizes: dict[int, dict[str, int]] = {}
    by_people: Counter[int] = Counter()
    for theme, language, points, placed in found:
        themes[theme.id] = theme
        languages = sizes.setdefault(theme.id, {})
        if points:
            languages[language] = int(points)
        by_people[theme.id] += int(placed or 0)
    rows = [
        ThemeRow(t, sum(sizes[t.id].values()), sizes[t.id], by_people[t.id])
        for t in themes.values()
    ]
    return sorted(rows, key=lambda r: (r.theme.state != ACCEPTED, -r.points, r.theme.id))


@dataclass(frozen=True)
class Changed:
    """What people changed: themes they made, merged into others and set aside, points they placed."""

    made: int
    merged: int
    set_aside: int
    points: int


def changed(rows: Sequence[ThemeRow]) -> Changed:
    """How much of these themes is the work of people."""
    states = Counter(row.theme.state for row in rows)
    return Changed(
        made=sum(row.theme.state == ACCEPTED and row.theme.run_id is None for row in rows),
        merged=states[MERGED],
        set_aside=states[SET_ASIDE],
        points=sum(row.by_people for row in rows),
    )


def tree(
    rows: Sequence[ThemeRow], *, by_size: bool = True
) -> list[tuple[ThemeRow, list[ThemeRow]]]:
    """Main themes with the themes below them; the largest together first, or in the given order."""
    below: dict[int, list[ThemeRow]] = {}
    shown = {row.theme.id for row in rows}
    for row in rows:
        if row.theme.parent_id in shown:
            below.setdefault(row.theme.parent_id or 0, []).append(row)
    main = [(row, below.get(row.theme.id, [])) for row in rows if row.theme.parent_id not in shown]
    if not by_size:
        return main
    return sorted(main, key=lambda pair: -pair[0].points - sum(r.points for r in pair[1]))


def lasting_tree(rows: Sequence[ThemeRow]) -> list[tuple[ThemeRow, list[ThemeRow]]]:
    """The same by id: where themes are chosen by key, none may move because its size does."""
    return tree(sorted(rows, key=lambda row: row.theme.id), by_size=False)


def theme(session: Session, consultation_id: int, theme_id: int) -> ThemeRow:
    """One theme, whatever its state, with its size. Raises ThemeNotFoundError."""
    query = select(Theme).where(
        Theme.consultation_id == consultation_id,
        Theme.id == theme_id,
        visible(Theme.release_id),
    )
    found = _sized(session, consultation_id, query)
    if not found:
        raise ThemeNotFoundError
    return found[0]


@dataclass(frozen=True)
class Contrast:
    """The theme nearest to another, with words of either that the other does not use."""

    neighbour: Theme
    here: dict[str, list[str]]
    there: dict[str, list[str]]


def contrast(session: Session, theme_id: int) -> Contrast | None:
    """What the current run says sets a theme apart; None where it says nothing, or its nearest
    theme is out of view."""
    row = session.execute(
        select(Theme, ThemeContrast.here, ThemeContrast.there)
        .join(ThemeContrast, ThemeContrast.neighbour_id == Theme.id)
        .join(CurrentRun, CurrentRun.run_id == ThemeContrast.run_id)
        .where(ThemeContrast.theme_id == theme_id, in_view())
    ).one_or_none()
    return Contrast(*row) if row else None


def themes_by_id(session: Session, theme_ids: Sequence[int]) -> list[Theme]:
    """Some themes, by id, whatever their state."""
    return list(session.scalars(select(Theme).where(Theme.id.in_(theme_ids)).order_by(Theme.id)))


def merged_into(session: Session, theme_ids: Collection[int]) -> dict[int, int]:
    """Of some themes those that were merged, and where that ended."""
    if not theme_ids:
        return {}
    rows = session.execute(
        select(Theme.id, Theme.merged_into_id).where(
            Theme.id.in_(theme_ids), Theme.merged_into_id.is_not(None)
        )
    )
    return {theme: into for theme, into in rows if into is not None}


@dataclass(frozen=True)
class PointRow:
    """A point in a list, with what a reader needs to see and cite it, and its label if any."""

    point_id: int
    comment_id: int
    seq: int
    text: str
    language: str
    state: str
    received_at: datetime
    settled_by: int | None
    start: int
    end: int
    label: Label | None = None


POINT_COLUMNS = (
    Point.id,
    Comment.id,
    Comment.seq,
    point_text(),
    CommentRevision.language,
    Comment.state,
    Comment.received_at,
    Point.settled_by,
    Point.start,
    Point.end,
)


def with_labels(session: Session, rows: Sequence[PointRow]) -> list[PointRow]:
    """The same rows with their labels."""
    labels = labels_of_points(session, [row.point_id for row in rows])
    return [replace(row, label=labels.get(row.point_id)) for row in rows]


def point_rows(session: Session, point_ids: Sequence[int]) -> list[PointRow]:
    """These points with their words, by id."""
    rows = session.execute(
        select(*POINT_COLUMNS)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(Point.id.in_(point_ids))
        .order_by(Point.id)
    )
    return [PointRow(*row) for row in rows]


def point(session: Session, consultation_id: int, point_id: int) -> PointRow:
    """One point with its label. Raises PointNotFoundError."""
    rows = point_rows(session, [point_id])
    owner = session.scalar(select(Point.consultation_id).where(Point.id == point_id))
    if not rows or owner != consultation_id:
        raise PointNotFoundError
    return with_labels(session, rows)[0]
