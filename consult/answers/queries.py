"""What people read about answers: fates of comments, answers of themes, comments behind an edit.

The public sees newest released fates only, and edits of published versions only. Every function
takes a constant number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Body, User
from consult.accounts.queries import shown_name
from consult.answers.fates import is_newest
from consult.answers.models import Answer, AnswerEdit, AnswerTarget, Fate, Publication
from consult.drafts.models import Clause, Edit, Version
from consult.drafts.queries import EditRow, edit_rows, in_document_order
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
    # Why the text stays as it is although the answer accepts.
    unchanged: Texts | None
    body_id: int
    body: Texts
    author: str
    decided_at: datetime
    # "theme", "campaign", "point" or "selection": what was answered, and its id.
    target: str
    target_id: int
    corrects_id: int | None
    author_id: int | None = None
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
    unchanged: Texts | None
    published_at: datetime


@dataclass(frozen=True)
class CommentFates:
    """The fates of a comment's points. A reply without any of its own shows its root's."""

    fates: tuple[FateRow, ...] = ()
    from_root: bool = False


NO_FATES = CommentFates()


def fates_under(session: Session, roots: Mapping[int, int | None]) -> dict[int, CommentFates]:
    """Comment → the newest visible fates of its live points, in the order of its words.

    `roots` says which comment, if any, each one replies to.
    """
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


# What an AnswerRow is made of.
_ANSWER = (
    Answer.id,
    Answer.disposition,
    Answer.reason,
    Answer.unchanged,
    Answer.body_id,
    Body.name,
    User.name,
    User.email,
    Answer.decided_at,
    AnswerTarget.theme_id,
    AnswerTarget.campaign_id,
    AnswerTarget.point_id,
    AnswerTarget.selection_id,
    Answer.corrects_id,
    Answer.author_id,
)


# What an answer can be given to, in the order of the columns above.
KINDS = ("theme", "campaign", "point", "selection")


def _given(query: Any) -> Any:
    """Join Answer with what it answers and who gave it."""
    return (
        query.join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .join(Body, Body.id == Answer.body_id)
        .outerjoin(User, User.id == Answer.author_id)
    )


def answer_row(facts: Sequence[Any]) -> AnswerRow:
    """An answer without its changes, from a row of `answers_query`."""
    (number, disposition, reason, unchanged, body_id, body, name, email, decided_at) = facts[:9]
    *targets, corrects_id, author_id = facts[9:]
    target, target_id = next(
        (kind, number) for kind, number in zip(KINDS, targets, strict=True) if number is not None
    )
    return AnswerRow(
        id=number,
        disposition=disposition,
        reason=reason,
        unchanged=unchanged,
        body_id=body_id,
        body=body,
        author=shown_name(name, email),
        decided_at=decided_at,
        target=target,
        target_id=target_id,
        corrects_id=corrects_id,
        author_id=author_id,
    )


@cache
def _fates_by_comment() -> Any:
    fates = (
        select(
            Fate.point_id,
            Fate.comment_id,
            Point.start,
            Point.end,
            Fate.theme_id,
            Theme.title,
            Fate.changed,
            Publication.published_at,
            *_ANSWER,
        )
        .join(Release, Release.id == Fate.release_id)
        .join(Publication, Publication.release_id == Fate.release_id)
        .join(Point, Point.id == Fate.point_id)
        .join(Answer, Answer.id == Fate.answer_id)
    )
    return (
        _given(fates)
        .outerjoin(Theme, Theme.id == Fate.theme_id)
        .where(
            Fate.comment_id.in_(bindparam("ids", expanding=True)),
            Point.retired_at.is_(None),
            Release.state == RELEASED,
        )
        .order_by(Fate.comment_id, Point.start, Fate.point_id, Fate.id.desc())
    )


def _fates(session: Session, comment_ids: Collection[int]) -> dict[int, list[FateRow]]:
    by_point: dict[int, list[FateRow]] = defaultdict(list)
    for row in columns(session, _fates_by_comment(), {"ids": list(comment_ids)}):
        (point_id, comment_id, start, end, theme_id, theme, changed, published_at) = row[:8]
        answer = answer_row(row[8:])
        by_point[point_id].append(
            FateRow(
                point_id, comment_id, start, end, answer, theme_id, theme, changed, published_at
            )
        )
    newest = {history[0].answer.id: history[0].answer for history in by_point.values()}
    answers = _with_changes(session, newest, public=True)
    found: dict[int, list[FateRow]] = defaultdict(list)
    for fate, *before in by_point.values():
        earlier = tuple(_earlier(old) for old in before if old.answer.id != fate.answer.id)
        told = replace(fate, answer=answers[fate.answer.id], earlier=earlier)
        found[fate.comment_id].append(told)
    return found


def _earlier(old: FateRow) -> EarlierFate:
    answer = old.answer
    return EarlierFate(answer.disposition, answer.reason, answer.unchanged, old.published_at)


def former_answers(
    session: Session, answer_ids: Collection[int]
) -> dict[int, tuple[EarlierFate, ...]]:
    """Answer → the published ones of its chain that it replaced, the last one first.

    One statement; it reads one fate of each of them, however many there are.
    """
    if not answer_ids:
        return {}
    newer = aliased(Answer)
    published = (
        select(Publication.published_at)
        .join(Fate, Fate.release_id == Publication.release_id)
        .where(Fate.answer_id == Answer.id, Publication.published_at.is_not(None))
        .order_by(Fate.id)
        .limit(1)
        .correlate(Answer)
        .scalar_subquery()
    )
    chain_of = or_(Answer.id == newer.first_id, Answer.first_id == newer.first_id)
    rows = session.execute(
        select(newer.id, Answer.disposition, Answer.reason, Answer.unchanged, published)
        .join(Answer, and_(chain_of, Answer.id < newer.id))
        .where(newer.id.in_(answer_ids), newer.first_id.is_not(None), published.is_not(None))
        .order_by(newer.id, Answer.id.desc())
    )
    found: dict[int, list[EarlierFate]] = defaultdict(list)
    for number, disposition, reason, unchanged, published_at in rows:
        assert published_at is not None
        found[number].append(EarlierFate(disposition, reason, unchanged, published_at))
    return {number: tuple(earlier) for number, earlier in found.items()}


def answer_rows(
    session: Session, ids: Collection[int], *, public: bool = True
) -> dict[int, AnswerRow]:
    """Answers by id. `public` leaves out the changes of a version that is not published."""
    return _with_changes(session, bare_answers(session, ids), public=public)


def answer_of_campaign(session: Session, campaign_id: int) -> AnswerRow | None:
    """The published answer to a campaign's letter: the newest."""
    number = session.scalar(
        select(Fate.answer_id)
        .join(Release, Release.id == Fate.release_id)
        .join(AnswerTarget, AnswerTarget.answer_id == Fate.answer_id)
        .where(AnswerTarget.campaign_id == campaign_id, Release.state == RELEASED)
        .order_by(Fate.id.desc())
        .limit(1)
    )
    return None if number is None else answer_rows(session, [number])[number]


def bare_answers(session: Session, ids: Collection[int]) -> dict[int, AnswerRow]:
    """The same for pages that do not show what an answer changed: one statement."""
    if not ids:
        return {}
    rows = columns(session, _answers(), {"ids": list(set(ids))})
    return {answer.id: answer for answer in map(answer_row, rows)}


@cache
def _answers() -> Any:
    return answers_query().where(Answer.id.in_(bindparam("ids", expanding=True)))


def answers_query() -> Any:
    """A query of Answer for `answer_row`, to be narrowed by the caller."""
    return _given(select(*_ANSWER).select_from(Answer))


def _with_changes(
    session: Session, answers: Mapping[int, AnswerRow], *, public: bool
) -> dict[int, AnswerRow]:
    """The answers with the changes that they led to and that still stand, in document order.

    Two statements, however many: the edits, then their texts.
    """
    if not answers:
        return {}
    cited: dict[int, set[int]] = defaultdict(set)
    wanted: dict[int, tuple[Edit, str, int]] = {}
    following: set[int] = set()
    for answer_id, edit, key, number, published_at in session.execute(
        _cited(), {"ids": list(answers)}
    ):
        if published_at is None:
            following.add(answer_id)
        if published_at is not None or not public:
            wanted[edit.id] = (edit, key, number)
            cited[answer_id].add(edit.id)
    rows = edit_rows(session, list(wanted.values()))
    return {
        number: replace(
            answer,
            edits=tuple(row for row in rows if row.edit.id in cited[number]),
            change_follows=number in following,
        )
        for number, answer in answers.items()
    }


@cache
def _cited() -> Any:
    chosen: Select[*tuple[Any, ...]] = (
        select(AnswerEdit.answer_id, Edit, Clause.key, Version.number, Version.published_at)
        .select_from(AnswerEdit)
        .join(Edit, Edit.id == AnswerEdit.edit_id)
        .where(AnswerEdit.answer_id.in_(bindparam("ids", expanding=True)), Edit.gone_at.is_(None))
    )
    return in_document_order(chosen)


def chain(session: Session, column: Any, number: int) -> list[AnswerRow]:
    """All answers that one target ever got, newest first, with unpublished changes: for the desk."""
    found = columns(session, answers_query().where(column == number).order_by(Answer.id.desc()))
    answers = {answer.id: answer for answer in map(answer_row, found)}
    return list(_with_changes(session, answers, public=False).values())
