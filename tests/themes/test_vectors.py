"""Vectors come with the words, once, and go with them."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import analysis
from analysis import Document, encoder
from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.jobs.models import DONE, WAITING, Job
from consult.kernel.actor import Actor
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.moderation.correction import correct
from consult.moderation.removal import remove
from consult.moderation.withdrawal import withdraw
from consult.operations import work as worker
from consult.submissions.bulk import Arrival, Origin, Told, receive_many
from consult.submissions.intake import prepare
from consult.submissions.models import Comment, Point
from consult.submissions.uploads import upload
from consult.themes import splitting, vector_work, vectors
from consult.themes.models import PointVector
from consult.themes.standing import live
from tests import builders
from tests.builders import NOW
from tests.concurrently import PATIENCE
from tests.themes.fakes import FakeJob, KilledError, by_length

TEXTS = ("Bus", "Vélo partout", "Arbres et fleurs", "Trop de bruit ici", "?")


@pytest.fixture
def consultation(session: Session) -> Consultation:
    with act() as writing:
        made = builders.consultation(writing)
        made.closes_at = NOW + timedelta(days=1)
        for said in TEXTS:
            builders.say(writing, made, said)
    return made


def run_jobs(app: Flask) -> None:
    jobs = app.extensions["consult_job_worker"]()
    while jobs.run_one():
        pass


def lengths(session: Session) -> dict[int, int]:
    """What the stored vectors of the fake encoder say: point → length of its text."""
    session.rollback()
    rows = session.execute(select(PointVector.point_id, PointVector.vector))
    return {point: int(np.frombuffer(vector, "<f2")[0]) for point, vector in rows}


def expected(session: Session) -> dict[int, int]:
    """The same from the points that stand."""
    rows = session.execute(
        select(Point.id, Point.end - Point.start)
        .join(Comment, Comment.id == Point.comment_id)
        .where(live())
    )
    return dict(rows.all())


def jobs_of(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Job.state).where(Job.kind == vector_work.JOB)))


def test_new_points_are_encoded_by_one_job(
    app: Flask, session: Session, consultation: Consultation
) -> None:
    seen = vector_work.look(NOW, after=0)
    assert vector_work.look(NOW, after=0) == 0  # one waits: nothing more is queued, nothing passed
    assert jobs_of(session) == [WAITING]
    run_jobs(app)
    assert jobs_of(session) == [DONE]
    assert lengths(session) == expected(session)
    assert vector_work.look(NOW, after=0) == seen
    with act() as writing:
        late = builders.say(writing, consultation, "Et la nuit").point.id
    assert vector_work.look(NOW, after=seen) == late
    run_jobs(app)
    assert jobs_of(session) == [DONE, DONE]
    assert lengths(session) == expected(session)


def test_the_worker_looks_for_them_and_leaves_the_rest_to_another_job(
    app: Flask, session: Session, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_work, "AT_ONCE", 1)
    monkeypatch.setattr(vector_work, "AT_MOST", 2)
    jobs = app.extensions["consult_job_worker"]()
    sender = app.extensions["consult_letter_sender"]()
    worker.run_once(jobs, sender)
    assert len(lengths(session)) == 2
    worker.run_once(jobs, sender)
    worker.run_once(jobs, sender)
    assert lengths(session) == expected(session)
    assert set(jobs_of(session)) == {DONE}


def test_a_killed_job_is_taken_up_again(
    session: Session, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_work, "AT_ONCE", 2)
    asked = {"consultation": consultation.id, "after": 0}
    encoded: list[int] = []

    def embed(documents: Sequence[Document]) -> Any:
        encoded.extend(int(document.id) for document in documents)
        return by_length(documents)

    monkeypatch.setattr(analysis, "embed", embed)
    with pytest.raises(KilledError):
        vector_work.compute(FakeJob(asked, die_at=2))
    assert len(lengths(session)) == 2
    vector_work.compute(FakeJob(asked))
    assert lengths(session) == expected(session)
    assert len(encoded) == len(TEXTS) + 2  # only what was not written was done again


def test_vectors_of_another_encoder_are_made_anew(
    app: Flask, session: Session, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(encoder, "NAME", "the one before")
        before.setattr(analysis, "embed", lambda found: by_length(found) + np.float16(100))
        vector_work.look(NOW, after=0)
        run_jobs(app)
    assert min(lengths(session).values()) > 100
    ids = list(expected(session))
    assert not vectors.sentences(session, encoder.NAME, ids, encoder.DIMENSIONS).any()
    vector_work.look(NOW, after=0)
    run_jobs(app)
    assert lengths(session) == expected(session)


def test_without_the_encoder_nothing_is_done_and_it_says_so(
    app: Flask,
    session: Session,
    consultation: Consultation,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    vector_work.look(NOW, after=0)
    monkeypatch.setattr(encoder, "available", lambda: False)
    with caplog.at_level(logging.WARNING):
        run_jobs(app)
    assert vector_work.NO_ENCODER in caplog.messages
    session.rollback()
    assert session.scalars(select(Job.stage)).all() == [vector_work.NO_ENCODER]
    assert lengths(session) == {}
    vector_work.look(NOW, after=0)
    assert jobs_of(session) == [DONE]


def _removed(session: Session, consultation: Consultation, comment: Comment, actor: Actor) -> None:
    remove(session, consultation, comment.id, reason="insult", note={"fr": "Injure."},
           actor=actor, now=NOW)  # fmt: skip


def _withdrawn(session: Session, _: Consultation, comment: Comment, _actor: Actor) -> None:
    withdraw(session, comment.id, actor=Actor.receipt(1), now=NOW)


_NEW_WORDS = prepare("Des arbres et beaucoup de fleurs.", language="fr")


def _corrected(session: Session, _: Consultation, comment: Comment, _actor: Actor) -> None:
    correct(session, comment.id, _NEW_WORDS, seen=1, actor=Actor.receipt(1), now=NOW)


def _split(session: Session, _: Consultation, comment: Comment, actor: Actor) -> None:
    splitting.split(session, comment, [(0, 6), (10, 16)], actor=actor, now=NOW)


@pytest.mark.parametrize("verb", [_removed, _withdrawn, _corrected, _split])
def test_vectors_go_with_the_words_and_come_with_new_ones(
    app: Flask,
    session: Session,
    consultation: Consultation,
    verb: Callable[[Session, Consultation, Comment, Actor], None],
) -> None:
    vector_work.look(NOW, after=0)
    run_jobs(app)
    before = lengths(session)
    with act() as writing:
        official: User = builders.official(writing)
        comment = writing.get_one(Comment, list(before)[2])
        verb(writing, consultation, comment, Actor.user(official.id))
    stand = expected(session)
    assert lengths(session) == {p: n for p, n in before.items() if p in stand}
    assert len(lengths(session)) == len(TEXTS) - 1
    vector_work.look(NOW, after=max(before))
    run_jobs(app)
    assert lengths(session) == expected(session)


def test_none_is_written_for_a_point_that_went_while_it_was_encoded(
    session: Session, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def embed(documents: Sequence[Document]) -> Any:
        with act() as writing:
            for document in documents[:2]:
                withdraw(writing, int(document.id), actor=Actor.receipt(1), now=NOW)
        return by_length(documents)

    monkeypatch.setattr(analysis, "embed", embed)
    vector_work.compute(FakeJob({"consultation": consultation.id, "after": 0}))
    assert len(lengths(session)) == len(TEXTS) - 2
    assert lengths(session) == expected(session)


def test_a_point_that_somebody_is_taking_away_is_left_alone(
    app: Flask, session: Session, consultation: Consultation
) -> None:
    found = vectors.next_without(session, consultation.id, encoder.NAME, after=0, limit=9)
    packed = vectors.packed([int(d.id) for d in found], by_length(found))
    session.rollback()
    first = packed[0][0]

    def keep() -> None:
        with app.app_context():
            with act() as other:
                vectors.keep_sentences(other, encoder.NAME, packed)
            db.session.remove()

    thread = threading.Thread(target=keep)
    with act() as writing:
        withdraw(writing, first, actor=Actor.receipt(1), now=NOW)
        thread.start()
        if writing.get_bind().dialect.name != "sqlite":  # there the other waits its turn
            thread.join(PATIENCE)
            assert not thread.is_alive()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert set(lengths(session)) == {point for point, _ in packed[1:]}


def test_an_import_is_one_job(app: Flask, session: Session, consultation: Consultation) -> None:
    seen = vector_work.look(NOW, after=0)
    run_jobs(app)
    with act() as writing:
        made = upload(writing, consultation, file_name="a.csv", content=b"text\nBus.\n",
                      actor=Actor("command"), now=NOW)  # fmt: skip
        import_id = made.id
    for begin in range(0, 30, 10):
        rows = [
            Arrival((Told(prepare(f"Ligne {n}.", language="fr")),), NOW, str(n))
            for n in range(begin, begin + 10)
        ]
        with act() as writing:
            receive_many(writing, writing.get_one(Consultation, consultation.id), rows,
                         Origin("file", "import", import_id), actor=Actor("command"), now=NOW)  # fmt: skip
        seen = vector_work.look(NOW, after=seen)
    assert jobs_of(session) == [DONE, WAITING]
    run_jobs(app)
    assert lengths(session) == expected(session)
    assert len(lengths(session)) == len(TEXTS) + 30


@pytest.mark.parametrize("wrong", [b"", b"\0" * 1022, b"\0" * 2048])
def test_the_database_takes_only_whole_vectors(
    session: Session, consultation: Consultation, wrong: bytes
) -> None:
    point = next(iter(expected(session)))
    with pytest.raises(IntegrityError), act() as writing:
        vectors.keep_sentences(writing, encoder.NAME, [(point, wrong)])


def test_reading_takes_as_many_statements_as_it_must(
    app: Flask, session: Session, consultation: Consultation
) -> None:
    vector_work.look(NOW, after=0)
    run_jobs(app)
    ids = [9_999, *reversed(list(expected(session)))]
    rows = vectors.sentences(session, encoder.NAME, ids, encoder.DIMENSIONS)
    stand = expected(session)
    assert rows[:, 0].tolist() == [stand.get(point, 0) for point in ids]
    assert rows.dtype == np.float16
    assert session.scalar(select(func.count()).select_from(PointVector)) == len(TEXTS)
    assert (
        session.execute(text("select length(vector) from point_vector")).scalars().first() == 1024
    )
