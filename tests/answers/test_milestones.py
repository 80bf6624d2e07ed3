"""Promises after the outcome: public step by step, told to those who took part."""

import contextlib
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.activity.models import Activity
from consult.answers.errors import MilestoneChangedError, MilestoneError
from consult.answers.milestones import keeping, queries, work
from consult.answers.milestones.eli import HOSTS, checked
from consult.answers.models import MilestoneStep
from consult.jobs.models import Job as JobRow
from consult.kernel import clock
from consult.kernel.clock import end_of_day, luxembourg_date
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError
from consult.kernel.transaction import act
from consult.notifications.models import Letter
from tests.answers.worlds import World
from tests.client import PageClient
from tests.people import make_body, make_consultation, official

ACT = "https://legilux.public.lu/eli/etat/leg/loi/2024/03/15/a123/jo"
WHY: Texts = {"fr": "Le budget manque.", "en": "There is no money."}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (ACT, ACT),
        (f" {ACT}/ ", ACT),
        (ACT.replace("https", "http"), ACT),
        (
            "http://data.legilux.public.lu/eli/etat/leg/rgd/2021/12/01/a900/jo",
            "https://data.legilux.public.lu/eli/etat/leg/rgd/2021/12/01/a900/jo",
        ),
        (
            "https://data.europa.eu/eli/reg/2016/679/oj",
            "https://data.europa.eu/eli/reg/2016/679/oj",
        ),
        (
            "HTTPS://LEGILUX.PUBLIC.LU/eli/etat/leg/loi",
            "https://legilux.public.lu/eli/etat/leg/loi",
        ),
    ],
)
def test_an_eli_is_kept(typed: str, kept: str) -> None:
    assert checked(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "eli/etat/leg/loi/2024",
        "https://legilux.public.lu/",
        "https://legilux.public.lu/eli",
        "https://legilux.public.lu/eli/etat",
        "https://legilux.public.lu/search/etat/leg/loi",
        "https://legilux.public.lu.example.org/eli/etat/leg/loi",
        "https://example.org/eli/etat/leg/loi",
        "https://somebody@legilux.public.lu/eli/etat/leg/loi",
        "https://legilux.public.lu:8080/eli/etat/leg/loi",
        "https://legilux.public.lu:x/eli/etat/leg/loi",
        "https://legilux.public.lu/eli/../etat/leg/loi",
        "https://legilux.public.lu/eli/etat//loi/2024",
        "https://legilux.public.lu/eli/etat/leg/loi?x=1",
        "https://legilux.public.lu/eli/etat/leg/loi#x",
        "javascript://legilux.public.lu/eli/etat/leg/loi",
        "https://legilux.public.lu/eli/etat/leg/lo i",
        "https://legilux.public.lu/eli/etat/leg/" + "x" * 300,
    ],
)
def test_what_is_no_eli(typed: str) -> None:
    with pytest.raises(MilestoneError):
        checked(typed)


@given(st.text() | st.from_regex(r"https?://(legilux|data\.europa)\S{0,80}"))
def test_nothing_else_is_ever_linked(typed: str) -> None:
    with contextlib.suppress(MilestoneError):
        kept = checked(typed)
        assert kept.split("/")[0:2] == ["https:", ""]
        assert kept.split("/")[2] in HOSTS
        assert checked(kept) == kept


@pytest.fixture
def world(session: Session) -> World:
    made = World(session)
    made.answer_all()
    made.publish()
    return made


def later(days: int) -> datetime:
    return end_of_day(luxembourg_date(clock.now()) + timedelta(days=days))


def promise(world: World, title: Texts | None = None, due: datetime | None = None) -> int:
    with act() as session:
        return keeping.promise(
            session,
            world.consultation,
            title=title or {"fr": "Un guide paraîtra.", "en": "A guide will appear."},
            due_at=due,
            actor=world.actor,
            now=clock.now(),
        ).id


def advance(world: World, number: int, state: str, **facts: Any) -> MilestoneStep:
    last = queries.one(world.session, world.consultation.id, number).now
    given_facts = {"due_at": last.due_at, "note": {}, "eli": "", "seen": last.id, **facts}
    with act() as session:
        return keeping.advance(
            session,
            number,
            consultation_id=world.consultation.id,
            state=state,
            actor=world.actor,
            now=clock.now(),
            **given_facts,
        )


@pytest.mark.parametrize(
    ("state", "facts", "allowed"),
    [
        ("planned", {}, False),
        ("planned", {"note": WHY}, True),
        ("planned", {"due_at": later(90)}, False),
        ("planned", {"due_at": later(90), "note": WHY}, True),
        ("planned", {"due_at": None}, False),
        ("planned", {"due_at": later(-3), "note": WHY}, False),
        ("under_way", {}, True),
        ("under_way", {"eli": ACT}, False),
        ("done", {}, True),
        ("done", {"eli": ACT}, True),
        ("done", {"eli": "https://example.org"}, False),
        ("dropped", {}, False),
        ("dropped", {"note": {"fr": "  "}}, False),
        ("dropped", {"note": WHY}, True),
        ("dropped", {"note": {"fr": "x" * 2001}}, False),
        ("forgotten", {"note": WHY}, False),
    ],
)
def test_which_steps_may_be_taken(
    world: World, state: str, facts: dict[str, Any], allowed: bool
) -> None:
    number = promise(world, due=later(30))
    if allowed:
        assert advance(world, number, state, **facts).state == state
    else:
        with pytest.raises(MilestoneError):
            advance(world, number, state, **facts)


def test_every_step_stays_and_is_logged(world: World) -> None:
    number = promise(world, due=later(30))
    first = queries.one(world.session, world.consultation.id, number).now
    advance(world, number, "under_way")
    advance(world, number, "planned", due_at=later(60), note=WHY)
    with pytest.raises(MilestoneChangedError):
        advance(world, number, "done", seen=first.id)
    advance(world, number, "done", eli=ACT)
    found = queries.one(world.session, world.consultation.id, number)
    assert [step.state for step in found.steps] == ["planned", "under_way", "planned", "done"]
    assert found.first_due == later(30)
    acts = world.session.scalars(
        select(Activity.act).where(Activity.act.like("milestone:%")).order_by(Activity.id)
    ).all()
    assert acts == [f"milestone:{step.state}" for step in found.steps]


def test_lateness_counts_from_the_first_day(world: World) -> None:
    number = promise(world, due=later(30))
    advance(world, number, "planned", due_at=later(60), note=WHY)
    found = queries.one(world.session, world.consultation.id, number)
    assert not found.overdue(clock.now())
    assert found.overdue(later(31))
    advance(world, number, "done")
    assert not queries.one(world.session, world.consultation.id, number).overdue(later(99))


def test_what_cannot_be_promised(session: Session, world: World) -> None:
    with pytest.raises(MilestoneError):
        promise(world, {"fr": " "})
    with pytest.raises(MilestoneError):
        promise(world, due=later(-2))
    number = promise(world)
    other = make_consultation(make_body())
    with pytest.raises(NotFoundError), act() as writing:
        keeping.advance(
            writing,
            number,
            consultation_id=other.id,
            state="done",
            due_at=None,
            note={},
            eli="",
            seen=0,
            actor=world.actor,
            now=clock.now(),
        )


def test_a_promise_sent_twice_is_one_and_the_same_again_later_is_another(world: World) -> None:
    """What is public cannot be taken back, only dropped, and everybody is told that."""
    first = promise(world)
    assert promise(world) == first
    assert promise(world, due=later(30)) != first
    advance(world, first, "done")
    assert promise(world) != first


def test_nothing_is_promised_before_the_outcome(session: Session) -> None:
    with pytest.raises(MilestoneError):
        promise(World(session))


class Running:
    def __init__(self, step: int) -> None:
        self.payload = {"step": step}

    def now(self) -> datetime:
        return clock.now()

    def progress(self, fraction: float, stage: str = "") -> None:
        assert 0 <= fraction <= 1
        assert stage

    def check_lease(self, session: Session) -> None:
        assert session.in_transaction()


def test_everybody_with_an_address_is_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 3)
    number = promise(world)
    advance(world, number, "under_way")
    assert world.session.scalars(select(JobRow.id).where(JobRow.kind == keeping.JOB)).all() == []
    step = advance(world, number, "dropped", note=WHY)
    jobs = world.session.scalars(select(JobRow).where(JobRow.kind == keeping.JOB)).all()
    assert [job.payload for job in jobs] == [{"step": step.id}]
    for _ in range(2):  # killed, and begun again
        work.tell(Running(step.id))
    told = world.session.scalars(select(Letter).where(Letter.template == "milestone")).all()
    assert len({letter.recipient for letter in told}) == len(told) == 11
    assert {letter.payload["note"] for letter in told} <= set(WHY.values())


def test_the_letter_says_what_became_of_it(world: World, client: PageClient) -> None:
    app = client.client.application
    number = promise(world, {"fr": "Un guide paraîtra.", "en": "A guide will appear."})
    step = advance(world, number, "done", eli=ACT)
    work.tell(Running(step.id))
    letter = world.session.scalars(select(Letter).where(Letter.template == "milestone")).first()
    assert letter is not None
    facts = {"title": "Loi", "slug": "law", "code": ""}
    text = app.jinja_env.get_template("mail/milestone.txt").render(
        payload=letter.payload, facts=facts, base_url="https://x", stop_url="https://x/stop"
    )
    assert ACT in text
    assert letter.payload["promised"] in text
    assert "https://x/stop" in text


def test_outcome_and_open_data(world: World, client: PageClient) -> None:
    number = promise(world, due=later(30))
    advance(world, number, "done", eli=ACT)
    page = client.get(f"/consultations/{world.consultation.slug}/outcome")
    assert ACT in page.links().values()
    found = json.loads(
        client.client.get(f"/consultations/{world.consultation.slug}/export.json").get_data()
    )["promises"]
    assert [step["state"] for step in found[0]["steps"]] == ["planned", "done"]
    assert found[0]["steps"][1]["act"] == ACT


def test_an_official_promises_and_keeps(world: World, client: PageClient) -> None:
    body = world.session.get_one(Body, world.body_id)
    official(client.client, body, "publisher")
    path = f"/desk/consultations/{world.consultation.slug}/milestones"
    assert client.submit(path, {}, status=422).form()["title_fr"] == ""
    page = client.submit(path, {"title_en": "A guide will appear."})
    assert "A guide will appear." in page.text
    number = queries.of_consultation(world.session, world.consultation.id)[0].id
    stale = client.get(f"{path}/{number}").form()
    client.submit(f"{path}/{number}", {"state": "dropped"}, status=422)
    client.submit(f"{path}/{number}", {"state": "done", "eli": ACT})
    page = client.post(f"{path}/{number}", {**stale, "state": "under_way"}, 422)
    assert ACT in page.markup
    official(client.client, body, "editor")
    client.get(path, status=403)
