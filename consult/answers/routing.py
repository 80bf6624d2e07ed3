"""Handing what is to be answered to the body that is competent for it, and back.

Whoever holds something hands it over with a note; the other body accepts, or hands it back and says
why. Until it accepts, the first body holds it. Nobody is thereby kept from answering: who answers
in the end is said in the answer.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts import queries as accounts
from consult.accounts.models import Body
from consult.activity import log
from consult.answers.errors import (
    AlreadyHandedError,
    HandedMeanwhileError,
    HandoverError,
    NotYoursError,
)
from consult.answers.models import Handover
from consult.answers.targets import check_thing
from consult.consultations import counters
from consult.consultations.models import Consultation, ConsultationBody
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import choose, mark
from consult.kernel.markup import tidy
from consult.notifications import outbox
from consult.themes import dividing

LONGEST_NOTE = 2_000
ASKED, ACCEPTED, HANDED_BACK = "asked", "accepted", "handed_back"
# Who may take what is handed over, or hand it back.
DECIDERS = frozenset({"editor", "publisher"})
TEMPLATE = "handed_over"
MOST_LETTERS = 100


def holder(session: Session, consultation_id: int, thing: str) -> int:
    """The body that holds something: the one that accepted it last, else the one that leads."""
    accepted = session.scalar(
        select(Handover.to_body_id)
        .where(
            Handover.consultation_id == consultation_id,
            Handover.thing == thing,
            Handover.state == ACCEPTED,
        )
        .order_by(Handover.settled_at.desc(), Handover.id.desc())
        .limit(1)
    )
    return (
        accepted
        or session.scalars(
            select(ConsultationBody.body_id).where(
                ConsultationBody.consultation_id == consultation_id, ConsultationBody.part == "lead"
            )
        ).one()
    )


def hand_over(
    session: Session,
    consultation: Consultation,
    thing: str,
    to_body_id: int,
    *,
    note: str,
    mine: Collection[int],
    actor: Actor,
    now: datetime,
) -> Handover:
    """Ask another body of the consultation to take it. `mine` are the bodies the person acts for.

    Raises NotYoursError unless one of them holds it, AlreadyHandedError while another body is
    asked, HandoverError without a note or for the body that holds it, NotFoundError for a thing of
    elsewhere.
    """
    counters.hold(session, consultation.id)
    check_thing(session, consultation.id, thing)
    words = tidy(note)[:LONGEST_NOTE]
    if not words:
        raise HandoverError
    if session.get(ConsultationBody, (consultation.id, to_body_id)) is None:
        raise HandoverError(mark("This body does not take part in the consultation."))
    present = holder(session, consultation.id, thing)
    if present not in mine:
        raise NotYoursError
    if present == to_body_id:
        raise HandoverError(mark("Choose another body than the one that holds it."))
    if _asked(session, consultation.id, thing) is not None:
        raise AlreadyHandedError
    made = Handover(
        consultation_id=consultation.id,
        thing=thing,
        from_body_id=present,
        to_body_id=to_body_id,
        note=words,
        asked_by=actor.user_id,
        asked_at=now,
    )
    session.add(made)
    session.flush()
    if thing.startswith("point:"):
        dividing.keep(session, [int(thing.partition(":")[2])], actor)
    _tell(session, consultation, made, actor, now)
    _log(session, made, "handover:asked", actor, now)
    return made


def settle(
    session: Session,
    consultation: Consultation,
    number: int,
    *,
    accepted: bool,
    note: str,
    mine: Collection[int],
    actor: Actor,
    now: datetime,
) -> Handover:
    """Accept what one's body was handed, or hand it back with a note.

    Raises NotYoursError for what another body was asked, HandedMeanwhileError if a colleague was
    quicker, HandoverError for handing back without a note.
    """
    counters.hold(session, consultation.id)
    made = session.get(Handover, number, populate_existing=True)
    if made is None or made.consultation_id != consultation.id:
        raise NotFoundError
    if made.to_body_id not in mine:
        raise NotYoursError
    if made.state != ASKED:
        raise HandedMeanwhileError
    words = tidy(note)[:LONGEST_NOTE]
    if not accepted and not words:
        raise HandoverError
    made.state = ACCEPTED if accepted else HANDED_BACK
    made.settled_note, made.settled_by, made.settled_at = words, actor.user_id, now
    session.flush()
    _log(session, made, f"handover:{made.state}", actor, now)
    return made


def _tell(
    session: Session, consultation: Consultation, made: Handover, actor: Actor, now: datetime
) -> None:
    """Write to those of the other body who can take it, or hand it back.

    The letter leads to it and says nothing of it: what colleagues write stays at the desk.
    """
    names = {of: session.get_one(Body, of).name for of in (made.from_body_id, made.to_body_id)}
    outbox.write_many(
        session,
        [
            {
                "recipient": f"user:{number}",
                "template": TEMPLATE,
                "language": language,
                "idempotency_key": f"{TEMPLATE}:{made.id}:user {number}",
                "payload": {
                    "title": choose(consultation.title, language)[1],
                    "slug": consultation.slug,
                    "place": made.thing.replace(":", "/"),
                    "from": choose(names[made.from_body_id], language)[1],
                    "to": choose(names[made.to_body_id], language)[1],
                },
            }
            for number, language in accounts.deciders_of(
                session, made.to_body_id, DECIDERS, limit=MOST_LETTERS
            )
            if number != actor.user_id
        ],
        now,
    )


def _asked(session: Session, consultation_id: int, thing: str) -> Handover | None:
    return session.scalar(
        select(Handover).where(
            Handover.consultation_id == consultation_id,
            Handover.thing == thing,
            Handover.state == ASKED,
        )
    )


def _log(session: Session, made: Handover, act: str, actor: Actor, now: datetime) -> None:
    facts = {"handover": made.id, "of": made.from_body_id, "to": made.to_body_id}
    log.record(
        session,
        actor=actor.reference,
        act=act,
        thing=made.thing,
        now=now,
        consultation=made.consultation_id,
        **facts,
    )
