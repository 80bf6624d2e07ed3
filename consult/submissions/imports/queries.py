"""Every read of imports."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window
from consult.submissions.models import Comment, CommentImport, Contact, Submission

# What a clerk typed in or a file brought; the receipts of all others belong to their authors.
BY_CLERK = ("paper", "email", "phone", "event", "import")


def one(session: Session, import_id: int, consultation_id: int | None = None) -> CommentImport:
    """An import as it is now (of this consultation). Raises NotFoundError."""
    found = session.get(CommentImport, import_id, populate_existing=True)
    if found is None or consultation_id not in {None, found.consultation_id}:
        raise NotFoundError
    return found


def not_taken(found: CommentImport) -> int:
    """How many rows were not taken; right once the import is done."""
    return max(0, found.rows - found.taken - found.known)


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
    has_address: bool = False

    @property
    def by_clerk(self) -> bool:
        """Whether the desk prints its receipt: it came on paper or in a file."""
        return self.submission.channel in BY_CLERK


def slips(
    session: Session, consultation_id: int, *, import_id: int, after: int, limit: int
) -> list[Slip]:
    """The submissions of an import, by id."""
    found = session.scalars(
        select(Submission)
        .where(
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
    made = _with_numbers(session, [found])[0]
    if to_print and not made.by_clerk:
        raise NotFoundError
    contact = session.get(Contact, submission_id)
    return replace(made, has_address=contact is not None and contact.email is not None)


def submission_of(session: Session, consultation_id: int, number: int) -> int | None:
    """The submission to which the comment with this number belongs."""
    return session.scalar(
        select(Comment.submission_id).where(
            Comment.consultation_id == consultation_id, Comment.seq == number
        )
    )


def _with_numbers(session: Session, found: Sequence[Submission]) -> list[Slip]:
    numbers: dict[int, list[int]] = {submission.id: [] for submission in found}
    for submission_id, seq in session.execute(
        select(Comment.submission_id, Comment.seq)
        .where(Comment.submission_id.in_(numbers))
        .order_by(Comment.submission_id, Comment.id)
    ):
        numbers[submission_id].append(seq)
    return [Slip(submission, numbers[submission.id]) for submission in found]
