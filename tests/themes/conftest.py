"""A consultation with points, analysed once by a known analysis."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import analysis
from consult.accounts.models import Body
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.transaction import act
from consult.submissions.models import Point
from consult.themes import queries, work
from tests import builders
from tests.themes.fakes import FakeJob, by_first_word, by_length, requested, same_words

TEXTS = (
    "Bus le soir",
    "Bus le matin",
    "Vélo partout",
    "Vélo en ville",
    "Arbres",
    "Lettre type",
    "Lettre type",
    "Lettre type | et merci",
)


@pytest.fixture(autouse=True)
def _known_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "find_topics", by_first_word, raising=False)
    monkeypatch.setattr(analysis, "find_campaigns", same_words, raising=False)
    monkeypatch.setattr(analysis, "embed", by_length, raising=False)


class Who(TypedDict):
    """Who acts and when, as every verb takes it."""

    actor: Actor
    now: datetime


@dataclass
class Analysed:
    """A consultation after a run, with two officials and its points in the order of TEXTS."""

    consultation: Consultation
    body: Body
    actor: Actor
    other: Actor
    points: list[int]
    # First word of the title → theme.
    themes: dict[str, int]

    @property
    def who(self) -> Who:
        return {"actor": self.actor, "now": builders.NOW}

    def sizes(self, session: Session) -> dict[int, int]:
        rows = queries.themes_with_sizes(session, self.consultation.id)
        return {row.theme.id: row.points for row in rows}


@pytest.fixture
def place(session: Session) -> Analysed:
    with act() as writing:
        body = builders.body(writing)
        consultation = builders.consultation(writing, lead=body)
        first, second = (builders.official(writing, name) for name in ("Anne Weber", "Ben Muller"))
        for text in TEXTS:
            builders.say(writing, consultation, text)
    actor = Actor.user(first.id)
    work.analyse(FakeJob(requested(consultation, actor)))
    rows = queries.themes_with_sizes(session, consultation.id)
    themes = {row.theme.title["fr"].split(",")[0]: row.theme.id for row in rows}
    points = list(session.scalars(select(Point.id).order_by(Point.id)))
    session.rollback()
    return Analysed(consultation, body, actor, Actor.user(second.id), points, themes)
