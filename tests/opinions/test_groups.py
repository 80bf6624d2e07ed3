"""From voices to groups: planted camps are found, told in words, and nothing gone is named."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.jobs.models import DONE, Job
from consult.kernel import clock
from consult.kernel.actor import Actor
from consult.kernel.transaction import act
from consult.moderation.correction import correct
from consult.moderation.holding import hold
from consult.moderation.withdrawal import withdraw
from consult.opinions import comparing, picture, planning, queries, saying, voters
from consult.opinions.models import OpinionMap, Stance
from consult.opinions.queries import SaidRow
from consult.submissions.intake import prepare
from tests import builders
from tests.builders import NOW, Said
from tests.client import PageClient, words
from tests.people import make_user, sign_in
from tests.statements import statements

COMMENTS = 10
DIVIDING = range(6)


@dataclass
class Talk:
    """A consultation, ten comments, and two camps of unequal size who spoke about them."""

    consultation: Consultation
    said: list[Said]


def speak(talk: Talk, people: int, now: datetime) -> None:
    """Every third with an account; the rest in visits. The first two thirds are one camp."""
    chance = Random(1)
    number = talk.consultation.id
    for person in range(people):
        voter = (
            voters.of_account(number, person)
            if person % 3 == 0
            else voters.of_visit(number, str(person))
        )
        with act() as session:
            for i, said in enumerate(talk.said):
                first_camp = person < 2 * people / 3
                usual = "agree" if i not in DIVIDING or (i % 2 == 0) == first_camp else "disagree"
                what = "pass" if chance.random() < 0.1 else usual
                saying.say(
                    session, said.comment.id, said=what, seen=said.revision.id, voter=voter, now=now
                )


def work(app: Flask, now: datetime) -> None:
    worker = app.extensions["consult_job_worker"](now=lambda: now)
    while worker.run_one():
        pass


@pytest.fixture
def talk(session: Session) -> Talk:
    with act() as writing:
        consultation = builders.consultation(writing)
        consultation.closes_at = clock.now() + timedelta(days=9)
        said = [builders.say(writing, consultation, f"Avis numéro {i}.") for i in range(COMMENTS)]
    return Talk(consultation, said)


def found(session: Session, talk: Talk) -> dict[str, Any]:
    session.rollback()
    return session.get_one(OpinionMap, talk.consultation.id, populate_existing=True).result


LATER = NOW + planning.EVERY


def test_groups_are_found_kept_and_shown(
    app: Flask, client: PageClient, session: Session, talk: Talk
) -> None:
    path = "/consultations/law/opinion-groups"
    assert "Not enough voices yet" in client.get(f"{path}?lang=en").text
    speak(talk, 30, NOW)
    work(app, NOW)
    assert session.get(OpinionMap, talk.consultation.id) is None  # not before the hour is over
    work(app, LATER)
    result = found(session, talk)
    assert [group["size"] for group in result["groups"]] == [20, 10]
    assert sum(group["accounts"] for group in result["groups"]) == result["accounts"] == 10
    assert result["visits"] == 20
    dividing = {talk.said[i].comment.id for i in DIVIDING}
    assert {one["comment"] for one in result["divisive"]} <= dividing
    assert {one["comment"] for one in result["shared"]} == {
        said.comment.id for said in talk.said[6:]
    }
    assert sum(dot[2] for dot in result["dots"]) == 30
    page = client.get(path)
    for sentence in ("Where people stand", "What all share", "What divides the groups", "Group A",
                  "Group B", "stay in their group"):  # fmt: skip
        assert sentence in page.text
    assert 'role="img"' in page.markup
    assert "public" in page.response.headers["Cache-Control"]


def test_shares_are_of_those_who_spoke_and_nothing_is_told_of_few_others(
    app: Flask, client: PageClient, session: Session, talk: Talk
) -> None:
    speak(talk, 30, NOW)
    work(app, LATER)
    result = found(session, talk)
    spoken = session.execute(select(Stance.comment_id, Stance.voter, Stance.said)).all()
    for one in result["shared"]:
        said = [what for comment, _, what in spoken if comment == one["comment"]]
        sizes = [group["size"] for group in result["groups"]]
        agree = sum(share * size for share, size in zip(one["shares"], sizes, strict=True))
        assert agree == pytest.approx(said.count("agree"), abs=0.01)
    others = [one["others"] for group in result["groups"] for one in group["says"]]
    assert others
    assert None not in others
    assert 0 in others  # nobody else says so, and that is what the page tells
    with act() as writing:
        kept = writing.get_one(OpinionMap, talk.consultation.id)
        for group in (few := deepcopy(kept.result))["groups"]:
            for one in group["says"]:
                one["others"] = None
        kept.result, kept.made_at = few, LATER + planning.EVERY
    page = client.get("/consultations/law/opinion-groups?lang=en").text
    assert "agree" in page
    assert "of the others" not in page


def test_where_there_are_no_groups_nobody_stays_in_one(
    app: Flask, client: PageClient, session: Session, talk: Talk
) -> None:
    speak(talk, 30, NOW)
    work(app, LATER)
    with act() as writing:
        kept = writing.get_one(OpinionMap, talk.consultation.id)
        none = {"reason": "no_better_than_one_group", "groups": [], "divisive": [], "dots": []}
        kept.result = {**kept.result, **none, "shared": [], "kept": 0.6, "explained": -0.02}
    page = client.get("/consultations/law/opinion-groups?lang=en").text
    assert "No groups can be seen" in page
    assert "stay in their group" not in page


def test_the_kept_picture_names_no_voter(app: Flask, session: Session, talk: Talk) -> None:
    speak(talk, 20, NOW)
    work(app, LATER)
    stored = str(found(session, talk))
    for key in session.scalars(select(Stance.voter)):
        assert key.hex() not in stored
        assert str(key) not in stored


def test_what_cannot_be_read_or_has_other_words_is_not_named(
    app: Flask, client: PageClient, session: Session, talk: Talk
) -> None:
    path = "/consultations/law/opinion-groups?lang=en"
    speak(talk, 30, NOW)
    work(app, LATER)
    assert "Avis numéro 6." in client.get(path).text
    gone, held, corrected = talk.said[6], talk.said[7], talk.said[0]
    with act() as writing:
        withdraw(writing, gone.comment.id, actor=Actor("receipt:1"), now=LATER)
        consultation = writing.get_one(Consultation, talk.consultation.id)
        hold(writing, consultation, held.comment.id, actor=Actor("user:1"), now=LATER)
        correct(writing, corrected.comment.id, prepare("Autre chose.", language="fr"), seen=1,
                actor=Actor("receipt:1"), now=LATER)  # fmt: skip
    for _ in range(2):  # at once, and after the next look
        page = client.get(path).text
        for gone_words in ("Avis numéro 6.", "Avis numéro 7.", "Avis numéro 0.", "Autre chose."):
            assert gone_words not in page
        assert "Avis numéro 8." in page
        work(app, LATER + planning.EVERY)
    result = found(session, talk)
    assert result["comments"] == COMMENTS - 3
    named = {one["comment"] for one in result["shared"]}
    assert not named & {gone.comment.id, held.comment.id}
    jobs = session.execute(
        select(func.count()).where(Job.kind == planning.JOB, Job.state == DONE)
    ).scalar_one()
    assert jobs == 2


@pytest.mark.parametrize(
    ("people", "sentence"), [(14, "Not enough voices yet"), (0, "Not enough voices yet")]
)
def test_too_few(app: Flask, client: PageClient, talk: Talk, people: int, sentence: str) -> None:
    speak(talk, people, NOW)
    work(app, LATER)
    page = client.get("/consultations/law/opinion-groups?lang=en")
    assert sentence in page.text
    assert 'role="img"' not in page.markup


def test_all_the_same(app: Flask, client: PageClient, session: Session, talk: Talk) -> None:
    with act() as writing:
        for person in range(20):
            for said in talk.said:
                saying.say(
                    writing, said.comment.id, said="agree", seen=said.revision.id,
                    voter=voters.of_account(talk.consultation.id, person), now=NOW,
                )  # fmt: skip
    work(app, LATER)
    page = client.get("/consultations/law/opinion-groups?lang=en").text
    assert "Everybody says the same so far" in page
    assert "What most people share" in page
    assert found(session, talk)["groups"] == []


def test_of_a_very_small_group_nothing_is_told(
    app: Flask, client: PageClient, session: Session, talk: Talk
) -> None:
    speak(talk, 30, NOW)
    work(app, LATER)
    result = found(session, talk)
    result["groups"][1] |= {"size": 4, "accounts": 1}
    with act() as writing:
        writing.execute(update(OpinionMap).values(result=result, made_at=clock.now()))
    page = client.get("/consultations/law/opinion-groups?lang=en")
    assert "#group-A" in page.links().values()
    assert "#group-B" not in page.links().values()
    assert [words(cell) for cell in page.all("tr")[2]] == ["Group B", "1", "3"]
    # Nor by saying how all but they differ from the others, who are they.
    assert "of the others" not in page.text
    assert "What divides the groups" not in page.text
    assert "There are too few others to compare this group with" in page.text


def test_statements_do_not_grow_with_the_comments_named(
    app: Flask, client: PageClient, talk: Talk
) -> None:
    path = "/consultations/law/opinion-groups"
    few = statements(lambda: client.get(path))
    speak(talk, 30, NOW)
    work(app, LATER)
    assert statements(lambda: client.get(path)) <= few + 1


def test_a_citizen_sees_the_same_page(client: PageClient, talk: Talk) -> None:
    sign_in(client.client, make_user())
    page = client.get("/consultations/law/opinion-groups?lang=en")
    assert "private" in page.response.headers["Cache-Control"]


def _row(comment: int, voter: bytes, said: str, *, shown: bool = True) -> SaidRow:
    return SaidRow(comment, comment * 10, shown, voter, voter < b"m", said)


def test_the_table_of_what_was_said() -> None:
    made = comparing.table(
        [
            _row(7, b"z", "agree"),
            _row(5, b"a", "disagree", shown=False),
            _row(7, b"a", "pass"),
        ]
    )
    assert made.votes == [(0, 0, 1), (1, 1, -1), (1, 0, 0)]
    assert made.accounts == [False, True]
    assert made.comments == [(7, 70), (5, 50)]
    assert made.gone == [1]


def test_nobody_said_anything() -> None:
    result = comparing.compare(comparing.table([]))
    assert result["reason"] == "too_few_people"
    assert (result["accounts"], result["visits"], result["comments"]) == (0, 0, 0)


def test_a_drawing_lies_within_its_frame_and_keeps_distances() -> None:
    dots = [[-3.0, 0.0, 1, 0], [3.0, 1.0, 9, 1], [0.0, -1.0, 4, 4]]
    marks = picture.marks(dots)
    assert [mark.group for mark in marks] == [1, 4, 0]  # large ones first
    for mark in marks:
        assert 0 < mark.x - mark.radius < mark.x + mark.radius < picture.WIDTH
        assert 0 < mark.y - mark.radius < mark.y + mark.radius < picture.HEIGHT
    right, low, left = marks
    ratio = (right.x - left.x) / (low.y - right.y)
    assert ratio == pytest.approx(6 / 2, rel=0.01)
    assert picture.marks([]) == []
    assert picture.marks([[1.0, 1.0, 3, 0]])[0].x == picture.WIDTH / 2


def test_portions_read_everything_once(
    session: Session, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(talk, 4, NOW)
    whole = list(queries.said(session, talk.consultation.id))
    monkeypatch.setattr(queries, "PORTION", 7)
    queries._said.cache_clear()
    try:
        assert list(queries.said(session, talk.consultation.id)) == whole
    finally:
        queries._said.cache_clear()
    assert len(whole) == 40
