"""How long a bulk answer takes while people post: `python -m benchmarks.bulk_answer`.

Prints JSON: seconds from the request to the answer of 50,000 points that a filter takes, by the
job of `consult worker`, while fifty people post without pause; their errors, lost posts and
latency, the same without the job, and what the preview of it costs. The target is a minute.
"""

import argparse
import json
import sys
import time
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from benchmarks import load, web
from benchmarks.contention import Work, environment, posts_during, say, seed
from consult import create_app
from consult.accounts.models import Body, User
from consult.answers import choosing, selecting
from consult.answers.choosing import Chosen
from consult.answers.fates import load_plan
from consult.answers.models import Answer, Selection, SelectionPoint
from consult.consultations import queries as consultations
from consult.kernel import clock
from consult.kernel.actor import Actor
from consult.kernel.db import current_session, db
from consult.kernel.release import PREPARING, Release
from consult.kernel.transaction import act, end_reading


def request() -> dict[str, Any]:
    """Ask for it as the page does; what the page had to read for its preview."""
    now, chosen, session = clock.now(), Chosen(), current_session()
    consultation = consultations.by_slug(session, "load")
    begun = time.monotonic()
    plan = load_plan(session, consultation.id, None)
    extent = choosing.extent(session, plan, chosen, shown=10)
    choosing.variants(session, plan, chosen)
    preview = time.monotonic() - begun
    body = session.scalars(select(Body.id)).one()
    end_reading()
    with act() as writing:
        person = User(email="load@example.org", name="Load", password_hash="-", language="en",
                      created_at=now, confirmed_at=now)  # fmt: skip
        writing.add(person)
        writing.flush()
        selecting.request(
            writing, consultations.by_slug(writing, "load"), chosen,
            answer={"disposition": "noted", "reason": {"en": "Noted."}, "edit_ids": [],
                    "body_id": body},
            last_point=extent.last, count=extent.points,
            actor=Actor.user(person.id), now=now,
        )  # fmt: skip
    return {"points": extent.points, "preview_seconds": round(preview, 2)}


def given(app: Flask) -> bool:
    with app.app_context():
        state = current_session().scalars(select(Release.state)).one()
        db.session.remove()
    return state != PREPARING


def outcome(app: Flask) -> dict[str, Any]:
    """One answer, and all points or none."""
    with app.app_context():
        session = current_session()
        found = {
            "release": session.scalars(select(Release.state)).one(),
            "answers": session.scalar(select(func.count(Answer.id))),
            "reached": session.scalar(select(func.count(SelectionPoint.point_id))),
            "counted": session.scalars(select(Selection.points)).one(),
        }
        db.session.remove()
        db.engine.dispose()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--points", type=int, default=50_000)
    asked = parser.parse_args()
    with web.settings(asked.engine) as settings:
        app = create_app(settings)
        with app.app_context():
            seed(asked.points)
            db.session.remove()
            db.engine.dispose()
        result: dict[str, Any] = {"engine": asked.engine}
        with load.server("consult:create_app()", environment(settings)) as port:
            result["alone"] = posts_during(app, port, settings, None)
            say(f"alone: {result['alone']}")
            with app.app_context():
                result |= request()
                db.session.remove()
            work = Work(("worker",), lambda _process: given(app))
            result["answer"] = posts_during(app, port, settings, work)
            say(f"answer: {result['answer']}")
            result["outcome"] = outcome(app)
    json.dump(result, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
