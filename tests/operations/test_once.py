"""`consult worker --once` ends, whatever falls due while it works."""

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.jobs import queue
from consult.jobs.models import DONE, WAITING, Job
from consult.jobs.worker import Handler, RunningJob, Worker
from consult.kernel import clock
from consult.kernel.transaction import act
from consult.ledger import chain
from consult.ledger.models import LedgerLeaf
from consult.notifications import outbox
from consult.notifications.models import Letter
from consult.operations import work
from tests.people import make_user


def test_what_falls_due_meanwhile_is_left(app: Flask, session: Session) -> None:
    person = make_user()
    said = [0]

    def post(number: int) -> None:
        now = clock.now()
        with act() as writing:
            queue.enqueue(writing, kind="post", key=f"post:{number}", now=now)
            chain.add_leaves(writing, [(f"revision:{number}", b"")], now=now)
            outbox.write(writing, recipient=f"user:{person.id}", template="account_exists",
                         language="fr", key=f"{number}", payload={}, now=now)  # fmt: skip

    def handle(_job: RunningJob) -> None:
        said[0] += 1
        assert said[0] < 5, "it goes on for as long as somebody posts"
        post(said[0])

    post(0)
    worker = Worker({"post": Handler(handle)}, app.app_context)
    work.run_once(worker, app.extensions["consult_letter_sender"]())
    session.rollback()
    assert session.scalars(select(Job.state).order_by(Job.id)).all() == [DONE, WAITING]
    assert session.scalars(select(Letter.state).order_by(Letter.id)).all() == ["sent", "waiting"]
    sealed = session.scalar(select(func.count(LedgerLeaf.position)))
    assert sealed == 1
