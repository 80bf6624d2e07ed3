"""The demo in the test's database: told once for each engine, then put back from a copy."""

from flask import Flask

from consult.kernel import clock
from consult.kernel.db import db
from consult.kernel.transaction import end_reading
from consult.operations.demonstration.telling import tell


def told(app: Flask) -> None:
    """Fill the empty database of the running test with the demo consultations."""
    backend = app.extensions["test_backend"]
    db.session.remove()
    if backend.kept:
        backend.put_back()
        return
    worker = app.extensions["consult_job_worker"]
    tell(clock.now(), lambda now: worker(now=now), lambda _sentence: None)
    end_reading()
    db.session.remove()
    backend.keep()
    backend.kept = True
