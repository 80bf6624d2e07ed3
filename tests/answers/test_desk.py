"""The desk: coverage, the form in which things are answered, preview and publication."""

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.answers import heads, preview, work
from consult.answers.models import Answer, AnswerTarget, Publication
from consult.consultations.models import ConsultationBody
from consult.drafts.models import Edit
from consult.kernel.release import Release
from consult.kernel.transaction import act
from consult.themes.models import Campaign
from tests import builders, people
from tests.answers.worlds import Job, World
from tests.builders import NOW
from tests.client import PageClient
from tests.statements import rows, statements

DESK = "/desk/consultations/law/answers"


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def signed_in(client: PageClient, session: Session, *roles: str) -> None:
    body = session.scalars(select(Body).join(ConsultationBody)).one()
    session.rollback()
    people.official(client.client, body, *roles)


def test_an_editor_answers_a_theme_and_sees_it_covered(
    world: World, client: PageClient, session: Session
) -> None:
    signed_in(client, session, "editor")
    page = client.get(DESK)
    assert "No answer yet" in page.text or "Pas encore de réponse" in page.text
    path = f"{DESK}/theme/{world.main.id}"
    done = client.submit(
        path + "?lang=en",
        {
            "disposition": "accepted",
            "reason_fr": "Parce que le soir compte.",
            "edits": str(world.edit.id),
        },
    )
    assert "Your answer is saved." in done.text
    assert "from the theme above" in done.text
    newest = heads.newest(session, (AnswerTarget.theme_id, world.main.id))
    assert newest is not None
    assert newest.reason == {"fr": "Parce que le soir compte."}


def test_accepting_without_a_change_is_pointed_out(world: World, client: PageClient) -> None:
    signed_in(client, world.session, "editor")
    done = client.submit(
        f"{DESK}/point/{world.said[9].point.id}?lang=en",
        {"disposition": "partly_accepted", "reason_en": "In part."},
    )
    assert "can be neither approved nor published" in done.text


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_language_of_the_official_comes_first(
    world: World, client: PageClient, session: Session, language: str
) -> None:
    signed_in(client, session, "editor")
    page = client.get(f"{DESK}/theme/{world.main.id}?lang={language}")
    asked = re.findall(r'<textarea[^>]* name="reason_(\w\w)"', page.markup)
    assert asked[0] == language
    assert sorted(asked) == ["de", "en", "fr", "lb"]


def test_without_reason_nothing_is_lost_and_nothing_saved(
    world: World, client: PageClient, session: Session
) -> None:
    signed_in(client, session, "editor")
    page = client.submit(
        f"{DESK}/campaign/{world.campaign.id}?lang=en", {"disposition": "noted"}, status=422
    )
    assert "Please give the reason in at least one language." in page.text
    assert session.scalar(select(func.count(Answer.id))) == 0


def test_the_second_of_two_officials_sees_the_first_answer_and_keeps_the_own_words(
    world: World, client: PageClient
) -> None:
    signed_in(client, world.session, "editor")
    path = f"{DESK}/theme/{world.main.id}?lang=en"
    form = client.get(path).form()
    world.answer_all()
    page = client.post(path, {**form, "disposition": "noted", "reason_fr": "Mes mots."}, 409)
    assert "Somebody else has answered this in the meantime." in page.text
    assert "Parce que." in page.text
    kept = page.form()
    assert kept["reason_fr"] == "Mes mots."
    assert kept["corrects"] == str(world.on_main.id)
    done = client.post(path, {**kept, "disposition": "noted"})
    assert "Your answer is saved." in done.text


@pytest.mark.parametrize(
    ("role", "status"),
    [("analyst", 403), ("moderator", 403), ("auditor", 403), ("editor", 200), ("publisher", 200)],
)
def test_who_may_answer(world: World, client: PageClient, role: str, status: int) -> None:
    signed_in(client, world.session, role)
    client.get(DESK)
    client.get(f"{DESK}/theme/{world.main.id}", status)
    client.get(f"{DESK}/publish", 200 if role == "publisher" else 403)


def test_a_stranger_sees_none_of_it(world: World, client: PageClient) -> None:
    assert client.client.get(DESK).status_code == 302
    other = people.make_body("Elsewhere")
    people.official(client.client, other, "publisher")
    client.get(f"{DESK}/publish", 404)


def test_targets_are_looked_up_with_their_consultation(world: World, client: PageClient) -> None:
    signed_in(client, world.session, "publisher")
    for path in ("theme/999", "campaign/999", "point/999", "version/1"):
        client.get(f"{DESK}/{path}", 404)


def test_the_preview_says_what_the_publication_then_does(
    world: World, client: PageClient, session: Session
) -> None:
    world.answer_all()
    signed_in(client, session, "publisher")
    foreseen = preview.preview(session, world.consultation, with_version=True, now=NOW)
    session.rollback()
    page = client.get(f"{DESK}/publish?lang=en")
    assert "Comment no. 10" in page.text  # the one that stays open
    client.submit(f"{DESK}/publish?lang=en", {})
    publication = session.scalars(select(Publication)).one()
    session.rollback()
    waiting = client.get(f"{DESK}/publications?lang=en")
    assert "Stop it" in waiting.text
    work.publish(Job(publication))
    session.expire_all()
    row = session.get_one(Release, publication.release_id)
    assert foreseen.letters == row.prepared["letters"] == 10
    assert sum(foreseen.told.values()) == row.prepared["fates"] == 9
    assert (foreseen.open, foreseen.changed) == (1, row.prepared["changed"])
    assert "Published on" in client.get(f"{DESK}/publications?lang=en").text
    again = client.get(f"{DESK}/publish?lang=en")
    assert "There is nothing new to publish." in again.text


def test_what_stands_in_the_way_is_listed_before_it_is_refused(
    world: World, client: PageClient
) -> None:
    signed_in(client, world.session, "publisher")
    page = client.get(f"{DESK}/publish?lang=en")
    assert "has neither an answer nor a reason of its own" in page.text
    assert "Publish now" not in page.text
    world.answer_all()
    with act() as session:
        session.get_one(Edit, world.edit.id).gone_at = world.consultation.created_at
    assert "no longer in the text" in client.get(f"{DESK}/publish?lang=en").text


def test_a_publication_is_stopped_from_the_page(
    world: World, client: PageClient, session: Session
) -> None:
    world.answer_all()
    signed_in(client, session, "publisher")
    client.submit(f"{DESK}/publish?lang=en", {})
    number = session.scalars(select(Publication.id)).one()
    session.rollback()
    page = client.submit(f"{DESK}/publications?lang=en", {}, action=f"/{number}/stop")
    assert "Nothing of it is public." in page.text


def test_what_stopped_a_publication_is_said_in_words(
    world: World, client: PageClient, session: Session
) -> None:
    world.answer_all()
    signed_in(client, session, "publisher")
    client.submit(f"{DESK}/publish?lang=en", {})
    publication = session.scalars(select(Publication)).one()
    place = people.make_body("Elsewhere")
    official = people.make_user(body=place, name="Lea Weis", roles=("editor",))
    citizen = people.make_user()
    with act() as writing:
        row = writing.get_one(Release, publication.release_id)
        row.state = "abandoned"
        row.prepared = {
            **row.prepared,
            "stopped": "The consultation was called off.",
            "decided": [
                ["theme:renamed", "theme:1", f"user:{official.id}"],
                ["comment:withdrawn", "comment:1", f"user:{citizen.id}"],
            ],
        }
    page = client.get(f"{DESK}/publications?lang=de")
    assert "Thema umbenannt (Lea Weis)" in page.text
    assert f"(Konto Nr. {citizen.id})" in page.text
    assert "theme:" not in page.markup


def test_open_points_are_listed(world: World, client: PageClient) -> None:
    signed_in(client, world.session, "editor")
    assert "Comment no. 1 " in client.get(f"{DESK}/open?lang=en").text
    world.answer_all()
    page = client.get(f"{DESK}/open?lang=en")
    assert "Comment no. 10" in page.text
    assert "Comment no. 9" not in page.text
    assert "Look at the point" in client.get(f"{DESK}/points?lang=en").text


@pytest.mark.parametrize("answered", [True, False])
def test_the_preview_reads_no_more_for_more_points(
    world: World, session: Session, answered: bool
) -> None:
    world.answer_all()
    cid = world.consultation.id

    def more(count: int) -> None:
        with act() as writing:
            for number in range(count):
                said = builders.say(writing, world.consultation, email=f"m{number}@example.org")
                if answered:
                    builders.assign(writing, said.point, world.main)

    def look() -> None:
        session.rollback()
        session.expire_all()
        found = preview.preview(session, world.consultation, with_version=True, now=NOW)
        open_ones, _ = preview.open_points(session, cid, after=0, limit=20)
        seen.append((found.open, found.letters, len(open_ones)))

    seen: list[tuple[int, int, int]] = []
    more(30)
    look()  # what is compiled and loaded once
    before = statements(look), rows(look)
    more(50)
    after = statements(look), rows(look)
    assert before == after
    assert before[1] > 20
    assert seen[-1] == ((1, 90, 1) if answered else (81, 10, 20))


def test_pages_take_as_many_statements_for_many_themes(world: World, client: PageClient) -> None:
    signed_in(client, world.session, "publisher")
    world.answer_all()
    world.session.expire_all()  # what the test itself has read is no help to the page
    few = statements(lambda: client.get(DESK))
    with act() as session:
        for number in range(8):
            theme = builders.theme(session, world.consultation, f"Thème {number}")
            builders.campaign(session, world.consultation, [])
            said = builders.say(session, world.consultation)
            builders.assign(session, said.point, theme)
    world.session.expire_all()
    assert statements(lambda: client.get(DESK)) == few


def test_words_that_their_author_took_back_are_not_shown_where_they_are_answered(
    world: World, client: PageClient, session: Session
) -> None:
    signed_in(client, session, "editor")
    path = f"{DESK}/campaign/{world.campaign.id}?lang=en"
    with act() as writing:
        campaign = writing.get_one(Campaign, world.campaign.id, populate_existing=True)
        campaign.wording, campaign.template_point_id = None, world.said[6].point.id
    assert "Avis 6" in client.get(path).text
    world.withdraw(world.said[6])
    page = client.get(path)
    assert "Its author has withdrawn this comment." in page.text
    assert "Another comment of the campaign says: Avis 7" in page.text
    assert "Avis 6" not in page.text
    world.withdraw(world.said[7])
    page = client.get(path)
    assert "Its author has withdrawn this comment." in page.text
    assert "Avis" not in page.text
    assert "Its author" not in client.get(f"{DESK}/point/{world.said[8].point.id}?lang=en").text
    world.withdraw(world.said[8])
    page = client.get(f"{DESK}/point/{world.said[8].point.id}?lang=en")
    assert "Its author has withdrawn this comment." in page.text
    assert "Avis 8" not in page.text
    with act() as writing:
        writing.get_one(Campaign, world.campaign.id).wording = "More buses in the evening."
    page = client.get(path)
    assert "More buses in the evening." in page.text
    assert "Its author" not in page.text
