"""Every read of the coding screen: a fixed number of statements, by key, and no counts.

Only what a coder asks for when they take a portion may read more than a few rows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, exists, select, union_all
from sqlalchemy.orm import Session

from consult.accounts.models import Membership, User
from consult.accounts.queries import shown_name
from consult.consultations.models import ConsultationBody
from consult.drafts import queries as drafts
from consult.drafts.models import ClauseText
from consult.kernel.db import columns
from consult.submissions import queries as submissions
from consult.submissions.models import Comment, CommentRevision, Point, Submission
from consult.themes.coding.likely import Machine
from consult.themes.coding.wanted import CONFIDENCE, NOBODY, NONE, Wanted
from consult.themes.models import (
    ACCEPTED,
    Assignment,
    Campaign,
    CampaignMember,
    CurrentRun,
    Portion,
    PortionPoint,
    RunSuggestion,
)
from consult.themes.point_queries import Filter, branches
from consult.themes.queries import AnyQuery, Home, resolved
from consult.themes.standing import live, standing


@dataclass(frozen=True)
class Held:
    """A point that a coder has before them."""

    point_id: int
    done: bool


@dataclass(frozen=True)
class Mine:
    """What a coder has before them, in the order of the points, and where it came from."""

    points: Sequence[Held]
    expires_at: datetime | None
    asked: Wanted
    # Who handed it over, with the note; none where the coder took it.
    handed_by: int | None
    note: str

    @property
    def done(self) -> int:
        return sum(point.done for point in self.points)

    def at(self, wanted: int | None, after: int | None) -> int | None:
        """The point to show: the one asked for if it is held, else the next open one after
        another, coming round to the beginning."""
        ids = [point.point_id for point in self.points]
        if wanted in ids:
            return wanted
        here = ids.index(after) + 1 if after in ids else 0
        later = [*self.points[here:], *self.points[:here]]
        return next((p.point_id for p in later if not p.done), None)

    def place(self, point_id: int) -> int:
        """Which of the points it is, from 1."""
        return 1 + next(n for n, p in enumerate(self.points) if p.point_id == point_id)

    def before(self, point_id: int | None) -> int | None:
        """The point before this one; before none, the last one."""
        ids = [point.point_id for point in self.points]
        here = ids.index(point_id) if point_id in ids else len(ids)
        return ids[here - 1] if here else None


def mine(session: Session, consultation_id: int, person_id: int, now: datetime) -> Mine:
    """A coder's portions that have not expired. One statement."""
    facts = {"consultation_id": consultation_id, "person_id": person_id, "now": now}
    rows = [_HeldRow(*row) for row in columns(session, _mine(), facts)]
    if not rows:
        return Mine([], None, Wanted(), None, "")
    points = [Held(row.point_id, row.done_at is not None) for row in rows]
    last = rows[-1]
    told = next((row for row in rows if row.handed_by and row.done_at is None), last)
    return Mine(points, last.expires_at, Wanted.read(last.asked), told.handed_by, told.note)


class _HeldRow(NamedTuple):
    point_id: int
    done_at: datetime | None
    expires_at: datetime
    asked: dict[str, Any]
    handed_by: int | None
    note: str


@cache
def _mine() -> Any:
    return (
        select(
            PortionPoint.point_id,
            PortionPoint.done_at,
            Portion.expires_at,
            Portion.asked,
            Portion.handed_by,
            Portion.note,
        )
        .join(Portion, PortionPoint.portion_id == Portion.id)
        .join(Point, Point.id == PortionPoint.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            Portion.consultation_id == bindparam("consultation_id"),
            Portion.person_id == bindparam("person_id"),
            Portion.expires_at > bindparam("now"),
            live(),
        )
        .order_by(Portion.id, PortionPoint.point_id)
    )


@dataclass(frozen=True)
class Shown:
    """A point with what a coder needs to judge it."""

    point_id: int
    comment_id: int
    seq: int
    text: str
    start: int
    end: int
    language: str
    held: bool
    settled_by: int | None
    channel: str
    respondent: str
    received_at: datetime
    root_id: int | None
    clause: str | None
    campaign_id: int | None
    # The words that the current run says are behind its label; none for most points.
    behind: Sequence[str] | None
    # What the current run says of it, whoever decided since: as its label has it.
    run_theme: int | None
    run_score: float | None
    run_others: Sequence[Sequence[int]] | None

    @property
    def machine(self) -> Machine | None:
        """The theme that the current run gives it, and those that come next."""
        if self.run_theme is None:
            return None
        return Machine(self.run_theme, self.run_score or 0.0, self.run_others or ())


def shown(session: Session, point_id: int) -> Shown:
    """One point with the whole comment around it. One statement."""
    return Shown(*columns(session, _shown(), {"point_id": point_id}).one())


@cache
def _shown() -> Any:
    clause = (
        select(ClauseText.number)
        .where(
            ClauseText.version_id == Comment.version_id, ClauseText.clause_id == Comment.clause_id
        )
        .order_by(ClauseText.id)
        .limit(1)
        .correlate(Comment)
        .scalar_subquery()
    )
    campaign = (
        select(CampaignMember.campaign_id)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(
            CampaignMember.point_id == Point.id,
            CampaignMember.state == ACCEPTED,
            Campaign.state == ACCEPTED,
        )
        .limit(1)
        .correlate(Point)
        .scalar_subquery()
    )
    return (
        select(
            Point.id,
            Comment.id,
            Comment.seq,
            CommentRevision.text,
            Point.start,
            Point.end,
            CommentRevision.language,
            Comment.state == "held",
            Point.settled_by,
            Submission.channel,
            Submission.respondent,
            Comment.received_at,
            Comment.root_id,
            clause,
            campaign,
            RunSuggestion.words,
            Assignment.theme_id,
            Assignment.score,
            Assignment.others,
        )
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(CurrentRun, CurrentRun.consultation_id == Point.consultation_id)
        .outerjoin(
            RunSuggestion,
            and_(RunSuggestion.run_id == CurrentRun.run_id, RunSuggestion.point_id == Point.id),
        )
        .outerjoin(
            Assignment,
            and_(Assignment.run_id == CurrentRun.run_id, Assignment.point_id == Point.id),
        )
        .where(Point.id == bindparam("point_id"))
    )


def colleagues(
    session: Session, consultation_id: int, roles: Collection[str]
) -> list[tuple[int, str]]:
    """Who may code in a consultation, by name."""
    facts = {"consultation_id": consultation_id, "roles": sorted(roles)}
    rows = columns(session, _colleagues(), facts)
    return [(user_id, shown_name(name, email)) for user_id, name, email in rows]


@cache
def _colleagues() -> Any:
    return (
        select(User.id, User.name, User.email)
        .join(Membership, Membership.user_id == User.id)
        .join(ConsultationBody, ConsultationBody.body_id == Membership.body_id)
        .where(
            ConsultationBody.consultation_id == bindparam("consultation_id"),
            Membership.role.in_(bindparam("roles", expanding=True)),
            User.disabled_at.is_(None),
        )
        .distinct()
        .order_by(User.name, User.id)
    )


def clauses(session: Session, consultation_id: int, language: str) -> list[tuple[int, str]]:
    """The clauses on which somebody has said something, with what they are called."""
    spoken = [clause for clause in submissions.threads(session, consultation_id) if clause]
    labels = drafts.clause_labels(session, sorted(spoken), language)
    return [(clause, labels[clause].label) for clause in sorted(spoken) if clause in labels]


def at_work(session: Session, consultation_id: int, now: datetime) -> list[tuple[int, datetime]]:
    """Who holds a portion, and until when; the first to expire first."""
    rows = session.execute(
        select(Portion.person_id, Portion.expires_at)
        .where(Portion.consultation_id == consultation_id, Portion.expires_at > now)
        .order_by(Portion.expires_at, Portion.id)
        .limit(20)
    )
    return [(person, until) for person, until in rows]


def candidates(
    session: Session,
    consultation_id: int,
    wanted: Wanted,
    *,
    person_id: int,
    now: datetime,
    after: int = 0,
    size: int,
) -> list[int]:
    """Points to take, by id from after one on; where these are too few, from the beginning too."""
    points = [
        _narrowed(labelled, wanted).where(_free(person_id, now))
        for labelled in _labelled(session, consultation_id, wanted)
    ]
    found = _first(session, points, size, after=after)
    if after and len(found) < size:
        found += _first(session, points, size - len(found), until=after)
    return found


def _first(
    session: Session,
    points: Sequence[AnyQuery],
    size: int,
    *,
    after: int = 0,
    until: int | None = None,
) -> list[int]:
    ranges = []
    for query in points:
        # The column that the range's own index is ordered by.
        key = query.selected_columns[0]
        bounded = query.where(key > after)
        if until is not None:
            bounded = bounded.where(key <= until)
        ranges.append(select(bounded.order_by(key).limit(size).subquery().c[0]))
    if not ranges:
        return []
    point_id = union_all(*ranges).subquery().c[0]
    return list(session.scalars(select(point_id).order_by(point_id).limit(size)))


def _labelled(session: Session, consultation_id: int, wanted: Wanted) -> list[AnyQuery]:
    """Selections of live points by their theme, their coder and what a run thought of its label."""
    if wanted.theme:
        by = {None: None, NOBODY: "machine"}.get(wanted.coder, "person")
        chosen = Filter(language=wanted.language, words=wanted.words, by=by)
        queries = [query for _, query in branches(session, [wanted.theme], chosen)]
    else:
        points: AnyQuery = (
            select(Point.id)
            .select_from(Point)
            .join(Comment, Comment.id == Point.comment_id)
            .outerjoin(Assignment, and_(Assignment.point_id == Point.id, standing()))
            .where(Point.consultation_id == consultation_id)
        )
        if wanted.theme == NONE:
            points = resolved(points).where(Home.id.is_(None))
        queries = [Filter(language=wanted.language, words=wanted.words).apply(points)]
    if wanted.coder == NOBODY:
        queries = [query.where(Assignment.person_id.is_(None)) for query in queries]
    elif wanted.coder:
        queries = [query.where(Assignment.person_id == wanted.coder) for query in queries]
    if wanted.confidence:
        low, high = CONFIDENCE[wanted.confidence]
        sure = and_(Assignment.score >= low, Assignment.score < high)
        queries = [query.where(sure) for query in queries]
    return queries


def _narrowed(query: AnyQuery, wanted: Wanted) -> AnyQuery:
    """Only points of some comments, submissions and campaigns, and only those without an answer."""
    if wanted.channel or wanted.respondent:
        query = query.join(Submission, Submission.id == Comment.submission_id)
    if wanted.channel:
        query = query.where(Submission.channel == wanted.channel)
    if wanted.respondent:
        query = query.where(Submission.respondent == wanted.respondent)
    if wanted.clause:
        query = query.where(Comment.clause_id == wanted.clause)
    if wanted.campaign is not None:
        member = select(CampaignMember.id).where(
            CampaignMember.point_id == Point.id, CampaignMember.state == ACCEPTED
        )
        if wanted.campaign == NONE:
            query = query.where(~exists(member))
        else:
            query = query.where(exists(member.where(CampaignMember.campaign_id == wanted.campaign)))
    if wanted.unanswered:
        query = query.where(Point.settled_by.is_(None), Point.owed)
    return query


def _free(person_id: int, now: datetime) -> Any:
    """That no other coder holds a point."""
    return ~exists(
        select(PortionPoint.point_id)
        .join(Portion, Portion.id == PortionPoint.portion_id)
        .where(
            PortionPoint.point_id == Point.id,
            Portion.expires_at > now,
            Portion.person_id != person_id,
        )
    )
