"""Every counter that a page shows, proved against the rows it counts."""

from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from consult.answers import repair as answers
from consult.kernel.transaction import act
from consult.opinions import repair as opinions
from consult.submissions import repair as submissions
from consult.themes import repair as themes


class Difference(Protocol):
    """A counter that does not say what the rows say."""

    @property
    def counter(self) -> str: ...

    @property
    def counted(self) -> int: ...

    @property
    def stored(self) -> int: ...


Recount = Callable[[Session, int], Sequence[Difference]]

# Each room's look, and the same look followed by setting the counters right, within one act.
RECOUNTS: tuple[tuple[Recount, Recount], ...] = (
    (submissions.differences, submissions.mend),
    (themes.differences, themes.mend),
    (answers.differences, answers.mend),
    (opinions.differences, opinions.mend),
)


def recount(consultation_id: int, *, mend: bool) -> list[Difference]:
    """What is wrong with a consultation's counters; `mend` sets it right, room by room."""
    found: list[Difference] = []
    for look, put_right in RECOUNTS:
        with act() as session:
            found.extend((put_right if mend else look)(session, consultation_id))
    return found
