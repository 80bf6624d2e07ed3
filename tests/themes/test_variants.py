"""Letters that say the opposite of a campaign: recorded beside it, never in it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import analysis
from analysis.campaigns import find_campaigns
from consult.kernel.transaction import act
from consult.themes import campaigns, repair, work
from consult.themes.campaign_queries import campaigns as list_campaigns
from consult.themes.models import ACCEPTED, PROPOSED, CampaignMember
from tests import builders
from tests.themes.conftest import Analysed
from tests.themes.fakes import FakeJob, requested

LETTER = (
    "Je suis contre le nouveau parking au bord de l'Alzette. Il coûte cher, il détruit les berges "
    "et il amène des voitures au centre. La ville doit planter des arbres à cet endroit."
)
OPPOSITE = LETTER.replace("contre", "pour")


def _say(place: Analysed, text: str, times: int) -> list[int]:
    with act() as writing:
        return [builders.say(writing, place.consultation, text).point.id for _ in range(times)]


def _members(session: Session, campaign_id: int) -> dict[int, str]:
    rows = session.execute(
        select(CampaignMember.point_id, CampaignMember.state).where(
            CampaignMember.campaign_id == campaign_id
        )
    )
    return dict(rows.all())


def test_a_variant_is_a_proposed_campaign_of_its_own(
    session: Session, place: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis, "find_campaigns", find_campaigns)
    against, for_it = _say(place, LETTER, 4), _say(place, OPPOSITE, 2)
    work.analyse(FakeJob(requested(place.consultation, place.actor)))
    found = [
        _members(session, row.campaign.id) for row in list_campaigns(session, place.consultation.id)
    ]
    assert found == [dict.fromkeys(against, PROPOSED), dict.fromkeys(for_it, PROPOSED)]
    assert repair.differences(session, place.consultation.id) == []


def test_opposite_letters_are_not_proposed_to_the_campaign_that_took_one_before(
    session: Session, place: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody accepted an opposite letter with the others; two more come in."""
    monkeypatch.setattr(analysis, "find_campaigns", find_campaigns)
    consultation = place.consultation
    against = _say(place, LETTER, 4)
    work.analyse(FakeJob(requested(consultation, place.actor)))
    (row,) = list_campaigns(session, consultation.id)
    accepted = row.campaign.id
    session.rollback()
    (mistaken,) = _say(place, OPPOSITE, 1)
    with act() as writing:
        campaigns.accept(writing, consultation, accepted, title={"fr": "Parking"}, **place.who)
        campaigns.add_members(writing, consultation, accepted, [mistaken], **place.who)
    for_it = _say(place, OPPOSITE, 2)
    (late,) = _say(place, LETTER, 1)
    work.analyse(FakeJob(requested(consultation, place.actor)))
    session.expire_all()
    rows = {row.campaign.id: row for row in list_campaigns(session, consultation.id)}
    assert _members(session, accepted) == {
        **dict.fromkeys([*against, mistaken], ACCEPTED),
        late: PROPOSED,
    }
    (variant,) = rows.keys() - {accepted}
    assert _members(session, variant) == dict.fromkeys(for_it, PROPOSED)
    assert repair.differences(session, consultation.id) == []
