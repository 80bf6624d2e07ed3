"""`consult serve`: web workers and the job worker as children of one small supervisor."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

RESTART_AFTER = 2.0  # seconds before a worker that died is started again


def web_command(bind: str, workers: int) -> list[str]:
    """gunicorn with a few sync workers: p99 is far lower than with threads on SQLite."""
    return [
        sys.executable, "-m", "gunicorn", "consult:create_app()",
        "--bind", bind,
        "--workers", str(workers),
        "--worker-class", "sync",
        "--timeout", "60",
        "--graceful-timeout", "20",
        "--max-requests", "20000",
        "--max-requests-jitter", "2000",
        "--preload",
        "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip


def worker_command() -> list[str]:
    return [sys.executable, "-m", "consult", "worker"]


def supervise(bind: str, workers: int, announce: Callable[[], None]) -> int:
    """Run both until one of SIGTERM, SIGINT; returns the exit status of the web server."""
    web = subprocess.Popen(web_command(bind, workers))  # noqa: S603 - our own command
    worker = _start_quietly(worker_command())
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    announce()
    born = time.monotonic()
    while web.poll() is None and not stopping:
        if worker.poll() is not None and time.monotonic() - born > RESTART_AFTER:
            worker, born = _start_quietly(worker_command()), time.monotonic()
        time.sleep(0.2)
    for child in (worker, web):
        if child.poll() is None:
            child.terminate()
    worker.wait()
    status = web.wait()
    return 0 if stopping else status


def _start_quietly(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """A child of low priority: analysis must not slow readers down."""
    return subprocess.Popen(command, preexec_fn=lambda: os.nice(10))  # noqa: S603, PLW1509
