"""Opening a case, asking its parties, and deciding it (docs/decisions/0025)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from consult.consultations.counters import decided
from consult.consultations.models import Consultation
from consult.jobs import queue
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.clock import end_of_day, luxembourg_date
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError
from consult.kernel.markup import tidy
from consult.moderation import comments, going, holding, removal, seconding
from consult.moderation.cases import telling
from consult.moderation.errors import (
    CaseBeforeError,
    CaseDecidedError,
    EnoughSaidError,
    NoReportError,
)
from consult.moderation.models import (
    BY_REPORT,
    CLAIMANT,
    HOLDER,
    LAPSED,
    NOT_THEIRS,
    OPEN,
    RESTORED,
    TAKEN_DOWN,
    CaseMessage,
    IdentityCase,
    Report,
)
from consult.submissions.models import NOT_ME, REMOVED, Comment

# By when an official decides: the rule that the rules page states.
DAYS = 14
MAX_TEXT = 2_000
# What one party may write in a case.
MOST_MESSAGES = 20
JOB = "lapse_case"


def open_by_holder(
    session: Session,
    submission_id: int,
    comment_ids: Sequence[int],
    *,
    way: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> list[IdentityCase]:
    """Hold comments of a submission at once, because who got its letters or holds its receipt says
    that they are not theirs.

    Like a withdrawal it is always taken, also while answers are being published. Raises
    AlreadyGoneError, CaseBeforeError, NotFoundError for a comment of another submission.
    """
    found = [going.lock_live(session, comment_id) for comment_id in sorted(set(comment_ids))]
    if not found or any(comment.submission_id != submission_id for comment in found):
        raise NotFoundError
    _refuse_second(session, found)
    decided(session, found[0].consultation_id)
    return [
        _open(session, comment, way=way, party=HOLDER, note=note, actor=actor, now=now)
        for comment in found
    ]


def open_from_report(
    session: Session, consultation: Consultation, comment_id: int, *, actor: Actor, now: datetime
) -> IdentityCase:
    """Hold a comment because somebody reported it as published in their name, and an official
    finds that credible.

    A second opinion that was asked for is given by who decides the case, not yet by this. Raises
    NoReportError, CaseBeforeError, AnotherDecidesError, AlreadyGoneError, BeingPublishedError.
    """
    comment = going.lock_live(session, comment_id)
    comments.decide(session, consultation, comment)
    seconding.leave_to_another(session, comment, actor)
    _refuse_second(session, [comment])
    report = session.scalar(
        select(Report)
        .where(Report.comment_id == comment.id, Report.reason == "not_me", Report.state == "open")
        # Whoever left an address can be asked.
        .order_by(Report.email.is_(None), Report.id)
        .limit(1)
    )
    if report is None:
        raise NoReportError
    return _open(
        session, comment, way=BY_REPORT, party=CLAIMANT, note=report.note, actor=actor, now=now,
        report=report,
    )  # fmt: skip


def _refuse_second(session: Session, found: Sequence[Comment]) -> None:
    ids = [comment.id for comment in found]
    before = select(IdentityCase.id).where(IdentityCase.comment_id.in_(ids)).limit(1)
    if session.scalar(before) is not None:
        raise CaseBeforeError


def _open(
    session: Session,
    comment: Comment,
    *,
    way: str,
    party: str,
    note: str,
    actor: Actor,
    now: datetime,
    report: Report | None = None,
) -> IdentityCase:
    due = end_of_day(luxembourg_date(now) + timedelta(days=DAYS))
    made = IdentityCase(
        consultation_id=comment.consultation_id,
        comment_id=comment.id,
        way=way,
        report_id=report.id if report else None,
        opened_by=actor.reference,
        opened_at=now,
        due_at=due,
        found_for=comment.held_for,
        state=OPEN,
    )
    session.add(made)
    holding.hide(session, comment, reason=NOT_ME, until=due, now=now)
    if words := tidy(note)[:MAX_TEXT]:
        session.add(CaseMessage(case_id=made.id, party=party, text=words, written_at=now))
    if way == BY_REPORT:
        _end_in_time(session, made, key=f"{JOB}:{made.id}", now=now)
    telling.tell(session, made, comment, "opened", now=now)
    comments.record(session, comment, "case:opened", actor, now, way=way)
    return made


def _end_in_time(session: Session, case: IdentityCase, *, key: str, now: datetime) -> None:
    """Nobody's comment is hidden for ever by a report that nobody decides on."""
    queue.enqueue(
        session,
        kind=JOB,
        key=key,
        payload={"comment": case.comment_id},
        reference=f"comment:{case.comment_id}",
        run_at=case.due_at,
        now=now,
    )


def reopen(
    session: Session, comment: Comment, *, removed_at: datetime, actor: Actor, now: datetime
) -> IdentityCase | None:
    """Open the case again that ended because its comment was removed, when the removal does not
    stand any more; None if there was none.

    If its day has passed meanwhile, it gets as many days as a new one. The caller holds the
    comment back until `due_at`.
    """
    case = session.scalar(
        select(IdentityCase)
        .where(
            IdentityCase.comment_id == comment.id,
            IdentityCase.state == LAPSED,
            IdentityCase.decided_at == removed_at,
        )
        .with_for_update()
    )
    if case is None:
        return None
    case.state, case.decided_by, case.decided_at = OPEN, None, None
    if case.due_at <= now:
        case.due_at = end_of_day(luxembourg_date(now) + timedelta(days=DAYS))
    session.flush()
    if case.way == BY_REPORT:
        _end_in_time(session, case, key=f"{JOB}:{case.id}:{now.isoformat()}", now=now)
    comments.record(session, comment, "case:reopened", actor, now)
    return case


def ask(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    party: str,
    text: str,
    form_number: str,
    actor: Actor,
    now: datetime,
) -> None:
    """An official asks one party something, by letter if there is an address. Raises
    CaseDecidedError."""
    comment = comments.within(consultation, going.lock(session, comment_id))
    case = _lock_open(session, comment)
    if _written(session, form_number):
        return
    asked = CaseMessage(
        case_id=case.id,
        party=party,
        official_id=actor.user_id,
        text=tidy(text)[:MAX_TEXT],
        written_at=now,
        form_number=form_number,
    )
    session.add(asked)
    session.flush()
    telling.tell_one(session, case, comment, "asked", party, key=str(asked.id), now=now)
    comments.record(session, comment, "case:asked", actor, now, party=party)


def answer(
    session: Session,
    comment_id: int,
    *,
    party: str,
    text: str,
    form_number: str,
    actor: Actor,
    now: datetime,
) -> None:
    """A party writes to the officials. Raises CaseDecidedError, EnoughSaidError."""
    comment = going.lock(session, comment_id)
    case = _lock_open(session, comment)
    if _written(session, form_number):
        return
    said = select(func.count()).where(
        CaseMessage.case_id == case.id,
        CaseMessage.party == party,
        CaseMessage.official_id.is_(None),
    )
    if session.execute(said).scalar_one() >= MOST_MESSAGES:
        raise EnoughSaidError
    session.add(
        CaseMessage(
            case_id=case.id,
            party=party,
            text=tidy(text)[:MAX_TEXT],
            written_at=now,
            form_number=form_number,
        )
    )
    comments.record(session, comment, "case:answered", actor, now, party=party)


def restore(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    seen: int,
    words: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Decide that the comment stays: it is again what it was before the case.

    `words` are the search words of the revision `seen`, made before the act. Raises
    CaseDecidedError, AnotherDecidesError, AlreadyGoneError, JudgedWordsChangedError,
    BeingPublishedError.
    """
    comment = going.lock_live(session, comment_id)
    comments.decide(session, consultation, comment)
    case = _lock_open(session, comment)
    seconding.give(session, comment, actor=actor, now=now)
    holding.check_seen(session, seen)
    _put_back(session, comment, case, words=words, actor=actor, now=now)


def restore_by_rule(session: Session, comment_id: int, *, words: str, now: datetime) -> bool:
    """The same when the time has passed in which an official should have decided on a report.
    False if there is nothing to decide any more."""
    comment = going.lock(session, comment_id)
    case = session.scalar(_open_case(comment.id))
    if case is None or now < case.due_at:
        return False
    decided(session, comment.consultation_id)
    _put_back(session, comment, case, words=words, actor=SYSTEM, now=now)
    return True


def _put_back(
    session: Session,
    comment: Comment,
    case: IdentityCase,
    *,
    words: str,
    actor: Actor,
    now: datetime,
) -> None:
    if case.found_for is None:
        holding.show(session, comment, words=words, now=now)
    else:
        holding.hide(session, comment, reason=case.found_for, now=now)
    session.execute(
        update(Report)
        .where(Report.comment_id == comment.id, Report.state == "open", Report.reason == "not_me")
        .values(state="kept", decided_by=actor.user_id, decided_at=now)
    )
    case.state, case.decided_by, case.decided_at = RESTORED, actor.user_id, now
    telling.tell(session, case, comment, "decided", now=now)
    comments.record(session, comment, "case:restored", actor, now)


def take_down(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    note: Texts,
    actor: Actor,
    now: datetime,
) -> None:
    """Decide that the comment is not of the person whose it seemed to be: it is removed, with a
    line in the public log.

    Raises CaseDecidedError, AnotherDecidesError, AlreadyGoneError, ReasonNeededError.
    """
    comment = comments.within(consultation, going.lock_live(session, comment_id))
    case = _lock_open(session, comment)
    seconding.give(session, comment, actor=actor, now=now)
    removal.write_down(session, comment, reason=NOT_THEIRS, note=note, actor=actor, now=now)
    case.state, case.decided_by, case.decided_at = TAKEN_DOWN, actor.user_id, now
    going.close_reports(session, comment.id, state="removed", by=actor.user_id, now=now)
    telling.tell(session, case, comment, "decided", now=now)
    going.take_away(session, comment, state=REMOVED, now=now)
    comments.record(session, comment, "case:removed", actor, now)


def _open_case(comment_id: int) -> Select[IdentityCase]:
    return (
        select(IdentityCase)
        .where(IdentityCase.comment_id == comment_id, IdentityCase.state == OPEN)
        .with_for_update()
    )


def _lock_open(session: Session, comment: Comment) -> IdentityCase:
    case = session.scalar(_open_case(comment.id))
    if case is None:
        raise CaseDecidedError
    return case


def _written(session: Session, form_number: str) -> bool:
    """Whether this form was sent before."""
    before = select(CaseMessage.id).where(CaseMessage.form_number == form_number)
    return session.scalar(before) is not None
