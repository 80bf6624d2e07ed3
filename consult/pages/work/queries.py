"""Which jobs and letters wait for somebody's decision, for those whom they concern."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from consult.accounts.models import Invitation
from consult.consultations.models import Consultation, ConsultationBody
from consult.drafts.models import Draft, TextImport, Version
from consult.jobs.models import FAILED as JOB_FAILED
from consult.jobs.models import RUNNING, Job
from consult.jobs.models import WAITING as JOB_WAITING
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window
from consult.moderation.models import Report
from consult.notifications.models import FAILED, UNCERTAIN, WAITING, Letter
from consult.submissions.models import Comment, CommentImport, Submission

MOST_JOBS = 500
# More than this is "more than": nobody reads the exact number of a pile.
MANY = 100


@dataclass(frozen=True)
class Scope:
    """What somebody may decide on: the work of consultations in which a body of theirs takes part
    (as publisher), and letters about accounts and invitations (as administrator)."""

    publisher_in: frozenset[int]
    administrator_in: frozenset[int]


@dataclass(frozen=True)
class Task:
    """A job that has not ended well, and the consultation for which it works."""

    job: Job
    consultation: Consultation


NOT_ENDED = (JOB_WAITING, RUNNING, JOB_FAILED)


def tasks(
    session: Session, scope: Scope, now: datetime, states: Sequence[str] = NOT_ENDED
) -> list[Task]:
    """The jobs of the consultations in scope that wait, run or failed, failed ones first; without
    those that only fall due at a later date."""
    order = case((Job.state == JOB_FAILED, 0), (Job.state == RUNNING, 1), else_=2)
    due = or_(Job.state != JOB_WAITING, Job.run_at <= now)
    statement = _tasks(scope).where(Job.state.in_(states), due).order_by(order, Job.id.desc())
    return [Task(*row) for row in session.execute(statement.limit(MOST_JOBS))]


def task(session: Session, job_id: int, scope: Scope) -> Task:
    """One of them, whatever its state. Raises NotFoundError outside of the scope."""
    statement = _tasks(scope).where(Job.id == job_id)
    row = session.execute(statement, execution_options={"populate_existing": True}).first()
    if row is None:
        raise NotFoundError
    return Task(*row)


def _tasks(scope: Scope) -> Select[Job, Consultation]:
    return (
        select(Job, Consultation)
        .join(Consultation, Consultation.id == _place())
        .where(_taking_part(Consultation.id, scope))
    )


def _place() -> ColumnElement[int | None]:
    """The consultation for which a job works, by its reference ("import:3"); null for none."""
    by_import = select(CommentImport.consultation_id).where(
        CommentImport.id == _number(Job.reference, "import")
    )
    by_comment = select(Comment.consultation_id).where(
        Comment.id == _number(Job.reference, "comment")
    )
    by_text = select(TextImport.consultation_id).where(
        TextImport.id == _number(Job.reference, "text-import")
    )
    by_version = (
        select(Draft.consultation_id)
        .join(Version, Version.draft_id == Draft.id)
        .where(Version.id == _number(Job.reference, "version"))
    )
    return func.coalesce(
        _number(Job.reference, "consultation"),
        *(found.scalar_subquery() for found in (by_import, by_comment, by_text, by_version)),
    )


def _taking_part(consultation_id: object, scope: Scope) -> ColumnElement[bool]:
    return (
        select(ConsultationBody.consultation_id)
        .where(
            ConsultationBody.consultation_id == consultation_id,
            ConsultationBody.body_id.in_(scope.publisher_in),
        )
        .exists()
    )


@dataclass(frozen=True)
class LetterRow:
    """A letter that failed or is uncertain. Whom it is for stays a reference."""

    id: int
    template: str
    state: str
    error: str
    tries: int
    created_at: datetime
    kind: str
    number: int
    consultation: Consultation | None


def letters(session: Session, scope: Scope, keyset: Keyset) -> Page[LetterRow]:
    """Failed and uncertain letters in scope, newest first."""
    statement = window(_letters(scope), keyset, Letter.id, newest_first=True)
    rows = [_row(letter, place) for letter, place in session.execute(statement)]
    return cut(rows, keyset, lambda row: row.id)


def letter(session: Session, letter_id: int, scope: Scope) -> LetterRow:
    """One of them. Raises NotFoundError if it is not in scope, or needs no decision any more."""
    found = session.execute(_letters(scope).where(Letter.id == letter_id)).first()
    if found is None:
        raise NotFoundError
    return _row(found[0], found[1])


def failed_letters(session: Session, scope: Scope, limit: int) -> list[LetterRow]:
    """The oldest failed letters in scope."""
    statement = _letters(scope).where(Letter.state == FAILED).order_by(Letter.id).limit(limit)
    return [_row(letter, place) for letter, place in session.execute(statement)]


def undecided(session: Session, scope: Scope, now: datetime) -> int:
    """How many failed jobs and undecided letters there are, counted up to MANY."""
    failed = len(tasks(session, scope, now, (JOB_FAILED,)))
    some = _letters(scope).with_only_columns(Letter.id).limit(MANY).subquery()
    return min(MANY, failed + session.execute(select(func.count()).select_from(some)).scalar_one())


@dataclass(frozen=True)
class Backlog:
    """Letters that are due: how many (counted up to MANY), and since when the oldest waits."""

    count: int
    since: datetime | None


def backlog(session: Session, now: datetime) -> Backlog:
    """The letters of the whole installation that should be on their way."""
    some = (
        select(Letter.run_at)
        .where(Letter.state == WAITING, Letter.run_at <= now)
        .order_by(Letter.run_at)
        .limit(MANY)
        .subquery()
    )
    count, since = session.execute(select(func.count(), func.min(some.c.run_at))).one()
    return Backlog(count, since)


def _letters(scope: Scope) -> Select[Letter, Consultation]:
    submission_id, report_id, invitation_id = (
        _number(Letter.recipient, kind) for kind in ("submission", "report", "invitation")
    )
    about = func.coalesce(Submission.consultation_id, Report.consultation_id)
    own = select(Invitation.id).where(
        Invitation.id == invitation_id, Invitation.body_id.in_(scope.administrator_in)
    )
    visible = [
        _taking_part(about, scope),
        own.exists(),
    ]
    if scope.administrator_in:
        visible.append(Letter.recipient.like("user:%"))
    return (
        select(Letter, Consultation)
        .outerjoin(Submission, Submission.id == submission_id)
        .outerjoin(Report, Report.id == report_id)
        .outerjoin(Consultation, Consultation.id == about)
        .where(Letter.state.in_((FAILED, UNCERTAIN)), or_(*visible))
    )


def _number(reference: Any, kind: str) -> ColumnElement[int | None]:
    """The number in a reference of one kind ("submission:3"); null for the others.

    In a CASE, because a database may compute a cast before it looks at the other conditions.
    """
    digits = func.substr(reference, len(kind) + 2)
    return case((reference.like(f"{kind}:%"), cast(digits, BigInteger)), else_=None)


def _row(found: Letter, consultation: Consultation | None) -> LetterRow:
    kind, _, number = found.recipient.partition(":")
    return LetterRow(
        id=found.id,
        template=found.template,
        state=found.state,
        error=found.error,
        tries=found.tries,
        created_at=found.created_at,
        kind=kind,
        number=int(number),
        consultation=consultation,
    )
