"""What was promised after an outcome, with every step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.answers.models import DONE, DROPPED, Milestone, MilestoneStep
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError


@dataclass(frozen=True)
class Promised:
    """One promise; `steps` oldest first, the newest says where it stands."""

    id: int
    title: Texts
    steps: Sequence[MilestoneStep]

    @property
    def now(self) -> MilestoneStep:
        return self.steps[-1]

    @property
    def first_due(self) -> datetime | None:
        """The first day that was promised: lateness counts from it."""
        return next((step.due_at for step in self.steps if step.due_at), None)

    def overdue(self, now: datetime) -> bool:
        """Whether the first promised day has passed and nothing was settled."""
        first = self.first_due
        return first is not None and first <= now and self.now.state not in {DONE, DROPPED}


def of_consultation(session: Session, consultation_id: int) -> list[Promised]:
    """The promises in the order in which they were made."""
    found: dict[int, tuple[Texts, list[MilestoneStep]]] = {}
    rows = session.execute(
        select(Milestone.title, MilestoneStep)
        .join(MilestoneStep, MilestoneStep.milestone_id == Milestone.id)
        .where(Milestone.consultation_id == consultation_id)
        .order_by(MilestoneStep.milestone_id, MilestoneStep.id)
    )
    for title, step in rows:
        found.setdefault(step.milestone_id, (title, []))[1].append(step)
    return [Promised(number, title, steps) for number, (title, steps) in found.items()]


def one(session: Session, consultation_id: int, milestone_id: int) -> Promised:
    """Raises NotFoundError."""
    for promised in of_consultation(session, consultation_id):
        if promised.id == milestone_id:
            return promised
    raise NotFoundError
