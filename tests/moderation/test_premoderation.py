"""Comments that are read by an official before everybody can read them."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.notifications.models import Letter
from consult.submissions.models import Comment, Tally
from tests.client import PageClient
from tests.moderation.recount import assert_counters_are_true
from tests.moderation.test_pages import said
from tests.people import make_body, make_consultation, official
from tests.submissions.test_speaking import speak


@pytest.fixture(autouse=True)
def _english(client: PageClient) -> None:
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


def test_from_the_setting_to_the_reader(client: PageClient, app: Flask, session: Session) -> None:
    body = make_body()
    consultation = make_consultation(body, slug="law")
    before = said(consultation).comment
    official(client.client, body, "publisher")
    queue = "/desk/consultations/law/reports?show=held"
    page = client.submit(queue, {"before": "yes"}, action="/mode")
    assert "every comment waits" in page.text
    client.submit(queue, {"before": "yes"}, action="/mode")  # no second act
    acts = session.scalars(select(Activity.act).where(Activity.act.like("%moderated"))).all()
    assert list(acts) == ["consultation:premoderated"]
    reader = PageClient(app.test_client())
    reader.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert (
        "reads each comment before it is shown"
        in reader.get("/consultations/law/comments/new").text
    )
    page = speak(reader, consultation, email="me@example.org")
    assert "as soon as an official has read it" in page.text
    session.expire_all()
    waiting = session.scalars(select(Comment).order_by(Comment.id.desc()).limit(1)).one()
    assert (waiting.state, waiting.held_for) == ("held", "waiting")
    tally = session.get_one(Tally, consultation.id)
    assert (tally.comments, tally.owed) == (1, 2)
    shown = reader.get("/consultations/law/comments").text
    assert "waits until an official has read it" in shown
    assert "trees along the roads" not in shown
    assert_counters_are_true(session, consultation)
    desk = client.get("/desk/consultations/law").text
    assert "comments that wait or are held back1" in desk.replace("back 1", "back1")
    # What stood before still stands, and what waits is let be read in the list.
    assert session.get_one(Comment, before.id).state == "published"
    page = client.get(queue)
    publish = f"/desk/consultations/law/reports/{waiting.id}/publish?queue=one&show=held"
    page = client.post(publish, page.form(publish))
    assert "can be read" in page.text
    assert "trees along the roads" in reader.get("/consultations/law/comments").text
    assert "comment_shown" in session.scalars(select(Letter.template)).all()
    assert_counters_are_true(session, consultation)
    client.submit(queue, {"before": "no"}, action="/mode")
    session.expire_all()
    assert not session.get_one(Consultation, consultation.id).premoderated


def test_a_moderator_does_not_change_it(client: PageClient) -> None:
    body = make_body()
    make_consultation(body, slug="law")
    official(client.client, body, "moderator")
    page = client.get("/desk/consultations/law/reports?show=held")
    assert "Read every comment before it appears" not in page.text
    form = client.get("/desk/consultations/law/reports?show=held")
    assert form.status == 200
