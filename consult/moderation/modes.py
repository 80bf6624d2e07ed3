"""Whether comments are read by an official before or after everybody can read them."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations import queries as consultations
from consult.consultations.counters import touch
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor


def moderate(
    session: Session, consultation: Consultation, *, before: bool, actor: Actor, now: datetime
) -> None:
    """Set it for what comes from now on; what waits goes on waiting. Saying the same again is no
    act."""
    found = consultations.locked(session, consultation.id)
    if found.premoderated == before:
        return
    found.premoderated = before
    session.flush()
    touch(session, found.id)
    log.record(
        session,
        actor=actor.reference,
        act="consultation:premoderated" if before else "consultation:postmoderated",
        thing=f"consultation:{found.id}",
        consultation=found.id,
        now=now,
    )
