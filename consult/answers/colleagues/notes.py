"""Notes between colleagues: written, deleted by their author, forgotten with the account."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.activity import log
from consult.answers.errors import NoteError, NotYoursError
from consult.answers.models import ColleagueNote, Handover
from consult.answers.targets import check_thing
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.clock import SENT_TWICE
from consult.kernel.errors import NotFoundError
from consult.kernel.markup import tidy

LONGEST_NOTE = 5_000


def write(
    session: Session,
    consultation: Consultation,
    thing: str,
    *,
    words: str,
    body_id: int,
    for_all: bool,
    mine: Collection[int],
    actor: Actor,
    now: datetime,
) -> ColleagueNote:
    """Say something to the colleagues of one's body, or of all bodies of the consultation.

    Who sends the form twice says it once. Raises NoteError for an empty or too long one,
    NotYoursError in the name of another body.
    """
    check_thing(session, consultation.id, thing)
    text = tidy(words)
    if not text or len(text) > LONGEST_NOTE:
        raise NoteError
    if body_id not in mine:
        raise NotYoursError
    session.execute(select(Consultation.id).where(Consultation.id == consultation.id)
                    .with_for_update(key_share=True))  # fmt: skip
    twice = session.scalar(
        select(ColleagueNote)
        .where(
            ColleagueNote.consultation_id == consultation.id,
            ColleagueNote.thing == thing,
            ColleagueNote.body_id == body_id,
            ColleagueNote.for_all == for_all,
            ColleagueNote.author_id == actor.user_id,
            ColleagueNote.words == text,
            ColleagueNote.at > now - SENT_TWICE,
        )
        .order_by(ColleagueNote.id)
        .limit(1)
    )
    if twice is not None:
        return twice
    made = ColleagueNote(
        consultation_id=consultation.id,
        thing=thing,
        body_id=body_id,
        for_all=for_all,
        author_id=actor.user_id,
        at=now,
        words=text,
    )
    session.add(made)
    session.flush()
    _log(session, made, "note:written", actor, now)
    return made


def delete(
    session: Session, consultation: Consultation, number: int, *, actor: Actor, now: datetime
) -> ColleagueNote:
    """Take back what one wrote oneself. Raises NotFoundError for anybody else's."""
    made = session.get(ColleagueNote, number, populate_existing=True)
    if (
        made is None
        or made.consultation_id != consultation.id
        or made.author_id is None
        or made.author_id != actor.user_id
        or made.gone_at is not None
    ):
        raise NotFoundError
    made.words, made.gone_at = "", now
    session.flush()
    _log(session, made, "note:deleted", actor, now)
    return made


def forget(session: Session, user_id: int, now: datetime) -> None:
    """Empty what a person wrote to colleagues, and take their name from it: with their account."""
    session.execute(
        update(ColleagueNote)
        .where(ColleagueNote.author_id == user_id)
        .values(words="", gone_at=now, author_id=None)
        .execution_options(synchronize_session=False)
    )


def forget_about(session: Session, things: Sequence[str], now: datetime) -> None:
    """Empty what colleagues wrote about things whose words are erased; that they did, stays."""
    session.execute(
        update(ColleagueNote)
        .where(ColleagueNote.thing.in_(things), ColleagueNote.gone_at.is_(None))
        .values(words="", gone_at=now)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Handover)
        .where(Handover.thing.in_(things))
        .values(note="", settled_note="")
        .execution_options(synchronize_session=False)
    )


def _log(session: Session, made: ColleagueNote, act: str, actor: Actor, now: datetime) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=act,
        thing=made.thing,
        now=now,
        consultation=made.consultation_id,
        note=made.id,
    )
