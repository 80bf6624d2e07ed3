"""Somebody agrees, disagrees or passes; and an account's stances are forgotten.

The log has no line of it: it would say who said what, and when. The row itself is the record.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.consultations.queries import dates
from consult.kernel.clock import luxembourg_date
from consult.kernel.errors import NotFoundError
from consult.kernel.inserting import conflict_insert
from consult.opinions import counters, planning, voters
from consult.opinions.errors import NotOpenForStancesError, NotReadableError, OtherWordsError
from consult.opinions.models import STANCES, Stance
from consult.opinions.voters import Voter
from consult.submissions.models import PUBLISHED, Comment, CommentRevision


@dataclass(frozen=True)
class Words:
    """A top comment as far as a stance on it is concerned."""

    consultation_id: int
    state: str
    revision_id: int


def say(
    session: Session, comment_id: int, *, said: str, seen: int, voter: Voter, now: datetime
) -> None:
    """Note what a voter says about a top comment; what they said before is replaced.

    `seen` is the revision whose words they read. The same twice is the same. Raises NotFoundError
    (also for a reply and for a comment of another consultation than the voter's),
    NotOpenForStancesError, NotReadableError, OtherWordsError.
    """
    assert said in STANCES
    words = _words(session, comment_id)
    if words.consultation_id != voter.consultation_id:
        raise NotFoundError
    if phase(dates(session, words.consultation_id), now) is not Phase.OPEN:
        raise NotOpenForStancesError
    if words.state != PUBLISHED:
        raise NotReadableError
    if words.revision_id != seen:
        raise OtherWordsError
    steps = _note(session, words, comment_id, said=said, voter=voter, now=now)
    counters.move(session, steps)
    if steps:
        planning.plan(session, words.consultation_id, now)


def _words(session: Session, comment_id: int) -> Words:
    row = session.execute(
        select(Comment.consultation_id, Comment.state, Comment.root_id, CommentRevision.id)
        .join(CommentRevision, CommentRevision.comment_id == Comment.id)
        .where(Comment.id == comment_id, CommentRevision.superseded_at.is_(None))
    ).first()
    if row is None or row[2] is not None:
        raise NotFoundError
    return Words(row[0], row[1], row[3])


def _note(
    session: Session, words: Words, comment_id: int, *, said: str, voter: Voter, now: datetime
) -> Counter[tuple[int, str]]:
    """Write it down; returns by how much which counters move."""
    now_counts = (words.revision_id, counters.column(said, with_account=voter.with_account))
    facts = {
        "revision_id": words.revision_id,
        "said": said,
        "said_on": luxembourg_date(now),
    }
    made = session.execute(
        conflict_insert(session.get_bind(), Stance)
        .values(
            consultation_id=words.consultation_id,
            comment_id=comment_id,
            voter=voter.key,
            with_account=voter.with_account,
            **facts,
        )
        .on_conflict_do_nothing()
        .returning(Stance.id)
    ).scalar()
    if made is not None:
        return Counter({now_counts: 1})
    # It was there, or somebody (a second press) has just written it: that one is waited for.
    before = session.execute(
        select(Stance.id, Stance.revision_id, Stance.said)
        .where(Stance.comment_id == comment_id, Stance.voter == voter.key)
        .with_for_update()
    ).one()
    counted = (before[1], counters.column(before[2], with_account=voter.with_account))
    if counted == now_counts:
        return Counter()
    session.execute(update(Stance).where(Stance.id == before[0]).values(facts))
    return Counter({now_counts: 1, counted: -1})


def forget(
    session: Session,
    user_id: int,
    *,
    now: datetime,
    at_most: int = 300,
    consultation_id: int | None = None,
) -> int:
    """Delete up to `at_most` stances of an account, and take them out of the counters: everywhere, or
    in one consultation.

    For somebody who has their data erased: called until it returns less than `at_most`. Groups
    are looked for anew where the stances counted.
    """
    everywhere = select(Consultation.id).order_by(Consultation.id)
    of = [consultation_id] if consultation_id is not None else session.scalars(everywhere)
    keys = [voters.of_account(number, user_id).key for number in of]
    rows = session.execute(
        select(Stance.id, Stance.revision_id, Stance.said, Stance.consultation_id)
        .where(Stance.voter.in_(keys))
        .order_by(Stance.id)
        .limit(at_most)
        .with_for_update()
    ).all()
    session.execute(delete(Stance).where(Stance.id.in_([row[0] for row in rows])))
    steps: Counter[tuple[int, str]] = Counter()
    for _, revision_id, said, _ in rows:
        steps[revision_id, counters.column(said, with_account=True)] -= 1
    counters.move(session, steps)
    for concerned in sorted({row[3] for row in rows}):
        planning.plan(session, concerned, now)
    return len(rows)
