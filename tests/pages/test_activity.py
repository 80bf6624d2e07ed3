"""The activity log as auditors read it."""

import csv
import io
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from consult.activity import queries
from consult.activity.log import record
from consult.activity.queries import Scope
from consult.kernel import clock
from consult.kernel.i18n import speaking
from consult.kernel.paging import Keyset
from consult.kernel.sheets import csv_lines, safe_cell
from consult.kernel.transaction import act
from consult.pages.activity.words import ACTS, SUBJECTS, act_words, fact_words
from tests.client import PageClient
from tests.people import make_body, make_consultation, make_user, official

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def client(app: Flask) -> PageClient:
    made = PageClient(app.test_client())
    made.client.set_cookie("consult_language", "en")
    return made


def log(
    consultation: int, name: str = "theme:accepted", actor: str = "system", **facts: object
) -> None:
    with act() as session:
        record(
            session,
            actor=actor,
            act=name,
            thing="theme:1",
            now=clock.now(),
            consultation=consultation,
            **facts,
        )


def test_officials_have_names_and_citizens_do_not(client: PageClient) -> None:
    body = make_body()
    editor = make_user(body=body, roles=("editor",), name="Edith Editor")
    citizen = make_user(name="Carla Citizen")
    official(client.client, body, "auditor")
    made = make_consultation(body)
    log(made.id, actor=f"user:{editor.id}")
    log(made.id, "comment:received", actor=f"user:{citizen.id}")
    page = client.get(f"/desk/consultations/{made.slug}/activity")
    assert "Edith Editor" in page.text
    assert "Carla" not in page.text
    assert f"account no. {citizen.id}" in page.text
    file = client.client.get(f"/desk/consultations/{made.slug}/activity.csv")
    assert "Carla" not in file.text
    assert "Edith Editor" in file.text


def test_the_filter_and_the_unknown_act(client: PageClient) -> None:
    body = make_body()
    official(client.client, body, "publisher")
    made = make_consultation(body)
    log(made.id)
    log(made.id, "novelty:first_seen")
    page = client.get(f"/desk/consultations/{made.slug}/activity")
    assert "Theme accepted" in page.text
    assert "novelty: first seen" in page.text
    page = client.get(f"/desk/consultations/{made.slug}/activity?subject=theme")
    assert "Theme accepted" in page.text
    assert "novelty" not in page.text
    page = client.get(f"/desk/consultations/{made.slug}/activity?subject=answer")
    assert "Nothing here" in page.text
    client.get(f"/desk/consultations/{made.slug}/activity?subject=';--&after=x&before=99999999")


def test_the_general_log_shows_colleagues_only(client: PageClient) -> None:
    body = make_body()
    me = official(client.client, body, "auditor")
    stranger = make_user(body=make_body("Another Ministry"), roles=("editor",))
    with act() as session:
        for user in (me, stranger):
            record(
                session,
                actor="visitor",
                act="account:reset-asked",
                thing=f"user:{user.id}",
                now=clock.now(),
            )
    page = client.get("/desk/activity")
    assert f"user:{me.id}" in page.markup
    assert f"user:{stranger.id}" not in page.markup
    rows = list(csv.reader(io.StringIO(client.client.get("/desk/activity.csv").text)))
    assert not [row for row in rows if f"user:{stranger.id}" in row]


def test_pages_and_file_hold_the_same_lines(client: PageClient, session: Session) -> None:
    for number in range(120):
        log(7, number=number)
    seen: list[int] = []
    keyset = Keyset()
    while True:
        page = queries.lines(session, Scope(7), subject="theme", keyset=keyset)
        seen += [row.facts["number"] for row in page.rows]
        if page.next is None:
            break
        keyset = Keyset(after=page.next)
    assert seen == list(range(119, -1, -1))
    back = queries.lines(session, Scope(7), subject="", keyset=Keyset(before=page.previous))
    assert [row.facts["number"] for row in back.rows] == seen[50:100]
    file = [r for b in queries.batches(session, Scope(7), subject="", limit=110) for r in b]
    assert [row.facts["number"] for row in file] == seen[:110]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝"])
def test_no_cell_can_be_a_formula(start: str) -> None:
    evil = f"{start}HYPERLINK(1)"
    assert safe_cell(evil) == f"'{evil}"
    made = "".join(csv_lines([[evil, 5, 'a "quote"; and, more\nlines']]))
    read = next(csv.reader(io.StringIO(made.lstrip("\ufeff"), newline="")))
    assert read[0] == f"'{evil}"
    assert read[1:] == ["5", 'a "quote"; and, more\nlines']


def test_every_act_of_the_code_has_words() -> None:
    """An act that is written out in a verb is one that the log can say."""
    written = set()
    for path in (ROOT / "consult").rglob("*.py"):
        if path.parent.name != "activity":
            written |= set(re.findall(r'"([a-z]+:[a-z_-]+)"', path.read_text()))
    said = {name for name in written if name.partition(":")[0] in SUBJECTS}
    assert len(said) > 20
    assert said - set(ACTS) == set()
    assert {name.partition(":")[0] for name in ACTS} <= set(SUBJECTS)


@pytest.mark.parametrize("language", ["fr", "de", "lb", "en"])
def test_the_fallback_reads_in_every_language(language: str) -> None:
    with speaking(language):
        assert act_words("theme:turned_over").endswith(": turned over")
        assert act_words("x") == "x: "


@pytest.mark.parametrize(
    ("facts", "german"),
    [
        ({"number": 7, "late": False}, "Nummer: 7"),
        ({"number": 7, "late": True}, "Nummer: 7 · verspätet: ja"),
        ({"topics": None}, ""),
        ({"taken": 0, "known": 3}, "übernommen: 0 · bereits bekannt: 3"),
        ({"reason": "threat"}, "Grund: Drohung"),
        ({"languages": ["de", "lb"]}, "Sprachen: Deutsch, Lëtzebuergesch"),
        ({"points": list(range(30))}, "Punkte: 30"),
        ({"whatever_comes": "x"}, "whatever comes: x"),
    ],
)
def test_particulars_are_said_in_the_readers_language(
    facts: dict[str, object], german: str
) -> None:
    with speaking("de"):
        assert fact_words(facts) == german
