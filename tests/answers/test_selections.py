"""Many points answered together: all or none, whatever happens meanwhile."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.answers import choosing, fates, selecting, selection_work
from consult.answers.choosing import Chosen
from consult.answers.decisions import PointTarget, ThemeTarget
from consult.answers.errors import (
    AnswerError,
    NothingChosenError,
    SelectionUnderWayError,
)
from consult.answers.models import Answer, Selection, SelectionPoint, TextModule
from consult.consultations.models import ConsultationBody
from consult.kernel.release import ABANDONED, AlreadyPreparingError, Release
from consult.kernel.transaction import act
from tests import builders, people
from tests.answers.worlds import Job as PublishJob
from tests.answers.worlds import KilledError, World
from tests.builders import NOW
from tests.client import PageClient

DESK = "/desk/consultations/law/answers"
EVERY = Chosen(answered_too=True)


@pytest.fixture
def world(session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(selection_work, "BATCH", 2)
    return World(session)


class Job(PublishJob):
    """A running job of a selection; killed at the start of its nth act, or after it."""

    def __init__(self, payload: dict[str, Any], kill_at: int | None = None) -> None:
        self.payload = payload
        self.kill_at = kill_at
        self.acts = 0
        self.between = None
        self.between_at = 1


def request(world: World, chosen: Chosen = EVERY, **other: Any) -> Job:
    """Ask for it as the page does."""
    session = world.session
    plan = fates.load_plan(session, world.consultation.id, None)
    extent = choosing.extent(session, plan, chosen)
    answer = {
        "disposition": "noted",
        "reason": {"fr": "Nous en prenons note."},
        "edit_ids": [],
        "body_id": world.body_id,
        **other,
    }
    with act() as writing:
        made = selecting.request(
            writing, world.consultation, chosen, answer=answer, last_point=extent.last,
            count=extent.points, actor=world.actor, now=NOW,
        )  # fmt: skip
    return Job({"selection": made.id, "answer": answer, "last_point": extent.last})


def reached(world: World) -> set[int]:
    """Numbers in `said` of the points whose answer a publication would take from a selection."""
    world.session.rollback()
    from consult.answers import heads

    found = heads.of_selections(world.session, [said.point.id for said in world.said])
    return {n for n, said in enumerate(world.said) if said.point.id in found}


def state(world: World) -> str:
    world.session.expire_all()
    return world.session.scalars(select(Release.state).order_by(Release.id.desc())).first() or ""


def test_one_answer_reaches_every_point_of_the_filter_at_once(
    world: World, session: Session
) -> None:
    with act():
        own = world.decide(
            PointTarget(world.said[8].point.id), "accepted", unchanged={"fr": "C’est déjà dit."}
        )
    job = request(world)
    assert reached(world) == set()
    selection_work.answer(job)
    assert reached(world) == {0, 1, 2, 3, 4, 5, 6, 7, 9}  # 8 has its own, 10 is owed nothing
    assert session.scalar(select(func.count(Answer.id)).where(Answer.id != own.id)) == 1
    world.publish(with_version=False)
    assert world.seen()[9] == ("noted", False)
    assert world.seen()[8] == ("accepted", False)
    assert world.tally()[:2] == (10, 10)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Chosen(), {6, 7, 8, 9}),
        (Chosen(words="avis 7"), {7}),
        (Chosen(language="de"), set()),
        (Chosen(answered_too=True, words="Avis"), set(range(10))),
    ],
)
def test_what_a_filter_takes(world: World, chosen: Chosen, expected: set[int]) -> None:
    with act():
        world.decide(ThemeTarget(world.main.id), "noted")
    plan = fates.load_plan(world.session, world.consultation.id, None)
    ids = choosing.ids(world.session, plan, chosen, up_to=1_000_000)
    numbers = {said.point.id: n for n, said in enumerate(world.said)}
    assert {numbers[i] for i in ids} == expected
    extent = choosing.extent(world.session, plan, chosen, shown=2)
    last = max(ids, default=0)
    assert (extent.points, extent.last, extent.first) == (len(expected), last, tuple(ids[:2]))
    letters = choosing.variants(world.session, plan, chosen)
    assert sum(one.letters for one in letters) == len(expected)


def test_a_theme_is_taken_with_what_was_merged_into_it(world: World) -> None:
    plan = fates.load_plan(world.session, world.consultation.id, None)
    ids = choosing.ids(world.session, plan, Chosen(theme=world.sub.id), up_to=1_000_000)
    assert ids == [said.point.id for said in world.said[:4]]


def test_a_killed_worker_leaves_nothing_and_its_successor_finishes(world: World) -> None:
    for kill_at in range(1, 7):
        job = request(world)
        job.kill_at = kill_at
        with pytest.raises(KilledError):
            selection_work.answer(job)
        before = reached(world)
        job.kill_at = None
        selection_work.answer(job)
        assert len(reached(world)) == 10
        assert before in (set(), set(range(10)))
        assert kill_at == 1 or before  # the one before stands until this one is given


def test_what_citizens_take_away_meanwhile_is_left_out(world: World) -> None:
    job = request(world)
    job.between = lambda: world.withdraw(world.said[0])
    selection_work.answer(job)
    assert state(world) == "released"
    world.publish(with_version=False)
    assert 0 not in world.seen()
    assert world.tally()[:2] == (9, 9)


def test_what_an_official_decides_about_one_of_them_stops_it(world: World) -> None:
    job = request(world, Chosen(theme=world.sub.id))

    def moved() -> None:
        with act() as session:
            builders.assign(session, world.said[0].point, world.main, world.official)
            from consult.themes.models import Assignment

            for row in session.scalars(
                select(Assignment).where(
                    Assignment.point_id == world.said[0].point.id, Assignment.run_id.is_not(None)
                )
            ):
                row.overridden = True

    job.between = moved
    selection_work.answer(job)
    assert state(world) == ABANDONED
    assert reached(world) == set()
    assert world.session.scalar(select(func.count(Answer.id))) == 0


def test_another_decision_does_not_stop_it(world: World) -> None:
    job = request(world)

    def decided() -> None:
        with act():
            world.decide(ThemeTarget(world.main.id), "noted")

    job.between = decided
    selection_work.answer(job)
    assert len(reached(world)) == 10


def test_what_is_refused_before_anything_is_written(world: World, session: Session) -> None:
    with pytest.raises(AnswerError):
        request(world, reason={"fr": " "})
    with pytest.raises(NothingChosenError):
        request(world, Chosen(words="nowhere"))
    job = request(world)
    with pytest.raises(AlreadyPreparingError):
        request(world)
    with pytest.raises(SelectionUnderWayError):
        world.request()
    with act() as writing:
        selection_work.ended(writing, job.payload, "failed", NOW)
    assert state(world) == ABANDONED
    assert session.scalar(select(func.count(SelectionPoint.point_id))) == 0
    world.publish(with_version=False)


def signed_in(client: PageClient, session: Session, *roles: str) -> Body:
    body = session.scalars(select(Body).join(ConsultationBody)).one()
    session.rollback()
    people.official(client.client, body, *roles)
    return body


def test_an_editor_sees_every_letter_before_anything_is_done(
    world: World, client: PageClient, session: Session
) -> None:
    signed_in(client, session, "editor")
    page = client.get(f"{DESK}/bulk?words=avis&lang=en")
    assert "10 points are found" in page.text
    form = {**page.form(), "disposition": "not_accepted", "reason_fr": "Trop cher."}
    path = f"{DESK}/bulk?words=avis&lang=en"
    preview = client.post(path, {**form, "step": "preview"})
    assert "10 letters · Français · one point" in preview.text
    assert "Comment no. 12: Not accepted" in preview.text or "Non retenu" in preview.text
    assert session.scalar(select(func.count(Selection.id))) == 0
    session.rollback()
    done = client.post(path, {**preview.form(), "step": "answer", "disposition": "not_accepted"})
    assert "The points are being answered." in done.text
    assert "0 of 10 points are prepared." in done.text
    selection = session.scalars(select(Selection)).one()
    payload = {
        "selection": selection.id,
        "answer": {
            "disposition": "not_accepted", "reason": {"fr": "Trop cher."},
            "edit_ids": [], "body_id": world.body_id,
        },
        "last_point": world.said[9].point.id,
    }  # fmt: skip
    session.rollback()
    selection_work.answer(Job(payload))
    shown = client.get(f"{DESK}?lang=en")
    assert "Answered together" in shown.text
    one = client.submit(
        f"{DESK}/selection/{selection.id}?lang=en",
        {"disposition": "noted", "reason_fr": "Autrement."},
        action=f"/selection/{selection.id}",
    )
    assert "Your answer is saved." in one.text


def test_points_that_changed_since_the_preview_are_looked_at_again(
    world: World, client: PageClient, session: Session
) -> None:
    signed_in(client, session, "editor")
    path = f"{DESK}/bulk?lang=en"
    form = {**client.get(path).form(), "disposition": "noted", "reason_fr": "Vu."}
    world.withdraw(world.said[1])
    page = client.post(path, {**form, "step": "answer"}, 422)
    assert "The points have changed since the preview was made." in page.text
    assert session.scalar(select(func.count(Selection.id))) == 0


def test_text_modules_are_kept_by_the_body_and_inserted_without_javascript(
    world: World, client: PageClient, session: Session
) -> None:
    body = signed_in(client, session, "editor")
    path = f"/desk/bodies/{body.slug}/modules"
    made = client.submit(
        f"{path}/new?lang=en", {"title": "RGPD", "words_fr": "Données.", "words_de": "Daten."}
    )
    assert "The text module is saved." in made.text
    number = session.scalars(select(TextModule.id)).one()
    session.rollback()
    answer = f"{DESK}/theme/{world.main.id}?lang=en"
    form = client.get(answer).form()
    page = client.post(
        answer,
        {
            **form,
            "disposition": "noted",
            "reason_fr": "Merci.",
            "module": str(number),
            "step": "insert",
        },
    )
    kept = page.form()
    assert kept["reason_fr"].splitlines() == ["Merci.", "", "Données."]
    assert kept["reason_de"] == "Daten."
    stale = client.get(f"{path}/{number}?lang=en").form()
    client.submit(f"{path}/{number}?lang=en", {"words_fr": "Autres mots."})
    both = client.post(f"{path}/{number}?lang=en", {**stale, "words_fr": "Mes mots."}, 422)
    assert "Autres mots." in both.text
    assert both.form()["words_fr"] == "Mes mots."
    other = people.make_body("Elsewhere")
    client.get(f"/desk/bodies/{other.slug}/modules", 404)
    gone = client.submit(f"{path}?lang=en", {}, action="/delete")
    assert "The text module is deleted." in gone.text
