"""Which jobs and letters wait for somebody's decision, for those whom they concern."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from consult.accounts.models import Invitation
from consult.consultations.models import Consultation, ConsultationBody
from consult.drafts.models import Draft, Version
from consult.jobs.models import FAILED as JOB_FAILED
from consult.jobs.models import RUNNING, Job
from consult.jobs.models import WAITING as JOB_WAITING
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window
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


def tasks(session: Session, scope: Scope, states: Sequence[str] = NOT_ENDED) -> list[Task]:
    """The jobs of the consultations in scope that wait, run or failed, failed ones first."""
    order = case((Job.state == JOB_FAILED, 0), (Job.state == RUNNING, 1), else_=2)
    found = session.scalars(
        select(Job).where(Job.state.in_(states)).order_by(order, Job.id.desc()).limit(MOST_JOBS)
    ).all()
    places = _consultations(session, {job.reference for job in found})
    if not places:
        return []
    own = {
        row.id: row
        for row in session.scalars(
            select(Consultation).where(
                Consultation.id.in_(set(places.values())), _taking_part(Consultation.id, scope)
            )
        )
    }
    return [
        Task(job, own[places[job.reference]]) for job in found if places.get(job.reference) in own
    ]


def task(session: Session, job_id: int, scope: Scope) -> Task:
    """One of them, whatever its state. Raises NotFoundError outside of the scope."""
    job = session.get(Job, job_id, populate_existing=True)
    place = _consultations(session, {job.reference}).get(job.reference) if job else None
    consultation = session.scalar(
        select(Consultation).where(Consultation.id == place, _taking_part(Consultation.id, scope))
    )
    if job is None or consultation is None:
        raise NotFoundError
    return Task(job, consultation)


def _consultations(session: Session, references: Iterable[str]) -> dict[str, int]:
    """The consultation of each reference ("import:3") that belongs to one."""
    numbers: dict[str, set[int]] = {}
    for reference in references:
        kind, _, number = reference.partition(":")
        if number.isdigit():
            numbers.setdefault(kind, set()).add(int(number))
    places = {f"consultation:{n}": n for n in numbers.get("consultation", ())}
    imports = select(CommentImport.id, CommentImport.consultation_id).where(
        CommentImport.id.in_(numbers.get("import", ()))
    )
    comments = select(Comment.id, Comment.consultation_id).where(
        Comment.id.in_(numbers.get("comment", ()))
    )
    versions = (
        select(Version.id, Draft.consultation_id)
        .join(Draft, Draft.id == Version.draft_id)
        .where(Version.id.in_(numbers.get("version", ())))
    )
    of_kind = {"import": imports, "comment": comments, "version": versions}
    named = [
        statement.add_columns(literal(kind))
        for kind, statement in of_kind.items()
        if kind in numbers
    ]
    if named:
        for id_, place, kind in session.execute(union_all(*named)):
            places[f"{kind}:{id_}"] = place
    return places


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


def undecided(session: Session, scope: Scope) -> int:
    """How many failed jobs and undecided letters there are, counted up to MANY."""
    failed = len(tasks(session, scope, (JOB_FAILED,)))
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
    submission_id, invitation_id = _number("submission"), _number("invitation")
    own = select(Invitation.id).where(
        Invitation.id == invitation_id, Invitation.body_id.in_(scope.administrator_in)
    )
    visible = [
        _taking_part(Submission.consultation_id, scope),
        own.exists(),
    ]
    if scope.administrator_in:
        visible.append(Letter.recipient.like("user:%"))
    return (
        select(Letter, Consultation)
        .outerjoin(Submission, Submission.id == submission_id)
        .outerjoin(Consultation, Consultation.id == Submission.consultation_id)
        .where(Letter.state.in_((FAILED, UNCERTAIN)), or_(*visible))
    )


def _number(kind: str) -> ColumnElement[int | None]:
    """The number in a recipient reference of one kind; null for the others.

    In a CASE, because a database may compute a cast before it looks at the other conditions.
    """
    digits = func.substr(Letter.recipient, len(kind) + 2)
    return case((Letter.recipient.like(f"{kind}:%"), cast(digits, BigInteger)), else_=None)


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
