"""What the public pages of a consultation depend on, read in one narrow statement.

It comes before everything else on each of them: most readers can then be answered with what they,
or this worker, already have. What a page shows is read when it is made, later than its key: it may
be newer than its key says, and never older.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from consult.accounts.naming import names_version
from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.drafts.models import Clause, Draft
from consult.kernel.clock import luxembourg_date
from consult.kernel.db import glance
from consult.kernel.errors import NotFoundError
from consult.submissions.models import Comment, Tally, Thread

Key = tuple[object, ...]


def of_consultation(slug: str, now: datetime) -> Key:
    """The key of pages about all of a consultation.

    Raises NotFoundError where the public may not know of one.
    """
    found = _public(glance(_consultation(), {"slug": slug}), now)
    return _key(found, now, found.tally_version)


def of_text(slug: str, now: datetime) -> Key:
    """The key of files of the text, in which nothing of what is said stands.

    Raises NotFoundError where the public may not know of the consultation.
    """
    found = _public(glance(_consultation(), {"slug": slug}), now)
    return found.version, found.names_version


def of_thread(slug: str, clause_key: str, now: datetime) -> Key:
    """The key of pages about one conversation: on a clause, or ("whole") on the whole text.

    Without a clause's key it is that of all of the consultation. Raises NotFoundError, also where
    there is no such clause.
    """
    if not clause_key:
        return of_consultation(slug, now)
    facts = {"slug": slug, "clause_key": clause_key}
    statement = _on_whole_text() if clause_key == "whole" else _on_clause()
    found = _public(glance(statement, facts), now)
    if found.thread_id is None:
        return _key(found, now, found.tally_version)
    # What is said elsewhere does not matter here.
    return _key(found, now, found.thread_id, found.thread_version)


# What a room above has to say on a page, read in the same statement: it gets one that knows Comment,
# and adds columns of its own.
Beside = Callable[[Any], Any]


def of_comment(comment_id: int, now: datetime, beside: Beside) -> Key:
    """The key of the page of one comment with its replies. Raises NotFoundError.

    The columns that `beside` adds stand at its end.
    """
    found = _public(glance(_comment(beside), {"comment_id": comment_id}), now)
    added = tuple(found)[len(_OF_COMMENT) :]
    return *_key(found, now, found.thread_version, found.replies_version), *added


# Every key begins with these: the version, what the phase is derived from, and the version of the
# names of bodies and officials.
_DATES = (
    Consultation.version,
    Consultation.announced_at,
    Consultation.opens_at,
    Consultation.closes_at,
    Consultation.cancelled_at,
    Consultation.outcome_completed_at,
    names_version,
)


def _public(found: Any, now: datetime) -> Any:
    if found is None or phase(found, now) is Phase.PREPARATION:
        raise NotFoundError
    return found


def _key(found: Any, now: datetime, *talk: int | None) -> Key:
    # The day is there for "3 days left"; the phase changes at the closing second.
    day = luxembourg_date(now).isoformat()
    return found.version, found.names_version, *talk, phase(found, now).value, day


@cache
def _consultation() -> Any:
    return (
        select(*_DATES, Tally.version.label("tally_version"))
        .outerjoin(Tally, Tally.consultation_id == Consultation.id)
        .where(Consultation.slug == bindparam("slug"))
    )


@cache
def _on_whole_text() -> Any:
    thread = and_(Thread.consultation_id == Consultation.id, Thread.kind == "whole")
    return (
        _consultation()
        .add_columns(Thread.id.label("thread_id"), Thread.version.label("thread_version"))
        .outerjoin(Thread, thread)
    )


@cache
def _on_clause() -> Any:
    # An unknown clause gives no row, as an unknown consultation does.
    return (
        _consultation()
        .add_columns(Thread.id.label("thread_id"), Thread.version.label("thread_version"))
        .join(Draft, Draft.consultation_id == Consultation.id)
        .join(Clause, and_(Clause.draft_id == Draft.id, Clause.key == bindparam("clause_key")))
        .outerjoin(Thread, and_(Thread.kind == "clause", Thread.clause_id == Clause.id))
    )


_Replies = aliased(Thread)
_OF_COMMENT = (
    *_DATES,
    Thread.version.label("thread_version"),
    _Replies.version.label("replies_version"),
)


@cache
def _comment(beside: Beside) -> Any:
    return beside(
        select(*_OF_COMMENT)
        .join(Comment, Comment.consultation_id == Consultation.id)
        .join(Thread, Thread.id == Comment.thread_id)
        .outerjoin(_Replies, _Replies.id == Comment.replies_id)
        .where(Comment.id == bindparam("comment_id"))
    )
