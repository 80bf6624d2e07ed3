"""Long computing gives way to everybody, and acts do not."""

import os
import threading

import pytest

from consult.jobs.idle import awake, in_idle_time, in_turns


def test_a_thread_computes_in_idle_time_and_is_itself_again() -> None:
    before = os.sched_getscheduler(0)
    with in_idle_time():
        assert os.sched_getscheduler(0) == os.SCHED_IDLE
        with awake():
            assert os.sched_getscheduler(0) == os.SCHED_OTHER
        assert os.sched_getscheduler(0) == os.SCHED_IDLE
    assert os.sched_getscheduler(0) == before


def test_other_threads_go_on_as_they_were() -> None:
    seen: list[int] = []
    ready, over = threading.Event(), threading.Event()

    def other() -> None:
        ready.wait()
        seen.append(os.sched_getscheduler(0))
        over.set()

    thread = threading.Thread(target=other)
    thread.start()
    with in_idle_time():
        ready.set()
        over.wait()
    thread.join()
    assert seen == [os.SCHED_OTHER]


def test_what_fails_in_idle_time_leaves_no_trace() -> None:
    with pytest.raises(ZeroDivisionError), in_idle_time():
        raise ZeroDivisionError
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_a_system_that_refuses_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    with in_idle_time():
        assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_long_work_rests_for_as_long_as_each_portion_took(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    rests: list[float] = []
    monkeypatch.setattr("consult.jobs.idle.time.monotonic", lambda: now[0])
    monkeypatch.setattr("consult.jobs.idle.time.sleep", rests.append)
    done = []
    for seconds in in_turns([3, 1, 2]):
        done.append(seconds)
        now[0] += seconds
    assert done == rests == [3, 1, 2]
