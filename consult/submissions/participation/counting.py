"""Counting submissions by the day on which they came, by who sent them, how, and in which language.

One row of counters a day and kind of sender, moved in the act that opens the submission, right after
the tally of the consultation (counters.py): who holds that row is alone with these.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from consult.kernel.clock import luxembourg_date
from consult.kernel.inserting import Values, conflict_insert
from consult.submissions.models import ArrivalTally

COLUMNS = ("recorded_on", "received_on", "respondent", "language", "channel")


def kind_of(row: Any) -> tuple[Any, ...]:
    """Where a submission is counted: the values of COLUMNS."""
    return (
        luxembourg_date(row["recorded_at"]),
        luxembourg_date(row["received_at"]),
        row["respondent"],
        row["language"],
        row["channel"],
    )


def arrived(session: Session, consultation_id: int, rows: Sequence[Values]) -> None:
    """Count submissions that were opened in this act, by their rows."""
    kinds = Counter(kind_of(row) for row in rows)
    add(session, consultation_id, dict(sorted(kinds.items())))


def add(session: Session, consultation_id: int, by: Mapping[tuple[Any, ...], int]) -> None:
    """Move counters, each by a number; in one order for everybody."""
    _write(session, consultation_id, by, moved=True)


def put(session: Session, consultation_id: int, counts: Mapping[tuple[Any, ...], int]) -> None:
    """Let counters say these numbers."""
    _write(session, consultation_id, counts, moved=False)


def _write(
    session: Session, consultation_id: int, numbers: Mapping[tuple[Any, ...], int], *, moved: bool
) -> None:
    rows = [
        {
            "consultation_id": consultation_id,
            **dict(zip(COLUMNS, kind, strict=True)),
            "submissions": number,
        }
        for kind, number in numbers.items()
    ]
    if not rows:
        return
    made = conflict_insert(session.get_bind(), ArrivalTally).values(
        {name: bindparam(name) for name in ("consultation_id", *COLUMNS, "submissions")}
    )
    said = made.excluded.submissions
    session.connection().execute(
        made.on_conflict_do_update(
            index_elements=["consultation_id", *COLUMNS],
            set_={"submissions": ArrivalTally.submissions + said if moved else said},
        ),
        rows[0] if len(rows) == 1 else rows,
    )
