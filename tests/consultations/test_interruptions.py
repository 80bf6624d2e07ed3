"""Outages and missing documents in the database, and on the pages."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.consultations import interruptions, queries
from consult.consultations.errors import DateError, NotPossibleNowError, ReasonMissingError
from consult.consultations.models import ANSWERS, CLOSES, Consultation
from consult.consultations.phases import Phase, phase
from consult.kernel import clock, i18n
from consult.kernel.actor import COMMAND
from consult.kernel.clock import end_of_day, last_day, luxembourg_date
from consult.kernel.db import Texts
from consult.kernel.transaction import act
from consult.operations import watching
from consult.operations.models import Heartbeat
from tests.client import PageClient
from tests.people import make_body, make_consultation, official

NOW = clock.now()
WHY: Texts = {"en": "The annex could not be opened."}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True, scope="module")
def _catalogues() -> None:
    """Read before any act, as the heartbeat and the desk do."""
    i18n.load()


@pytest.fixture
def client(app: Flask) -> PageClient:
    made = PageClient(app.test_client())
    made.client.set_cookie("consult_language", "en")
    return made


def down(hours: float, until: datetime = NOW) -> int:
    with act() as session:
        return interruptions.platform_was_down(session, until - timedelta(hours=hours), until)


def close_of(session: Session, made: Consultation) -> datetime:
    session.rollback()
    closes_at = queries.by_slug(session, made.slug).closes_at
    assert closes_at is not None
    return closes_at


def days_later(made: Consultation, session: Session) -> int:
    """By how many days the close has moved since it was first promised."""
    first = next(p for p in queries.promises(session, [made.id])[made.id] if p.kind == CLOSES)
    return (last_day(close_of(session, made)) - last_day(first.promised_at)).days


def lines(session: Session, made: Consultation) -> list[str]:
    return list(
        session.scalars(
            select(Activity.act).where(Activity.consultation == made.id).order_by(Activity.id)
        )
    )


@pytest.mark.parametrize(
    ("facts", "hours", "days", "told"),
    [
        ({}, 5, 1, True),
        ({}, 3, 0, True),
        ({"closes_in": 2}, 1.5, 1, True),
        ({"closes_in": 2}, 0.5, 0, True),
        ({"opens_in": 1}, 9, 0, False),
        ({"opens_in": -90, "closes_in": -1}, 9, 0, False),
        ({"announced": False}, 9, 0, False),
    ],
)
def test_an_outage_moves_an_open_close_and_no_other(
    session: Session, facts: dict[str, float], hours: float, days: int, told: bool
) -> None:
    made = make_consultation(make_body(), **facts)  # type: ignore[arg-type]
    assert down(hours) == (1 if days else 0)
    assert days_later(made, session) == days
    assert ("interruption:outage" in lines(session, made)) == told
    if days:
        assert close_of(session, made) == end_of_day(last_day(close_of(session, made)))


def test_outages_add_up_and_are_given_once(session: Session) -> None:
    made = make_consultation(make_body())
    down(5)
    down(6, NOW + timedelta(hours=10))
    assert days_later(made, session) == 1
    down(20, NOW + timedelta(hours=40))
    assert days_later(made, session) == 2
    rows = interruptions.of_consultation(session, made.id)
    assert [row.days for row in rows] == [1, 0, 1]


def test_a_close_that_fell_into_an_outage_was_never_final(session: Session) -> None:
    made = make_consultation(make_body(), closes_in=-0.1, answers_in=0.5)
    assert phase(made, NOW) is Phase.CLOSED
    down(5)
    found = queries.by_slug(session, made.slug)
    assert phase(found, NOW) is Phase.OPEN
    assert found.closes_at is not None
    # The promised answer would have come before: it moves too, lateness does not.
    assert found.answer_due_at is not None
    assert found.answer_due_at > found.closes_at
    first = next(p for p in queries.promises(session, [made.id])[made.id] if p.kind == ANSWERS)
    assert found.first_answer_due_at == first.promised_at


def state(made: Consultation, since: date, until: date, ground: Texts = WHY) -> None:
    with act() as session:
        interruptions.state_missing(
            session,
            queries.by_slug(session, made.slug),
            since=since,
            until=until,
            ground=ground,
            actor=COMMAND,
            now=NOW,
        )


def test_a_missing_document(session: Session) -> None:
    made = make_consultation(make_body())
    today = luxembourg_date(NOW)
    with pytest.raises(ReasonMissingError):
        state(made, today - 3 * DAY, today, {"en": " "})
    for since, until in ((today, today), (today - DAY, today + DAY), (today, today - DAY)):
        with pytest.raises(DateError):
            state(made, since, until)
    state(made, today - 3 * DAY, today)
    assert days_later(made, session) == 3
    # The same days are made up for once.
    with pytest.raises(DateError):
        state(made, today - 2 * DAY, today)
    state(made, today - 5 * DAY, today)
    assert days_later(made, session) == 5
    assert lines(session, made).count("interruption:document") == 2


@pytest.mark.parametrize("late", [False, True])
def test_a_final_close_moves_only_by_an_act(session: Session, late: bool) -> None:
    made = make_consultation(make_body(), opens_in=-30, closes_in=-2)
    down(24)
    assert days_later(made, session) == 0
    if late:
        with act() as writing:
            queries.by_slug(writing, made.slug).outcome_completed_at = NOW
    today = luxembourg_date(NOW)
    if late:
        with pytest.raises(NotPossibleNowError):
            state(made, today - 12 * DAY, today - 10 * DAY)
        return
    state(made, today - 12 * DAY, today - 10 * DAY)
    assert last_day(close_of(session, made)) == today + 2 * DAY
    assert phase(queries.by_slug(session, made.slug), NOW) is Phase.OPEN


def test_a_text_that_came_late(session: Session) -> None:
    made = make_consultation(make_body(), opens_in=-4)
    with act() as writing:
        interruptions.text_came(writing, made.id, actor=COMMAND, now=NOW)
    assert days_later(made, session) == 4
    other = make_consultation(make_body(), opens_in=2)
    with act() as writing:
        assert interruptions.text_came(writing, other.id, actor=COMMAND, now=NOW) is None


def test_the_page_and_the_register_say_so(client: PageClient, session: Session) -> None:
    made = make_consultation(make_body())
    down(0.5, NOW - timedelta(hours=20))
    page = client.get(f"/consultations/{made.slug}")
    assert "That was too short to move the close." in page.text
    down(5)
    page = client.get(f"/consultations/{made.slug}")
    assert "By the published rule the close moves by 1 day." in page.text
    assert "By the published rule the close moves by 1 day." in client.get("/register").text
    assert "#interruptions" in page.markup
    assert 'id="interruptions"' in client.get("/rules").markup


def test_an_official_states_it_with_a_ground(client: PageClient, session: Session) -> None:
    body = make_body()
    official(client.client, body, "publisher")
    made = make_consultation(body)
    path = f"/desk/consultations/{made.slug}/missing"
    assert "A document was missing" in client.get(f"/desk/consultations/{made.slug}").links()
    since = (luxembourg_date(NOW) - 2 * DAY).isoformat()
    assert "both days" in client.submit(path, {"ground_en": "x"}, status=422).text
    assert "Please say why" in client.submit(path, {"since": since}, status=422).text
    page = client.submit(path, {"since": since, "ground_en": "The annex was empty."})
    assert "The close has moved by 2 days." in page.text
    assert "The annex was empty." in client.get(f"/consultations/{made.slug}").text


@pytest.mark.parametrize("role", ["editor", "moderator", "auditor"])
def test_who_may_not_move_the_close(client: PageClient, role: str) -> None:
    body = make_body()
    official(client.client, body, role)
    made = make_consultation(body)
    client.get(f"/desk/consultations/{made.slug}/missing", status=403)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("last", "seen", "now", "began"),
    [
        (None, None, 0, None),
        (0, None, 1, None),
        (0, None, 5, None),
        (0, None, 5.1, 0),
        (0, 3, 10, 3),  # somebody got in
        (0, 6, 10, None),
        (0, -3, 10, 0),
        (0, 99, 10, 0),  # a clock that was wrong proves nothing
        (10, None, 0, None),  # set back
    ],
)
def test_a_gap_between_heartbeats(
    last: float | None, seen: float | None, now: float, began: float | None
) -> None:
    found = watching.gap(
        None if last is None else at(last), None if seen is None else at(seen), at(now)
    )
    assert found == (None if began is None else at(began))


def test_the_heartbeat_moves_a_close(session: Session) -> None:
    made = make_consultation(make_body(), now=NOW)

    def beat(minutes: float) -> datetime | None:
        with act() as writing:
            return watching.beat(writing, at(minutes))

    assert beat(0) is None
    assert beat(1) is None
    assert beat(301) == at(1)
    assert beat(302) is None
    assert session.scalars(select(Heartbeat.at)).all() == [at(302)]
    assert days_later(made, session) == 1


def test_no_answer_is_no_answer() -> None:
    assert not watching.answers("http://127.0.0.1:9/readyz")
