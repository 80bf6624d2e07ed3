"""Which points a filter takes that are to be answered together, and what their authors would learn.

Only owed points without an answer of their own: what somebody answered one by one is not answered
over by a filter.
"""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import FromClause

from consult.answers import prospects
from consult.answers.fates import Plan
from consult.submissions.models import CommentRevision, Contact, Point, Submission
from consult.themes.models import Theme
from consult.themes.queries import point_text


@dataclass(frozen=True)
class Chosen:
    """A filter: an accepted theme, a language, words, and whether an answer may have reached it."""

    theme: int | None = None
    language: str | None = None
    words: str = ""
    answered_too: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Extent:
    """How many points a filter takes, how many of them were answered in public, the last one, and
    the first ones."""

    points: int
    again: int
    last: int
    first: tuple[int, ...]


@dataclass(frozen=True)
class Variant:
    """Letters of one kind: language, whether of one point or of several, whether a correction."""

    language: str
    several: bool
    again: bool
    letters: int


def extent(
    session: Session, plan: Plan, chosen: Chosen, *, up_to: int | None = None, shown: int = 1
) -> Extent:
    """For the preview of a bulk answer, not for lists: one look through all points, from which the
    first ones come as well."""
    found = _taken(plan, chosen, up_to=up_to)
    rows = session.execute(
        select(
            found.c.point_id,
            func.count().over(),
            func.sum(case((found.c.again, 1), else_=0)).over(),
            func.max(found.c.point_id).over(),
        )
        .order_by(found.c.point_id)
        .limit(shown)
    ).all()
    if not rows:
        return Extent(0, 0, 0, ())
    _first, points, again, last = rows[0]
    return Extent(points, int(again), last, tuple(row[0] for row in rows))


def ids(session: Session, plan: Plan, chosen: Chosen, *, up_to: int) -> list[int]:
    """All of them, up to the last one that the preview showed."""
    found = _taken(plan, chosen, up_to=up_to)
    return list(session.scalars(select(found.c.point_id).order_by(found.c.point_id)))


def variants(session: Session, plan: Plan, chosen: Chosen) -> list[Variant]:
    """The letters that answering these points would send, counted by what they look like."""
    found = _taken(plan, chosen)
    letters = (
        select(
            Submission.language,
            (func.count() > 1).label("several"),
            (func.sum(case((found.c.again, 1), else_=0)) > 0).label("again"),
        )
        .select_from(found)
        .join(Submission, Submission.id == found.c.submission_id)
        .join(Contact, Contact.submission_id == Submission.id)
        .where(Contact.email.is_not(None))
        .group_by(Submission.id, Submission.language)
        .subquery()
    )
    rows = session.execute(
        select(letters.c.language, letters.c.several, letters.c.again, func.count())
        .group_by(letters.c.language, letters.c.several, letters.c.again)
        .order_by(letters.c.language, letters.c.several, letters.c.again)
    )
    return [Variant(row[0], bool(row[1]), bool(row[2]), row[3]) for row in rows]


def _taken(plan: Plan, chosen: Chosen, *, up_to: int | None = None) -> FromClause:
    given = prospects.treated(plan, None)
    query: Select[*tuple[Any, ...]] = select(
        given.c.point_id, given.c.submission_id, given.c.again
    ).where(given.c.owed, given.c.own.is_(None))
    if not chosen.answered_too:
        query = query.where(given.c.answer_id.is_(None))
    if chosen.theme is not None:
        labels = select(Theme.id).where(
            or_(Theme.id == chosen.theme, Theme.merged_into_id == chosen.theme)
        )
        query = query.where(given.c.theme_id.in_(labels))
    if chosen.language or chosen.words:
        query = query.join(Point, Point.id == given.c.point_id).join(
            CommentRevision, CommentRevision.id == Point.revision_id
        )
    if chosen.language:
        query = query.where(CommentRevision.language == chosen.language)
    if chosen.words:
        query = query.where(point_text().icontains(chosen.words, autoescape=True))
    if up_to is not None:
        query = query.where(given.c.point_id <= up_to)
    return query.subquery()
