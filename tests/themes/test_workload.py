"""Points read by day, and what officials are told of the pace."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel import clock, workdays
from consult.kernel.actor import Actor
from consult.kernel.transaction import act
from consult.moderation.withdrawal import withdraw
from consult.submissions.models import Comment, Point
from consult.themes import repair, signoff, splitting
from consult.themes.coding import days, workload
from tests import builders
from tests.builders import NOW
from tests.client import PageClient
from tests.themes.conftest import Analysed
from tests.themes.test_pages import official

__all__ = ["official"]

TODAY = clock.luxembourg_date(NOW)
LATER = NOW + timedelta(hours=1)


def read(place: Analysed, points: list[int], theme: int | None, now: datetime = LATER) -> None:
    with act() as writing:
        signoff.check_points(
            writing,
            place.consultation,
            dict.fromkeys(points, theme),
            actor=place.actor,
            now=now,
        )


def test_only_the_first_label_of_a_point_by_a_person_counts(
    session: Session, place: Analysed
) -> None:
    number, bus = place.consultation.id, place.themes["Bus"]
    read(place, place.points[:2], bus)
    read(place, place.points[2:3], None)
    tomorrow = LATER + timedelta(days=1)
    with act() as writing:
        signoff.move_points(
            writing, place.consultation, place.points[1:4], bus, actor=place.other, now=tomorrow
        )
    session.rollback()
    counted = {TODAY: 3, TODAY + timedelta(days=1): 1}
    assert days.stored(session, number) == counted
    assert days.counted(session, number) == counted
    # Who withdraws takes nothing away from what was read.
    session.rollback()
    with act() as writing:
        comment = writing.get_one(Point, place.points[0]).comment_id
        withdraw(writing, comment, actor=Actor.receipt(1), now=tomorrow)
    session.rollback()
    assert days.stored(session, number) == counted
    assert repair.differences(session, number) == []


def test_days_are_those_of_luxembourg(session: Session, place: Analysed) -> None:
    """Half past ten in the evening UTC is the next day there in summer."""
    for point, hour in zip(place.points, (20, 22), strict=False):
        read(place, [point], None, datetime(2030, 6, 3, hour, 30, tzinfo=UTC))
    session.rollback()
    found = days.stored(session, place.consultation.id)
    assert {str(day): count for day, count in found.items()} == {"2030-06-03": 1, "2030-06-04": 1}


def test_what_came_with_the_words_was_read_before(session: Session, place: Analysed) -> None:
    number, point = place.consultation.id, place.points[7]
    read(place, [point], place.themes["Bus"])
    later = LATER + timedelta(days=1)
    with act() as writing:
        comment = writing.get_one(Comment, writing.get_one(Point, point).comment_id)
        made = splitting.split(writing, comment, [(0, 11), (12, 22)], actor=place.actor, now=later)
        parts = [part.id for part in made]
    with act() as writing:
        signoff.move_points(
            writing,
            place.consultation,
            parts,
            None,
            actor=place.other,
            now=later + timedelta(hours=1),
        )
    session.rollback()
    assert days.stored(session, number) == {TODAY: 1}
    assert repair.differences(session, number) == []


def test_points_without_a_persons_label_are_read_when_divided(
    session: Session, place: Analysed
) -> None:
    """Each part is a point of its own, though the analysis' label came with it."""
    with act() as writing:
        comment = writing.get_one(Comment, writing.get_one(Point, place.points[7]).comment_id)
        made = splitting.split(writing, comment, [(0, 11), (12, 22)], actor=place.actor, now=NOW)
        parts = [part.id for part in made]
    read(place, parts, None)
    session.rollback()
    assert days.stored(session, place.consultation.id) == {TODAY: 2}
    assert repair.differences(session, place.consultation.id) == []


def test_repair_finds_and_mends_days(session: Session, place: Analysed) -> None:
    number = place.consultation.id
    read(place, place.points[:3], None)
    with act() as writing:
        days.put(writing, number, {TODAY: 7, TODAY - timedelta(days=1): 2})
    session.rollback()
    found = repair.differences(session, number)
    assert [(d.counter, d.counted, d.stored) for d in found] == [
        (f"points read on {TODAY - timedelta(days=1)}", 0, 2),
        (f"points read on {TODAY}", 3, 7),
    ]
    with act() as writing:
        assert repair.mend(writing, number) == found
    session.rollback()
    assert repair.differences(session, number) == []
    assert days.stored(session, number) == {TODAY: 3}


def left(session: Session, place: Analysed) -> int | None:
    session.rollback()
    consultation = session.get_one(Consultation, place.consultation.id)
    work = workload.of(session, consultation, LATER)
    return None if work is None else work.left


def test_what_is_left_is_what_no_person_read(session: Session, place: Analysed) -> None:
    assert left(session, place) == 8
    read(place, place.points[:2], place.themes["Bus"])
    read(place, place.points[2:3], None)
    assert left(session, place) == 5
    # The analysis did not see this one, and nobody read it.
    with act() as writing:
        builders.say(writing, place.consultation, "Später Bus", language="de")
    assert left(session, place) == 6
    # What was read and is owed no answer any more is not taken from the others.
    with act() as writing:
        for point in place.points[:3]:
            comment = writing.get_one(Point, point).comment_id
            withdraw(writing, comment, actor=Actor.receipt(1), now=LATER)
    assert left(session, place) == 6


def test_nothing_is_said_before_there_are_points(app: Flask, session: Session) -> None:
    with act() as writing:
        empty = builders.consultation(writing, "empty", lead=builders.body(writing))
    assert workload.of(session, empty, NOW) is None


@dataclass(frozen=True)
class Told:
    """A pace of the last working days, how many days from now the answer is promised, and what of it
    is said."""

    pace: tuple[int, ...]
    due_in: int | None
    words: tuple[str, ...]


CASES = {
    "too few days": Told((3, 3), 10, ("8 points are still to be read", "cannot be said yet")),
    "in time": Told(
        (4, 4, 4, 4, 4),
        60,
        (
            "as promised, people have to read 1 a working day",
            "On the last 5 working days they read 4 a day",
            "it is done on",
            "That is in time.",
        ),
    ),
    "too late": Told((1, 1, 1, 1, 1, 1), 3, ("it is done on", "That is too late.")),
    "perhaps": Told((0, 0, 1, 0, 4, 0, 1, 0), 20, ("it is done between", "may be in time")),
    "past": Told((1, 0, 2, 1, 3), -4, ("The answer was promised by", "it is done between")),
    "without a date": Told((1, 0, 2, 1, 3), None, ("No date is promised.", "is done between")),
    "stopped": Told((2, *[0] * 30), 10, ("they read 0 a day", "it is never done")),
}


def has_gone(place: Analysed, pace: tuple[int, ...]) -> None:
    today = clock.luxembourg_date(clock.now())
    past = workdays.between(today - timedelta(days=90), today - timedelta(days=1))[-len(pace) :]
    with act() as writing:
        days.put(writing, place.consultation.id, dict(zip(past, pace, strict=True)))


@pytest.mark.parametrize("name", CASES)
def test_officials_are_told(client: PageClient, official: Analysed, name: str) -> None:
    told = CASES[name]
    has_gone(official, told.pace)
    with act() as writing:
        consultation = writing.get_one(Consultation, official.consultation.id)
        due = None if told.due_in is None else clock.now() + timedelta(days=told.due_in)
        day_end = None if due is None else clock.end_of_day(clock.luxembourg_date(due))
        consultation.answer_due_at = consultation.first_answer_due_at = day_end
    for page in ("/desk/consultations/law", "/desk/consultations/law/coding"):
        shown = " ".join(client.get(page).text.split())
        for words in told.words:
            assert words in shown, (page, words)
        if told.due_in is None or told.due_in < 0:
            assert "too late" not in shown
            assert "in time" not in shown


def test_officials_are_told_when_all_is_read(client: PageClient, official: Analysed) -> None:
    read(official, official.points, None)
    for page in ("/desk/consultations/law", "/desk/consultations/law/coding"):
        shown = client.get(page).text
        assert "A person has read every point there is so far." in shown
        assert "a working day" not in shown


def test_a_forecast_does_not_stand_beside_a_point(client: PageClient, official: Analysed) -> None:
    has_gone(official, (4, 4, 4, 4, 4))
    page = "/desk/consultations/law/coding"
    client.get(page)
    shown = client.submit(page, {"coder": "0", "answer": "open"}, action="/take").text
    assert "1 of 8" in shown
    assert "At this pace" not in shown
