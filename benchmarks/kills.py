"""kill -9 in the middle of posting: `python -m benchmarks.kills [--engine postgresql]`.

Twenty people post; after a second every process of the server is killed. What was acknowledged
(a redirect to the receipt) must be there after a restart. Prints JSON, ends with 1 if not.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

from benchmarks import load, web
from consult import create_app
from consult.kernel import migrations
from consult.kernel.db import db
from consult.operations.seeding import seed_load

POSTERS = 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--posts", type=int, default=600)
    given = parser.parse_args()
    with web.settings(given.engine) as settings:
        app = create_app(settings)
        with app.app_context():
            migrations.upgrade()
            seed_load(slug="load", comments=100)
            db.session.remove()
            db.engine.dispose()
        environment = {
            "CONSULT_DATABASE_URL": settings.database_url,
            "CONSULT_STATE_DIR": str(settings.state_dir),
            "CONSULT_SECRET_KEY": web.SECRET,
            "CONSULT_POSTS_PER_HOUR": "1000000",
        }
        before = web.count_comments(settings)
        with load.server("consult:create_app()", environment) as port:
            forms = web.comment_forms(port, given.posts)
            time.sleep(3.5)
            killer = threading.Timer(1.0, _kill_all, [port])
            killer.start()
            posted = load.post_all(port, forms, POSTERS)
            killer.join()
        acknowledged = posted.statuses.get(303, 0)
        with load.server("consult:create_app()", environment) as port:
            alive = load.get(port, "/consultations/load/comments").status
        stored = web.count_comments(settings) - before
    result = {
        "engine": given.engine,
        "sent": given.posts,
        "acknowledged": acknowledged,
        "stored": stored,
        "lost": max(0, acknowledged - stored),
        "after_restart": alive,
    }
    json.dump(result, sys.stdout, indent=2)
    return 0 if acknowledged and not result["lost"] and alive == 200 else 1


def _kill_all(port: int) -> None:
    """SIGKILL for every process of the server that listens on this port."""
    mark = f"127.0.0.1:{port}"
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_text()
            except OSError:
                continue
            if mark in command and "gunicorn" in command:
                os.kill(int(entry.name), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
