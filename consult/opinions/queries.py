"""Every read of stances: counters, what a voter said, what they have not seen, and the groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.db import columns, glance
from consult.opinions.counters import ALL
from consult.opinions.models import OpinionMap, Stance, StanceTally
from consult.opinions.voters import Voter
from consult.submissions import standing
from consult.submissions.models import PUBLISHED, Comment, CommentRevision
from consult.submissions.queries import tally
from consult.submissions.standing import Key

# How many comments are looked at to find the least seen one, and how often.
WINDOW = 500
MOST_WINDOWS = 20
# How many stances are read at once.
PORTION = 10_000


@dataclass(frozen=True)
class Counts:
    """How many agree, disagree and pass: persons by account, and visits."""

    agree: int = 0
    disagree: int = 0
    passed: int = 0
    visit_agree: int = 0
    visit_disagree: int = 0
    visit_passed: int = 0

    @property
    def persons(self) -> int:
        return self.agree + self.disagree + self.passed

    @property
    def visits(self) -> int:
        return self.visit_agree + self.visit_disagree + self.visit_passed


_CURRENT = CommentRevision.superseded_at.is_(None)
COUNTERS = tuple(getattr(StanceTally, name) for name in ALL)


def key_of_comment(comment_id: int, now: datetime) -> tuple[Key, Counts]:
    """The key of a comment's page, and what was said about its present words, which is part of it.

    One statement for both: a page with this key shows just these numbers. Raises NotFoundError.
    """
    key = standing.of_comment(comment_id, now, _with_counts)
    return key, counts_of(key[-len(ALL) :])


def counts_of(numbers: Any) -> Counts:
    """What a row says whose columns are COUNTERS; nothing was said where there is no such row."""
    return Counts(*(number or 0 for number in numbers))


def _with_counts(chosen: Any) -> Any:
    return (
        chosen.add_columns(*COUNTERS)
        .join(CommentRevision, and_(CommentRevision.comment_id == Comment.id, _CURRENT))
        .outerjoin(StanceTally, StanceTally.revision_id == CommentRevision.id)
    )


def said_by(session: Session, comment_id: int, voter: Voter) -> str | None:
    """What a voter says about the present words of a comment, if anything."""
    return session.scalar(
        select(Stance.said)
        .join(CommentRevision, CommentRevision.id == Stance.revision_id)
        .where(Stance.comment_id == comment_id, Stance.voter == voter.key, _CURRENT)
    )


def how_many_by(session: Session, voter: Voter) -> int:
    """About how many comments a voter has said something in the consultation that it is of."""
    said = select(func.count()).select_from(Stance).where(Stance.voter == voter.key)
    return session.execute(said).scalar_one()


def next_comment(
    session: Session, consultation_id: int, voter: Voter | None, *, language: str | None = None
) -> int | None:
    """The top comment to show next: the one that fewest have spoken about, this voter not yet.

    In large consultations the fewest of a stretch of WINDOW comments, which begins elsewhere for
    each voter, so that all get their turn and no reader waits for a look through everything. None
    when nothing is left in the next MOST_WINDOWS stretches.
    """
    last = tally(session, consultation_id).last_seq
    stretches = -(-last // WINDOW)
    first = int.from_bytes(voter.key[:4], "big") % stretches if voter and stretches else 0
    for i in range(min(stretches, MOST_WINDOWS)):
        begin = (first + i) % stretches * WINDOW
        facts: dict[str, object] = {
            "consultation_id": consultation_id,
            "after": begin,
            "until": begin + WINDOW,
            "voter": voter.key if voter else b"",
        }
        if language:
            facts["language"] = language
        found = columns(session, _least_seen(language is not None), facts).first()
        if found is not None:
            return int(found[0])
    return None


@cache
def _least_seen(in_one_language: bool) -> Any:
    seen: Any = sum(COUNTERS[1:], start=COUNTERS[0])
    mine = and_(
        Stance.comment_id == Comment.id,
        Stance.revision_id == CommentRevision.id,
        Stance.voter == bindparam("voter"),
    )
    chosen = (
        select(Comment.id)
        .join(CommentRevision, and_(CommentRevision.comment_id == Comment.id, _CURRENT))
        .outerjoin(StanceTally, StanceTally.revision_id == CommentRevision.id)
        .outerjoin(Stance, mine)
        .where(
            Comment.consultation_id == bindparam("consultation_id"),
            Comment.seq > bindparam("after"),
            Comment.seq <= bindparam("until"),
            Comment.state == PUBLISHED,
            Comment.root_id.is_(None),
            Stance.id.is_(None),
        )
        .order_by(func.coalesce(seen, 0), Comment.seq)
        .limit(1)
    )
    if in_one_language:
        chosen = chosen.where(Comment.language == bindparam("language"))
    return chosen


@dataclass(frozen=True, slots=True)
class SaidRow:
    """One stance for the look for groups. `shown`: the comment can be read now."""

    comment_id: int
    revision_id: int
    shown: bool
    voter: bytes
    with_account: bool
    said: str


def said(session: Session, consultation_id: int) -> Iterator[SaidRow]:
    """All that was said about present words in a consultation, in a fixed order."""
    after = 0
    while rows := columns(
        session, _said(), {"consultation_id": consultation_id, "after": after}
    ).all():
        for _, comment_id, revision_id, state, voter, with_account, what in rows:
            yield SaidRow(comment_id, revision_id, state == PUBLISHED, voter, with_account, what)
        after = rows[-1][0]


@cache
def _said() -> Any:
    return (
        select(
            Stance.id,
            Stance.comment_id,
            Stance.revision_id,
            Comment.state,
            Stance.voter,
            Stance.with_account,
            Stance.said,
        )
        .join(Comment, Comment.id == Stance.comment_id)
        .join(CommentRevision, CommentRevision.id == Stance.revision_id)
        .where(
            Stance.consultation_id == bindparam("consultation_id"),
            Stance.id > bindparam("after"),
            _CURRENT,
        )
        .order_by(Stance.id)
        .limit(PORTION)
    )


def opinion_map(session: Session, consultation_id: int) -> OpinionMap | None:
    """The newest look for groups, if there was one."""
    return session.get(OpinionMap, consultation_id, populate_existing=True)


def map_version(slug: str) -> datetime | None:
    """When the groups of a consultation were last looked for: part of their page's key."""
    found = glance(_map_version(), {"slug": slug})
    made_at: datetime | None = found[0] if found else None
    return made_at


@cache
def _map_version() -> Any:
    return (
        select(OpinionMap.made_at)
        .join(Consultation, Consultation.id == OpinionMap.consultation_id)
        .where(Consultation.slug == bindparam("slug"))
    )
