"""Whoever is asked for a second opinion can end it, whatever they find; whoever asked sees how."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.kernel.actor import VISITOR, Actor
from consult.kernel.errors import ConsultError
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act
from consult.moderation import holding, queries, removal, seconding, seconding_queries, undoing
from consult.moderation.cases import disowning
from consult.moderation.errors import (
    AlreadyDecidedError,
    AlreadyGoneError,
    AnotherDecidesError,
    CaseOpenError,
    NotHeldError,
    SecondGivenError,
    StillHeldError,
    UndoneTooLateError,
)
from consult.moderation.models import Report, SecondOpinion
from consult.moderation.reporting import report
from consult.moderation.undoing import Done
from consult.moderation.withdrawal import withdraw
from consult.submissions.models import Comment
from tests import builders
from tests.builders import NOW, Said
from tests.client import PageClient
from tests.concurrently import at_once
from tests.moderation.recount import assert_counters_are_true
from tests.moderation.test_pages import said as say_there
from tests.people import make_body, make_consultation, make_user, sign_in

LATER = NOW + timedelta(minutes=5)


def asked_about(session: Session, kind: str) -> tuple[Consultation, Said, Actor, Actor]:
    """A comment of that kind, about which the first of two moderators has asked the second."""
    consultation = builders.consultation(session)
    asks, other = (Actor.user(builders.official(session).id) for _ in range(2))
    said = builders.say(session, consultation)
    number = said.comment.id
    if "reported" in kind:
        report(
            session, number, reason="not_me" if "case" in kind else "insult", note="",
            form_number="a form", actor=VISITOR, now=NOW,
        )  # fmt: skip
    if "held" in kind:
        holding.hold(session, consultation, number, actor=asks, now=NOW)
    seconding.ask(session, consultation, number, note="Is it?", actor=asks, now=NOW)
    if "case" in kind:
        disowning.open_from_report(session, consultation, number, actor=other, now=NOW)
    if "withdrawn" in kind:
        withdraw(session, number, actor=VISITOR, now=NOW)
    return consultation, said, asks, other


def answer(
    session: Session, consultation: Consultation, said: Said, what: str, by: Actor
) -> object:
    number, seen = said.comment.id, said.revision.id
    facts: dict[str, Any] = {"actor": by, "now": LATER}
    verbs: dict[str, Callable[[], object]] = {
        "stays": lambda: seconding.stays(
            session, consultation, number, seen=the_request(session), **facts
        ),
        "keep": lambda: removal.keep(session, consultation, number, seen=10**6, **facts),
        "publish": lambda: holding.publish(
            session, consultation, number, seen=seen, words="bus", **facts
        ),
        "remove": lambda: removal.remove(
            session, consultation, number, reason="hate", note={"fr": "Haine."}, **facts
        ),
        "restore": lambda: disowning.restore(
            session, consultation, number, seen=seen, words="bus", **facts
        ),
    }
    return verbs[what]()


def the_request(session: Session) -> int:
    return session.scalars(select(SecondOpinion.id).order_by(SecondOpinion.id.desc())).first() or 0


# Each kind of comment, and what each answer of whoever was asked does: the act that is the opinion, or
# why it is none.
TABLE: dict[str, dict[str, str | type[ConsultError]]] = {
    "published": {
        "stays": "comment:second_stays",
        "keep": AlreadyDecidedError,
        "publish": NotHeldError,
        "remove": "comment:removed",
    },
    "published reported": {
        "stays": "comment:second_stays",
        "keep": "reports:kept",
        "publish": NotHeldError,
        "remove": "comment:removed",
    },
    "held": {
        "stays": StillHeldError,
        "keep": AlreadyDecidedError,
        "publish": "comment:published",
        "remove": "comment:removed",
    },
    "held reported": {
        "stays": StillHeldError,
        "keep": "reports:kept",
        "publish": "comment:published",
        "remove": "comment:removed",
    },
    "reported case": {
        "stays": CaseOpenError,
        "keep": CaseOpenError,
        "publish": CaseOpenError,
        "remove": "comment:removed",
        "restore": "case:restored",
    },
    "withdrawn": {
        "stays": AlreadyGoneError,
        "keep": AlreadyDecidedError,
        "publish": AlreadyGoneError,
        "remove": AlreadyGoneError,
    },
}


@pytest.mark.parametrize(
    ("kind", "what", "end"),
    [(kind, what, end) for kind, ends in TABLE.items() for what, end in ends.items()],
)
def test_what_ends_a_second_opinion(
    app: Flask, session: Session, kind: str, what: str, end: str | type[ConsultError]
) -> None:
    with act() as writing:
        consultation, said, asks, other = asked_about(writing, kind)
    if end is not AlreadyGoneError and kind != "withdrawn":
        # Whoever asked never answers; nor do they learn more from trying.
        with pytest.raises(ConsultError) as refused, act() as writing:
            answer(writing, consultation, said, what, asks)
        assert refused.type is AnotherDecidesError or refused.type is end
    if isinstance(end, str):
        with act() as writing:
            answer(writing, consultation, said, what, other)
        [given] = seconding_queries.answered_to(session, [consultation.id], asks.user_id or 0)
        assert (given.act, given.given_at, given.note) == (end, LATER, "Is it?")
        assert given.given_by
        assert given == seconding_queries.given_about(session, said.comment.id)
        assert not queries.seconded(session, [consultation.id], Keyset()).rows
        logged = select(Activity.actor).where(Activity.act == end)
        assert session.scalars(logged).one() == other.reference
    else:
        with pytest.raises(end), act() as writing:
            answer(writing, consultation, said, what, other)
        waits = bool(queries.seconded(session, [consultation.id], Keyset()).rows)
        assert waits is (kind != "withdrawn")
    assert_counters_are_true(session, consultation)


def test_reports_that_came_meanwhile_stay_open(app: Flask, session: Session) -> None:
    with act() as writing:
        consultation, said, _asks, other = asked_about(writing, "published reported")
        answer(writing, consultation, said, "stays", other)
    assert session.scalars(select(Report.state)).one() == "open"


def test_nobody_answers_a_request_that_they_have_not_seen(app: Flask, session: Session) -> None:
    with act() as writing:
        consultation, said, asks, other = asked_about(writing, "published")
        first = the_request(writing)
        answer(writing, consultation, said, "stays", other)
        seconding.ask(
            writing, consultation, said.comment.id, note="And now?", actor=asks, now=LATER
        )
        with pytest.raises(SecondGivenError):
            seconding.stays(
                writing, consultation, said.comment.id, seen=first, actor=other, now=LATER
            )
    assert len(queries.seconded(session, [consultation.id], Keyset()).rows) == 1


def test_of_two_at_once_one_gives_it(app: Flask, session: Session) -> None:
    with act() as writing:
        consultation, said, _asks, other = asked_about(writing, "published")
        third = Actor.user(builders.official(writing).id)
        request, number, place = the_request(writing), said.comment.id, consultation.id

    def giving(by: Actor) -> Callable[[Session], object]:
        return lambda writing: seconding.stays(
            writing, writing.get_one(Consultation, place), number, seen=request, actor=by, now=LATER
        )

    ended = at_once(app, giving(other), giving(third))
    assert sorted(ended, key=str) == sorted([None, SecondGivenError], key=str)
    logged = select(Activity.id).where(Activity.act == "comment:second_stays")
    assert len(session.scalars(logged).all()) == 1


def test_that_it_stays_is_undone_unless_it_went_on(app: Flask, session: Session) -> None:
    with act() as writing:
        consultation, said, asks, other = asked_about(writing, "published")
        answer(writing, consultation, said, "stays", other)

    def undo(writing: Session, by: Actor) -> None:
        undoing.undo(
            writing, consultation, Done(undoing.STAYS, said.comment.id, LATER),
            seen=said.revision.id, words="bus", actor=by, now=LATER,
        )  # fmt: skip

    with pytest.raises(UndoneTooLateError), act() as writing:
        undo(writing, asks)
    with act() as writing:
        undo(writing, other)
    assert len(queries.seconded(session, [consultation.id], Keyset()).rows) == 1
    session.rollback()
    with act() as writing:
        answer(writing, consultation, said, "stays", other)
        answer(writing, consultation, said, "remove", other)
    with pytest.raises(UndoneTooLateError), act() as writing:
        undo(writing, other)


def test_the_asked_moderator_says_that_it_stays_and_the_asker_reads_it(
    client: PageClient, app: Flask, session: Session
) -> None:
    client.get("/removals?lang=en")
    body = make_body()
    comment = say_there(make_consultation(body, slug="law")).comment
    asks, asked = (make_user(body=body, roles=("moderator",), name=n) for n in ("Léa A", "Max B"))
    path = f"/desk/consultations/law/reports/{comment.id}"
    sign_in(client.client, asks)
    client.submit(path, {"note": "Sharp, but an insult?"}, action="/second")
    with pytest.raises(AssertionError, match="No form"):
        client.get(path).form("/stays")
    with pytest.raises(AssertionError, match="No form"):
        client.get("/desk/reports?show=second").form("show=second")
    sign_in(client.client, asked)
    assert client.get(path).form("/stays")
    page = client.get("/desk/reports?show=second")
    target = f"{path}/stays?queue=all&show=second"
    button = next(b for b in page.all("button") if b.get("data-key") == "1")
    assert "The comment stays" in "".join(button.itertext())
    page = client.post(target, page.form(target))
    assert "Nothing waits here" in page.text
    assert "No. 1 kept" in page.text
    # The same button pressed on a page that is old by now.
    client.post(target, {**page.form("/undo?queue=all&next=" + str(comment.id) + "&show=second"),
                         "seen": str(the_request(session))}, 409)  # fmt: skip
    sign_in(client.client, asks)
    page = client.get("/desk/reports?show=second")
    assert "What became of those that you asked for" in page.text
    assert "Second opinion of Max B: The comment stays" in page.text
    assert "Second opinion of Max B: The comment stays" in client.get(path).text
    session.expire_all()
    assert session.get_one(Comment, comment.id).state == "published"


NOTES = {"note_fr": "Une insulte.", "note_lb": "Eng Beleidegung."}


def test_whoever_decides_second_keeps_their_words_and_sees_who_was_first(
    client: PageClient, app: Flask
) -> None:
    client.get("/removals?lang=en")
    body = make_body()
    comment = say_there(make_consultation(body, slug="law")).comment
    first, other = (make_user(body=body, roles=("moderator",), name=n) for n in ("Léa A", "Max B"))
    path = f"/desk/consultations/law/reports/{comment.id}"
    sign_in(client.client, other)
    page = client.get(path)
    sign_in(client.client, first)
    client.submit(path, {"reason": "hate", "note_en": "It hates."}, action="/remove")
    sign_in(client.client, other)
    # Whatever else is wrong with the form: that it is too late comes first.
    for typed in ({"reason": "insult", **NOTES}, NOTES):
        late = client.post(f"{path}/remove", {**page.form("/remove"), **typed}, 409)
        assert "This comment has already been removed" in late.text
        assert "Hate. It hates. · Léa A" in late.text
        kept = {area.get("name") or area.get("id"): area.text for area in late.all("textarea")}
        assert {k: (v or "").strip() for k, v in kept.items()} == NOTES
    # A question to somebody else is kept in the same way.
    late = client.post(f"{path}/second", {**page.form("/second"), "note": "Is it?"}, 409)
    assert "Is it?" in [(area.text or "").strip() for area in late.all("textarea")]
    assert "Léa A" in late.text


def test_a_second_question_to_others_is_not_lost(client: PageClient, app: Flask) -> None:
    client.get("/removals?lang=en")
    body = make_body()
    comment = say_there(make_consultation(body, slug="law")).comment
    first, other = (make_user(body=body, roles=("moderator",), name=n) for n in ("Léa A", "Max B"))
    path = f"/desk/consultations/law/reports/{comment.id}"
    sign_in(client.client, other)
    page = client.get(path)
    sign_in(client.client, first)
    client.submit(path, {"note": "Rude?"}, action="/second")
    sign_in(client.client, other)
    late = client.post(f"{path}/second", {**page.form("/second"), "note": "Is it?"}, 409)
    assert "A second opinion was asked for already." in late.text
    assert "Second opinion asked for by Léa A: Rude?" in late.text
    assert "Is it?" in [(area.text or "").strip() for area in late.all("textarea")]
