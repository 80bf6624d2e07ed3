"""You said, we did; and why did this change."""

import pytest
from sqlalchemy.orm import Session

from consult.answers.decisions import PointTarget, ThemeTarget
from consult.consultations.models import Consultation
from consult.drafts.models import Edit, Version
from consult.kernel.transaction import act
from consult.submissions.models import Comment
from tests import builders
from tests.answers.worlds import World
from tests.builders import NOW
from tests.client import PageClient, words
from tests.statements import statements

OUTCOME = "/consultations/law/outcome"


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def test_the_four_numbers_stand_in_their_order(world: World, client: PageClient) -> None:
    world.answer_all()
    world.publish()
    tiles = [words(e) for e in client.get(f"{OUTCOME}?lang=en").all("dd")]
    assert tiles[:4] == ["11", "10", "9", "6"]


def test_nothing_is_said_to_be_answered_before_the_publication(
    world: World, client: PageClient
) -> None:
    world.answer_all()
    page = client.get(f"{OUTCOME}?lang=en")
    assert "Nothing has been answered yet." in page.text
    assert "Parce que." not in page.text
    assert "souvent" not in page.text


def test_the_outcome_tells_what_was_said_answered_and_changed(
    world: World, client: PageClient
) -> None:
    world.answer_all()
    world.publish()
    page = client.get(f"{OUTCOME}?lang=en")
    assert "1 point still has no answer." in page.text
    assert "2 of all points came in campaigns" in page.text
    assert "67% of those answered" in page.text
    assert "Parce que." in page.text
    assert page.all("ins")
    assert "1 point was answered by itself:" in page.text
    singles = client.get(page.links()["Read these answers"])
    assert "Avis 8" in singles.text


def test_the_filter_leaves_only_what_was_chosen(world: World, client: PageClient) -> None:
    world.answer_all()
    world.publish()
    refused = client.get(f"{OUTCOME}?lang=en&answer=not_accepted")
    assert "To 2 points" in refused.text
    assert "To 4 points" not in refused.text
    assert (
        "No answer fits this choice." in client.get(f"{OUTCOME}?lang=en&answer=out_of_scope").text
    )
    client.get(f"{OUTCOME}?answer=nonsense", 404)


def test_from_a_change_back_to_the_comments(world: World, client: PageClient) -> None:
    with act():
        again = world.decide(PointTarget(world.said[7].point.id), edit_ids=[world.edit.id])
        assert again.id
    world.answer_all()
    path = f"/consultations/law/changes/{world.edit.id}"
    client.get(path, 404)
    world.publish()
    page = client.get(f"{path}?lang=en")
    assert "Avis 0" in page.text
    assert "Avis 6" not in page.text
    # A member of a campaign is behind it with its campaign.
    assert "Form letter" in page.text
    members = client.get(f"{path}?lang=en&campaign={world.campaign.id}")
    assert "Avis 7" in members.text
    assert "Avis 0" not in members.text


def test_a_comment_that_was_taken_back_is_not_quoted(
    world: World, client: PageClient, session: Session
) -> None:
    world.answer_all()
    world.publish()
    with act():
        session.get_one(Comment, world.said[0].comment.id).state = "removed"
    page = client.get(f"/consultations/law/changes/{world.edit.id}?lang=en")
    assert "Avis 0" not in page.text
    assert "Avis 1" in page.text


def test_completion_and_what_was_added_later(world: World, client: PageClient) -> None:
    world.answer_all()
    with act():
        world.decide(PointTarget(world.said[9].point.id), "noted")
    world.publish()
    assert "Every point was answered by 1 June 2026." in client.get(f"{OUTCOME}?lang=en").text
    with act() as session:
        builders.say(session, world.consultation, "Après coup.")
        session.get_one(Consultation, world.consultation.id).version += 1
    assert "1 point was added since" in client.get(f"{OUTCOME}?lang=en").text


def test_answers_that_name_a_change_to_come_do_not_show_it(
    world: World, client: PageClient
) -> None:
    world.answer_all()
    world.publish(with_version=False)
    page = client.get(f"{OUTCOME}?lang=en")
    assert "A change of the text follows with its next version." in page.text
    assert "souvent" not in page.text


def test_changes_with_a_ground_of_their_own_are_listed(world: World, client: PageClient) -> None:
    with act() as session:
        session.get_one(Edit, world.edit.id).ground = {"en": "A slip of the pen."}
    with act():
        world.decide(ThemeTarget(world.main.id), "noted")
    world.publish()
    page = client.get(f"{OUTCOME}?lang=en")
    assert "A slip of the pen." in page.text
    why = client.get(f"/consultations/law/changes/{world.edit.id}?lang=en")
    assert "A slip of the pen." in why.text


def test_the_page_is_cached_until_something_is_published(
    world: World, client: PageClient, session: Session
) -> None:
    world.answer_all()
    first = client.client.get(OUTCOME)
    tag = first.headers["ETag"]
    assert client.client.get(OUTCOME, headers={"If-None-Match": tag}).status_code == 304
    world.publish()
    assert session.get_one(Version, world.version.id).published_at == NOW
    assert client.client.get(OUTCOME, headers={"If-None-Match": tag}).status_code == 200


def test_as_many_statements_for_many_themes(world: World, client: PageClient) -> None:
    def grow() -> None:
        for number in range(4):
            with act() as session:
                theme = builders.theme(session, world.consultation, f"Thème {number}")
                for _ in range(3):
                    said = builders.say(session, world.consultation)
                    builders.assign(session, said.point, theme)
                world.decide(ThemeTarget(theme.id), "noted")

    world.answer_all()
    world.publish()
    few = statements(lambda: client.get(f"{OUTCOME}?after=0"))
    behind = f"/consultations/law/changes/{world.edit.id}"
    few_behind = statements(lambda: client.get(f"{behind}?after=0"))
    grow()
    world.publish(with_version=False)
    assert statements(lambda: client.get(f"{OUTCOME}?after=0")) == few
    assert statements(lambda: client.get(f"{behind}?after=0")) == few_behind
