"""Points that a person should look at: proposed by a run, decided on one page."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.kernel.actor import Actor
from consult.kernel.transaction import act
from consult.moderation.withdrawal import withdraw
from consult.submissions.models import Point
from consult.themes import point_queries, recording, signoff
from consult.themes.errors import (
    CheckedMeanwhileError,
    NoPointsError,
    PointGoneError,
    ThemeNotFoundError,
)
from consult.themes.models import Assignment, Run, RunSuggestion
from consult.themes.standing import by_person
from tests.builders import NOW
from tests.client import PageClient
from tests.themes.conftest import Analysed, Who
from tests.themes.test_pages import official

__all__ = ["official"]

PAGE = "/desk/consultations/law/points/check"


def comment_of(session: Session, point: int) -> int:
    return session.get_one(Point, point).comment_id


def proposed(session: Session, place: Analysed) -> list[int]:
    page = point_queries.suggested(session, place.consultation.id, size=20)
    return [row.point_id for row, _ in page.rows]


def test_points_come_in_the_order_of_the_run_with_the_words_behind(
    session: Session, place: Analysed
) -> None:
    page = point_queries.suggested(session, place.consultation.id, size=3)
    assert [row.point_id for row, _ in page.rows] == place.points[:-4:-1]
    assert page.rows[0][1] == ["Lettre", "type", "|", "et", "merci"]
    assert page.next is not None
    rest = point_queries.suggested(session, place.consultation.id, after=page.next, size=20)
    assert [row.point_id for row, _ in rest.rows] == place.points[4::-1]
    assert rest.next is None


def test_what_was_decided_or_taken_away_is_not_asked_again(
    session: Session, place: Analysed
) -> None:
    bus, bike = place.themes["Bus"], place.themes["Vélo"]
    first, second, third = place.points[:3]
    with act() as writing:
        count = signoff.check_points(
            writing, place.consultation, {first: bus, second: bike, third: None}, **place.who
        )
    assert count == 3
    with act() as writing:
        withdraw(writing, comment_of(writing, place.points[3]), actor=Actor.receipt(1), now=NOW)
    assert proposed(session, place) == place.points[:3:-1]
    labels = session.execute(
        select(Assignment.point_id, Assignment.theme_id).where(Assignment.person_id.is_not(None))
    ).all()
    assert sorted(labels) == [(first, bus), (second, bike), (third, None)]
    sizes = place.sizes(session)
    assert (sizes[bus], sizes[bike]) == (1, 1)
    logged = session.scalars(select(Activity).where(Activity.act == "theme:points_checked")).all()
    assert len(logged) == 1


def test_wrong_decisions_change_nothing(session: Session, place: Analysed) -> None:
    bus = place.themes["Bus"]
    for decisions, error in (
        ({}, NoPointsError),
        ({place.points[0]: 10**6}, ThemeNotFoundError),
        ({place.points[0]: bus, 10**6: bus}, PointGoneError),
    ):
        with pytest.raises(error), act() as writing:
            signoff.check_points(writing, place.consultation, decisions, **place.who)
    assert proposed(session, place) == place.points[::-1]


def test_the_words_behind_a_label_go_with_the_comment(session: Session, place: Analysed) -> None:
    point = place.points[0]
    words = select(RunSuggestion.words).where(RunSuggestion.point_id == point)
    assert session.scalars(words).all()
    with act() as writing:
        withdraw(writing, comment_of(writing, point), actor=Actor.receipt(1), now=NOW)
    session.rollback()
    assert not session.scalars(words).all()
    run = session.scalars(select(Run)).one()
    # A run that had read the comment before it was withdrawn writes nothing of it either.
    with act() as writing:
        run = writing.get_one(Run, run.id)
        recording.record_suggestions(writing, run, [(point, ["Bus"]), (place.points[1], ["Bus"])])
    assert session.scalars(select(RunSuggestion.point_id)).all() == [place.points[1]]


def test_of_two_officials_with_the_same_page_the_second_is_told(
    session: Session, place: Analysed
) -> None:
    bus, bike = place.themes["Bus"], place.themes["Vélo"]
    first, second, third = place.points[:3]
    other: Who = {"actor": place.other, "now": NOW}
    for _ in range(2):  # a button pressed twice
        with act() as writing:
            signoff.check_points(
                writing, place.consultation, {first: bus, second: None}, **place.who
            )
    for late in ({first: bike}, {second: bike}, {first: None, third: bike}):
        with pytest.raises(CheckedMeanwhileError), act() as writing:
            signoff.check_points(writing, place.consultation, late, **other)
    labels = session.execute(
        select(Assignment.point_id, Assignment.theme_id).where(by_person())
    ).all()
    assert sorted(labels) == [(first, bus), (second, None)]


def test_an_official_decides_on_one_page(
    client: PageClient, official: Analysed, session: Session
) -> None:
    bus, bike = official.themes["Bus"], official.themes["Vélo"]
    first, second, third, *_ = official.points
    page = client.get(PAGE)
    assert "because of: Bus, le, soir" in page.text
    assert "Right: Bus" in page.text
    assert page.form(PAGE)[f"theme-{first}"] == ""  # nothing is decided for the official
    options = [option.get("value") for option in page.all("option")]
    assert options.count("none") == len(official.points)
    page = client.submit(PAGE, {}, status=422)
    assert "Points to check" in page.h1
    client.submit(
        PAGE, {f"theme-{first}": str(bus), f"theme-{second}": str(bike), f"theme-{third}": "none"}
    )
    session.rollback()
    assert proposed(session, official) == official.points[:2:-1]
    assert official.sizes(session)[bus] == 1


def test_a_theme_that_is_gone_keeps_what_was_chosen(client: PageClient, official: Analysed) -> None:
    bus, bike = official.themes["Bus"], official.themes["Vélo"]
    fields = client.get(PAGE).form(PAGE)
    with act() as session:
        signoff.set_aside(session, official.consultation, bus, **official.who)
    fields |= {f"theme-{official.points[2]}": str(bike), f"theme-{official.points[0]}": str(bus)}
    page = client.post(PAGE, fields, status=409)
    assert page.form(PAGE)[f"theme-{official.points[2]}"] == str(bike)
