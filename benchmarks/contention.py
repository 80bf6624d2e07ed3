"""Fifty people post while an import or a publication runs: `python -m benchmarks.contention`.

Prints JSON: errors, posts lost, and the latency of a post, during an import of 50,000 rows and
during the publication of 50,000 answered points, on the engine asked for.
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from benchmarks import load, web
from consult import create_app
from consult.accounts.models import Body, User
from consult.answers import decisions, publishing
from consult.answers.decisions import ThemeTarget
from consult.consultations import queries as consultations
from consult.kernel import clock, migrations
from consult.kernel.actor import Actor
from consult.kernel.db import current_session, db
from consult.kernel.settings import Settings
from consult.kernel.transaction import act
from consult.operations.seeding import seed_load, vocabulary
from consult.submissions.models import Comment, Point, Tally
from consult.themes import signoff
from consult.themes.models import Assignment, ThemeTally

POSTERS = 50


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


def answer_everything(points: int) -> None:
    """One theme with every point, accepted and answered, and its publication requested."""
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
    ids = current_session().scalars(select(Point.id).order_by(Point.id)).all()
    for begin in range(0, len(ids), 1000):
        rows = [
            {"point_id": p, "theme_id": theme_id, "person_id": actor.user_id, "at": now,
             "overridden": False}
            for p in ids[begin : begin + 1000]
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
        publishing.request(session, consultation, with_version=False, actor=actor, now=now)


def posts_during(port: int, settings: Settings, command: list[str], least: int) -> dict[str, Any]:
    """Post from fifty people until the command has ended (and at least `least` posts)."""
    before = web.count_comments(settings)
    forms = web.comment_forms(port, least)
    time.sleep(3.5)
    process = subprocess.Popen(
        [sys.executable, "-m", "consult", *command],
        cwd=load.ROOT, env=environment(settings), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    begun = time.monotonic()
    time.sleep(3)  # its imports are done and it works
    posted = load.post_all(port, forms, POSTERS)
    still_running = process.poll() is None
    said, _ = process.communicate(timeout=1800)
    return {
        **{k: round(v, 1) for k, v in asdict(posted.measured).items()},
        "sent": len(forms),
        "posted_while_it_ran": still_running,
        "command_seconds": round(time.monotonic() - begun, 1),
        "command_status": process.returncode,
        "command_said": said.strip().splitlines()[-3:],
        "comments_before": before,
        "comments_after": web.count_comments(settings),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--posts", type=int, default=2_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, web.database(given.engine, Path(name)) as url:
        folder = Path(name)
        settings = replace(
            Settings(), database_url=url, state_dir=folder, mail_dir=folder / "mail",
            secret_key=web.SECRET,
        )  # fmt: skip
        app = create_app(settings)
        with app.app_context():
            migrations.upgrade()
            seed_load(slug="load", comments=given.rows)
            db.session.remove()
            db.engine.dispose()
        rows = folder / "rows.csv"
        write_rows(rows, given.rows)
        importing = ["import", "comments", "--consultation", "load", str(rows),
                     "--text-column", "text", "--id-column", "id"]  # fmt: skip
        with load.server("consult:create_app()", environment(settings)) as port:
            result = {"engine": given.engine}
            result["import"] = posts_during(port, settings, importing, given.posts)
            with app.app_context():
                answer_everything(given.rows)
                db.session.remove()
            publishing_run = posts_during(port, settings, ["worker", "--once"], given.posts)
            with app.app_context():
                tally = current_session().scalars(select(Tally)).one()
                publishing_run["owed_settled"] = tally.owed_settled
                publishing_run["comments"] = current_session().scalar(
                    select(func.count()).select_from(Comment)
                )
                db.session.remove()
                db.engine.dispose()
            result["publish"] = publishing_run
    json.dump(result, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
