"""A campaign of 10,000 letters is accepted: how long until what was added are points of their own?

    python -m benchmarks.additions [--engine postgresql] [--letters 10000] [--additions 2000]

Prints JSON: seconds of the acts that accept it, of those that cut it, and of those that make it whole
again when it is set aside; the most rows that one transaction wrote; and what reading the map and a
page of the additions costs.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import event, select, update

from analysis.additions import Letter
from benchmarks.web import settings
from consult import create_app
from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.kernel import clock, migrations
from consult.kernel.actor import Actor
from consult.kernel.db import current_session, db
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act, end_reading
from consult.operations.seeding import seed_load
from consult.submissions import repair as comment_repair
from consult.submissions.models import CommentRevision, Point, Tally
from consult.themes import addition_queries, bulk_work, campaign_recording, dividing_work, repair
from consult.themes.models import ACCEPTED, PROPOSED, RECORDED, SET_ASIDE, Campaign, CurrentRun, Run

LETTER = (
    "Je suis contre le nouveau parking au bord de la rivière. Il coûte cher, il détruit les berges "
    "et il amène des voitures au centre. La ville doit planter des arbres à cet endroit."
)
OWN = "Mon enfant numéro {} y joue chaque mercredi avec ses amis du quartier."
BATCH = 450
PAUSE = 0.2  # seconds between two looks at the queue


class Rows:
    """The rows that each transaction writes."""

    def __init__(self) -> None:
        self.now = self.most = self.acts = 0
        event.listen(db.engine, "after_cursor_execute", self._wrote)
        event.listen(db.engine, "commit", self._ended)

    def _wrote(self, _c: Any, cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
            # A driver counts the rows of an INSERT that tells its ids only when they are read.
            written = len(given) if isinstance(given, list) else statement.count("), (") + 1
            self.now += written if statement[:6].upper() == "INSERT" else cursor.rowcount

    def _ended(self, _connection: Any) -> None:
        self.acts += bool(self.now)
        self.most, self.now = max(self.most, self.now), 0

    def taken(self) -> dict[str, int]:
        found = {"acts": self.acts, "most_rows": self.most}
        self.most = self.acts = self.now = 0
        return found


def campaign_of(letters: int, additions: int) -> tuple[Consultation, int, Actor]:
    """A proposed campaign: every comment of the load is the letter, some with a sentence more."""
    now, session = clock.now(), current_session()
    place = session.scalars(select(Consultation)).one()
    rows = session.execute(select(Point.id, Point.revision_id).order_by(Point.id)).all()
    end_reading()
    every = letters // additions
    with act() as writing:
        user = User(email="b@example.org", name="Anne", password_hash="-", language="en",
                    created_at=now, confirmed_at=now)  # fmt: skip
        run = Run(consultation_id=place.id, state=RECORDED, requested_at=now, finished_at=now)
        writing.add_all([user, run])
        writing.flush()
        made = Campaign(consultation_id=place.id, state=PROPOSED, template_point_id=rows[1][0],
                        run_id=run.id, created_at=now, points=len(rows))  # fmt: skip
        writing.add_all([made, CurrentRun(consultation_id=place.id, run_id=run.id)])
        writing.flush()
        number, run_id, actor = made.id, run.id, Actor.user(user.id)
    own = Letter(LETTER)
    for begin in range(0, len(rows), BATCH):
        members = []
        with act() as writing:
            for n, (point, revision) in enumerate(rows[begin : begin + BATCH], begin):
                text = f"{LETTER} {OWN.format(n)}" if n % every == 0 else LETTER
                writing.execute(
                    update(CommentRevision).where(CommentRevision.id == revision)
                    .values(text=text, source=text)
                )  # fmt: skip
                writing.execute(
                    update(Point).where(Point.id == point).values(start=0, end=len(text))
                )
                members.append((number, point, [list(span) for span in own.additions(text)]))
            campaign_recording.propose(writing, members, run_id=run_id)
    return place, number, actor


def timed(app: Flask, rows: Rows, ask: Callable[[], None]) -> dict[str, Any]:
    """Ask for it, and let the worker do it and what follows from it."""
    worker = app.extensions["consult_job_worker"]()
    ask()
    rows.taken()
    begun = time.monotonic()
    worker.run_one()
    decided = time.monotonic() - begun
    deciding = rows.taken()
    begun = time.monotonic()
    while worker.run_one():
        pass
    return {
        "decided": {"seconds": round(decided, 2), **deciding},
        "followed": {"seconds": round(time.monotonic() - begun, 2), **rows.taken()},
    }


def read(number: int, letters: int) -> dict[str, float]:
    """Milliseconds: the map, a page of additions, and what the worker looks for."""

    def cost(what: Callable[[], object]) -> float:
        times = []
        for _ in range(15):
            begun = time.perf_counter()
            what()
            end_reading()
            times.append((time.perf_counter() - begun) * 1000)
        return round(statistics.median(times), 1)

    session = current_session
    return {
        "map_ms": cost(lambda: addition_queries.added(session(), number, letters)),
        "page_ms": cost(
            lambda: addition_queries.page_of_additions(session(), number, Keyset(), public=True)
        ),
        "look_ms": cost(lambda: dividing_work.look(clock.now())),
    }


def measure(engine: str, letters: int, additions: int) -> dict[str, Any]:
    with settings(engine) as made:
        app = create_app(made)
        with app.app_context():
            migrations.upgrade()
            seed_load(slug="load", comments=letters)
            place, number, actor = campaign_of(letters, additions)
            rows = Rows()

            def ask(to: str) -> None:
                facts = {"title": {"fr": "La lettre"}, "wording": None} if to == ACCEPTED else {}
                with act() as session:
                    bulk_work.request_settling(
                        session, place, number, to=to, facts=facts, actor=actor, now=clock.now()
                    )

            found: dict[str, Any] = {"engine": engine, "letters": letters, "additions": additions}
            before = current_session().get_one(Tally, place.id).owed
            end_reading()
            found["accepted"] = timed(app, rows, lambda: ask(ACCEPTED))
            found["reading"] = read(number, letters)
            after = current_session().get_one(Tally, place.id, populate_existing=True).owed
            found["owed_more"] = after - before
            end_reading()
            found["set_aside"] = timed(app, rows, lambda: ask(SET_ASIDE))
            session = current_session()
            found["counters_wrong"] = len(repair.differences(session, place.id)) + len(
                comment_repair.differences(session, place.id)
            )
            found["owed_again"] = (
                session.get_one(Tally, place.id, populate_existing=True).owed == before
            )
            end_reading()
            db.session.remove()
            db.engine.dispose()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="What accepting a large campaign costs.")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--additions", type=int, default=2_000)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.engine, asked.letters, asked.additions), indent=1))


if __name__ == "__main__":
    main()
