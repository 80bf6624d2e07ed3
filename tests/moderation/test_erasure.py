"""A whole submission is erased: nothing of it is left in any table, and its traces stay."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.activity.models import Activity
from consult.answers.colleagues import notes
from consult.answers.models import Fate
from consult.consultations.models import Consultation, ConsultationBody
from consult.files.models import File
from consult.jobs.models import Job
from consult.kernel import clock, search
from consult.kernel.actor import Actor
from consult.kernel.db import Base
from consult.kernel.release import PREPARING
from consult.kernel.transaction import act
from consult.ledger.models import LedgerLeaf
from consult.moderation import holding as holding_back
from consult.moderation import redaction, removal, seconding
from consult.moderation.erasure import erasing, work
from consult.moderation.erasure.models import Erasure
from consult.moderation.errors import ErasureGroundError
from consult.moderation.models import Objection, Removal
from consult.moderation.objections import objecting
from consult.moderation.personal import EMAIL
from consult.moderation.redacting.models import PersonalFinding
from consult.moderation.redaction import Seen
from consult.moderation.reporting import report
from consult.moderation.withdrawal import withdraw
from consult.notifications import outbox
from consult.notifications.models import Letter
from consult.submissions.models import (
    Comment,
    CommentRevision,
    Contact,
    Point,
    Submission,
    Tally,
)
from consult.submissions.placeholders import placeholder
from consult.themes import repair
from consult.themes.models import Assignment, CampaignMember, PointVector, Theme
from tests import builders, people
from tests.builders import NOW, Said
from tests.client import PageClient
from tests.moderation.recount import assert_counters_are_true
from tests.moderation.test_acts import settle
from tests.pages.test_trace import opened

MARK = "zebedee"
WORDS = f"Plus de bus. Demandez à {MARK}@example.org, dit {MARK}."


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    placeholder(EMAIL, "fr")


def author(said: Said) -> Actor:
    return Actor.receipt(said.comment.submission_id)


def erase(
    said: Said, ground: str | None = None, by: Actor | None = None, *, begin_only: bool = False
) -> None:
    actor = by or author(said)
    with act() as session:
        erasure = erasing.ask(
            session, said.comment.submission_id, ground=ground, actor=actor, now=NOW
        ).id
    if not begin_only:
        work.erase(erasure, actor=actor, now=NOW)


def holding(session: Session) -> set[str]:
    """Every table in which a word of the submission stands."""
    session.rollback()
    return {
        table.name
        for table in Base.metadata.sorted_tables
        for row in session.execute(select(table))
        if MARK in str(tuple(row))
    }


def sent_in() -> tuple[Consultation, list[Said], Actor]:
    """A submission of four comments with all that belongs to it, and a moderator."""
    with act() as writing:
        consultation = builders.consultation(writing)
        official = builders.official(writing)
        moderator = Actor.user(official.id)
        first = builders.say(writing, consultation, WORDS, email=f"{MARK}@example.org")
        submission = writing.get_one(Submission, first.comment.submission_id)
        writing.get_one(Contact, submission.id).name = MARK
        more = [
            builders.say(writing, consultation, f"{WORDS} {n}", submission=submission)
            for n in range(3)
        ]
        theme = builders.theme(writing, consultation, "Bus")
        builders.assign(writing, first.point, theme)
        other = builders.say(writing, consultation, "Même lettre.")
        campaign = builders.campaign(writing, consultation, [more[0].point, other.point])
        campaign.wording = f"Demandez à {MARK}@example.org."
        writing.add(PointVector(point_id=first.point.id, encoder="e", vector=b"1" * 1024))
        writing.add(
            File(reference=f"submission:{submission.id}", tag="scan", name=f"{MARK}.pdf",
                 media_type="application/pdf", size=1, digest=b"1" * 32,
                 content=MARK.encode(), kept_at=NOW)
        )  # fmt: skip
        outbox.write(
            writing, recipient=f"submission:{submission.id}", template="answered", language="fr",
            key="a letter", payload={"told": MARK}, now=NOW,
        )  # fmt: skip
        settle(writing, first, changed=True)
        repair.mend(writing, consultation.id)
    return consultation, [first, *more], moderator


def everything(session: Session) -> tuple[Consultation, list[Said]]:
    """A submission whose words stand wherever words of people can stand."""
    consultation, sent, moderator = sent_in()
    first, *more = sent
    with act() as writing:
        writing.add(
            PersonalFinding(consultation_id=consultation.id, comment_id=more[0].comment.id,
                            revision_id=more[0].revision.id, kind=EMAIL, start=0, end=5)
        )  # fmt: skip
        body_id = writing.scalars(select(ConsultationBody.body_id)).one()
        notes.write(
            writing, consultation, f"point:{first.point.id}", words=f"{MARK} a raison.",
            body_id=body_id, for_all=False, mine=[body_id], actor=moderator, now=NOW,
        )  # fmt: skip
        report(writing, more[1].comment.id, reason="insult", note=MARK, form_number="r",
               actor=Actor("visitor"), now=NOW)  # fmt: skip
        seconding.ask(
            writing, consultation, more[2].comment.id, note=MARK, actor=moderator, now=NOW
        )
    revision = session.get_one(CommentRevision, first.revision.id)
    cuts = redaction.by_hand(revision.text, [f"{MARK}@example.org"], EMAIL)
    made = redaction.plan(revision.source, revision.text, "fr", cuts)
    session.rollback()
    with act() as writing:
        redaction.redact(
            writing, consultation, first.comment.id, made,
            seen=Seen(first.revision.id, first.revision.rewordings), ground="author",
            actor=moderator, now=NOW,
        )  # fmt: skip
        removal.remove(writing, consultation, more[1].comment.id, reason="insult",
                       note={"fr": "Injure."}, actor=moderator, now=NOW)  # fmt: skip
    with act() as writing:
        objecting.object_(writing, more[1].comment.id, text=f"{MARK} dit non.", form_number="o",
                          actor=author(first), now=NOW)  # fmt: skip
        withdraw(writing, more[2].comment.id, actor=author(first), now=NOW)
        writing.scalars(select(Theme)).one().keywords = {"fr": ["bus", MARK]}
        found = search.Thing(more[0].comment.id, consultation.id, "fr", f"{MARK} bus")
        search.index(writing, "comment", [found])
    return consultation, sent


def test_no_table_holds_a_word_of_it_and_its_traces_stay(app: Flask, session: Session) -> None:
    consultation, sent = everything(session)
    before = holding(session)
    assert {
        "campaign", "colleague_note", "comment_revision", "contact", "file", "letter", "objection",
        "report", "search_entry", "second_opinion", "sealed_words", "theme",
    } <= before  # fmt: skip
    leaves = session.scalar(select(func.count(LedgerLeaf.id)))
    erase(sent[0])
    assert holding(session) == set()
    assert_counters_are_true(session, consultation)
    rows = session.scalars(select(Comment).where(Comment.id.in_([s.comment.id for s in sent])))
    assert [(row.seq, row.state) for row in rows] == [(said.comment.seq, "erased") for said in sent]
    point = session.get_one(Point, sent[0].point.id)
    assert session.scalars(select(Fate.point_id)).all() == [point.id]
    assert session.scalars(select(Assignment.point_id)).all() == [point.id]
    assert session.scalar(select(func.count(LedgerLeaf.id))) == leaves
    assert session.scalars(select(Removal.reason)).all() == ["insult"]
    assert session.scalars(select(Objection.state)).all() == ["lapsed"]
    assert session.scalars(select(PointVector.point_id)).all() == []
    assert session.scalars(select(PersonalFinding.id)).all() == []
    member = session.scalars(
        select(CampaignMember).where(CampaignMember.point_id == sent[1].point.id)
    ).one()
    assert (member.state, member.additions) == ("accepted", [])
    assert session.get_one(Tally, consultation.id).submissions == 2
    erasure = session.scalars(select(Erasure)).one()
    assert (erasure.ground, erasure.erased_by, erasure.done_at) == (None, None, NOW)


def test_letters_that_have_not_left_do_not_leave(app: Flask, session: Session) -> None:
    _, sent = everything(session)
    erase(sent[0])
    states = {tuple(row) for row in session.execute(select(Letter.state, Letter.recipient))}
    assert states == {("dropped", f"submission:{sent[0].comment.submission_id}")}


def test_a_second_time_changes_nothing(app: Flask, session: Session) -> None:
    _, sent = everything(session)
    erase(sent[0])
    lines = session.scalars(select(Activity.id)).all()
    states = session.scalars(select(Comment.state_at)).all()
    session.rollback()
    erase(sent[0], "court", Actor.user(1))
    assert session.scalars(select(Activity.id)).all() == lines
    assert session.scalars(select(Comment.state_at)).all() == states
    assert session.scalars(select(Erasure.ground)).all() == [None]


def test_what_is_written_under_an_erased_receipt_can_be_erased_too(
    app: Flask, session: Session
) -> None:
    consultation, sent = everything(session)
    erase(sent[0])
    with act() as writing:
        submission = writing.get_one(Submission, sent[0].comment.submission_id)
        later = builders.say(
            writing, writing.get_one(Consultation, consultation.id), WORDS, submission=submission
        )
    erase(later)
    assert holding(session) == set()
    assert_counters_are_true(session, consultation)


@pytest.mark.parametrize("state", ["published", "held", "removed", "withdrawn"])
def test_in_whatever_state_it_is(app: Flask, session: Session, state: str) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        said = builders.say(writing, consultation, WORDS)
        builders.say(writing, consultation, "Moi aussi.", root=said.comment)
        official = Actor.user(builders.official(writing).id)
    with act() as writing:
        if state == "held":
            holding_back.hold(writing, consultation, said.comment.id, actor=official, now=NOW)
        elif state == "removed":
            removal.remove(writing, consultation, said.comment.id, reason="insult",
                           note={"fr": "Injure."}, actor=official, now=NOW)  # fmt: skip
        elif state == "withdrawn":
            withdraw(writing, said.comment.id, actor=author(said), now=NOW)
    erase(said, "court", official)
    assert_counters_are_true(session, consultation)
    assert session.get_one(Comment, said.comment.id).state == "erased"
    assert holding(session) == set()
    reply = session.scalars(select(Comment).where(Comment.root_id == said.comment.id)).one()
    words = session.scalars(
        select(CommentRevision.text).where(CommentRevision.comment_id == reply.id)
    )
    assert (reply.state, words.one()) == ("published", "Moi aussi.")
    owed = session.scalars(select(Point.owed).where(Point.comment_id == reply.id)).one()
    assert owed is True


def test_it_is_taken_while_answers_are_being_published(app: Flask, session: Session) -> None:
    with act() as writing:
        consultation = builders.consultation(writing)
        said = builders.say(writing, consultation, WORDS)
        settle(writing, said, state=PREPARING)
    erase(said)
    assert_counters_are_true(session, consultation)
    assert session.get_one(Comment, said.comment.id).state == "erased"


def test_the_worker_finishes_what_was_begun(app: Flask, session: Session) -> None:
    _, sent = everything(session)
    erase(sent[0], begin_only=True)
    assert "contact" not in holding(session)  # no letter leaves any more
    assert "comment_revision" in holding(session)
    with act() as writing:
        for job in writing.scalars(select(Job)):
            job.run_at = clock.now() - timedelta(hours=1)
    worker = app.extensions["consult_job_worker"]()
    while worker.run_one():
        pass
    assert holding(session) == set()
    assert session.scalars(select(Erasure.done_at)).one() is not None


def test_an_official_needs_one_of_the_grounds(app: Flask, session: Session) -> None:
    _, sent = everything(session)
    with pytest.raises(ErasureGroundError):
        erase(sent[0], "tidiness", Actor.user(1))


def test_the_author_erases_it_by_the_receipt(client: PageClient, session: Session) -> None:
    consultation, sent = everything(session)
    number = sent[0].comment.submission_id
    session.rollback()
    client.get(f"/submissions/{number}/erase", 403)
    opened(client, sent[0])
    mine = client.get(f"/submissions/{number}?lang=en")
    assert f"/submissions/{number}/erase" in mine.links().values()
    page = client.get(f"/submissions/{number}/erase?lang=en")
    assert "4 comments are erased, for good and everywhere." in page.text
    done = client.submit(f"/submissions/{number}/erase?lang=en", {}, action="/erase")
    assert done.text.count("The words of this comment were erased.") == 4
    assert holding(session) == set()
    shown = client.get(f"/comments/{sent[0].comment.id}?lang=en")
    assert "This comment was erased." in shown.text
    log = client.get(f"/consultations/{consultation.slug}/removals?show=erased&lang=en")
    assert log.text.count("By its author.") == 4
    assert MARK not in log.text
    assert "is erased." in client.get(f"/submissions/{number}/erase?lang=en").text


def test_an_official_erases_it_on_a_ground_and_the_log_says_so(
    client: PageClient, session: Session
) -> None:
    consultation, sent = everything(session)
    body = session.scalars(select(Body).join(ConsultationBody)).one()
    session.rollback()
    path = (
        f"/desk/consultations/{consultation.slug}/submissions/{sent[0].comment.submission_id}/erase"
    )
    people.official(client.client, body, "moderator")
    client.get(path, 403)
    people.official(client.client, body, "publisher", "moderator")
    comment = f"/desk/consultations/{consultation.slug}/reports/{sent[0].comment.id}"
    assert path in client.get(comment).links().values()
    refused = client.submit(f"{path}?lang=en", {"sure": "y"}, action="/erase", status=422)
    assert "Please choose the ground." in refused.text
    done = client.submit(f"{path}?lang=en", {"ground": "court", "sure": "y"}, action="/erase")
    assert "It was erased on" in done.text
    assert holding(session) == set()
    log = client.get("/removals?show=erased&lang=en")
    assert log.text.count("A decision of a court.") == 4
    client.get(path.replace("/law/", "/other/"), 404)
