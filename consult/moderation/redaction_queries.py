"""Every read of what may be personal data, and of words that were removed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.accounts.queries import user_names
from consult.consultations.models import Consultation
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window
from consult.moderation.redacting.models import OPEN, PersonalFinding, Redaction, SealedWords
from consult.submissions.attachments import BROUGHT
from consult.submissions.models import Comment, CommentRevision, Submission
from consult.submissions.points import LIVE_STATES


@dataclass(frozen=True)
class Suspect:
    """A comment in which something looks like personal data, or that an official looks at."""

    comment: Comment
    revision: CommentRevision
    findings: Sequence[PersonalFinding]

    @property
    def open(self) -> list[PersonalFinding]:
        """What nobody has decided yet."""
        return [finding for finding in self.findings if finding.state == OPEN]


def queue(session: Session, consultation_id: int, keyset: Keyset) -> Page[Suspect]:
    """Comments with something to decide, in the order in which they came."""
    chosen = session.scalars(window(_waiting(consultation_id), keyset, Comment.id)).all()
    rows = {
        row.Comment.id: row
        for row in session.execute(
            select(Comment, CommentRevision)
            .join(CommentRevision, CommentRevision.comment_id == Comment.id)
            .where(Comment.id.in_(chosen), CommentRevision.superseded_at.is_(None))
        )
    }
    found = _findings(session, [row.CommentRevision.id for row in rows.values()])
    suspects = [
        Suspect(
            rows[id_].Comment,
            rows[id_].CommentRevision,
            found.get(rows[id_].CommentRevision.id, ()),
        )
        for id_ in chosen
    ]
    return cut(suspects, keyset, lambda row: row.comment.id)


def _waiting(consultation_id: int) -> Select[int]:
    return (
        select(Comment.id)
        .join(PersonalFinding, PersonalFinding.comment_id == Comment.id)
        .join(CommentRevision, CommentRevision.id == PersonalFinding.revision_id)
        .where(
            PersonalFinding.consultation_id == consultation_id,
            PersonalFinding.state == OPEN,
            CommentRevision.superseded_at.is_(None),
            Comment.state.in_(LIVE_STATES),
        )
        .distinct()
    )


def next_waiting(session: Session, consultation_id: int, after: int) -> int | None:
    """The next comment with something to decide; from the start again behind the last one."""
    waiting = _waiting(consultation_id).order_by(Comment.id).limit(1)
    following = session.scalar(waiting.where(Comment.id > after))
    return following if following is not None else session.scalar(waiting)


def _findings(session: Session, revision_ids: Collection[int]) -> dict[int, list[PersonalFinding]]:
    found: dict[int, list[PersonalFinding]] = {}
    for row in session.scalars(
        select(PersonalFinding)
        .where(PersonalFinding.revision_id.in_(revision_ids))
        .order_by(PersonalFinding.proposed, PersonalFinding.start, PersonalFinding.id)
        .limit(MOST_FINDINGS)
    ):
        found.setdefault(row.revision_id, []).append(row)
    return found


MOST_FINDINGS = 2_000  # on one page


def suspect(session: Session, consultation_id: int, comment_id: int) -> Suspect:
    """One comment of a consultation with its present words. Raises NotFoundError."""
    row = session.execute(
        select(Comment, CommentRevision)
        .join(CommentRevision, CommentRevision.comment_id == Comment.id)
        .where(
            Comment.id == comment_id,
            Comment.consultation_id == consultation_id,
            CommentRevision.superseded_at.is_(None),
        )
    ).first()
    if row is None:
        raise NotFoundError
    found = _findings(session, [row.CommentRevision.id])
    return Suspect(row.Comment, row.CommentRevision, found.get(row.CommentRevision.id, ()))


def by_number(session: Session, consultation_id: int, seq: int) -> int | None:
    """The comment with this number, if there is one."""
    return session.scalar(
        select(Comment.id).where(Comment.consultation_id == consultation_id, Comment.seq == seq)
    )


@dataclass(frozen=True)
class RedactionRow:
    """Words that were removed: a line of the public log."""

    id: int
    comment_id: int
    number: int
    slug: str
    title: Texts
    redaction: Redaction
    # The submission, where an official brought it in: it may have files.
    brought: int | None
    redacted_by: str
    undone_by: str
    # For the desk: whether somebody may still read the original, or put it back.
    sealed: bool
    newest: bool


def removed(
    session: Session, keyset: Keyset, *, consultation_id: int | None = None
) -> Page[RedactionRow]:
    """What was removed, newest first: everywhere, or in one consultation."""
    chosen = select(Redaction.id)
    if consultation_id is not None:
        chosen = chosen.where(Redaction.consultation_id == consultation_id)
    ids = window(chosen, keyset, Redaction.id, newest_first=True).subquery("page")
    later = Redaction.__table__.alias("later")
    over = (
        select(later.c.id)
        .where(
            later.c.comment_id == Redaction.comment_id,
            later.c.id > Redaction.id,
            later.c.undone_at.is_(None),
        )
        .exists()
    )
    current = (
        select(CommentRevision.id)
        .where(CommentRevision.id == Redaction.revision_id, CommentRevision.superseded_at.is_(None))
        .exists()
    )
    rows = session.execute(
        select(
            Redaction,
            Comment.seq,
            Comment.state,
            Submission.id.label("brought"),
            Consultation.slug,
            Consultation.title,
            SealedWords.emptied_at,
            (~over & current).label("newest"),
        )
        .join(ids, ids.c.id == Redaction.id)
        .join(Comment, Comment.id == Redaction.comment_id)
        .join(Consultation, Consultation.id == Redaction.consultation_id)
        .outerjoin(
            Submission,
            (Submission.id == Comment.submission_id) & Submission.channel.in_(BROUGHT),
        )
        .join(SealedWords, SealedWords.redaction_id == Redaction.id)
        .order_by(Redaction.id.desc() if keyset.before is None else Redaction.id)
    ).all()
    names = user_names(
        session,
        {who or 0 for row in rows for who in (row.Redaction.redacted_by, row.Redaction.undone_by)},
    )
    return cut([_row(row, names) for row in rows], keyset, lambda row: row.id)


def _row(row: Any, names: dict[int, str]) -> RedactionRow:
    return RedactionRow(
        id=row.Redaction.id,
        comment_id=row.Redaction.comment_id,
        number=row.seq,
        slug=row.slug,
        title=row.title,
        redaction=row.Redaction,
        brought=row.brought,
        redacted_by=names.get(row.Redaction.redacted_by or 0, ""),
        undone_by=names.get(row.Redaction.undone_by or 0, ""),
        sealed=row.emptied_at is None,
        newest=row.newest and row.state in LIVE_STATES and row.Redaction.undone_at is None,
    )


def of_comments(session: Session, comment_ids: Collection[int]) -> dict[int, list[Redaction]]:
    """The redactions of some comments that stand, oldest first: no statement for none."""
    found: dict[int, list[Redaction]] = {}
    if comment_ids:
        for row in session.scalars(
            select(Redaction)
            .where(Redaction.comment_id.in_(comment_ids), Redaction.undone_at.is_(None))
            .order_by(Redaction.id)
        ):
            found.setdefault(row.comment_id, []).append(row)
    return found


def original_text(session: Session, redaction_id: int) -> tuple[str, str] | None:
    """The original words with their language, to be made ready for the search before they are put
    back; shown to nobody."""
    row = session.execute(
        select(SealedWords.text, CommentRevision.language)
        .join(Redaction, Redaction.id == SealedWords.redaction_id)
        .join(CommentRevision, CommentRevision.id == Redaction.revision_id)
        .where(SealedWords.redaction_id == redaction_id)
    ).first()
    return None if row is None or row[0] is None else (row[0], row[1])
