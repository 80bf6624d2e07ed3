"""What people read about answers: fates of comments, answers of themes, comments behind an edit.

The public sees newest released fates only, and edits of published versions only. Every function
takes a constant number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.accounts.queries import user_names
from consult.answers.fates import is_newest
from consult.answers.models import Answer, AnswerEdit, AnswerTarget, Fate, Publication
from consult.drafts.models import Edit, Version
from consult.drafts.queries import EditRow, edits
from consult.kernel.db import Texts, columns
from consult.kernel.release import RELEASED, Release
from consult.submissions.models import Comment, Point
from consult.themes.models import Theme


@dataclass(frozen=True)
class AnswerRow:
    """An answer with the body and person that gave it and the changes it led to."""

    id: int
    disposition: str
    reason: Texts
    body_id: int
    body: Texts
    author: str
    decided_at: datetime
    # "theme", "campaign" or "point": what was answered, and its id.
    target: str
    target_id: int
    corrects_id: int | None
    edits: tuple[EditRow, ...] = ()
    # It names changes of a version that is not public yet.
    change_follows: bool = False


@dataclass(frozen=True)
class FateRow:
    """What a point was answered, when that became public, and what it had been told before."""

    point_id: int
    comment_id: int
    start: int
    end: int
    answer: AnswerRow
    theme_id: int | None
    theme: Texts | None
    changed: bool
    published_at: datetime
    earlier: tuple["EarlierFate", ...] = ()


@dataclass(frozen=True)
class EarlierFate:
    """An answer that a later publication replaced."""

    disposition: str
    reason: Texts
    published_at: datetime


@dataclass(frozen=True)
class CommentFates:
    """The fates of a comment's points. A reply without any of its own shows its root's."""

    fates: tuple[FateRow, ...] = ()
    from_root: bool = False


NO_FATES = CommentFates()


def fates_of_comments(session: Session, comment_ids: Collection[int]) -> dict[int, CommentFates]:
    """Comment → the newest visible fates of its live points, in the order of its words."""
    if not comment_ids:
        return {}
    comments = session.execute(_ROOTS, {"ids": list(comment_ids)})
    return fates_under(session, {comment.id: comment.root_id for comment in comments})


_ROOTS = select(Comment.id, Comment.root_id).where(Comment.id.in_(bindparam("ids", expanding=True)))


def fates_under(session: Session, roots: Mapping[int, int | None]) -> dict[int, CommentFates]:
    """The same for a caller who knows which comment, if any, each one replies to."""
    wanted = {*roots, *(root for root in roots.values() if root is not None)}
    found = _fates(session, wanted)
    out: dict[int, CommentFates] = {}
    for number, root in roots.items():
        if number in found:
            out[number] = CommentFates(tuple(found[number]))
        elif root is not None and root in found:
            out[number] = CommentFates(tuple(found[root]), from_root=True)
        else:
            out[number] = NO_FATES
    return out


def dispositions_of_comments(
    session: Session, comment_ids: Collection[int]
) -> dict[int, tuple[str, ...]]:
    """Comment → what its points were answered, for lists: codes in the order of its words, each
    once. A reply without a fate of its own has its root's. One statement."""
    if not comment_ids:
        return {}
    own: dict[int, list[str]] = defaultdict(list)
    roots: dict[int, list[str]] = defaultdict(list)
    rows = columns(session, _all_dispositions(), {"ids": list(comment_ids)})
    for number, disposition, is_own, _start, _fate in rows:
        (own if is_own else roots)[number].append(disposition)
    return {
        number: tuple(dict.fromkeys(own.get(number) or roots[number]))
        for number in {**own, **roots}
    }


@cache
def _all_dispositions() -> Any:
    return union_all(
        _dispositions(Comment.id, own=True), _dispositions(Comment.root_id, own=False)
    ).order_by("comment_id", "start", "fate_id")


def _dispositions(of: Any, *, own: bool) -> Any:
    return (
        select(
            Comment.id.label("comment_id"),
            Answer.disposition,
            literal(own).label("own"),
            Point.start.label("start"),
            Fate.id.label("fate_id"),
        )
        .join(Fate, Fate.comment_id == of)
        .join(Release, Release.id == Fate.release_id)
        .join(Point, Point.id == Fate.point_id)
        .join(Answer, Answer.id == Fate.answer_id)
        .where(
            Comment.id.in_(bindparam("ids", expanding=True)),
            Point.retired_at.is_(None),
            Release.state == RELEASED,
            is_newest(),
        )
    )


@cache
def _fates_by_comment() -> Any:
    return (
        select(
            Fate,
            Point.start,
            Point.end,
            Answer.disposition,
            Answer.reason,
            Publication.published_at,
            Theme.title,
        )
        .join(Release, Release.id == Fate.release_id)
        .join(Publication, Publication.release_id == Fate.release_id)
        .join(Point, Point.id == Fate.point_id)
        .join(Answer, Answer.id == Fate.answer_id)
        .outerjoin(Theme, Theme.id == Fate.theme_id)
        .where(
            Fate.comment_id.in_(bindparam("ids", expanding=True)),
            Point.retired_at.is_(None),
            Release.state == RELEASED,
        )
        .order_by(Fate.comment_id, Point.start, Fate.point_id, Fate.id.desc())
    )


def _fates(session: Session, comment_ids: Collection[int]) -> dict[int, list[FateRow]]:
    rows = session.execute(_fates_by_comment(), {"ids": list(comment_ids)}).all()
    by_point: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_point[row.Fate.point_id].append(row)
    answers = answer_rows(session, [history[0].Fate.answer_id for history in by_point.values()])
    found: dict[int, list[FateRow]] = defaultdict(list)
    for history in by_point.values():
        newest = history[0]
        fate: Fate = newest.Fate
        found[fate.comment_id].append(
            FateRow(
                point_id=fate.point_id,
                comment_id=fate.comment_id,
                start=newest.start,
                end=newest.end,
                answer=answers[fate.answer_id],
                theme_id=fate.theme_id,
                theme=newest.title,
                changed=fate.changed,
                published_at=newest.published_at,
                earlier=tuple(
                    EarlierFate(row.disposition, row.reason, row.published_at)
                    for row in history[1:]
                    if row.Fate.answer_id != fate.answer_id
                ),
            )
        )
    return found


def answer_rows(
    session: Session, ids: Collection[int], *, public: bool = True
) -> dict[int, AnswerRow]:
    """Answers by id. `public` leaves out the changes of a version that is not published."""
    if not ids:
        return {}
    rows = session.execute(
        select(Answer, AnswerTarget, Body.name)
        .join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .join(Body, Body.id == Answer.body_id)
        .where(Answer.id.in_(set(ids)))
    ).all()
    names = user_names(session, [a.author_id for a, _, _ in rows if a.author_id is not None])
    cited = _cited(session, ids)
    changes = _changes(session, cited, public=public)
    following = {edit.answer_id for edit in cited if not edit.published and not edit.gone}
    return {
        answer.id: AnswerRow(
            id=answer.id,
            disposition=answer.disposition,
            reason=answer.reason,
            body_id=answer.body_id,
            body=body,
            author=names.get(answer.author_id or 0, ""),
            decided_at=answer.decided_at,
            target=_kind(target),
            target_id=target.theme_id or target.campaign_id or target.point_id or 0,
            corrects_id=answer.corrects_id,
            edits=tuple(changes.get(answer.id, ())),
            change_follows=answer.id in following,
        )
        for answer, target, body in rows
    }


def _kind(target: AnswerTarget) -> str:
    if target.theme_id is not None:
        return "theme"
    return "campaign" if target.campaign_id is not None else "point"


@dataclass(frozen=True)
class _Cited:
    """That an answer names an edit: of a version that is public, or one that is to come."""

    answer_id: int
    edit_id: int
    published: bool
    gone: bool


def _cited(session: Session, answer_ids: Collection[int]) -> list[_Cited]:
    return [_Cited(*row) for row in columns(session, _CITED, {"ids": list(answer_ids)})]


_CITED = (
    select(
        AnswerEdit.answer_id,
        AnswerEdit.edit_id,
        Version.published_at.is_not(None),
        Edit.gone_at.is_not(None),
    )
    .join(Edit, Edit.id == AnswerEdit.edit_id)
    .join(Version, Version.id == Edit.version_id)
    .where(AnswerEdit.answer_id.in_(bindparam("ids", expanding=True)))
)


def _changes(
    session: Session, cited: Collection[_Cited], *, public: bool
) -> dict[int, list[EditRow]]:
    """Answer → the changes it led to that still stand, in document order."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for found in cited:
        if found.published or not public:
            wanted[found.answer_id].add(found.edit_id)
    if not wanted:
        return {}
    rows = edits(session, sorted(set().union(*wanted.values())))
    return {
        answer_id: [row for row in rows if row.edit.id in chosen]
        for answer_id, chosen in wanted.items()
    }


def chain(session: Session, column: Any, number: int) -> list[AnswerRow]:
    """All answers that one target ever got, newest first, with unpublished changes: for the desk."""
    ids = session.scalars(
        select(AnswerTarget.answer_id).where(column == number).order_by(AnswerTarget.answer_id)
    ).all()
    rows = answer_rows(session, ids, public=False)
    return [rows[number] for number in sorted(rows, reverse=True)]
