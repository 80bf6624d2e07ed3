"""The themes that come next for a point: kept by the run, read with the point, one key each."""

import re

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.confidence import next_likely
from consult.kernel.transaction import act
from consult.submissions.models import Comment, Point
from consult.themes import signoff, splitting
from consult.themes.coding import queries as coding
from consult.themes.coding.likely import Machine, come_next
from consult.themes.models import Assignment
from tests.client import PageClient, words
from tests.themes.conftest import Analysed
from tests.themes.test_coding import PAGE
from tests.themes.test_pages import official

__all__ = ["official"]

SAID = Machine(1, 0.5, [[2, 300], [3, 150], [4, 20]])
ALL = {1: 1, 2: 2, 3: 3, 4: 4}


@pytest.mark.parametrize(
    ("homes", "but", "expected"),
    [
        (ALL, 1, [(2, 0.3), (3, 0.15), (4, 0.02)]),
        # A person put it elsewhere: the machine's own theme is among what comes next.
        (ALL, 3, [(1, 0.5), (2, 0.3), (4, 0.02)]),
        (ALL, None, [(1, 0.5), (2, 0.3), (3, 0.15)]),
        # 3 and 4 were merged into 5, 2 was set aside.
        ({1: 1, 3: 5, 4: 5}, 1, [(5, 0.17)]),
        # What the label's own theme was merged with is no choice beside it.
        ({1: 1, 2: 1, 3: 3}, 1, [(3, 0.15)]),
        ({}, None, []),
    ],
)
def test_what_comes_next_among_the_themes_there_are(
    homes: dict[int, int], but: int | None, expected: list[tuple[int, float]]
) -> None:
    found = [(theme, round(share, 6)) for theme, share in come_next(SAID, homes, but=but)]
    assert found == expected
    assert come_next(None, homes, but=but) == []


def test_what_the_label_leaves_is_shared_by_the_others() -> None:
    logits = np.array([[4.0, 1.0, 2.0, 0.0, 2.0], [0.0, 9.0, 0.0, 0.0, 0.0]], np.float32)
    sure = np.array([0.6, 1.0])
    places, likely = next_likely(logits, np.array([0, 1]), sure, 0.5)
    assert places.tolist() == [[2, 4, 1], [-1, -1, -1]]
    assert likely[0, 0] == likely[0, 1] > likely[0, 2] > 0
    assert likely[1].sum() == 0
    # All of them together are as likely as the label is not.
    _places, every = next_likely(logits, np.array([0, 1]), sure, 0.5, most=4)
    assert every.sum(axis=1) == pytest.approx([0.4, 0.0])
    # One that is likelier than the label itself, which an earlier run gave, comes first.
    places, likely = next_likely(logits[:1], np.array([1]), np.array([0.2]), 0.5)
    assert places.tolist() == [[0, 2, 4]]
    assert likely[0, 0] > 0.2
    for topics in (1, 2):
        places, _likely = next_likely(logits[:, :topics], np.array([0, 0]), sure * 0.5, 0.5)
        assert (places >= 0).sum() == 2 * (topics - 1)


def test_a_run_keeps_what_comes_next_and_the_parts_of_a_point_have_it_too(
    session: Session, place: Analysed
) -> None:
    kept = {a.point_id: a for a in session.scalars(select(Assignment))}
    order = [place.themes[name] for name in ("Arbres", "Bus", "Lettre", "Vélo")]
    label = kept[place.points[0]]
    assert label.theme_id == order[1]
    assert label.others == [[order[2], 300], [order[3], 150]]
    comment = session.get_one(Comment, session.get_one(Point, place.points[0]).comment_id)
    session.rollback()
    with act() as writing:
        made = splitting.split(writing, writing.merge(comment), [(0, 3), (4, 11)], **place.who)
        parts = [point.id for point in made]
    found = [coding.shown(session, part).machine for part in parts]
    assert found == [Machine(order[1], 0.5, [[order[2], 300], [order[3], 150]])] * 2


def offered(client: PageClient, address: str) -> list[tuple[str, str, str]]:
    """Key, value and words of what comes next, as a reader sees it."""
    found = [
        (button.get("data-key") or "", button.get("value") or "", words(button))
        for button in client.get(address).all("button")
        if re.fullmatch("[abc]", button.get("data-key") or "")
    ]
    assert all(key == said[0] for key, _value, said in found)
    return found


def test_the_screen_gives_the_next_themes_a_key_each(
    client: PageClient, official: Analysed, session: Session
) -> None:
    arbres, bus, letter, bike = (
        official.themes[name] for name in ("Arbres", "Bus", "Lettre", "Vélo")
    )
    client.submit(PAGE, {"coder": "0", "answer": "open"}, action="/take")
    assert offered(client, PAGE) == [
        ("a", str(letter), "a Lettre, ville 30%"),
        ("b", str(bike), "b Vélo, ville 15%"),
    ]
    # Pressed without JavaScript it is the button of the same form.
    number = official.points[0]
    form = client.get(PAGE).form(f"/coding/{number}")
    client.post(f"{PAGE}/{number}", {**form, "theme": str(bike)})
    session.rollback()
    assert official.sizes(session)[bike] == 3
    # Where a person has decided, what the machine had said comes first.
    assert [value for _key, value, _words in offered(client, f"{PAGE}?point={number}")] == [
        str(bus),
        str(letter),
    ]
    session.rollback()
    with act() as writing:
        signoff.merge(writing, official.consultation, letter, arbres, **official.who)
        signoff.set_aside(writing, official.consultation, bike, **official.who)
    assert offered(client, PAGE) == [("a", str(arbres), "a Arbres, ville 30%")]


def test_a_second_reading_shows_nothing_of_it(client: PageClient, official: Analysed) -> None:
    reading = "/desk/consultations/law/reading"
    client.submit(reading, {"percent": "100"}, action="/draw")
    page = client.submit(reading, {}, action="/take")
    assert "Bus le soir" in page.text
    assert "Next likeliest" not in page.text
    assert offered(client, f"{reading}/points") == []


def test_the_digits_of_the_list_stay_whatever_comes_next(
    client: PageClient, official: Analysed
) -> None:
    client.submit(PAGE, {"coder": "0", "answer": "open"}, action="/take")

    def digits(point: int) -> list[tuple[str | None, str | None]]:
        page = client.get(f"{PAGE}?point={point}")
        return [
            (button.get("data-key"), button.get("value"))
            for button in page.all("button")
            if (button.get("data-key") or "").isdigit()
        ]

    first = digits(official.points[0])
    expected = sorted(official.themes.values())
    assert first == [*((str(n), str(t)) for n, t in enumerate(expected, 1)), ("0", "none")]
    assert digits(official.points[2]) == first
