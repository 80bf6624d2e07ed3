""" "This was not me": who is believed at once, who is asked first, and how a case ends."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.jobs.models import Job
from consult.kernel.actor import VISITOR, Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.transaction import act
from consult.moderation import holding, removal, seconding
from consult.moderation.cases import disowning, erasing
from consult.moderation.correction import correct
from consult.moderation.errors import (
    AnotherDecidesError,
    CaseBeforeError,
    CaseDecidedError,
    CaseOpenError,
    EnoughSaidError,
    NoReportError,
    ReasonNeededError,
)
from consult.moderation.models import CaseMessage, IdentityCase, Removal, Report, SecondOpinion
from consult.moderation.reporting import report
from consult.moderation.withdrawal import withdraw
from consult.notifications.models import Letter
from consult.submissions.intake import prepare
from consult.submissions.models import Comment
from tests import builders
from tests.builders import NOW, Said
from tests.moderation.recount import assert_counters_are_true

HOLDS = Actor.receipt(1)
DECIDES = Actor("user:9")
WORDS = "bus soir"


def claim(session: Session, said: Said, now: datetime = NOW, way: str = "receipt") -> None:
    disowning.open_by_holder(
        session, said.comment.submission_id, [said.comment.id],
        way=way, note="Not mine.", actor=HOLDS, now=now,
    )  # fmt: skip


def reported(session: Session, said: Said, *, email: str | None = "me@example.org") -> Report:
    return report(
        session, said.comment.id, reason="not_me", note="I was abroad.", email=email,
        language="de", form_number=f"form {said.comment.id}", actor=VISITOR, now=NOW,
    )  # fmt: skip


def by_report(session: Session, consultation: Consultation, said: Said) -> None:
    disowning.open_from_report(session, consultation, said.comment.id, actor=DECIDES, now=NOW)


def stays(session: Session, consultation: Consultation, said: Said, actor: Actor = DECIDES) -> None:
    disowning.restore(
        session, consultation, said.comment.id,
        seen=said.revision.id, words=WORDS, actor=actor, now=NOW,
    )  # fmt: skip


def goes(session: Session, consultation: Consultation, said: Said, actor: Actor = DECIDES) -> None:
    disowning.take_down(
        session, consultation, said.comment.id,
        note={"de": "Es stammt von jemand anderem."}, actor=actor, now=NOW,
    )  # fmt: skip


def letters(session: Session) -> list[tuple[str, str]]:
    found = session.scalars(select(Letter).order_by(Letter.id))
    return [(letter.template, letter.recipient) for letter in found]


def acts(session: Session) -> list[str]:
    return list(session.scalars(select(Activity.act).order_by(Activity.id)))


def test_who_holds_the_receipt_is_believed_at_once_and_heard_once(
    app: Flask, session: Session
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        said = builders.say(writing, consultation, email="a@example.org")
        other = builders.say(writing, consultation)
        claim(writing, said, way="letter")
    assert_counters_are_true(session, consultation)
    comment = session.get_one(Comment, said.comment.id)
    assert (comment.state, comment.held_for) == ("held", "not_me")
    # 14 days, and the day of the decision is a whole one.
    assert comment.held_until is not None
    assert NOW + timedelta(days=14) < comment.held_until <= NOW + timedelta(days=15)
    assert letters(session) == [("case_opened", f"submission:{comment.submission_id}")]
    with pytest.raises(CaseBeforeError), act() as writing:
        claim(writing, said)
    with pytest.raises(NotFoundError), act() as writing:
        disowning.open_by_holder(
            writing, said.comment.submission_id, [other.comment.id],
            way="receipt", note="", actor=HOLDS, now=NOW,
        )  # fmt: skip
    # Frozen: it is neither shown nor put in other words.
    with pytest.raises(CaseOpenError), act() as writing:
        holding.publish(
            writing, consultation, said.comment.id,
            seen=said.revision.id, words=WORDS, actor=DECIDES, now=NOW,
        )  # fmt: skip
    prepared = prepare("Other words.", language="en")
    with act() as writing:
        writing.get_one(Consultation, consultation.id).closes_at = NOW + timedelta(days=5)
    with pytest.raises(CaseOpenError), act() as writing:
        correct(writing, said.comment.id, prepared, seen=1, actor=HOLDS, now=NOW)


def test_a_report_hides_nothing_before_an_official_confirms_it(
    app: Flask, session: Session
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        said = builders.say(writing, consultation, email="a@example.org")
        with pytest.raises(NoReportError):
            by_report(writing, consultation, said)
        reported(writing, said)
    assert session.get_one(Comment, said.comment.id).state == "published"
    with act() as writing:
        by_report(writing, consultation, said)
    case = session.scalars(select(IdentityCase)).one()
    assert (case.way, case.state, case.found_for) == ("report", "open", None)
    assert letters(session) == [
        ("case_opened", f"submission:{said.comment.submission_id}"),
        ("case_opened", f"report:{case.report_id}"),
    ]
    said_first = session.scalars(select(CaseMessage)).one()
    assert (said_first.party, said_first.text) == ("claimant", "I was abroad.")
    assert_counters_are_true(session, consultation)


@pytest.mark.parametrize("held", [False, True])
def test_it_stays_as_it_was_before(app: Flask, session: Session, held: bool) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        said = builders.say(writing, consultation)
        reported(writing, said)
        if held:
            holding.hold(writing, consultation, said.comment.id, actor=DECIDES, now=NOW)
        by_report(writing, consultation, said)
        stays(writing, consultation, said)
    comment = session.get_one(Comment, said.comment.id)
    expected = ("held", "judged") if held else ("published", None)
    assert (comment.state, comment.held_for) == expected
    assert comment.held_until is None
    assert [row.state for row in session.scalars(select(Report))] == ["kept"]
    assert [template for template, _ in letters(session)] == ["case_opened", "case_decided"]
    assert acts(session)[-1] == "case:restored"
    assert_counters_are_true(session, consultation)
    with pytest.raises(CaseDecidedError), act() as writing:
        stays(writing, consultation, said)
    # Nobody can freeze it a second time.
    with pytest.raises(CaseBeforeError), act() as writing:
        claim(writing, said)


def test_it_is_removed_as_not_theirs(app: Flask, session: Session) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        said = builders.say(writing, consultation, email="a@example.org")
        claim(writing, said)
        with pytest.raises(ReasonNeededError):
            disowning.take_down(
                writing, consultation, said.comment.id, note={}, actor=DECIDES, now=NOW
            )
        goes(writing, consultation, said)
    comment = session.get_one(Comment, said.comment.id)
    assert (comment.state, comment.held_for) == ("removed", None)
    assert session.scalars(select(Removal.reason)).one() == "not_theirs"
    case = session.scalars(select(IdentityCase)).one()
    assert (case.state, case.decided_at) == ("removed", NOW)
    assert [template for template, _ in letters(session)] == ["case_opened", "case_decided"]
    assert_counters_are_true(session, consultation)


@pytest.mark.parametrize("decide", [stays, goes])
def test_who_asked_for_a_second_opinion_neither_opens_nor_decides_the_case(
    app: Flask, session: Session, decide: Callable[..., None]
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        me = Actor.user(builders.official(writing).id)
        other = Actor.user(builders.official(writing).id)
        said = builders.say(writing, consultation)
        reported(writing, said)
        seconding.ask(writing, consultation, said.comment.id, note="Is it?", actor=me, now=NOW)
    with pytest.raises(AnotherDecidesError), act() as writing:
        disowning.open_from_report(writing, consultation, said.comment.id, actor=me, now=NOW)
    # Finding it credible is not yet the decision.
    with act() as writing:
        disowning.open_from_report(writing, consultation, said.comment.id, actor=other, now=NOW)
    with pytest.raises(AnotherDecidesError), act() as writing:
        decide(writing, consultation, said, me)
    with act() as writing:
        decide(writing, consultation, said, other)
    asked = session.scalars(select(SecondOpinion)).one()
    assert (asked.asked_by, asked.given_by) == (me.user_id, other.user_id)
    assert_counters_are_true(session, consultation)


@pytest.mark.parametrize("how", ["withdrawn", "removed"])
def test_a_case_ends_with_its_comment(app: Flask, session: Session, how: str) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        said = builders.say(writing, consultation)
        claim(writing, said)
        if how == "withdrawn":
            withdraw(writing, said.comment.id, actor=HOLDS, now=NOW)
        else:
            removal.remove(
                writing, consultation, said.comment.id, reason="hate", note={"fr": "Haine."},
                actor=DECIDES, now=NOW,
            )  # fmt: skip
        with pytest.raises(CaseDecidedError):
            disowning.answer(
                writing, said.comment.id, party="holder", text="x", form_number="a",
                actor=HOLDS, now=NOW,
            )  # fmt: skip
    assert session.scalars(select(IdentityCase.state)).one() == "lapsed"
    assert_counters_are_true(session, consultation)


def test_what_nobody_decides_ends_by_rule_if_a_report_began_it(
    app: Flask, session: Session
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        said, own = builders.say(writing, consultation), builders.say(writing, consultation)
        reported(writing, said)
        by_report(writing, consultation, said)
        claim(writing, own)
    due = session.scalars(select(IdentityCase).order_by(IdentityCase.id)).all()[0].due_at
    # Only the case that came by a report: the other comment speaks in somebody's name.
    jobs = [(job.kind, job.run_at) for job in session.scalars(select(Job))]
    assert [run_at for kind, run_at in jobs if kind == disowning.JOB] == [due]
    with act() as writing:
        early = due - timedelta(seconds=1)
        assert not disowning.restore_by_rule(writing, said.comment.id, words=WORDS, now=early)
        assert disowning.restore_by_rule(writing, said.comment.id, words=WORDS, now=due)
        assert not disowning.restore_by_rule(writing, said.comment.id, words=WORDS, now=due)
    assert session.get_one(Comment, said.comment.id).state == "published"
    last = session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert last is not None
    assert (last.act, last.actor) == ("case:restored", "system")
    assert_counters_are_true(session, consultation)


def test_both_sides_are_asked_apart_and_a_form_counts_once(app: Flask, session: Session) -> None:
    def asked(writing: Session, party: str, number: str) -> None:
        disowning.ask(
            writing, consultation, said.comment.id, party=party, text="Where were you?",
            form_number=number, actor=Actor.user(official), now=NOW,
        )  # fmt: skip

    def answered(writing: Session, number: str) -> None:
        disowning.answer(
            writing, said.comment.id, party="claimant", text="Abroad.", form_number=number,
            actor=VISITOR, now=NOW,
        )  # fmt: skip

    with act() as writing:
        official = builders.official(writing).id
        consultation = builders.consultation(writing)
        said = builders.say(writing, consultation, email="a@example.org")
        reported(writing, said)
        by_report(writing, consultation, said)
        for number in ("one", "one", "two"):
            asked(writing, "claimant" if number == "one" else "holder", number)
        for times in range(disowning.MOST_MESSAGES - 1):
            answered(writing, f"answer {times}")
        answered(writing, "answer 0")
        with pytest.raises(EnoughSaidError):
            answered(writing, "one more")
    told = [row for row in letters(session) if row[0] == "case_asked"]
    assert [to.partition(":")[0] for _, to in told] == ["report", "submission"]


def test_words_and_addresses_are_erased_some_time_after_the_decision(
    app: Flask, session: Session
) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        said, still = builders.say(writing, consultation), builders.say(writing, consultation)
        reported(writing, said)
        reported(writing, still)
        by_report(writing, consultation, said)
        by_report(writing, consultation, still)
        stays(writing, consultation, said)

    def forget(now: datetime) -> tuple[int, int]:
        with act() as writing:
            return (
                erasing.forget_messages(writing, now, 50),
                erasing.forget_reporters(writing, now, 50),
            )

    assert forget(NOW + erasing.KEPT) == (0, 0)
    later = NOW + erasing.KEPT + timedelta(seconds=1)
    assert forget(later) == (1, 1)
    assert forget(later) == (0, 0)
    session.expire_all()
    notes: list[Any] = [(r.note, r.email) for r in session.scalars(select(Report))]
    assert sorted(notes) == [("", None), ("I was abroad.", "me@example.org")]
