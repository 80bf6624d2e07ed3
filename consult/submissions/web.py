"""What a browser holds for a person without an account: form stamps, a visit, an opened receipt."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Response, g, request
from flask import session as cookie
from sqlalchemy.orm import Session

from consult.accounts.login import person
from consult.accounts.organisations import queries as organisations
from consult.kernel.actor import Actor
from consult.kernel.ids import random_token
from consult.kernel.keys import read_signed, sign
from consult.kernel.limits import limits
from consult.kernel.web import client_address, served_at, settings
from consult.submissions import queries, suspicion
from consult.submissions.models import Submission
from consult.submissions.recording import Prepared

VISIT_COOKIE = "consult_visit"
# A visit ends by itself, because the next person may sit at the same computer.
VISIT = timedelta(hours=2)
VISITS = 4  # consultations in one visit
GRANT = timedelta(hours=2)
# Nobody reads, writes and checks a comment in less; who does is asked to send once more.
SHORTEST = timedelta(seconds=3)


@dataclass(frozen=True)
class Stamp:
    """What we signed when a form was shown."""

    number: str
    served_at: datetime
    consultation_id: int
    version_id: int | None


def new_stamp(consultation_id: int, version_id: int | None, now: datetime) -> str:
    """A stamp for a fresh form."""
    facts = {"number": random_token(18), "consultation": consultation_id, "version": version_id}
    return sign("form", facts, now)


def read_stamp(text: str | None, consultation_id: int) -> Stamp | None:
    """The stamp of a form for this consultation; None if it is not ours."""
    facts = read_signed("form", text)
    if facts is None or facts.get("consultation") != consultation_id:
        return None
    return Stamp(
        number=str(facts["number"]),
        served_at=datetime.fromtimestamp(int(facts["at"]), UTC),
        consultation_id=consultation_id,
        version_id=facts["version"],
    )


# A visit: consultation → submission, in a signed cookie of its own.


@dataclass(frozen=True)
class Visit:
    """What the cookie says: its number, and consultation → submission and issue of its receipt."""

    number: str
    of: dict[str, list[int]]


def _visit() -> Visit | None:
    """This browser's visit, if it has one that is neither over nor ended."""
    if "visit" not in g:
        facts = read_signed("visit", request.cookies.get(VISIT_COOKIE))
        g.visit = None
        if facts and served_at().timestamp() - facts["at"] <= VISIT.total_seconds():
            ended = limits().is_closed("visit", facts["number"])
            g.visit = None if ended else Visit(facts["number"], facts["of"])
    visit: Visit | None = g.visit
    return visit


def _visits() -> dict[str, list[int]]:
    visit = _visit()
    return visit.of if visit else {}


def visiting(session: Session, consultation_id: int) -> Submission | None:
    """The submission that this browser's visit continues in a consultation, if any."""
    submission_id, issue = _visits().get(str(consultation_id), (0, 0))
    found = queries.submission(session, submission_id) if submission_id else None
    if found is None or found.receipt_issue != issue:
        return None
    known = person()
    # Somebody who signed in or out meanwhile may be somebody else.
    return found if found.user_id == (known.id if known else None) else None


def visited(session: Session) -> list[Submission]:
    """All submissions of this browser's visit, the newest consultation last."""
    found = [visiting(session, int(key)) for key in _visits()]
    return [submission for submission in found if submission is not None]


def continue_visit(
    response: Response, consultation_id: int, submission_id: int, issue: int
) -> None:
    """Let this browser go on with a submission for two hours. `issue` is that of its receipt."""
    visits = {**_visits()}
    visits.pop(str(consultation_id), None)
    visits[str(consultation_id)] = [submission_id, issue]
    _keep(response, Visit(visit_number(), dict(list(visits.items())[-VISITS:])))


def has_visit() -> bool:
    """Whether this browser is in the middle of a visit."""
    return _visit() is not None


def visit_number() -> str:
    """The number by which this browser's visit is known; of one that begins now, if it has none."""
    if _visit() is None:
        g.visit = Visit(random_token(18), {})
    number: str = g.visit.number
    return number


def keep_visit(response: Response) -> None:
    """Let this browser's visit, which may have begun just now, last for two hours."""
    _keep(response, Visit(visit_number(), _visits()))


def _keep(response: Response, visit: Visit) -> None:
    response.set_cookie(
        VISIT_COOKIE,
        sign("visit", {"of": visit.of, "number": visit.number}, served_at()),
        max_age=int(VISIT.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def end_visit(response: Response) -> None:
    """End the visit and close an opened receipt, as one should at a shared computer.

    They are refused from now on, here and to whoever kept a copy of the cookies.
    """
    visit, grant = _visit(), cookie.pop("receipt", None)
    if visit is not None:
        limits().close("visit", visit.number, served_at())
    if grant:
        limits().close("receipt", grant["number"], served_at())
    response.delete_cookie(VISIT_COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)


# An opened receipt: who typed the code may see and change the submission for a while.


def open_receipt(submission: Submission, now: datetime) -> None:
    """Grant this session what the receipt code grants."""
    cookie["receipt"] = {
        "number": random_token(18),
        "submission": submission.id,
        "issue": submission.receipt_issue,
        "until": int((now + GRANT).timestamp()),
    }


def opened_receipt(session: Session) -> Submission | None:
    """The submission whose code was typed in this session, while the grant lasts."""
    grant = cookie.get("receipt")
    if not grant or grant["until"] <= served_at().timestamp():
        return None
    found = queries.submission(session, grant["submission"])
    if found is None or found.receipt_issue != grant["issue"]:
        return None
    return None if limits().is_closed("receipt", grant["number"]) else found


def holder(session: Session, submission: Submission) -> Actor | None:
    """As whom this browser may act on a submission: its account, a lead of its organisation, or its
    receipt; else None.

    What a code does is logged as "by receipt", whoever is signed in beside it.
    """
    known = person()
    if known is not None and known.id == submission.user_id:
        return known.actor
    # What an organisation sent is its leads', whoever they are by now.
    speaker = submission.organisation_id
    if known is not None and speaker and organisations.leads(session, speaker, known.id):
        return known.actor
    opened = opened_receipt(session)
    visit = visiting(session, submission.consultation_id)
    if any(held is not None and held.id == submission.id for held in (opened, visit)):
        return Actor.receipt(submission.id)
    return None


# What comes beyond this many times the ordinary number from one address is not even taken.
FLOOD = 10


def suspicious(prepared: Prepared, visit: Submission | None) -> bool:
    """Whether a comment that is about to be taken came like something that a machine sends, by its
    words and those that it would put into a clause.

    Counts it, before the act, by address and by visit. Raises TooManyError for a flood.
    """
    here, now, ordinary = client_address(), served_at(), settings().posts_per_hour
    text = prepared.rendered.source
    if prepared.proposal is not None:
        text = f"{text}\n{prepared.proposal.shown.inserted}"
    sent = limits().hit("post", here, ordinary * FLOOD, now)
    found = suspicion.marks(text)
    most = ordinary * FLOOD
    at_address = [limits().hit("words", f"{here} {mark}", most, now) for mark in found]
    in_visit = [limits().hit("own words", f"{visit.id} {mark}", most, now)
                for mark in found] if visit else []  # fmt: skip
    return suspicion.is_suspicious(
        text,
        sent_here=sent,
        most_here=ordinary,
        alike_here=suspicion.alike(at_address),
        alike_in_visit=suspicion.alike(in_visit),
    )
