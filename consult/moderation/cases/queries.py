"""Every read of cases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import User
from consult.accounts.queries import shown_name
from consult.kernel.errors import NotFoundError
from consult.moderation.models import CaseMessage, IdentityCase, Report

MOST = 200  # messages on one page


@dataclass(frozen=True)
class Said:
    """One message; `official` is the name of the official who wrote it, "" where the party did."""

    party: str
    official: str
    message: CaseMessage


def case_of(session: Session, comment_id: int) -> IdentityCase | None:
    """The case about a comment, if there was one."""
    return session.scalar(select(IdentityCase).where(IdentityCase.comment_id == comment_id))


def cases_of(session: Session, comment_ids: Collection[int]) -> dict[int, IdentityCase]:
    """Comment id → the case about it."""
    found = session.scalars(
        select(IdentityCase)
        .where(IdentityCase.comment_id.in_(comment_ids))
        .order_by(IdentityCase.id)
    )
    return {case.comment_id: case for case in found}


def of_report(session: Session, report_id: int) -> IdentityCase:
    """The case that was opened because of a report. Raises NotFoundError."""
    found = session.scalar(select(IdentityCase).where(IdentityCase.report_id == report_id))
    if found is None:
        raise NotFoundError
    return found


def messages(session: Session, case_id: int, party: str | None = None) -> Sequence[Said]:
    """What was asked and said in a case, oldest first; for one party only what concerns it."""
    statement = (
        select(CaseMessage, User.name, User.email)
        .outerjoin(User, User.id == CaseMessage.official_id)
        .where(CaseMessage.case_id == case_id)
        .order_by(CaseMessage.id)
        .limit(MOST)
    )
    if party is not None:
        statement = statement.where(CaseMessage.party == party)
    return [
        Said(message.party, shown_name(name, email), message)
        for message, name, email in session.execute(statement)
    ]


def reachable(session: Session, case: IdentityCase) -> bool:
    """Whether the claimant left an address."""
    report = session.get(Report, case.report_id) if case.report_id else None
    return report is not None and bool(report.email)
