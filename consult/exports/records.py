"""What everybody may have as data: what was said, grouped, answered and changed; nobody's address.

A person's name is left out although the site shows it: a file outlives a withdrawal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Organisation
from consult.answers.adoption.queries import Taken, taken
from consult.answers.fates import newest_fates
from consult.answers.models import Answer, Fate
from consult.drafts.models import Clause, ClauseText, Version
from consult.kernel.release import RELEASED, Release
from consult.opinions.models import StanceTally
from consult.opinions.queries import COUNTERS, Counts, counts_of
from consult.submissions.models import (
    PUBLISHED,
    Comment,
    CommentRevision,
    Point,
    Submission,
)
from consult.themes.queries import campaigns_of_points, labels_of_points

# Comments read at once.
CHUNK = 500


@dataclass(frozen=True)
class PointRecord:
    """One point: its words, its labels and its newest public answer, by id."""

    id: int
    text: str
    theme_id: int | None
    theme_by: str | None
    campaign_id: int | None
    answer_id: int | None
    published_with: int | None
    changed_text: bool


@dataclass(frozen=True)
class CommentRecord:
    """One comment. Without words unless everybody can read it."""

    number: int
    state: str
    received_at: datetime
    late: bool
    language: str
    channel: str
    respondent: str
    # As the organisation declared itself when it sent this.
    organisation: str
    register_number: str
    declared_interest: str
    clause: str | None
    reply_to: int | None
    text: str
    # The words that it proposes for its clause ("": that the clause should go), and the number of
    # the version for which; none for most comments.
    proposed: str | None
    proposed_on: int | None
    # What was taken of it.
    taken: Taken | None
    # What others say about it; None unless everybody can read it.
    stances: Counts | None
    points: list[PointRecord] = field(default_factory=list)


def comments(
    session: Session, consultation_id: int, *, within: bool = False
) -> Iterator[CommentRecord]:
    """All comments of a consultation by number, a few hundred at a time.

    `within` keeps to the snapshot that the caller has begun to read.
    """
    after = 0
    while rows := _comments(session, consultation_id, after):
        points = _points(session, [row.id for row in rows])
        words = taken(session, [row.id for row in rows if row.proposed_text is not None])
        for row in rows:
            yield _record(row, points.get(row.id, []), words.get(row.id))
        after = rows[-1].seq
        if not within:
            # Nobody's checkpoint or vacuum waits for a slow download.
            session.rollback()


def _comments(session: Session, consultation_id: int, after: int) -> list[Any]:
    parent = aliased(Comment)
    return list(
        session.execute(
            select(
                Comment.id,
                Comment.seq,
                Comment.state,
                Comment.received_at,
                Comment.late,
                Comment.language,
                Submission.channel,
                Submission.respondent,
                Organisation.name.label("organisation"),
                Organisation.register_number,
                Organisation.declared_interest,
                Clause.key.label("clause"),
                parent.seq.label("reply_to"),
                CommentRevision.text,
                CommentRevision.proposed_text,
                Version.number.label("proposed_on"),
                *COUNTERS,
            )
            .join(Submission, Submission.id == Comment.submission_id)
            .outerjoin(Organisation, Organisation.id == Submission.organisation_id)
            .outerjoin(Clause, Clause.id == Comment.clause_id)
            .outerjoin(parent, parent.id == Comment.parent_id)
            .join(CommentRevision, CommentRevision.comment_id == Comment.id)
            .outerjoin(ClauseText, ClauseText.id == CommentRevision.amends_id)
            .outerjoin(Version, Version.id == ClauseText.version_id)
            .outerjoin(StanceTally, StanceTally.revision_id == CommentRevision.id)
            .where(
                Comment.consultation_id == consultation_id,
                Comment.seq > after,
                CommentRevision.superseded_at.is_(None),
            )
            .order_by(Comment.seq)
            .limit(CHUNK)
        )
    )


def _record(row: Any, points: list[Any], words: Taken | None) -> CommentRecord:
    readable = row.state == PUBLISHED
    return CommentRecord(
        number=row.seq,
        state=row.state,
        received_at=row.received_at,
        late=row.late,
        language=row.language,
        channel=row.channel,
        respondent=row.respondent if readable else "",
        organisation=(row.organisation or "") if readable else "",
        register_number=(row.register_number or "") if readable else "",
        declared_interest=(row.declared_interest or "") if readable else "",
        clause=row.clause,
        reply_to=row.reply_to,
        text=row.text if readable else "",
        proposed=row.proposed_text if readable else None,
        proposed_on=row.proposed_on if readable else None,
        taken=words if readable else None,
        stances=counts_of(row[-len(COUNTERS) :]) if readable else None,
        points=[
            PointRecord(text=row.text[start:end] if readable else "", **facts)
            for start, end, facts in points
        ],
    )


def _points(session: Session, comment_ids: list[int]) -> dict[int, list[Any]]:
    rows = session.execute(
        select(Point.id, Point.comment_id, Point.start, Point.end)
        .where(Point.comment_id.in_(comment_ids), Point.retired_at.is_(None))
        .order_by(Point.comment_id, Point.start, Point.id)
    ).all()
    ids = [row.id for row in rows]
    labels, campaigns = labels_of_points(session, ids), campaigns_of_points(session, ids)
    fates = newest_fates(session, ids)
    found: dict[int, list[Any]] = {}
    for row in rows:
        label, fate = labels.get(row.id), fates.get(row.id)
        facts = {
            "id": row.id,
            "theme_id": label.theme_id if label else None,
            "theme_by": ("person" if label.person_id else "machine") if label else None,
            "campaign_id": campaigns.get(row.id),
            "answer_id": fate.answer_id if fate else None,
            "published_with": fate.release_id if fate else None,
            "changed_text": bool(fate and fate.changed),
        }
        found.setdefault(row.comment_id, []).append((row.start, row.end, facts))
    return found


def public_answer_ids(session: Session, consultation_id: int) -> list[int]:
    """Answers that a released publication gave to somebody."""
    return list(
        session.scalars(
            select(Fate.answer_id)
            .join(Release, Release.id == Fate.release_id)
            .join(Answer, Answer.id == Fate.answer_id)
            .where(Answer.consultation_id == consultation_id, Release.state == RELEASED)
            .distinct()
            .order_by(Fate.answer_id)
        )
    )
