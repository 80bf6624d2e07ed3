"""Do readers notice an analysis: `python -m benchmarks.reading_during_run [--engine postgresql]`.

People open pages at a fixed rate, half of what the site can serve, whether or not they are answered
(an open loop: each latency counts from the moment at which the request was due). First without
other work, then from the beginning to the end of an analysis of all comments by the worker that
`consult serve` starts, then without it again. Prints JSON: latencies in milliseconds, the ratio of
the 95th percentiles, and the same for each stage of the run. No page can come from a cache.

The comments have their vectors before, as where they came in one by one; `--fresh` lets the run
work them out as well, as after a large import. The machine must do nothing else: what is offered
stays the same when it has less to give, and a queue that has formed is long in going.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any

from flask import Flask
from sqlalchemy import select

from analysis import encoder
from benchmarks import load, web
from benchmarks.contention import environment, say
from consult import create_app
from consult.consultations import queries as consultations
from consult.jobs import queries as jobs
from consult.jobs.models import DONE, RUNNING, WAITING
from consult.kernel import clock, migrations
from consult.kernel.actor import COMMAND
from consult.kernel.db import current_session, db
from consult.kernel.settings import Settings
from consult.kernel.transaction import act
from consult.operations.seeding import seed_load
from consult.submissions.models import Point
from consult.themes import runs
from consult.themes.vectors import without_vector

# What people open while they read: a conversation, the text, the first page of a consultation.
PAGES = (
    "/consultations/load/comments?clause=art_1",
    "/consultations/load/comments?clause=art_2",
    "/consultations/load/draft?x=1",
    "/consultations/load?x=1",
)
CONNECTIONS = 8
SHARE = 0.5  # of the capacity
PATIENCE = 30.0  # seconds, after which a reader has gone
TARGET = 1.5
FEWEST = 200  # readings, for a stage's percentile to mean something


@dataclass(frozen=True)
class Reading:
    """One page: when it was due, how long its answer took from then, and whether it came."""

    due: float
    seconds: float
    ok: bool


class Readers:
    """Opens pages of a site, each under an address that nobody asked for before."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._numbers = count()

    async def open(self, due: float) -> Reading:
        number = next(self._numbers)
        path = f"{PAGES[number % len(PAGES)]}&nobody={number}x{due}"
        try:
            async with asyncio.timeout(PATIENCE):
                ok = await self._fetch(path)
        except (OSError, TimeoutError):
            ok = False
        return Reading(due, time.monotonic() - due, ok)

    async def _fetch(self, path: str) -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read(-1)
        finally:
            writer.close()
        return answer.startswith(b"HTTP/1.1 200")

    async def flat_out(self, seconds: float) -> float:
        """Pages a second when CONNECTIONS readers open the next one at once."""
        begun = time.monotonic()

        async def one() -> int:
            done = 0
            while time.monotonic() < begun + seconds:
                done += (await self.open(time.monotonic())).ok
            return done

        return sum(await asyncio.gather(*(one() for _ in range(CONNECTIONS)))) / seconds

    async def steadily(self, rate: float, until: asyncio.Event) -> list[Reading]:
        """Readings at a rate, at moments of chance (Poisson), until told to end."""
        chance = random.Random(0)
        due, tasks = time.monotonic(), []
        while not until.is_set():
            due += chance.expovariate(rate)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            tasks.append(asyncio.create_task(self.open(due)))
        return list(await asyncio.gather(*tasks))


def latencies(readings: Sequence[Reading]) -> dict[str, Any]:
    times = sorted(reading.seconds * 1000 for reading in readings)

    def percentile(share: float) -> float:
        return round(times[min(len(times) - 1, int(len(times) * share))], 1)

    return {
        "readings": len(times),
        "p50": percentile(0.5),
        "p95": percentile(0.95),
        "p99": percentile(0.99),
        "errors": sum(not reading.ok for reading in readings),
    }


async def alone(readers: Readers, rate: float, seconds: float) -> list[Reading]:
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, over.set)
    return await readers.steadily(rate, over)


@dataclass(frozen=True)
class Stage:
    """What the run did, from a moment on."""

    begun: float
    name: str


async def during(
    readers: Readers, rate: float, app: Flask, most: float
) -> tuple[list[Reading], list[Stage]]:
    """Read until the run has ended, or for at most so many seconds."""
    over, stages = asyncio.Event(), [Stage(time.monotonic(), "the worker begins")]

    async def watch() -> None:
        begun = time.monotonic()
        state, stage = WAITING, ""
        while state in {WAITING, RUNNING} and time.monotonic() < begun + most:
            await asyncio.sleep(1)
            state, stage = progress(app)
            if stage and stage != stages[-1].name:
                say(stage)
                stages.append(Stage(time.monotonic(), stage))
        stages.append(Stage(time.monotonic(), "ended" if state == DONE else state))
        over.set()

    watching = asyncio.create_task(watch())
    readings = await readers.steadily(rate, over)
    await watching
    return readings, stages


def progress(app: Flask) -> tuple[str, str]:
    """The state of the run's job, and its stage."""
    with app.app_context():
        session = current_session()
        consultation = consultations.by_slug(session, "load")
        job = jobs.newest(session, f"consultation:{consultation.id}", runs.JOB)
        assert job is not None
        found = job.state, job.stage
        db.session.remove()
    return found


def request(app: Flask, topics: int | None) -> None:
    with app.app_context():
        with act() as session:
            consultation = consultations.by_slug(session, "load")
            runs.request(session, consultation, topics=topics, actor=COMMAND, now=clock.now())
        db.session.remove()


def encode_all(app: Flask, settings: Settings) -> None:
    """Let the worker compute the vector of every comment, as it does when comments come in."""
    with app.app_context(), worker(settings):
        while current_session().scalar(
            select(Point.id).where(without_vector(encoder.NAME)).limit(1)
        ):
            db.session.remove()
            time.sleep(2)
        db.session.remove()
        db.engine.dispose()


@contextmanager
def worker(settings: Settings) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "consult", "worker"],
        cwd=load.ROOT, env=environment(settings), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def by_stage(readings: Sequence[Reading], stages: Sequence[Stage]) -> dict[str, Any]:
    found: dict[str, list[Reading]] = {}
    for stage, following in pairwise(stages):
        here = [r for r in readings if stage.begun <= r.due < following.begun]
        found.setdefault(stage.name, []).extend(here)
    return {name: latencies(here) for name, here in found.items() if len(here) >= FEWEST}


def measure(app: Flask, settings: Settings, given: argparse.Namespace) -> dict[str, Any]:
    with load.server("consult:create_app()", environment(settings)) as port:
        readers = Readers(port)
        asyncio.run(readers.flat_out(3))
        capacity = asyncio.run(readers.flat_out(given.seconds / 3))
        rate = SHARE * capacity
        say(f"{capacity:.0f} pages a second are possible")
        before = asyncio.run(alone(readers, rate, given.seconds))
        say(f"alone: {latencies(before)}")
        request(app, given.topics)
        with worker(settings):
            met, stages = asyncio.run(during(readers, rate, app, given.most))
        say(f"during the run: {latencies(met)}")
        after = asyncio.run(alone(readers, rate, given.seconds))
        say(f"alone again: {latencies(after)}")
    base = latencies([*before, *after])["p95"]
    parts = by_stage(met, stages)
    return {
        "capacity": round(capacity, 1),
        "rate": round(rate, 1),
        "before": latencies(before),
        "during": latencies(met),
        "after": latencies(after),
        "p95_ratio": round(latencies(met)["p95"] / base, 2),
        "target": TARGET,
        "run": {"seconds": round(stages[-1].begun - stages[0].begun), "end": stages[-1].name},
        "stages": {name: {**part, "p95_ratio": round(part["p95"] / base, 2)}
                   for name, part in parts.items()},
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--comments", type=int, default=100_000)
    parser.add_argument("--topics", type=int, help="number of themes; default: chosen")
    parser.add_argument("--seconds", type=float, default=60, help="of reading without a run")
    parser.add_argument("--most", type=float, default=3_600, help="seconds of reading beside it")
    parser.add_argument("--fresh", action="store_true", help="no comment has its vector before")
    given = parser.parse_args()
    with web.settings(given.engine) as settings:
        app = create_app(settings)
        with app.app_context():
            migrations.upgrade()
            seed_load(slug="load", comments=given.comments)
            db.session.remove()
            db.engine.dispose()
        say(f"seeded {given.comments} comments")
        if not given.fresh:
            encode_all(app, settings)
            say("every comment has its vector")
        result = {"engine": given.engine, "comments": given.comments}
        result |= measure(app, settings, given)
    json.dump(result, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
