"""The worker: letters, jobs and the ledger, in one process of low priority."""

import logging
import math
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime

from consult.exports.reports import work as reports
from consult.jobs.worker import Worker
from consult.kernel import clock
from consult.kernel.db import current_session
from consult.kernel.transaction import act, end_reading
from consult.ledger import chain
from consult.moderation import scanning
from consult.notifications.sending import Sender
from consult.operations.tidying import tidy
from consult.themes import dividing_work, vector_work

log = logging.getLogger(__name__)

IDLE = 0.5  # seconds between two looks at empty queues
TIDY_EVERY = 3600.0  # seconds
LOOK_EVERY = 20.0  # seconds between two looks at what has come in
NICENESS = 10


def step_back() -> None:
    """Let people who read and post go first: low priority, and one thread for all computing.

    Called before anything heavy is loaded; libraries look at these variables only once.
    """
    os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def step(worker: Worker, sender: Sender, due_by: datetime | None = None) -> bool:
    """One round: some letters, some sealing, one job. False if nothing was due (by then)."""
    letters = sender.deliver_due(due_by)
    sealed = _seal(due_by or clock.now())
    ran = worker.run_one(due_by)
    return bool(letters or sealed or ran)


def _seal(written_by: datetime) -> int:
    waiting = chain.unsealed(current_session(), written_by)
    end_reading()
    if not waiting:
        return 0
    with act() as session:
        return chain.seal(session, clock.now())


def run_once(worker: Worker, sender: Sender) -> None:
    """Do all that is due now, then return.

    What falls due meanwhile is left: beside people who post there would always be something.
    """
    begun = clock.now()
    tidy(begun)
    vector_work.look(begun, after=0)
    dividing_work.look(begun)
    reports.look(begun)
    scanning.look(begun)
    while step(worker, sender, begun):
        pass


def run_for_ever(worker: Worker, sender: Sender, renew_context: Callable[[], None]) -> None:
    """Work until SIGTERM or SIGINT; the running job is then finished by whoever comes next."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent = os.getppid()
    tidied = looked = -math.inf
    seen = 0
    while not stop.is_set() and os.getppid() == parent:
        try:
            if time.monotonic() - tidied >= TIDY_EVERY:
                tidied = time.monotonic()
                tidy(clock.now())
                seen = 0  # once an hour every point is looked at
            if time.monotonic() - looked >= LOOK_EVERY:
                looked = time.monotonic()
                seen = vector_work.look(clock.now(), after=seen)
                dividing_work.look(clock.now())
                reports.look(clock.now())
                scanning.look(clock.now())
            busy = step(worker, sender)
        except Exception:
            # A database that is away for a moment must not end the worker.
            log.exception("the worker stumbled")
            busy = False
        renew_context()
        if not busy:
            stop.wait(IDLE)
