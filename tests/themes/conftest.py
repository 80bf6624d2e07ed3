"""A consultation with points, analysed once by a known analysis."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypedDict

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import analysis
from analysis.campaigns import find_campaigns
from consult.accounts.models import Body
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.transaction import act
from consult.submissions import repair as comment_repair
from consult.submissions.models import CommentRevision, Point
from consult.themes import campaigns, dividing_work, queries, repair, work
from consult.themes.campaign_queries import campaigns as list_campaigns
from tests import builders
from tests.builders import NOW
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


LETTER = (
    "Je suis contre le nouveau parking au bord de l'Alzette. Il coûte cher, il détruit les berges "
    "et il amène des voitures au centre. La ville doit planter des arbres à cet endroit."
)
OWN = "Mon fils y joue chaque mercredi avec ses amis du quartier."
MORE = "Ma voisine de quatre-vingts ans y promène son chien depuis toujours."
SENT = (LETTER, f"{LETTER} {OWN}", f"{MORE}\n\n{LETTER}\n\n{OWN}", LETTER)


@dataclass
class Letters:
    """An accepted campaign of four letters: the second and the third say something of their own."""

    place: Analysed
    campaign_id: int
    points: list[int]

    def divide(self) -> None:
        assert dividing_work.at_once(self.place.consultation.id, actor=self.place.actor, now=NOW)

    def spans(self, session: Session, number: int) -> list[str]:
        """The words of the live points of the comment of a letter, in their order."""
        comment = select(Point.comment_id).where(Point.id == self.points[number])
        rows = session.execute(
            select(CommentRevision.text, Point.start, Point.end)
            .join(CommentRevision, CommentRevision.id == Point.revision_id)
            .where(Point.comment_id == comment.scalar_subquery(), Point.retired_at.is_(None))
            .order_by(Point.start)
        )
        return [text[start:end] for text, start, end in rows]

    def own(self, session: Session, number: int) -> list[Point]:
        """The points beside a letter, in the order of their words."""
        comment = select(Point.comment_id).where(Point.id == self.points[number])
        return list(
            session.scalars(
                select(Point)
                .where(
                    Point.comment_id == comment.scalar_subquery(),
                    Point.id != self.points[number],
                    Point.retired_at.is_(None),
                )
                .order_by(Point.start)
                .execution_options(populate_existing=True)
            )
        )


@pytest.fixture
def letters(session: Session, place: Analysed, monkeypatch: pytest.MonkeyPatch) -> Letters:
    monkeypatch.setattr(analysis, "find_campaigns", find_campaigns)
    with act() as writing:
        points = [builders.say(writing, place.consultation, text).point.id for text in SENT]
    work.analyse(FakeJob(requested(place.consultation, place.actor)))
    (row,) = list_campaigns(session, place.consultation.id)
    session.rollback()
    with act() as writing:
        campaigns.accept(writing, place.consultation, row.campaign.id, title={}, **place.who)
    return Letters(place, row.campaign.id, points)


def check(session: Session, place: Analysed) -> None:
    """What holds whatever was done: counters are right, and points of a comment lie apart."""
    session.rollback()
    consultation_id = place.consultation.id
    assert repair.differences(session, consultation_id) == []
    assert comment_repair.differences(session, consultation_id) == []
    rows = session.execute(
        select(Point.comment_id, Point.start, Point.end, CommentRevision.text)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(Point.retired_at.is_(None))
        .order_by(Point.comment_id, Point.start)
    ).all()
    for comment, start, end, text in rows:
        assert 0 <= start < end <= len(text), comment
    for before, after in pairwise(rows):
        assert before[0] != after[0] or before[2] <= after[1], before[0]
    session.rollback()
