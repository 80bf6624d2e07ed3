"""Fifty people post while an import or a publication runs: `python -m benchmarks.contention`.

Prints JSON: errors, posts lost, and the latency of a post, during an import of 50,000 rows and
during the publication of 50,000 answered points, on the engine asked for. Nobody pauses: each
poster sends the next comment when the last one is answered, from before the work begins until
after it has ended. Only what was sent while it ran is counted; `alone` is the same without it.
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import String, cast, func, insert, select, update

from benchmarks import load, web
from benchmarks.load import Form, Sent
from consult import create_app
from consult.accounts.models import Body, User
from consult.answers import decisions, publishing
from consult.answers.decisions import ThemeTarget
from consult.consultations import queries as consultations
from consult.kernel import clock, migrations
from consult.kernel.actor import Actor
from consult.kernel.db import current_session, db
from consult.kernel.release import PREPARING, Release
from consult.kernel.settings import Settings
from consult.kernel.transaction import act
from consult.notifications.models import Letter
from consult.operations import repairs
from consult.operations.seeding import seed_load, vocabulary
from consult.submissions.models import Comment, CommentImport, Contact, Point, Submission, Tally
from consult.submissions.web import new_stamp
from consult.themes import signoff
from consult.themes.models import Assignment, ThemeTally

POSTERS = 50
ALONE = 10.0  # seconds of posting without other work
BATCH = 1_000
WITH_ADDRESS = 2  # every second author gets a letter
IMPORT = ("import", "comments", "--consultation", "load", "--text-column", "text",
          "--id-column", "id")  # fmt: skip


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "CONSULT_DATABASE_URL": settings.database_url,
        "CONSULT_STATE_DIR": str(settings.state_dir),
        "CONSULT_MAIL_DIR": str(settings.mail_dir),
        "CONSULT_SECRET_KEY": settings.secret_key,
        "CONSULT_POSTS_PER_HOUR": "10000000",
    }


def write_rows(path: Path, count: int) -> None:
    rng = random.Random(1)
    words = vocabulary(rng)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "text"])
        for number in range(count):
            rows.writerow([number, " ".join(rng.choices(words, k=rng.randint(8, 60)))])


def seed(count: int) -> None:
    """The consultation and its points; every second author left an address."""
    told = 0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if done >= told + 10_000 or done == total:
            told = done
            say(f"seeded {done} of {total}")

    migrations.upgrade()
    seed_load(slug="load", comments=count, progress=progress)
    last = current_session().scalar(select(func.max(Contact.submission_id))) or 0
    for begin in range(0, last + 1, BATCH):
        with act() as session:
            session.execute(
                update(Contact)
                .where(
                    Contact.submission_id.between(begin, begin + BATCH - 1),
                    Contact.submission_id % WITH_ADDRESS == 0,
                )
                .values(email=cast(Contact.submission_id, String) + "@example.org")
                .execution_options(synchronize_session=False)
            )
    say("addresses given")


def answer_everything(points: int) -> None:
    """One theme with the first `points` points, accepted and answered."""
    now = clock.now()
    with act() as session:
        person = User(email="load@example.org", name="Load", password_hash="-", language="en",
                      created_at=now, confirmed_at=now)  # fmt: skip
        session.add(person)
        session.flush()
        actor = Actor.user(person.id)
        consultation = consultations.by_slug(session, "load")
        theme = signoff.create(session, consultation, title={"en": "All"},
                               description={}, actor=actor, now=now)  # fmt: skip
        theme_id, body = theme.id, session.scalars(select(Body.id)).first()
    ids = current_session().scalars(select(Point.id).order_by(Point.id).limit(points)).all()
    for begin in range(0, len(ids), BATCH):
        rows = [
            {"point_id": p, "theme_id": theme_id, "person_id": actor.user_id, "at": now,
             "overridden": False}
            for p in ids[begin : begin + BATCH]
        ]  # fmt: skip
        with act() as session:
            session.execute(insert(Assignment), rows)
    with act() as session:
        session.add(ThemeTally(theme_id=theme_id, language="fr", points=points))
        consultation = consultations.by_slug(session, "load")
        assert body is not None
        decisions.decide(
            session, consultation, target=ThemeTarget(theme_id), disposition="noted",
            reason={"en": "Noted."}, body_id=body, actor=actor, now=now,
        )  # fmt: skip
    say(f"answered {len(ids)} points")


def request_publication() -> None:
    with act() as session:
        person = session.scalars(select(User.id)).first()
        assert person is not None
        consultation = consultations.by_slug(session, "load")
        publishing.request(session, consultation, with_version=False,
                           actor=Actor.user(person), now=clock.now())  # fmt: skip


def fresh_forms(app: Flask, port: int) -> Callable[[], Form]:
    """Forms as the site hands them out, each with a stamp of its own that is old enough."""
    path = "/consultations/load/comments/new?clause=art_1"
    fields = {"respondent": "citizen", "clause": "art_1", "language": "fr", "step": "send"}
    first = web.prepare_form(port, path, fields)
    with app.app_context():
        consultation_id = consultations.by_slug(current_session(), "load").id
        db.session.remove()
        db.engine.dispose()

    def form() -> Form:
        with app.app_context():
            stamp = new_stamp(consultation_id, None, clock.now() - timedelta(minutes=1))
        return Form(
            path, {**first.fields, "source": f"{web.TEXT} {stamp}", "stamp": stamp}, first.cookie
        )

    return form


@dataclass
class Work:
    """What runs while people post: how it is started, and how to know that it has ended."""

    command: Sequence[str]
    over: Callable[[subprocess.Popen[bytes]], bool]


def posts_during(app: Flask, port: int, settings: Settings, work: Work | None) -> dict[str, Any]:
    """Post from fifty people for as long as the work runs."""
    before = counted(app)
    with load.posters(port, POSTERS, fresh_forms(app, port)) as call_off:
        time.sleep(2)
        begun = time.monotonic()
        if work is None:
            time.sleep(ALONE)
        else:
            run(work, settings)
        ended = time.monotonic()
        time.sleep(1)
        sent = call_off()
    during = [s for s in sent if s.at < ended and s.at + s.seconds > begun]
    accepted = sum(s.status == 303 for s in sent)
    return {
        "seconds": round(ended - begun, 1),
        **latencies(during, ended - begun),
        # From the first to the last post that met the work, of the time it took.
        "overlap": round(overlap(during, begun, ended), 3),
        "errors": sum(s.status != 303 for s in sent),
        "lost": accepted - (counted(app) - before),
    }


def run(work: Work, settings: Settings) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "consult", *work.command],
        cwd=load.ROOT, env=environment(settings), stdout=subprocess.DEVNULL,
    )  # fmt: skip
    begun = told = time.monotonic()
    try:
        while not work.over(process):
            if process.poll():
                raise SystemExit(f"{work.command} ended with {process.returncode}")
            if time.monotonic() > told + 30:
                told = time.monotonic()
                say(f"{work.command[0]} has run for {told - begun:.0f} s")
            time.sleep(0.2)
    finally:
        process.terminate()
        process.wait()


def latencies(sent: Sequence[Sent], seconds: float) -> dict[str, Any]:
    times = sorted(s.seconds * 1000 for s in sent)

    def percentile(share: float) -> float:
        return round(times[min(len(times) - 1, int(len(times) * share))], 1)

    return {
        "posts": len(sent),
        "rate": round(len(sent) / seconds, 1),
        "p50": percentile(0.5),
        "p99": percentile(0.99),
        "longest": percentile(1),
    }


def overlap(sent: Sequence[Sent], begun: float, ended: float) -> float:
    first, last = min(s.at for s in sent), max(s.at + s.seconds for s in sent)
    return (min(last, ended) - max(first, begun)) / (ended - begun)


def counted(app: Flask) -> int:
    """Comments that were posted: those that no import brought."""
    with app.app_context():
        session = current_session()
        statement = (
            select(func.count())
            .select_from(Comment)
            .join(Submission, Submission.id == Comment.submission_id)
            .where(Submission.import_id.is_(None))
        )
        count = session.execute(statement).scalar_one()
        db.session.remove()
        db.engine.dispose()
    return count


def publication_over(app: Flask) -> bool:
    with app.app_context():
        state = current_session().scalars(select(Release.state)).one()
        db.session.remove()
    return state != PREPARING


def outcome(app: Flask) -> dict[str, Any]:
    """What the work left behind, which must be what was asked for."""
    with app.app_context():
        session = current_session()
        tally = session.scalars(select(Tally)).one()
        found = {
            "imported": session.scalar(select(func.sum(CommentImport.taken))),
            "settled": tally.owed_settled,
            "release": session.scalar(select(Release.state)),
            "letters": session.scalar(select(func.count()).select_from(Letter)),
            "wrong_counters": [
                d.counter for d in repairs.recount(tally.consultation_id, mend=False)
            ],
        }
        db.session.remove()
        db.engine.dispose()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rows", type=int, default=50_000)
    given = parser.parse_args()
    with web.settings(given.engine) as settings:
        app = create_app(settings)
        with app.app_context():
            seed(given.rows)
            answer_everything(given.rows)
            db.session.remove()
            db.engine.dispose()
        rows = settings.state_dir / "rows.csv"
        write_rows(rows, given.rows)
        result: dict[str, Any] = {"engine": given.engine, "rows": given.rows}
        with load.server("consult:create_app()", environment(settings)) as port:
            result["alone"] = posts_during(app, port, settings, None)
            say(f"alone: {result['alone']}")
            importing = Work((*IMPORT, str(rows)), lambda process: process.poll() == 0)
            result["import"] = posts_during(app, port, settings, importing)
            say(f"import: {result['import']}")
            with app.app_context():
                request_publication()
                db.session.remove()
            publishing = Work(("worker",), lambda _process: publication_over(app))
            result["publish"] = posts_during(app, port, settings, publishing)
            say(f"publish: {result['publish']}")
            result["outcome"] = outcome(app)
    json.dump(result, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
