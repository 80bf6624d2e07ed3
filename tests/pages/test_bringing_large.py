"""Large files that are brought in: read by the worker, wholly or not at all."""

import pytest
from flask import Flask
from sqlalchemy import select

from consult.consultations.models import Consultation
from consult.drafts import bringing
from consult.jobs import queue
from consult.jobs.errors import LeaseLostError
from consult.jobs.models import Job
from consult.jobs.worker import RunningJob
from consult.kernel import clock
from consult.kernel.transaction import act
from consult.pages.bringing import desk
from tests.client import PageClient
from tests.drafts.texts import TEXT
from tests.pages.test_bringing import bring, consultation, lying, path

__all__ = ["consultation"]  # a fixture


def work(app: Flask) -> None:
    worker = app.extensions["consult_job_worker"]()
    while worker.run_one():
        pass


def test_a_large_file_is_read_by_the_worker(
    app: Flask, client: PageClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOST_AT_ONCE", 100)
    page = bring(client, consultation, TEXT.encode(), name="loi.md")
    assert page.h1 == "The file is being read"
    assert "loi.md is large" in page.text
    assert "Waiting to begin" in page.text
    client.get(path(consultation, "/text/clauses/1"), 404)
    found = lying(consultation)
    assert found is not None
    assert (found.source, found.content) == (None, TEXT.encode())
    work(app)
    page = client.get(path(consultation, "/text"))
    assert "6 chapters and clauses" in page.text
    found = lying(consultation)
    assert found is not None
    assert found.content is None
    # The job run once more (a worker that died after its last act) changes nothing.
    with act() as session:
        job = session.scalars(select(Job).where(Job.kind == bringing.JOB)).one()
        job.state = "waiting"
    before = found.saved
    work(app)
    found = lying(consultation)
    assert found is not None
    assert found.saved == before


def test_a_worker_that_dies_while_it_reads_leaves_nothing_by_halves(
    app: Flask, client: PageClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOST_AT_ONCE", 100)
    bring(client, consultation, TEXT.encode(), name="loi.md")

    def die(*_args: object) -> None:
        raise LeaseLostError

    with monkeypatch.context() as dying:
        dying.setattr(RunningJob, "check_lease", die)
        work(app)
    found = lying(consultation)
    assert found is not None
    assert (found.state, found.source) == ("reading", None)
    with act() as session:  # its lease runs out
        job = session.scalars(select(Job).where(Job.kind == bringing.JOB)).one()
        job.lease_until = clock.now() - queue.LEASE
    work(app)
    found = lying(consultation)
    assert found is not None
    assert found.state == "read"


def test_a_large_file_that_is_no_law_is_refused_with_its_line(
    app: Flask, client: PageClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOST_AT_ONCE", 10)
    source = "### Art. 1\na\n### Art. 1\nb"
    bring(client, consultation, source.encode(), name="loi.md")
    work(app)
    page = client.get(path(consultation, "/text"))
    assert "Line 3: Art. 1 stands twice" in page.text
    # The words stand in the form, to be corrected there.
    assert page.form("/import")["source"] == source
    right = {**page.form("/import"), "source": source.replace("1\nb", "2\nb")}
    assert "2 chapters and clauses" in client.post(path(consultation), right).text


def test_a_reading_that_is_given_up_or_replaced_leaves_nothing_behind(
    app: Flask, client: PageClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOST_AT_ONCE", 100)
    bring(client, consultation, TEXT.encode(), name="first.md")
    with act() as session:
        payload = session.scalars(select(Job.payload).where(Job.kind == bringing.JOB)).one()
        bringing.ended(session, payload, "failed", clock.now())
    page = client.get(path(consultation, "/text"))
    assert "could not be read to its end" in page.text
    monkeypatch.setattr(desk, "MOST_AT_ONCE", 100_000)
    bring(client, consultation, TEXT.replace("49", "59").encode(), name="second.md")
    work(app)  # the first job finds that its file was replaced
    found = lying(consultation)
    assert found is not None
    assert found.file_name == "second.md"
    assert "59 euros" in (found.source or "")
