"""The numbers of a report, which add up: received = answered + withdrawn + removed + open.

They are counted from the points themselves at one moment, not from the counters, so that a report
proves these as well.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Organisation
from consult.answers.fates import is_newest
from consult.answers.models import Answer, Fate
from consult.kernel.release import RELEASED, Release
from consult.submissions.models import (
    PUBLISHED,
    REMOVED,
    Comment,
    Point,
    Submission,
)
from consult.submissions.points import LIVE_STATES, is_owed


@dataclass
class Sum:
    """Points that are or were owed an answer, by what became of them."""

    answered: int = 0
    withdrawn: int = 0
    removed: int = 0
    open: int = 0

    @property
    def received(self) -> int:
        return self.answered + self.withdrawn + self.removed + self.open

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Sum)))


@dataclass(frozen=True)
class Group:
    """Points that came in one language by one channel."""

    language: str
    channel: str
    sum: Sum


@dataclass(frozen=True)
class Numbers:
    """What became of all points. `received` counts on its own, the groups say what became of each."""

    received: int
    groups: list[Group]
    # Owed nothing, and so in no sum: what came too late and nobody admitted, and what people wrote
    # to each other without addressing the body.
    late: int
    replies: int

    @property
    def sum(self) -> Sum:
        return total(self.groups)

    def by(self, part: str) -> list[tuple[str, Sum]]:
        """The sums by "language" or "channel", the largest first."""
        found: dict[str, Sum] = {}
        for group in self.groups:
            key = getattr(group, part)
            found[key] = found.get(key, Sum()) + group.sum
        return sorted(found.items(), key=lambda pair: (-pair[1].received, pair[0]))


def total(groups: Iterable[Group]) -> Sum:
    made = Sum()
    for group in groups:
        made += group.sum
    return made


def numbers(session: Session, consultation_id: int) -> Numbers:
    """Every live point of every comment, each counted once. One statement."""
    root = aliased(Comment)
    root_gone = root.state.not_in(LIVE_STATES)
    facts = (
        Comment.language,
        Submission.channel,
        Comment.state,
        Comment.late,
        Comment.admitted_at.is_not(None).label("admitted"),
        Comment.root_id.is_not(None).label("reply"),
        Comment.addressed,
        func.coalesce(root_gone, False).label("root_gone"),
        Point.owed,
        func.coalesce(Release.state == RELEASED, False).label("settled"),
    )
    rows = session.execute(
        select(*facts, func.count().label("points"))
        .select_from(Point)
        .join(Comment, Comment.id == Point.comment_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(root, root.id == Comment.root_id)
        .outerjoin(Release, Release.id == Point.settled_by)
        .where(Point.consultation_id == consultation_id, Point.retired_at.is_(None))
        .group_by(*facts)
    )
    found: dict[tuple[str, str], Sum] = {}
    received = late = replies = 0
    for row in rows:
        live = row.state in LIVE_STATES
        # What is gone is owed nothing any more: was it, before it went?
        owed = row.owed if live else is_owed(
            state=PUBLISHED, late=row.late, admitted=row.admitted, reply=row.reply,
            addressed=row.addressed, root_gone=row.root_gone,
        )  # fmt: skip
        if not owed:
            if row.late and not row.admitted:
                late += row.points
            else:
                replies += row.points
            continue
        received += row.points
        into = found.setdefault((row.language, row.channel), Sum())
        name = _became(row.state, live=live, settled=bool(row.settled))
        setattr(into, name, getattr(into, name) + row.points)
    groups = [Group(*key, made) for key, made in sorted(found.items())]
    return Numbers(received, groups, late, replies)


def _became(state: str, *, live: bool, settled: bool) -> str:
    if live:
        return "answered" if settled else "open"
    return "removed" if state == REMOVED else "withdrawn"


@dataclass(frozen=True)
class Participation:
    """What came in, whatever became of it."""

    submissions: int
    comments: int
    organisations: int


def participation(session: Session, consultation_id: int) -> Participation:
    """How much came in. Two statements."""
    # An organisation that was founded and declared itself twice is one.
    speaker = func.coalesce(Organisation.stands_for_id, Organisation.id)
    submissions, organisations = session.execute(
        select(func.count(), func.count(speaker.distinct()))
        .select_from(Submission)
        .outerjoin(Organisation, Organisation.id == Submission.organisation_id)
        .where(Submission.consultation_id == consultation_id)
    ).one()
    comments = session.scalar(
        select(func.count()).where(Comment.consultation_id == consultation_id)
    )
    return Participation(submissions, comments or 0, organisations)


def dispositions(session: Session, consultation_id: int) -> Counter[str]:
    """What owed points were answered, by disposition. One statement."""
    rows = session.execute(
        select(Answer.disposition, func.count())
        .select_from(Point)
        .join(Fate, Fate.point_id == Point.id)
        .join(Release, Release.id == Fate.release_id)
        .join(Answer, Answer.id == Fate.answer_id)
        .where(
            Point.consultation_id == consultation_id,
            Point.owed.is_(True),
            Point.retired_at.is_(None),
            Release.state == RELEASED,
            is_newest(),
        )
        .group_by(Answer.disposition)
    )
    return Counter(dict(rows.all()))


def last_comment(session: Session, consultation_id: int) -> int:
    """The highest comment number; 0 before the first."""
    return (
        session.scalar(
            select(func.max(Comment.seq)).where(Comment.consultation_id == consultation_id)
        )
        or 0
    )
