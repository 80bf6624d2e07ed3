"""Phases: the truth table, and that the SQL twin agrees with the pure function."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.consultations.queries import in_phase
from consult.kernel.transaction import act

NOW = datetime(2026, 3, 3, 23, tzinfo=UTC)
PAST, FUTURE = NOW - timedelta(days=1), NOW + timedelta(days=1)


@dataclass
class Dates:
    announced_at: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    cancelled_at: datetime | None = None
    outcome_completed_at: datetime | None = None


TABLE = [
    (Dates(), Phase.PREPARATION),
    (Dates(opens_at=PAST, closes_at=FUTURE), Phase.PREPARATION),
    (Dates(PAST), Phase.ANNOUNCED),
    (Dates(PAST, FUTURE), Phase.ANNOUNCED),
    (Dates(PAST, NOW), Phase.OPEN),
    (Dates(PAST, PAST), Phase.OPEN),
    (Dates(PAST, PAST, FUTURE), Phase.OPEN),
    (Dates(PAST, PAST, NOW), Phase.CLOSED),
    (Dates(PAST, PAST, NOW + timedelta(microseconds=1)), Phase.OPEN),
    (Dates(PAST, PAST, NOW, outcome_completed_at=NOW), Phase.ANSWERED),
    (Dates(PAST, PAST, FUTURE, outcome_completed_at=NOW), Phase.OPEN),
    (Dates(PAST, PAST, PAST, NOW, NOW), Phase.CANCELLED),
    (Dates(cancelled_at=NOW), Phase.CANCELLED),
]


@pytest.mark.parametrize(("dates", "expected"), TABLE)
def test_the_truth_table(dates: Dates, expected: Phase) -> None:
    assert phase(dates, NOW) is expected


instants = st.none() | st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))
facts = st.builds(Dates, instants, instants, instants, st.none(), st.none())


@given(facts, st.integers(0, 5))
def test_time_never_leads_back(dates: Dates, hours: int) -> None:
    order = [Phase.PREPARATION, Phase.ANNOUNCED, Phase.OPEN, Phase.CLOSED]
    later = phase(dates, NOW + timedelta(hours=hours))
    assert order.index(phase(dates, NOW)) <= order.index(later)


@given(facts)
def test_a_closed_consultation_stays_so_until_it_is_answered(dates: Dates) -> None:
    if phase(dates, NOW) is Phase.CLOSED:
        dates.outcome_completed_at = NOW
        assert phase(dates, NOW) is Phase.ANSWERED


def test_lists_and_pages_agree(session: Session) -> None:
    """Every dated combination is in exactly the SQL list of its phase, on both engines."""
    expected: dict[Phase, set[str]] = {p: set() for p in Phase}
    rows = []
    options = (None, PAST, NOW, FUTURE)
    for number, combination in enumerate(
        (a, o, c, x, y)
        for a in (None, PAST)
        for o in options
        for c in options
        for x in (None, PAST)
        for y in (None, PAST)
    ):
        announced, opens, closes, cancelled, completed = combination
        if opens and closes and opens >= closes:
            continue
        slug = f"c{number}"
        rows.append(
            Consultation(
                slug=slug,
                title={},
                summary={},
                languages=["fr"],
                created_at=PAST,
                announced_at=announced,
                opens_at=opens,
                closes_at=closes,
                cancelled_at=cancelled,
                cancel_reason={"en": "x"} if cancelled else None,
                outcome_completed_at=completed,
            )
        )
        expected[phase(rows[-1], NOW)].add(slug)
    with act() as writing:
        writing.add_all(rows)
    for wanted in Phase:
        found = session.execute(select(Consultation.slug).where(in_phase(wanted, NOW))).scalars()
        assert set(found) == expected[wanted]
