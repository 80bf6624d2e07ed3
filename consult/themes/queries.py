"""Every read of themes, labels and the points behind them.

Other rooms rely on `labels_of_points`, `campaigns_of_points`, `themes_with_sizes`,
`points_of_theme` and `quotes`. All take a constant number of statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from analysis import Document
from consult.kernel.paging import PAGE_SIZE, Keyset, Page, cut
from consult.kernel.release import visible
from consult.submissions.models import Comment, CommentRevision, Point
from consult.themes.errors import PointNotFoundError, ThemeNotFoundError
from consult.themes.models import (
    ACCEPTED,
    PROPOSED,
    SET_ASIDE,
    Assignment,
    Campaign,
    CampaignMember,
    CurrentRun,
    Theme,
    ThemeQuote,
    ThemeTally,
)
from consult.themes.standing import Labelled, by_person, home, in_view, live, standing

Home = aliased(Theme)
AnyQuery = Select[*tuple[Any, ...]]

QUOTES = 3


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
    return [Document(point, text, language) for point, text, language in session.execute(query)]


@dataclass(frozen=True)
class Label:
    """What a point is about, and who says so: a run with a score, or a person.

    `theme_id` is where merges ended; None where a person said "no theme", or where the theme was
    set aside.
    """

    theme_id: int | None
    at: datetime
    run_id: int | None
    score: float | None
    person_id: int | None


def _resolved(query: AnyQuery) -> AnyQuery:
    """Follow an assignment to the theme it means today, leaving out what was set aside."""
    return query.outerjoin(Labelled, Labelled.id == Assignment.theme_id).outerjoin(
        Home, and_(Home.id == home(), Home.state != SET_ASIDE)
    )


def labels_of_points(session: Session, point_ids: Sequence[int]) -> dict[int, Label]:
    """The label that counts for each of these points; a point without any is missing."""
    rows = session.execute(
        _resolved(
            select(
                Assignment.point_id,
                Home.id,
                Assignment.at,
                Assignment.run_id,
                Assignment.score,
                Assignment.person_id,
            ).select_from(Assignment)
        ).where(Assignment.point_id.in_(point_ids), standing())
    )
    return {point: Label(theme, at, run, score, who) for point, theme, at, run, score, who in rows}


def campaigns_of_points(session: Session, point_ids: Sequence[int]) -> dict[int, int]:
    """The accepted campaign of each of these points; a point in none is missing."""
    rows = session.execute(
        select(CampaignMember.point_id, CampaignMember.campaign_id)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(
            CampaignMember.point_id.in_(point_ids),
            CampaignMember.state == ACCEPTED,
            Campaign.state == ACCEPTED,
        )
    )
    return dict(rows.all())


@dataclass(frozen=True)
class ThemeRow:
    """A theme with its live points, all and by language, those of merged themes included.

    The points of themes below it are not included; `tree` puts those under it.
    """

    theme: Theme
    points: int = 0
    languages: dict[str, int] = field(default_factory=dict)


def themes_with_sizes(
    session: Session, consultation_id: int, *, states: Sequence[str] = (ACCEPTED, PROPOSED)
) -> list[ThemeRow]:
    """The themes in view, accepted ones first, then by number of points, by id."""
    query = select(Theme).where(
        Theme.consultation_id == consultation_id, in_view(), Theme.state.in_(states)
    )
    return _sized(session, session.scalars(query).all())


def set_aside_themes(session: Session, consultation_id: int) -> list[ThemeRow]:
    """What people said is no theme, by size."""
    query = select(Theme).where(Theme.consultation_id == consultation_id, Theme.state == SET_ASIDE)
    return _sized(session, session.scalars(query).all())


def _sized(session: Session, themes: Sequence[Theme]) -> list[ThemeRow]:
    sizes: dict[int, dict[str, int]] = {theme.id: {} for theme in themes}
    counted = session.execute(
        select(home(), ThemeTally.language, func.sum(ThemeTally.points))
        .join(Labelled, Labelled.id == ThemeTally.theme_id)
        .where(
            home().in_(list(sizes)),
            or_(ThemeTally.run_id.is_(None), ThemeTally.run_id.in_(select(CurrentRun.run_id))),
        )
        .group_by(home(), ThemeTally.language)
        .order_by(home(), ThemeTally.language)
    )
    for theme_id, language, points in counted:
        if points:
            sizes[theme_id][language] = int(points)
    rows = [ThemeRow(t, sum(sizes[t.id].values()), sizes[t.id]) for t in themes]
    return sorted(rows, key=lambda r: (r.theme.state != ACCEPTED, -r.points, r.theme.id))


def tree(rows: Sequence[ThemeRow]) -> list[tuple[ThemeRow, list[ThemeRow]]]:
    """Main themes with the themes below them; the largest together first."""
    below: dict[int, list[ThemeRow]] = {}
    shown = {row.theme.id for row in rows}
    for row in rows:
        if row.theme.parent_id in shown:
            below.setdefault(row.theme.parent_id or 0, []).append(row)
    main = [(row, below.get(row.theme.id, [])) for row in rows if row.theme.parent_id not in shown]
    return sorted(main, key=lambda pair: -pair[0].points - sum(r.points for r in pair[1]))


def theme(session: Session, consultation_id: int, theme_id: int) -> ThemeRow:
    """One theme, whatever its state, with its size. Raises ThemeNotFoundError."""
    found = session.scalar(
        select(Theme).where(
            Theme.consultation_id == consultation_id,
            Theme.id == theme_id,
            visible(Theme.release_id),
        )
    )
    if found is None:
        raise ThemeNotFoundError
    return _sized(session, [found])[0]


def themes_by_id(session: Session, theme_ids: Sequence[int]) -> list[Theme]:
    """Some themes, by id, whatever their state."""
    return list(session.scalars(select(Theme).where(Theme.id.in_(theme_ids)).order_by(Theme.id)))


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


_POINT_COLUMNS = (
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
        select(*_POINT_COLUMNS)
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


@dataclass(frozen=True)
class Filter:
    """Which points of a list are wanted: in a language, set by "machine" or "person", with words."""

    language: str | None = None
    by: str | None = None
    words: str = ""
    public: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        wanted: list[ColumnElement[bool]] = [live(public=self.public)]
        if self.language:
            wanted.append(CommentRevision.language == self.language)
        if self.by:
            wanted.append(
                Assignment.person_id.is_not(None)
                if self.by == "person"
                else Assignment.run_id.is_not(None)
            )
        if self.words:
            wanted.append(point_text().icontains(self.words, autoescape=True))
        return wanted


EVERY = Filter()


def _ids_of_theme(theme_id: int, chosen: Filter) -> AnyQuery:
    merged = select(Theme.id).where(or_(Theme.id == theme_id, Theme.merged_into_id == theme_id))
    return (
        select(Assignment.point_id)
        .join(Point, Point.id == Assignment.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(Assignment.theme_id.in_(merged), standing(), *chosen.conditions())
    )


def points_of_theme(
    session: Session,
    theme_id: int,
    keyset: Keyset,
    *,
    chosen: Filter = EVERY,
    size: int = PAGE_SIZE,
) -> Page[PointRow]:
    """The points of a theme, those of themes merged into it included, by id."""
    return _page(session, _ids_of_theme(theme_id, chosen), Assignment.point_id, keyset, size)


def count_in_theme(session: Session, theme_id: int, chosen: Filter) -> int:
    """How many points of a theme a filter takes: for the preview of a move, not for lists."""
    counted = _ids_of_theme(theme_id, chosen).subquery()
    return session.execute(select(func.count()).select_from(counted)).scalar_one()


def last_in_theme(session: Session, theme_id: int, chosen: Filter) -> int:
    """The last point that a filter takes now: what comes later was not in the preview."""
    return session.scalar(select(func.max(_ids_of_theme(theme_id, chosen).subquery().c[0]))) or 0


def ids_in_theme(
    session: Session, theme_id: int, chosen: Filter, *, last_point: int, limit: int
) -> list[int]:
    """The first points of a theme that a filter takes, up to `last_point`."""
    query = _ids_of_theme(theme_id, chosen).where(Assignment.point_id <= last_point)
    return list(session.scalars(query.order_by(Assignment.point_id).limit(limit)))


def _page(session: Session, ids: AnyQuery, key: Any, keyset: Keyset, size: int) -> Page[PointRow]:
    """A page of the points that `ids` selects; the limit stands before the words are joined."""
    if keyset.before is not None:
        ids = ids.where(key < keyset.before).order_by(key.desc())
    else:
        ids = ids.order_by(key)
        if keyset.after is not None:
            ids = ids.where(key > keyset.after)
    found = ids.limit(size + 1).subquery()
    order = Point.id.desc() if keyset.before is not None else Point.id
    rows = session.execute(
        select(*_POINT_COLUMNS)
        .join(found, found.c[0] == Point.id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .order_by(order)
    )
    page = cut([PointRow(*row) for row in rows], keyset, lambda row: row.point_id, size)
    return Page(with_labels(session, page.rows), page.previous, page.next)


def points_without_theme(
    session: Session,
    consultation_id: int,
    keyset: Keyset,
    *,
    chosen: Filter = EVERY,
    size: int = PAGE_SIZE,
) -> Page[PointRow]:
    """Live points that no label places in a theme: too new, not processed, or taken out."""
    ids = (
        _resolved(
            select(Point.id)
            .select_from(Point)
            .join(Comment, Comment.id == Point.comment_id)
            .join(CommentRevision, CommentRevision.id == Point.revision_id)
            .outerjoin(Assignment, and_(Assignment.point_id == Point.id, standing()))
        )
        .where(Point.consultation_id == consultation_id, Home.id.is_(None))
        .where(*chosen.conditions())
    )
    return _page(session, ids, Point.id, keyset, size)


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
        _resolved(
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
        found[theme_id].append(quote)
    return found


_Quoted = aliased(Theme)
_SHORTEST, _LONGEST = 40, 400  # characters of a point that can stand for a theme by itself


def _first_points(
    session: Session, theme_ids: Sequence[int], most: int, *, public: bool
) -> list[tuple[int, Quote]]:
    if not theme_ids:
        return []
    length = Point.end - Point.start
    firsts = [
        _ids_of_theme(theme_id, Filter(public=public))
        .add_columns(literal(theme_id))
        .where(length >= _SHORTEST, length <= _LONGEST)
        .order_by(Assignment.point_id)
        .limit(most)
        .subquery()
        for theme_id in theme_ids
    ]
    chosen = union_all(*(select(first.c[0], first.c[1]) for first in firsts))
    of_theme: dict[int, int] = dict(session.execute(chosen).all())
    return [
        (
            of_theme[row.point_id],
            Quote(row.point_id, row.comment_id, row.seq, row.text, row.language, chosen=False),
        )
        for row in point_rows(session, list(of_theme))
    ]


def labelled_by_people(session: Session, consultation_id: int) -> frozenset[int]:
    """The live points whose theme a person set."""
    return frozenset(
        session.scalars(
            select(Assignment.point_id)
            .join(Point, Point.id == Assignment.point_id)
            .where(Point.consultation_id == consultation_id, by_person())
        )
    )
