"""Letters are gone through beside those who withdraw, correct, publish and remove words."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.jobs.models import Job
from consult.kernel import release as releases
from consult.kernel.actor import Actor
from consult.kernel.transaction import act
from consult.moderation.correction import correct
from consult.moderation.withdrawal import withdraw
from consult.submissions.intake import prepare
from consult.submissions.models import Comment, CommentRevision, Point
from consult.themes import (
    campaigns,
    dividing,
    dividing_work,
    rewording,
)
from tests.builders import NOW
from tests.concurrently import together
from tests.themes.conftest import LETTER, MORE, OWN, SENT, Letters, check
from tests.themes.fakes import FakeJob


@pytest.mark.parametrize("seed", range(3))
def test_at_the_same_moment_an_author_withdraws_and_another_corrects(
    app: Flask, session: Session, letters: Letters, seed: int
) -> None:
    """Whoever comes first: nobody is locked out, and what holds, holds."""
    first, second = [session.get_one(Point, p).comment_id for p in letters.points[1:3]]
    prepared = prepare(f"{MORE}\n\n{LETTER}", language="fr")
    session.rollback()
    with act() as writing:
        writing.get_one(Consultation, letters.place.consultation.id).closes_at = None

    def withdrawing() -> None:
        with act() as writing:
            withdraw(writing, first, actor=Actor("receipt:1"), now=NOW)

    def correcting() -> None:
        with act() as writing:
            correct(writing, second, prepared, seen=1, actor=Actor("receipt:2"), now=NOW)

    doings: list[Callable[[], None]] = [withdrawing, letters.divide, correcting]
    doings = doings[seed:] + doings[:seed]
    assert together(app, *doings) == [None, None, None]
    letters.divide()
    check(session, letters.place)
    states = session.scalars(select(Comment.state).where(Comment.id == first)).one()
    assert states == "withdrawn"


def test_words_that_are_removed_move_what_is_known_of_a_letter(
    session: Session, letters: Letters
) -> None:
    """What lies behind them keeps its words, and the letter reaches again as far as it did."""
    letters.divide()
    comment = session.get_one(Point, letters.points[2]).comment_id
    session.rollback()
    with act() as writing:
        revision = writing.scalars(
            select(CommentRevision).where(CommentRevision.comment_id == comment)
        ).one()
        by = len("Ma voisine")
        revision.text = revision.text[by:]

        def move(start: int, end: int) -> tuple[int, int]:
            return max(0, start - by), end - by

        points = writing.scalars(select(Point).where(Point.revision_id == revision.id)).all()
        for point in points:
            point.start, point.end = move(point.start, point.end)
        rewording.move_additions(writing, [point.id for point in points], move)
    with act() as writing:
        campaigns.remove_members(
            writing, letters.place.consultation, letters.campaign_id, [letters.points[2]],
            **letters.place.who,
        )  # fmt: skip
    letters.divide()
    text = session.scalars(
        select(CommentRevision.text).where(CommentRevision.comment_id == comment)
    ).one()
    assert letters.spans(session, 2) == [text.strip()]


def test_while_answers_are_being_published_nothing_is_cut(
    session: Session, letters: Letters
) -> None:
    """What an official decided before stands; the worker does it when the publication has ended."""
    with act() as writing:
        release = releases.begin(
            writing,
            kind="publication",
            reference=f"consultation:{letters.place.consultation.id}",
            decisions=0,
            now=NOW,
        )
    asked = {"consultation": letters.place.consultation.id}
    assert not dividing_work.at_once(asked["consultation"], actor=letters.place.actor, now=NOW)
    dividing_work.divide(FakeJob(asked))
    assert letters.spans(session, 1) == [SENT[1]]
    session.rollback()
    with act() as writing:
        releases.abandon(releases.locked(writing, release.id))
    dividing_work.divide(FakeJob(asked))
    assert letters.spans(session, 1) == [LETTER, OWN]


def test_the_worker_finds_what_is_left_and_asks_once(session: Session, letters: Letters) -> None:
    for _ in range(2):
        dividing_work.look(NOW)
    jobs = session.scalars(select(Job).where(Job.kind == dividing_work.JOB)).all()
    assert [job.payload for job in jobs] == [{"consultation": letters.place.consultation.id}]
    session.rollback()
    letters.divide()
    assert dividing.consultations(session) == []
