"""Proposals decided together: all or none, each with its line, told clearly where one moved."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Membership
from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.jobs.models import DONE, Job
from consult.kernel import paging
from consult.kernel import release as releases
from consult.kernel.actor import COMMAND
from consult.kernel.release import Release
from consult.kernel.transaction import act
from consult.submissions.models import Point
from consult.themes import bulk_work, campaigns, repair, signoff, together, work
from consult.themes.campaign_queries import campaigns as list_campaigns
from consult.themes.errors import (
    AnsweredError,
    BeingPublishedError,
    NoPersonError,
    ProposalsMovedError,
    TooManyProposalsError,
)
from consult.themes.models import (
    ACCEPTED,
    DUE,
    PROPOSED,
    SET_ASIDE,
    Campaign,
    CampaignMember,
    Theme,
)
from tests import builders
from tests.builders import NOW
from tests.client import Page, PageClient
from tests.themes.conftest import Analysed, Who
from tests.themes.fakes import FakeJob, KilledError, requested
from tests.themes.test_jobs import run_jobs
from tests.themes.test_pages import DESK, official, statements
from tests.themes.test_signoff import together as at_once

__all__ = ["official"]

THEMES, CAMPAIGNS = f"{DESK}/themes", f"{DESK}/campaigns"


def boxes(page: Page, *, ticked: bool | None = None) -> list[str]:
    """What the boxes of the page send, or only those that are (not) ticked."""
    return [
        box.get("value", "")
        for box in page.all("input")
        if box.get("name") == "chosen" and ticked in {None, box.get("checked") is not None}
    ]


def box(page: Page, number: int) -> str:
    return next(value for value in boxes(page) if value.startswith(f"{number}."))


def decide(
    client: PageClient, address: str, page: Page, values: list[str], to: str, *, status: int = 200
) -> Page:
    """Send the form of this page as a browser without JavaScript does."""
    path = address.removeprefix("/desk").partition("?")[0]
    return client.post(address, {**page.form(path), "chosen": values, "to": to}, status)


def states(session: Session) -> dict[int, str]:
    session.rollback()
    return dict(session.execute(select(Theme.id, Theme.state)).all())


def lines(session: Session, what: str) -> list[str]:
    session.rollback()
    found = select(Activity.thing).where(Activity.act == what).order_by(Activity.thing)
    return list(session.scalars(found))


def more_letters(place: Analysed, *counts: int, name: str = "Brief") -> None:
    """As many campaigns beside the first, of so many letters each, found by another run."""
    with act() as session:
        for number, count in enumerate(counts):
            for _ in range(count):
                builders.say(session, place.consultation, f"{name} {number:03}")
    work.analyse(FakeJob(requested(place.consultation, place.actor)))


def test_several_themes_are_accepted_and_others_set_aside(
    client: PageClient, official: Analysed, session: Session
) -> None:
    bus, bike, tree, letter = (official.themes[t] for t in ("Bus", "Vélo", "Arbres", "Lettre"))
    with act() as writing:
        signoff.nest(writing, official.consultation, bike, tree, **official.who)
    before = session.get_one(Consultation, official.consultation.id).decisions
    page = client.get(THEMES)
    page = decide(client, THEMES, page, [box(page, bus), box(page, letter)], "accepted")
    assert "2 themes are accepted." in page.text
    assert states(session) == {bus: ACCEPTED, letter: ACCEPTED, bike: PROPOSED, tree: PROPOSED}
    assert lines(session, "theme:accepted") == sorted([f"theme:{bus}", f"theme:{letter}"])
    page = decide(client, THEMES, page, [box(page, tree)], "set_aside")
    assert "1 theme is set aside. You can bring it back." in page.text
    session.rollback()
    assert session.get_one(Theme, bike).parent_id is None
    assert lines(session, "theme:set_aside") == [f"theme:{tree}"]
    assert session.get_one(Consultation, official.consultation.id).decisions == before + 2
    # Titles are written afterwards as ever.
    page = client.submit(f"{THEMES}/{bus}/edit", {"title_en": "Buses"})
    assert page.h1 == "Buses"


def test_an_empty_choice_says_what_to_do_and_nonsense_is_refused(
    client: PageClient, official: Analysed, session: Session
) -> None:
    for address in (THEMES, CAMPAIGNS):
        page = client.get(address)
        page = decide(client, address, page, [], "accepted", status=422)
        assert "tick at least one proposal, then press again" in page.text
        assert page.links()["Nothing is chosen: tick at least one proposal, then press again."] == (
            "#chosen-0"
        )
        decide(client, address, page, boxes(page), "merged", status=422)
        decide(client, address, page, ["x.y"], "accepted", status=422)
    assert set(states(session).values()) == {PROPOSED}


def test_what_moved_meanwhile_is_named_and_what_was_chosen_stays(
    client: PageClient, official: Analysed, session: Session
) -> None:
    bus, bike, tree, letter = (official.themes[t] for t in ("Bus", "Vélo", "Arbres", "Lettre"))
    page = client.get(THEMES)
    law = official.consultation
    other: Who = {"actor": official.other, "now": NOW}
    with act() as writing:
        signoff.accept(writing, law, bus, **other)
        signoff.rename(writing, law, bike, title={"en": "Cycling"}, description={}, **other)
        signoff.set_aside(writing, law, tree, **other)
    page = decide(client, THEMES, page, boxes(page), "accepted", status=409)
    assert "Nothing was done yet." in page.text
    assert "Accepted by now: “Bus, ville”" in page.text
    assert "Changed by now: “Cycling”" in page.text
    assert "Set aside, merged or replaced by now: “Arbres, ville”" in page.text
    assert states(session)[letter] == PROPOSED
    assert set(boxes(page, ticked=True)) == {box(page, bike), box(page, letter)}
    page = decide(client, THEMES, page, boxes(page, ticked=True), "accepted")
    assert "2 themes are accepted." in page.text
    # Pressed twice without JavaScript: the second says so and does nothing.
    assert len(lines(session, "theme:accepted")) == 3


def test_proposals_of_elsewhere_are_not_named(
    client: PageClient, official: Analysed, session: Session
) -> None:
    with act() as writing:
        law = builders.consultation(writing, slug="elsewhere")
        secret = signoff.create(
            writing, law, title={"en": "Secret"}, description={}, **official.who
        )
        points = [builders.say(writing, law, "Hidden letter").point for _ in range(2)]
        campaign = builders.campaign(writing, law, points)
        numbers = secret.id, campaign.id
    for address, number in zip((THEMES, CAMPAIGNS), numbers, strict=True):
        page = client.get(address)
        page = decide(client, address, page, [f"{number}.x"], "set_aside", status=409)
        assert "Secret" not in page.text
        assert "Hidden" not in page.text
    assert states(session)[numbers[0]] == ACCEPTED


def test_only_analysts_of_the_body_decide(
    client: PageClient, official: Analysed, session: Session
) -> None:
    page = client.get(THEMES)
    form = {**page.form("/themes"), "chosen": boxes(page), "to": "accepted"}
    session.rollback()
    with act() as writing:
        role = writing.scalars(select(Membership)).one()
        role.role = "moderator"
    client.post(THEMES, form, 403)
    client.post(CAMPAIGNS, form, 403)
    assert set(states(session).values()) == {PROPOSED}
    with pytest.raises(NoPersonError), act() as writing:
        together.decide_themes(
            writing, official.consultation, {1: "x"}, ACCEPTED, actor=COMMAND, now=NOW
        )


def all_seen(session: Session) -> dict[int, str]:
    seen = {theme.id: signoff.fingerprint(theme) for theme in session.scalars(select(Theme))}
    session.rollback()
    return seen


def test_of_two_officials_at_once_one_decides(
    app: Flask, session: Session, place: Analysed
) -> None:
    c, seen = place.consultation, all_seen(session)
    session.refresh(c)
    session.expunge(c)  # two threads read it
    session.rollback()
    ended = at_once(
        app,
        lambda s: together.decide_themes(s, c, seen, ACCEPTED, actor=place.actor, now=NOW),
        lambda s: together.decide_themes(s, c, seen, SET_ASIDE, actor=place.other, now=NOW),
    )
    assert [type(e) for e in ended if e] == [ProposalsMovedError]
    (done,) = set(states(session).values())
    assert len(lines(session, f"theme:{done}")) == len(seen)


def test_at_most_so_many_at_once_and_never_what_is_answered_or_being_published(
    session: Session, place: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    c, seen, bus = place.consultation, all_seen(session), place.themes["Bus"]
    monkeypatch.setattr(together, "MOST", 3)
    with pytest.raises(TooManyProposalsError, match="At most 3 proposals"), act() as writing:
        together.decide_themes(writing, c, seen, ACCEPTED, **place.who)
    with act() as writing:
        release = releases.begin(
            writing,
            kind="publication",
            reference=f"consultation:{c.id}",
            decisions=0,
            now=NOW,
        )
        writing.get_one(Theme, bus).settled_by = release.id
    with pytest.raises(BeingPublishedError), act() as writing:
        together.decide_themes(writing, c, {bus: seen[bus]}, ACCEPTED, **place.who)
    with act() as writing:
        releases.finish(writing.get_one(Release, release.id), NOW)
    with pytest.raises(AnsweredError), act() as writing:
        together.decide_themes(writing, c, {bus: seen[bus]}, SET_ASIDE, **place.who)


def test_several_campaigns_are_accepted_with_their_letters_and_others_set_aside(
    client: PageClient, official: Analysed, session: Session
) -> None:
    more_letters(official, 3, 4)
    page = client.get(CAMPAIGNS)
    (four, three, letters) = sorted(boxes(page), key=lambda b: -int(b.partition(".")[0]))
    page = decide(client, CAMPAIGNS, page, [four, letters], "accepted")
    assert "2 campaigns are accepted." in page.text
    page = decide(client, CAMPAIGNS, page, [three], "set_aside")
    assert "1 campaign is set aside." in page.text
    assert boxes(page) == []
    rows = list_campaigns(session, official.consultation.id)
    assert sorted(row.campaign.points for row in rows) == [3, 4]
    assert {row.campaign.state for row in rows} == {ACCEPTED}
    gone = session.get_one(Campaign, int(three.partition(".")[0]))
    assert (gone.state, gone.points) == (SET_ASIDE, 0)
    assert members(session, gone.id) == {SET_ASIDE}
    # What people added to the letters has been gone through, as after a single acceptance.
    assert members_due(session) == []
    assert len(lines(session, "campaign:accepted")) == 2
    assert lines(session, "campaign:set_aside") == [f"campaign:{gone.id}"]
    assert repair.differences(session, official.consultation.id) == []


def members_due(session: Session) -> list[int]:
    """Letters in which what people added waits for a campaign that was accepted."""
    due = select(CampaignMember.id).join(Campaign, Campaign.id == CampaignMember.campaign_id)
    return list(
        session.scalars(due.where(CampaignMember.division == DUE, Campaign.state == ACCEPTED))
    )


def members(session: Session, campaign_id: int) -> set[str]:
    session.rollback()
    found = select(CampaignMember.state).where(CampaignMember.campaign_id == campaign_id)
    return set(session.scalars(found))


def test_a_point_of_two_chosen_campaigns_is_in_one(session: Session, place: Analysed) -> None:
    c, shared = place.consultation, place.points[5]
    (row,) = list_campaigns(session, c.id)
    run_id = row.campaign.run_id
    session.rollback()
    with act() as writing:
        twin = builders.campaign(writing, c, [writing.get_one(Point, shared)])
        twin.state, twin.run_id = PROPOSED, run_id
        writing.scalars(
            select(CampaignMember).where(CampaignMember.campaign_id == twin.id)
        ).one().state = PROPOSED
    with act() as writing:
        both = writing.scalars(select(Campaign).order_by(Campaign.id)).all()
        chosen = {campaign.id: campaigns.fingerprint(campaign) for campaign in both}
        together.decide_campaigns(writing, c, chosen, ACCEPTED, **place.who)
    rows = list_campaigns(session, c.id)
    assert [row.campaign.points for row in rows] == [3, 0]
    assert repair.differences(session, c.id) == []


def test_campaigns_that_moved_meanwhile_are_named(
    client: PageClient, official: Analysed, session: Session
) -> None:
    more_letters(official, 3)
    page = client.get(CAMPAIGNS)
    other = next(row for row in list_campaigns(session, 1) if "Brief" in row.text).campaign.id
    session.rollback()
    with act() as writing:
        campaigns.set_aside(writing, official.consultation, other, actor=official.other, now=NOW)
    page = decide(client, CAMPAIGNS, page, boxes(page), "accepted", status=409)
    assert "Set aside, merged or replaced by now: “Brief 000”" in page.text
    assert len(boxes(page, ticked=True)) == 1
    page = decide(client, CAMPAIGNS, page, boxes(page, ticked=True), "accepted")
    assert "1 campaign is accepted." in page.text


@pytest.mark.parametrize("to", [ACCEPTED, SET_ASIDE])
def test_many_letters_are_gone_through_by_a_job(
    app: Flask,
    client: PageClient,
    official: Analysed,
    session: Session,
    to: str,
    *,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    more_letters(official, 3, 4)
    monkeypatch.setattr(together, "LETTERS", 2)
    page = client.get(CAMPAIGNS)
    chosen = boxes(page)
    assert len(chosen) == 3
    page = decide(client, CAMPAIGNS, page, chosen, to)
    if to == ACCEPTED:
        assert "gone through in the background" in page.text
        assert "Waiting to begin" in page.text
        assert {row.campaign.state for row in list_campaigns(session, 1)} == {PROPOSED}
        # What a colleague decides meanwhile stands.
        session.rollback()
        with act() as writing:
            campaigns.set_aside(
                writing, official.consultation, int(chosen[0].partition(".")[0]), **official.who
            )
    else:
        assert "3 campaigns are set aside." in page.text
        assert list_campaigns(session, 1) == []
    session.rollback()
    run_jobs(app)
    session.expire_all()
    job = session.scalars(select(Job).where(Job.kind == "settle_campaigns")).one()
    assert job.state == DONE
    found = dict(session.execute(select(Campaign.id, Campaign.state)).all())
    numbers = [int(value.partition(".")[0]) for value in chosen]
    assert [found[n] for n in numbers] == (
        [SET_ASIDE, ACCEPTED, ACCEPTED] if to == ACCEPTED else [SET_ASIDE] * 3
    )
    assert [members(session, n) for n in numbers] == [{found[n]} for n in numbers]
    assert repair.differences(session, official.consultation.id) == []


def test_a_job_killed_anywhere_accepts_all_in_the_end(
    session: Session, place: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_letters(place, 3)
    monkeypatch.setattr(together, "LETTERS", 2)
    numbers = [row.campaign.id for row in list_campaigns(session, place.consultation.id)]
    session.rollback()
    asked = {
        "consultation": place.consultation.id,
        "campaigns": numbers,
        "to": ACCEPTED,
        "person": place.actor.user_id,
    }
    for death in (2, 3):
        with pytest.raises(KilledError):
            bulk_work.settle_campaigns(FakeJob(asked, die_at=death))
        session.rollback()
        assert lines(session, "campaign:accepted") == []
    for _ in range(2):  # once more behind its last act
        bulk_work.settle_campaigns(FakeJob(asked))
    assert len(lines(session, "campaign:accepted")) == len(numbers)
    assert [members(session, n) for n in numbers] == [{ACCEPTED}] * len(numbers)


def test_the_list_of_campaigns_goes_on_and_all_of_a_page_are_chosen_without_a_script(
    client: PageClient, official: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_letters(official, 3, 4, 5)
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    monkeypatch.setattr(paging.cut, "__defaults__", (2,))
    first = client.get(CAMPAIGNS)
    assert first.text.index("Brief 002") < first.text.index("Brief 001")
    assert "Brief 000" not in first.text
    second = client.get(CAMPAIGNS.rpartition("/")[0] + "/" + _last(first.links()["Next page →"]))
    assert "Brief 000" in second.text
    assert "Brief 001" not in second.text
    back = client.get(CAMPAIGNS.rpartition("/")[0] + "/" + _last(second.links()["← Previous page"]))
    assert boxes(back) == boxes(first)
    chosen = client.get(
        CAMPAIGNS.rpartition("/")[0] + "/" + _last(second.links()["Choose all on this page"])
    )
    assert boxes(chosen, ticked=True) == boxes(second)
    page = client.get(f"{THEMES}?chosen=all")
    assert boxes(page, ticked=True) == boxes(page) != []


def _last(address: str) -> str:
    return address.rpartition("/")[2]


def test_ten_proposals_cost_as_many_statements_as_twenty(
    app: Flask, session: Session, place: Analysed
) -> None:
    counted = []
    for size in (10, 20):
        more_letters(place, *[2] * size, name=f"Brief {size}")
        rows = list_campaigns(session, place.consultation.id, states=(PROPOSED,))
        chosen = {row.campaign.id: campaigns.fingerprint(row.campaign) for row in rows}
        with act() as writing:
            names = [
                signoff.create(
                    writing, place.consultation, title={"en": str(n)}, description={}, **place.who
                )
                for n in range(size)
            ]
            for theme in names:
                theme.state = PROPOSED
            writing.flush()
            themes = {theme.id: signoff.fingerprint(theme) for theme in names}
        with statements(app) as seen, act() as writing:
            together.decide_campaigns(writing, place.consultation, chosen, SET_ASIDE, **place.who)
            together.decide_themes(writing, place.consultation, themes, ACCEPTED, **place.who)
        assert len(chosen) >= size
        counted.append(len(seen))
    assert counted[0] == counted[1]
