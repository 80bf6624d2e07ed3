"""What the overview of a consultation shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations import interruptions
from consult.consultations import queries as consultations
from consult.consultations.models import OUTAGE, Consultation, Interruption, Promise
from consult.submissions.models import Tally


@dataclass(frozen=True)
class Overview:
    """A consultation with its bodies, its counters and every date that the public was promised."""

    lead: Body
    competent: Sequence[Body]
    comments: int
    submissions: int
    promises: Sequence[Promise]
    # Outages of the open phase that did not move the close; those that did stand with the dates.
    outages: Sequence[Interruption]

    @property
    def changes(self) -> Sequence[Promise]:
        """The promises that replaced an earlier one of their kind, oldest first."""
        kinds: set[str] = set()
        found = []
        for promise in self.promises:
            if promise.kind in kinds and promise.ground:
                found.append(promise)
            kinds.add(promise.kind)
        return found


def overview(session: Session, consultation: Consultation) -> Overview:
    """Six statements, whatever there is to show."""
    bodies = consultations.bodies(session, consultation.id)
    tally = session.get(Tally, consultation.id)
    return Overview(
        lead=next(body for body, part in bodies if part == "lead"),
        competent=[body for body, part in bodies if part != "lead"],
        comments=tally.comments if tally else 0,
        submissions=tally.submissions if tally else 0,
        promises=consultations.public_promises(session, [consultation.id])[consultation.id],
        outages=[
            row
            for row in interruptions.of_consultation(session, consultation.id, kind=OUTAGE)
            if row.promise_id is None
        ],
    )
