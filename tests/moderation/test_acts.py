"""Taking away, correcting, holding, admitting: every counter stays true, every race has a name."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.answers.models import Answer, Fate, Publication
from consult.consultations.models import Consultation
from consult.kernel import search
from consult.kernel.actor import Actor
from consult.kernel.release import PREPARING, RELEASED, Release
from consult.kernel.transaction import act
from consult.ledger.models import LedgerLeaf
from consult.moderation import addressing, admitting, going, holding
from consult.moderation.correction import correct
from consult.moderation.errors import (
    AddressedError,
    AlreadyDecidedError,
    AlreadyGoneError,
    AnsweredError,
    CorrectedMeanwhileError,
    CorrectionClosedError,
    JudgedWordsChangedError,
    NotAddressedHereError,
    NotAReplyError,
    NotHeldError,
    NothingChangedError,
    NotLateError,
    NotPublishedError,
    ReasonNeededError,
    ReplyAnsweredError,
)
from consult.moderation.models import Removal, Report
from consult.moderation.removal import keep, remove
from consult.moderation.reporting import report
from consult.moderation.withdrawal import withdraw
from consult.notifications.models import Letter
from consult.submissions.intake import prepare
from consult.submissions.models import Comment, CommentRevision, Point, Tally
from consult.themes import assignments, splitting
from consult.themes.errors import BeingPublishedError
from consult.themes.models import Assignment, CampaignMember
from tests import builders
from tests.builders import NOW, Said
from tests.moderation.recount import assert_counters_are_true

AUTHOR = Actor.receipt(1)
Verb = Callable[[Session, Consultation, int], Any]


def removing(session: Session, consultation: Consultation, comment_id: int) -> Any:
    return remove(
        session, consultation, comment_id, reason="insult", note={"fr": "Injure."},
        actor=Actor("user:9"), now=NOW,
    )  # fmt: skip


def withdrawing(session: Session, _consultation: Consultation, comment_id: int) -> Any:
    return withdraw(session, comment_id, actor=AUTHOR, now=NOW)


def settle(session: Session, said: Said, *, state: str = RELEASED, changed: bool = False) -> None:
    """Answer a point by a publication, with the counters that publishing moves."""
    consultation_id = said.comment.consultation_id
    body = builders.body(session)
    answer = Answer(consultation_id=consultation_id, body_id=body.id, disposition="accepted",
                    reason={"fr": "Oui."}, decided_at=NOW)  # fmt: skip
    release = Release(
        kind="publication",
        reference=f"consultation:{consultation_id}",
        state=state,
        prepared={},
        started_at=NOW,
        released_at=NOW if state == RELEASED else None,
    )
    session.add_all([answer, release])
    session.flush()
    session.add(Fate(point_id=said.point.id, comment_id=said.comment.id, answer_id=answer.id,
                     release_id=release.id, changed=changed))  # fmt: skip
    said.point.settled_by = release.id
    if state == RELEASED:
        session.add(Publication(consultation_id=consultation_id, release_id=release.id,
                                requested_at=NOW, published_at=NOW))  # fmt: skip
        tally = session.get_one(Tally, consultation_id)
        tally.owed_settled += said.point.owed
        tally.changed += changed and said.point.owed
    session.flush()


def make_open(session: Session, consultation: Consultation) -> None:
    consultation.closes_at = NOW + timedelta(days=5)
    session.flush()


@pytest.mark.parametrize("go", [removing, withdrawing])
@pytest.mark.parametrize("settled", [None, "plain", "changed", "preparing"])
@pytest.mark.parametrize("held", [False, True])
def test_a_comment_goes_with_all_that_counts_it(
    app: Flask, session: Session, go: Verb, settled: str | None, held: bool
) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, email="a@example.org")
        builders.say(session_, consultation, "Oui.")
        before = consultation.decisions
        thing = search.Thing(said.comment.id, consultation.id, "fr", "bus")
        search.index(session_, "comment", [thing])
        if settled:
            state = PREPARING if settled == "preparing" else RELEASED
            settle(session_, said, state=state, changed=settled == "changed")
        elif held:
            holding.hold(session_, consultation, said.comment.id, actor=AUTHOR, now=NOW)
    assert_counters_are_true(session, consultation)
    with act() as session_:
        go(session_, consultation, said.comment.id)
    assert_counters_are_true(session, consultation)
    tally = session.get_one(Tally, consultation.id)
    assert (tally.comments, tally.owed, tally.owed_settled, tally.changed) == (1, 1, 0, 0)
    assert session.get_one(Consultation, consultation.id).decisions > before
    with pytest.raises(AlreadyGoneError), act() as session_:
        go(session_, consultation, said.comment.id)


def test_a_removal_is_public_and_told_to_the_author(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, email="a@example.org")
        silent = builders.say(session_, consultation)
        with pytest.raises(ReasonNeededError):
            remove(session_, consultation, said.comment.id, reason="hate", note={"fr": " "},
                   actor=AUTHOR, now=NOW)  # fmt: skip
        removing(session_, consultation, said.comment.id)
        removing(session_, consultation, silent.comment.id)
    logged = session.scalars(select(Removal).order_by(Removal.id)).all()
    assert [(r.comment_id, r.reason, r.note) for r in logged] == [
        (said.comment.id, "insult", {"fr": "Injure."}),
        (silent.comment.id, "insult", {"fr": "Injure."}),
    ]
    letter = session.scalars(select(Letter)).one()
    assert letter.recipient == f"submission:{said.comment.submission_id}"
    assert "Plus de bus" not in str(letter.payload)


def test_replies_are_owed_when_their_root_goes(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        root = builders.say(session_, consultation).comment
        plain = builders.say(session_, consultation, "Moi aussi.", root=root)
        answered = builders.say(session_, consultation, "Non.", root=root)
        builders.say(session_, consultation, "À vous.", root=root, owed=True)
        builders.say(session_, consultation, "Trop tard.", root=root, late=True)
        gone = builders.say(session_, consultation, "Zut.", root=root)
        withdraw(session_, gone.comment.id, actor=AUTHOR, now=NOW)
        settle(session_, answered, changed=True)
    with act() as session_:
        withdraw(session_, root.id, actor=AUTHOR, now=NOW)
    assert_counters_are_true(session, consultation)
    tally = session.get_one(Tally, consultation.id)
    assert (tally.owed, tally.owed_settled, tally.changed) == (3, 1, 1)
    assert session.get_one(Point, plain.point.id).owed


def test_many_replies_are_owed_in_batches(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(going, "AT_ONCE", 2)
    with act() as session_:
        consultation = builders.consultation(session_)
        root = builders.say(session_, consultation).comment
        for _ in range(5):
            builders.say(session_, consultation, "Moi aussi.", root=root)
        withdraw(session_, root.id, actor=AUTHOR, now=NOW)
        assert session_.get_one(Tally, consultation.id, populate_existing=True).owed == 2
    assert app.extensions["consult_job_worker"]().run_one()
    assert_counters_are_true(session, consultation)
    assert session.get_one(Tally, consultation.id).owed == 5


def test_the_last_open_point_withdrawn_completes_the_outcome(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        settle(session_, builders.say(session_, consultation))
        last = builders.say(session_, consultation)
        withdraw(session_, last.comment.id, actor=AUTHOR, now=NOW)
    assert session.get_one(Consultation, consultation.id).outcome_completed_at == NOW


def test_a_correction_keeps_what_people_said_of_the_same_words(
    app: Flask, session: Session
) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        make_open(session_, consultation)
        person = builders.official(session_)
        said = builders.say(session_, consultation, "Plus de bus. Moins d’autos.")
        theme = builders.theme(session_, consultation)
        first, second = splitting.split(
            session_, said.comment, [(0, 12), (13, 27)], actor=Actor.user(person.id), now=NOW
        )
        assignments.assign(session_, [first.id], theme.id, person_id=person.id, now=NOW)
        builders.campaign(session_, consultation, [second])
    words = prepare("Bonjour. Moins d’autos. Plus de bus.", language="fr")
    with act() as session_:
        revision = correct(session_, said.comment.id, words, seen=1, actor=AUTHOR, now=NOW)
    assert_counters_are_true(session, consultation)
    live = session.scalars(
        select(Point)
        .where(Point.comment_id == said.comment.id, Point.retired_at.is_(None))
        .order_by(Point.start)
    ).all()
    assert [revision.text[p.start : p.end] for p in live] == [
        "Bonjour.", "Moins d’autos.", "Plus de bus.",
    ]  # fmt: skip
    label = session.scalars(select(Assignment).where(Assignment.point_id == live[2].id)).one()
    assert (label.theme_id, label.person_id) == (theme.id, person.id)
    member = session.scalars(
        select(CampaignMember).where(CampaignMember.point_id == live[1].id)
    ).one()
    assert member.state == "accepted"
    old = session.scalars(select(CommentRevision).where(CommentRevision.number == 1)).one()
    assert old.superseded_at == NOW
    leaf = session.scalars(select(LedgerLeaf)).one()
    assert leaf.reference == f"revision:{revision.id}"
    found = search.find(session, kind="comment", query="Bonjour", languages=["fr"])
    assert found == [said.comment.id]


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("closed", CorrectionClosedError),
        ("settled", AnsweredError),
        ("preparing", AnsweredError),
        ("stale", CorrectedMeanwhileError),
        ("same", NothingChangedError),
        ("withdrawn", AlreadyGoneError),
    ],
)
def test_when_a_correction_is_refused(
    app: Flask, session: Session, case: str, error: type[Exception]
) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation)
        if case != "closed":
            make_open(session_, consultation)
        if case in {"settled", "preparing"}:
            settle(session_, said, state=PREPARING if case == "preparing" else RELEASED)
        if case == "withdrawn":
            withdraw(session_, said.comment.id, actor=AUTHOR, now=NOW)
    words = prepare("Plus de bus le soir." if case == "same" else "Autre chose.", language="fr")
    with pytest.raises(error), act() as session_:
        correct(session_, said.comment.id, words, seen=7 if case == "stale" else 1,
                actor=AUTHOR, now=NOW)  # fmt: skip
    assert_counters_are_true(session, consultation)


def test_holding_and_publishing(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation)
        with pytest.raises(NotHeldError):
            holding.publish(session_, consultation, said.comment.id, seen=said.point.revision_id,
                            words="", actor=AUTHOR, now=NOW)  # fmt: skip
    with act() as session_:
        holding.hold(session_, consultation, said.comment.id, actor=AUTHOR, now=NOW)
    assert_counters_are_true(session, consultation)
    assert session.get_one(Tally, consultation.id).owed == 1
    with pytest.raises(NotPublishedError), act() as session_:
        holding.hold(session_, consultation, said.comment.id, actor=AUTHOR, now=NOW)
    with act() as session_:
        holding.publish(session_, consultation, said.comment.id, seen=said.point.revision_id,
                        words="bus", actor=AUTHOR, now=NOW)  # fmt: skip
    assert_counters_are_true(session, consultation)
    assert search.find(session, kind="comment", query="bus", languages=["fr"])


def test_words_that_nobody_has_looked_at_are_not_published(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        make_open(session_, consultation)
        said = builders.say(session_, consultation)
        holding.hold(session_, consultation, said.comment.id, actor=AUTHOR, now=NOW)
    words = prepare("Autre chose.", language="fr")
    with act() as session_:
        correct(session_, said.comment.id, words, seen=1, actor=AUTHOR, now=NOW)
    with pytest.raises(JudgedWordsChangedError), act() as session_:
        holding.publish(session_, consultation, said.comment.id, seen=said.point.revision_id,
                        words="bus", actor=AUTHOR, now=NOW)  # fmt: skip
    assert not search.find(session, kind="comment", query="bus", languages=["fr"])


@pytest.mark.parametrize("settled", [False, True])
def test_admitting_a_late_comment(app: Flask, session: Session, settled: bool) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, late=True)
        in_time = builders.say(session_, consultation)
        if settled:
            settle(session_, said)
    with act() as session_:
        admitting.admit(
            session_, consultation, said.comment.id, ground="new", actor=AUTHOR, now=NOW
        )
    assert_counters_are_true(session, consultation)
    assert session.get_one(Tally, consultation.id).owed == 2
    for comment in (said.comment, in_time.comment):
        with pytest.raises(NotLateError), act() as session_:
            admitting.admit(session_, consultation, comment.id, ground="new", actor=AUTHOR, now=NOW)


@pytest.mark.parametrize("settled", [False, True])
def test_an_official_addresses_a_reply_and_takes_it_back_while_it_has_no_answer(
    app: Flask, session: Session, settled: bool
) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        root = builders.say(session_, consultation).comment
        reply = builders.say(session_, consultation, root=root)
        by_author = builders.say(session_, consultation, root=root, owed=True).comment
        if settled:
            settle(session_, reply, changed=True)
        official = Actor(f"user:{builders.official(session_).id}")

    def press(verb: Any, comment: Comment) -> None:
        with act() as session_:
            verb(session_, consultation, comment.id, actor=official, now=NOW)

    press(addressing.address, reply.comment)
    assert_counters_are_true(session, consultation)
    assert session.get_one(Tally, consultation.id).owed == 3
    for comment, error in (
        (root, NotAReplyError),
        (reply.comment, AddressedError),
        (by_author, AddressedError),
    ):
        with pytest.raises(error):
            press(addressing.address, comment)
    with pytest.raises(NotAddressedHereError):
        press(addressing.take_back, by_author)
    if settled:
        with pytest.raises(ReplyAnsweredError):
            press(addressing.take_back, reply.comment)
    else:
        press(addressing.take_back, reply.comment)
    assert_counters_are_true(session, consultation)
    assert session.get_one(Tally, consultation.id).owed == (3 if settled else 2)


@pytest.mark.parametrize(
    "verb",
    [
        holding.hold,
        partial(admitting.admit, ground="new"),
        partial(admitting.leave, ground="said"),
        addressing.address,
    ],
)
def test_officials_wait_while_answers_are_being_published(
    app: Flask, session: Session, verb: Any
) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, late=True)
        settle(session_, builders.say(session_, consultation), state=PREPARING)
    with pytest.raises(BeingPublishedError), act() as session_:
        verb(session_, consultation, said.comment.id, actor=AUTHOR, now=NOW)


def test_reports_are_decided_together_and_once(app: Flask, session: Session) -> None:
    def reported(session_: Session, number: str) -> Report:
        return report(session_, said.comment.id, reason="insult", note="", form_number=number,
                      actor=Actor("visitor"), now=NOW)  # fmt: skip

    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation)
        first = reported(session_, "a")
        assert reported(session_, "a").id == first.id
        second = reported(session_, "b")
    with act() as session_:
        third = reported(session_, "c")
        seen = second.id
        assert keep(session_, consultation, said.comment.id, seen=seen, actor=AUTHOR, now=NOW) == 2
    with pytest.raises(AlreadyDecidedError), act() as session_:
        keep(session_, consultation, said.comment.id, seen=seen, actor=AUTHOR, now=NOW)
    with act() as session_:
        removing(session_, consultation, said.comment.id)
    states = session.execute(select(Report.id, Report.state).order_by(Report.id)).all()
    assert states == [(first.id, "kept"), (second.id, "kept"), (third.id, "removed")]
    with pytest.raises(AlreadyDecidedError), act() as session_:
        keep(session_, consultation, said.comment.id, seen=third.id, actor=AUTHOR, now=NOW)


def test_a_withdrawal_ends_the_reports(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation)
        report(session_, said.comment.id, reason="not_me", note="", form_number="x",
               actor=Actor("visitor"), now=NOW)  # fmt: skip
        withdraw(session_, said.comment.id, actor=AUTHOR, now=NOW)
    assert session.scalars(select(Report.state)).one() == "lapsed"
    assert session.scalars(select(Comment.state)).one() == "withdrawn"
