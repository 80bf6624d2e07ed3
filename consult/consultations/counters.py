"""The two counters of a consultation, moved in the act that changes what they stand for."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation


def touch(session: Session, consultation_id: int) -> None:
    """Say that something public changed: cached pages of the consultation are made anew."""
    session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id)
        .values(version=Consultation.version + 1)
    )


def decided(session: Session, consultation_id: int) -> int:
    """Count one official decision and return the new count.

    Runs and releases compare it with that of their snapshot.
    """
    return session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id)
        .values(decisions=Consultation.decisions + 1, version=Consultation.version + 1)
        .returning(Consultation.decisions)
    ).scalar_one()
