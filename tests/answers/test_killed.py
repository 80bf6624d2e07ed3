"""A worker that is killed with signal 9 in the middle of publishing: nothing half-done is seen."""

import subprocess
import time

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consult.answers import publishing
from consult.answers.decisions import ThemeTarget
from consult.answers.models import Fate
from consult.jobs.models import Job
from consult.kernel import clock
from consult.kernel import release as releases
from consult.kernel.release import PREPARING, RELEASED, Release
from consult.kernel.transaction import act, end_reading
from consult.notifications.models import Letter
from tests import builders
from tests.answers.worlds import World
from tests.operations.test_kill import wait_for, worker
from tests.smtp import sink

POINTS = 900


def crowd(world: World) -> None:
    """Many points in the main theme, each with an address: every stage takes several batches."""
    with act() as session:
        for number in range(POINTS):
            email = f"q{number}@example.org"
            said = builders.say(session, world.consultation, f"Foule {number}", email=email)
            builders.assign(session, said.point, world.main)


def prepared(session: Session, release_id: int) -> tuple[str, str, int]:
    """State, stage and cursor of a release, as they are now."""
    end_reading()
    row = session.get_one(Release, release_id, populate_existing=True)
    return row.state, row.prepared["stage"], row.prepared["cursor"]


def kill_in(stage: str, release_id: int, process: subprocess.Popen[bytes]) -> None:
    """Kill the worker in the middle of a stage, while it waits for what we hold.

    Each of its batches needs the release's row (on SQLite the write lock). We take it in turns.
    """
    end = time.monotonic() + 120
    while True:
        with act() as session:
            row = releases.locked(session, release_id)
            if (row.prepared["stage"], row.prepared["cursor"] > 0) == (stage, True):
                process.kill()
                process.wait()
                return
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.001)


@pytest.mark.xdist_group("kill")
@pytest.mark.parametrize("stage", ["fates", "letters"])
def test_after_a_kill_nothing_is_seen_and_the_next_worker_goes_on(
    app: Flask, session: Session, stage: str
) -> None:
    world = World(session)
    crowd(world)
    world.answer_all()
    with act():
        world.decide(ThemeTarget(world.sub.id), "noted")
    publication = world.request()
    release_id = publication.release_id
    settings = app.extensions["consult_settings"]
    with sink() as box:
        first = worker(settings, box.url)
        try:
            kill_in(stage, release_id, first)
        finally:
            first.kill()
            first.wait()
        assert prepared(session, release_id)[:2] == (PREPARING, stage)
        assert (world.seen(), world.tally(), world.letters()) == ({}, (POINTS + 10, 0, 0), [])
        with act():
            # The lease of the dead worker runs out.
            session.execute(update(Job).values(lease_until=clock.now()))
        second = worker(settings, box.url)
        try:
            wait_for(lambda: prepared(session, release_id)[0] == RELEASED)
        finally:
            second.kill()
            second.wait()
    assert world.tally() == (POINTS + 10, POINTS + 9, POINTS + 2)
    fates = session.scalar(select(func.count(Fate.id)))
    points = session.scalar(select(func.count(Fate.point_id.distinct())))
    assert (fates, points) == (POINTS + 9, POINTS + 9)
    assert session.scalar(select(func.count(Letter.id))) == 10 + POINTS
    assert publishing.next_version(session, world.consultation.id) is None
