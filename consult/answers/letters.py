"""One letter for every contributor who left an address and is told something new.

The same letter for accepted and refused points. It waits in the outbox until the release.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session, aliased

from consult.answers.adoption import queries as adoption
from consult.answers.fates import newest_fates
from consult.answers.models import Answer, Fate, Publication
from consult.notifications import outbox
from consult.notifications.models import Letter
from consult.submissions.models import HELD, PUBLISHED, Comment, Contact, Point, Submission

TEMPLATE = "answered"
# A letter lists so many points; the page it leads to shows all of them.
MOST_LISTED = 20


@dataclass(frozen=True)
class News:
    """What one fate tells its author."""

    seq: int
    disposition: str
    changed: bool
    # It replaces an answer that was published before.
    again: bool
    # A reply: told what became of the comment above it.
    from_root: bool = False
    # How much of the words that the comment proposed stands in the text: "whole", "part" or "".
    # Said with its first point only.
    taken: str = ""

    def payload(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "disposition": self.disposition,
            "changed": self.changed,
            "again": self.again,
            "from_root": self.from_root,
            "taken": self.taken,
        }


def key(release_id: int, submission_id: int) -> str:
    """The idempotency key of the one letter that a release sends to a submission."""
    return f"answered:release {release_id}:submission {submission_id}"


@dataclass(frozen=True)
class Ahead:
    """Letters that were worked out, and the last submission that was looked at (None when done)."""

    letters: list[dict[str, Any]]
    last: int | None


def work_out(session: Session, publication: Publication, *, after: int, limit: int) -> Ahead:
    """The letters of the next submissions with an address. Writes nothing."""
    rows = session.execute(
        select(Submission.id, Submission.language)
        .join(Contact, Contact.submission_id == Submission.id)
        .where(
            Submission.consultation_id == publication.consultation_id,
            Submission.id > after,
            Contact.email.is_not(None),
        )
        .order_by(Submission.id)
        .limit(limit)
    ).all()
    languages = {row.id: row.language for row in rows}
    last = rows[-1].id if len(rows) == limit else None
    return Ahead(_letters(session, publication.release_id, languages), last)


def write(session: Session, ahead: Ahead, now: datetime) -> None:
    """Put worked out letters into the outbox, where they wait for the release."""
    outbox.write_many(session, ahead.letters, now)


def touched(session: Session, release_id: int) -> list[int]:
    """Submissions of which something was taken away since its fate was prepared, and those that
    replied to it: with the comment above them its answer is theirs no longer."""
    gone = (
        select(Comment.id, Comment.submission_id, Comment.replies_id)
        .join(Fate, Fate.comment_id == Comment.id)
        .join(Point, Point.id == Fate.point_id)
        .where(
            Fate.release_id == release_id,
            or_(Comment.state.not_in((PUBLISHED, HELD)), Point.retired_at.is_not(None)),
        )
        .cte("gone")
    )
    reply = aliased(Comment)
    replied = select(reply.submission_id).join(gone, gone.c.replies_id == reply.thread_id)
    return sorted(session.scalars(select(gone.c.submission_id).union(replied)))


def mend(
    session: Session, publication: Publication, submission_ids: Sequence[int], now: datetime
) -> None:
    """Write the letters of these submissions again, where they had one, as things stand now."""
    keys = [key(publication.release_id, number) for number in submission_ids]
    had = set(session.scalars(select(Letter.recipient).where(Letter.idempotency_key.in_(keys))))
    session.execute(delete(Letter).where(Letter.idempotency_key.in_(keys)))
    kept = [number for number in submission_ids if f"submission:{number}" in had]
    languages = session.execute(
        select(Submission.id, Submission.language).where(Submission.id.in_(kept))
    )
    spoken = {row.id: row.language for row in languages}
    outbox.write_many(session, _letters(session, publication.release_id, spoken), now)


def _letters(session: Session, release_id: int, languages: dict[int, str]) -> list[dict[str, Any]]:
    return [
        {
            "recipient": f"submission:{number}",
            "template": TEMPLATE,
            "language": languages[number],
            "idempotency_key": key(release_id, number),
            "payload": payload(told),
            "release_id": release_id,
        }
        for number, told in sorted(news_of(session, release_id, languages).items())
    ]


def payload(told: list[News]) -> dict[str, Any]:
    """What the template `mail/answered.txt` needs."""
    return {
        "number": len(told),
        "changed": sum(1 for n in told if n.changed),
        "again": sum(1 for n in told if n.again),
        "points": [n.payload() for n in told[:MOST_LISTED]],
    }


def news_of(
    session: Session, release_id: int, submission_ids: Collection[int]
) -> dict[int, list[News]]:
    """Submission → what a prepared release tells its author, by comment number."""
    comments = session.execute(
        select(Comment.id, Comment.submission_id, Comment.seq, Comment.root_id).where(
            Comment.submission_id.in_(submission_ids), Comment.state.in_((PUBLISHED, HELD))
        )
    ).all()
    own = [c.id for c in comments]
    roots = {c.id: c.root_id for c in comments if c.root_id is not None}
    told = _news_of_comments(session, release_id, {*own, *roots.values()})
    with_fate = _with_released_fate(session, roots)
    found: dict[int, list[News]] = defaultdict(list)
    for comment in sorted(comments, key=lambda c: c.seq):
        news = told.get(comment.id, [])
        if not news and comment.id in roots and comment.id not in with_fate:
            news = [
                News(comment.seq, n.disposition, n.changed, n.again, from_root=True)
                for n in told.get(roots[comment.id], [])
            ]
        found[comment.submission_id] += news
    return {number: news for number, news in found.items() if news}


def _news_of_comments(
    session: Session, release_id: int, comment_ids: Collection[int]
) -> dict[int, list[News]]:
    rows = session.execute(
        select(Fate, Answer.disposition, Comment.seq)
        .join(Point, Point.id == Fate.point_id)
        .join(Comment, Comment.id == Fate.comment_id)
        .join(Answer, Answer.id == Fate.answer_id)
        .where(
            Fate.comment_id.in_(comment_ids),
            Fate.release_id == release_id,
            Point.retired_at.is_(None),
            Comment.state.in_((PUBLISHED, HELD)),
        )
        .order_by(Fate.comment_id, Point.start)
    ).all()
    taken = adoption.taken(
        session, {fate.comment_id for fate, _, _ in rows}, version_id=_version(session, release_id)
    )
    former = newest_fates(session, [fate.point_id for fate, _, _ in rows])
    found: dict[int, list[News]] = defaultdict(list)
    for fate, disposition, seq in rows:
        before = former.get(fate.point_id)
        same = before is not None and (before.answer_id, before.changed) == (
            fate.answer_id,
            fate.changed,
        )
        if not same:
            words = taken.get(fate.comment_id)
            told = words.stands if words and not found[fate.comment_id] else ""
            found[fate.comment_id].append(
                News(seq, disposition, fate.changed, again=before is not None, taken=told)
            )
    return found


def _version(session: Session, release_id: int) -> int | None:
    """The version that becomes public with a release."""
    return session.scalar(
        select(Publication.version_id).where(Publication.release_id == release_id)
    )


def _with_released_fate(session: Session, comment_ids: Collection[int]) -> set[int]:
    points = session.execute(
        select(Point.id, Point.comment_id).where(
            Point.comment_id.in_(comment_ids),
            exists(select(Fate.id).where(Fate.point_id == Point.id)),
        )
    ).all()
    answered = newest_fates(session, [p.id for p in points])
    return {p.comment_id for p in points if p.id in answered}
