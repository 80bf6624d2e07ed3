"""Letters to the parties of a case."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.i18n import DEFAULT_LANGUAGE, choose, last_day_text, speaking
from consult.moderation import comments
from consult.moderation.cases.links import case_token
from consult.moderation.models import CLAIMANT, HOLDER, OPEN, IdentityCase, Report
from consult.notifications import outbox
from consult.notifications.outbox import Recipient
from consult.submissions.models import Comment


def tell(
    session: Session, case: IdentityCase, comment: Comment, what: str, *, now: datetime
) -> None:
    """Write to everybody who can be reached that the case was opened or decided."""
    for party in (HOLDER, CLAIMANT):
        tell_one(session, case, comment, what, party, key="", now=now)


def tell_one(
    session: Session,
    case: IdentityCase,
    comment: Comment,
    what: str,
    party: str,
    *,
    key: str,
    now: datetime,
) -> None:
    """Write to one party, if there is an address."""
    to = comments.author(session, comment) if party == HOLDER else _claimant(session, case)
    if to is None:
        return
    recipient, language = to
    with speaking(language):
        due = last_day_text(case.due_at)
    outbox.write(
        session,
        recipient=recipient,
        template=f"case_{what}",
        language=language,
        key=f"case_{what}:{case.id}:{party}:{key}",
        payload={
            "number": comment.seq,
            "due": due,
            "way": case.way,
            "party": party,
            "state": case.state,
            "by_rule": case.state != OPEN and case.decided_by is None,
        },
        now=now,
    )


def _claimant(session: Session, case: IdentityCase) -> tuple[str, str] | None:
    report = session.get(Report, case.report_id) if case.report_id else None
    if report is None or not report.email:
        return None
    return f"report:{report.id}", report.language or DEFAULT_LANGUAGE


def reporter(session: Session, report_id: int) -> Recipient | None:
    """The recipient "report:N": who said that a comment is not theirs, as long as we know an
    address."""
    report = session.get(Report, report_id)
    if report is None or not report.email:
        return None
    language = report.language or DEFAULT_LANGUAGE
    consultation = session.get_one(Consultation, report.consultation_id)
    facts = {
        "code": "",
        "title": choose(consultation.title, language)[1],
        "slug": consultation.slug,
        "case": case_token(report.id, clock.now()),
    }
    return Recipient(report.email, language, facts)
