"""The worker: letters, jobs and the ledger, in one process of low priority."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable

from consult.jobs.worker import Worker
from consult.kernel import clock
from consult.kernel.db import current_session
from consult.kernel.transaction import act, end_reading
from consult.ledger import chain
from consult.notifications.sending import Sender
from consult.operations.tidying import tidy

log = logging.getLogger(__name__)

IDLE = 0.5  # seconds between two looks at empty queues
TIDY_EVERY = 3600.0  # seconds


def step(worker: Worker, sender: Sender) -> bool:
    """One round: some letters, some sealing, one job. False if there was nothing to do."""
    letters = sender.deliver_due()
    sealed = _seal()
    ran = worker.run_one()
    return bool(letters or sealed or ran)


def _seal() -> int:
    waiting = chain.unsealed(current_session())
    end_reading()
    if not waiting:
        return 0
    with act() as session:
        return chain.seal(session, clock.now())


def run_until_idle(worker: Worker, sender: Sender) -> None:
    """Do all that is due, then return."""
    tidy(clock.now())
    while step(worker, sender):
        pass


def run_for_ever(worker: Worker, sender: Sender, renew_context: Callable[[], None]) -> None:
    """Work until SIGTERM or SIGINT; the running job is then finished by whoever comes next."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent = os.getppid()
    tidied = time.monotonic() - TIDY_EVERY
    while not stop.is_set() and os.getppid() == parent:
        try:
            if time.monotonic() - tidied >= TIDY_EVERY:
                tidied = time.monotonic()
                tidy(clock.now())
            busy = step(worker, sender)
        except Exception:
            # A database that is away for a moment must not end the worker.
            log.exception("the worker stumbled")
            busy = False
        renew_context()
        if not busy:
            stop.wait(IDLE)
