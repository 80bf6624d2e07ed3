"""The same words find the same things on both engines, in four languages, newest first."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from consult.kernel import search
from consult.kernel.transaction import act

TEXTS = [
    ("fr", "Les pistes cyclables doivent être apaisées."),
    ("de", "Die Radwege an den Häusern sind zu schmal."),
    ("lb", "D'Gemengen hunn net genuch Haiser."),
    ("en", "Buses should run later in the evening."),
    ("fr", "Une piste cyclable près de l'école, s'il vous plaît."),
]


@pytest.fixture
def _filled(app: Flask) -> None:
    with act() as session:
        for number, (language, text) in enumerate(TEXTS):
            words = search.analysed(text, language)
            search.index(session, "comment", [search.Thing(number, 1, language, words)])


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("piste", [4, 0]),
        ("PISTES cyclable", [4, 0]),
        ("apaisée", [0]),
        ("Gemeng", [2]),
        ("evenings", [3]),
        ("school", []),
        ('" OR NEAR( *', []),
        ("", []),
    ],
)
def test_what_a_query_finds(session: Session, query: str, expected: list[int]) -> None:
    found = search.find(session, kind="comment", query=query, languages=["fr", "de", "lb", "en"])
    assert found == expected


@pytest.mark.usefixtures("_filled")
def test_what_is_taken_out_is_not_found(session: Session) -> None:
    with act() as writing:
        search.unindex(writing, kind="comment", references=[4])
    assert search.find(session, kind="comment", query="piste", languages=["fr"]) == [0]
