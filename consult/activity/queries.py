"""Reading the activity log, newest first."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.kernel.paging import Keyset, Page, cut, window

BATCH = 1_000


@dataclass(frozen=True)
class Scope:
    """Which lines: those of one consultation, or those outside of any that concern some references
    ("user:5"), as the one who acted or as the one it was done to."""

    consultation: int | None = None
    concerning: Collection[str] = ()


def lines(session: Session, scope: Scope, *, subject: str, keyset: Keyset) -> Page[Activity]:
    """A page of the log. `subject` ("theme") keeps only its acts; empty means all."""
    statement = window(_chosen(scope, subject), keyset, Activity.id, newest_first=True)
    return cut(session.scalars(statement).all(), keyset, lambda row: row.id)


def batches(
    session: Session, scope: Scope, *, subject: str, limit: int
) -> Iterator[Sequence[Activity]]:
    """The newest `limit` lines in batches, for a file."""
    below: int | None = None
    while limit > 0:
        statement = _chosen(scope, subject).order_by(Activity.id.desc()).limit(min(BATCH, limit))
        if below is not None:
            statement = statement.where(Activity.id < below)
        rows = session.scalars(statement).all()
        if not rows:
            return
        yield rows
        below, limit = rows[-1].id, limit - len(rows)


def _chosen(scope: Scope, subject: str) -> Select[Activity]:
    statement = select(Activity).where(Activity.consultation == scope.consultation)
    if scope.consultation is None:
        some = list(scope.concerning)
        statement = select(Activity).where(
            Activity.consultation.is_(None), or_(Activity.actor.in_(some), Activity.thing.in_(some))
        )
    if subject:
        # "theme:…" lies between "theme:" and "theme;", the next character.
        statement = statement.where(Activity.act > f"{subject}:", Activity.act < f"{subject};")
    return statement


def ever(session: Session, act: str, things: Collection[str]) -> set[str]:
    """Which of some things an act was ever done to."""
    return set(
        session.scalars(
            select(Activity.thing).where(Activity.thing.in_(list(things)), Activity.act == act)
        )
    )
