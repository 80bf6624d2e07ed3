"""Who took part: counted in the acts, told without small numbers, the same for everybody."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.clock import last_day, luxembourg_date
from consult.kernel.transaction import act, end_reading
from consult.submissions import repair
from consult.submissions.models import ArrivalTally
from consult.submissions.participation import queries
from tests.client import Page, words
from tests.people import make_body, make_consultation, official
from tests.submissions.texts import make_draft, send, take_in

DAY = timedelta(days=1)
# When those came who came in time.
IN_TIME = timedelta(days=4)


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


@pytest.fixture
def law(body: Body) -> Consultation:
    """A consultation that closed two days ago."""
    return make_consultation(body, opens_in=-60, closes_in=-2)


def counted(session: Session) -> dict[tuple[Any, ...], int]:
    end_reading()
    rows = session.execute(
        select(
            ArrivalTally.recorded_on, ArrivalTally.received_on, ArrivalTally.respondent,
            ArrivalTally.language, ArrivalTally.channel, ArrivalTally.submissions,
        )
    )  # fmt: skip
    return {tuple(row[:-1]): row[-1] for row in rows}


def come(law: Consultation, count: int, *, now: Any = None, **facts: Any) -> None:
    for _number in range(count):
        take_in(law, now=now or clock.now() - IN_TIME, **facts)


def page(app: Flask, address: str) -> Page:
    return Page(app.test_client().get(address))


def rows(found: Page) -> list[str]:
    """The rows of all tables, their cells apart."""
    return [" | ".join(words(cell) for cell in row) for row in found.all("tr")]


# Counting


def test_a_submission_is_counted_where_and_when_it_came(
    session: Session, law: Consultation
) -> None:
    now = clock.now()
    before = now - timedelta(days=3)
    first = send(law, now=now, respondent="expert")
    send(law, now=now, submission=first.submission)  # the same visit
    take_in(law, now=now, received_at=before, respondent="expert", channel="paper")
    take_in(law, now=now, respondent="expert")
    today, then = luxembourg_date(now), luxembourg_date(before)
    assert counted(session) == {
        (today, today, "expert", "de", "web"): 2,
        (today, then, "expert", "de", "paper"): 1,
    }
    assert repair.differences(session, law.id) == []


def test_counters_are_proved_and_mended(session: Session, law: Consultation) -> None:
    come(law, 3)
    come(law, 2, respondent="company")
    right = counted(session)
    with act() as writing:
        writing.execute(
            update(ArrivalTally)
            .where(ArrivalTally.respondent == "company")
            .values(submissions=7, channel="paper")
        )
    assert [(d.counted, d.stored) for d in repair.differences(session, law.id)] == [(0, 7), (2, 0)]
    with act() as writing:
        assert len(repair.mend(writing, law.id)) == 2
    assert repair.differences(session, law.id) == []
    assert {kind: count for kind, count in counted(session).items() if count} == right


# Telling


def test_the_first_table_is_that_of_the_close(session: Session, body: Body) -> None:
    now = clock.now()
    law = make_consultation(body, opens_in=-60, closes_in=2)
    for days in range(1, 8):
        come(law, 1, now=now - days * DAY)
    found = queries.took_part(session, law, now)
    assert (found.closed, found.respondent) == (False, None)
    table = queries.took_part(session, law, now + 3 * DAY).respondent
    assert table is not None
    assert law.closes_at is not None
    assert (table.until, table.total) == (last_day(law.closes_at), 7)


def test_today_is_not_told_until_tomorrow(session: Session, law: Consultation) -> None:
    now = clock.now()
    come(law, 6)
    come(law, 6, now=now)
    table = queries.took_part(session, law, now).respondent
    assert table is not None
    assert table.total == 6
    later = queries.took_part(session, law, now + DAY).respondent
    assert later is not None
    assert (later.until, later.total) == (luxembourg_date(now), 12)


def test_weeks_stand_in_their_order_and_begin_on_monday(
    session: Session, law: Consultation
) -> None:
    now = clock.now() - IN_TIME
    for weeks, count in ((0, 5), (1, 9), (3, 6)):
        come(law, count, now=now, received_at=now - timedelta(weeks=weeks))
    table = queries.took_part(session, law, clock.now()).week
    assert table is not None
    assert [cell.count for cell in table.cells] == [6, 9, 5]
    assert all(date.fromisoformat(cell.key).weekday() == 0 for cell in table.cells)
    assert (
        queries.week_of(date(2026, 3, 8)) == queries.week_of(date(2026, 3, 2)) == date(2026, 3, 2)
    )


def test_while_people_take_part_the_page_says_when_it_will_be_told(app: Flask, body: Body) -> None:
    law = make_consultation(body)
    come(law, 9)
    found = page(app, f"/consultations/{law.slug}/participation?lang=en")
    assert "from the day after the close" in found.text
    assert "Citizens" not in found.text


def test_the_page_tells_no_small_number(app: Flask, law: Consultation) -> None:
    come(law, 20)
    come(law, 30, respondent="company")
    come(law, 2, respondent="expert", channel="paper")
    found = page(app, f"/consultations/{law.slug}/participation?lang=en")
    assert found.h1 == "Who took part"
    assert "not a representative sample" in found.text
    assert "Citizens | 20" in rows(found)
    assert "Experts | fewer than 5" in rows(found)
    assert "Companies | not shown" in rows(found)
    assert "Not shown, together | 32" in rows(found)
    # The total would say how many came on paper: the way of the others is not told either.
    assert "This website | not shown" in rows(found)
    assert "Letter on paper | fewer than 5" in rows(found)


def test_too_few_for_any_table(app: Flask, law: Consultation) -> None:
    come(law, 3)
    found = page(app, f"/consultations/{law.slug}/participation?lang=en")
    assert "without pointing at single persons" in found.text
    assert "Citizens" not in found.text


def test_comments_stand_by_clause(app: Flask, law: Consultation) -> None:
    version, (first, second, _third) = make_draft(law)
    for clause in (first, second, second):
        send(law, clause=clause, version_id=version.id)
    send(law)
    found = page(app, f"/consultations/{law.slug}/participation?lang=en")
    assert [row.split(" | ")[1] for row in rows(found)[-3:]] == ["2", "1", "1"]
    assert "Art. 2" in rows(found)[-3]
    assert "The whole text | 1" in rows(found)
    assert f"clause={second.key}" in found.markup


def test_officials_see_the_same_numbers(app: Flask, law: Consultation, body: Body) -> None:
    come(law, 30)
    come(law, 2, respondent="expert")
    client = app.test_client()
    assert client.get(f"/desk/consultations/{law.slug}/participation").status_code == 302
    official(client, body, "analyst")
    desk = Page(client.get(f"/desk/consultations/{law.slug}/participation?lang=en"))
    public = page(app, f"/consultations/{law.slug}/participation?lang=en")
    assert rows(desk) == rows(public)
    assert "Experts | fewer than 5" in rows(desk)


def test_the_page_is_cached_and_moves_at_midnight_and_with_a_comment(
    app: Flask, law: Consultation
) -> None:
    address = f"/consultations/{law.slug}/participation"
    come(law, 6)
    first = app.test_client().get(address)
    again = app.test_client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    come(law, 1, now=clock.now())
    after = app.test_client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200


def test_a_consultation_in_preparation_is_not_known(app: Flask, body: Body) -> None:
    hidden = make_consultation(body, announced=False)
    assert app.test_client().get(f"/consultations/{hidden.slug}/participation").status_code == 404
