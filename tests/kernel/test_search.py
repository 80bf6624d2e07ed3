"""The same words find the same things on both engines, in four languages, newest first."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from consult.kernel import search
from consult.kernel.transaction import act
from consult.operations.tidying import tidy
from tests.builders import NOW

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


def test_the_index_forgets_the_words_of_what_was_taken_out(app: Flask, session: Session) -> None:
    """Nobody finds them, but a copy of the database held them (SQLite; PostgreSQL vacuums)."""
    for number in range(40):
        words = "my neighbour is called Zanzibarius" if number == 7 else f"bus line {number}"
        with act() as writing:
            search.index(writing, "comment", [search.Thing(number, 1, "en", words.lower())])
    with act() as writing:
        search.unindex(writing, kind="comment", references=[7])
    steps = 0
    for _step in range(1_000):
        with act() as writing:
            if not search.forget_unindexed(writing, NOW, 1):
                break
        steps += 1
    assert search.find(session, kind="comment", query="line 39", languages=["en"]) == [39]
    if session.get_bind().dialect.name == "sqlite":
        assert 0 < steps < 1_000
        held = b"".join(
            row[0] for row in session.execute(text("select block from search_fts_data"))
        )
        assert b"anzibarius" not in held
        assert b"line" in held


def test_the_worker_lets_the_index_forget(app: Flask, session: Session) -> None:
    with act() as writing:
        search.index(writing, "comment", [search.Thing(1, 1, "en", "zanzibarius")])
    with act() as writing:
        search.unindex(writing, kind="comment", references=[1])
    tidy(NOW)
    if session.get_bind().dialect.name == "sqlite":
        held = b"".join(
            row[0] for row in session.execute(text("select block from search_fts_data"))
        )
        assert b"zanzibarius" not in held
