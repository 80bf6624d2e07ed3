"""The life of a consultation: created, described anew, announced, cancelled."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.activity.log import record
from consult.consultations.counters import decided, touch
from consult.consultations.errors import (
    DateError,
    DescriptionError,
    NotPossibleNowError,
    ReasonMissingError,
    SlugTakenError,
    StaleError,
)
from consult.consultations.models import Consultation, ConsultationBody
from consult.consultations.phases import Phase, phase
from consult.consultations.queries import locked
from consult.kernel import ids, search
from consult.kernel.actor import Actor
from consult.kernel.clock import luxembourg_date, start_of_day
from consult.kernel.db import Texts
from consult.kernel.i18n import LANGUAGES, mark
from consult.kernel.transaction import broken_constraint

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_SLUG, MAX_TITLE, MAX_SUMMARY, MAX_NOTICE, MAX_REASON = 80, 300, 4000, 500, 2000
# Words that the desk's own addresses use where a slug would stand.
RESERVED = frozenset({"new"})


def proposed_slug(title: str) -> str:
    """An address made of a title: ASCII letters, digits and hyphens; may be empty."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss").lower())
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    return "-".join(words)[:60].strip("-")


def create(
    session: Session,
    *,
    slug: str,
    title: Texts,
    summary: Texts,
    languages: Sequence[str],
    lead_body_id: int,
    actor: Actor,
    now: datetime,
    notice: Texts | None = None,
    competent_body_ids: Sequence[int] = (),
) -> Consultation:
    """Make a consultation in preparation. Raises DescriptionError or SlugTakenError."""
    if len(slug) > MAX_SLUG or not SLUG.fullmatch(slug) or slug in RESERVED:
        raise DescriptionError(
            mark("The address may hold small letters without accents, digits and hyphens.")
        )
    made = Consultation(slug=slug, created_at=now, created_by=actor.user_id)
    _describe(made, title, summary, languages, notice)
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        if broken_constraint(error) == "uq_consultation_slug":
            raise SlugTakenError from error
        raise
    session.add(ConsultationBody(consultation_id=made.id, body_id=lead_body_id, part="lead"))
    session.flush()
    _set_competent(session, made.id, competent_body_ids)
    _log(session, made, "created", actor, now)
    return made


def fingerprint(consultation: Consultation) -> str:
    """A short name for the present description: a form carries it, so that a stale one shows."""
    return ids.fingerprint(
        consultation.title,
        consultation.summary,
        consultation.notice,
        list(consultation.languages),
    )


def describe(
    session: Session,
    consultation: Consultation,
    *,
    title: Texts,
    summary: Texts,
    languages: Sequence[str],
    notice: Texts | None,
    seen: str,
    actor: Actor,
    now: datetime,
    competent_body_ids: Sequence[int] | None = None,
) -> None:
    """Change title, summary, languages, notice and (unless None) the competent bodies.

    `seen` is the fingerprint of what the official had before them; StaleError if it moved.
    """
    consultation = locked(session, consultation.id)
    if phase(consultation, now) is Phase.CANCELLED:
        raise NotPossibleNowError
    if fingerprint(consultation) != seen:
        raise StaleError
    _describe(consultation, title, summary, languages, notice)
    session.flush()
    if competent_body_ids is not None:
        _set_competent(session, consultation.id, competent_body_ids)
    touch(session, consultation.id)
    _log(session, consultation, "described", actor, now)


def missing_for_announcement(consultation: Consultation, now: datetime) -> DateError | None:
    """Why a consultation in preparation cannot be announced yet; None if it can."""
    opens, closes = consultation.opens_at, consultation.closes_at
    if opens is None or closes is None or consultation.answer_due_at is None:
        return DateError(mark("Set the three dates before you announce the consultation."))
    if closes <= now:
        return DateError(mark("The closing date has passed. Set a later one, then announce."))
    if opens < start_of_day(luxembourg_date(now)):
        return DateError(mark("The opening date has passed. Set a later one, then announce."))
    return None


def announce(session: Session, consultation: Consultation, *, actor: Actor, now: datetime) -> None:
    """Make the page public, with its dates. From here on they are promises.

    Raises DateError while a date is missing or past, NotPossibleNowError if it was announced.
    """
    consultation = locked(session, consultation.id)
    if phase(consultation, now) is not Phase.PREPARATION:
        raise NotPossibleNowError
    missing = missing_for_announcement(consultation, now)
    if missing is not None:
        raise missing
    consultation.announced_at = now
    consultation.first_answer_due_at = consultation.answer_due_at
    session.flush()
    _let_find(session, consultation)
    touch(session, consultation.id)
    _log(session, consultation, "announced", actor, now)


def _let_find(session: Session, consultation: Consultation) -> None:
    """Put title and summary of a public consultation into the search, instead of former ones."""
    search.unindex(session, kind="consultation", references=[consultation.id])
    things = [
        search.Thing(
            reference=consultation.id,
            consultation=consultation.id,
            language=code,
            words=search.analysed(f"{consultation.title.get(code, '')} {summary}", code),
        )
        for code, summary in consultation.summary.items()
    ]
    search.index(session, "consultation", things)


def cancellable(consultation: Consultation, now: datetime) -> bool:
    """Whether the consultation may still be cancelled: as long as it was not answered."""
    return phase(consultation, now) not in {Phase.CANCELLED, Phase.ANSWERED}


def cancel(
    session: Session, consultation: Consultation, *, reason: Texts, actor: Actor, now: datetime
) -> None:
    """Stop a consultation for good. What was said stays readable, with the reason above it."""
    consultation = locked(session, consultation.id)
    if not cancellable(consultation, now):
        raise NotPossibleNowError
    reason = _kept(reason, MAX_REASON)
    if not reason:
        raise ReasonMissingError
    consultation.cancelled_at = now
    consultation.cancel_reason = reason
    session.flush()
    decided(session, consultation.id)
    _log(session, consultation, "cancelled", actor, now)


def _describe(
    consultation: Consultation,
    title: Texts,
    summary: Texts,
    languages: Sequence[str],
    notice: Texts | None,
) -> None:
    title, summary = _kept(title, MAX_TITLE), _kept(summary, MAX_SUMMARY)
    if not title or not summary:
        raise DescriptionError(mark("Write a title and a summary in at least one language."))
    if set(title) != set(summary):
        raise DescriptionError(
            mark("Each language needs both a title and a summary, or neither of them.")
        )
    chosen = [code for code in LANGUAGES if code in languages]
    if not chosen:
        raise DescriptionError(mark("Choose at least one language for the text."))
    consultation.title = title
    consultation.summary = summary
    consultation.languages = chosen
    consultation.notice = _kept(notice or {}, MAX_NOTICE) or None


def _set_competent(session: Session, consultation_id: int, body_ids: Sequence[int]) -> None:
    """Make these the competent bodies, beside the one that leads."""
    present = session.scalars(
        select(ConsultationBody).where(ConsultationBody.consultation_id == consultation_id)
    ).all()
    for row in present:
        if row.part == "competent" and row.body_id not in body_ids:
            session.delete(row)
    for body_id in set(body_ids) - {row.body_id for row in present}:
        session.add(
            ConsultationBody(consultation_id=consultation_id, body_id=body_id, part="competent")
        )
    session.flush()


def _kept(texts: Texts, limit: int) -> Texts:
    """The languages in which something was written, in the house's order, in NFC."""
    kept = {code: unicodedata.normalize("NFC", texts.get(code) or "").strip() for code in LANGUAGES}
    kept = {code: words for code, words in kept.items() if words}
    if any(len(words) > limit for words in kept.values()):
        raise DescriptionError(
            mark("One of the texts is longer than %(limit)s characters."), limit=limit
        )
    return kept


def _log(
    session: Session, consultation: Consultation, what: str, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor.reference,
        act=f"consultation:{what}",
        thing=f"consultation:{consultation.id}",
        now=now,
        consultation=consultation.id,
    )
