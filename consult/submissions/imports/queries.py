"""Every read of imports."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window
from consult.submissions import citing
from consult.submissions.attachments import BROUGHT
from consult.submissions.imports.trying import Facts
from consult.submissions.lateness import day_of_receipt
from consult.submissions.models import (
    Comment,
    CommentImport,
    CommentRevision,
    Contact,
    Submission,
)


def one(session: Session, import_id: int, consultation_id: int | None = None) -> CommentImport:
    """An import as it is now (of this consultation). Raises NotFoundError."""
    found = session.get(CommentImport, import_id, populate_existing=True)
    if found is None or consultation_id not in {None, found.consultation_id}:
        raise NotFoundError
    return found


def not_taken(found: CommentImport) -> int:
    """How many rows were not taken; right once the import is done."""
    return max(0, found.rows - found.taken - found.known)


def known_keys(session: Session, consultation_id: int, source: str) -> set[str]:
    """The rows of a source that were taken in before."""
    found = session.scalars(
        select(Submission.source_row).where(
            Submission.consultation_id == consultation_id,
            Submission.source == source,
            Submission.source_row.is_not(None),
        )
    )
    return {key for key in found if key is not None}


def facts(
    session: Session,
    consultation: Consultation,
    source: str,
    received_on: date | None,
    now: datetime,
) -> Facts:
    """What a dry run has to know. Raises ReceivedBeforeError, ReceivedLaterError."""
    closed = phase(consultation, now) is Phase.CLOSED
    said = None if received_on is None else day_of_receipt(received_on, now)
    return Facts(
        known=known_keys(session, consultation.id, source),
        places=citing.places(session, consultation.id),
        closes_at=consultation.closes_at,
        # As `uploads.start` has it: while it is open, what says no day came today.
        received_at=said if closed else said or now,
        now=now,
    )


@dataclass(frozen=True)
class ImportRow:
    """An import in the list, without its file."""

    id: int
    file_name: str
    source: str
    state: str
    created_at: datetime
    rows: int
    taken: int
    known: int


def listed(session: Session, consultation_id: int, keyset: Keyset) -> Page[ImportRow]:
    """The imports of a consultation, newest first."""
    i = CommentImport
    statement = select(
        i.id, i.file_name, i.source, i.state, i.created_at, i.rows, i.taken, i.known
    ).where(i.consultation_id == consultation_id)
    statement = window(statement, keyset, i.id, newest_first=True)
    rows = [ImportRow(*row) for row in session.execute(statement)]
    return cut(rows, keyset, lambda row: row.id)


@dataclass(frozen=True)
class Slip:
    """A submission and its receipt, with the numbers of its comments."""

    submission: Submission
    numbers: list[int]
    # Ids and numbers.
    comments: tuple[tuple[int, int], ...] = ()
    has_address: bool = False

    @property
    def by_clerk(self) -> bool:
        """Whether the desk prints its receipt: it came on paper or in a file.

        Whoever left an address has the receipt by letter, and nobody else.
        """
        return self.brought and not self.has_address

    @property
    def brought(self) -> bool:
        """Whether an official brought it in."""
        return self.submission.channel in BROUGHT


def slips(
    session: Session, consultation_id: int, *, import_id: int, after: int, limit: int
) -> list[Slip]:
    """The submissions of an import, by id, without those whose authors have it by letter."""
    addressed = select(Contact.submission_id).where(
        Contact.submission_id == Submission.id, Contact.email.is_not(None)
    )
    found = session.scalars(
        select(Submission)
        .where(
            ~addressed.exists(),
            Submission.import_id == import_id,
            Submission.consultation_id == consultation_id,
            Submission.id > after,
        )
        .order_by(Submission.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()
    return _with_numbers(session, found)


def slip(
    session: Session, consultation_id: int, submission_id: int, *, to_print: bool = False
) -> Slip:
    """One submission; `to_print`: only one that a clerk brought in. Raises NotFoundError."""
    found = session.get(Submission, submission_id, populate_existing=True)
    if found is None or found.consultation_id != consultation_id:
        raise NotFoundError
    contact = session.get(Contact, submission_id)
    addressed = contact is not None and contact.email is not None
    made = replace(_with_numbers(session, [found])[0], has_address=addressed)
    if to_print and not made.by_clerk:
        raise NotFoundError
    return made


def brought(session: Session, consultation_id: int, submission_id: int) -> Slip:
    """One that an official brought in. Raises NotFoundError."""
    found = slip(session, consultation_id, submission_id)
    if not found.brought:
        raise NotFoundError
    return found


def words_removed(session: Session, submission_id: int) -> bool:
    """Whether words were removed from what it says: its files may still show them."""
    redacted = (
        select(CommentRevision.id)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .where(Comment.submission_id == submission_id, CommentRevision.redacted)
    )
    return bool(session.scalar(select(redacted.exists())))


def submission_of(session: Session, consultation_id: int, number: int) -> int | None:
    """The submission to which the comment with this number belongs."""
    return session.scalar(
        select(Comment.submission_id).where(
            Comment.consultation_id == consultation_id, Comment.seq == number
        )
    )


def _with_numbers(session: Session, found: Sequence[Submission]) -> list[Slip]:
    comments: dict[int, list[tuple[int, int]]] = {submission.id: [] for submission in found}
    for submission_id, comment_id, seq in session.execute(
        select(Comment.submission_id, Comment.id, Comment.seq)
        .where(Comment.submission_id.in_(comments))
        .order_by(Comment.submission_id, Comment.id)
    ):
        comments[submission_id].append((comment_id, seq))
    return [
        Slip(one, [seq for _, seq in comments[one.id]], tuple(comments[one.id])) for one in found
    ]
