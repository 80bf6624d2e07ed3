"""Carrying 10,000 anchors over a new version of 1,000 clauses, as the job that publishes it does.

    python -m benchmarks.placing FOLDER [--engine postgresql] [--clauses 1000] [--anchors 10000]

FOLDER holds `sib200`, as for `benchmarks.anchors`: the text is made of its sentences and amended in the same
ways. Two consultations get the same text and the same anchors. One is published in peace: printed are the
seconds of the whole job, and whether the anchors are on the words that were meant. The publication of
the other is killed with signal 9 at a fifth, half and four fifths of its anchors, and taken up by the next
worker; until its end nobody may see anything of it; then every anchor must be where it is in the first.

There are more sentences in such a text than FOLDER has: many stand in it twice by chance, and nobody can tell
which was meant: what is promised of precision and recall is measured by `benchmarks.anchors`.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, func, insert, select, update

from benchmarks import load, sets, web
from benchmarks.amending import Amended, Drafter, MadeClause
from benchmarks.anchors import Chosen, Layout, Tally, Truth, choose
from benchmarks.figures import Figure, line
from consult import create_app
from consult.answers import publishing
from consult.consultations.models import Consultation
from consult.drafts import importing, revision
from consult.drafts import publishing as texts
from consult.drafts.anchors import Carried, selector
from consult.drafts.edits import recalculate
from consult.drafts.models import (
    SPLIT,
    Anchor,
    Clause,
    ClauseSuccession,
    ClauseText,
    Edit,
    Placement,
    Version,
)
from consult.drafts.reading import ParsedClause, ParsedDraft
from consult.drafts.writing import STEP
from consult.jobs.models import Job
from consult.kernel import clock, migrations
from consult.kernel.actor import COMMAND
from consult.kernel.db import current_session, db
from consult.kernel.markup import Rendered
from consult.kernel.release import RELEASED, Release, visible
from consult.kernel.settings import Settings
from consult.kernel.transaction import act, end_reading
from tests.people import make_body, make_consultation

SECONDS = 10.0  # what is promised
KILLED_AT = (0.2, 0.5, 0.8)  # of the anchors
BATCH = 1_000


@dataclass(frozen=True)
class World:
    """A consultation whose next version waits to be published."""

    consultation_id: int
    version_id: int
    clauses: dict[int, int]  # ids in the database by ids of the made text
    anchors: list[int]  # aligned with what was chosen


def parsed(clause: MadeClause) -> ParsedClause:
    text = clause.lay_out()[0]
    html = "".join(f"<p>{part}</p>" for part in text.split("\n"))
    words = Rendered(source=text, html=html, text=text)
    return ParsedClause(f"art_{clause.id}", "clause", None, f"Art. {clause.id}", "", words)


def build(amended: Amended, chosen: Sequence[Chosen]) -> World:
    """The first version published, the anchors on it, and the next one written."""
    made = [parsed(clause) for clause in amended.before]
    consultation = make_consultation(make_body())
    with act() as session:
        first = importing.import_first(
            session, consultation, ParsedDraft("fr", "Loi", tuple(made)),
            actor=COMMAND, now=clock.now(),
        )  # fmt: skip
        texts.publish_first(session, first, actor=COMMAND, now=clock.now())
        first_id, draft_id = first.id, first.draft_id
    clauses = _clauses(draft_id)
    for begin in range(0, len(chosen), BATCH):
        rows = [_anchor(one, first_id, clauses) for one in chosen[begin : begin + BATCH]]
        with act() as session:
            session.execute(insert(Anchor), rows)
    with act() as session:
        next_ = revision.begin_next(session, consultation, actor=COMMAND, now=clock.now())
        next_id = next_.id
        _write(next_, amended)
        recalculate(session, next_, now=clock.now())
        session.execute(update(Edit).values(ground={"fr": "Qualité du texte."}))
    where = select(Anchor.id).where(Anchor.version_id == first_id).order_by(Anchor.id)
    anchors = list(current_session().scalars(where))
    return World(consultation.id, next_id, _clauses(draft_id), anchors)


def _clauses(draft_id: int) -> dict[int, int]:
    found = current_session().execute(
        select(Clause.key, Clause.id).where(Clause.draft_id == draft_id)
    )
    return {int(key.removeprefix("art_")): clause_id for key, clause_id in found}


def _anchor(one: Chosen, version_id: int, clauses: dict[int, int]) -> dict[str, Any]:
    told = selector(one.clause.lay_out()[0], one.start, one.end)
    facts = {name: getattr(told, name) for name in ("exact", "prefix", "suffix", "start", "end")}
    place = {"clause_id": clauses[one.clause.id], "version_id": version_id, "language": "fr"}
    return {**facts, **place}


def _write(version: Version, amended: Amended) -> None:
    """The amended words into the version, with what an official recorded of splits and joins."""
    session = current_session()
    session.execute(delete(ClauseText).where(ClauseText.version_id == version.id))
    known = _clauses(version.draft_id)
    new = [c.id for c in amended.after if c.id not in known]
    for made in new:
        facts = {"draft_id": version.draft_id, "key": f"art_{made}"}
        session.execute(insert(Clause), {**facts, "guid": f"{version.id}-{made}"})
    known = _clauses(version.draft_id)
    rows = []
    for place, clause in enumerate(amended.after, 1):
        one = parsed(clause)
        rows.append(
            {"version_id": version.id, "clause_id": known[clause.id], "language": "fr",
             "kind": "clause", "position": place * STEP, "parent_id": None, "number": one.number,
             "heading": "", "source": one.rendered.source, "html": one.rendered.html,
             "text": one.rendered.text, "saved": 0}
        )  # fmt: skip
    session.execute(insert(ClauseText), rows)
    for came_from, all_ in amended.successors.items():
        for to in all_:
            session.add(
                ClauseSuccession(
                    version_id=version.id, from_id=known[came_from], to_id=known[to], kind=SPLIT
                )
            )
    session.flush()


def request(world: World) -> int:
    """Ask for the publication; the id of its release."""
    with act() as session:
        consultation = session.get_one(Consultation, world.consultation_id)
        made = publishing.request(
            session, consultation, with_version=True, actor=COMMAND, now=clock.now()
        )
        return made.release_id


def placed(world: World) -> list[tuple[str, int | None, int | None, int | None]]:
    """Where every anchor is, in the order in which they were made, with the made text's clauses."""
    made = {clause_id: number for number, clause_id in world.clauses.items()}
    end_reading()
    rows = current_session().execute(
        select(Placement.state, Placement.clause_id, Placement.start, Placement.end)
        .where(Placement.version_id == world.version_id, visible(Placement.release_id))
        .order_by(Placement.anchor_id)
    )
    return [(state, made.get(clause_id or 0), start, end) for state, clause_id, start, end in rows]


def run_in_peace(app: Flask, world: World) -> tuple[float, float]:
    """Publish, in this process; the seconds of the whole job, and those of its computing."""
    worker = app.extensions["consult_job_worker"]()
    while worker.run_one():
        pass  # the search index of the first versions
    release_id = request(world)
    began, computed = time.monotonic(), time.process_time()
    while current_session().get_one(Release, release_id).state != RELEASED:
        worker.run_one()
        current_session().expire_all()
    return time.monotonic() - began, time.process_time() - computed


def run_killed(settings: Settings, world: World) -> int:
    """Publish by workers of which all but the last are killed; how many placements were seen early."""
    release_id, seen = request(world), 0
    for share in KILLED_AT:
        process = _worker(settings)
        try:
            while _cursor(release_id) < world.anchors[int(share * len(world.anchors))]:
                time.sleep(0.002)
        finally:
            process.kill()
            process.wait()
        seen += len(placed(world))
        with act() as session:  # the lease of the dead one runs out
            session.execute(update(Job).values(lease_until=clock.now()))
    process = _worker(settings)
    try:
        while _stage(release_id) != RELEASED:
            time.sleep(0.02)
    finally:
        process.terminate()
        process.wait()
    return seen


def _worker(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "CONSULT_DATABASE_URL": settings.database_url,
        "CONSULT_STATE_DIR": str(settings.state_dir),
        "CONSULT_SECRET_KEY": settings.secret_key,
    }
    command = [sys.executable, "-m", "consult", "worker"]
    return subprocess.Popen(command, cwd=load.ROOT, env=environment)


def _release(release_id: int) -> Release:
    end_reading()
    return current_session().get_one(Release, release_id, populate_existing=True)


def _cursor(release_id: int) -> int:
    prepared = _release(release_id).prepared
    assert prepared["stage"] in {"targets", "placements"}, "the worker was faster than the killer"
    return int(prepared["cursor"]) if prepared["stage"] == "placements" else 0


def _stage(release_id: int) -> str:
    return _release(release_id).state


def tally(world: World, chosen: Sequence[Chosen], after: Layout) -> Tally:
    """How many anchors are on the words that were meant."""
    found = Tally()
    for one, (state, clause_id, start, end) in zip(chosen, placed(world), strict=True):
        found.add(Truth.of(one, after), (clause_id, Carried(state, start, end)))
    return found


def measure(app: Flask, settings: Settings, amended: Amended, chosen: Sequence[Chosen]) -> int:
    """Both runs, and what came of them; 1 where something did not hold."""
    calm, disturbed = build(amended, chosen), build(amended, chosen)
    seconds, computing = run_in_peace(app, calm)
    early = run_killed(settings, disturbed)
    same = placed(calm) == placed(disturbed)
    rows = current_session().scalar(select(func.count(Placement.id))) or 0
    one = tally(calm, chosen, Layout(amended.after))
    print(f"{'clauses before and after':58}{len(amended.before)}, {len(amended.after)}")
    print(f"{'placements of both, and expected':58}{rows}, {2 * len(chosen)}")
    print(line(Figure("seconds of the job", [seconds], at_most=SECONDS)))
    print(line(Figure("of these computing, which waits for all else", [computing])))
    print(line(Figure("placements seen before the end", [early], at_most=0)))
    print(line(Figure("after three kills all as in peace", [float(same)], at_least=1)))
    print(line(Figure("precision", [one.right / max(1, one.found)])))
    print(line(Figure("recall", [one.kept_right / max(1, one.kept)])))
    print(f"{'unclear':58}{one.unclear}")
    return 0 if same and not early and rows == 2 * len(chosen) and seconds <= SECONDS else 1


def main() -> int:
    """Measure on one engine."""
    parser = argparse.ArgumentParser(description="Anchors carried over by a job that is killed.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--clauses", type=int, default=1_000)
    parser.add_argument("--anchors", type=int, default=10_000)
    parser.add_argument("--strength", type=float, default=0.3, help="share of sentences touched")
    asked = parser.parse_args()
    sentences = [one.texts[code] for one in sets.parallel(asked.folder) for code in sets.LANGUAGES]
    drafter, chance = Drafter(sentences, 1), random.Random(1)
    amended = drafter.amend(drafter.draft(asked.clauses), asked.strength)
    chosen = [choose(amended.before, chance) for _ in range(asked.anchors)]
    with web.settings(asked.engine) as settings:
        app = create_app(settings)
        with app.app_context():
            migrations.upgrade()
            status = measure(app, settings, amended, chosen)
            db.session.remove()
            db.engine.dispose()
    return status


if __name__ == "__main__":
    sys.exit(main())
