"""An author objects once, to somebody who did not decide before."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.jobs.models import Job
from consult.kernel import clock
from consult.kernel.actor import Actor
from consult.kernel.db import db
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act
from consult.moderation import holding, queries, removal, seconding, undoing
from consult.moderation.cases import disowning
from consult.moderation.errors import (
    AnotherDecidesError,
    CannotObjectError,
    JudgedWordsChangedError,
    ObjectedBeforeError,
    ObjectionDecidedError,
    ReasonNeededError,
    SameOfficialError,
)
from consult.moderation.models import IdentityCase, Objection, Removal, RemovalEnd, SecondOpinion
from consult.moderation.objections import objecting
from consult.moderation.reporting import report
from consult.moderation.undoing import Done
from consult.notifications.models import Letter
from consult.submissions import receipts
from consult.submissions.models import Comment
from tests import builders
from tests.builders import NOW, Said
from tests.client import PageClient
from tests.moderation.recount import assert_counters_are_true
from tests.moderation.test_acts import make_open, settle
from tests.moderation.test_pages import said as say_there
from tests.people import make_body, make_consultation, make_user, official, sign_in

AUTHOR = Actor.receipt(1)


def remove(session: Session, consultation: Consultation, said: Said, by: int) -> None:
    removal.remove(
        session, consultation, said.comment.id, reason="insult", note={"fr": "Injure."},
        actor=Actor.user(by), now=NOW,
    )  # fmt: skip


def object_(session: Session, said: Said, number: str = "a form") -> Objection:
    return objecting.object_(
        session, said.comment.id, text="It is no insult.", form_number=number, actor=AUTHOR, now=NOW
    )


def decide(
    session: Session, consultation: Consultation, said: Said, by: int, *, overturn: bool,
    note: str = "Pas une injure.",
) -> None:  # fmt: skip
    objecting.decide(
        session, consultation, said.comment.id, overturn=overturn, note={"fr": note},
        seen=said.revision.id, words="bus soir", actor=Actor.user(by), now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("overturn", [False, True])
@pytest.mark.parametrize("settled", [None, "plain", "changed"])
def test_a_removal_is_looked_at_by_somebody_else(
    app: Flask, session: Session, overturn: bool, settled: str | None
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        first, second = builders.official(writing).id, builders.official(writing).id
        said = builders.say(writing, consultation, email="a@example.org")
        builders.say(writing, consultation, "Moi aussi.", root=said.comment)
        builders.say(writing, consultation, "Ministère ?", root=said.comment, owed=True)
        if settled:
            settle(writing, said, changed=settled == "changed")
    with act() as writing:
        remove(writing, consultation, said, first)
        object_(writing, said)
        object_(writing, said)  # the same form
        with pytest.raises(ObjectedBeforeError):
            object_(writing, said, "another form")
        with pytest.raises(SameOfficialError):
            decide(writing, consultation, said, first, overturn=overturn)
        with pytest.raises(ReasonNeededError):
            decide(writing, consultation, said, second, overturn=overturn, note=" ")
    with act() as writing:
        decide(writing, consultation, said, second, overturn=overturn)
        with pytest.raises((ObjectionDecidedError, CannotObjectError)):
            decide(writing, consultation, said, second, overturn=overturn)
    comment = session.get_one(Comment, said.comment.id, populate_existing=True)
    assert comment.state == ("published" if overturn else "removed")
    line = session.scalars(select(Removal)).one()
    made = session.scalars(select(Objection)).one()
    assert (made.removal_id, made.state) == (line.id, "overturned" if overturn else "upheld")
    assert (made.note, made.decided_by) == ({"fr": "Pas une injure."}, second)
    ended = session.scalars(select(RemovalEnd.how)).all()
    assert list(ended) == (["overturned"] if overturn else [])
    told = session.scalars(select(Letter.template).order_by(Letter.id)).all()
    assert list(told) == ["comment_removed", "objection_decided"]


@pytest.mark.parametrize("settled", [None, "plain", "changed"])
def test_what_comes_back_counts_as_before(
    app: Flask, session: Session, settled: str | None
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        first, second = builders.official(writing).id, builders.official(writing).id
        said = builders.say(writing, consultation)
        builders.say(writing, consultation, "Moi aussi.", root=said.comment)
        builders.say(writing, consultation, "Ministère ?", root=said.comment, owed=True)
        if settled:
            settle(writing, said, changed=settled == "changed")
    assert_counters_are_true(session, consultation)
    with act() as writing:
        remove(writing, consultation, said, first)
    assert_counters_are_true(session, consultation)
    with act() as writing:
        object_(writing, said)
        decide(writing, consultation, said, second, overturn=True)
    assert_counters_are_true(session, consultation)
    # It can be removed anew, for what it says later; its author has objected before.
    with act() as writing:
        make_open(writing, writing.get_one(Consultation, consultation.id))
        remove(writing, consultation, said, second)
        with pytest.raises(ObjectedBeforeError):
            object_(writing, said, "another form")
    assert len(session.scalars(select(Removal)).all()) == 2
    assert_counters_are_true(session, consultation)


def test_a_holding_back_is_looked_at_by_somebody_else(app: Flask, session: Session) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        first, second = builders.official(writing).id, builders.official(writing).id
        said = builders.say(writing, consultation, email="a@example.org")
        with pytest.raises(CannotObjectError):
            object_(writing, said)
        holding.hold(writing, consultation, said.comment.id, actor=Actor.user(first), now=NOW)
        object_(writing, said)
        with pytest.raises(SameOfficialError):
            decide(writing, consultation, said, first, overturn=True)
        decide(writing, consultation, said, second, overturn=True)
    assert session.get_one(Comment, said.comment.id).state == "published"
    assert_counters_are_true(session, consultation)


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


def test_from_the_receipt_to_the_public_log(client: PageClient, body: Body) -> None:
    client.get("/removals?lang=en")
    sent = say_there(make_consultation(body, slug="law"))
    comment, code = sent.comment, receipts.code_of(sent.submission)
    official(client.client, body, "moderator")
    desk = f"/desk/consultations/law/reports/{comment.id}"
    client.submit(desk, {"reason": "insult", "note_en": "Insults."}, action="/remove")
    client.submit("/receipt", {"code": code})
    trace = f"/submissions/{sent.submission.id}/trace"
    assert "Object" in client.get(trace).links()
    client.submit(f"/comments/{comment.id}/object", {"text": ""}, status=422)
    page = client.submit(f"/comments/{comment.id}/object", {"text": "It is no insult."})
    assert "another official has yet to decide" in page.text
    client.get(f"/comments/{comment.id}/object", 409)
    assert "Its author has objected" in client.get("/removals").text
    # Who removed it reads it and cannot decide.
    judge = f"/desk/consultations/law/objections/{comment.id}"
    page = client.get(judge)
    assert "You decided this yourself" in page.text
    assert "It is no insult." in page.text
    official(client.client, body, "publisher")
    assert "No. 1" in client.get("/desk/reports?show=objections").text
    client.submit(judge, {"decision": "overturned"}, status=422)
    client.submit(judge, {"note_en": "Why."}, status=422)
    page = client.submit(judge, {"decision": "overturned", "note_en": "Sharp, but no insult."})
    assert "The objection is decided" in page.text
    assert "buses" in client.get(f"/comments/{comment.id}").text
    shown = client.get("/removals").text
    assert "Objected, overturned" in shown
    assert "Sharp, but no insult." in shown
    assert "shown again" in client.get(judge).text


def test_a_stranger_does_not_object(client: PageClient, body: Body) -> None:
    comment = say_there(make_consultation(body, slug="law")).comment
    client.get(f"/comments/{comment.id}/object", 403)


def test_who_objected_before_is_not_offered_it_again(client: PageClient, body: Body) -> None:
    """Removed, objected, overturned, removed once more: the page and the letter say why there is no
    way to object, and offer none."""
    sent = say_there(make_consultation(body, slug="law"), email="a@example.org")
    comment, code = sent.comment, receipts.code_of(sent.submission)
    desk = f"/desk/consultations/law/reports/{comment.id}"
    trace = f"/submissions/{sent.submission.id}/trace?lang=en"
    official(client.client, body, "moderator")
    client.submit(desk, {"reason": "insult", "note_en": "Insults."}, action="/remove")
    client.submit("/receipt", {"code": code})
    client.submit(f"/comments/{comment.id}/object", {"text": "It is no insult."})
    official(client.client, body, "publisher", "moderator")
    judge = f"/desk/consultations/law/objections/{comment.id}"
    client.submit(judge, {"decision": "overturned", "note_en": "No insult."})
    client.submit(desk, {"reason": "insult", "note_en": "It is."}, action="/remove")
    page = client.get(trace)
    assert "Object" not in page.links()
    assert "You objected to an earlier decision on this comment." in page.text
    told = db.session.scalars(
        select(Letter).where(Letter.template == "comment_removed").order_by(Letter.id)
    ).all()
    assert [letter.payload["objected"] for letter in told] == [False, True]


def test_who_objected_to_a_holding_back_is_not_offered_it_again(
    client: PageClient, body: Body
) -> None:
    sent = say_there(make_consultation(body, slug="law"))
    comment, code = sent.comment, receipts.code_of(sent.submission)
    desk = f"/desk/consultations/law/reports/{comment.id}"
    trace = f"/submissions/{sent.submission.id}/trace?lang=en"
    official(client.client, body, "moderator")
    client.submit(desk, {}, action="/hold")
    client.submit("/receipt", {"code": code})
    assert "Object" in client.get(trace).links()
    client.submit(f"/comments/{comment.id}/object", {"text": "Why?"})
    page = client.get(trace)
    assert "Object" not in page.links()
    assert "another official has yet to decide" in page.text


@pytest.mark.parametrize("how", ["undone", "overturned"])
@pytest.mark.parametrize("late", [False, True])
def test_a_case_that_a_removal_ended_is_open_again_when_the_removal_is_not(
    app: Flask, session: Session, how: str, late: bool
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        first, second = builders.official(writing).id, builders.official(writing).id
        said = builders.say(writing, consultation, email="a@example.org")
        report(writing, said.comment.id, reason="not_me", note="", form_number="r",
               actor=Actor("visitor"), now=NOW)  # fmt: skip
        disowning.open_from_report(
            writing, consultation, said.comment.id, actor=Actor.user(first), now=NOW
        )
        due = NOW + timedelta(minutes=1) if late else NOW + timedelta(days=9)
        writing.scalars(select(IdentityCase)).one().due_at = due
    with act() as writing:
        remove(writing, consultation, said, first)
    assert session.scalars(select(IdentityCase.state)).one() == "lapsed"
    session.rollback()
    later = NOW + timedelta(minutes=5)
    with act() as writing:
        if how == "undone":
            undoing.undo(
                writing, consultation, Done("removed", said.comment.id, NOW, "not_me"),
                seen=said.revision.id, words="bus", actor=Actor.user(first), now=later,
            )  # fmt: skip
        else:
            object_(writing, said)
            objecting.decide(
                writing, consultation, said.comment.id, overturn=True, note={"fr": "Non."},
                seen=said.revision.id, words="bus", actor=Actor.user(second), now=later,
            )  # fmt: skip
    assert_counters_are_true(session, consultation)
    case = session.scalars(select(IdentityCase)).one()
    comment = session.get_one(Comment, said.comment.id)
    assert (case.state, case.decided_at) == ("open", None)
    assert (comment.state, comment.held_for, comment.held_until) == ("held", "not_me", case.due_at)
    assert case.due_at > later
    assert (case.due_at == due) is not late
    lines = session.scalars(select(Activity.act).where(Activity.act == "case:reopened")).all()
    assert len(lines) == 1
    jobs = session.scalars(select(Job.run_at).where(Job.kind == "lapse_case").order_by(Job.id))
    assert list(jobs)[-1] == case.due_at


@pytest.mark.parametrize("how", ["published", "removed"])
def test_an_objection_ends_with_the_holding_back_and_is_open_again_when_that_is_undone(
    app: Flask, session: Session, how: str
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        first, second = builders.official(writing).id, builders.official(writing).id
        said = builders.say(writing, consultation)
        number, actor = said.comment.id, Actor.user(second)
        holding.hold(writing, consultation, number, actor=Actor.user(first), now=NOW)
        object_(writing, said)
    with act() as writing:
        if how == "removed":
            remove(writing, consultation, said, second)
        else:
            holding.publish(
                writing, consultation, number,
                seen=said.revision.id, words="bus", actor=actor, now=NOW,
            )  # fmt: skip
    assert not queries.objected(session, [consultation.id], Keyset()).rows
    assert session.scalars(select(Objection.state)).one() == "lapsed"
    session.rollback()
    with act() as writing:
        undoing.undo(
            writing, consultation, Done(how, number, NOW, "judged"),
            seen=said.revision.id, words="bus", actor=actor, now=NOW,
        )  # fmt: skip
    assert len(queries.objected(session, [consultation.id], Keyset()).rows) == 1
    session.rollback()
    with act() as writing:
        decide(writing, consultation, said, second, overturn=True)
    assert_counters_are_true(session, consultation)


def test_who_asked_for_a_second_opinion_does_not_decide_the_objection(
    app: Flask, session: Session
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        first, asks, other = (builders.official(writing).id for _ in range(3))
        said = builders.say(writing, consultation)
        holding.hold(writing, consultation, said.comment.id, actor=Actor.user(first), now=NOW)
        object_(writing, said)
        seconding.ask(
            writing, consultation, said.comment.id, note="Is it?", actor=Actor.user(asks), now=NOW
        )
    with pytest.raises(AnotherDecidesError), act() as writing:
        decide(writing, consultation, said, asks, overturn=True)
    # Nor does anybody who has not seen its words: there is no such revision.
    with pytest.raises(JudgedWordsChangedError), act() as writing:
        objecting.decide(
            writing, consultation, said.comment.id, overturn=True, note={"fr": "Non."},
            seen=10**9, words="bus", actor=Actor.user(other), now=NOW,
        )  # fmt: skip
    with act() as writing:
        decide(writing, consultation, said, other, overturn=True)
    assert session.scalars(select(SecondOpinion.given_by)).one() == other


@pytest.mark.parametrize("first", ["upheld", "overturned", "shown", "removed"])
def test_who_decides_an_objection_second_keeps_their_words(
    client: PageClient, app: Flask, session: Session, first: str
) -> None:
    client.get("/removals?lang=en")
    body = make_body()
    comment = say_there(make_consultation(body, slug="law")).comment
    holder = make_user(body=body, roles=("moderator",), name="Kim C")
    quicker = make_user(body=body, roles=("moderator",), name="Léa A")
    desk = f"/desk/consultations/law/reports/{comment.id}"
    judge = f"/desk/consultations/law/objections/{comment.id}"
    sign_in(client.client, holder)
    client.submit(desk, {}, action="/hold")
    with act() as writing:
        objecting.object_(
            writing, comment.id, text="It is no insult.", form_number="a form",
            actor=Actor("receipt:1"), now=clock.now(),
        )  # fmt: skip
    second = official(client.client, body, "publisher")
    page = client.get(judge)
    sign_in(client.client, quicker)
    if first in {"upheld", "overturned"}:
        client.submit(judge, {"decision": first, "note_en": "It is sharp."})
    elif first == "shown":
        client.submit(desk, {}, action="/publish")
    else:
        client.submit(desk, {"reason": "insult", "note_en": "It is sharp."}, action="/remove")
    sign_in(client.client, second)
    mine = {"note_fr": "Rien à redire.", "note_lb": "Alles an der Rei."}
    # Whatever else is wrong with the form: that it is too late comes first.
    for typed in ({**mine, "decision": "upheld"}, mine):
        late = client.post(judge, {**page.form(judge), **typed}, 409)
        assert "This objection has been decided." in late.text
        shown = {area.get("id"): (area.text or "").strip() for area in late.all("textarea")}
        assert shown == mine
    if first == "shown":
        assert "The comment can be read again" in late.text
    else:
        assert "It is sharp." in late.text
        assert "Léa A" in late.text
