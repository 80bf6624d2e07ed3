"""Proposed words taken into the next version: noted, told, and never claimed where they are not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.answers.adoption import attribution, queries
from consult.answers.adoption.adopting import NothingAdoptedError, ProposalGoneError
from consult.drafts.errors import StaleClauseError
from consult.kernel import clock
from consult.kernel.actor import Actor
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.moderation.correction import correct
from consult.moderation.withdrawal import withdraw
from consult.notifications.models import Letter
from consult.notifications.web import render_letter
from consult.submissions.intake import Received, prepare
from consult.submissions.letters import recipient
from consult.submissions.models import CommentRevision
from consult.submissions.proposing import carried
from tests.answers.proposals import BOTH, KEY, SLOWER, SPEED, Round
from tests.client import Page, PageClient
from tests.drafts.texts import clause


@pytest.fixture
def world(app: Flask) -> Round:
    return Round()


@pytest.fixture(autouse=True)
def english(client: PageClient) -> None:
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


def trace(client: PageClient, proposal: Received) -> Page:
    """What the author reads who typed the receipt code."""
    with client.client.session_transaction() as cookie:
        cookie["receipt"] = {
            "number": "one",
            "submission": proposal.submission_id,
            "issue": 1,
            "until": int((clock.now() + timedelta(hours=1)).timestamp()),
        }
    return client.get(f"/submissions/{proposal.submission_id}/trace")


def history(client: PageClient, world: Round) -> Page:
    return client.get(f"/consultations/{world.consultation.slug}/draft/clauses/{KEY}")


def letters(session: Session) -> list[str]:
    """What the letters of the publication say, by submission."""
    session.rollback()
    found = []
    for letter in session.scalars(
        select(Letter).where(Letter.template == "answered").order_by(Letter.recipient)
    ):
        to = recipient(session, int(letter.recipient.partition(":")[2]))
        assert to is not None
        letter.language = "en"
        found.append(" ".join(render_letter(letter, to).body.split()))
        session.expunge(letter)
    return found


def test_wholly_taken_words_carry_their_author_into_history_trace_and_letter(
    app: Flask, world: Round, client: PageClient, session: Session
) -> None:
    proposal = world.propose(SLOWER, name="Anna", email="anna@example.org")
    world.adopt(proposal, SLOWER)
    world.answer(proposal)
    assert "Words proposed" not in history(client, world).text
    assert "stand in the text" not in trace(client, proposal).text
    world.publish(app)
    assert "Words proposed by people: Comment no. 1 (Anna)" in history(client, world).text
    read = trace(client, proposal)
    assert "The words that you proposed stand in the text. Version 2" in read.text
    assert "The proposed words stand in the text." in client.get("/comments/1").text
    [letter] = letters(session)
    assert "Accepted – the text was changed – the words that you proposed stand in it" in letter
    [edit_id] = world.linked()
    data = client.client.get(f"/consultations/{world.consultation.slug}/export.json").get_json()
    told = data["comments"][0]["proposal"]
    assert (told["taken"], told["taken_into_version"]) == ("whole", 2)
    why = client.get(f"/consultations/{world.consultation.slug}/changes/{edit_id}")
    assert "Words proposed by people: Comment no. 1 (Anna)" in why.text


def test_taken_in_part_is_told_so(
    app: Flask, world: Round, client: PageClient, session: Session
) -> None:
    proposal = world.propose(BOTH, email="b@example.org")
    made = world.adopt(proposal, SLOWER)
    assert made.stands == "part"
    world.answer(proposal, "partly_accepted")
    world.publish(app)
    assert "taken in part: Comment no. 1 (without name)" in history(client, world).text
    assert "Part of the words that you proposed stands in the text." in trace(client, proposal).text
    assert "part of the words that you proposed stands in it" in letters(session)[0]


def test_what_is_written_over_afterwards_names_nobody(
    app: Flask, world: Round, client: PageClient, session: Session
) -> None:
    proposal = world.propose(SLOWER, email="c@example.org")
    world.adopt(proposal, SLOWER)
    world.amend(SPEED.replace("30", "50"))
    world.answer(proposal, "not_accepted")
    assert world.stands() == ["whole"]
    world.publish(app)
    assert world.stands() == ["none"]
    assert world.linked() == []
    assert "Words proposed" not in history(client, world).text
    assert "stand in the text" not in trace(client, proposal).text
    assert "you proposed" not in letters(session)[0]


def test_half_of_it_written_over_is_a_part(app: Flask, world: Round) -> None:
    proposal = world.propose(BOTH)
    world.adopt(proposal, BOTH)
    world.amend(BOTH.replace("20", "50"))
    world.answer(proposal)
    world.publish(app)
    assert world.stands() == ["part"]


def test_all_who_proposed_the_same_words_are_told(
    app: Flask, world: Round, client: PageClient, session: Session
) -> None:
    first = world.propose(SLOWER, name="Anna", email="anna@example.org")
    second = world.propose(SLOWER, "Moins vite, c’est plus sûr.", email="bob@example.org")
    other = world.propose(SPEED.replace("30", "10"), email="eve@example.org")
    world.adopt(first, SLOWER)
    for proposal in (first, second, other):
        world.answer(proposal, "noted")
    world.publish(app)
    said = [("you proposed stand in it" in letter) for letter in letters(session)]
    assert said == [True, True, False]
    assert "and one more comment with the same words" in history(client, world).text
    assert "The words that you proposed stand in the text" in trace(client, second).text


def test_words_that_were_corrected_after_they_were_taken_are_not_said_to_stand(
    app: Flask, world: Round, client: PageClient, session: Session
) -> None:
    proposal = world.propose(SLOWER, name="Anna", email="anna@example.org")
    world.adopt(proposal, SLOWER)
    correct_to(proposal, SPEED.replace("30", "10"))
    world.answer(proposal, "noted")
    world.publish(app)
    page = client.get(f"/comments/{proposal.comment_id}")
    assert "inserted: 10" in page.text
    assert "stand in the text" not in page.text
    assert "stand in the text" not in trace(client, proposal).text
    assert "you proposed" not in letters(session)[0]


def correct_to(proposal: Received, source: str) -> None:
    """Its author proposes other words."""
    session = db.session()
    revision = session.get_one(CommentRevision, proposal.revision_id)
    prepared = replace(
        prepare("Plutôt ainsi.", language="fr"), proposal=carried(session, revision, source)
    )
    session.rollback()
    with act() as writing:
        correct(
            writing,
            proposal.comment_id,
            prepared,
            seen=1,
            actor=Actor.receipt(proposal.submission_id),
            now=clock.now(),
        )


def test_leaving_a_clause_out(app: Flask, world: Round, client: PageClient) -> None:
    proposal = world.propose("", deletes=True, name="Anna")
    assert world.adopt(proposal, None).stands == "whole"
    world.answer(proposal)
    world.publish(app)
    assert "Words proposed by people: Comment no. 1 (Anna)" in history(client, world).text


def test_nothing_is_noted_where_nothing_was_taken(world: Round, session: Session) -> None:
    proposal = world.propose(SLOWER)
    with pytest.raises(NothingAdoptedError):
        world.adopt(proposal, SPEED.replace("30", "50"))
    assert world.stands() == []
    # The act went back as a whole: the clause is as it was.
    assert clause(world.next, KEY).source == SPEED


def test_a_proposal_that_went_cannot_be_adopted(world: Round) -> None:
    proposal = world.propose(SLOWER)
    with act() as session:
        actor = Actor.receipt(proposal.submission_id)
        withdraw(session, proposal.comment_id, actor=actor, now=clock.now())
    with pytest.raises(ProposalGoneError):
        world.adopt(proposal, SLOWER)


def test_two_officials_do_not_overwrite_each_other(world: Round) -> None:
    proposal = world.propose(SLOWER)
    world.amend(SPEED.replace("entrée", "accès"))
    with pytest.raises(StaleClauseError):
        world.adopt(proposal, SLOWER, saved=0)
    assert world.stands() == []


def test_the_same_words_are_adopted_once_and_the_log_says_who_did(
    world: Round, session: Session
) -> None:
    proposal = world.propose(BOTH)
    world.adopt(proposal, SLOWER)
    world.adopt(proposal, BOTH)
    assert world.stands() == ["whole"]
    session.rollback()
    lines = session.scalars(
        select(Activity).where(Activity.act == "clause:adopted").order_by(Activity.id)
    ).all()
    facts = [(line.facts["number"], line.facts["version"], line.facts["stands"]) for line in lines]
    assert facts == [(1, 2, "part"), (1, 2, "whole")]


def test_a_withdrawn_author_is_no_longer_named_but_the_number_stays(
    app: Flask, world: Round, client: PageClient
) -> None:
    proposal = world.propose(SLOWER, name="Anna")
    world.adopt(proposal, SLOWER)
    world.answer(proposal)
    world.publish(app)
    with act() as session:
        actor = Actor.receipt(proposal.submission_id)
        withdraw(session, proposal.comment_id, actor=actor, now=clock.now())
    page = history(client, world)
    assert "Comment no. 1 (no longer readable)" in page.text
    assert "Anna" not in page.text


def test_erasure_leaves_what_was_known_and_nobody_can_try_words(
    app: Flask, world: Round, client: PageClient
) -> None:
    """Emptied between adoption and publication: nothing can be worked out, nothing is claimed anew."""
    proposal = world.propose(BOTH, name="Anna")
    world.adopt(proposal, SLOWER)
    world.answer(proposal)
    columns = ("source", "html", "text", "marks", "key")
    with act() as session:
        session.execute(
            update(CommentRevision)
            .where(CommentRevision.id == proposal.revision_id)
            .values(
                source="",
                html="",
                text="",
                emptied_at=clock.now(),
                **{f"proposed_{name}": None for name in columns},
            )
        )
    world.publish(app)
    assert world.stands() == ["part"]
    assert world.linked() == []
    assert "Words proposed" not in history(client, world).text
    assert queries.taken(db.session(), [proposal.comment_id]) == {}


def settle(world: Round) -> None:
    """What a publication does at its beginning."""
    with act() as session:
        attribution.write(session, attribution.work_out(session, world.next.id))


def test_after_a_publication_that_was_stopped_it_is_worked_out_anew(world: Round) -> None:
    proposal = world.propose(SLOWER)
    world.adopt(proposal, SLOWER)
    settle(world)
    assert len(world.linked()) == 1
    world.amend(SPEED.replace("zone", "rue"))
    settle(world)
    assert world.stands() == ["none"]
    assert world.linked() == []


def test_groups_put_equal_proposals_together_in_a_stated_order(
    world: Round, session: Session
) -> None:
    lone = world.propose(SPEED.replace("30", "10"))
    pair = [world.propose(SLOWER), world.propose(SLOWER + "\n")]
    of = (session, world.consultation.id, KEY)
    found = queries.groups(*of)
    assert [(g.comment_id, g.comments) for g in found] == [
        (pair[0].comment_id, 2),
        (lone.comment_id, 1),
    ]
    oldest = queries.groups(*of, oldest=True)
    assert [g.comment_id for g in oldest] == [lone.comment_id, pair[0].comment_id]
    rest = queries.groups(*of, oldest=True, after=oldest[0].revision_id)
    assert [g.comment_id for g in rest] == [pair[0].comment_id]
