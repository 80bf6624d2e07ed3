"""Which of the comments on a text a reader wants to see: those of a theme, those not answered yet.

All comments on a clause are a counter. How many of them match is counted when it is asked for, in
one statement over indexed columns: a counter for each clause, theme and run would have to move with
every label, and the page is kept under its versions like every other.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts import queries as drafts
from consult.drafts.comparison import ClauseChange
from consult.drafts.queries import ClauseLabel, ClauseRow
from consult.drafts.redline import lines
from consult.drafts.sentences import sentences
from consult.kernel.db import columns
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import PAGE_SIZE, Keyset, Page
from consult.pages.draft import marking
from consult.pages.draft.queries import Edition, Quoted, Talk, heat
from consult.submissions.models import PUBLISHED, Comment, Point, Thread
from consult.submissions.passage_queries import (
    NEWEST,
    Passage,
    newest_under,
    on_words,
    passages,
)
from consult.submissions.point_queries import is_answered
from consult.submissions.queries import Place
from consult.submissions.rows import CommentRow
from consult.themes import point_queries
from consult.themes import queries as themes
from consult.themes.models import ACCEPTED
from consult.themes.point_queries import Filter
from consult.themes.queries import ThemeRow


@dataclass(frozen=True)
class Narrowing:
    """Which comments count. Nothing set means all."""

    theme_id: int | None = None
    unanswered: bool = False

    def __bool__(self) -> bool:
        return self.theme_id is not None or self.unanswered


def choices(session: Session, consultation: Consultation) -> list[ThemeRow]:
    """The themes that people accepted, by which a reader may narrow; the largest first."""
    if not consultation.decisions:
        return []  # nothing can have been accepted, and nothing need be asked
    return themes.themes_with_sizes(session, consultation.id, states=(ACCEPTED,))


def known(wanted: Narrowing, themes: Sequence[ThemeRow]) -> Narrowing:
    """The same without a theme that is none of these: what is only proposed is not public."""
    public = any(row.theme.id == wanted.theme_id for row in themes)
    return wanted if public else replace(wanted, theme_id=None)


def among(session: Session, wanted: Narrowing) -> ColumnElement[bool]:
    """The condition that a comment is one of those."""
    condition = Comment.state == PUBLISHED
    if wanted.theme_id is not None:
        ranges = point_queries.branches(session, [wanted.theme_id], Filter(public=True))
        points = union_all(*(points for _, points in ranges)).subquery()
        of_theme = select(Point.comment_id).join(points, points.c[0] == Point.id)
        condition &= Comment.id.in_(of_theme)
    if wanted.unanswered:
        condition &= ~is_answered(Comment.id)
    return condition


def talk(session: Session, consultation_id: int, condition: ColumnElement[bool]) -> Talk:
    """How many comments under a condition stand on each clause: one statement."""
    counted = (
        _on_the_text(consultation_id)
        .with_only_columns(Thread.clause_id, func.count())
        .where(condition)
        .group_by(Thread.clause_id)
    )
    rows = {row[0]: int(row[1]) for row in columns(session, counted)}
    whole = rows.pop(None, 0)
    return Talk(rows, whole)


def _on_the_text(consultation_id: int) -> Select[int]:
    """Comments on the whole text or a clause, and no replies."""
    return (
        select(Comment.id)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Thread.consultation_id == consultation_id, Thread.kind.in_(["clause", "whole"]))
    )


@dataclass(frozen=True)
class Conversation:
    """What is said on a clause or on words of it: how often, and a page of it, newest first."""

    clause: ClauseLabel | ClauseRow
    words: Quoted | None
    wanted: Narrowing
    count: int
    page: Page[CommentRow]
    # Whether the page is the whole list, or only how it begins.
    whole: bool


def conversation(
    session: Session,
    found: Place,
    wanted: Narrowing,
    words: Quoted | None,
    keyset: Keyset | None,
    *,
    language: str,
) -> Conversation:
    """The comments on the clause of a place that match. Without a keyset only the newest few.

    Raises NotFoundError for a clause of a version that is not public yet.
    """
    assert found.clause is not None
    clause: ClauseLabel | ClauseRow | None = words.row if words else None
    if clause is None:
        clause = drafts.clause_labels(session, [found.clause.id], language).get(found.clause.id)
    if clause is None:
        raise NotFoundError
    if wanted.theme_id is not None:
        wanted = known(wanted, choices(session, found.consultation))
    condition = among(session, wanted)
    thread = found.thread
    if words is not None:
        # Not of this thread only: an amended text may have taken words over from elsewhere.
        condition &= on_words(words.words)
    elif thread is None:
        return Conversation(clause, words, wanted, 0, Page([]), keyset is not None)
    else:
        condition &= Comment.thread_id == thread.id
    count = thread.comments if thread else 0
    if wanted or words is not None:
        count = session.scalar(select(func.count()).select_from(Comment).where(condition)) or 0
    page = newest_under(
        session,
        condition,
        keyset or Keyset(),
        language=language,
        key="seq" if words else "position",
        size=NEWEST if keyset is None else PAGE_SIZE,
    )
    return Conversation(clause, words, wanted, count, page, keyset is not None)


@dataclass(frozen=True)
class Asked:
    """What the address of the text asks for."""

    # The number of another version: what changed since or until it.
    changes: int | None = None
    # Mark the words that people commented on.
    marks: bool = False
    theme_id: int | None = None
    unanswered: bool = False
    # Leave clauses out on which no comment matches.
    only: bool = False

    @property
    def address(self) -> dict[str, int | None]:
        """The same as parameters of an address."""
        return {
            "changes": self.changes,
            "marks": int(self.marks) or None,
            "theme": self.theme_id,
            "unanswered": int(self.unanswered) or None,
            "only": int(self.only) or None,
        }

    def but(self, **others: Any) -> dict[str, int | None]:
        """Those parameters with some of them otherwise."""
        return replace(self, **others).address


# So many comments on the same words are many, also where nothing else is spoken of: one is never.
_MANY = 16

# The address of the comments on some words: the clause, and the offsets.
WordsAddress = Callable[[ClauseRow, int, int], str]


@dataclass(frozen=True)
class View:
    """How one reader wants to see what is said on a text."""

    asked: Asked
    wanted: Narrowing
    themes: Sequence[ThemeRow]
    # All that is said, and what of it matches.
    said: Talk
    talk: Talk
    # By clause and language: one that is not translated stands in the authentic language.
    marks: Mapping[tuple[int, str], tuple[Passage, ...]]
    densest: int
    address: WordsAddress

    @property
    def narrowed(self) -> dict[str, int | None]:
        """Parameters for the addresses of conversations."""
        return {"theme": self.wanted.theme_id, "unanswered": int(self.wanted.unanswered) or None}

    @property
    def theme(self) -> ThemeRow | None:
        return next((row for row in self.themes if row.theme.id == self.wanted.theme_id), None)

    def shown(self, clauses: Sequence[ClauseChange]) -> list[ClauseChange]:
        """The clauses to be shown, with the chapters in which they stand."""
        if not (self.wanted and self.asked.only):
            return list(clauses)
        rows = {change.row.clause_id: change.row for change in clauses}
        kept = {clause_id for clause_id in rows if self.talk.count(clause_id)}
        for clause_id in list(kept):
            parent = rows[clause_id].parent_id
            while parent is not None and parent in rows and parent not in kept:
                kept.add(parent)
                parent = rows[parent].parent_id
        return [change for change in clauses if change.row.clause_id in kept]

    @staticmethod
    def sentences(row: ClauseRow) -> str:
        """Where the sentences of a clause begin and end, for choosing one by key: "0-17 18-60"."""
        return " ".join(f"{span.start}-{span.end}" for span in sentences(row.text))

    def marked(self, row: ClauseRow) -> tuple[Passage, ...]:
        """The words of a clause that are to be marked."""
        return self.marks.get((row.clause_id, row.language), ())

    def body(self, change: ClauseChange) -> Markup:
        """The words of a clause, with what is marked in them."""
        row = change.after
        passages = self.marked(row) if row is not None else ()
        if row is None or not passages:
            return change.body()
        return lines(
            marking.marked(
                row.html,
                row.text,
                passages,
                lambda number: heat(number, max(self.densest, _MANY)),
                lambda start, end: self.address(row, start, end),
            )
        )


def view(
    session: Session,
    consultation: Consultation,
    seen: Edition,
    said: Talk,
    *,
    languages: Collection[str],
    asked: Asked,
    address: WordsAddress,
) -> View:
    """What the address asks for, found. A theme that is none of the public ones is ignored.

    `languages` are those in which clauses are shown. Beside the changes since another version
    nothing else is shown.
    """
    if asked.changes is not None:
        return View(asked, Narrowing(), (), said, said, {}, 0, address)
    accepted = choices(session, consultation)
    wanted = known(Narrowing(asked.theme_id, asked.unanswered), accepted)
    condition = among(session, wanted) if wanted else None
    matching = said if condition is None else talk(session, consultation.id, condition)
    marks: dict[tuple[int, str], tuple[Passage, ...]] = {}
    for code in languages if asked.marks else ():
        found = passages(session, seen.version.id, code, among=condition)
        for clause_id, group in groupby(found, key=lambda one: one.clause_id):
            marks[clause_id, code] = tuple(group)
    most = max((marking.densest(group) for group in marks.values()), default=0)
    return View(asked, wanted, accepted, said, matching, marks, most, address)
