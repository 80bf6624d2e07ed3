"""What people added to a letter, where officials and everybody read it, and what it is answered."""

import re

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from consult.accounts.models import Membership, User
from consult.answers import publishing
from consult.answers import work as publishing_work
from consult.answers.decisions import CampaignTarget, ThemeTarget, decide
from consult.answers.outcome import figures
from consult.kernel.db import db
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act
from consult.pages.trace.queries import trace
from consult.submissions.models import Comment, Point, Submission, Tally
from consult.themes import addition_queries, campaigns, signoff
from consult.themes.models import Campaign
from tests import builders, people
from tests.answers.worlds import Job
from tests.builders import NOW
from tests.client import PageClient
from tests.themes.conftest import LETTER, MORE, OWN, Letters

HERE = "/consultations/law/campaigns"


@pytest.fixture
def divided(letters: Letters) -> Letters:
    letters.divide()
    return letters


def _theme(session: Session, letters: Letters, points: list[int]) -> int:
    """An accepted theme with these points."""
    place = letters.place
    with act() as writing:
        theme = signoff.create(
            writing, place.consultation, title={"en": "Play", "fr": "Jouer"}, description={},
            **place.who,
        )  # fmt: skip
        signoff.move_points(writing, place.consultation, points, theme.id, **place.who)
    return theme.id


def _answer(session: Session, letters: Letters, target: CampaignTarget | ThemeTarget) -> None:
    with act() as writing:
        decide(
            writing, letters.place.consultation, target=target, disposition="noted",
            reason={"en": f"To {type(target).__name__}.", "fr": "Lu."},
            body_id=letters.place.body.id, **letters.place.who,
        )  # fmt: skip


def _publish(letters: Letters) -> None:
    with act() as writing:
        asked = publishing.request(
            writing, letters.place.consultation, with_version=False, **letters.place.who
        )
    publishing_work.publish(Job(asked))


def test_additions_are_counted_by_theme_and_listed(session: Session, divided: Letters) -> None:
    mine = [point.id for n in (1, 2) for point in divided.own(session, n)]
    session.rollback()
    theme = _theme(session, divided, mine[:2])
    campaign = session.get_one(Campaign, divided.campaign_id)
    found = addition_queries.added(session, campaign.id, campaign.points)
    assert (found.letters, found.adding, found.nothing, found.points) == (4, 2, 2, 3)
    assert [(share.theme_id, share.points) for share in found.shares] == [(theme, 2), (None, 1)]

    def listed(theme_id: int | None) -> list[int]:
        page = addition_queries.page_of_additions(
            session, campaign.id, Keyset(), theme_id=theme_id, public=True
        )
        return [row.point_id for row in page.rows]

    assert listed(None) == sorted(mine)
    assert listed(theme) == sorted(mine[:2])
    assert listed(0) == mine[2:]


def test_one_answer_for_the_letter_others_for_what_was_added(
    session: Session, divided: Letters, client: PageClient
) -> None:
    mine = [point.id for n in (1, 2) for point in divided.own(session, n)]
    session.rollback()
    theme = _theme(session, divided, mine)
    _answer(session, divided, CampaignTarget(divided.campaign_id))
    _answer(session, divided, ThemeTarget(theme))
    _publish(divided)
    comment = session.get_one(Comment, session.get_one(Point, divided.points[2]).comment_id)
    submission = session.get_one(Submission, comment.submission_id)
    (traced,) = trace(session, submission, "en")
    assert traced.letter is not None
    told = [(p.text, p.fate.answer.reason["en"], p.campaign_id) for p in traced.points if p.fate]
    assert told == [
        (MORE, "To ThemeTarget.", None),
        (LETTER, "To CampaignTarget.", divided.campaign_id),
        (OWN, "To ThemeTarget.", None),
    ]
    tally = session.get_one(Tally, divided.place.consultation.id, populate_existing=True)
    assert tally.owed_settled == len(divided.points) + len(mine)
    session.rollback()
    page = client.get(f"{HERE}/{divided.campaign_id}", headers={"Accept-Language": "en"}).text
    assert "4 copies of this letter came in." in page
    assert "To CampaignTarget." in page
    assert page.count(LETTER) == 1
    assert OWN in page
    assert re.search(r"Play\s*3", page)


def test_pages_say_when_there_is_nothing_to_say(
    session: Session, letters: Letters, client: PageClient
) -> None:
    page = client.get(f"{HERE}/{letters.campaign_id}", headers={"Accept-Language": "en"}).text
    assert "is being gone through" in page
    with act() as writing:
        campaigns.set_aside(
            writing, letters.place.consultation, letters.campaign_id, **letters.place.who
        )
    client.get(f"{HERE}/{letters.campaign_id}", status=404)
    page = client.get(HERE, headers={"Accept-Language": "en"}).text
    assert "They said of 1 proposal that it is no campaign." in page


@pytest.mark.parametrize("language", ["fr", "de", "lb", "en"])
def test_the_page_on_counting_speaks_every_language(
    divided: Letters, client: PageClient, language: str
) -> None:
    with act() as writing:
        campaigns.remove_members(
            writing, divided.place.consultation, divided.campaign_id, [divided.points[3]],
            **divided.place.who,
        )  # fmt: skip
    page = client.get(HERE, headers={"Accept-Language": language}).text
    numbers = re.findall(r"10[ .,\u202f\u00a0]000", page)
    assert len(numbers) >= 2
    if language == "en":
        assert "The program had proposed 4 letters for these campaigns." in page
        assert "Officials took out 1 of them." in page


def test_what_says_the_opposite_is_never_added_up(session: Session, divided: Letters) -> None:
    place = divided.place
    with act() as writing:
        against = [builders.say(writing, place.consultation, "Pour le parking.") for _ in range(3)]
        turned = builders.campaign(writing, place.consultation, [said.point for said in against])
        turned.variant_of_id = divided.campaign_id
    tally = session.get_one(Tally, place.consultation.id)
    found = figures(session, place.consultation.id, tally)
    assert (found.campaigns, found.in_campaigns, found.opposed) == (2, 4, 3)


@pytest.fixture
def analyst(client: PageClient, place: object, letters: Letters) -> PageClient:
    user = db.session.get_one(User, letters.place.actor.user_id)
    with act() as session:
        for role in ("analyst", "editor"):
            session.add(
                Membership(
                    user_id=user.id, body_id=letters.place.body.id, role=role, granted_at=NOW
                )
            )
    people.sign_in(client.client, user)
    client.client.set_cookie("consult_language", "en")
    return client


def test_the_desk_reads_what_was_added_and_answers_it(
    session: Session, analyst: PageClient, letters: Letters
) -> None:
    desk = f"/desk/consultations/law/campaigns/{letters.campaign_id}"
    assert "2 letters are still to be gone through" in analyst.get(desk).text
    # Whatever is done next with the campaign, few letters are gone through at once.
    analyst.submit(desk, {"point": str(letters.points[3]), "do": "remove"}, action="/members")
    page = analyst.get(desk).text
    assert "Read the 3 points" in page
    assert MORE in analyst.get(f"{desk}/additions").text
    (point, *_) = letters.own(session, 1)
    raw = analyst.client.get(f"{desk}/additions").text
    assert f"/answers/point/{point.id}" in raw
    answering = analyst.get(f"/desk/consultations/law/answers/campaign/{letters.campaign_id}").text
    assert "What people added to it is answered by itself: 3 points." in answering


def test_ten_or_forty_additions_cost_the_same_statements(
    session: Session, divided: Letters
) -> None:
    def cost() -> int:
        seen: list[str] = []

        def note(*args: object) -> None:
            seen.append(str(args[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        addition_queries.added(session, divided.campaign_id, 4)
        addition_queries.page_of_additions(session, divided.campaign_id, Keyset())
        event.remove(db.engine, "before_cursor_execute", note)
        session.rollback()
        return len(seen)

    few = cost()
    with act() as writing:
        late = [
            builders.say(writing, divided.place.consultation, f"{LETTER} {OWN}").point.id
            for _ in range(30)
        ]
        campaigns.add_members(
            writing, divided.place.consultation, divided.campaign_id, late, **divided.place.who
        )
    divided.divide()
    assert cost() == few
