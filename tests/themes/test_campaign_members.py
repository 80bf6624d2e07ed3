"""Who belongs to a campaign: each point to one accepted one, however acts were divided or stopped."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.kernel.transaction import act
from consult.submissions.models import Point
from consult.themes import campaigns, queries, repair, work
from consult.themes.campaign_queries import campaigns as list_campaigns
from consult.themes.errors import InOtherCampaignError
from consult.themes.models import ACCEPTED, CampaignMember
from tests import builders
from tests.builders import NOW
from tests.themes.conftest import Analysed
from tests.themes.fakes import FakeJob, requested


def test_a_point_is_in_one_accepted_campaign(session: Session, place: Analysed) -> None:
    c, who = place.consultation, place.who
    (row,) = list_campaigns(session, c.id)
    with act() as writing:
        other = builders.campaign(writing, c, [writing.get_one(Point, place.points[5])])
        campaigns.accept(writing, c, row.campaign.id, title={}, **who)
    assert session.get_one(type(other), row.campaign.id, populate_existing=True).points == 2
    with pytest.raises(InOtherCampaignError), act() as writing:
        campaigns.add_members(writing, c, row.campaign.id, [place.points[5]], **who)
    with act() as writing:
        campaigns.remove_members(writing, c, other.id, [place.points[5]], **who)
        campaigns.add_members(writing, c, row.campaign.id, [place.points[5]], **who)
    assert repair.differences(session, c.id) == []


def test_a_large_campaign_is_taken_in_portions(session: Session, place: Analysed) -> None:
    (row,) = list_campaigns(session, place.consultation.id)
    with act() as writing:
        assert campaigns.take_members(writing, row.campaign.id, to=ACCEPTED, limit=2) == 2
    assert repair.differences(session, place.consultation.id) == []
    with act() as writing:
        campaigns.accept(
            writing, place.consultation, row.campaign.id, title={}, actor=place.actor, now=NOW
        )
    states = session.scalars(select(CampaignMember.state)).all()
    assert set(states) == {ACCEPTED}


def test_letters_of_a_campaign_whose_acceptance_was_stopped_are_not_lost(
    session: Session, place: Analysed
) -> None:
    c, who = place.consultation, place.who
    (row,) = list_campaigns(session, c.id)
    with act() as writing:
        campaigns.take_members(writing, row.campaign.id, to=ACCEPTED, limit=2)
    work.analyse(FakeJob(requested(c, place.actor)))
    (again,) = list_campaigns(session, c.id)
    assert again.campaign.id != row.campaign.id
    with act() as writing:
        campaigns.accept(writing, c, again.campaign.id, title={}, **who)
    points = place.points[5:8]
    assert queries.campaigns_of_points(session, points) == dict.fromkeys(points, again.campaign.id)
    assert repair.differences(session, c.id) == []
