"""The product's pages and posts beside bare ones: `python -m benchmarks.web [--engine postgresql]`.

Starts real servers (two workers each) on a seeded database and prints JSON: requests per second,
latencies, and the median of per-round ratios. A control runs the same page twice; a target is met
if its ratio divided by the control's meets it.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks import bare, load
from benchmarks.load import Form, Measured
from consult import create_app
from consult.kernel import migrations
from consult.kernel.db import WRITING, current_session, db
from consult.kernel.settings import Settings
from consult.operations.seeding import Seeded, seed_load
from consult.submissions import receipts
from consult.submissions.models import Comment, Submission
from tests.databases import postgresql_cluster

SECRET = "a key for benchmarks, long enough to be refused nowhere"
# Sixty words, as a person might write.
TEXT = (
    "Les bus du soir ne passent plus après vingt heures dans notre village, et ma fille qui"
    " travaille au restaurant doit rentrer à pied le long de la route. Prévoyez au moins une course"
    " toutes les heures jusqu’à minuit, comme dans les communes voisines. Ce serait plus utile que"
    " des vignettes gratuites, et cela coûterait moins cher que des parkings."
)
# case: (compared with, at least) or, for `within`, at most this many times slower.
TARGETS = {
    "comments 1k, rendered": ("bare page", 0.5),
    "comments 1k, cached": ("bare page", 2.0),
    "comments 1k, 304": ("bare page", 2.0),
    "comments 1k, middle": ("comments 1k, rendered", 1 / 1.1),
    "comments 1k, last": ("comments 1k, rendered", 1 / 1.1),
    "comments 100k, first": ("comments 1k, rendered", 1 / 1.1),
    "comments 100k, middle": ("comments 1k, rendered", 1 / 1.1),
    "comments 100k, last": ("comments 1k, rendered", 1 / 1.1),
    "post": ("bare post", 0.6),
}


@dataclass(frozen=True)
class Site:
    """The running servers and what was seeded."""

    product: int
    bare: int
    seeded: Seeded
    comments: int
    replies: int
    receipt: str
    settings: Settings


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'consult.sqlite'}"
    else:
        with postgresql_cluster(durable=True) as url:
            yield url


@contextmanager
def settings(engine: str) -> Iterator[Settings]:
    """Settings for an empty database, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name, database(engine, Path(name)) as url:
        yield replace(
            Settings(), database_url=url, state_dir=Path(name), mail_dir=Path(name) / "mail",
            secret_key=SECRET,
        )  # fmt: skip


@contextmanager
def site(engine: str, comments: int, replies: int) -> Iterator[Site]:
    """Seed a database and serve it, and the bare pages on the same one."""
    with tempfile.TemporaryDirectory() as name, database(engine, Path(name)) as url:
        settings = Settings(
            environment="development", database_url=url, state_dir=Path(name), secret_key=SECRET
        )
        app = create_app(settings)
        with app.app_context():
            migrations.upgrade()
            seeded = seed_load(slug="load", comments=comments, replies=replies)
            receipt = _receipt()
            if engine == "postgresql":
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
                    c.exec_driver_sql("vacuum analyze")
            db.engine.dispose()
        _make_bare_table(url)
        environment = {
            "CONSULT_DATABASE_URL": url,
            "CONSULT_STATE_DIR": name,
            "CONSULT_SECRET_KEY": SECRET,
            "CONSULT_POSTS_PER_HOUR": "1000000",
            "CONSULT_RECEIPTS_PER_HOUR": "1000000",
        }
        with (
            load.server("consult:create_app()", environment) as product,
            load.server("benchmarks.bare:create_app()", environment) as plain,
        ):
            yield Site(product, plain, seeded, comments, replies, receipt, settings)


def _receipt() -> str:
    """Issue the code of the first submission, for its trace."""
    from consult.kernel import clock
    from consult.kernel.actor import COMMAND
    from consult.kernel.transaction import act

    with act() as session:
        first = session.scalars(select(Submission).order_by(Submission.id).limit(1)).one()
        return receipts.issue(session, first, actor=COMMAND, now=clock.now())


def _make_bare_table(url: str) -> None:
    engine = bare.engine(url)
    writing = engine.connect().execution_options(**{WRITING: True})
    with writing as connection, connection.begin():
        bare.metadata.create_all(connection)
    engine.dispose()


def reading_cases(where: Site, seconds: float) -> dict[str, Callable[[], Measured]]:
    """Every page, rendered for a reader whom no cache can answer."""
    product, plain = f"http://127.0.0.1:{where.product}", f"http://127.0.0.1:{where.bare}"
    thread = f"{product}/consultations/load/comments?clause=art_1"
    large = f"{product}/consultations/load/comments?clause=art_2"
    count = where.comments - 1_000
    trace, cookie = _opened(where)

    def page(url: str, **more: Any) -> Callable[[], Measured]:
        return lambda: load.wrk(url, seconds, **more)

    cases = {
        "bare page": page(f"{plain}/page"),
        "bare page again": page(f"{plain}/page"),
        "home": page(f"{product}/", uncached=True),
        "draft": page(f"{product}/consultations/load/draft", uncached=True),
        "comments 1k, rendered": page(thread, uncached=True),
        "comments 1k, middle": page(f"{thread}&after=500", uncached=True),
        "comments 1k, last": page(f"{thread}&after=949", uncached=True),
        "comments 100k, first": page(large, uncached=True),
        "comments 100k, middle": page(f"{large}&after={count // 2}", uncached=True),
        "comments 100k, last": page(f"{large}&after={count - 51}", uncached=True),
        "comments 1k, cached": page(thread),
        "comments 1k, 304": page(thread, headers=[f"If-None-Match: {_etag(where)}"]),
        "trace": page(f"{product}{trace}", headers=[f"Cookie: {cookie}"]),
    }
    if where.seeded.root_comment is not None:
        replies = f"{product}/comments/{where.seeded.root_comment}"
        cases |= {
            "replies 100k, first": page(replies, uncached=True),
            "replies 100k, middle": page(f"{replies}?after={where.replies // 2}", uncached=True),
            "replies 100k, last": page(f"{replies}?after={where.replies - 51}", uncached=True),
        }
    return cases


def _etag(where: Site) -> str:
    path = "/consultations/load/comments?clause=art_1"
    etag = load.get(where.product, path).getheader("ETag")
    assert etag, "the comments page has no ETag"
    return etag


def _opened(where: Site) -> tuple[str, str]:
    """The address of a trace, and the cookie of a browser that typed its receipt code."""
    form = prepare_form(where.product, "/receipt", {"code": where.receipt})
    return load.post_for_cookie(where.product, form)


_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_NAME = re.compile(r'name="([^"]*)"')
_VALUE = re.compile(r'value="([^"]*)"')


def prepare_form(port: int, path: str, fields: dict[str, str], cookie: str = "") -> Form:
    """Open a form as a browser would and fill it; nothing is sent yet."""
    response = load.get(port, path, {"Cookie": cookie} if cookie else None)
    markup = response.body.decode()  # type: ignore[attr-defined]
    hidden = {}
    for field in _HIDDEN.findall(markup):
        name, value = _NAME.search(field), _VALUE.search(field)
        if name:
            hidden[name[1]] = value[1] if value else ""
    return Form(path, {**hidden, **fields}, cookie or load.cookies(response))


def comment_forms(port: int, count: int) -> list[Form]:
    """Fresh forms for one comment each."""
    path = "/consultations/load/comments/new?clause=art_1"
    first = prepare_form(port, path, {})
    fields = {"respondent": "citizen", "clause": "art_1", "language": "fr", "step": "send"}
    return [
        prepare_form(port, path, {**fields, "source": f"{TEXT} {n}"}, first.cookie)
        for n in range(count)
    ]


def posting_cases(where: Site, count: int) -> dict[str, Callable[[], Measured]]:
    number = iter(range(1, 10_000_000))

    def post() -> Measured:
        forms = comment_forms(where.product, count)
        time.sleep(3.5)  # a form sent faster than a person writes is asked to be sent again
        return load.post_all(where.product, forms, 8).measured

    def post_bare() -> Measured:
        forms = [Form("/row", {"number": str(next(number)), "text": TEXT}) for _ in range(count)]
        return load.post_all(where.bare, forms, 8).measured

    return {"bare post": post_bare, "post": post}


def fifty_posters(where: Site, count: int) -> dict[str, Any]:
    """Fifty people post at once: no error, none lost."""
    before = count_comments(where.settings)
    forms = comment_forms(where.product, count)
    time.sleep(3.5)
    posted = load.post_all(where.product, forms, 50)
    stored = count_comments(where.settings) - before
    return {**asdict(posted.measured), "sent": count, "stored": stored, "lost": count - stored}


def count_comments(settings: Settings) -> int:
    app = create_app(settings)
    with app.app_context():
        count = current_session().scalar(select(func.count()).select_from(Comment))
        db.session.remove()
        db.engine.dispose()
    return count or 0


def summary(measured: dict[str, list[Measured]], control: float) -> dict[str, Any]:
    cases = {}
    for name, rounds in measured.items():
        row: dict[str, Any] = {
            "rate": round(statistics.median(m.rate for m in rounds), 1),
            "p50_ms": round(statistics.median(m.p50 for m in rounds), 1),
            "p99_ms": round(statistics.median(m.p99 for m in rounds), 1),
            "errors": sum(m.errors for m in rounds),
        }
        if name in TARGETS:
            base, least = TARGETS[name]
            ratio = load.ratio(measured, name, base)
            row |= {
                "ratio": round(ratio, 3),
                "to": base,
                "target": round(least, 3),
                "met": ratio / control >= least or ratio >= least,
            }
        cases[name] = row
    return cases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--comments", type=int, default=101_000)
    parser.add_argument("--replies", type=int, default=100_000)
    parser.add_argument("--posts", type=int, default=300)
    parser.add_argument("--only", choices=("reading", "posting"), help="leave the other half out")
    given = parser.parse_args()
    measured: dict[str, list[Measured]] = {}
    result: dict[str, Any] = {"engine": given.engine}
    with site(given.engine, given.comments, given.replies) as where:
        control = 1.0  # of posts there is none: their durability varies more than any of it
        if given.only != "posting":
            measured = load.interleaved(reading_cases(where, given.seconds), given.rounds)
            control = load.ratio(measured, "bare page again", "bare page")
        if given.only != "reading":
            measured |= load.interleaved(posting_cases(where, given.posts), given.rounds)
            result["fifty posters"] = fifty_posters(where, given.posts * 2)
        result |= {"control": round(control, 3), "cases": summary(measured, control)}
    json.dump(result, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
