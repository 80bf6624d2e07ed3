"""Every read of reports and removals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import User
from consult.accounts.queries import shown_name, user_names
from consult.consultations.models import Consultation, ConsultationBody
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window
from consult.moderation.models import (
    UNDONE,
    LateDecision,
    Objection,
    Removal,
    RemovalEnd,
    Report,
    SecondOpinion,
)
from consult.moderation.removal import stands
from consult.submissions import queries as submissions
from consult.submissions.models import HELD, NOT_ME, PUBLISHED, REMOVED, Comment, CommentRevision
from consult.submissions.point_queries import points_of_comments
from consult.submissions.proposing import ProposedWords, of_revision
from consult.submissions.rows import CommentRow

MOST_REPORTS = 200  # of one comment, on one page


@dataclass(frozen=True)
class Waiting:
    """A comment that moderators have to look at, with its current words even if it is held."""

    key: int
    comment: Comment
    revision: CommentRevision
    slug: str
    title: Texts
    reports: list[Report]

    @property
    def proposal(self) -> ProposedWords | None:
        """The words that it proposes for its clause."""
        return of_revision(self.revision)


def moderated(session: Session, body_ids: Collection[int]) -> list[int]:
    """The consultations of some bodies."""
    return list(
        session.scalars(
            select(ConsultationBody.consultation_id)
            .where(ConsultationBody.body_id.in_(body_ids))
            .distinct()
            .order_by(ConsultationBody.consultation_id)
        )
    )


def reported(session: Session, consultation_ids: Collection[int], keyset: Keyset) -> Page[Waiting]:
    """Comments with open reports, the one that has waited longest first."""
    earlier = aliased(Report)
    first = ~exists(
        select(earlier.id).where(
            earlier.comment_id == Report.comment_id,
            earlier.state == "open",
            earlier.id < Report.id,
        )
    )
    chosen = select(Report.id.label("key"), Report.comment_id).where(
        Report.consultation_id.in_(consultation_ids),
        Report.state == "open",
        first,
        # These reports are decided with the case.
        ~exists(
            select(Comment.id).where(Comment.id == Report.comment_id, Comment.held_for == NOT_ME)
        ),
    )
    return _page(session, chosen, Report.id, keyset)


def held(session: Session, consultation_ids: Collection[int], keyset: Keyset) -> Page[Waiting]:
    """Comments that are held back, by number."""
    waiting = (Comment.state == HELD) & Comment.held_for.is_distinct_from(NOT_ME)
    return _comments(session, consultation_ids, waiting, keyset)


def disowned(session: Session, consultation_ids: Collection[int], keyset: Keyset) -> Page[Waiting]:
    """Comments of which somebody says that they are not theirs, by number."""
    waiting = (Comment.state == HELD) & (Comment.held_for == NOT_ME)
    return _comments(session, consultation_ids, waiting, keyset)


def late(session: Session, consultation_ids: Collection[int], keyset: Keyset) -> Page[Waiting]:
    """Late comments about which nobody has decided, by number."""
    return _comments(session, consultation_ids, late_and_undecided(), keyset)


def late_and_undecided() -> ColumnElement[bool]:
    """Comments that came late, can be read or are held, and wait for a decision."""
    decided = exists(select(LateDecision.id).where(LateDecision.comment_id == Comment.id))
    live = Comment.state.in_((PUBLISHED, HELD))
    return Comment.late & Comment.admitted_at.is_(None) & live & ~decided


def objected(session: Session, consultation_ids: Collection[int], keyset: Keyset) -> Page[Waiting]:
    """Comments with an objection that nobody has decided, the one that has waited longest first."""
    chosen = select(Objection.id.label("key"), Objection.comment_id).where(
        Objection.consultation_id.in_(consultation_ids), Objection.state == "open"
    )
    return _page(session, chosen, Objection.id, keyset)


def seconded(session: Session, consultation_ids: Collection[int], keyset: Keyset) -> Page[Waiting]:
    """Comments for which a second opinion is asked, the one that has waited longest first."""
    chosen = select(SecondOpinion.id.label("key"), SecondOpinion.comment_id).where(
        SecondOpinion.consultation_id.in_(consultation_ids), SecondOpinion.given_at.is_(None)
    )
    return _page(session, chosen, SecondOpinion.id, keyset)


@dataclass(frozen=True)
class Asked:
    """A request for a second opinion, and who made it."""

    id: int
    by: int | None
    name: str
    note: str


def second_opinions(session: Session, comment_ids: Sequence[int]) -> dict[int, Asked]:
    """Comment id → the second opinion that is asked for."""
    rows = session.execute(
        select(SecondOpinion, User.name, User.email)
        .outerjoin(User, User.id == SecondOpinion.asked_by)
        .where(SecondOpinion.comment_id.in_(comment_ids), SecondOpinion.given_at.is_(None))
        .order_by(SecondOpinion.id)
    )
    return {
        row.comment_id: Asked(row.id, row.asked_by, shown_name(name, email), row.note)
        for row, name, email in rows
    }


@dataclass(frozen=True)
class Reply:
    """A reply that can be read, and what the body owes it."""

    row: CommentRow
    # The official who addressed it to the body; "" where its author did, or nobody.
    addressed_by: str
    owed: bool
    settled: bool


def replies(
    session: Session, consultation_id: int, keyset: Keyset, *, addressed: bool, language: str
) -> Page[Reply]:
    """The readable replies of a consultation by number: those addressed to the body, or the others
    that citizens wrote to each other."""
    statement = select(Comment.id, Comment.seq, Comment.addressed_by).where(
        Comment.consultation_id == consultation_id,
        Comment.root_id.is_not(None),
        Comment.state == PUBLISHED,
        Comment.addressed == addressed,
    )
    chosen = session.execute(window(statement, keyset, Comment.seq)).all()
    ids = [id_ for id_, _, _ in chosen]
    rows = submissions.rows(session, ids, language=language)
    points = points_of_comments(session, ids)
    officials = {int(by.partition(":")[2]) for _, _, by in chosen if by}
    names = user_names(session, officials)
    found = [
        Reply(
            row=rows[id_],
            addressed_by=names.get(int(by.partition(":")[2]), by) if by else "",
            owed=any(point.owed for point in points[id_]),
            settled=any(point.settled for point in points[id_]),
        )
        for id_, _, by in chosen
    ]
    return cut(found, keyset, lambda reply: reply.row.seq)


def _comments(
    session: Session,
    consultation_ids: Collection[int],
    condition: ColumnElement[bool],
    keyset: Keyset,
) -> Page[Waiting]:
    chosen = select(Comment.id.label("key"), Comment.id.label("comment_id")).where(
        Comment.consultation_id.in_(consultation_ids), condition
    )
    return _page(session, chosen, Comment.id, keyset)


def _page(
    session: Session, chosen: Select[*tuple[Any, ...]], key: Any, keyset: Keyset
) -> Page[Waiting]:
    page = window(chosen, keyset, key).subquery("page")
    order = page.c.key.desc() if keyset.before is not None else page.c.key
    rows = session.execute(
        select(page.c.key, Comment, CommentRevision, Consultation.slug, Consultation.title)
        .join(Comment, Comment.id == page.c.comment_id)
        .join(
            CommentRevision,
            (CommentRevision.comment_id == Comment.id) & CommentRevision.superseded_at.is_(None),
        )
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .order_by(order)
    ).all()
    found = reports(session, [row.Comment.id for row in rows])
    waiting = [
        Waiting(row.key, row.Comment, row.CommentRevision, row.slug, row.title,
                found.get(row.Comment.id, []))
        for row in rows
    ]  # fmt: skip
    return cut(waiting, keyset, lambda row: row.key)


def reports(session: Session, comment_ids: Sequence[int]) -> dict[int, list[Report]]:
    """The open reports of some comments, oldest first."""
    found: dict[int, list[Report]] = {}
    for row in session.scalars(
        select(Report)
        .where(Report.comment_id.in_(comment_ids), Report.state == "open")
        .order_by(Report.id)
        .limit(MOST_REPORTS * 5)
    ):
        found.setdefault(row.comment_id, []).append(row)
    return found


def waiting(session: Session, consultation_id: int, comment_id: int) -> Waiting:
    """One comment of a consultation for the desk, whatever its state. Raises NotFoundError."""
    row = session.execute(
        select(Comment, CommentRevision, Consultation.slug, Consultation.title)
        .join(
            CommentRevision,
            (CommentRevision.comment_id == Comment.id) & CommentRevision.superseded_at.is_(None),
        )
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .where(Comment.id == comment_id, Comment.consultation_id == consultation_id)
    ).first()
    if row is None:
        raise NotFoundError
    found = reports(session, [comment_id]).get(comment_id, [])
    return Waiting(comment_id, row.Comment, row.CommentRevision, row.slug, row.title, found)


@dataclass(frozen=True)
class Removed:
    """The removal because of which a comment is gone, and who decided it."""

    removal: Removal
    by: str


def removed(session: Session, comment: Comment) -> Removed | None:
    """Why a comment is gone, if it was removed."""
    if comment.state != REMOVED:
        return None
    found = session.scalar(
        select(Removal)
        .where(Removal.comment_id == comment.id, stands())
        .order_by(Removal.id.desc())
        .limit(1)
    )
    if found is None:
        return None
    return Removed(
        found, user_names(session, {found.removed_by or 0}).get(found.removed_by or 0, "")
    )


@dataclass(frozen=True)
class RemovalRow:
    """A line of the public log."""

    id: int
    comment_id: int
    number: int
    slug: str
    title: Texts
    reason: str
    note: Texts
    removed_at: datetime
    removed_by: str
    # What became of the author's objection, the public reason for that, and who decided.
    objected: str | None
    objection_note: Texts | None
    objection_by: str
    # Taken back at once by the official who removed it.
    undone: bool


def removals(
    session: Session, keyset: Keyset, *, consultation_id: int | None = None
) -> Page[RemovalRow]:
    """The public log, newest first: all of it, or that of one consultation."""
    chosen = select(Removal.id)
    if consultation_id is not None:
        chosen = chosen.where(Removal.consultation_id == consultation_id)
    ids = window(chosen, keyset, Removal.id, newest_first=True).subquery("page")
    rows = session.execute(
        select(
            Removal, Comment.seq, Consultation.slug, Consultation.title, Objection, RemovalEnd.how
        )
        .join(ids, ids.c.id == Removal.id)
        .outerjoin(Objection, Objection.removal_id == Removal.id)
        .outerjoin(RemovalEnd, RemovalEnd.removal_id == Removal.id)
        .join(Comment, Comment.id == Removal.comment_id)
        .join(Consultation, Consultation.id == Removal.consultation_id)
        .order_by(Removal.id.desc() if keyset.before is None else Removal.id)
    ).all()
    names = user_names(
        session,
        {row.Removal.removed_by or 0 for row in rows}
        | {row.Objection.decided_by or 0 for row in rows if row.Objection},
    )
    made = [
        RemovalRow(
            id=row.Removal.id,
            comment_id=row.Removal.comment_id,
            number=row.seq,
            slug=row.slug,
            title=row.title,
            reason=row.Removal.reason,
            note=row.Removal.note,
            removed_at=row.Removal.removed_at,
            removed_by=names.get(row.Removal.removed_by or 0, ""),
            objected=row.Objection.state if row.Objection else None,
            objection_note=row.Objection.note if row.Objection else None,
            objection_by=names.get(row.Objection.decided_by or 0, "") if row.Objection else "",
            undone=row.how == UNDONE,
        )
        for row in rows
    ]
    return cut(made, keyset, lambda row: row.id)
