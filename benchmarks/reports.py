"""What a report of many comments costs: time and memory of each format, one process a format.

CONSULT_STATE_DIR=/tmp/x python -m consult seed-load --comments 100000
CONSULT_STATE_DIR=/tmp/x python -m benchmarks.reports SLUG [LANGUAGE]
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from consult import create_app
from consult.consultations import queries as consultations
from consult.exports.reports.models import FORMATS
from consult.exports.reports.work import write
from consult.kernel import clock
from consult.kernel.db import current_session
from consult.kernel.transaction import end_reading


def one(slug: str, language: str, form: str) -> dict[str, object]:
    with create_app().app_context(), tempfile.TemporaryDirectory() as folder:
        number = consultations.by_slug(current_session(), slug).id
        end_reading()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        path, begun, used = Path(folder) / "report", time.monotonic(), time.process_time()
        write(path, number, language, form, site="https://consult.example", now=clock.now())
        return {
            "format": form,
            "seconds": round(time.monotonic() - begun, 1),
            "processor": round(time.process_time() - used, 1),
            "more_memory_mb": round(
                (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            ),
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "file_mb": round(path.stat().st_size / 1e6, 1),
        }


def main() -> None:
    slug, language, *form = [*sys.argv[1:3], "fr"][:2] + sys.argv[3:]
    if form:
        print(json.dumps(one(slug, language, form[0])))
        return
    for each in FORMATS:
        command = [sys.executable, "-m", "benchmarks.reports", slug, language, each]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
