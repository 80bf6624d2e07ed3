"""Two people act on the same comment at the same moment: one wins, the other is told."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.db import db
from consult.kernel.errors import ConsultError
from consult.kernel.transaction import act
from consult.moderation.correction import correct
from consult.moderation.errors import AlreadyGoneError, CorrectedMeanwhileError
from consult.moderation.removal import remove
from consult.moderation.withdrawal import withdraw
from consult.submissions.intake import prepare
from consult.submissions.models import Comment, Point
from consult.submissions.recording import Prepared
from consult.themes.assignments import decide, lock_points
from tests import builders
from tests.builders import NOW
from tests.concurrently import PATIENCE, in_act, together
from tests.moderation.recount import assert_counters_are_true
from tests.moderation.test_acts import make_open


def removing(session: Session, comment: Comment) -> Any:
    consultation = session.get_one(Consultation, comment.consultation_id)
    return remove(session, consultation, comment.id, reason="hate", note={"fr": "Haine."},
                  actor=Actor("user:1"), now=NOW)  # fmt: skip


def withdrawing(session: Session, comment: Comment) -> Any:
    return withdraw(session, comment.id, actor=Actor("receipt:1"), now=NOW)


WORDS: dict[str, Prepared] = {}


def correcting(session: Session, comment: Comment) -> Any:
    return correct(session, comment.id, WORDS["new"], seen=1, actor=Actor("receipt:1"), now=NOW)


@pytest.mark.parametrize(
    ("verbs", "errors"),
    [
        ((removing, removing), {AlreadyGoneError}),
        ((removing, withdrawing), {AlreadyGoneError}),
        ((withdrawing, withdrawing), {AlreadyGoneError}),
        ((correcting, correcting), {CorrectedMeanwhileError}),
        ((correcting, withdrawing), {AlreadyGoneError, None}),
    ],
)
def test_one_wins(
    app: Flask,
    session: Session,
    verbs: tuple[Callable[[Session, Comment], Any], ...],
    errors: set[type[Exception] | None],
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        make_open(writing, consultation)
        root = builders.say(writing, consultation)
        builders.say(writing, consultation, "Moi aussi.", root=root.comment)
    WORDS["new"] = prepare("Autre chose.", language="fr")
    together = threading.Barrier(2)
    ends: list[type[Exception] | None] = []

    def run(verb: Callable[[Session, Comment], Any]) -> None:
        with app.app_context():
            together.wait()
            try:
                with act() as writing:
                    verb(writing, root.comment)
                ends.append(None)
            except ConsultError as error:
                ends.append(type(error))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == 2
    assert None in ends
    assert set(ends) - {None} <= errors
    if None not in errors:
        assert ends.count(None) == 1
    assert_counters_are_true(session, consultation)
    assert session.scalar(select(Comment.id)) is not None


def test_an_official_who_moves_a_reply_does_not_lock_out_the_author_above(
    app: Flask, session: Session
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        root = builders.say(writing, consultation)
        reply = builders.say(writing, consultation, "Moi aussi.", root=root.comment)
    holds, ends = threading.Event(), list[str]()

    def move() -> None:
        with app.app_context():
            with act() as writing:
                lock_points(writing, consultation.id, [reply.point.id])
                holds.set()
                time.sleep(0.3)
                decide(writing, consultation.id)
            ends.append("moved")
            db.session.remove()

    def take_back() -> None:
        with app.app_context():
            holds.wait()
            with act() as writing:
                withdrawing(writing, root.comment)
            ends.append("withdrawn")
            db.session.remove()

    threads = [threading.Thread(target=move), threading.Thread(target=take_back)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["moved", "withdrawn"]
    assert_counters_are_true(session, consultation)


def test_who_goes_and_who_locks_points_by_id_do_not_wait_for_each_other(
    app: Flask, session: Session
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        root = builders.say(writing, consultation)
        reply = builders.say(writing, consultation, "Moi aussi.", root=root.comment, owed=False)
        # As of a root that was split after somebody had replied to it.
        newer = Point(consultation_id=consultation.id, comment_id=root.comment.id,
                      revision_id=root.point.revision_id, start=0, end=4, made_by="user:1",
                      created_at=NOW, owed=False)  # fmt: skip
        writing.add(newer)
        writing.flush()
        comment_id, older_id, newer_id = root.comment.id, reply.point.id, newer.id
    holds = threading.Event()

    def lock(writing: Session, point_id: int) -> None:
        writing.execute(
            select(Point.id).where(Point.id == point_id).with_for_update(key_share=True)
        )

    def batch(writing: Session) -> None:
        lock(writing, older_id)
        holds.set()
        time.sleep(0.3)
        lock(writing, newer_id)

    def go() -> None:
        holds.wait(PATIENCE)
        with act() as writing:
            withdraw(writing, comment_id, actor=Actor("receipt:1"), now=NOW)

    assert together(app, in_act(batch), go) == [None, None]
