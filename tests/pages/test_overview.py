from datetime import timedelta

import pytest

from consult.consultations import creation, promises
from consult.consultations.models import ANSWERS
from consult.kernel import clock
from consult.kernel.actor import SYSTEM
from consult.kernel.transaction import act
from tests.client import PageClient
from tests.people import make_body, make_consultation

ENGLISH = {"Accept-Language": "en"}


@pytest.mark.parametrize(
    ("opens", "closes", "answers", "words"),
    [
        (5, 20, 60, "You can comment from"),
        (-5, 20, 60, "Three ways to have your say"),
        (-30, -20, 60, "Comments are closed."),
        (-30, -20, -1, "late"),
    ],
)
def test_the_overview_says_where_we_are(
    client: PageClient, opens: int, closes: int, answers: int, words: str
) -> None:
    made = make_consultation(make_body(), opens_in=opens, closes_in=closes, answers_in=answers)
    page = client.get(f"/consultations/{made.slug}", headers=ENGLISH)
    assert page.h1 == "Everyday Mobility Act"
    assert words in page.text


def test_a_moved_promise_is_shown_with_its_ground_and_the_first_counts(client: PageClient) -> None:
    made = make_consultation(make_body(), opens_in=-60, closes_in=-50, answers_in=-4)
    now = clock.now()
    with act() as session:
        promises.promise_all(
            session,
            made,
            dates={ANSWERS: now + timedelta(days=9)},
            actor=SYSTEM,
            now=now,
            ground={"en": "So many letters."},
        )
    text = client.get(f"/consultations/{made.slug}", headers=ENGLISH).text
    assert "So many letters." in text
    assert "Answer overdue" in text
    assert "It is now promised by" in text


def test_what_was_weighed_before_the_announcement_is_nobodys_business(client: PageClient) -> None:
    made = make_consultation(make_body(), opens_in=5, announced=False)
    now = clock.now()
    with act() as session:
        promises.promise_all(
            session,
            made,
            dates={ANSWERS: now + timedelta(days=99)},
            actor=SYSTEM,
            now=now,
            ground={"en": "The minister is away."},
        )
    with act() as session:
        creation.announce(session, made, actor=SYSTEM, now=clock.now())
    page = client.get(f"/consultations/{made.slug}", headers=ENGLISH)
    assert "The minister is away." not in page.text


def test_a_cancelled_consultation_says_why(client: PageClient) -> None:
    made = make_consultation(make_body())
    with act() as session:
        creation.cancel(session, made, reason={"en": "Withdrawn."}, actor=SYSTEM, now=clock.now())
    assert "Withdrawn." in client.get(f"/consultations/{made.slug}", headers=ENGLISH).text


def test_a_consultation_in_preparation_is_not_there(client: PageClient) -> None:
    made = make_consultation(make_body(), announced=False)
    client.get(f"/consultations/{made.slug}", status=404)
