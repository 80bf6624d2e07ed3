"""Officials and citizens act at the same moment: each ends in order, or is told by name why not."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.answers import decisions, publishing, work
from consult.answers.decisions import PointTarget
from consult.answers.errors import BeingPublishedError
from consult.answers.models import Fate, Publication
from consult.consultations.models import Consultation
from consult.drafts import revision
from consult.drafts.errors import BeingPublishedError as TextBeingPublishedError
from consult.drafts.models import ClauseText, Version
from consult.kernel.actor import Actor
from consult.kernel.release import RELEASED, Release
from consult.kernel.transaction import act
from consult.moderation.correction import correct
from consult.moderation.errors import AlreadyGoneError, CorrectedMeanwhileError
from consult.moderation.removal import remove
from consult.moderation.withdrawal import withdraw
from consult.operations import repairs
from consult.submissions.intake import prepare
from consult.submissions.models import Comment
from consult.themes import signoff, splitting
from consult.themes.errors import PointGoneError, SplitStaleError, ThemeGoneError
from tests.answers.worlds import Job, World
from tests.builders import NOW
from tests.concurrently import PATIENCE, Ended, at_once, in_act, together
from tests.moderation.test_acts import make_open

AUTHOR = Actor("receipt:1")
Verb = Callable[[Session], Any]


@pytest.fixture
def world(session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(work, "FATES", 3)
    monkeypatch.setattr(work, "LETTERS", 4)
    made = World(session)
    with act() as writing:
        make_open(writing, writing.get_one(Consultation, made.consultation.id))
    repairs.recount(made.consultation.id, mend=True)
    return made


class Verbs:
    """What people do, by plain numbers: each runs in a session of its own."""

    def __init__(self, world: World) -> None:
        self.consultation_id = world.consultation.id
        self.comments = [said.comment.id for said in world.said]
        self.points = [said.point.id for said in world.said]
        self.main, self.sub, self.body = world.main.id, world.sub.id, world.body_id
        self.official = world.actor
        self.version = world.version.id
        self.wording = revision.wording(number="1", heading="Cadence", source="Il passe.")
        self.words = prepare("Avis corrigé. Et plus long.", language="fr")

    def consultation(self, session: Session) -> Consultation:
        return session.get_one(Consultation, self.consultation_id)

    def correct(self, session: Session) -> object:
        return correct(session, self.comments[0], self.words, seen=1, actor=AUTHOR, now=NOW)

    def withdraw(self, session: Session) -> object:
        return withdraw(session, self.comments[0], actor=AUTHOR, now=NOW)

    def remove(self, session: Session) -> object:
        return remove(session, self.consultation(session), self.comments[0], reason="hate",
                      note={"fr": "Haine."}, actor=self.official, now=NOW)  # fmt: skip

    def split(self, session: Session) -> object:
        comment = session.get_one(Comment, self.comments[0])
        return splitting.split(session, comment, [(0, 4), (5, 6)], actor=self.official, now=NOW,
                               seen=[self.points[0]])  # fmt: skip

    def merge(self, session: Session) -> object:
        return signoff.merge(session, self.consultation(session), self.sub, self.main,
                             actor=self.official, now=NOW)  # fmt: skip

    def move(self, session: Session) -> object:
        return signoff.move_points(session, self.consultation(session), self.points[4:6], self.sub,
                                   actor=self.official, now=NOW)  # fmt: skip

    def decide(self, session: Session) -> object:
        return decisions.decide(session, self.consultation(session),
                                target=PointTarget(self.points[9]), disposition="noted",
                                reason={"fr": "Vu."}, body_id=self.body, actor=self.official,
                                now=NOW)  # fmt: skip

    def amend(self, session: Session) -> object:
        text = session.scalars(
            select(ClauseText).where(ClauseText.version_id == self.version)
        ).one()
        return revision.amend(session, session.get_one(Version, self.version), text.clause_id,
                              "fr", words=self.wording, saved=text.saved, actor=self.official,
                              now=NOW)  # fmt: skip

    def request(self, session: Session) -> object:
        return publishing.request(session, self.consultation(session), with_version=True,
                                  actor=self.official, now=NOW)  # fmt: skip


def assert_counters(verbs: Verbs) -> None:
    assert [d.counter for d in repairs.recount(verbs.consultation_id, mend=False)] == []


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [
        ("correct", "remove", {AlreadyGoneError}),
        ("split", "correct", {SplitStaleError, CorrectedMeanwhileError}),
        ("split", "withdraw", {PointGoneError}),
        ("merge", "move", {ThemeGoneError}),
        ("merge", "correct", set()),
        ("decide", "withdraw", set()),
        ("amend", "request", {TextBeingPublishedError}),
        ("decide", "request", {BeingPublishedError}),
    ],
)
def test_each_ends_in_order_or_is_told(
    app: Flask, world: World, one: str, other: str, errors: set[type[Exception]]
) -> None:
    world.answer_all()
    verbs = Verbs(world)
    ended = at_once(app, getattr(verbs, one), getattr(verbs, other))
    assert None in ended
    assert set(ended) - {None} <= errors
    assert_counters(verbs)


class Meeting(Job):
    """A running job that, inside its nth act, lets somebody else begin."""

    def __init__(self, publication: Publication, at: int) -> None:
        super().__init__(publication)
        self.at = at
        self.begun = threading.Event()

    def check_lease(self, session: Session) -> None:
        super().check_lease(session)
        if self.acts == self.at:
            self.begun.set()


def meet(app: Flask, world: World, at: int, verb: Verb) -> Ended:
    """A publication and, from inside its nth act on, somebody else."""
    world.answer_all()
    job = Meeting(world.request(), at)

    def other() -> None:
        assert job.begun.wait(PATIENCE)
        in_act(verb)()

    return together(app, lambda: work.publish(job), other)


@pytest.mark.parametrize("at", [1, 3, 5, 7, 9, 11])
def test_a_withdrawal_meets_a_publication(
    app: Flask, session: Session, world: World, at: int
) -> None:
    verbs = Verbs(world)
    assert meet(app, world, at, verbs.withdraw) == [None, None]
    assert session.scalars(select(Release.state)).one() == RELEASED
    assert session.get_one(Comment, verbs.comments[0]).state == "withdrawn"
    assert_counters(verbs)


@pytest.mark.parametrize("at", [1, 5, 9, 11])
@pytest.mark.parametrize("verb", ["decide", "amend", "merge", "move"])
def test_an_officials_decision_meets_a_publication(
    app: Flask, session: Session, world: World, at: int, verb: str
) -> None:
    verbs = Verbs(world)
    published, decided = meet(app, world, at, getattr(verbs, verb))
    assert published is None
    assert decided is None or decided.__name__ in {"BeingPublishedError", "PublishedError"}
    # Nobody decides while it runs; it is not stopped either, but ends as it was begun.
    assert session.scalars(select(Release.state)).one() == RELEASED
    assert session.scalar(select(func.count(Fate.id))) == 9
    assert_counters(verbs)
