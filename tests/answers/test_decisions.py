"""Deciding: chains in which nothing is updated, and what is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.answers import heads
from consult.answers.decisions import (
    PUBLICATION,
    CampaignTarget,
    PointTarget,
    Target,
    ThemeTarget,
    decide,
    reference,
)
from consult.answers.errors import AnsweredMeanwhileError, AnswerError, BeingPublishedError
from consult.answers.models import Answer, AnswerTarget
from consult.consultations.models import Consultation, ConsultationBody
from consult.kernel import release
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.transaction import act
from tests import builders
from tests.builders import NOW


class Desk:
    """A consultation with a theme, a campaign and a point, and an official who answers."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.consultation = builders.consultation(session)
        self.body_id = session.scalars(select(ConsultationBody.body_id)).one()
        self.actor = Actor.user(builders.official(session).id)
        self.said = builders.say(session, self.consultation)
        self.theme = builders.theme(session, self.consultation)
        self.campaign = builders.campaign(session, self.consultation, [self.said.point])
        first, clause, text = builders.draft(session, self.consultation)
        self.version, self.edit = builders.amended(
            session, first, clause, text, "Il passe souvent."
        )

    def decide(self, target: Target, **other: object) -> Answer:
        arguments: dict[str, object] = {
            "disposition": "accepted",
            "reason": {"fr": "Oui."},
            "body_id": self.body_id,
            "actor": self.actor,
            "now": NOW,
            **other,
        }
        return decide(self.session, self.consultation, target=target, **arguments)  # type: ignore[arg-type]


@pytest.fixture
def desk(session: Session) -> Desk:
    with act():
        return Desk(session)


def test_each_kind_of_target_is_answered_with_its_edits(desk: Desk, session: Session) -> None:
    targets: list[Target] = [
        ThemeTarget(desk.theme.id),
        CampaignTarget(desk.campaign.id),
        PointTarget(desk.said.point.id),
    ]
    with act():
        made = [desk.decide(t, edit_ids=[desk.edit.id]) for t in targets]
    newest = heads.of_themes_and_campaigns(session, desk.consultation.id)
    assert newest.themes == {desk.theme.id: made[0].id}
    assert newest.campaigns == {desk.campaign.id: made[1].id}
    assert heads.of_points(session, [desk.said.point.id]) == {desk.said.point.id: made[2].id}
    assert (
        session.get_one(Consultation, desk.consultation.id, populate_existing=True).decisions == 3
    )
    acts = session.scalars(select(Activity.act).where(Activity.act == "answer:decided")).all()
    assert len(acts) == 3


def test_a_change_is_a_new_answer_and_the_newest_counts(desk: Desk, session: Session) -> None:
    target = ThemeTarget(desk.theme.id)
    with act():
        first = desk.decide(target)
        second = desk.decide(target, disposition="not_accepted", corrects=first.id)
        third = desk.decide(target, disposition="noted", corrects=second.id)
    assert heads.newest(session, (AnswerTarget.theme_id, desk.theme.id)) is third
    assert [a.disposition for a in (first, second, third)] == ["accepted", "not_accepted", "noted"]


def test_the_database_itself_refuses_to_change_an_answer(desk: Desk, session: Session) -> None:
    with act():
        answer = desk.decide(ThemeTarget(desk.theme.id))
    with pytest.raises(DatabaseError), act():
        session.execute(update(Answer).where(Answer.id == answer.id).values(disposition="noted"))


def test_of_two_officials_the_second_is_told(desk: Desk) -> None:
    target = PointTarget(desk.said.point.id)
    with act():
        first = desk.decide(target)
    with pytest.raises(AnsweredMeanwhileError), act():
        desk.decide(target, disposition="noted")
    with act():
        desk.decide(target, disposition="noted", corrects=first.id)
    with pytest.raises(AnsweredMeanwhileError), act():
        desk.decide(target, corrects=first.id)


def _retire(desk: Desk) -> None:
    desk.said.point.retired_at = NOW


def _withdraw(desk: Desk) -> None:
    desk.said.comment.state = "withdrawn"


@pytest.mark.parametrize("spoil", [_retire, _withdraw])
def test_a_point_that_no_longer_stands_is_not_answered(
    desk: Desk, spoil: Callable[[Desk], None]
) -> None:
    with act():
        spoil(desk)
        desk.session.flush()
    with pytest.raises(AnswerError), act():
        desk.decide(PointTarget(desk.said.point.id))


@pytest.mark.parametrize(
    "wrong",
    [
        {"disposition": "perhaps"},
        {"reason": {"fr": "  "}},
        {"reason": {}},
        {"reason": {"xx": "Oui."}},
        {"body_id": 999},
        {"edit_ids": [999]},
    ],
)
def test_what_an_answer_needs(desk: Desk, wrong: dict[str, object]) -> None:
    with pytest.raises(AnswerError), act():
        desk.decide(ThemeTarget(desk.theme.id), **wrong)


def test_an_edit_that_is_gone_cannot_be_cited(desk: Desk, session: Session) -> None:
    with act():
        desk.edit.gone_at = NOW
        session.add(desk.edit)
    with pytest.raises(AnswerError), act():
        desk.decide(ThemeTarget(desk.theme.id), edit_ids=[desk.edit.id])


@pytest.mark.parametrize("state", ["proposed", "set_aside"])
def test_only_accepted_themes_and_campaigns_are_answered(desk: Desk, state: str) -> None:
    with act():
        desk.theme.state = desk.campaign.state = state
        desk.session.add_all([desk.theme, desk.campaign])
    for target in (ThemeTarget(desk.theme.id), CampaignTarget(desk.campaign.id)):
        with pytest.raises(AnswerError), act():
            desk.decide(target)


def test_targets_and_edits_of_another_consultation_do_not_exist(
    desk: Desk, session: Session
) -> None:
    with act():
        other = builders.consultation(session, "other")
        foreign = builders.theme(session, other)
    with pytest.raises(NotFoundError), act():
        desk.decide(ThemeTarget(foreign.id))


def test_nothing_is_decided_while_answers_are_being_published(desk: Desk, session: Session) -> None:
    about = reference(desk.consultation.id)
    with act():
        release.begin(session, kind=PUBLICATION, reference=about, decisions=0, now=NOW)
    with pytest.raises(BeingPublishedError), act():
        desk.decide(ThemeTarget(desk.theme.id))
    with act():
        row = release.preparing(session, kind=PUBLICATION, reference=about)
        assert row is not None
        release.finish(row, NOW + timedelta(minutes=1))
    with act():
        desk.decide(ThemeTarget(desk.theme.id))
