"""One voice a voter and comment, counted once, on the words that were read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.jobs.models import Job
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.transaction import act
from consult.moderation.correction import correct
from consult.moderation.withdrawal import withdraw
from consult.operations import repairs
from consult.opinions import planning, queries, saying, voters
from consult.opinions.errors import NotOpenForStancesError, NotReadableError, OtherWordsError
from consult.opinions.models import Stance
from consult.opinions.queries import Counts
from consult.opinions.voters import Voter
from consult.submissions.intake import prepare
from consult.submissions.models import CommentRevision
from tests import builders
from tests.builders import NOW, Said
from tests.concurrently import at_once


@pytest.fixture
def consultation(session: Session) -> Consultation:
    with act() as writing:
        made = builders.consultation(writing)
        made.closes_at = NOW + timedelta(days=1)
    return made


@pytest.fixture
def comment(consultation: Consultation) -> Said:
    with act() as writing:
        return builders.say(writing, consultation)


def say(comment: Said, said: str, voter: Voter, **facts: Any) -> None:
    with act() as session:
        saying.say(
            session,
            comment.comment.id,
            **{"said": said, "seen": comment.revision.id, "voter": voter, "now": NOW, **facts},
        )


def counts(comment_id: int) -> Counts:
    return queries.key_of_comment(comment_id, NOW)[1]


def person(comment: Said, number: int = 1) -> Voter:
    return voters.of_account(comment.comment.consultation_id, number)


def visit(comment: Said, number: str = "a") -> Voter:
    return voters.of_visit(comment.comment.consultation_id, number)


def test_accounts_and_visits_are_counted_apart(comment: Said) -> None:
    say(comment, "agree", person(comment, 1))
    say(comment, "agree", person(comment, 2))
    say(comment, "pass", visit(comment, "a"))
    say(comment, "disagree", visit(comment, "b"))
    assert counts(comment.comment.id) == Counts(agree=2, visit_disagree=1, visit_passed=1)


def test_the_last_thing_said_counts(comment: Said, session: Session) -> None:
    voter = person(comment)
    for said in ("agree", "agree", "disagree", "pass", "disagree"):
        say(comment, said, voter)
        assert queries.said_by(session, comment.comment.id, voter) == said
    assert counts(comment.comment.id) == Counts(disagree=1)
    assert session.scalar(select(func.count()).select_from(Stance)) == 1


def test_who_it_was_is_not_stored(comment: Said, session: Session) -> None:
    say(comment, "agree", person(comment))
    stored = session.scalars(select(Stance)).one()
    assert stored.voter == person(comment).key
    assert person(comment).key != voters.of_account(comment.comment.consultation_id + 1, 1).key
    assert person(comment).key != voters.of_visit(comment.comment.consultation_id, "1").key
    named = {column.name for column in Stance.__table__.columns}
    assert named == {"id", "consultation_id", "comment_id", "revision_id", "voter",
                     "with_account", "said", "said_on"}  # fmt: skip


def test_other_words_have_not_been_spoken_about(comment: Said, session: Session) -> None:
    say(comment, "agree", person(comment))
    made = prepare("Plus de trains.", language="fr")
    with act() as writing:
        new = correct(writing, comment.comment.id, made, seen=1, actor=Actor("receipt:1"), now=NOW)
    assert counts(comment.comment.id) == Counts()
    assert queries.said_by(session, comment.comment.id, person(comment)) is None
    with pytest.raises(OtherWordsError):  # a form from before
        say(comment, "agree", person(comment, 2))
    say(comment, "disagree", person(comment), seen=new.id)
    assert counts(comment.comment.id) == Counts(disagree=1)
    assert not repairs.recount(comment.comment.consultation_id, mend=False)


def test_what_cannot_be_read_cannot_be_spoken_about(
    comment: Said, consultation: Consultation, session: Session
) -> None:
    with act() as writing:
        reply = builders.say(writing, consultation, root=comment.comment)
    with pytest.raises(NotFoundError):
        say(reply, "agree", person(reply))
    with pytest.raises(NotOpenForStancesError):
        say(comment, "agree", person(comment), now=NOW + timedelta(days=2))
    with pytest.raises(NotOpenForStancesError):
        say(comment, "agree", person(comment), now=NOW - timedelta(days=75))
    with act() as writing:
        withdraw(writing, comment.comment.id, actor=Actor("receipt:1"), now=NOW)
    with pytest.raises(NotReadableError):
        say(comment, "agree", person(comment))
    with pytest.raises(NotFoundError), act() as writing:
        saying.say(writing, 999, said="agree", seen=1, voter=person(comment), now=NOW)


def _saying(comment: Said, said: str, voter: Voter) -> Callable[[Session], None]:
    # Numbers and bytes only: the thread has a session of its own.
    comment_id, seen = comment.comment.id, comment.revision.id
    return lambda session: saying.say(
        session, comment_id, said=said, seen=seen, voter=voter, now=NOW
    )


def test_all_at_once(app: Flask, comment: Said, session: Session) -> None:
    people = [_saying(comment, "agree", person(comment, i)) for i in range(4)]
    twice = [_saying(comment, said, visit(comment)) for said in ("agree", "agree", "disagree")]
    assert set(at_once(app, *people, *twice)) == {None}
    found = counts(comment.comment.id)
    assert (found.agree, found.visits) == (4, 1)
    assert not repairs.recount(comment.comment.consultation_id, mend=False)
    planned = select(func.count()).select_from(Job).where(Job.kind == planning.JOB)
    assert session.scalar(planned) == 1


def test_an_account_is_forgotten(
    comment: Said, consultation: Consultation, session: Session
) -> None:
    with act() as writing:
        others = [builders.say(writing, consultation, f"Avis {i}") for i in range(3)]
        elsewhere = builders.say(writing, builders.consultation(writing, "other"))
        writing.get_one(Consultation, elsewhere.comment.consultation_id).closes_at = (
            NOW + timedelta(days=1)
        )
    for one in (comment, *others, elsewhere):
        say(one, "agree", person(one, 1))
        say(one, "agree", person(one, 2))
        say(one, "agree", visit(one, "1"))
    for expected in (3, 2, 0):
        with act() as writing:
            assert saying.forget(writing, 1, now=NOW, at_most=3) == expected
    for one in (comment, *others, elsewhere):
        assert counts(one.comment.id) == Counts(agree=1, visit_agree=1)
        assert queries.said_by(session, one.comment.id, person(one, 2)) == "agree"
        assert queries.said_by(session, one.comment.id, person(one, 1)) is None


def test_the_least_seen_comes_next(
    comment: Said, consultation: Consultation, session: Session
) -> None:
    with act() as writing:
        second = builders.say(writing, consultation, "Avis 2", language="de")
        third = builders.say(writing, consultation, "Avis 3")
        builders.say(writing, consultation, "Moi aussi.", root=comment.comment)
    first, middle, last = (one.comment.id for one in (comment, second, third))

    def follows(voter: Voter | None, **facts: Any) -> int | None:
        return queries.next_comment(session, consultation.id, voter, **facts)

    assert follows(None) == follows(person(comment)) == first
    say(comment, "agree", person(comment, 2))
    assert follows(person(comment)) == middle
    assert follows(person(comment), language="fr") == last
    assert follows(person(comment), language="lb") is None
    say(second, "pass", person(comment))
    assert follows(person(comment)) == last
    say(third, "pass", visit(comment))
    assert follows(person(comment)) == first
    assert follows(visit(comment)) == first
    say(comment, "pass", person(comment))
    say(third, "pass", person(comment))
    assert follows(person(comment)) is None
    assert queries.how_many_by(session, person(comment)) == 3


def test_in_a_large_consultation_everybody_begins_elsewhere(
    consultation: Consultation, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "WINDOW", 2)
    with act() as writing:
        made = [builders.say(writing, consultation, f"Avis {i}") for i in range(7)]
    starts = {queries.next_comment(session, consultation.id, person(made[0], i)) for i in range(30)}
    assert starts == {made[i].comment.id for i in (0, 2, 4, 6)}
    voter, seen = person(made[0]), []
    while (found := queries.next_comment(session, consultation.id, voter)) is not None:
        seen.append(found)
        say(next(one for one in made if one.comment.id == found), "pass", voter)
    assert sorted(seen) == [one.comment.id for one in made]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans(),
                          st.sampled_from(("agree", "disagree", "pass"))), max_size=25))  # fmt: skip
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_counters_are_what_the_last_words_say(
    comment: Said, consultation: Consultation, session: Session, said: list[Any]
) -> None:
    with act() as writing:
        made = [comment, *(builders.say(writing, consultation, f"Avis {i}") for i in range(2))]
        for stance in writing.scalars(select(Stance)):
            writing.delete(stance)
        repairs_of(writing, consultation)
    last = {}
    for which, who, with_account, what in said:
        voter = person(made[which], who) if with_account else visit(made[which], str(who))
        say(made[which], what, voter)
        last[which, voter.key, with_account] = what
    for which in range(3):
        found = counts(made[which].comment.id)
        mine = [(w, what) for (i, _, w), what in last.items() if i == which]
        assert (found.agree, found.visit_agree) == (
            mine.count((True, "agree")),
            mine.count((False, "agree")),
        )
        assert found.persons + found.visits == len(mine)


def repairs_of(session: Session, consultation: Consultation) -> None:
    from consult.opinions import repair

    session.flush()
    repair.mend(session, consultation.id)


def test_a_wrong_counter_is_found_and_mended(comment: Said, session: Session) -> None:
    say(comment, "agree", person(comment))
    with act() as writing:
        writing.execute(Stance.__table__.update().values(said="pass"))  # type: ignore[attr-defined]
    number = comment.comment.consultation_id
    assert [(d.counted, d.stored) for d in repairs.recount(number, mend=True)] == [(0, 1), (1, 0)]
    assert counts(comment.comment.id) == Counts(passed=1)
    assert not repairs.recount(number, mend=False)


def test_a_look_is_planned_once_an_hour(comment: Said, session: Session) -> None:
    at = datetime(2026, 6, 1, 10, 5, tzinfo=UTC)
    say(comment, "agree", person(comment), now=at)
    say(comment, "agree", person(comment, 2), now=at + timedelta(minutes=50))
    say(comment, "agree", person(comment, 2), now=at + timedelta(minutes=70))  # nothing new
    say(comment, "pass", person(comment, 2), now=at + timedelta(minutes=80))
    planned = session.scalars(select(Job.run_at).where(Job.kind == planning.JOB).order_by(Job.id))
    assert [run_at.hour for run_at in planned] == [11, 12]
    assert session.scalar(select(CommentRevision.id)) is not None
