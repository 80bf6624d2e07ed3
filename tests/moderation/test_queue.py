"""The moderators' queue: decided in the list, undone for a while, left to somebody else."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.actor import VISITOR, Actor
from consult.kernel.transaction import act
from consult.moderation import holding, removal, seconding, undoing
from consult.moderation.errors import (
    AnotherDecidesError,
    SecondAskedError,
    UndoneTooLateError,
)
from consult.moderation.models import Removal, RemovalEnd, Report, SecondOpinion
from consult.moderation.reporting import report
from consult.moderation.undoing import Done
from consult.notifications.models import Letter
from consult.submissions.models import Comment
from tests import builders
from tests.builders import NOW, Said
from tests.client import PageClient
from tests.moderation.recount import assert_counters_are_true
from tests.moderation.test_pages import said as say_there
from tests.people import make_body, make_consultation, official

LATER = NOW + timedelta(minutes=5)


def reported(session: Session, said: Said) -> None:
    report(
        session, said.comment.id, reason="insult", note="", form_number=f"f{said.comment.id}",
        actor=VISITOR, now=NOW,
    )  # fmt: skip


def do(session: Session, consultation: Consultation, said: Said, what: str, by: Actor, *,
    now: datetime = NOW,
) -> None:  # fmt: skip
    facts = {"actor": by, "now": now}
    number = said.comment.id
    if what == "kept":
        removal.keep(session, consultation, number, seen=10**6, **facts)  # type: ignore[arg-type]
    elif what == "held":
        holding.hold(session, consultation, number, **facts)  # type: ignore[arg-type]
    elif what == "published":
        holding.publish(
            session,
            consultation,
            number,
            seen=said.revision.id,
            words="bus",
            **facts,  # type: ignore[arg-type]
        )
    else:
        removal.remove(
            session,
            consultation,
            number,
            reason="insult",
            note={"fr": "Injure."},
            **facts,  # type: ignore[arg-type]
        )


def undo(
    session: Session, consultation: Consultation, said: Said, what: str, by: Actor, *,
    now: datetime = LATER, held_for: str | None = None,
) -> None:  # fmt: skip
    undoing.undo(
        session, consultation, Done(what, said.comment.id, NOW, held_for),
        seen=said.revision.id, words="bus", actor=by, now=now,
    )  # fmt: skip


@pytest.mark.parametrize("what", ["kept", "held", "published", "removed"])
def test_the_last_act_is_undone_as_if_it_had_not_been(
    app: Flask, session: Session, what: str
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        me = Actor.user(builders.official(writing).id)
        other = Actor.user(builders.official(writing).id)
        said = builders.say(writing, consultation, email="a@example.org")
        builders.say(writing, consultation, "Moi aussi.", root=said.comment)
        reported(writing, said)
        held_for = None
        if what == "published":
            holding.hold(writing, consultation, said.comment.id, actor=other, now=NOW)
            held_for = "judged"
    before = session.get_one(Comment, said.comment.id).state
    with act() as writing:
        do(writing, consultation, said, what, me)
    assert_counters_are_true(session, consultation)
    for late in (NOW + timedelta(minutes=11),):
        with pytest.raises(UndoneTooLateError), act() as writing:
            undo(writing, consultation, said, what, me, now=late, held_for=held_for)
    with act() as writing:
        undo(writing, consultation, said, what, me, held_for=held_for)
    assert_counters_are_true(session, consultation)
    comment = session.get_one(Comment, said.comment.id)
    assert (comment.state, comment.held_for) == (before, held_for)
    assert session.scalars(select(Report.state)).one() == "open"
    waiting = session.scalars(select(Letter.template).where(Letter.state == "waiting")).all()
    assert list(waiting) == (["comment_held"] if what == "published" else [])
    if what == "removed":
        assert session.scalars(select(RemovalEnd.how)).one() == "undone"
    with pytest.raises(UndoneTooLateError), act() as writing:
        undo(writing, consultation, said, what, me, held_for=held_for)
    # And done again.
    with act() as writing:
        do(writing, consultation, said, what, me, now=LATER + timedelta(minutes=1))
    assert_counters_are_true(session, consultation)
    assert len(session.scalars(select(Removal)).all()) == (2 if what == "removed" else 0)


def test_what_went_on_since_is_not_undone(app: Flask, session: Session) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        me = Actor.user(builders.official(writing).id)
        said = builders.say(writing, consultation)
        do(writing, consultation, said, "held", me)
        holding.publish(
            writing, consultation, said.comment.id, seen=said.revision.id, words="bus",
            actor=Actor.user(99), now=LATER,
        )  # fmt: skip
    with pytest.raises(UndoneTooLateError), act() as writing:
        undo(writing, consultation, said, "held", me)


@pytest.mark.parametrize("what", ["kept", "removed"])
def test_who_asks_for_a_second_opinion_leaves_it_to_another(
    app: Flask, session: Session, what: str
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        me = Actor.user(builders.official(writing).id)
        other = Actor.user(builders.official(writing).id)
        said = builders.say(writing, consultation)
        reported(writing, said)
        seconding.ask(writing, consultation, said.comment.id, note="Is it?", actor=me, now=NOW)
        with pytest.raises(SecondAskedError):
            seconding.ask(writing, consultation, said.comment.id, note="x", actor=other, now=NOW)
    with pytest.raises(AnotherDecidesError), act() as writing:
        do(writing, consultation, said, what, me)
    with act() as writing:
        do(writing, consultation, said, what, other)
    asked = session.scalars(select(SecondOpinion)).one()
    assert (asked.asked_by, asked.given_by) == (me.user_id, other.user_id)
    assert_counters_are_true(session, consultation)


def test_the_list_is_worked_through_without_leaving_it(
    client: PageClient, session: Session, app: Flask
) -> None:
    client.get("/removals?lang=en")
    body = make_body()
    consultation = make_consultation(body, slug="law")
    first, second = say_there(consultation).comment, say_there(consultation).comment
    for comment in (first, second):
        client.submit(f"/comments/{comment.id}/report", {"reason": "insult"})
    official(client.client, body, "moderator")
    page = client.get("/desk/reports")
    hold = f"/desk/consultations/law/reports/{first.id}/hold"
    target = f"{hold}?queue=all&next={second.id}"
    form = page.form(target)
    response = client.client.post(target, data=form)
    assert response.headers["Location"].endswith(f"/desk/reports#c{second.id}")
    page = client.get("/desk/reports")
    assert "No. 1 held back" in page.text
    undo_it = f"/desk/consultations/law/reports/{first.id}/undo?queue=all&next={first.id}"
    page = client.post(undo_it, page.form(undo_it))
    assert "It is undone." in page.text
    assert "No. 1 held back" not in page.text
    client.post(undo_it, page.form(target), 409)
    session.expire_all()
    assert session.get_one(Comment, first.id).state == "published"
    # Left to somebody else.
    path = f"/desk/consultations/law/reports/{second.id}"
    client.submit(path, {"note": ""}, action="/second", status=422)
    client.submit(path, {"note": "Sharp, but an insult?"}, action="/second")
    page = client.get("/desk/reports?show=second")
    assert "Sharp, but an insult?" in page.text
    assert "another moderator decides" in page.text
    official(client.client, body, "moderator")
    page = client.get("/desk/reports?show=second")
    assert "Keep" in page.text
    page = client.submit("/desk/reports?show=second", {}, action="show=second")
    assert "Nothing waits here" in page.text


def test_a_second_opinion_is_asked_for_again_when_it_is_undone(
    app: Flask, session: Session
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        me = Actor.user(builders.official(writing).id)
        other = Actor.user(builders.official(writing).id)
        said = builders.say(writing, consultation)
        seconding.ask(writing, consultation, said.comment.id, note="?", actor=other, now=NOW)
        do(writing, consultation, said, "removed", me)
    with act() as writing:
        undo(writing, consultation, said, "removed", me)
        found = seconding.open_for(writing, said.comment.id)
        assert found is not None
        assert (found.asked_by, found.given_by) == (other.user_id, None)
        with pytest.raises(AnotherDecidesError):
            do(writing, consultation, said, "removed", other, now=LATER)


def test_only_who_did_it_undoes_it_also_in_the_same_browser(
    client: PageClient, app: Flask, session: Session
) -> None:
    """The session of the first ended without a log-out, and somebody else sat down."""
    client.get("/removals?lang=en")
    body = make_body()
    comment = say_there(make_consultation(body, slug="law")).comment
    client.submit(f"/comments/{comment.id}/report", {"reason": "insult"})
    official(client.client, body, "moderator")
    here = f"/desk/consultations/law/reports/{comment.id}"
    client.submit(here, {}, action="/hold")
    held = client.get("/desk/reports?show=held")
    assert "/undo" in held.markup
    official(client.client, body, "moderator")
    assert "/undo" not in client.get("/desk/reports?show=held").markup
    client.post(f"{here}/undo", held.form(), 409)
    session.expire_all()
    assert session.get_one(Comment, comment.id).state == "held"
