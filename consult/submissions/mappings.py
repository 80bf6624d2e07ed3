"""Which column is what in the files of a source: kept when an import begins, for the next file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.consultations.models import ConsultationBody
from consult.kernel.inserting import conflict_insert
from consult.submissions.importing import Columns
from consult.submissions.models import ImportMapping


@dataclass(frozen=True)
class Saved:
    """What was chosen the last time."""

    source: str
    columns: Columns
    channel: str
    saved_at: datetime


def remember(
    session: Session,
    consultation_id: int,
    *,
    columns: Columns,
    source: str,
    channel: str,
    now: datetime,
) -> None:
    """Keep what was chosen under the name of the source, in the place of what was kept before."""
    kept = {"columns": columns.as_kept(), "channel": channel, "saved_at": now}
    body_id = session.scalar(_lead(consultation_id))
    statement = conflict_insert(session.connection(), ImportMapping).values(
        body_id=body_id, source=source, **kept
    )
    session.execute(
        statement.on_conflict_do_update(index_elements=["body_id", "source"], set_=kept)
    )


def saved(session: Session, consultation_id: int) -> list[Saved]:
    """Everything that the leading body kept, the newest first."""
    found = session.execute(
        select(ImportMapping)
        .where(ImportMapping.body_id == _lead(consultation_id).scalar_subquery())
        .order_by(ImportMapping.saved_at.desc(), ImportMapping.id.desc())
        .limit(200)
    ).scalars()
    return [
        Saved(row.source, Columns.stored(row.columns), row.channel, row.saved_at) for row in found
    ]


def _lead(consultation_id: int) -> Select[int]:
    return select(ConsultationBody.body_id).where(
        ConsultationBody.consultation_id == consultation_id, ConsultationBody.part == "lead"
    )


def fitting(kept: Sequence[Saved], header: Sequence[str], source: str = "") -> Saved | None:
    """What was kept of files with these columns: of this source, else of the one that used most."""
    there = set(header)
    able = [one for one in kept if set(one.columns.chosen()) <= there]
    own = [one for one in able if one.source == source]
    if source or own:
        return own[0] if own else None
    return max(able, key=lambda one: len(one.columns.chosen()), default=None)
