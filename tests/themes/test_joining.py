"""Letters that come in after a run wait in the accepted campaign that they are one of."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

import analysis
from analysis import CampaignIndex, Document
from analysis.campaigns import find_campaigns
from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act
from consult.moderation.correction import correct
from consult.moderation.withdrawal import withdraw
from consult.submissions.intake import prepare
from consult.submissions.models import Point
from consult.themes import campaigns, joining, repair, vector_work, work
from consult.themes.campaign_queries import campaigns as list_campaigns
from consult.themes.campaign_queries import members
from consult.themes.models import (
    ACCEPTED,
    PROPOSED,
    SET_ASIDE,
    Campaign,
    CampaignMember,
    PointVector,
)
from consult.themes.standing import campaign_in_view, member_in_view
from tests import builders, people
from tests.builders import NOW
from tests.client import PageClient
from tests.concurrently import together
from tests.themes.conftest import Analysed
from tests.themes.fakes import FakeCampaign, FakeJob, KilledError, requested

LETTER = (
    "Je suis contre le nouveau parking au bord de l'Alzette. Il coûte cher, il détruit les berges "
    "et il amène des voitures au centre. La ville doit planter des arbres à cet endroit."
)
OPPOSITE = LETTER.replace("contre", "pour")
OWN = "Mon fils y joue chaque mercredi avec ses amis du quartier."
QUOTING = (
    "On m'a donné une lettre toute faite qui me fâche beaucoup, et je refuse de la signer. "
    f"Elle dit : « {LETTER} » Je trouve que c'est faux du début à la fin et mal calculé."
)


@pytest.fixture
def campaign(session: Session, place: Analysed, monkeypatch: pytest.MonkeyPatch) -> int:
    """An accepted campaign of four letters, each of which has its vector."""
    monkeypatch.setattr(analysis, "find_campaigns", find_campaigns)
    _say(place, *[LETTER] * 4)
    work.analyse(FakeJob(requested(place.consultation, place.actor)))
    (row,) = list_campaigns(session, place.consultation.id)
    session.rollback()
    with act() as writing:
        campaigns.accept(writing, place.consultation, row.campaign.id, title={}, **place.who)
    return row.campaign.id


def _say(place: Analysed, *texts: str) -> list[int]:
    with act() as writing:
        return [builders.say(writing, place.consultation, text).point.id for text in texts]


def _encode(place: Analysed, *, die_at: int | None = None) -> None:
    asked = {"consultation": place.consultation.id, "after": 0}
    vector_work.compute(FakeJob(asked, die_at=die_at))


def _memberships(session: Session, *point_ids: int) -> list[tuple[int, int, str]]:
    session.rollback()
    return [
        (campaign, point, state)
        for campaign, point, state in session.execute(
            select(CampaignMember.campaign_id, CampaignMember.point_id, CampaignMember.state)
            .where(CampaignMember.point_id.in_(point_ids))
            .order_by(CampaignMember.point_id, CampaignMember.campaign_id)
        )
    ]


def _proposals(session: Session) -> list[list[int]]:
    session.rollback()
    lines = session.scalars(
        select(Activity).where(Activity.act == "campaign:members_proposed").order_by(Activity.id)
    )
    return [line.facts["points"] for line in lines]


def _right(session: Session, place: Analysed) -> None:
    """Counters are true, and no point is in two campaigns."""
    session.rollback()
    assert repair.differences(session, place.consultation.id) == []
    twice = session.execute(
        select(CampaignMember.point_id)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .join(Point, Point.id == CampaignMember.point_id)
        .where(member_in_view(), campaign_in_view(), Point.retired_at.is_(None))
        .group_by(CampaignMember.point_id)
        .having(func.count() > 1)
    ).all()
    assert twice == []


def test_a_letter_that_comes_in_later_waits_in_its_campaign(
    session: Session, place: Analysed, campaign: int, client: PageClient
) -> None:
    same, more = _say(place, LETTER, f"Bonjour,\n{LETTER} {OWN}")
    _encode(place)
    assert _memberships(session, same, more) == [
        (campaign, same, PROPOSED),
        (campaign, more, PROPOSED),
    ]
    rows = members(session, campaign, Keyset()).rows
    waiting = [row for row in rows if row.member.state == PROPOSED]
    assert list(members(session, campaign, Keyset(), undecided=True).rows) == waiting
    assert [[a.words for a in row.additions] for row in waiting] == [[], [OWN]]
    assert {(row.member.run_id, row.member.person_id) for row in waiting} == {(None, None)}
    assert _proposals(session) == [[same, more]]
    assert session.get_one(Campaign, campaign).points == 4  # it counts once a person says so
    _right(session, place)
    people.official(client.client, place.body, "analyst")
    client.client.set_cookie("consult_language", "en")
    desk = f"/desk/consultations/{place.consultation.slug}/campaigns/{campaign}"
    assert client.get(desk).text.count("proposed by machine") == 2
    overview = f"/desk/consultations/{place.consultation.slug}/campaigns"
    assert "Letters that wait for your decision" in client.get(overview).text
    page = client.submit(
        f"{desk}?only=waiting",
        {"point": [str(same), str(more)], "do": "add"},
        action="/members?only=waiting",
    )
    assert "2 points are added." in page.text
    assert "No letter waits for a decision" in page.text
    assert "Letters that wait for your decision" not in client.get(overview).text
    assert session.get_one(Campaign, campaign, populate_existing=True).points == 6
    _right(session, place)


def test_all_letters_that_the_official_saw_waiting_are_accepted_at_once(
    session: Session, place: Analysed, campaign: int, client: PageClient
) -> None:
    seen = _say(place, LETTER, LETTER)
    _encode(place)
    people.official(client.client, place.body, "analyst")
    client.client.set_cookie("consult_language", "en")
    desk = f"/desk/consultations/{place.consultation.slug}/campaigns/{campaign}?only=waiting"
    assert "Accept the 2 letters that wait" in client.get(desk).text
    (later,) = _say(place, LETTER)
    _encode(place)
    page = client.submit(desk, {"do": f"add-up-to-{seen[-1]}"}, action="/members?only=waiting")
    assert "2 points are added." in page.text
    assert "Accept the 1 letter that waits" in page.text
    assert _memberships(session, *seen, later) == [
        (campaign, seen[0], ACCEPTED),
        (campaign, seen[1], ACCEPTED),
        (campaign, later, PROPOSED),
    ]
    _right(session, place)


def test_spans_are_those_of_the_revision_where_a_point_begins_within_it(
    session: Session, place: Analysed, campaign: int
) -> None:
    with act() as writing:
        said = builders.say(writing, place.consultation, f"Deux choses. {LETTER} {OWN}")
        said.point.start = len("Deux choses. ")
    _encode(place)
    rows = members(session, campaign, Keyset()).rows
    assert [a.words for a in rows[-1].additions] == [OWN]


@pytest.mark.parametrize("text", [OPPOSITE, QUOTING, f"{OPPOSITE} {OWN}", "Bus le soir", "?"])
def test_what_turns_the_letter_round_or_quotes_it_or_is_another_joins_nothing(
    session: Session, place: Analysed, campaign: int, text: str
) -> None:
    (point,) = _say(place, text)
    _encode(place)
    assert _memberships(session, point) == []
    assert _proposals(session) == []


def test_a_reversed_letter_joins_the_accepted_variant(
    session: Session, place: Analysed, campaign: int
) -> None:
    _say(place, OPPOSITE, OPPOSITE)
    work.analyse(FakeJob(requested(place.consultation, place.actor)))
    variant = list_campaigns(session, place.consultation.id)[1].campaign.id
    session.rollback()
    with act() as writing:
        campaigns.accept(
            writing,
            place.consultation,
            variant,
            title={},
            wording="Ein Wortlaut, den niemand geschickt hat.",
            **place.who,
        )
    for_it, against = _say(place, OPPOSITE, LETTER)
    _encode(place)
    assert _memberships(session, for_it, against) == [
        (variant, for_it, PROPOSED),
        (campaign, against, PROPOSED),
    ]


@pytest.mark.parametrize("at_once", [1, 200])
def test_a_job_killed_in_any_act_and_run_again_gives_the_same(
    session: Session, place: Analysed, campaign: int, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(vector_work, "AT_ONCE", at_once)
    points = _say(place, LETTER, OPPOSITE, f"{LETTER} {OWN}")
    expected = [(campaign, points[0], PROPOSED), (campaign, points[2], PROPOSED)]
    original = joining.propose

    def killed_at_the_end(*args: Any) -> None:
        original(*args)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(joining, "propose", killed_at_the_end)
        with pytest.raises(KilledError):
            _encode(place)
    assert _memberships(session, *points) == []
    with pytest.raises(KilledError):
        _encode(place, die_at=1)
    for _ in range(3):
        _encode(place)
        assert _memberships(session, *points) == expected
    assert sorted(p for line in _proposals(session) for p in line) == [points[0], points[2]]
    _right(session, place)


def test_letters_are_made_ready_once_a_job(
    session: Session, place: Analysed, campaign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_work, "AT_ONCE", 2)
    made: list[int] = []

    def counted(letters: Any) -> CampaignIndex:
        made.append(1)
        return CampaignIndex(letters)

    monkeypatch.setattr(analysis, "CampaignIndex", counted, raising=False)
    _say(place, *[LETTER] * 9)
    _encode(place)
    assert len(made) == 1
    assert sum(map(len, _proposals(session))) == 9


def test_what_a_person_took_out_does_not_come_back(
    session: Session, place: Analysed, campaign: int
) -> None:
    consultation = place.consultation
    taken, corrected = _say(place, LETTER, LETTER)
    _encode(place)
    with act() as writing:
        campaigns.remove_members(writing, consultation, campaign, [taken, corrected], **place.who)
    # The same words again: another encoder, and its author adds a sentence.
    with act() as writing:
        words = prepare(f"{LETTER} {OWN}", language="fr")
        comment = writing.get_one(Point, corrected).comment_id
        consultation = writing.get_one(Consultation, consultation.id)
        consultation.closes_at = None
        correct(writing, comment, words, seen=1, actor=Actor.receipt(1), now=NOW)
        writing.execute(delete(PointVector))
    _encode(place)
    heirs = session.scalars(select(Point.id).where(Point.comment_id == comment)).all()
    assert {state for _, _, state in _memberships(session, taken, *heirs)} == {SET_ASIDE}
    work.analyse(FakeJob(requested(place.consultation, place.actor)))
    assert {state for _, _, state in _memberships(session, taken, *heirs)} == {SET_ASIDE}
    _right(session, place)


def test_what_a_person_placed_stays_and_a_campaign_set_aside_takes_nothing(
    session: Session, place: Analysed, campaign: int
) -> None:
    consultation = place.consultation
    (placed,) = _say(place, LETTER)
    with act() as writing:
        campaigns.add_members(writing, consultation, campaign, [placed], **place.who)
    _encode(place)
    assert _memberships(session, placed) == [(campaign, placed, ACCEPTED)]
    (point,) = _say(place, LETTER)
    letters = joining.index(session, consultation.id)
    found = joining.asked(letters, [Document(point, LETTER, "fr")])
    assert [one.campaign_id for one in found] == [campaign]
    session.rollback()
    with act() as writing:
        campaigns.set_aside(writing, consultation, campaign, **place.who)
    with act() as writing:  # asked before, written after
        joining.propose(writing, consultation.id, found, NOW)
    _encode(place)
    assert _memberships(session, point) == []
    _right(session, place)


def test_what_belongs_to_another_campaign_stays_there(
    session: Session, place: Analysed, campaign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation = place.consultation
    one, two = _say(place, "Arbres en ville", "Arbres au parc")
    monkeypatch.setattr(analysis, "find_campaigns", _grouping([one, two]))
    work.analyse(FakeJob(requested(consultation, place.actor)))
    ((other, _, _),) = _memberships(session, one)
    with act() as writing:
        campaigns.accept(writing, consultation, other, title={}, **place.who)
    (placed,) = _say(place, LETTER)
    with act() as writing:
        campaigns.add_members(writing, consultation, other, [placed], **place.who)
    _encode(place)
    assert _memberships(session, placed) == [(other, placed, ACCEPTED)]
    _right(session, place)


def test_none_joins_that_went_while_it_was_encoded(
    session: Session, place: Analysed, campaign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = _say(place, LETTER, LETTER)
    embed = analysis.embed

    def withdrawn(documents: Sequence[Document]) -> Any:
        with act() as writing:
            comment = writing.get_one(Point, gone).comment_id
            withdraw(writing, comment, actor=Actor.receipt(1), now=NOW)
        return embed(documents)

    monkeypatch.setattr(analysis, "embed", withdrawn)
    _encode(place)
    assert _memberships(session, gone, stays) == [(campaign, stays, PROPOSED)]


def _grouping(*groups: list[int]) -> Callable[..., list[FakeCampaign]]:
    def found(documents: Sequence[Document], *, progress: object = None) -> list[FakeCampaign]:
        del documents, progress
        return [FakeCampaign(group, group[0]) for group in groups]

    return found


def test_a_run_that_records_later_does_not_put_it_elsewhere_as_well(
    session: Session, place: Analysed, campaign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run knew the point from its snapshot and makes another campaign of it."""
    joined, one, two = _say(place, LETTER, "Arbres en ville", "Arbres au parc")
    monkeypatch.setattr(analysis, "find_campaigns", _grouping([joined, one, two]))
    work.analyse(FakeJob(requested(place.consultation, place.actor)))
    found = _memberships(session, joined, one, two)
    assert [(point, state) for _, point, state in found] == [
        (joined, PROPOSED),
        (one, PROPOSED),
        (two, PROPOSED),
    ]
    assert found[0][0] == campaign != found[1][0] == found[2][0]
    _right(session, place)
    work.analyse(FakeJob(requested(place.consultation, place.actor)))
    assert _memberships(session, joined) == [found[0]]
    _right(session, place)


def test_a_run_that_proposes_the_same_passes_over_it(
    session: Session, place: Analysed, campaign: int
) -> None:
    (joined,) = _say(place, LETTER)
    run = requested(place.consultation, place.actor)
    work.analyse(FakeJob(run))  # encodes the point, so asks; then finds the same itself
    assert _memberships(session, joined) == [(campaign, joined, PROPOSED)]
    assert _proposals(session) == [[joined]]
    _right(session, place)


def test_it_joins_even_if_the_run_that_encoded_it_is_stopped(
    session: Session, place: Analysed, campaign: int
) -> None:
    (joined,) = _say(place, LETTER)
    with pytest.raises(KilledError):
        work.analyse(FakeJob(requested(place.consultation, place.actor), die_at=6))
    assert _memberships(session, joined) == [(campaign, joined, PROPOSED)]


def test_a_run_and_the_job_at_once(
    app: Flask, session: Session, place: Analysed, campaign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_work, "AT_ONCE", 2)
    points = _say(place, *[f"{LETTER} Merci {n}." for n in range(8)], *[OPPOSITE] * 3)
    run = requested(place.consultation, place.actor)
    ended = together(app, lambda: work.analyse(FakeJob(run)), lambda: _encode(place))
    assert ended == [None, None]
    found = _memberships(session, *points)
    assert [row for row in found if row[0] == campaign] == [
        (campaign, point, PROPOSED) for point in points[:8]
    ]
    assert [point for c, point, _ in found if c != campaign] == points[8:]
    _right(session, place)
