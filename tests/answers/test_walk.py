"""Counters stay true whatever officials and citizens do, in any order."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from consult.answers import fates, heads, prospects, repair, work
from consult.answers.decisions import (
    CampaignTarget,
    PointTarget,
    Target,
    ThemeTarget,
    target_column,
)
from consult.answers.errors import UnexplainedEditError
from consult.answers.models import Answer
from consult.answers.preview import preview
from consult.drafts.models import Version
from consult.kernel.release import Release
from consult.kernel.transaction import act
from consult.submissions.models import Comment, Tally
from consult.themes.models import Assignment
from tests import builders
from tests.answers.worlds import World
from tests.builders import NOW


@pytest.fixture
def world(session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    """Batches so small that every stage takes several."""
    monkeypatch.setattr(work, "FATES", 3)
    monkeypatch.setattr(work, "LETTERS", 4)
    return World(session)


Step = Callable[[World, random.Random], None]


def _decide_something(world: World, rng: random.Random) -> None:
    said = rng.choice(world.said)
    with act() as session:
        comment = session.get_one(Comment, said.comment.id)
        if comment.state != "published":
            return
        targets: list[Target] = [
            ThemeTarget(world.main.id),
            ThemeTarget(world.sub.id),
            CampaignTarget(world.campaign.id),
            PointTarget(said.point.id),
        ]
        target = rng.choice(targets)
        newest = heads.newest(session, target_column(target))
        disposition, edits = rng.choice(["accepted", "noted"]), rng.choice([[], [world.edit.id]])
        says_why = disposition == "accepted" and not edits
        world.decide(
            target,
            disposition,
            edit_ids=edits,
            unchanged={"fr": "Le texte le dit déjà."} if says_why else None,
            corrects=newest.id if newest else None,
        )


def _move(world: World, rng: random.Random) -> None:
    with act() as session:
        said = rng.choice(world.said)
        session.execute(
            update(Assignment)
            .where(Assignment.point_id == said.point.id, Assignment.person_id.is_not(None))
            .values(superseded_at=NOW)
        )
        session.execute(
            update(Assignment)
            .where(Assignment.point_id == said.point.id, Assignment.run_id.is_not(None))
            .values(overridden=True)
        )
        builders.assign(
            session, said.point, rng.choice([world.main, world.sub, None]), world.official
        )


def _withdraw(world: World, rng: random.Random) -> None:
    said = rng.choice(world.said)
    if world.session.get_one(Comment, said.comment.id).state == "published":
        world.session.rollback()
        world.withdraw(said)


def _publish(world: World, rng: random.Random) -> None:
    version = world.session.get_one(Version, world.version.id, populate_existing=True)
    with_version = version.published_at is None and rng.random() < 0.5
    world.session.rollback()
    try:
        _publish_as_foreseen(world, with_version=with_version)
    except UnexplainedEditError:
        _publish_as_foreseen(world, with_version=False)


def _publish_as_foreseen(world: World, *, with_version: bool) -> None:
    seen = preview(world.session, world.consultation, with_version=with_version, now=NOW)
    release_id = world.publish(with_version=with_version).release_id
    prepared = world.session.get_one(Release, release_id).prepared
    assert (seen.letters, seen.told.total()) == (prepared["letters"], prepared["fates"])
    assert world.tally()[2] == seen.changed


def foreseen(session: Session, consultation_id: int) -> Counter[Any]:
    """What the database works out for every point."""
    plan = fates.load_plan(session, consultation_id, None)
    return Counter(
        {
            (g.disposition, g.owed, g.changed, g.news, g.again): g.points
            for g in prospects.groups(session, plan, None)
        }
    )


def worked_out(session: Session, consultation_id: int) -> Counter[Any]:
    """What the rule itself says of every point."""
    plan = fates.load_plan(session, consultation_id, None)
    points = fates.candidates(session, consultation_id, limit=1000)
    planned, without = fates.plan_points(session, plan, points)
    former = fates.newest_fates(session, [p.id for p in without])
    found: Counter[Any] = Counter(
        (
            session.get_one(Answer, p.answer_id).disposition,
            p.point.owed,
            p.changed,
            p.news,
            p.former is not None,
        )
        for p in planned
    )
    return found + Counter((None, p.owed, False, False, p.id in former) for p in without)


@pytest.mark.parametrize(
    "wrong",
    [
        {"changed": 2},
        # Each by itself would be refused: never more points answered than owed.
        {"owed": 3, "owed_settled": 1, "changed": 0},
        {"owed": 20, "owed_settled": 20},
        {"submissions": 0, "comments": 99},
    ],
)
def test_wrong_counters_are_found_and_mended(
    world: World, session: Session, wrong: dict[str, int]
) -> None:
    world.answer_all()
    world.publish()
    number = world.consultation.id
    assert repair.differences(session, number) == []
    before = {name: getattr(session.get_one(Tally, number), name) for name in wrong}
    with act() as writing:
        writing.execute(update(Tally).values(wrong))
    with act() as writing:
        found = repair.mend(writing, number)
    assert [(d.counter, d.counted, d.stored) for d in found] == [
        (name, before[column], wrong[column])
        for column, name in repair.NAMES.items()
        if column in wrong
    ]
    assert world.tally() == (10, 9, 6)
    assert repair.differences(session, number) == []


@pytest.mark.parametrize("seed", range(4))
def test_counters_stay_true_on_a_random_walk(world: World, session: Session, seed: int) -> None:
    rng = random.Random(seed)
    cid = world.consultation.id
    steps: list[Step] = [_decide_something, _decide_something, _move, _withdraw, _publish]
    for _ in range(25):
        rng.choice(steps)(world, rng)
        assert foreseen(session, cid) == worked_out(session, cid)
        true = repair.count(session, cid)
        assert world.tally() == (true.owed, true.owed_settled, true.changed)
