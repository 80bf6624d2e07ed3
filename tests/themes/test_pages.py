"""The pages of themes: who may, what they say, and that the number of rows costs no statement."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from consult.accounts.models import Membership, User
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.moderation.withdrawal import withdraw
from consult.submissions.models import Comment, Point
from consult.themes import campaigns, quote_queries, runs, signoff, work
from consult.themes.campaign_queries import campaigns as list_campaigns
from consult.themes.models import ACCEPTED, MERGED, SET_ASIDE, Run, Theme
from tests import builders, people
from tests.builders import NOW
from tests.client import PageClient, words
from tests.themes.conftest import Analysed
from tests.themes.fakes import FakeJob, requested

DESK = "/desk/consultations/law"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def official(client: PageClient, place: Analysed) -> Analysed:
    """The client is signed in as an analyst of the consultation's body."""
    user = db.session.get_one(User, place.actor.user_id)
    with act() as session:
        session.add(
            Membership(user_id=user.id, body_id=place.body.id, role="analyst", granted_at=NOW)
        )
    people.sign_in(client.client, user)
    client.client.set_cookie("consult_language", "en")
    return place


@contextmanager
def statements(_app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def accepted(place: Analysed, *titles: str) -> None:
    with act() as session:
        for title in titles:
            signoff.accept(session, place.consultation, place.themes[title], **place.who)


def test_before_an_analysis_the_public_page_says_so(client: PageClient, session: Session) -> None:
    with act() as writing:
        builders.consultation(writing)
    page = client.get("/consultations/law/themes", headers=ENGLISH)
    assert page.h1 == "Themes"
    assert "No themes yet" in page.text


def test_the_public_page_shows_what_was_accepted_and_nothing_else(
    client: PageClient, place: Analysed
) -> None:
    page = client.get("/consultations/law/themes", headers=ENGLISH)
    assert "The themes are being checked" in page.text
    accepted(place, "Bus")
    page = client.get("/consultations/law/themes", headers=ENGLISH)
    assert "2 points" in page.text
    assert "Bus le soir" in page.text
    assert "Vélo" not in page.text
    assert "How this was found" in page.text
    again = client.client.get(
        "/consultations/law/themes",
        headers={**ENGLISH, "If-None-Match": page.response.headers["ETag"]},
    )
    assert again.status_code == 304


def test_a_public_theme_page_says_who_labelled_each_point(
    client: PageClient, place: Analysed
) -> None:
    address = f"/consultations/law/themes/{place.themes['Bus']}"
    client.get(address, status=404, headers=ENGLISH)
    accepted(place, "Bus")
    with act() as session:
        signoff.move_points(
            session, place.consultation, [place.points[4]], place.themes["Bus"], **place.who
        )
        said = session.get_one(Point, place.points[0])
        session.get_one(Comment, said.comment_id).state = "held"
    page = client.get(address, headers=ENGLISH)
    assert "set by machine" in page.text
    assert "set by an official" in page.text
    assert "Anne Weber" not in page.text
    assert "Bus le soir" not in page.text


@pytest.mark.parametrize("path", ["/themes", "/analysis", "/campaigns", "/points"])
def test_the_desk_is_for_analysts_of_the_body(
    client: PageClient, place: Analysed, path: str
) -> None:
    assert client.client.get(DESK + path).status_code == 302
    people.official(client.client, place.body, "moderator")
    assert client.client.get(DESK + path).status_code == 403
    people.official(client.client, people.make_body("Elsewhere"), "analyst")
    assert client.client.get(DESK + path).status_code == 404


def test_an_analyst_starts_watches_and_stops_an_analysis(
    client: PageClient, official: Analysed
) -> None:
    page = client.submit(DESK + "/analysis", {"topics": "99"}, status=422)
    assert "from 2 to 60" in page.text
    page = client.submit(DESK + "/analysis", {"topics": ""})
    assert "Waiting to begin" in page.text
    page = client.submit(DESK + "/analysis", {}, action="/cancel")
    assert "Nothing of it is shown" in page.text
    page = client.get(f"{DESK}/analysis/1")
    assert page.h1 == "Method card of analysis 1"
    assert "Start it again" not in page.text
    page = client.submit(f"{DESK}/analysis/2", {}, action="/again")
    assert "Waiting to begin" in page.text


def test_an_old_analysis_that_is_started_again_is_the_one_to_watch(
    client: PageClient, official: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.submit(DESK + "/analysis", {"topics": ""})
    client.submit(DESK + "/analysis", {}, action="/cancel")
    work.analyse(FakeJob(requested(official.consultation, official.actor)))
    page = client.submit(f"{DESK}/analysis/2", {}, action="/again")
    assert "Waiting to begin" in page.text
    assert "has not come to an end" in client.get(f"{DESK}/analysis/2").text
    with act() as session:
        again = session.get_one(Run, 2)
        session.expunge(again)
    job = FakeJob(again)
    monkeypatch.setattr(job, "now", lambda: NOW + timedelta(hours=1))
    work.analyse(job)
    assert "Compared with analysis 3" in client.get(f"{DESK}/analysis/2/changes").text
    assert "Compared with analysis 1" in client.get(f"{DESK}/analysis/3/changes").text


def test_the_desk_lists_what_stopped_an_analysis(client: PageClient, official: Analysed) -> None:
    run = requested(official.consultation, official.actor)
    job = FakeJob(run)
    job.during = lambda: accepted(official, "Bus")
    with pytest.raises(Exception, match="officials decided"):
        work.analyse(job)
    with act() as session:
        runs.ended(session, {"run": run.id}, "failed", NOW)
    page = client.get(DESK + "/analysis")
    assert "officials decided on earlier proposals" in page.text
    assert "Bus, ville" in page.links()


def test_two_officials_who_rename_a_theme_at_once(
    client: PageClient, official: Analysed, session: Session
) -> None:
    bus = official.themes["Bus"]
    accepted(official, "Bus")
    path = f"{DESK}/themes/{bus}/edit"
    mine = client.get(path).form()
    client.submit(path, {"title_en": "Their title"})
    page = client.post(path, {**mine, "title_en": "My title"}, 409)
    assert "Somebody else changed this" in page.text
    assert "Their title" in page.text
    assert page.form()["title_en"] == "My title"
    client.post(path, page.form())
    session.rollback()
    assert session.get_one(Theme, bus).title["en"] == "My title"


def test_proposals_are_accepted_renamed_merged_and_set_aside(
    client: PageClient, official: Analysed, session: Session
) -> None:
    bus, bike, tree = (official.themes[t] for t in ("Bus", "Vélo", "Arbres"))
    page = client.submit(DESK + "/themes", {}, action=f"/{bus}/accept")
    assert "“Bus, ville” is accepted." in page.text
    page = client.submit(f"{DESK}/themes/{bus}/edit", {"title_fr": "Les bus", "title_en": "Buses"})
    assert page.h1 == "Buses"
    page = client.get(f"{DESK}/themes/{bike}/merge?into={bus}")
    assert "Points together" in page.text
    client.submit(f"{DESK}/themes/{bike}/merge?into={bus}", {})
    client.submit(DESK + "/themes", {}, action=f"/{tree}/set-aside")
    states = {t.id: t.state for t in session.scalars(select(Theme))}
    assert (states[bus], states[bike], states[tree]) == (ACCEPTED, MERGED, SET_ASIDE)
    page = client.submit(f"{DESK}/themes/{bus}/edit", {"title_fr": "", "title_en": ""}, status=422)
    assert "a title in at least one language" in page.text


def test_the_page_of_a_theme_says_what_sets_it_apart_from_the_nearest(
    client: PageClient, official: Analysed
) -> None:
    address = f"{DESK}/themes/{official.themes['Arbres']}"
    page = client.get(address)
    assert (
        "Nearest theme: Bus, ville Said here and hardly there: Arbres Said there and" in page.text
    )
    with act() as session:
        signoff.set_aside(session, official.consultation, official.themes["Bus"], **official.who)
    assert "Nearest theme" not in client.get(address).text


def test_ticked_points_are_moved_made_a_theme_or_quoted(
    client: PageClient, official: Analysed, session: Session
) -> None:
    bus, bike = official.themes["Bus"], official.themes["Vélo"]
    address, first = f"{DESK}/themes/{bus}", official.points[0]
    page = client.submit(address, {"do": "move", "into": str(bike)}, action="/points", status=422)
    assert "choose at least one point" in page.text
    client.submit(address, {"do": "move", "into": str(bike), "point": str(first)}, action="/points")
    assert official.sizes(session)[bike] == 3
    page = client.get(f"{DESK}/themes/{bike}")
    assert "set by Anne Weber" in page.text
    page = client.submit(
        f"{DESK}/themes/{bike}",
        {"do": "split", "title": "Evening buses", "point": str(first)},
        action="/points",
    )
    assert page.h1 == "Evening buses"
    client.submit(
        f"{DESK}/themes/{bike}", {"do": "quote", "point": str(official.points[3])}, action="/points"
    )
    session.rollback()
    assert quote_queries.quotes(session, [bike])[bike][0].by_person


def test_a_filter_moves_many_after_a_preview(
    client: PageClient, official: Analysed, session: Session
) -> None:
    bus, bike = official.themes["Bus"], official.themes["Vélo"]
    address = f"{DESK}/themes/{bus}/move?words=matin"
    page = client.get(address)
    assert "1 point is found" in page.text
    client.submit(address, {"into": str(bike)})
    session.rollback()
    assert official.sizes(session) == {
        bus: 1,
        bike: 3,
        official.themes["Lettre"]: 3,
        official.themes["Arbres"]: 1,
    }


def test_points_without_a_theme_can_be_given_one(
    client: PageClient, official: Analysed, session: Session
) -> None:
    page = client.get(DESK + "/points")
    assert "Every point has a theme" in page.text
    with act() as writing:
        said = builders.say(writing, official.consultation, "Tard venu")
    bus = official.themes["Bus"]
    client.submit(DESK + "/points", {"into": str(bus), "point": str(said.point.id)})
    session.rollback()
    assert official.sizes(session)[bus] == 3


def test_a_comment_is_divided_on_a_plain_form(
    client: PageClient, official: Analysed, session: Session
) -> None:
    with act() as writing:
        said = builders.say(writing, official.consultation, "Plus de bus. Moins de bruit. Merci.")
    address = f"{DESK}/comments/{said.comment.id}/points"
    page = client.submit(address, {"do": "preview", "start": "13"})
    assert "Preview: 2 points" in page.text
    page = client.submit(address, {"do": "preview", "words": "Plus de vélo."}, status=422)
    assert "not in the comment: Plus de vélo." in page.text
    page = client.submit(address, {"do": "preview", "words": "Plus de bus.\n\nMoins de bruit."})
    assert "belong to no point" in page.text
    client.submit(address, {"do": "save", "start": "13"})
    spans = session.execute(
        select(Point.start, Point.end)
        .where(Point.comment_id == said.comment.id, Point.retired_at.is_(None))
        .order_by(Point.start)
    ).all()
    assert [tuple(s) for s in spans] == [(0, 12), (13, 35)]


def test_a_long_comment_is_proposed_in_passages(
    client: PageClient, official: Analysed, session: Session
) -> None:
    subjects = ("Der Bus fährt abends selten", "Die Schule braucht Lehrer", "Müll liegt im Park")
    paragraphs = [f"{s}, das sagen alle seit langer Zeit. " * 7 for s in subjects]
    with act() as writing:
        said = builders.say(writing, official.consultation, "\n\n".join(paragraphs))
    address = f"{DESK}/comments/{said.comment.id}/points"
    page = client.get(address)
    assert "proposes to divide it into 3 points" in page.text
    starts = re.findall(r'value="(\d+)" checked', page.markup)
    assert len(starts) == 3
    page = client.submit(address, {"do": "preview", "start": starts})
    assert "Preview: 3 points" in page.text
    assert "These words belong to no point" not in page.text
    page = client.submit(address, {"do": "save", "start": starts})
    page = client.get(address)  # now people have spoken
    assert "proposes to divide" not in page.text


def test_two_officials_who_reword_a_campaign_at_once(
    client: PageClient, official: Analysed, session: Session
) -> None:
    (row,) = list_campaigns(session, official.consultation.id)
    address, action = f"{DESK}/campaigns/{row.campaign.id}", f"/campaigns/{row.campaign.id}"
    session.rollback()
    client.submit(address, {"title_en": "The letter"}, action=action)
    mine = client.get(address).form(action)
    client.submit(address, {"wording": "Their wording."}, action=action)
    page = client.post(address, {**mine, "wording": "My wording."}, 409)
    assert "Somebody else changed this" in page.text
    assert "Their wording." in page.text
    client.post(address, page.form(action))
    (row,) = list_campaigns(session, official.consultation.id)
    assert row.campaign.wording == "My wording."


def test_withdrawn_words_are_not_read_where_comments_are_divided(
    client: PageClient, official: Analysed
) -> None:
    with act() as session:
        said = builders.say(session, official.consultation, "Mon voisin Jules dort mal.")
    address = f"{DESK}/comments/{said.comment.id}/points"
    form = client.get(address).form("/points")
    with act() as session:
        withdraw(session, said.comment.id, actor=Actor.receipt(1), now=NOW)
    for page in (client.get(address, 409), client.post(address, {**form, "do": "preview"}, 409)):
        assert "Jules" not in page.text
        assert "withdrawn or removed" in page.text


def test_a_campaign_is_accepted_worded_and_its_addition_divided(
    client: PageClient, official: Analysed, session: Session
) -> None:
    (row,) = list_campaigns(session, official.consultation.id)
    address = f"{DESK}/campaigns/{row.campaign.id}"
    page = client.get(DESK + "/campaigns")
    assert "Proposed campaigns" in page.text
    page = client.submit(
        address,
        {"title_fr": "La lettre", "title_en": "The letter"},
        action=f"/campaigns/{row.campaign.id}",
    )
    assert page.h1 == "The letter"
    session.rollback()
    (row,) = list_campaigns(session, official.consultation.id)
    assert (row.campaign.state, row.campaign.wording) == (ACCEPTED, None)
    page = client.submit(address, {"do": f"divide-{official.points[7]}"}, action="/members")
    assert "now a point of its own" in page.text
    page = client.submit(
        address, {"do": "remove", "point": str(official.points[5])}, action="/members"
    )
    assert "1 point is taken out." in page.text
    accepted(official, "Lettre")
    page = client.get("/consultations/law/themes")
    assert "The letter" in page.text
    assert "2 points" in page.text


def test_many_texts_that_came_twice_do_not_hide_the_campaigns(
    client: PageClient, official: Analysed
) -> None:
    with act() as session:
        for number in range(6):
            for _ in range(2):
                builders.say(session, official.consultation, f"Paire {number}")
    work.analyse(FakeJob(requested(official.consultation, official.actor)))
    page = client.get(f"{DESK}/campaigns")
    (folded,) = page.all("details")
    assert "6 texts that came twice" in words(folded)
    assert "Paire 5" in words(folded)
    assert "Lettre type" not in words(folded)
    assert "Lettre type" in page.text


def test_fifty_points_cost_as_many_statements_as_a_hundred(
    app: Flask, client: PageClient, official: Analysed
) -> None:
    theme = official.themes["Bus"]
    accepted(official, "Bus")
    with act() as session:
        campaigns.accept(session, official.consultation, 1, title={}, **official.who)
    counted = []
    for _ in range(2):
        with act() as session:
            consultation = session.get_one(Consultation, official.consultation.id)
            made = [builders.say(session, consultation, "Bus !").point.id for _ in range(50)]
            signoff.move_points(session, consultation, made, theme, **official.who)
            campaigns.add_members(session, consultation, 1, made, **official.who)
            for _ in range(50):
                builders.say(session, consultation, "Nouveau")
        counted.append(
            {address: _statements(app, client, address) for address in _addresses(theme)}
        )
    assert counted[0] == counted[1]
    public = {a: n for a, n in counted[0].items() if not a.startswith("/desk")}
    assert max(public.values()) <= 9  # one of them finds out who is signed in
    assert max(counted[0].values()) <= 16


def _addresses(theme: int) -> list[str]:
    return [
        "/consultations/law/themes",
        f"/consultations/law/themes/{theme}",
        DESK + "/themes",
        f"{DESK}/themes/{theme}",
        DESK + "/points",
        DESK + "/campaigns/1",
    ]


def _statements(app: Flask, client: PageClient, address: str) -> int:
    with statements(app) as seen:
        client.get(address)
    return len([s for s in seen if not s.startswith(("PRAGMA", "BEGIN"))])


def test_the_card_shows_the_curve_and_fewer_or_more_is_one_press(
    client: PageClient, official: Analysed, session: Session
) -> None:
    run = session.scalars(select(Run)).one()
    figures = [{"topics": n, "above_chance": n / 10} for n in range(3, 7)]
    with act() as writing:
        writing.get_one(Run, run.id).card = {
            **run.card,
            "topics": 4,
            "number_of_topics": {"chosen": 4, "curve": figures, "alternatives": [3, 6]},
        }
    page = client.get(f"{DESK}/analysis/{run.id}")
    assert "Fewer themes: 3" in page.text
    assert "440%chosen" in page.text
    client.submit(f"{DESK}/analysis/{run.id}", {"topics": "6"}, action=f"{DESK}/analysis")
    session.rollback()
    newest = session.scalars(select(Run).order_by(Run.id.desc())).first()
    assert newest is not None
    assert newest.topics_wanted == 6
    assert "Fewer themes" not in client.get(f"{DESK}/analysis/{run.id}").text  # one is under way


@pytest.mark.parametrize(
    ("came", "said"), [(11, "This number was asked for."), (10, "Asked for were 11:")]
)
def test_the_card_says_what_was_asked_for_and_what_came(
    client: PageClient, official: Analysed, session: Session, came: int, said: str
) -> None:
    run = session.scalars(select(Run)).one()
    number = {"asked_for": 11, "chosen": came}
    with act() as writing:
        stored = writing.get_one(Run, run.id)
        stored.card = {**run.card, "topics": came, "number_of_topics": number}
    page = client.get(f"{DESK}/analysis/{run.id}")
    assert f"There are {came} themes. {said}" in page.text


def test_what_a_second_analysis_changed_can_be_read(
    client: PageClient, official: Analysed, session: Session
) -> None:
    (first,) = session.scalars(select(Run.id))
    page = client.get(f"{DESK}/analysis/{first}/changes")
    assert "Nothing to compare" in page.text
    with act() as writing:
        builders.say(writing, official.consultation, "Piscine pour tous")
    work.analyse(FakeJob(requested(official.consultation, official.actor)))
    second = session.scalars(select(Run.id).order_by(Run.id.desc())).first()
    page = client.get(f"{DESK}/analysis/{second}/changes")
    assert "Of 8 points that both analyses placed, 8 (100%) stayed where they were." in page.text
    assert "1 point is new." in page.text
