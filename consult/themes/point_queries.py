"""Lists of points: those of a theme, those without one, those that a filter takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Subquery, and_, false, func, select, union_all
from sqlalchemy.orm import Session

from consult.kernel.paging import PAGE_SIZE, Keyset, Page, cut
from consult.submissions.models import Comment, CommentRevision, Point
from consult.themes.models import Assignment, CurrentRun, RunSuggestion
from consult.themes.queries import (
    POINT_COLUMNS,
    AnyQuery,
    Home,
    PointRow,
    point_text,
    resolved,
    with_labels,
)
from consult.themes.standing import Labelled, by_person, home, live, standing

SUGGESTED = 10  # points that a page asks about
# A theme and points that belong to it.
Branch = tuple[int, AnyQuery]


@dataclass(frozen=True)
class Filter:
    """Which points of a list are wanted: in a language, set by "machine" or "person", with words."""

    language: str | None = None
    by: str | None = None
    words: str = ""
    public: bool = False

    def apply(self, query: AnyQuery) -> AnyQuery:
        """Narrow a selection of points, joined with their comments."""
        query = query.where(live(public=self.public))
        if self.language or self.words:
            query = query.join(CommentRevision, CommentRevision.id == Point.revision_id)
        if self.language:
            query = query.where(CommentRevision.language == self.language)
        if self.words:
            query = query.where(point_text().icontains(self.words, autoescape=True))
        return query


EVERY = Filter()


def branches(session: Session, theme_ids: Sequence[int], chosen: Filter) -> list[Branch]:
    """The points of themes as ranges of one index, each in the order of points.

    One range for each theme merged there and each source of labels, the current run or people:
    in any other form the database reads labels of other themes and of former runs as well.
    """
    parts = session.execute(
        select(home(), Labelled.id, CurrentRun.run_id)
        .outerjoin(CurrentRun, CurrentRun.consultation_id == Labelled.consultation_id)
        .where(Labelled.id.in_(theme_ids) | Labelled.merged_into_id.in_(theme_ids))
        .order_by(Labelled.id)
    )
    found = []
    for theme_id, part, run_id in parts:
        points = (
            select(Assignment.point_id)
            .join(Point, Point.id == Assignment.point_id)
            .join(Comment, Comment.id == Point.comment_id)
            .where(Assignment.theme_id == part)
        )
        of_people = points.where(Assignment.run_id.is_(None), by_person())
        of_run = points.where(Assignment.run_id == run_id, Assignment.overridden.is_(False))
        if chosen.by != "machine":
            found.append((theme_id, chosen.apply(of_people)))
        if chosen.by != "person" and run_id is not None:
            found.append((theme_id, chosen.apply(of_run)))
    return found


def points_of_theme(
    session: Session,
    theme_id: int,
    keyset: Keyset,
    *,
    chosen: Filter = EVERY,
    size: int = PAGE_SIZE,
) -> Page[PointRow]:
    """The points of a theme, those of themes merged into it included, by id."""
    ranges = [points for _, points in branches(session, [theme_id], chosen)]
    return page_of_points(session, ranges, Assignment.point_id, keyset, size)


def _all_of_theme(session: Session, theme_id: int, chosen: Filter) -> Subquery:
    found = branches(session, [theme_id], chosen)
    # A filter for machine's labels leaves nothing where no run counts.
    points = [query for _, query in found] or [select(Assignment.point_id).where(false())]
    return union_all(*points).subquery()


def extent(session: Session, theme_id: int, chosen: Filter) -> tuple[int, int]:
    """How many points of a theme a filter takes now, and the last of them (0 if there is none).

    For the preview of a move, not for lists: what comes later was not in the preview.
    """
    point_id = _all_of_theme(session, theme_id, chosen).c[0]
    count, last = session.execute(select(func.count(point_id), func.max(point_id))).one()
    return count, last or 0


def ids_in_theme(
    session: Session, theme_id: int, chosen: Filter, *, last_point: int, limit: int
) -> list[int]:
    """The first points of a theme that a filter takes, up to `last_point`."""
    point_id = _all_of_theme(session, theme_id, chosen).c[0]
    query = select(point_id).where(point_id <= last_point).order_by(point_id).limit(limit)
    return list(session.scalars(query))


def page_of_points(
    session: Session, ranges: Sequence[AnyQuery], key: Any, keyset: Keyset, size: int = PAGE_SIZE
) -> Page[PointRow]:
    """A page of the points that the ranges select; limits stand before the words are joined."""
    going_back = keyset.before is not None
    limited = []
    for points in ranges:
        if going_back:
            query = points.where(key < keyset.before).order_by(key.desc())
        else:
            query = points.order_by(key)
            if keyset.after is not None:
                query = query.where(key > keyset.after)
        limited.append(select(query.limit(size + 1).subquery().c[0]))
    if not limited:
        return Page([])
    found = union_all(*limited).subquery()
    rows = session.execute(
        select(*POINT_COLUMNS)
        .join(found, found.c[0] == Point.id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .order_by(Point.id.desc() if going_back else Point.id)
        .limit(size + 1)
    )
    page = cut([PointRow(*row) for row in rows], keyset, lambda row: row.point_id, size)
    return Page(with_labels(session, page.rows), page.previous, page.next)


def suggested(
    session: Session, consultation_id: int, *, after: int = -1, size: int = SUGGESTED
) -> Page[tuple[PointRow, Sequence[str]]]:
    """Points of the current run that a person should look at, with the words behind their labels.

    In the run's order, from a rank on; those that people have decided on meanwhile, that are
    answered or gone are left out. The page's `next` is a rank.
    """
    found: Sequence[Any] = session.execute(
        select(RunSuggestion.rank, RunSuggestion.words, *POINT_COLUMNS)
        .join(CurrentRun, CurrentRun.run_id == RunSuggestion.run_id)
        .join(Point, Point.id == RunSuggestion.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .join(
            Assignment,
            and_(
                Assignment.point_id == Point.id,
                Assignment.run_id == RunSuggestion.run_id,
                Assignment.overridden.is_(False),
            ),
        )
        .where(
            CurrentRun.consultation_id == consultation_id,
            RunSuggestion.rank > after,
            Point.settled_by.is_(None),
            live(),
        )
        .order_by(RunSuggestion.rank)
        .limit(size + 1)
    ).all()
    rows = with_labels(session, [PointRow(*row[2:]) for row in found[:size]])
    words = [row[1] for row in found[:size]]
    more = int(found[size - 1][0]) if len(found) > size else None
    return Page(list(zip(rows, words, strict=True)), None, more)


def points_without_theme(
    session: Session,
    consultation_id: int,
    keyset: Keyset,
    *,
    chosen: Filter = EVERY,
    size: int = PAGE_SIZE,
) -> Page[PointRow]:
    """Live points that no label places in a theme: too new, not processed, or taken out."""
    points = resolved(
        select(Point.id)
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .outerjoin(Assignment, and_(Assignment.point_id == Point.id, standing()))
    ).where(Point.consultation_id == consultation_id, Home.id.is_(None))
    return page_of_points(session, [chosen.apply(points)], Point.id, keyset, size)
