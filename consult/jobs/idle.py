"""Long work that gives way to people who read or write meanwhile."""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

Portion = TypeVar("Portion")

# Linux alone has the class; elsewhere nothing is changed.
_IDLE: int | None = getattr(os, "SCHED_IDLE", None)


@contextmanager
def in_idle_time() -> Iterator[None]:
    """Run this thread on idle processor time (SCHED_IDLE, sched(7)), then as before.

    For long computing. A low priority (`nice`) still makes people who read wait for the end of a time
    slice; this gives way at once. Who holds a lock of the database must get on, so acts are never in
    idle time: see `awake`.
    """
    with _scheduled(_IDLE):
        yield


@contextmanager
def awake() -> Iterator[None]:
    """Run this thread as usual for a moment, also within `in_idle_time`."""
    with _scheduled(getattr(os, "SCHED_OTHER", None)):
        yield


def in_turns(portions: Iterable[Portion]) -> Iterator[Portion]:
    """The portions of a long work, with a rest behind each for as long as it took.

    A database server works at its own priority, whoever asked. So others have it half of the time.
    """
    for portion in portions:
        begun = time.monotonic()
        yield portion
        time.sleep(time.monotonic() - begun)


@contextmanager
def _scheduled(policy: int | None) -> Iterator[None]:
    if policy is None or _IDLE is None:
        yield
        return
    before = os.sched_getscheduler(0)
    _take(policy)
    try:
        yield
    finally:
        _take(before)


def _take(policy: int) -> None:
    with suppress(OSError):  # a system may not allow it: then the low priority has to do
        os.sched_setscheduler(0, policy, os.sched_param(0))
