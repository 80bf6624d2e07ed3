"""The load seed leaves counters that are true."""

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.operations.seeding import seed_load
from consult.submissions import repair as submissions
from consult.submissions.models import Comment, Point, Tally, Thread


def test_counters_of_a_seeded_consultation_are_true(app: Flask, session: Session) -> None:
    seeded = seed_load(slug="load", comments=1_030, replies=7)
    tally = session.scalars(select(Tally)).one()
    count = session.scalar(select(func.count()).select_from(Comment))
    owed = session.scalar(select(func.count()).where(Point.owed))
    assert (tally.comments, tally.last_seq, tally.owed) == (count, 1_037, owed)
    for thread in session.scalars(select(Thread)):
        positions = session.scalars(
            select(Comment.position).where(Comment.thread_id == thread.id)
        ).all()
        assert sorted(positions) == list(range(1, thread.comments + 1))
    assert submissions.differences(session, tally.consultation_id) == []
    assert seeded.root_comment is not None


def test_a_second_load_stands_beside_the_first(app: Flask) -> None:
    seed_load(slug="load", comments=2)
    assert seed_load(slug="load-2", comments=2).slug == "load-2"
