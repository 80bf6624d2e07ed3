"""Dates said in public: append-only, each change with its ground."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from consult.activity.log import record
from consult.consultations.counters import touch
from consult.consultations.errors import (
    DateError,
    GroundMissingError,
    NotPossibleNowError,
    StaleError,
)
from consult.consultations.models import ANSWERS, CLOSES, OPENS, Consultation, Promise
from consult.consultations.phases import Phase, phase
from consult.consultations.queries import locked
from consult.kernel.actor import Actor
from consult.kernel.clock import end_of_day, last_day, luxembourg_date, start_of_day
from consult.kernel.db import Texts
from consult.kernel.i18n import mark

# In which phases a date may still be set. What has happened cannot be promised again.
CHANGEABLE: dict[str, frozenset[Phase]] = {
    OPENS: frozenset({Phase.PREPARATION, Phase.ANNOUNCED}),
    CLOSES: frozenset({Phase.PREPARATION, Phase.ANNOUNCED, Phase.OPEN}),
    ANSWERS: frozenset({Phase.PREPARATION, Phase.ANNOUNCED, Phase.OPEN, Phase.CLOSED}),
}


def changeable(consultation: Consultation, kind: str, now: datetime) -> bool:
    """Whether a date of this kind may be set at `now`."""
    return phase(consultation, now) in CHANGEABLE[kind]


def promise(
    session: Session,
    consultation: Consultation,
    *,
    kind: str,
    at: datetime,
    actor: Actor,
    now: datetime,
    ground: Texts | None = None,
) -> Promise | None:
    """Set one date of a consultation; None if it was that date already. See `promise_all`."""
    made = promise_all(session, consultation, dates={kind: at}, actor=actor, now=now, ground=ground)
    return made[0] if made else None


def promise_all(
    session: Session,
    consultation: Consultation,
    *,
    dates: dict[str, datetime],
    actor: Actor,
    now: datetime,
    ground: Texts | None = None,
    seen: str | None = None,
) -> list[Promise]:
    """Set several dates ("opens", "closes", "answers") at once, judged by where they end up.

    A date that stays as it is adds nothing. `seen` names the dates that the official had before
    them: StaleError if others are in force. Raises NotPossibleNowError where the phase is past,
    DateError for an impossible order or a date in the past, GroundMissingError when an announced
    date changes without a reason in public words.
    """
    consultation = locked(session, consultation.id)
    if seen is not None and seen != in_force(consultation):
        raise StaleError
    present = {
        OPENS: consultation.opens_at,
        CLOSES: consultation.closes_at,
        ANSWERS: consultation.answer_due_at,
    }
    changed = {kind: at for kind, at in dates.items() if present[kind] != at}
    for kind in changed:
        if not changeable(consultation, kind, now):
            raise NotPossibleNowError
    ground = {code: words.strip() for code, words in (ground or {}).items() if words.strip()}
    if changed and consultation.announced_at is not None and not ground:
        raise GroundMissingError
    _check({**present, **dates}, set(changed), now)
    # All of them before anything is written: opening and close may move together, past each other.
    for kind, at in changed.items():
        _put_in_force(consultation, kind, at)
    return [
        _append(
            session, consultation, kind=kind, at=at, actor=actor, now=now, ground=ground or None
        )
        for kind, at in changed.items()
    ]


def move_close(
    session: Session,
    consultation: Consultation,
    *,
    to: datetime,
    ground: Texts,
    actor: Actor,
    now: datetime,
) -> Promise | None:
    """Move the close of a held consultation by the rule of fairness; None if it would not be later.

    The promised answer stays, unless the close would overtake it; lateness counts from the first.
    """
    closes, answers = consultation.closes_at, consultation.answer_due_at
    if closes is None or to <= closes:
        return None
    dates = {CLOSES: to}
    if answers is not None and answers <= to:
        days = (luxembourg_date(to) - luxembourg_date(closes)).days
        dates[ANSWERS] = end_of_day(last_day(max(answers, closes)) + timedelta(days=days + 1))
    for kind, at in dates.items():
        _put_in_force(consultation, kind, at)
    made = [
        _append(session, consultation, kind=kind, at=at, actor=actor, now=now, ground=ground)
        for kind, at in dates.items()
    ]
    return made[0]


def in_force(consultation: Consultation) -> str:
    """A short name for the present dates: a form carries it, so that a stale one shows."""
    dates = (consultation.opens_at, consultation.closes_at, consultation.answer_due_at)
    return " ".join("-" if at is None else str(int(at.timestamp())) for at in dates)


def _check(dates: dict[str, datetime | None], changed: set[str], now: datetime) -> None:
    opens, closes, answers = dates[OPENS], dates[CLOSES], dates[ANSWERS]
    if opens and closes and opens >= closes:
        raise DateError(mark("The consultation must open before it closes."))
    if closes and answers and answers <= closes:
        raise DateError(mark("The promised answer must come after the close."))
    today = start_of_day(luxembourg_date(now))
    for kind in changed:
        date = dates[kind]
        assert date is not None
        # A consultation may open on the very day; the other two must leave time.
        if date < today or (kind != OPENS and date <= now):
            raise DateError(mark("A date that has already passed cannot be promised."))


def _put_in_force(consultation: Consultation, kind: str, at: datetime) -> None:
    if kind == OPENS:
        consultation.opens_at = at
    elif kind == CLOSES:
        consultation.closes_at = at
    else:
        consultation.answer_due_at = at
        # Until the announcement nothing has been promised to anybody.
        if consultation.announced_at is None:
            consultation.first_answer_due_at = at


def _append(
    session: Session,
    consultation: Consultation,
    *,
    kind: str,
    at: datetime,
    actor: Actor,
    now: datetime,
    ground: Texts | None,
) -> Promise:
    made = Promise(
        consultation_id=consultation.id,
        kind=kind,
        promised_at=at,
        set_by=actor.user_id,
        set_at=now,
        ground=ground,
    )
    session.add(made)
    session.flush()
    record(
        session,
        actor=actor.reference,
        act="promise:set",
        thing=f"consultation:{consultation.id}",
        now=now,
        consultation=consultation.id,
        kind=kind,
        at=at.isoformat(),
    )
    touch(session, consultation.id)
    return made
