"""What kept people from taking part in the open phase, recorded, and the close moved by the rule.

The grounds that the platform gives by itself are written in every language, so the catalogues must
have been read before the act (`i18n.load`).
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.log import record
from consult.consultations import counters, fairness, promises
from consult.consultations.errors import DateError, NotPossibleNowError, ReasonMissingError
from consult.consultations.fairness import Outage
from consult.consultations.models import DOCUMENT, OUTAGE, Consultation, Interruption
from consult.consultations.phases import Phase, phase
from consult.kernel import i18n
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.clock import end_of_day, last_day, luxembourg_date, start_of_day
from consult.kernel.db import Texts
from consult.kernel.i18n import mark

# More open consultations at one time than any country has.
MOST = 500


def platform_was_down(session: Session, began: datetime, ended: datetime) -> int:
    """Record an outage that has just ended for every consultation that was open; returns how many
    closes it moves.

    A close that fell into the outage was never final: nobody could see it pass.
    """
    ids = session.scalars(
        select(Consultation.id)
        .where(
            Consultation.announced_at.is_not(None),
            Consultation.cancelled_at.is_(None),
            Consultation.opens_at < ended,
            Consultation.closes_at > began,
        )
        .order_by(Consultation.id)
        .limit(MOST)
    ).all()
    return sum(_was_down(session, number, began, ended) for number in ids)


def _was_down(session: Session, consultation_id: int, began: datetime, ended: datetime) -> bool:
    consultation = counters.hold(session, consultation_id)
    opens_at, closes_at = consultation.opens_at, consultation.closes_at
    if consultation.cancelled_at or opens_at is None or closes_at is None or closes_at <= began:
        return False
    earlier = of_consultation(session, consultation_id, kind=OUTAGE)
    new = Interruption(
        consultation_id=consultation_id,
        kind=OUTAGE,
        began_at=began,
        ended_at=ended,
        counted=False,
        days=0,
        recorded_at=ended,
    )
    rows = [*earlier, new]
    judged = fairness.judge(
        [Outage(row.began_at, row.ended_at, row.counted) for row in rows], opens_at, closes_at
    )
    given = sum(row.days for row in earlier)
    for row, counts in zip(rows, judged.counted, strict=True):
        row.counted = counts
    close = closes_at
    if new.counted:
        outage = Outage(began, ended)
        close = fairness.moved_close(closes_at, max(0, judged.days - given), outage)
    if close > closes_at:
        new.days = (last_day(close) - last_day(closes_at)).days
    ground = _of_outage(began, ended, new.days)
    return _record(session, consultation, new, close=close, ground=ground, actor=SYSTEM, now=ended)


def text_came(
    session: Session, consultation_id: int, *, actor: Actor, now: datetime
) -> Interruption | None:
    """The text is public only now: if the consultation was open without it, the close moves by the
    days that it was missing."""
    consultation = counters.hold(session, consultation_id)
    if phase(consultation, now) is not Phase.OPEN:
        return None
    assert consultation.opens_at is not None
    assert consultation.announced_at is not None
    since = max(consultation.opens_at, consultation.announced_at)
    return _missing(session, consultation, since, now, None, actor=actor, now=now)


def state_missing(
    session: Session,
    consultation: Consultation,
    *,
    since: date,
    until: date,
    ground: Texts,
    actor: Actor,
    now: datetime,
) -> Interruption:
    """An official states that a document was missing from one day until it came on another.

    After the close this opens the consultation again, until it is complete. Raises
    NotPossibleNowError, ReasonMissingError, or DateError where no day of the open phase is gained.
    """
    consultation = counters.hold(session, consultation.id)
    if phase(consultation, now) not in {Phase.OPEN, Phase.CLOSED}:
        raise NotPossibleNowError
    ground = {code: words.strip() for code, words in ground.items() if words.strip()}
    if not ground:
        raise ReasonMissingError
    if not since < until <= luxembourg_date(now):
        raise DateError(
            mark(
                "The document came after the day since which it was missing, and today at the latest."
            )
        )
    made = _missing(
        session,
        consultation,
        start_of_day(since),
        start_of_day(until),
        ground,
        actor=actor,
        now=now,
    )
    if made is None:
        raise DateError(mark("These days lie outside the open phase, or were made up for already."))
    return made


def _missing(
    session: Session,
    consultation: Consultation,
    began: datetime,
    ended: datetime,
    ground: Texts | None,
    *,
    actor: Actor,
    now: datetime,
) -> Interruption | None:
    opens_at, closes_at = consultation.opens_at, consultation.closes_at
    assert opens_at is not None
    assert closes_at is not None
    earlier = of_consultation(session, consultation.id, kind=DOCUMENT)
    spans = [*((row.began_at, row.ended_at) for row in earlier), (began, ended)]
    days = fairness.days_missing(spans, opens_at, closes_at) - sum(row.days for row in earlier)
    if days <= 0:
        return None
    close = fairness.moved_close(closes_at, days)
    if closes_at <= now:
        close = max(close, end_of_day(luxembourg_date(now) + days * fairness.DAY))
    new = Interruption(
        consultation_id=consultation.id,
        kind=DOCUMENT,
        began_at=began,
        ended_at=ended,
        counted=True,
        days=days,
        stated_by=actor.user_id if ground else None,
        recorded_at=now,
    )
    ground = ground or _of_text(ended, days)
    _record(session, consultation, new, close=close, ground=ground, actor=actor, now=now)
    return new


def _record(
    session: Session,
    consultation: Consultation,
    new: Interruption,
    *,
    close: datetime,
    ground: Texts,
    actor: Actor,
    now: datetime,
) -> bool:
    moved = promises.move_close(
        session, consultation, to=close, ground=ground, actor=actor, now=now
    )
    new.promise_id = moved.id if moved else None
    session.add(new)
    session.flush()
    record(
        session,
        actor=actor.reference,
        act=f"interruption:{new.kind}",
        thing=f"consultation:{consultation.id}",
        now=now,
        consultation=consultation.id,
        days=new.days,
    )
    counters.touch(session, consultation.id)
    return moved is not None


def of_consultation(
    session: Session, consultation_id: int, kind: str | None = None
) -> Sequence[Interruption]:
    """What kept people from taking part, oldest first."""
    statement = select(Interruption).where(Interruption.consultation_id == consultation_id)
    if kind is not None:
        statement = statement.where(Interruption.kind == kind)
    return session.scalars(statement.order_by(Interruption.id)).all()


def _in_every_language(say: Callable[[], str]) -> Texts:
    words: Texts = {}
    for code in i18n.LANGUAGES:
        with i18n.speaking(code):
            words[code] = say()
    return words


def _of_outage(began: datetime, ended: datetime, days: int) -> Texts:
    return _in_every_language(
        lambda: (
            i18n.gettext(
                "The platform was down from %(began)s to %(ended)s.",
                began=i18n.short_time_text(began),
                ended=i18n.short_time_text(ended),
            )
            + " "
            + _by_rule(days)
        )
    )


def _of_text(came: datetime, days: int) -> Texts:
    return _in_every_language(
        lambda: (
            i18n.gettext("The text was missing until %(day)s.", day=i18n.day_text(came))
            + " "
            + _by_rule(days)
        )
    )


def _by_rule(days: int) -> str:
    return i18n.ngettext(
        "By the published rule the close moves by 1 day.",
        "By the published rule the close moves by %(num)s days.",
        days,
    )
