"""Letters that say the opposite of a campaign: recorded beside it, never in it."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import analysis
from analysis.campaigns import find_campaigns
from consult.kernel.transaction import act
from consult.themes import campaigns, repair, work
from consult.themes.campaign_queries import campaigns as list_campaigns
from consult.themes.campaign_queries import opposites, opposites_of
from consult.themes.models import ACCEPTED, PROPOSED, Campaign, CampaignMember
from tests import builders, people
from tests.client import PageClient
from tests.themes.conftest import Analysed
from tests.themes.fakes import FakeJob, KilledError, requested

LETTER = (
    "Je suis contre le nouveau parking au bord de l'Alzette. Il coûte cher, il détruit les berges "
    "et il amène des voitures au centre. La ville doit planter des arbres à cet endroit."
)
OPPOSITE = LETTER.replace("contre", "pour")


@pytest.fixture
def _real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "find_campaigns", find_campaigns)


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


@pytest.mark.usefixtures("_real")
def test_a_variant_is_a_proposed_campaign_of_its_own(session: Session, place: Analysed) -> None:
    against, for_it = _say(place, LETTER, 4), _say(place, OPPOSITE, 2)
    work.analyse(FakeJob(requested(place.consultation, place.actor)))
    found = [
        _members(session, row.campaign.id) for row in list_campaigns(session, place.consultation.id)
    ]
    assert found == [dict.fromkeys(against, PROPOSED), dict.fromkeys(for_it, PROPOSED)]
    assert repair.differences(session, place.consultation.id) == []


@pytest.mark.usefixtures("_real")
def test_opposite_letters_are_not_proposed_to_the_campaign_that_took_one_before(
    session: Session, place: Analysed
) -> None:
    """Somebody accepted an opposite letter with the others; two more come in."""
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


def _pair(session: Session, place: Analysed) -> tuple[int, int]:
    """The proposed campaigns after a run on letters for and against: (against, for)."""
    _say(place, LETTER, 4)
    _say(place, OPPOSITE, 2)
    work.analyse(FakeJob(requested(place.consultation, place.actor)))
    session.expire_all()
    against, for_it = list_campaigns(session, place.consultation.id)
    session.rollback()
    return against.campaign.id, for_it.campaign.id


def _of(session: Session) -> dict[int, int | None]:
    session.rollback()
    return dict(session.execute(select(Campaign.id, Campaign.variant_of_id)).all())


@pytest.mark.usefixtures("_real")
def test_a_variant_says_what_it_turns_round_and_both_show_it(
    session: Session, place: Analysed
) -> None:
    against, for_it = _pair(session, place)
    assert _of(session)[for_it] == against
    assert _of(session)[against] is None
    rows = list_campaigns(session, place.consultation.id)
    found = opposites(rows)
    assert {c: [o.campaign.id for o in others] for c, others in found.items()} == {
        against: [for_it],
        for_it: [against],
    }
    for row in rows:
        assert opposites_of(session, row.campaign) == found[row.campaign.id]


@pytest.mark.usefixtures("_real")
def test_accepted_campaigns_learn_it_from_the_next_run_with_the_rest_of_what_it_says(
    session: Session, place: Analysed
) -> None:
    """As campaigns do that were accepted before variants were recorded."""
    against, for_it = _pair(session, place)
    with act() as writing:
        for campaign in (against, for_it):
            campaigns.accept(writing, place.consultation, campaign, title={}, **place.who)
        writing.execute(update(Campaign).values(variant_of_id=None))
    job = FakeJob(requested(place.consultation, place.actor))
    work.analyse(job)
    assert _of(session)[for_it] == against
    with act() as writing:
        writing.execute(update(Campaign).values(variant_of_id=None))
    run = requested(place.consultation, place.actor)
    with pytest.raises(KilledError):
        work.analyse(FakeJob(run, die_at=job.acts))
    assert _of(session)[for_it] is None
    work.analyse(FakeJob(run))
    assert _of(session)[for_it] == against
    work.analyse(FakeJob(requested(place.consultation, place.actor)))
    assert (_of(session)[for_it], _of(session)[against]) == (against, None)


@pytest.mark.usefixtures("_real")
def test_what_a_killed_run_wrote_of_variants_is_swept(session: Session, place: Analysed) -> None:
    _pair(session, place)
    first = FakeJob(requested(place.consultation, place.actor))
    work.analyse(first)
    before = _of(session)
    killed = requested(place.consultation, place.actor)
    with pytest.raises(KilledError):
        work.analyse(FakeJob(killed, die_at=first.acts))
    assert len(_of(session)) == len(before) + 2
    work.analyse(FakeJob(killed))
    assert len(_of(session)) == len(before) + 2
    assert sum(of is not None for of in _of(session).values()) == 3
    assert repair.differences(session, place.consultation.id) == []


def test_no_campaign_is_a_variant_of_itself(session: Session, place: Analysed) -> None:
    (row,) = list_campaigns(session, place.consultation.id)
    with pytest.raises(IntegrityError), act() as writing:
        writing.execute(update(Campaign).values(variant_of_id=row.campaign.id))


@pytest.mark.usefixtures("_real")
def test_the_pages_say_how_many_are_for_and_how_many_against(
    session: Session, place: Analysed, client: PageClient
) -> None:
    against, for_it = _pair(session, place)
    people.official(client.client, place.body, "analyst", "editor")
    client.client.set_cookie("consult_language", "en")
    desk = f"/desk/consultations/{place.consultation.slug}/campaigns"
    page = client.get(desk)
    assert page.text.count("Says the opposite of: Je suis contre") == 1
    assert page.text.count("Says the opposite of: Je suis pour") == 1
    with act() as writing:
        campaigns.accept(
            writing, place.consultation, against, title={"en": "Against the car park"}, **place.who
        )
    public = f"/consultations/{place.consultation.slug}/themes"
    assert "opposite" not in client.get(public).text
    assert "opposite of: Against the car park · 4 points" in client.get(f"{desk}/{for_it}").text
    answer = f"/desk/consultations/{place.consultation.slug}/answers/campaign/{against}"
    assert "Says the opposite of: Je suis pour" in client.get(answer).text
    with act() as writing:
        campaigns.accept(
            writing, place.consultation, for_it, title={"en": "For the car park"}, **place.who
        )
    assert "opposite of: For the car park · 2 points" in client.get(f"{desk}/{against}").text
    said = client.get(public).text
    assert "opposite of: Against the car park · 4 points" in said
    assert "opposite of: For the car park · 2 points" in said
    with act() as writing:
        campaigns.set_aside(writing, place.consultation, for_it, **place.who)
    assert "opposite" not in client.get(public).text
