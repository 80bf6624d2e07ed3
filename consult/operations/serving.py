"""`consult serve`: web workers and the job worker as children of one small supervisor."""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

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
        # Words of a clause may stand in the address of a form.
        "--limit-request-line", "8190",
        "--max-requests", "20000",
        "--max-requests-jitter", "2000",
        "--preload",
        "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip


def worker_command(bind: str) -> list[str]:
    host, _, port = bind.rpartition(":")
    # Behind a socket of another kind the worker's own life has to do as a sign of ours.
    watched = ["--watch", f"http://{bind}/readyz"] if host and port.isdigit() else []
    return [sys.executable, "-m", "consult", "worker", *watched]


def supervise(bind: str, workers: int, announce: Callable[[], None]) -> int:
    """Run both until one of SIGTERM, SIGINT; returns the exit status of the web server.

    Each end and each restart is logged with its reason, for who asks in the morning.
    """
    web = _start(web_command(bind, workers))
    worker = _start(worker_command(bind))
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    announce()
    born = time.monotonic()
    while web.poll() is None and not stopping:
        if worker.poll() is not None and time.monotonic() - born > RESTART_AFTER:
            log.warning("the worker ended (%s) and is started again", ending(worker.returncode))
            worker, born = _start(worker_command(bind)), time.monotonic()
        time.sleep(0.2)
    if stopping:
        log.info("stopping: received %s", signal.Signals(stopping[0]).name)
    else:
        log.error("the web server ended (%s), so everything stops", ending(web.returncode))
    for child in (worker, web):
        if child.poll() is None:
            child.terminate()
    worker.wait()
    status = web.wait()
    log.info(
        "the worker ended (%s), the web server ended (%s)",
        ending(worker.returncode),
        ending(status),
    )
    return 0 if stopping else status


def ending(status: int) -> str:
    """How a process ended, in words: "status 1", "SIGKILL"."""
    return signal.Signals(-status).name if status < 0 else f"status {status}"


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command)  # noqa: S603 - our own command
