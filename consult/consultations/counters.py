"""The two counters of a consultation, moved in the act that changes what they stand for."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation


def hold(session: Session, consultation_id: int) -> Consultation:
    """The consultation as it is now, kept from other deciders until the act ends.

    Whoever needs a text or its versions, answers or a release as well takes this row first; points
    and comments are taken before it. Citizens' inserts refer to it and need not wait.
    """
    return session.scalars(
        select(Consultation)
        .where(Consultation.id == consultation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


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
