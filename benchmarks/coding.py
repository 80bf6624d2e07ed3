"""The coding screen over 100,000 comments: does it answer a key in 100 ms?

    python -m benchmarks.coding [--engine postgresql] [--comments 100000] [--decisions 200]

Makes a consultation with 16 themes in which a run has placed every point, half of which people have
decided on, signs an analyst in and codes portion after portion: once as a browser without JavaScript
sends it (the decision and the page that it leads to, as one time), once in Chromium, from the key to
the next point on the screen. Prints JSON: medians and 95th percentiles in milliseconds, for decisions
and for taking a portion, by filter.
"""

import argparse
import http.client
import json
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import sync_playwright
from sqlalchemy import insert, select

from benchmarks import load
from benchmarks.web import SECRET, database
from consult import create_app
from consult.accounts import sessions
from consult.accounts.login import token_hash
from consult.accounts.models import Body, Membership, User
from consult.consultations.models import Consultation
from consult.kernel import clock, migrations
from consult.kernel.db import current_session, db
from consult.kernel.ids import random_token
from consult.kernel.settings import Settings
from consult.kernel.transaction import act
from consult.operations.seeding import seed_load
from consult.submissions.models import Point
from consult.themes.models import ACCEPTED, RECORDED, Assignment, CurrentRun, Run, Theme, ThemeTally

THEMES = 16
BATCH = 900
PROMISED = 100  # ms, 95th percentile
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
DECIDE = re.compile(
    r'<form method="post" action="(/desk/consultations/load/coding/\d+)".*?</form>', re.DOTALL
)
TAKE = re.compile(r'<form method="post" action="[^"]*/coding/take".*?</form>', re.DOTALL)
# What a portion is asked for by, beside the usual.
FILTERS = {
    "usual": {},
    "one theme": {"theme": "3"},
    "without a theme": {"theme": "0", "coder": ""},
    "doubtful": {"confidence": "doubtful"},
    "German": {"language": "de"},
    "on paper": {"channel": "paper"},
    "a coder's": {"coder": "1"},
}


def analysed(comments: int) -> None:
    """Themes, a run's label on every point, and a person's on every point of the first half."""
    now, session = clock.now(), current_session()
    law = session.scalars(select(Consultation.id)).one()
    points = session.scalars(select(Point.id).order_by(Point.id)).all()
    session.rollback()
    with act() as writing:
        coder = User(
            email="coder@example.org", name="Anne Weber", password_hash="-", language="en",
            created_at=now, confirmed_at=now,
        )  # fmt: skip
        run = Run(consultation_id=law, state=RECORDED, requested_at=now, finished_at=now)
        themes = [
            Theme(consultation_id=law, title={"en": f"Theme {n}"}, keywords={"fr": ["bacedi", "fogu"]},
                  state=ACCEPTED, created_at=now)
            for n in range(THEMES)
        ]  # fmt: skip
        writing.add_all([coder, run, *themes])
        writing.flush()
        body = writing.scalars(select(Body.id)).first()
        writing.add(Membership(user_id=coder.id, body_id=body, role="analyst", granted_at=now))
        writing.add(CurrentRun(consultation_id=law, run_id=run.id))
        ids, run_id, coder_id = [t.id for t in themes], run.id, coder.id
        half = len(points) // 2
        for theme in ids:
            for who, count in ((run_id, half), (None, half)):
                writing.add(
                    ThemeTally(theme_id=theme, run_id=who, language="fr", points=count // THEMES)
                )
    for begin in range(0, len(points), BATCH // 2):
        rows: list[dict[str, Any]] = []
        for n, point in enumerate(points[begin : begin + BATCH // 2], begin):
            theme, decided = ids[n % THEMES], n < half
            others = [[ids[(n + step) % THEMES], 200 // step] for step in (1, 2, 3)]
            rows.append({"point_id": point, "theme_id": theme, "run_id": run_id, "person_id": None,
                         "score": 0.4 + n % 6 / 10, "others": others, "overridden": decided,
                         "at": now})  # fmt: skip
            if decided:
                rows.append({"point_id": point, "theme_id": theme, "run_id": None, "score": None,
                             "person_id": coder_id, "others": None, "overridden": False,
                             "at": now})  # fmt: skip
        with act() as writing:
            writing.execute(insert(Assignment), rows)
        print(f"{begin} of {comments} placed", end="\r", file=sys.stderr)


def signed_in() -> str:
    """The session cookie of the analyst."""
    token = random_token()
    with act() as session:
        user = session.scalars(select(User.id)).one()
        sessions.open_session(
            session, user, token_hash=token_hash(token), device="Benchmark", now=clock.now()
        )
    return token


class Coder:
    """A browser without JavaScript that keeps one connection open."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": cookie, "Accept-Language": "en"}

    def get(self, path: str) -> str:
        self.connection.request("GET", path, headers=self.headers)
        response = self.connection.getresponse()
        page: str = response.read().decode()
        if cookie := response.headers["Set-Cookie"]:  # with the token of its forms
            self.headers["Cookie"] = cookie.partition(";")[0]
        assert response.status == 200, (path, response.status)
        return page

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form and follow it to the page that it leads to."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", path, urlencode(fields), {**self.headers, **kind})
        response = self.connection.getresponse()
        response.read()
        assert response.status == 303, (path, response.status)
        return self.get(response.headers["Location"])

    def take(self, chosen: dict[str, str]) -> tuple[float, str]:
        self.post(f"{PAGE}/give-back", _fields(self.get(PAGE)))
        page = self.get(PAGE)
        form = TAKE.search(page)
        assert form is not None
        fields = {"coder": "0", "answer": "open", **_fields(form[0]), **chosen}
        for name in (
            "theme",
            "confidence",
            "language",
            "channel",
            "respondent",
            "clause",
            "campaign",
        ):
            fields.setdefault(name, "")
        begun = time.perf_counter()
        page = self.post(f"{PAGE}/take", fields)
        return (time.perf_counter() - begun) * 1000, page

    def decide(self, page: str) -> tuple[float, str]:
        form = DECIDE.search(page)
        assert form is not None
        fields = {**_fields(form[0]), "theme": "5"}
        begun = time.perf_counter()
        page = self.post(form[1], fields)
        return (time.perf_counter() - begun) * 1000, page


PAGE = "/desk/consultations/load/coding"


def _fields(markup: str) -> dict[str, str]:
    return dict(HIDDEN.findall(markup))


def coded(port: int, cookie: str, decisions: int) -> dict[str, Any]:
    """Portion after portion over HTTP."""
    coder = Coder(port, cookie)
    found: dict[str, Any] = {}
    for name, chosen in FILTERS.items():
        coder.take(chosen)
        found[f"take, {name}"] = _said([coder.take(chosen)[0] for _ in range(5)])
    times: list[float] = []
    _taken, page = coder.take({})
    while len(times) < decisions:
        if DECIDE.search(page) is None:
            _taken, page = coder.take({})
        taken, page = coder.decide(page)
        times.append(taken)
    return {"decide": _said(times), **found}


def pressed(port: int, cookie: str, decisions: int) -> dict[str, float]:
    """The same in Chromium: from the key to the next point."""
    name, _, value = cookie.partition("=")
    times: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        context = browser.new_context(locale="en-GB")
        site = f"http://127.0.0.1:{port}"
        context.add_cookies([{"name": name, "value": value, "url": site}])
        page = context.new_page()
        page.goto(site + PAGE)
        while len(times) < decisions:
            if page.locator("[data-words]").count() == 0:
                page.keyboard.press("Enter")
                page.wait_for_selector("[data-words]")
                page.wait_for_timeout(200)
                continue
            times.append(page.evaluate(PRESS, str(1 + len(times) % 9)))
            page.wait_for_timeout(20)
        browser.close()
    return _said(times)


# Press a key, and wait for the frame after the screen has been replaced.
PRESS = """(key) => new Promise((done) => {
  const begun = performance.now();
  new MutationObserver((_, watch) => {
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
  }).observe(document.getElementById("main"), { childList: true });
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
})"""


def _said(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
        "number": len(ordered),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--comments", type=int, default=100_000)
    parser.add_argument("--decisions", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, database(given.engine, Path(name)) as url:
        settings = Settings(
            environment="development", database_url=url, state_dir=Path(name), secret_key=SECRET
        )
        app = create_app(settings)
        with app.app_context():
            migrations.upgrade()
            seed_load(slug="load", comments=given.comments)
            analysed(given.comments)
            token = signed_in()
            if given.engine == "postgresql":
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
                    c.exec_driver_sql("vacuum analyze")
            db.engine.dispose()
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer is not None
        cookie = f"consult_session={signer.dumps({'_user_id': token, '_fresh': True})}"
        environment = {
            "CONSULT_DATABASE_URL": url, "CONSULT_STATE_DIR": name, "CONSULT_SECRET_KEY": SECRET,
        }  # fmt: skip
        with load.server("consult:create_app()", environment) as port:
            found: dict[str, Any] = coded(port, cookie, given.decisions)
            found["key, in Chromium"] = pressed(port, cookie, given.decisions)
            kept = max(found[n]["p95_ms"] for n in ("decide", "key, in Chromium")) <= PROMISED
            found |= {"engine": given.engine, "comments": given.comments, "kept": kept}
            print(json.dumps(found, indent=2), flush=True)


if __name__ == "__main__":
    main()
