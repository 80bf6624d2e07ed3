"""Publishing: one instant for all, whatever happens on the way there."""

import threading
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.activity.models import Activity
from consult.answers import publishing, repair, work
from consult.answers.decisions import (
    CampaignTarget,
    PointTarget,
    ThemeTarget,
)
from consult.answers.errors import (
    NotBeingPublishedError,
    UnexplainedEditError,
    VanishedEditError,
)
from consult.answers.models import Fate, Publication
from consult.consultations import counters as consultation_counters
from consult.consultations.models import Consultation
from consult.drafts.models import Edit, Version
from consult.jobs.models import Job as JobRow
from consult.kernel import release as releases
from consult.kernel.actor import Actor
from consult.kernel.db import db
from consult.kernel.release import ABANDONED, RELEASED, AlreadyPreparingError, Release
from consult.kernel.transaction import act, in_act
from consult.moderation.withdrawal import withdraw
from consult.notifications.models import Letter
from consult.submissions.models import Comment, Submission
from consult.themes import signoff
from consult.themes.models import Campaign, CurrentRun, Theme, ThemeTally
from tests import builders
from tests.answers.worlds import Job, KilledError, World
from tests.builders import NOW

NOTHING = (10, 0, 0)

SEEN = {
    **dict.fromkeys(range(6), ("accepted", False)),
    6: ("not_accepted", False),
    7: ("not_accepted", False),
    8: ("noted", False),
    10: ("accepted", True),
}


@pytest.fixture
def world(session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    """Batches so small that every stage takes several."""
    monkeypatch.setattr(work, "FATES", 3)
    monkeypatch.setattr(work, "LETTERS", 4)
    return World(session)


def test_everything_becomes_public_at_once(world: World, session: Session) -> None:
    world.answer_all()
    assert (world.seen(), world.tally(), world.letters()) == ({}, NOTHING, [])
    publication = world.publish()
    assert world.seen() == SEEN
    # Comments 0 to 5 by the main theme's answer, which changed the text; 9 is still open.
    assert world.tally() == (10, 9, 6)
    assert session.get_one(Version, world.version.id, populate_existing=True).published_at == NOW
    row = session.get_one(Release, publication.release_id, populate_existing=True)
    assert (row.prepared["settled"], row.prepared["changed"]) == (9, 6)
    assert session.get_one(Theme, world.main.id, populate_existing=True).settled_by == row.id
    assert session.get_one(Campaign, world.campaign.id, populate_existing=True).settled_by == row.id
    assert session.get_one(Consultation, world.consultation.id).outcome_completed_at is None


def test_every_contributor_gets_exactly_one_letter(world: World) -> None:
    """The refused and the author of a reply too; whoever has nothing new gets none."""
    with act() as session:
        both = world.said[0].comment.submission_id
        submission = session.get_one(Submission, both)
        more = builders.say(session, world.consultation, "Encore.", submission=submission)
        builders.assign(session, more.point, world.sub)
        silent = builders.say(session, world.consultation, "Sans adresse.")
        builders.assign(session, silent.point, world.sub)
    world.answer_all()
    world.publish()
    letters = world.letters()
    recipients = [recipient for recipient, _ in letters]
    expected = [s.comment.submission_id for n, s in enumerate(world.said) if n != 9]
    assert sorted(recipients) == sorted(f"submission:{n}" for n in expected)
    payloads = dict(letters)
    assert payloads[f"submission:{both}"]["number"] == 2
    assert payloads[f"submission:{world.said[6].comment.submission_id}"]["points"] == [
        {
            "seq": 7,
            "disposition": "not_accepted",
            "changed": False,
            "again": False,
            "from_root": False,
            "taken": "",
        }
    ]
    assert payloads[f"submission:{world.said[10].comment.submission_id}"]["points"][0]["from_root"]


@pytest.mark.parametrize("kill_at", range(1, 14))
def test_killed_anywhere_it_goes_on_and_ends_the_same(
    world: World, session: Session, kill_at: int
) -> None:
    world.answer_all()
    publication = world.request()
    job = Job(publication, kill_at)
    try:
        work.publish(job)
    except KilledError:
        session.rollback()
        session.expire_all()
        assert (world.seen(), world.tally(), world.letters()) == ({}, NOTHING, [])
        assert session.get_one(Version, world.version.id).published_at is None
        work.publish(Job(publication))
    session.expire_all()
    assert world.seen() == SEEN
    assert world.tally() == (10, 9, 6)
    assert len(world.letters()) == 10
    assert session.scalar(select(func.count(Fate.id))) == 9


def test_the_kills_above_reach_every_act(world: World) -> None:
    world.answer_all()
    job = Job(world.request())
    work.publish(job)
    assert 10 <= job.acts <= 13


def test_run_twice_it_changes_nothing(world: World) -> None:
    world.answer_all()
    publication = world.publish()
    before = world.rows()
    work.publish(Job(publication))
    assert world.rows() == before


@pytest.mark.parametrize("after_acts", range(1, 12, 2))
def test_a_withdrawal_during_the_preparation_is_respected(
    world: World, session: Session, after_acts: int
) -> None:
    world.answer_all()
    publication = world.request()

    def withdraw() -> None:
        world.withdraw(world.said[1])
        world.withdraw(world.said[6])

    job = Job(publication)
    job.between, job.between_at = withdraw, after_acts
    work.publish(job)
    session.expire_all()
    assert session.get_one(Comment, world.said[1].comment.id).state == "withdrawn"
    assert world.tally() == (8, 7, 5)
    true = repair.count(session, world.consultation.id)
    assert (true.owed, true.owed_settled, true.changed) == (8, 7, 5)
    told = {recipient for recipient, _ in world.letters()}
    assert f"submission:{world.said[1].comment.submission_id}" not in told
    assert f"submission:{world.said[0].comment.submission_id}" in told


def test_a_withdrawal_between_measuring_and_releasing_is_measured_again(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.answer_all()
    publication = world.request()
    measure = work._measured
    withdrawn: list[int] = []

    def measured(number: int) -> object:
        result = measure(number)
        if not withdrawn:
            withdrawn.append(1)
            world.withdraw(world.said[2])
        return result

    monkeypatch.setattr(work, "_measured", measured)
    work.publish(Job(publication))
    assert world.tally() == (9, 8, 5)
    told = {recipient for recipient, _ in world.letters()}
    assert f"submission:{world.said[2].comment.submission_id}" not in told


@pytest.mark.parametrize("after_acts", [1, 10])
def test_with_the_comment_above_goes_what_its_answer_told_those_who_replied(
    world: World, session: Session, after_acts: int
) -> None:
    world.answer_all()
    with act() as writing:
        run = writing.scalar(select(CurrentRun.run_id))
        writing.add(ThemeTally(theme_id=world.sub.id, run_id=run, language="fr", points=4))
    publication = world.request()
    job = Job(publication)

    def withdraw_the_root() -> None:
        if after_acts == 10:
            assert session.scalar(select(func.count(Letter.id))) == 10
        with act() as writing:
            withdraw(writing, world.said[0].comment.id, actor=Actor("receipt:1"), now=NOW)

    job.between, job.between_at = withdraw_the_root, after_acts
    work.publish(job)
    root = session.get_one(Comment, world.said[0].comment.id, populate_existing=True)
    assert root.state == "withdrawn"
    told = {recipient for recipient, _ in world.letters()}
    assert f"submission:{world.said[10].comment.submission_id}" not in told
    assert len(told) == 8
    # The reply is owed an answer of its own now, and has none yet.
    assert world.tally() == (10, 8, 5)
    assert repair.differences(session, world.consultation.id) == []


def test_an_officials_decision_stops_it_and_is_listed(world: World, session: Session) -> None:
    world.answer_all()
    publication = world.request()

    def move() -> None:
        with act():
            consultation_counters.decided(session, world.consultation.id)
            log.record(
                session,
                actor=world.actor.reference,
                act="theme:points_moved",
                thing=f"theme:{world.main.id}",
                now=NOW,
                consultation=world.consultation.id,
            )

    job = Job(publication)
    job.between = move
    work.publish(job)
    session.expire_all()
    row = session.get_one(Release, publication.release_id)
    assert row.state == ABANDONED
    assert row.prepared["decided"] == [
        ["theme:points_moved", f"theme:{world.main.id}", world.actor.reference]
    ]
    assert (world.seen(), world.tally(), world.letters()) == ({}, NOTHING, [])
    assert session.get_one(Theme, world.main.id).settled_by is None
    world.publish()
    assert world.seen() == SEEN
    assert world.tally() == (10, 9, 6)


def test_what_comes_after_the_snapshot_belongs_to_the_next_publication(
    world: World, session: Session
) -> None:
    world.answer_all()
    publication = world.request()

    def post() -> None:
        with act():
            late = builders.say(session, world.consultation, "Moi aussi.", email="new@example.org")
            builders.assign(session, late.point, world.main)

    job = Job(publication)
    job.between = post
    work.publish(job)
    assert world.tally() == (11, 9, 6)
    assert len(world.letters()) == 10
    world.publish(with_version=False)
    assert world.tally() == (11, 10, 7)
    assert len(world.letters()) == 11


def test_a_correction_tells_only_those_concerned(world: World, session: Session) -> None:
    world.answer_all()
    world.publish()
    with act():
        world.decide(
            CampaignTarget(world.campaign.id),
            "partly_accepted",
            unchanged={"fr": "Le texte le dit déjà."},
            corrects=world.on_campaign.id,
        )
    assert world.seen() == SEEN
    world.publish(with_version=False)
    assert world.seen()[6] == ("partly_accepted", False)
    assert world.tally() == (10, 9, 6)
    again = world.letters()[10:]
    assert sorted(recipient for recipient, _ in again) == sorted(
        f"submission:{s.comment.submission_id}" for s in world.said[6:8]
    )
    assert all(payload["again"] == 1 for _, payload in again)


def test_a_move_takes_effect_with_the_next_publication(world: World, session: Session) -> None:
    world.answer_all()
    world.publish()
    with act():
        other = builders.theme(session, world.consultation, "Vélo")
        world.decide(ThemeTarget(other.id), "out_of_scope")
        builders.assign(session, world.said[4].point, other, world.official)
        builders.assign(session, world.said[9].point, other, world.official)
    world.publish(with_version=False)
    assert world.seen() == {**SEEN, 4: ("out_of_scope", False), 9: ("out_of_scope", False)}
    assert world.tally() == (10, 10, 5)
    assert len(world.letters()) == 12
    # Nothing is open any more.
    consultation = session.get_one(Consultation, world.consultation.id, populate_existing=True)
    assert consultation.outcome_completed_at == NOW


def test_without_the_version_its_changes_count_later(world: World) -> None:
    world.answer_all()
    world.publish(with_version=False)
    assert world.tally() == (10, 9, 0)
    world.publish()
    assert world.tally() == (10, 9, 6)
    # Those whose words changed are told a second time, and nobody else.
    assert len(world.letters()) == 10 + 7


def test_a_publication_can_be_stopped_once(world: World, session: Session) -> None:
    world.answer_all()
    publication = world.request()
    with pytest.raises(AlreadyPreparingError):
        world.request()
    with pytest.raises(KilledError):
        work.publish(Job(publication, kill_at=6))
    with act():
        publishing.cancel(session, publication, actor=world.actor, now=NOW)
    with pytest.raises(NotBeingPublishedError), act():
        publishing.cancel(session, publication, actor=world.actor, now=NOW)
    work.publish(Job(publication))
    assert (world.seen(), world.tally(), world.letters()) == ({}, NOTHING, [])
    world.publish()
    assert (world.seen(), world.tally(), len(world.letters())) == (SEEN, (10, 9, 6), 10)


def test_stopping_and_preparing_do_not_wait_for_each_other(
    app: Flask, world: World, session: Session
) -> None:
    world.answer_all()
    publication = world.request()
    release_id = publication.release_id
    holds, ends = threading.Event(), list[str]()

    def prepare() -> None:
        with app.app_context():
            with act() as writing:
                writing.scalar(select(JobRow.id).with_for_update())
                holds.set()
                time.sleep(0.3)
                releases.locked(writing, release_id)
            ends.append("prepared")
            db.session.remove()

    worker = threading.Thread(target=prepare)
    worker.start()
    holds.wait()
    with act():
        publishing.cancel(session, publication, actor=world.actor, now=NOW)
    worker.join()
    assert ends == ["prepared"]


def test_a_decision_is_seen_behind_any_number_of_other_lines(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.answer_all()
    monkeypatch.setattr(publishing, "_OVERLAP", 1)
    publication = world.request()
    for what in ("receipt:printed", "receipt:printed", "receipt:issued", "theme:renamed"):
        with act():
            log.record(
                session,
                actor=world.actor.reference,
                act=what,
                thing="theme:1",
                now=NOW,
                consultation=world.consultation.id,
            )
    row = session.get_one(Release, publication.release_id)
    found = publishing.decided_since(
        session, publication.consultation_id, publishing.place_of_snapshot(row)
    )
    assert [line[0] for line in found] == ["theme:renamed"]


def test_the_last_act_reads_only_the_end_of_the_log(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.answer_all()
    monkeypatch.setattr(publishing, "_OVERLAP", 2)
    publication = world.request()
    with act():
        for _ in range(30):
            log.record(
                session,
                actor="receipt:1",
                act="comment:received",
                thing="comment:1",
                now=NOW,
                consultation=world.consultation.id,
            )
    look, behind = publishing.decided_since, list[int]()

    def looked(session: Session, *facts: Any) -> object:
        if in_act():
            lines = select(func.count()).where(Activity.id > facts[1].line)
            behind.append(session.scalar(lines) or 0)
        return look(session, *facts)

    monkeypatch.setattr(publishing, "decided_since", looked)
    work.publish(Job(publication))
    assert session.get_one(Release, publication.release_id).state == RELEASED
    assert behind
    assert max(behind) <= 3


def test_an_answer_outlives_the_merge_of_its_theme(world: World, session: Session) -> None:
    world.answer_all()
    with act():
        aside = builders.theme(session, world.consultation, "Nuit")
        builders.assign(session, world.said[9].point, aside)
        into = builders.theme(session, world.consultation, "Horaires")
        world.decide(ThemeTarget(aside.id), "not_accepted")
        signoff.merge(session, world.consultation, aside.id, into.id, actor=world.actor, now=NOW)
    world.publish()
    assert world.seen()[9] == ("not_accepted", False)
    assert world.tally() == (10, 10, 6)


def test_a_change_without_answer_or_ground_is_refused(world: World, session: Session) -> None:
    with act():
        world.decide(PointTarget(world.said[8].point.id), "noted")
    with pytest.raises(UnexplainedEditError):
        world.request()
    with act():
        edit = session.get_one(Edit, world.edit.id)
        edit.ground = {"fr": "Erreur de frappe."}
    assert isinstance(world.request(), Publication)


def test_an_answer_whose_change_vanished_is_refused(world: World, session: Session) -> None:
    world.answer_all()
    with act():
        session.get_one(Edit, world.edit.id).gone_at = NOW
    with pytest.raises(VanishedEditError):
        world.request()


def test_late_ones_that_nobody_admitted_take_no_fate(world: World, session: Session) -> None:
    with act():
        late = builders.say(session, world.consultation, "Trop tard.", late=True)
        builders.assign(session, late.point, world.main)
        world.said.append(late)
    world.answer_all()
    world.publish()
    assert world.seen() == SEEN
