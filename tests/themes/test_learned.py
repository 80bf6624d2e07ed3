"""What a run learned is there for the next one, whole or not at all, and goes with the words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import analysis
from analysis import Document, encoder
from analysis.campaigns import find_campaigns
from analysis.encoder import embed
from analysis.topics import find_topics
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.release import PREPARING, Release
from consult.kernel.transaction import act
from consult.moderation.withdrawal import withdraw
from consult.themes import queries, repair, runs, vector_work, vectors, work
from consult.themes.models import RECORDED, JointVector, LearnedPiece, LearnedState, Run
from tests import builders
from tests.builders import NOW
from tests.themes.conftest import Analysed
from tests.themes.fakes import (
    FakeJob,
    FakeReport,
    KilledError,
    by_first_word,
    requested,
    same_words,
)

COLUMNS = 4


@dataclass
class FakeLearned:
    """Remembers from how many texts it was learned; says where a text lies by its length."""

    n_texts: int
    directions: Any = field(default_factory=lambda: np.zeros((9, COLUMNS)), compare=False)

    def to_bytes(self) -> bytes:
        return f"learned from {self.n_texts}".encode()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "FakeLearned":
        if not stored.startswith(b"learned from "):
            raise ValueError("not mine")
        return cls(int(stored.rpartition(b" ")[2]))


@dataclass
class Asked:
    """With what the analysis was called, and what it had to work out itself."""

    vectors: Any
    joint: Any
    learned: FakeLearned | None
    worked_out: int


class Remembering:
    """The known analysis, which also learns: anew where a fifth more texts came."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def __call__(
        self,
        documents: Sequence[Document],
        topics: int | None = None,
        seed: int = 0,
        *,
        vectors: Any = None,
        joint: Any = None,
        learned: FakeLearned | None = None,
        **more: Any,
    ) -> FakeReport:
        report = by_first_word(documents, topics, seed, **more)
        used, rows = learned, np.zeros((len(documents), COLUMNS), np.float16)
        if used is None or len(documents) > 1.2 * used.n_texts:
            used = FakeLearned(len(documents))
        else:
            rows = joint.copy()
        missing = np.flatnonzero(~rows.any(axis=1)).tolist()
        for i in missing:
            rows[i, 0] = len(documents[i].text)
        self.asked.append(Asked(vectors, joint, learned, len(missing)))
        report.joint, report.learned = rows, used
        return report


@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> Remembering:
    fake = Remembering()
    monkeypatch.setattr(analysis, "find_topics", fake)
    monkeypatch.setattr(analysis, "Learned", FakeLearned)
    return fake


def run_once(place: Analysed, **options: Any) -> Run:
    run = requested(place.consultation, place.actor)
    work.analyse(FakeJob(run, **options))
    return run


def counted(session: Session, model: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def say(consultation: Consultation, *texts: str) -> None:
    with act() as writing:
        for said in texts:
            builders.say(writing, consultation, said)


def test_a_second_run_works_out_only_what_is_new(
    session: Session, place: Analysed, remembering: Remembering
) -> None:
    run_once(place)
    say(place.consultation, "Bus de nuit")
    run_once(place)
    first, second = remembering.asked
    assert (first.worked_out, second.worked_out) == (8, 1)
    assert first.vectors[:, 0].tolist() == [11, 12, 12, 13, 6, 11, 11, 22]
    assert second.learned == FakeLearned(8)
    assert counted(session, LearnedState) == 1
    assert counted(session, JointVector) == 9
    run_once(place)
    assert remembering.asked[2].worked_out == 0


def test_what_a_much_larger_corpus_taught_takes_the_place_of_the_former(
    session: Session, place: Analysed, remembering: Remembering
) -> None:
    run_once(place)
    say(place.consultation, "Bus de nuit", "Bus de jour")
    run_once(place)
    (state,) = session.scalars(select(LearnedState)).all()
    assert vectors.content(session, state.id) == b"learned from 10"
    assert counted(session, JointVector) == 10
    assert counted(session, LearnedPiece) == 1
    run_once(place)
    assert remembering.asked[2].worked_out == 0


@pytest.mark.parametrize("die_at", range(2, 10))
def test_a_killed_run_leaves_the_former_state_or_the_new_one(
    session: Session,
    place: Analysed,
    remembering: Remembering,
    monkeypatch: pytest.MonkeyPatch,
    die_at: int,
) -> None:
    monkeypatch.setattr(vectors, "PIECE", 6)
    monkeypatch.setattr(vector_work, "BATCH", 4)
    run_once(place)
    say(place.consultation, "Bus de nuit", "Bus de jour")
    run = requested(place.consultation, place.actor)
    with pytest.raises(KilledError):
        work.analyse(FakeJob(run, die_at=die_at))
    state = vectors.current_state(session, place.consultation.id, vector_work.method())
    assert state is not None
    assert vectors.content(session, state.id) in {b"learned from 8", b"learned from 10"}
    session.rollback()
    work.analyse(FakeJob(run))
    (state,) = session.scalars(select(LearnedState)).all()
    assert vectors.content(session, state.id) == b"learned from 10"
    assert counted(session, JointVector) == 10
    assert session.scalars(select(Release.id).where(Release.state == PREPARING)).all() == []
    assert repair.differences(session, place.consultation.id) == []


def test_what_was_learned_is_kept_though_the_run_is_stopped_later(
    place: Analysed, remembering: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = requested(place.consultation, place.actor)

    def stop(*_: Any, **__: Any) -> None:
        raise KilledError

    monkeypatch.setattr(analysis, "find_campaigns", stop)
    with pytest.raises(KilledError):
        work.analyse(FakeJob(run))
    monkeypatch.setattr(analysis, "find_campaigns", same_words)
    with act() as writing:
        runs.cancel(writing, place.consultation, run.id, actor=place.actor, now=NOW)
    run_once(place)
    assert [asked.worked_out for asked in remembering.asked] == [8, 0]


def test_joint_vectors_go_with_the_words(
    session: Session, place: Analysed, remembering: Remembering
) -> None:
    run_once(place)
    gone = place.points[4]
    with act() as writing:
        withdraw(writing, gone, actor=Actor.receipt(1), now=NOW)
    kept = session.scalars(select(JointVector.point_id).order_by(JointVector.point_id)).all()
    assert kept == [point for point in place.points if point != gone]


def test_none_is_kept_of_a_point_that_went_during_the_run(
    session: Session, place: Analysed, remembering: Remembering
) -> None:
    run = requested(place.consultation, place.actor)
    job = FakeJob(run)

    def go() -> None:
        with act() as writing:
            withdraw(writing, place.points[0], actor=Actor.receipt(1), now=NOW)

    job.during = go
    work.analyse(job)
    kept = session.scalars(select(JointVector.point_id).order_by(JointVector.point_id)).all()
    assert kept == place.points[1:]


@pytest.mark.parametrize("spoilt", ["method", "content"])
def test_a_state_that_cannot_be_used_is_learned_anew(
    session: Session,
    place: Analysed,
    remembering: Remembering,
    monkeypatch: pytest.MonkeyPatch,
    spoilt: str,
) -> None:
    run_once(place)
    if spoilt == "method":
        monkeypatch.setattr(encoder, "NAME", "the next one")
    else:
        with act() as writing:
            piece = writing.scalars(select(LearnedPiece)).one()
            piece.content = b"something else"
    run_once(place)
    assert remembering.asked[1].worked_out == 8
    assert counted(session, LearnedState) == 1
    run_once(place)
    assert remembering.asked[2].worked_out == 0


def test_without_the_encoder_words_and_letters_are_remembered(
    session: Session, place: Analysed, remembering: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "available", lambda: False)
    run_once(place)
    run_once(place)
    assert [asked.worked_out for asked in remembering.asked] == [8, 0]
    assert remembering.asked[1].vectors is None


SUBJECTS = {
    "Le bus du soir doit passer plus souvent dans les villages du nord, numéro {}.": 12,
    "Plus de pistes cyclables sûres le long des routes nationales, s’il vous plaît ({}).": 12,
    "Les loyers sont trop chers pour les jeunes familles de la capitale, {} fois trop.": 12,
}


def test_the_real_analysis_finds_the_same_topics_from_what_it_remembers(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, real in (
        ("find_topics", find_topics), ("find_campaigns", find_campaigns), ("embed", embed),
    ):  # fmt: skip
        monkeypatch.setattr(analysis, name, real)
    with act() as writing:
        consultation = builders.consultation(writing)
        actor = Actor.user(builders.official(writing).id)
        for said, count in SUBJECTS.items():
            for number in range(count):
                builders.say(writing, consultation, said.format(number))
    sizes = []
    for _ in range(2):
        run = requested(consultation, actor)
        work.analyse(FakeJob(run))
        session.expire_all()
        assert session.get_one(Run, run.id).state == RECORDED
        sizes.append([r.points for r in queries.themes_with_sizes(session, consultation.id)])
        session.rollback()
    assert sizes[0] == sizes[1]
    (state,) = session.scalars(select(LearnedState)).all()
    assert state.run_id == session.scalar(select(func.min(Run.id)))
    assert counted(session, JointVector) == 36
