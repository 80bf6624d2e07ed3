"""A worker killed between the mail server's answer and its own note sends nothing twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.accounts.models import User
from consult.kernel import clock
from consult.kernel.settings import Settings
from consult.kernel.transaction import act
from consult.notifications import outbox
from consult.notifications.models import Letter
from tests.smtp import sink

ROOT = Path(__file__).resolve().parents[2]


def worker(settings: Settings, smtp_url: str, *options: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "CONSULT_ENVIRONMENT": "development",
        "CONSULT_DATABASE_URL": settings.database_url,
        "CONSULT_STATE_DIR": str(settings.state_dir),
        "CONSULT_SECRET_KEY": settings.secret_key,
        "CONSULT_SMTP_URL": smtp_url,
    }
    command = [sys.executable, "-m", "consult", "worker", *options]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)


def wait_for(condition: object, seconds: float = 60) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.xdist_group("kill")
def test_no_letter_arrives_twice_when_the_worker_is_killed(app: Flask, session: Session) -> None:
    now = clock.now()
    with act() as writing:
        person = User(email="a@example.org", name="A", password_hash="x", language="fr",
                      created_at=now, confirmed_at=now)  # fmt: skip
        writing.add(person)
        writing.flush()
        outbox.write(writing, recipient=f"user:{person.id}", template="account_exists",
                     language="fr", key="one", payload={}, now=now)  # fmt: skip
    settings: Settings = app.extensions["consult_settings"]
    with sink() as box:
        killed: list[int] = []
        process = worker(settings, box.url)

        def kill_before_the_answer() -> None:
            os.kill(process.pid, signal.SIGKILL)
            killed.append(process.pid)

        box.after_data = kill_before_the_answer
        wait_for(lambda: killed)
        process.wait()
        box.after_data = lambda: None
        session.rollback()
        assert session.scalars(select(Letter.state)).all() == ["sending"]
        with act() as writing:
            writing.execute(update(Letter).values(lease_until=now - timedelta(hours=1)))
        assert worker(settings, box.url, "--once").wait(60) == 0
        assert worker(settings, box.url, "--once").wait(60) == 0
        assert len(box.accepted) == 1
    session.rollback()
    assert session.scalars(select(Letter.state)).all() == ["uncertain"]
