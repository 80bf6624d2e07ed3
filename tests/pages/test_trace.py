"""What became of my comment: the way of each point, in each of its states."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from consult.answers.decisions import PointTarget, ThemeTarget
from consult.consultations.models import Consultation
from consult.drafts.models import Clause
from consult.kernel import clock
from consult.kernel.transaction import act
from consult.moderation.models import Removal
from consult.submissions.models import Comment, Point, Submission
from consult.themes.models import ACCEPTED, Campaign, CampaignMember
from tests import builders, people
from tests.answers.worlds import World
from tests.builders import NOW, Said
from tests.client import Page, PageClient
from tests.statements import statements


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def opened(client: PageClient, said: Said, language: str = "en") -> Page:
    """The trace of a comment's submission, for somebody who typed its code."""
    number = said.comment.submission_id
    with client.client.session_transaction() as cookie:
        until = clock.now() + timedelta(hours=1)
        cookie["receipt"] = {
            "number": "one",
            "submission": number,
            "issue": 1,
            "until": int(until.timestamp()),
        }
    return client.get(f"/submissions/{number}/trace?lang={language}")


def here(page: Page) -> list[str]:
    """The step at which each point stands now."""
    return [
        "".join(e.itertext()).split()[0] for e in page.all("li") if e.get("aria-current") == "step"
    ]


def test_a_stranger_finds_nothing(world: World, client: PageClient) -> None:
    number = world.said[0].comment.submission_id
    client.get(f"/submissions/{number}/trace", 404)
    opened(client, world.said[0])
    client.get(f"/submissions/{number + 1}/trace", 404)


def test_the_owner_of_the_account_needs_no_code(
    world: World, client: PageClient, session: Session
) -> None:
    user = people.make_user()
    with act():
        session.get_one(Submission, world.said[0].comment.submission_id).user_id = user.id
    people.sign_in(client.client, user)
    page = client.get(f"/submissions/{world.said[0].comment.submission_id}/trace?lang=en")
    assert "Avis 0" in page.text


def test_before_the_answer_it_says_where_it_stands_and_what_was_promised(
    world: World, client: PageClient
) -> None:
    world.answer_all()
    in_theme = opened(client, world.said[0])
    assert here(in_theme) == ["Answer"]
    assert "There is no answer yet." in in_theme.text
    assert "late" in in_theme.text
    assert "Parce que." not in in_theme.text
    assert here(opened(client, world.said[9])) == ["Read"]
    with act() as session:
        consultation = session.get_one(Consultation, world.consultation.id)
        consultation.answer_due_at = clock.now() + timedelta(days=9)
        consultation.first_answer_due_at = consultation.answer_due_at
    assert "It is promised by" in opened(client, world.said[0]).text


def test_after_it_the_whole_way_is_there(world: World, client: PageClient) -> None:
    world.answer_all()
    world.publish()
    page = opened(client, world.said[0])
    assert here(page) == []
    for words in ("Avis 0", "Soir", "Accepted", "Parce que.", "Anne Weber", "Published on 1 June"):
        assert words in page.text
    assert page.all("ins")
    assert page.links()["Why did this change? Art. 1 – Cadence"].endswith(f"/{world.edit.id}")


def test_it_is_honest_when_nothing_changed(world: World, client: PageClient) -> None:
    world.answer_all()
    world.publish()
    page = opened(client, world.said[6])
    assert "Not accepted" in page.text
    assert "The text did not change because of this." in page.text
    assert "one of 2 near-identical points" in page.text
    assert not page.all("ins")


def test_an_answer_that_was_replaced_stays_readable(world: World, client: PageClient) -> None:
    world.answer_all()
    world.publish()
    with act():
        world.decide(ThemeTarget(world.main.id), "noted", corrects=world.on_main.id)
    assert "An earlier answer" not in opened(client, world.said[0]).text
    world.publish(with_version=False)
    assert "An earlier answer, published on 1 June 2026" in opened(client, world.said[0]).text


def test_points_of_one_comment_each_have_their_way(
    world: World, client: PageClient, session: Session
) -> None:
    said = world.said[9]
    with act():
        session.get_one(Point, said.point.id).end = 3
        second = builders.point_of(session, said.comment, said.revision, 4, 6)
        builders.assign(session, second, world.sub)
    world.answer_all()
    world.publish()
    page = opened(client, said)
    assert here(page) == ["Read"]
    assert "Point 1" in page.text
    assert "Point 2" in page.text
    assert "Accepted" in page.text


def test_a_reply_shows_what_the_comment_above_was_answered(
    world: World, client: PageClient
) -> None:
    assert "It has no answer yet." in opened(client, world.said[10]).text
    world.answer_all()
    world.publish()
    page = opened(client, world.said[10])
    assert "Parce que." in page.text
    assert "the answer to the comment that is replied to" in page.text


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("removed", "Rude words."),
        ("withdrawn", "You withdrew this comment."),
        ("erased", "words of this comment were erased"),
    ],
)
def test_what_was_taken_away_says_so(
    world: World, client: PageClient, state: str, sentence: str
) -> None:
    with act() as session:
        comment = session.get_one(Comment, world.said[0].comment.id)
        comment.state = state
        if state == "removed":
            session.add(
                Removal(
                    consultation_id=world.consultation.id,
                    comment_id=comment.id,
                    reason="insult",
                    note={"en": "Rude words."},
                    removed_at=NOW,
                )
            )
    assert sentence in opened(client, world.said[0]).text


def test_a_late_one_is_told_the_rule(world: World, client: PageClient) -> None:
    with act() as session:
        late = builders.say(session, world.consultation, "Trop tard.", late=True)
    assert "arrived after the close" in opened(client, late).text


def test_everybody_sees_the_fate_of_a_public_comment(world: World, client: PageClient) -> None:
    path = f"/comments/{world.said[0].comment.id}?lang=en"
    assert "There is no answer yet." in client.get(path).text
    world.answer_all()
    world.publish()
    page = client.get(path)
    assert "Parce que." in page.text
    assert page.all("ins")
    listing = client.get("/consultations/law/comments?lang=en")
    assert "Not accepted" in listing.text


MOST = 8  # statements a page


def asked(client: PageClient, said: Said) -> int:
    """How many statements the trace of a comment takes."""
    assert said.comment.submission_id  # read again here, not while we count
    return statements(lambda: opened(client, said))


def test_few_statements_before_an_answer_and_after_it(world: World, client: PageClient) -> None:
    waiting, nowhere, reply = world.said[0], world.said[9], world.said[10]
    assert [asked(client, said) for said in (waiting, nowhere, reply)] == [4, 4, 4]
    world.answer_all()
    world.publish()
    # The changes of the text and their words; a campaign's answer here has none.
    assert [asked(client, said) for said in (waiting, world.said[6], reply)] == [6, 5, 6]


def test_as_many_statements_for_many_comments_points_and_answers(
    world: World, client: PageClient, session: Session
) -> None:
    clause = session.get_one(Clause, world.edit.clause_id)
    user = people.make_user()

    def more(number: int) -> None:
        """A removed comment, and some on a clause, each with points answered in every way."""
        submission = session.get_one(Submission, world.said[0].comment.submission_id)
        submission.user_id = user.id
        gone = builders.say(session, world.consultation, "Rude.", submission=submission)
        gone.comment.state = "removed"
        removal = Removal(
            consultation_id=world.consultation.id,
            comment_id=gone.comment.id,
            reason="insult",
            note={"en": "Rude words."},
            removed_at=NOW,
        )
        session.add(removal)
        campaign = session.get_one(Campaign, world.campaign.id)
        for _ in range(number):
            said = builders.say(
                session, world.consultation, "Un deux", submission=submission, clause=clause
            )
            said.point.end = 2
            other = builders.point_of(session, said.comment, said.revision, 3, 7, owed=False)
            builders.assign(session, said.point, world.sub, builders.official(session))
            session.add(CampaignMember(campaign_id=campaign.id, point_id=other.id, state=ACCEPTED))
            own = builders.point_of(session, said.comment, said.revision, 0, 7, owed=False)
            world.decide(PointTarget(own.id), "noted")

    with act():
        more(1)
    world.answer_all()
    world.publish()
    people.sign_in(client.client, user)
    few = asked(client, world.said[0])
    with act():
        more(4)
    world.publish(with_version=False)
    assert asked(client, world.said[0]) == few
    page = opened(client, world.said[0])
    for words in ("Rude words.", "Art. 1", "near-identical", "by Anne Weber", "Noted", "Point 3"):
        assert words in page.text
    assert few <= MOST
