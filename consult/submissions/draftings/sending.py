"""A lead sends what the members wrote: one submission, a comment for each text, one receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from consult.accounts.organisations import queries as organisations
from consult.accounts.organisations.membership import require_lead
from consult.consultations import queries as consultations
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import choose
from consult.notifications import outbox
from consult.submissions import counters, intake
from consult.submissions.anchoring import Selector
from consult.submissions.draftings import queries
from consult.submissions.draftings.errors import NothingToSendError, StaleDraftingError
from consult.submissions.draftings.models import Drafting
from consult.submissions.draftings.queries import Saved
from consult.submissions.draftings.writing import forget_words, in_hand, log
from consult.submissions.organisations import declare_founded
from consult.submissions.recording import Prepared


@dataclass(frozen=True)
class Ready:
    """One text as the lead was shown it: which revision, and its words prepared."""

    number: int
    prepared: Prepared
    # The version in which it is said, and the words of the clause that it is about.
    version_id: int | None = None
    words: Selector | None = None
    # Why nobody may read the comment yet, if so.
    held_for: str | None = None


@dataclass(frozen=True)
class Letterhead:
    """How the organisation speaks this time."""

    respondent: str
    language: str
    # Where the receipt and the answer are written to.
    email: str | None


def send(
    session: Session,
    drafting_id: int,
    ready: Mapping[int, Ready],
    letterhead: Letterhead,
    *,
    served_at: datetime,
    actor: Actor,
    now: datetime,
) -> int:
    """Send a drafting; returns the submission. One that was sent already stays as it was sent.

    `ready` are the texts by their id, as the lead saw them; `served_at` is when that page was made,
    by which it is judged whether they are in time. Raises StaleDraftingError if anything was saved
    since, NothingToSendError, what `in_hand` raises, and what `intake.receive` raises.
    """
    before = _sent_before(session, drafting_id, actor)
    if before is not None:
        return before
    drafting = in_hand(session, drafting_id, actor, lead=True)
    texts = [text for text in queries.texts(session, drafting_id) if text.text.strip()]
    if not texts:
        raise NothingToSendError
    if {text.text_id: text.number for text in texts} != {
        text_id: shown.number for text_id, shown in ready.items()
    }:
        raise StaleDraftingError
    submission_id, numbers = _receive(
        session, drafting, texts, ready, letterhead, served_at=served_at, actor=actor, now=now
    )
    drafting.ended_at, drafting.submission_id = now, submission_id
    forget_words(session, [drafting_id])
    session.flush()
    log(session, actor, "sent", drafting, now, comments=len(texts))
    _tell(session, drafting, numbers, actor, now)
    return submission_id


def _sent_before(session: Session, drafting_id: int, actor: Actor) -> int | None:
    """The submission of a drafting that was sent, by whichever lead."""
    known = session.get(Drafting, drafting_id)
    if known is None:
        raise NotFoundError
    require_lead(session, known.organisation_id, actor)
    session.refresh(known)
    return known.submission_id


def _receive(
    session: Session,
    drafting: Drafting,
    texts: list[Saved],
    ready: Mapping[int, Ready],
    letterhead: Letterhead,
    *,
    served_at: datetime,
    actor: Actor,
    now: datetime,
) -> tuple[int, list[int]]:
    """Take the texts in; returns the submission and the numbers of the comments."""
    found = consultations.dates(session, drafting.consultation_id)
    counters.hold_threads(session, drafting.consultation_id, {text.clause_id for text in texts})
    submission_id, numbers = None, []
    speaker = declare_founded(session, drafting.organisation_id, now=now)
    for text in texts:
        shown = ready[text.text_id]
        got = intake.receive(
            session,
            found,
            shown.prepared,
            submission_id=submission_id,
            clause_id=text.clause_id,
            version_id=shown.version_id or text.version_id,
            anchor=shown.words,
            held_for=shown.held_for,
            received_at=now,
            served_at=served_at,
            form_number=f"drafting {drafting.id}: {text.text_id}",
            actor=actor,
            now=now,
            language=letterhead.language,
            respondent=letterhead.respondent,
            organisation_id=speaker,
            # Of no account: it is the organisation's, and stays when a lead goes.
            user_id=None,
            # The receipt is written once.
            email=letterhead.email if submission_id is None else None,
        )
        submission_id = got.submission_id
        numbers.append(got.number)
    assert submission_id is not None
    return submission_id, numbers


def _tell(
    session: Session, drafting: Drafting, numbers: list[int], actor: Actor, now: datetime
) -> None:
    """Write to the other members who want that. The receipt is for leads: its code is a key."""
    consultation = consultations.by_id(session, drafting.consultation_id)
    told = organisations.to_tell(session, drafting.organisation_id, but=actor.user_id)
    outbox.write_many(
        session,
        [
            {
                "recipient": f"member:{member_id}",
                "template": "organisation_sent",
                "language": language,
                "idempotency_key": f"organisation_sent:drafting {drafting.id}:{member_id}",
                "payload": {
                    "title": choose(consultation.title, language)[1],
                    "slug": consultation.slug,
                    "numbers": numbers,
                },
            }
            for member_id, language in told
        ],
        now,
    )
