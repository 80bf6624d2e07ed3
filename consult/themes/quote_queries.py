"""The quotes that speak for themes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from consult.kernel.release import visible
from consult.submissions.models import Comment, CommentRevision, Point
from consult.themes.models import Assignment, Theme, ThemeQuote
from consult.themes.point_queries import Filter, branches
from consult.themes.queries import Home, point_text, resolved
from consult.themes.standing import live, standing

QUOTES = 3

_Quoted = aliased(Theme)
_SHORTEST, _LONGEST = 40, 400  # characters of a point that can stand for a theme by itself


@dataclass(frozen=True)
class Quote:
    """A point that speaks for a theme."""

    point_id: int
    comment_id: int
    seq: int
    text: str
    language: str
    by_person: bool = False
    # False: nobody chose it, it is only one of the theme's first points.
    chosen: bool = True


def quotes(
    session: Session, theme_ids: Sequence[int], *, most: int = QUOTES, public: bool = True
) -> dict[int, list[Quote]]:
    """The quotes of each theme: a person's before a machine's, in their order.

    Only live points that still belong to the theme; public ones unless asked otherwise. A theme
    for which nothing was chosen gets its first points of a readable length.
    """
    found: dict[int, list[Quote]] = {theme_id: [] for theme_id in theme_ids}
    rows = session.execute(
        resolved(
            select(
                Home.id,
                Point.id,
                Comment.id,
                Comment.seq,
                point_text(),
                CommentRevision.language,
                ThemeQuote.run_id,
            )
            .select_from(ThemeQuote)
            .join(Point, Point.id == ThemeQuote.point_id)
            .join(Comment, Comment.id == Point.comment_id)
            .join(CommentRevision, CommentRevision.id == Point.revision_id)
            .join(Assignment, and_(Assignment.point_id == Point.id, standing()))
        )
        .join(_Quoted, _Quoted.id == ThemeQuote.theme_id)
        .where(
            Home.id.in_(theme_ids),
            func.coalesce(_Quoted.merged_into_id, _Quoted.id) == Home.id,
            visible(ThemeQuote.release_id),
            live(public=public),
        )
        .order_by(Home.id, ThemeQuote.run_id.is_not(None), ThemeQuote.rank, ThemeQuote.id)
    )
    for theme_id, *columns, run_id in rows:
        if len(found[theme_id]) < most:
            found[theme_id].append(Quote(*(*columns, run_id is None)))
    without = [theme_id for theme_id in theme_ids if not found[theme_id]]
    for theme_id, quote in _first_points(session, without, most, public=public):
        if len(found[theme_id]) < most:
            found[theme_id].append(quote)
    return found


def _first_points(
    session: Session, theme_ids: Sequence[int], most: int, *, public: bool
) -> list[tuple[int, Quote]]:
    if not theme_ids:
        return []
    length = Point.end - Point.start
    firsts = [
        query.add_columns(literal(theme_id))
        .where(length >= _SHORTEST, length <= _LONGEST)
        .order_by(Assignment.point_id)
        .limit(most)
        .subquery()
        for theme_id, query in branches(session, theme_ids, Filter(public=public))
    ]
    if not firsts:
        return []
    chosen = union_all(*(select(first.c[0], first.c[1]) for first in firsts)).subquery()
    rows = session.execute(
        select(
            chosen.c[1], Point.id, Comment.id, Comment.seq, point_text(), CommentRevision.language
        )
        .join(Point, Point.id == chosen.c[0])
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .order_by(Point.id)
    )
    return [
        (theme_id, Quote(point_id, comment_id, seq, text, language, chosen=False))
        for theme_id, point_id, comment_id, seq, text, language in rows
    ]
