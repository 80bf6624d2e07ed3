"""Drafts that were not sent are deleted: some time after the close, and with their organisation."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from consult.accounts.models import Organisation
from consult.consultations.models import Consultation
from consult.kernel.actor import SYSTEM
from consult.submissions.draftings.models import Drafting
from consult.submissions.draftings.writing import forget_words, log

# After the close of the consultation, or after it was called off.
KEPT = timedelta(days=90)


def forget_unsent(session: Session, now: datetime, limit: int) -> int:
    """Delete up to `limit` drafts whose consultation closed longer ago than KEPT."""
    ended = func.coalesce(Consultation.cancelled_at, Consultation.closes_at)
    drafts = _open().join(Consultation, Consultation.id == Drafting.consultation_id)
    return _forget(session, drafts, ended < now - KEPT, now, limit)


def forget_orphans(session: Session, now: datetime, limit: int) -> int:
    """Delete up to `limit` drafts of organisations that have ended."""
    drafts = _open().join(Organisation, Organisation.id == Drafting.organisation_id)
    return _forget(session, drafts, Organisation.dissolved_at.is_not(None), now, limit)


def _open() -> Select[Drafting]:
    return select(Drafting).where(Drafting.ended_at.is_(None))


def _forget(
    session: Session,
    drafts: Select[Drafting],
    due: ColumnElement[bool],
    now: datetime,
    limit: int,
) -> int:
    # One at a time: each may have as many rows as one act may touch.
    found = session.scalars(
        drafts.where(due).order_by(Drafting.id).limit(1).with_for_update(of=Drafting)
    ).first()
    if found is None:
        return 0
    found.ended_at = now
    forget_words(session, [found.id])
    session.flush()
    log(session, SYSTEM, "lapsed", found, now)
    return limit
