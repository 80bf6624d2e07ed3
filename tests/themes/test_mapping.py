"""The map of a run: kept with it, in its place again, drawn under the names of today."""

from types import SimpleNamespace

import numpy as np
import pytest
from sqlalchemy.orm import Session

from analysis.vectors import unit
from consult.kernel.transaction import act
from consult.themes import mapping, run_queries, signoff, sweeping
from consult.themes.models import FAILED, Run, RunMap
from tests.builders import NOW
from tests.client import PageClient
from tests.themes.conftest import Analysed


def report(size: int = 40) -> SimpleNamespace:
    random = np.random.default_rng(0)
    middle = unit(random.standard_normal((2, 20)))
    labels = np.array([i % 2 for i in range(size)])
    vectors = unit(middle[labels] + 0.2 * random.standard_normal((size, 20)))
    return SimpleNamespace(joint=vectors.astype(np.float16), labels=labels)


def test_every_theme_and_point_has_its_place() -> None:
    found = report()
    themes, points = mapping.lay_out(range(100, 140), found, {0: 7, 1: 9}, {})
    assert [row[0] for row in themes] == [7, 9]
    assert [row[0] for row in points] == list(range(100, 140))
    assert {row[1] for row in points} == {7, 9}
    assert all(0 <= n <= mapping.SCALE for row in points for n in row[2:])


def test_what_lay_on_the_map_before_stays_there() -> None:
    found = report()
    _, before = mapping.lay_out(range(40), found, {0: 7, 1: 9}, {})
    turned = {point: (mapping.SCALE - x, mapping.SCALE - y) for point, _, x, y in before}
    _, after = mapping.lay_out(range(40), found, {0: 7, 1: 9}, turned)
    away = [abs(x - turned[point][0]) + abs(y - turned[point][1]) for point, _, x, y in after]
    assert np.median(away) < mapping.SCALE / 20


def test_a_theme_that_is_not_proposed_is_not_drawn() -> None:
    found = report()
    themes, points = mapping.lay_out(range(40), found, {1: 9}, {})
    assert [row[0] for row in themes] == [9]
    assert {row[1] for row in points} == {9}


@pytest.fixture
def drawn(session: Session, place: Analysed) -> int:
    run = session.query(Run).one()
    bus, bike = place.themes["Bus"], place.themes["Vélo"]
    with act() as writing:
        mapping.keep(
            writing,
            run,
            [[bus, 3000, 3000, 900], [bike, 7000, 7000, 800]],
            [[place.points[0], bus, 2900, 3000], [place.points[2], bike, 7100, 7000]],
        )
    return run.id


def test_the_map_is_drawn_for_officials_and_with_accepted_themes_for_all(
    client: PageClient, session: Session, place: Analysed, drawn: int
) -> None:
    public = "/consultations/law/themes"
    english = {"Accept-Language": "en"}
    assert "Where the themes lie" not in client.get(public, headers=english).text
    with act() as writing:
        for title in ("Bus", "Vélo"):
            signoff.accept(writing, place.consultation, place.themes[title], **place.who)
    page = client.get(public, headers=english)
    assert "Where the themes lie" in page.text
    assert f"#theme-{place.themes['Bus']}" in page.links().values()
    places = run_queries.places_of_current(session, place.consultation.id)
    assert places == {place.points[0]: (2900, 3000), place.points[2]: (7100, 7000)}


def test_the_map_of_a_run_that_never_ended_is_swept(session: Session, place: Analysed) -> None:
    with act() as writing:
        run = Run(
            consultation_id=place.consultation.id, state=FAILED, requested_at=NOW, seed=0, card={}
        )
        writing.add(run)
        writing.flush()
        mapping.keep(writing, run, [], [])
        number = run.id
    with act() as writing:
        assert not sweeping.sweep(writing, number, release_id=10**6)
    assert session.get(RunMap, number, populate_existing=True) is None
