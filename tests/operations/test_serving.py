"""The supervisor says what it does and why."""

import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from consult.operations import serving


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """The supervisor takes the signals of its process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def command(code: str) -> list[str]:
    return [sys.executable, "-c", f"import os, signal, time; {code}"]


def test_a_dead_worker_is_started_again_and_a_dead_web_server_ends_all(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serving, "RESTART_AFTER", 0.1)
    monkeypatch.setattr(
        serving, "worker_command", lambda _bind: command("os.kill(os.getpid(), signal.SIGKILL)")
    )
    web = command("time.sleep(1.5); raise SystemExit(3)")
    monkeypatch.setattr(serving, "web_command", lambda _bind, _workers: web)
    with caplog.at_level("INFO"):
        assert serving.supervise("", 1, lambda: None) == 3
    assert "the worker ended (SIGKILL) and is started again" in caplog.messages
    assert "the web server ended (status 3), so everything stops" in caplog.messages


def test_a_signal_stops_both_and_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serving, "worker_command", lambda _bind: command("time.sleep(60)"))
    monkeypatch.setattr(serving, "web_command", lambda _bind, _workers: command("time.sleep(60)"))
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
    with caplog.at_level("INFO"):
        assert serving.supervise("", 1, lambda: None) == 0
    assert "stopping: received SIGTERM" in caplog.messages
    assert "the worker ended (SIGTERM), the web server ended (SIGTERM)" in caplog.messages
