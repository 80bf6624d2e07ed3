"""What officials write down with a form that is sent twice stands there once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.answers.colleagues import notes
from consult.answers.models import ColleagueNote, TextModule
from consult.answers.modules import keeping
from consult.consultations.models import Consultation
from consult.kernel.transaction import act
from consult.themes import signoff
from consult.themes.models import Theme
from tests.answers.worlds import World
from tests.builders import NOW
from tests.concurrently import at_once


@pytest.mark.parametrize(
    ("what", "table"), [("module", TextModule), ("note", ColleagueNote), ("theme", Theme)]
)
def test_it_stands_there_once(app: Flask, session: Session, what: str, table: type[object]) -> None:
    world = World(session)
    consultation, body, actor = world.consultation.id, world.body_id, world.actor
    thing = f"theme:{world.main.id}"

    def count() -> int:
        session.rollback()
        return session.execute(select(func.count()).select_from(table)).scalar_one()

    def do(session: Session, words: str = "Le bus.", minutes: int = 0) -> object:
        now, of = NOW + timedelta(minutes=minutes), session.get_one(Consultation, consultation)
        if what == "module":
            return keeping.save(session, body, None, title="Bus", words={"fr": words}, saved=0,
                                actor=actor, now=now)  # fmt: skip
        if what == "note":
            return notes.write(session, of, thing, words=words, body_id=body, for_all=True,
                               mine={body}, actor=actor, now=now)  # fmt: skip
        return signoff.create(session, of, title={"fr": "Bus de nuit"}, description={"fr": words},
                              actor=actor, now=now)  # fmt: skip

    before = count()
    assert at_once(app, do, do) == [None, None]
    with act() as writing:
        do(writing)
    assert count() == before + 1
    # Other words, and the same ones at another time, are meant.
    with act() as writing:
        do(writing, "Le tram.")
        do(writing, minutes=2)
    assert count() == before + 3
