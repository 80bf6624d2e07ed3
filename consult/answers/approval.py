"""An answer on its way to the public: drafted, checked by the jurists, approved.

Every change of an answer is a new answer and begins as a draft, so what was approved is what is
published. Where a consultation asks for four eyes, nobody approves what they wrote themselves.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from consult.activity import log
from consult.answers import consequences, heads
from consult.answers.decisions import stand_still
from consult.answers.errors import (
    AnsweredMeanwhileError,
    MovedMeanwhileError,
    NoChangeNamedError,
    NoteMissingError,
    OwnAnswerError,
    PublicAnswerError,
    TooManyAnswersError,
)
from consult.answers.models import (
    APPROVED,
    CHECKING,
    DRAFTING,
    Answer,
    AnswerEdit,
    AnswerStep,
    AnswerTarget,
    Fate,
)
from consult.consultations import counters
from consult.consultations.models import Consultation
from consult.drafts.models import Edit
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.markup import tidy
from consult.kernel.release import RELEASED, Release

LONGEST_NOTE = 2_000
# As many as the page of answers to check shows, and fewer rows than one act may touch.
MOST_AT_ONCE = 100

# Where an answer may be moved, from where, and how the log calls it.
FROM = {CHECKING: (DRAFTING,), APPROVED: (CHECKING,), DRAFTING: (CHECKING, APPROVED)}
ACTS = {
    CHECKING: "answer:check_asked",
    APPROVED: "answer:approved",
    DRAFTING: "answer:sent_back",
}


def move(
    session: Session,
    consultation: Consultation,
    answer_ids: Sequence[int],
    to: str,
    *,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Move answers on, or send them back: all of them, or none.

    Raises TooManyAnswersError, OwnAnswerError, NoChangeNamedError (what accepts names a change, or
    says why there is none, before it is approved), NoteMissingError (what is sent back says why),
    PublicAnswerError (what is public is corrected, not sent back), AnsweredMeanwhileError for an
    answer that was changed since it was read, MovedMeanwhileError for one that is no longer where
    it was, BeingPublishedError while a publication is being prepared, and NotFoundError for one of
    elsewhere.
    """
    chosen = sorted(set(answer_ids))
    if len(chosen) > MOST_AT_ONCE:
        raise TooManyAnswersError(chosen=len(chosen), most=MOST_AT_ONCE)
    stand_still(session, consultation.id)
    words = tidy(note)[:LONGEST_NOTE]
    if to == DRAFTING and not words:
        raise NoteMissingError
    if to == APPROVED and (silent := consequences.among(session, chosen)):
        raise NoChangeNamedError(number=len(silent))
    four_eyes = session.scalars(
        select(Consultation.four_eyes).where(Consultation.id == consultation.id)
    ).one()
    for number in chosen:
        answer = _answer(session, consultation.id, number)
        if _state(session, number) not in FROM[to]:
            raise MovedMeanwhileError
        if to == APPROVED and four_eyes and actor.user_id in {None, answer.author_id}:
            raise OwnAnswerError
        if to == DRAFTING and is_public(session, number):
            raise PublicAnswerError
        if to == APPROVED:
            _note_the_edits(session, number)
        session.add(AnswerStep(answer_id=number, state=to, by_id=actor.user_id, at=now, note=words))
        log.record(
            session,
            actor=actor.reference,
            act=ACTS[to],
            thing=place(session, number),
            now=now,
            consultation=consultation.id,
            answer=number,
        )
    counters.decided(session, consultation.id)
    session.flush()


def ask_for_four_eyes(
    session: Session, consultation: Consultation, wanted: bool, *, actor: Actor, now: datetime
) -> None:
    """Say whether answers must be approved by somebody else before they are published."""
    stand_still(session, consultation.id)
    row = session.get_one(Consultation, consultation.id, populate_existing=True)
    if row.four_eyes == wanted:
        return
    row.four_eyes = wanted
    counters.decided(session, consultation.id)
    log.record(
        session,
        actor=actor.reference,
        act="consultation:four_eyes_on" if wanted else "consultation:four_eyes_off",
        thing=f"consultation:{consultation.id}",
        now=now,
        consultation=consultation.id,
    )
    session.flush()


def _note_the_edits(session: Session, number: int) -> None:
    """What the changes of the text say that are approved with an answer: it is approved no longer
    when somebody writes others in their place (`heads.state_of`)."""
    said = select(Edit.said).where(Edit.id == AnswerEdit.edit_id).scalar_subquery()
    session.execute(
        update(AnswerEdit)
        .where(AnswerEdit.answer_id == number)
        .values(approved=said)
        .execution_options(synchronize_session=False)
    )


def is_public(session: Session, answer_id: int) -> bool:
    """Whether a publication gave this answer to somebody."""
    given = (
        select(Fate.id)
        .join(Release, Release.id == Fate.release_id)
        .where(Fate.answer_id == answer_id, Release.state == RELEASED)
    )
    return bool(session.scalar(select(exists(given))))


def _answer(session: Session, consultation_id: int, number: int) -> Answer:
    answer = session.get(Answer, number, populate_existing=True)
    if answer is None or answer.consultation_id != consultation_id:
        raise NotFoundError
    if session.scalar(select(Answer.id).where(Answer.id == number, heads.is_newest())) is None:
        raise AnsweredMeanwhileError
    return answer


def _state(session: Session, number: int) -> str:
    return session.scalars(select(heads.state_of(Answer)).where(Answer.id == number)).one()


def place(session: Session, answer_id: int) -> str:
    """What an answer answers, as the activity log and addresses name it."""
    target = session.get_one(AnswerTarget, answer_id)
    for kind in ("theme", "campaign", "selection"):
        if (of := getattr(target, f"{kind}_id")) is not None:
            return f"{kind}:{of}"
    return f"point:{target.point_id}"
