"""A text of 1,000 clauses with 10,000 comments on its words, beside the same text with none.

    python -m benchmarks.draft_page [--engine postgresql] [--clauses 1000] [--comments 10000]

Both texts are served by the same fresh process. The time to the first byte is that of a page which no
cache of pages holds: first when the process has read nothing yet, then when it has; the two texts
alternate. Chromium scrolls through the text and opens a clause, and says which tasks took over 50 ms.
Prints JSON; what has a promise says whether it is kept.
"""

import argparse
import http.client
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks import load
from benchmarks.web import SECRET, TEXT, database
from consult import create_app
from consult.accounts.models import Body
from consult.consultations import creation, promises
from consult.consultations.models import ANSWERS, CLOSES, OPENS, Consultation
from consult.drafts import importing, publishing, queries
from consult.drafts.models import Version
from consult.drafts.queries import ClauseRow
from consult.drafts.sentences import sentences
from consult.kernel import clock, migrations
from consult.kernel.actor import COMMAND, VISITOR
from consult.kernel.db import current_session, db
from consult.kernel.settings import Settings
from consult.kernel.transaction import act
from consult.operations.seeding import vocabulary
from consult.submissions import intake
from consult.submissions.anchoring import Selector, select_span

FIRST_BYTE = 1.5  # times the page without comments, at most
LONGEST_TASK = 100  # ms
BATCH = 50
# The page as it stands, and as a reader may ask for it.
ADDRESSES = {"plain": "draft", "marked": "draft?marks=1", "unanswered": "draft?unanswered=1"}


def source(clauses: int) -> str:
    """A law as Markdown: chapters of twenty articles, each with sentences, a list and links."""
    rng = random.Random(1)
    words = vocabulary(rng)

    def sentence() -> str:
        return " ".join(rng.choices(words, k=rng.randint(8, 24))).capitalize() + "."

    lines = ["# Loi d’essai"]
    for number in range(1, clauses + 1):
        if number % 20 == 1:
            lines += ["", f"## Chapitre {number // 20 + 1} – {rng.choice(words).title()}"]
        lines += ["", f"### Art. {number}. – {rng.choice(words).title()}", ""]
        lines += [f"(1) {sentence()} **{rng.choice(words)}** {sentence()}", "", f"(2) {sentence()}"]
        if number % 3 == 0:
            lines += ["", f"- {sentence()}", f"- {sentence()}"]
    return "\n".join(lines)


def make(slug: str, clauses: int, comments: int) -> None:
    """An open consultation with the text, and comments spread over its sentences."""
    now = clock.now()
    with act() as session:
        body = Body(slug=f"body-{slug}", name={"en": slug}, created_at=now)
        session.add(body)
        session.flush()
        made = creation.create(
            session, slug=slug, title={"en": slug}, summary={"en": slug}, languages=["fr"],
            lead_body_id=body.id, actor=COMMAND, now=now - timedelta(days=3),
        )  # fmt: skip
        day = clock.luxembourg_date(now)
        days = {OPENS: -2, CLOSES: 60, ANSWERS: 120}
        dates = {kind: clock.end_of_day(day + timedelta(days=n)) for kind, n in days.items()}
        promises.promise_all(session, made, dates=dates, actor=COMMAND, now=now - timedelta(days=3))
        creation.announce(session, made, actor=COMMAND, now=now - timedelta(days=3))
        consultation_id = made.id
    parsed = importing.read_markdown(source(clauses), "fr")
    with act() as session:
        version = importing.import_first(
            session, session.get_one(Consultation, consultation_id), parsed, actor=COMMAND, now=now
        )
        version_id = version.id
    with act() as session:
        version = session.get_one(Version, version_id)
        publishing.publish_first(session, version, actor=COMMAND, now=now)
    speak(consultation_id, version_id, comments)


def speak(consultation_id: int, version_id: int, comments: int) -> None:
    session = current_session()
    rows = [r for r in queries.clauses(session, version_id, "fr") if r.kind == "clause"]
    session.rollback()
    rng = random.Random(2)
    prepared = intake.prepare(TEXT, language="fr")
    for begin in range(0, comments, BATCH):
        with act() as session:
            consultation = session.get_one(Consultation, consultation_id)
            for number in range(begin, min(begin + BATCH, comments)):
                row = rows[number % len(rows)]
                now = clock.now()
                intake.receive(
                    session, consultation, prepared, clause_id=row.clause_id,
                    version_id=version_id, anchor=words_of(row, rng), received_at=now,
                    actor=VISITOR, now=now, language="fr", issue_receipt=False,
                )  # fmt: skip
        print(f"{begin + BATCH} comments", end="\r", file=sys.stderr)


def words_of(row: ClauseRow, rng: random.Random) -> Selector:
    """A sentence, or some words of one."""
    span = rng.choice(sentences(row.text))
    if rng.random() < 0.5:
        return select_span(row.text, "fr", span.start, span.end)
    start = rng.randrange(span.start, span.end - 1)
    return select_span(row.text, "fr", start, min(span.end, start + rng.randint(8, 60)))


_mark = count()


def first_byte(port: int, slug: str, path: str) -> float:
    """Milliseconds until the answer begins; the address is one that nobody asked for before."""
    asked = "&" if "?" in path else "?"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun = time.perf_counter()
    connection.request("GET", f"/consultations/{slug}/{path}{asked}nobody={next(_mark)}")
    response = connection.getresponse()
    taken = (time.perf_counter() - begun) * 1000
    response.read()
    connection.close()
    assert response.status == 200, response.status
    return taken


def measured(settings: dict[str, str], rounds: int, repeats: int) -> dict[str, Any]:
    """The medians of both texts and of the ratios of neighbours, in processes that are fresh."""
    times: dict[tuple[str, str, str], list[float]] = {}

    def note(name: str, kind: str, slug: str, port: int) -> None:
        times.setdefault((name, kind, slug), []).append(first_byte(port, slug, ADDRESSES[name]))

    for number in range(rounds):
        for name, path in ADDRESSES.items():
            order = ("silent", "spoken") if number % 2 else ("spoken", "silent")
            for slug in order:
                with load.server("consult:create_app()", settings, workers=1) as port:
                    load.get(port, "/healthz")
                    note(name, "fresh", slug, port)
            with load.server("consult:create_app()", settings, workers=1) as port:
                for slug in order:
                    first_byte(port, slug, path)
                for turn in range(repeats):
                    for slug in order if turn % 2 else reversed(order):
                        note(name, "read", slug, port)
    found: dict[str, Any] = {}
    for name in ADDRESSES:
        for kind in ("fresh", "read"):
            silent, spoken = times[name, kind, "silent"], times[name, kind, "spoken"]
            ratio = statistics.median(a / b for a, b in zip(spoken, silent, strict=True))
            found[f"{name}, {kind}"] = {
                "none_ms": round(statistics.median(silent), 1),
                "comments_ms": round(statistics.median(spoken), 1),
                "ratio": round(ratio, 2),
            }
    plain = [found["plain, fresh"]["ratio"], found["plain, read"]["ratio"]]
    found["kept"] = max(plain) <= FIRST_BYTE
    return found


WATCH = """() => { window.tasks = []; new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.tasks.push(Math.round(task.duration));
}).observe({ type: "longtask" }); }"""


@contextmanager
def watched(page: Page, found: dict[str, Sequence[int]], name: str) -> Iterator[None]:
    """Note the tasks of over 50 ms while something is done."""
    page.wait_for_timeout(400)
    page.evaluate("() => { window.tasks = []; }")
    yield
    page.wait_for_timeout(600)
    found[name] = page.evaluate("() => window.tasks")


def browsed(port: int, path: str, middle: int) -> dict[str, Any]:
    """What a reader does: scroll to the end and back, go to a clause, open it, choose words."""
    found: dict[str, Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium",
                                             args=["--no-sandbox", "--disable-gpu"])  # fmt: skip
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://127.0.0.1:{port}/consultations/spoken/{path}")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1500)
        page.evaluate(WATCH)
        with watched(page, found, "scroll"):
            for _ in range(60):
                page.mouse.move(500, 500)
                page.mouse.wheel(0, 2_500)
                page.wait_for_timeout(30)
        with watched(page, found, "to the end and back"):
            page.keyboard.press("End")
            page.wait_for_timeout(400)
            page.keyboard.press("Home")
        with watched(page, found, "to a clause"):
            page.evaluate("(key) => { location.hash = key; }", f"art_{middle}")
        at = page.evaluate(
            "(key) => document.getElementById(key).getBoundingClientRect().top", f"art_{middle}"
        )
        found["clause_at_px"] = round(at)
        with watched(page, found, "open a clause"):
            page.locator(f"#art_{middle} .clause-links [data-conversation]").click()
            page.locator(".conversation").wait_for()
        with watched(page, found, "choose words"):
            page.locator(f"#art_{middle} [data-choose]").click()
            page.keyboard.press("ArrowRight")
        browser.close()
    longest = max(
        (t for tasks in found.values() if isinstance(tasks, list) for t in tasks), default=0
    )
    return {**found, "longest_ms": longest, "kept": longest <= LONGEST_TASK}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--clauses", type=int, default=1_000)
    parser.add_argument("--comments", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, database(given.engine, Path(folder)) as url:
        settings = Settings(
            environment="development", database_url=url, state_dir=Path(folder), secret_key=SECRET
        )
        with create_app(settings).app_context():
            migrations.upgrade()
            make("silent", given.clauses, 0)
            make("spoken", given.clauses, given.comments)
            if given.engine == "postgresql":
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
                    c.exec_driver_sql("vacuum analyze")
            db.session.remove()
            db.engine.dispose()
        environment = {
            "CONSULT_DATABASE_URL": url,
            "CONSULT_STATE_DIR": folder,
            "CONSULT_SECRET_KEY": SECRET,
        }
        result = {"first byte": measured(environment, given.rounds, given.repeats)}
        with load.server("consult:create_app()", environment) as port:
            middle = given.clauses * 4 // 5
            result["browser"] = {
                name: browsed(port, path, middle) for name, path in ADDRESSES.items()
            }
    json.dump(result, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
