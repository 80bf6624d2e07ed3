"""Which words of a text people commented on: how often, and what they said.

An anchor stands where it was made, and in later versions where it was placed; one that was lost
stands nowhere there. Only comments that can be read count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, func, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from consult.drafts.models import Anchor, Clause, Placement, Version
from consult.kernel.db import columns
from consult.kernel.paging import PAGE_SIZE, Keyset, Page, cut, window
from consult.kernel.release import visible
from consult.submissions.models import PUBLISHED, Comment
from consult.submissions.rows import CommentRow, fetch, joined

NEWEST = 3  # comments that are shown in short


@dataclass(frozen=True)
class Passage:
    """Words of a clause, `[start, end)` in code points, and how many comments are on exactly them."""

    clause_id: int
    start: int
    end: int
    comments: int


@dataclass(frozen=True)
class Words:
    """Words of a clause in one version and language."""

    clause_id: int
    version_id: int
    language: str
    start: int
    end: int


def passages(
    session: Session,
    version_id: int,
    language: str,
    *,
    clause_id: int | None = None,
    among: ColumnElement[bool] | None = None,
) -> list[Passage]:
    """All words of a version, or of one of its clauses, that are commented on: one statement.

    `among` narrows down whose comments count. By clause and place.
    """
    where = _standing(version_id, language, clause_id).subquery("standing").c
    span = (where.clause_id, where.start, where.end)
    counted = (
        select(*span, func.count())
        .join(Comment, Comment.anchor_id == where.anchor_id)
        .where(Comment.state == PUBLISHED if among is None else among)
        .group_by(*span)
        .order_by(*span)
    )
    return [Passage(*row) for row in columns(session, counted)]


def _standing(
    version_id: int, language: str, clause_id: int | None, between: tuple[int, int] | None = None
) -> CompoundSelect[int, int | None, int | None, int | None]:
    """The anchors that stand in a version, with their spans there; those that touch `between`."""

    def of(table: Any, number: Any) -> Any:
        found = select(number.label("anchor_id"), table.clause_id, table.start, table.end).where(
            table.version_id == version_id, table.language == language
        )
        if clause_id is not None:
            found = found.where(table.clause_id == clause_id)
        if between is not None:
            found = found.where(table.start < between[1], table.end > between[0])
        return found

    placed = of(Placement, Placement.anchor_id)
    placed = placed.where(Placement.start.is_not(None), visible(Placement.release_id))
    return union_all(of(Anchor, Anchor.id), placed)


def count_on(found: Sequence[Passage], start: int, end: int) -> int:
    """How many comments are on words that overlap `[start, end)`."""
    return sum(one.comments for one in found if one.start < end and one.end > start)


def on_words(words: Words) -> ColumnElement[bool]:
    """The condition that a comment can be read and is on words that overlap these."""
    between = (words.start, words.end)
    standing = _standing(words.version_id, words.language, words.clause_id, between).subquery()
    return (Comment.state == PUBLISHED) & Comment.anchor_id.in_(select(standing.c.anchor_id))


def newest_under(
    session: Session,
    condition: ColumnElement[bool],
    keyset: Keyset,
    *,
    language: str,
    key: str = "seq",
    size: int = PAGE_SIZE,
) -> Page[CommentRow]:
    """The comments under a condition, newest first by a key. `language` is the reader's."""
    chosen = window(
        select(Comment).where(condition), keyset, getattr(Comment, key), newest_first=True
    ).limit(size + 1)
    statement = joined(chosen, order=(key,), descending=keyset.before is None)
    rows = fetch(session, statement, language=language)
    return cut(rows, keyset, lambda row: int(getattr(row, key)), size)


@dataclass(frozen=True)
class Carried:
    """Where the words of a comment went in a later version."""

    version: int
    clause_key: str | None
    state: str
    start: int | None
    end: int | None


@dataclass(frozen=True)
class Aim:
    """The version in which somebody spoke, and the exact words, if it was about some."""

    version: int | None
    anchor: Anchor | None
    carried: Sequence[Carried] = ()


def aim(session: Session, comment_id: int) -> Aim:
    """What a comment is about, and what became of its words: two statements."""
    row = session.execute(
        select(Version.number, Anchor)
        .select_from(Comment)
        .outerjoin(Version, Version.id == Comment.version_id)
        .outerjoin(Anchor, Anchor.id == Comment.anchor_id)
        .where(Comment.id == comment_id)
    ).one()
    version: int | None = row[0]
    anchor: Anchor | None = row[1]  # both joined from outside
    if anchor is None:
        return Aim(version, None)
    later = session.execute(
        select(Version.number, Clause.key, Placement.state, Placement.start, Placement.end)
        .join(Version, Version.id == Placement.version_id)
        .outerjoin(Clause, Clause.id == Placement.clause_id)
        .where(
            Placement.anchor_id == anchor.id,
            Placement.language == anchor.language,
            visible(Placement.release_id),
            Version.published_at.is_not(None),
        )
        .order_by(Version.number)
    )
    return Aim(version, anchor, [Carried(*row) for row in later])
