"""Open data: what is public, and nothing else."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from consult.consultations import counters as consultation_counters
from consult.consultations.models import Consultation
from consult.exports import records
from consult.exports.commands import export_command
from consult.exports.writing import COLUMNS, safe
from consult.kernel.transaction import act
from consult.opinions import saying, voters
from consult.submissions.models import Comment, CommentRevision, Contact, Point
from tests import builders
from tests.answers.worlds import World
from tests.builders import NOW
from tests.client import PageClient
from tests.statements import statements

CSV = "/consultations/law/export.csv"
JSON = "/consultations/law/export.json"


@pytest.fixture
def world(session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(records, "CHUNK", 4)
    return World(session)


def rows(client: PageClient) -> list[dict[str, str]]:
    response = client.client.get(CSV)
    assert response.status_code == 200
    text = response.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def document(client: PageClient) -> Any:
    return json.loads(client.client.get(JSON).get_data())


def test_before_the_publication_there_is_no_answer_in_it(world: World, client: PageClient) -> None:
    world.answer_all()
    found = rows(client)
    assert [int(row["comment"]) for row in found] == list(range(1, 12))
    assert {row["answer"] for row in found} == {""}
    whole = document(client)
    assert whole["answers"] == []
    assert [v["number"] for v in whole["versions"]] == [1]


def test_after_it_each_point_carries_its_answer(world: World, client: PageClient) -> None:
    world.answer_all()
    world.publish()
    found = rows(client)
    assert tuple(found[0]) == COLUMNS
    assert (found[0]["text"], found[0]["theme"], found[0]["theme_set_by"]) == (
        "Avis 0",
        "Soir",
        "machine",
    )
    assert (found[0]["answer"], found[0]["reason_fr"], found[0]["changed_text"]) == (
        "accepted",
        "Parce que.",
        "1",
    )
    assert found[0]["changes"] == str(world.edit.id)
    assert (found[6]["answer"], found[6]["campaign"]) == ("not_accepted", "Lettre type")
    assert found[10]["reply_to"] == "1"
    whole = document(client)
    answers = {a["id"]: a for a in whole["answers"]}
    first = whole["comments"][0]["points"][0]
    assert answers[first["answer"]]["changes"] == [world.edit.id]
    assert [c["after"] for c in whole["changes"]] == ["Il passe souvent."]
    assert [v["number"] for v in whole["versions"]] == [1, 2]


def test_campaigns_say_which_one_they_are_the_opposite_of_once_both_are_public(
    world: World, client: PageClient, session: Session
) -> None:
    with act() as writing:
        other = builders.campaign(writing, world.consultation, [])
        other.state, other.variant_of_id = "proposed", world.campaign.id
    assert [c["id"] for c in document(client)["campaigns"]] == [world.campaign.id]
    with act() as writing:
        writing.merge(other).state = "accepted"
        consultation_counters.touch(writing, world.consultation.id)
    assert [c["opposite_of"] for c in document(client)["campaigns"]] == [None, world.campaign.id]


def test_each_portion_of_comments_takes_the_same_statements(
    world: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.answer_all()
    world.publish()
    in_three = statements(lambda: rows(client))
    monkeypatch.setattr(records, "CHUNK", 1)
    # Eight portions more: a BEGIN and five SELECT each, and nothing read again.
    assert statements(lambda: rows(client)) - in_three <= 8 * 6


def test_no_name_no_address_and_no_words_that_cannot_be_read(
    world: World, client: PageClient, session: Session
) -> None:
    with act():
        session.get_one(Contact, world.said[0].comment.submission_id).name = "Jemp Schmit"
        session.get_one(Comment, world.said[1].comment.id).state = "removed"
        session.get_one(Comment, world.said[2].comment.id).state = "held"
    for path in (CSV, JSON):
        text = client.client.get(path).get_data(as_text=True)
        for private in ("Jemp", "example.org", "Avis 1", "Avis 2"):
            assert private not in text
    assert rows(client)[1]["state"] == "removed"


def test_it_counts_what_others_say_and_names_nobody(
    world: World, client: PageClient, session: Session
) -> None:
    number, said = world.consultation.id, world.said[0]
    with act() as writing:
        writing.get_one(Consultation, number).closes_at = NOW + timedelta(days=1)
        for voter, what in (
            (voters.of_account(number, 1), "agree"),
            (voters.of_account(number, 2), "pass"),
            (voters.of_visit(number, "a"), "agree"),
        ):
            saying.say(
                writing, said.comment.id, said=what, seen=said.revision.id, voter=voter, now=NOW
            )
        writing.get_one(Comment, world.said[2].comment.id).state = "held"
    names = COLUMNS[-6:]
    found = rows(client)
    assert [found[0][name] for name in names] == ["1", "0", "1", "1", "0", "0"]
    assert [found[1][name] for name in names] == ["0"] * 6
    assert [found[2][name] for name in names] == [""] * 6
    whole = document(client)["comments"]
    assert whole[0]["stances"]["persons"] == {"agree": 1, "disagree": 0, "pass": 1}
    assert whole[2]["stances"] is None
    for path in (CSV, JSON):
        sent = client.client.get(path).get_data()
        assert voters.of_account(number, 1).key.hex().encode() not in sent


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(
    world: World, client: PageClient, session: Session, start: str
) -> None:
    with act():
        revision = session.get_one(CommentRevision, world.said[0].revision.id)
        revision.text = f"{start}1"
        session.get_one(Point, world.said[0].point.id).end = 2
    assert rows(client)[0]["text"] == f"'{start}1"


@given(st.text())
def test_a_safe_cell_keeps_its_words(words: str) -> None:
    cell = str(safe(words))
    assert cell.removeprefix("'") == words.removeprefix("'") or cell == words
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_consultation_in_preparation_is_not_exported(
    world: World, client: PageClient, session: Session
) -> None:
    with act():
        session.get_one(Consultation, world.consultation.id).announced_at = None
    assert client.client.get(CSV).status_code == 404


def test_the_command_writes_the_same_file(
    world: World, client: PageClient, app: Flask, tmp_path: Path
) -> None:
    out = tmp_path / "law.csv"
    result = app.test_cli_runner().invoke(export_command, ["law", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == client.client.get(CSV).get_data()
    assert not out.with_name("law.csv.part").exists()
