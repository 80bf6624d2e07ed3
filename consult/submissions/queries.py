"""Every read of submissions. Points are in `point_queries`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Organisation
from consult.consultations.models import Consultation
from consult.drafts.models import Anchor, Clause, Draft, Version
from consult.kernel.db import Columns, columns
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import PAGE_SIZE, Keyset, Page, cut
from consult.submissions.models import (
    PUBLISHED,
    Comment,
    CommentRevision,
    Contact,
    Submission,
    Tally,
    Thread,
)
from consult.submissions.point_queries import is_answered
from consult.submissions.rows import CommentRow, fetch, joined
from consult.submissions.target import EDITION, Edition, edition_of, newest_of_draft

# How many comments one page looks at to find 50 that match a filter. A reader who asks for what
# is rare is told how far we looked and may go on from there.
WINDOW = 2_000

ZERO = Tally(last_seq=0, submissions=0, comments=0, owed=0, owed_settled=0, changed=0, version=0)


@dataclass(frozen=True)
class Place:
    """What a page of comments needs to know before it reads any: what it is about, and versions.

    For reading: these are rows, not entities of the session.
    """

    consultation: Consultation
    tally: Tally
    # The clause asked for, and its conversation (or that on the whole text), if there is one yet.
    clause: Clause | None
    thread: Thread | None
    # The newest published text, if there is one.
    edition: Edition | None


def place(session: Session, slug: str, *, language: str = "", clause_key: str = "") -> Place:
    """A consultation with its counters and one of its threads: one statement.

    `clause_key` "" means no thread, "whole" the conversation on the whole text. Raises
    NotFoundError where there is no such consultation or clause. The caller looks at the phase.
    """
    whole = clause_key == "whole"
    facts = {"slug": slug, "clause_key": clause_key}
    found = columns(session, _place(whole), facts).first()
    if found is None:
        raise NotFoundError
    consultation, after = _CONSULTATION.take(found, 0)
    counters, after = _TALLY.take(found, after)
    clause, after = _CLAUSE.take(found, after)
    thread, after = _THREAD.take(found, after)
    if consultation is None or (clause is None and clause_key not in {"", "whole"}):
        raise NotFoundError
    return Place(
        consultation=consultation,
        tally=ZERO if counters is None else counters,
        clause=clause,
        thread=thread if clause_key else None,
        edition=edition_of(found[after:], language),
    )


_CONSULTATION, _TALLY = Columns(Consultation), Columns(Tally)
_CLAUSE, _THREAD = Columns(Clause), Columns(Thread)


@cache
def _place(whole: bool) -> Any:
    thread = and_(Thread.consultation_id == Consultation.id, Thread.kind == "clause")
    thread = and_(thread, Thread.clause_id == Clause.id)
    if whole:
        thread = and_(Thread.consultation_id == Consultation.id, Thread.kind == "whole")
    key: Any = bindparam("clause_key")
    return (
        select(*_CONSULTATION.all, *_TALLY.all, *_CLAUSE.all, *_THREAD.all, *EDITION)
        .outerjoin(Tally, Tally.consultation_id == Consultation.id)
        .outerjoin(Draft, Draft.consultation_id == Consultation.id)
        .outerjoin(Version, newest_of_draft())
        .outerjoin(Clause, and_(Clause.draft_id == Draft.id, Clause.key == key))
        .outerjoin(Thread, thread)
        .where(Consultation.slug == bindparam("slug"))
    )


def with_text(session: Session, slug: str, language: str) -> tuple[Consultation, Edition | None]:
    """A consultation and the newest published text, if there is one: one statement.

    Raises NotFoundError. The caller looks at the phase; the row is for reading.
    """
    found = columns(session, _with_text(), {"slug": slug}).first()
    if found is None:
        raise NotFoundError
    consultation, after = _CONSULTATION.take(found, 0)
    assert consultation is not None
    return consultation, edition_of(found[after:], language)


@cache
def _with_text() -> Any:
    return (
        select(*_CONSULTATION.all, *EDITION)
        .outerjoin(Draft, Draft.consultation_id == Consultation.id)
        .outerjoin(Version, newest_of_draft())
        .where(Consultation.slug == bindparam("slug"))
    )


@dataclass(frozen=True)
class Conversation:
    """One comment with the versions of what its page shows."""

    consultation: Consultation
    comment: Comment
    thread: Thread
    replies: Thread | None


def conversation(session: Session, comment_id: int) -> Conversation:
    """A comment, its consultation and its threads: one statement. Raises NotFoundError."""
    row = session.execute(_conversation(), {"comment_id": comment_id}).first()
    if row is None:
        raise NotFoundError
    return Conversation(row[0], row[1], row[2], row[3])


@cache
def _conversation() -> Any:
    replies = aliased(Thread)
    return (
        select(Consultation, Comment, Thread, replies)
        .join(Comment, Comment.consultation_id == Consultation.id)
        .join(Thread, Thread.id == Comment.thread_id)
        .outerjoin(replies, replies.id == Comment.replies_id)
        .where(Comment.id == bindparam("comment_id"))
    )


@dataclass(frozen=True)
class Filters:
    """What a reader wants to see. Filters look through a bounded window (WINDOW)."""

    language: str | None = None
    answered: bool | None = None
    # Only those that propose other words for a clause.
    proposing: bool = False

    def __bool__(self) -> bool:
        return self.language is not None or self.answered is not None or self.proposing


@dataclass(frozen=True)
class Listing:
    """A page of comments. `further` is the key from which to go on looking, where a filter found
    too few within its window; None when everything was looked at."""

    page: Page[CommentRow]
    further: int | None = None


NOTHING = Listing(Page([]))
_NO_FILTERS = Filters()


def comments(
    session: Session,
    consultation_id: int,
    keyset: Keyset,
    *,
    language: str,
    newest_first: bool = True,
    filters: Filters = _NO_FILTERS,
) -> Listing:
    """All comments of a consultation by their number, replies among them."""
    among = _Window("consultation_id", consultation_id, "seq", keyset, newest_first)
    return _listing(session, among, filters, language)


def thread(
    session: Session,
    thread_id: int,
    keyset: Keyset,
    *,
    language: str,
    newest_first: bool = False,
    filters: Filters = _NO_FILTERS,
) -> Listing:
    """A conversation (top comments of a clause or the whole text, or replies) by position."""
    among = _Window("thread_id", thread_id, "position", keyset, newest_first)
    return _listing(session, among, filters, language)


def with_replies(
    session: Session,
    comment_id: int,
    replies_id: int | None,
    keyset: Keyset,
    *,
    language: str,
    newest_first: bool = False,
) -> tuple[CommentRow, Listing]:
    """A comment with a page of its replies, by position, in one statement for both."""
    if replies_id is None:
        return rows(session, [comment_id], language=language)[comment_id], NOTHING
    window = _Window("thread_id", replies_id, "position", keyset, newest_first)
    statement = _page(window.column, window.key, window.falling, window.edge is not None, own=True)
    facts = {**window.parameters, "comment_id": comment_id}
    found = fetch(session, statement, facts, language=language)
    replies = [row for row in found if row.id != comment_id]
    page = cut(replies, keyset, lambda row: row.position)
    return next(row for row in found if row.id == comment_id), Listing(page)


@dataclass(frozen=True)
class _Window:
    """Comments that belong to something (a column and its value), by a key, from an edge on."""

    column: str
    value: int
    key: str
    keyset: Keyset
    newest_first: bool

    @property
    def edge(self) -> int | None:
        return self.keyset.after if self.keyset.before is None else self.keyset.before

    @property
    def falling(self) -> bool:
        # Going back means reading in the other direction, from the edge.
        return self.newest_first != (self.keyset.before is not None)

    @property
    def select(self) -> Select[Any]:
        return _window(self.column, self.key, self.falling, self.edge is not None)

    @property
    def parameters(self) -> dict[str, object]:
        return {"value": self.value, **({} if self.edge is None else {"edge": self.edge})}


# Statements of the busiest pages are built once: building costs more than running them.
@cache
def _window(column: str, key: str, falling: bool, edged: bool) -> Select[Any]:
    by = getattr(Comment, key)
    chosen = select(Comment).where(getattr(Comment, column) == bindparam("value"))
    if edged:
        edge = bindparam("edge", type_=BigInteger)
        chosen = chosen.where(by < edge if falling else by > edge)
    return chosen.order_by(by.desc() if falling else by)


@cache
def _page(column: str, key: str, falling: bool, edged: bool, *, own: bool = False) -> Select[Any]:
    """A page of comments; `own` adds the one comment of the parameter `comment_id`."""
    # A limit that is a parameter is one PostgreSQL does not know: it would plan each page anew.
    limit: Any = literal_column(str(PAGE_SIZE + 1))
    chosen: Any = _window(column, key, falling, edged).limit(limit)
    if own:
        one = select(Comment).where(Comment.id == bindparam("comment_id"))
        chosen = union_all(one, select(chosen.subquery()))
    return joined(chosen, order=(key,), descending=falling)


def _listing(session: Session, window: _Window, filters: Filters, language: str) -> Listing:
    if filters:
        chosen = _filtered(window, filters).limit(PAGE_SIZE + 1)
        statement = joined(chosen, order=(window.key,), descending=window.falling)
    else:
        statement = _page(window.column, window.key, window.falling, window.edge is not None)
    rows = fetch(session, statement, window.parameters, language=language)
    page = cut(rows, window.keyset, lambda row: int(getattr(row, window.key)))
    if not filters or len(rows) > PAGE_SIZE:
        return Listing(page)
    return Listing(page, _end(session, window))


def _filtered(window: _Window, filters: Filters) -> Select[Any]:
    seen = window.select.limit(WINDOW).subquery("seen")
    chosen = select(seen)
    if filters.language is not None:
        chosen = chosen.where(seen.c.language == filters.language)
    if filters.answered is not None:
        answered = is_answered(seen.c.id)
        chosen = chosen.where(answered if filters.answered else ~answered)
    if filters.proposing:
        chosen = chosen.where(exists(_current(seen.c.id, CommentRevision.amends_id.is_not(None))))
    key = seen.c[window.key]
    return chosen.order_by(key.desc() if window.falling else key)


def _current(comment_id: Any, *conditions: Any) -> Any:
    return select(CommentRevision.id).where(
        CommentRevision.comment_id == comment_id,
        CommentRevision.superseded_at.is_(None),
        *conditions,
    )


def _end(session: Session, window: _Window) -> int | None:
    """The last key of a full window; None where the window reached the end."""
    key = getattr(Comment, window.key).label("key")
    seen = window.select.limit(WINDOW).with_only_columns(key).subquery()
    last = func.min(seen.c.key) if window.falling else func.max(seen.c.key)
    counted = select(func.count(), last).select_from(seen)
    count, end = session.execute(counted, window.parameters).one()
    return end if count == WINDOW else None


def newest(session: Session, thread_id: int, *, language: str, limit: int = 3) -> list[CommentRow]:
    """The newest readable comments of a conversation, newest first."""
    chosen = (
        select(Comment)
        .where(Comment.thread_id == thread_id, Comment.state == PUBLISHED)
        .order_by(Comment.position.desc())
        .limit(limit)
    )
    return fetch(session, joined(chosen, order=("position",), descending=True), language=language)


def rows(session: Session, comment_ids: Sequence[int], *, language: str) -> dict[int, CommentRow]:
    """Some comments by id, for pages that found them elsewhere (search, themes, letters)."""
    facts = {"ids": list(comment_ids)}
    return {row.id: row for row in fetch(session, _by_id(), facts, language=language)}


@cache
def _by_id() -> Any:
    return joined(select(Comment).where(Comment.id.in_(bindparam("ids", expanding=True))))


def of_submission(session: Session, submission_id: int, *, language: str) -> list[CommentRow]:
    """The comments of one submission in the order in which they came."""
    return fetch(session, _of_submission(), {"submission_id": submission_id}, language=language)


@cache
def _of_submission() -> Any:
    return joined(select(Comment).where(Comment.submission_id == bindparam("submission_id")))


def comment(session: Session, comment_id: int) -> Comment:
    """The comment with this id, whatever its state. Raises NotFoundError."""
    found = session.get(Comment, comment_id)
    if found is None:
        raise NotFoundError
    return found


def current_revision(session: Session, comment_id: int) -> CommentRevision:
    """The revision that holds a comment's words now."""
    return session.scalars(
        select(CommentRevision).where(
            CommentRevision.comment_id == comment_id, CommentRevision.superseded_at.is_(None)
        )
    ).one()


def tally(session: Session, consultation_id: int) -> Tally:
    """The counters of a consultation; all zero before the first comment."""
    return session.get(Tally, consultation_id, populate_existing=True) or ZERO


def threads(session: Session, consultation_id: int) -> dict[int | None, Thread]:
    """Clause id → conversation, None for the one on the whole text; without replies."""
    found = session.scalars(
        select(Thread)
        .where(Thread.consultation_id == consultation_id, Thread.kind != "replies")
        .order_by(Thread.id)
    )
    return {row.clause_id: row for row in found}


@dataclass(frozen=True)
class Former:
    """What came of a form that has been received: its first words, those that it proposed for the
    clause, and which words they quoted."""

    submission: Submission
    comment: Comment
    source: str
    proposed: str | None
    span: tuple[int, int] | None


def sent_before(session: Session, form_number: str) -> Former | None:
    """What came of the form with this number, if it has been received."""
    row = session.execute(
        select(
            Submission,
            Comment,
            CommentRevision.source,
            CommentRevision.proposed_source,
            Anchor.start,
            Anchor.end,
        )
        .join(Comment, Comment.submission_id == Submission.id)
        .join(CommentRevision, CommentRevision.comment_id == Comment.id)
        .outerjoin(Anchor, Anchor.id == Comment.anchor_id)
        .where(Comment.form_number == form_number, CommentRevision.number == 1)
    ).first()
    if row is None:
        return None
    start: int | None = row[4]
    span = None if start is None else (start, row[5])
    return Former(row[0], row[1], row[2], row[3], span)


def organisation(session: Session, submission_id: int) -> Organisation | None:
    """The organisation for which a submission speaks, as it declared itself."""
    return session.scalar(
        select(Organisation)
        .join(Submission, Submission.organisation_id == Organisation.id)
        .where(Submission.id == submission_id)
    )


def contact(session: Session, submission_id: int) -> Contact | None:
    """How to reach the sender, if we know."""
    return session.get(Contact, submission_id)


def submission(session: Session, submission_id: int) -> Submission | None:
    """The submission with this id, if there is one."""
    return session.get(Submission, submission_id)


def with_consultation(
    session: Session, submission_id: int
) -> tuple[Submission, Consultation] | None:
    """The same with the consultation that it was sent to: one statement."""
    row = session.execute(_with_consultation(), {"submission_id": submission_id}).first()
    return None if row is None else (row[0], row[1])


@cache
def _with_consultation() -> Any:
    return (
        select(Submission, Consultation)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .where(Submission.id == bindparam("submission_id"))
    )
