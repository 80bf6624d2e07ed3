"""Proposing other words for a clause, as a browser without JavaScript goes it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts.models import ClauseText, Version
from consult.kernel import clock
from consult.kernel.actor import COMMAND, Actor
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.ledger import chain
from consult.ledger.models import LedgerLeaf
from consult.moderation import holding
from consult.moderation.removal import remove
from consult.moderation.withdrawal import withdraw
from consult.submissions import web
from consult.submissions.models import Comment, CommentRevision, Submission, Thread
from tests.client import Page, PageClient
from tests.moderation.recount import assert_counters_are_true
from tests.people import make_body, make_consultation
from tests.submissions.texts import every_word, fresh, make_draft, newer_version

WORDS = "The commune builds safe paths for bicycles. It builds no paths for cars."
PROPOSED = WORDS.replace("no paths", "zebralike paths")
REASON = "Both kinds of people live here, and both need a way to get home in the evening."


@pytest.fixture(autouse=True)
def english(client: PageClient) -> None:
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    made = make_consultation(make_body())
    make_draft(made, language="en", text=WORDS)
    return made


def address(consultation: Consultation, more: str = "?clause=art_2&propose=1") -> str:
    return f"/consultations/{consultation.slug}/comments/new{more}"


def aged(consultation: Consultation, version_id: int | None = None) -> str:
    """A stamp from a minute ago, for the version that was seen."""
    if version_id is None:
        first = select(Version.id).order_by(Version.id).limit(1)
        version_id = db.session.scalars(first).one()
        db.session.rollback()
    return web.new_stamp(consultation.id, version_id, clock.now() - timedelta(seconds=60))


def filled(client: PageClient, consultation: Consultation, **data: Any) -> dict[str, Any]:
    page = client.get(address(consultation))
    return {
        **page.form("/new"),
        "stamp": aged(consultation),
        "proposed": PROPOSED,
        "source": REASON,
        "step": "send",
        **data,
    }


def send(client: PageClient, consultation: Consultation, **data: Any) -> Page:
    return client.post(address(consultation), filled(client, consultation, **data))


def only(session: Session) -> tuple[Comment, CommentRevision]:
    comment, revision = (
        fresh(session)
        .execute(
            select(Comment, CommentRevision)
            .join(CommentRevision, CommentRevision.comment_id == Comment.id)
            .where(CommentRevision.superseded_at.is_(None))
        )
        .one()
    )
    return comment, revision


def thread(session: Session) -> Thread:
    return fresh(session).scalars(select(Thread).where(Thread.kind == "clause")).one()


def test_edit_a_copy_see_the_redline_give_a_reason_and_send(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    page = client.get(address(consultation))
    assert page.h1 == "Propose other words for Art. 2"
    form = page.form("/new")
    assert (form["proposed"], form["proposes"]) == (WORDS, "words")
    typed = {**form, "stamp": aged(consultation), "proposed": PROPOSED}
    seen = client.post(address(consultation), {**typed, "step": "preview"})
    assert "deleted: no] [inserted: zebralike]" in seen.text
    assert "Please" not in seen.text.split("Your reason")[0].split("What that changes")[1]
    unreasoned = client.post(address(consultation), {**typed, "step": "check"}, status=422)
    assert "your reason is what the public body answers" in unreasoned.text
    assert unreasoned.form("/new")["proposed"] == PROPOSED
    checked = client.post(address(consultation), {**typed, "source": REASON, "step": "check"})
    assert checked.h1 == "Check your comment"
    assert "inserted: zebralike" in checked.text
    sent = client.post(address(consultation), {**checked.form("/new"), "step": "send"})
    assert sent.h1 == "Your comment has been received"
    comment, revision = only(session)
    amended = session.get_one(ClauseText, revision.amends_id)
    assert (amended.clause_id, amended.version_id) == (comment.clause_id, comment.version_id)
    assert (revision.text, revision.proposed_text) == (REASON, PROPOSED)
    assert (thread(session).comments, thread(session).proposals) == (1, 1)


def test_others_see_it_as_a_redline_wherever_it_stands(
    client: PageClient, consultation: Consultation, session: Session
) -> None:
    send(client, consultation)
    comment, _ = only(session)
    slug = consultation.slug
    places = (
        f"/comments/{comment.id}",
        f"/comments/{comment.id}/reply",
        f"/comments/{comment.id}/stance",
        f"/consultations/{slug}/comments",
        f"/consultations/{slug}/comments?clause=art_2&proposals=yes",
        f"/consultations/{slug}/draft/clauses/art_2/comments",
        f"/submissions/{comment.submission_id}",
    )
    for place in places:
        page = client.get(place)
        assert "deleted: no] [inserted: zebralike]" in page.text, place
    page = client.get(f"/comments/{comment.id}")
    assert f"/consultations/{slug}/draft/1#art_2" in page.links().values()
    assert "Proposes other words for Art. 2" in page.text
    listed = client.get(f"/consultations/{slug}/comments?clause=art_2")
    assert "1 of them proposes other words" in listed.text
    talk = client.get(f"/consultations/{slug}/draft/clauses/art_2/comments")
    assert "1 proposal for other words" in talk.text
    elsewhere = client.get(f"/consultations/{slug}/comments?clause=art_1&proposals=yes")
    assert "zebralike" not in elsewhere.text


def test_a_comment_becomes_a_proposal_and_one_again_without_losing_a_word(
    client: PageClient, consultation: Consultation
) -> None:
    page = client.get(address(consultation, "?clause=art_2&words=safe+paths"))
    typed = {**page.form("/new"), "source": REASON, "step": "propose"}
    begun = client.post(address(consultation), typed)
    form = begun.form("/new")
    assert (form["proposed"], form["source"], form["words"]) == (WORDS, REASON, "safe paths")
    back = client.post(address(consultation), {**form, "proposed": PROPOSED, "step": "plain"})
    assert back.h1 == "Comment on Art. 2"
    form = back.form("/new")
    assert (form["source"], form["words"]) == (REASON, "safe paths")
    again = client.post(address(consultation), {**form, "step": "propose"})
    assert again.form("/new")["proposed"] == PROPOSED


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"proposed": WORDS + "  "}, "These are still the words of the clause"),
        ({"proposed": ""}, "If the clause should go"),
        ({"proposed": "x" * 60_001}, "longer than a clause may be"),
        ({"clause": "art_9"}, "This clause is not part of the text"),
        ({"clause": ""}, "Please choose the clause for which you propose other words"),
    ],
)
def test_what_cannot_be_sent_is_said_and_kept(
    client: PageClient, session: Session, consultation: Consultation, data: Any, sentence: str
) -> None:
    typed = filled(client, consultation, **data)
    page = client.post(address(consultation), typed, status=422)
    assert sentence in page.text
    kept = page.form("/new")
    assert kept["source"] == REASON
    assert kept["proposed"].strip() == typed["proposed"].strip()
    assert session.scalar(select(func.count()).select_from(Comment)) == 0


def test_to_leave_a_clause_out_is_a_proposal_too(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    send(client, consultation, proposes="deletion")
    comment, revision = only(session)
    assert revision.proposed_source == ""
    page = client.get(f"/comments/{comment.id}")
    assert "Proposes to leave Art. 2 out" in page.text
    assert f"deleted: {WORDS}" in page.text


def test_a_version_published_meanwhile_is_shown_and_nothing_is_lost(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    typed = filled(client, consultation)
    newer_version()
    page = client.post(address(consultation), {**typed, "step": "check"})
    assert "A newer version of the text has been published" in page.text
    sent = client.post(address(consultation), {**page.form("/new"), "step": "send"})
    assert sent.h1 == "Your comment has been received"
    comment, revision = only(session)
    amended = session.get_one(ClauseText, revision.amends_id)
    assert session.get_one(Version, amended.version_id).number == 1
    shown = client.get(f"/comments/{comment.id}")
    assert "against version 1" in shown.text
    assert "lorries" not in shown.text
    # The other clauses read as before: nothing to be told.
    other = filled(client, consultation, clause="art_1", step="check")
    assert "A newer version" not in client.post(address(consultation), other).text


def test_sending_twice_is_one_proposal_and_other_words_are_another(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    typed = filled(client, consultation)
    client.post(address(consultation), typed)
    again = client.post(address(consultation), typed)
    assert again.h1 == "Your comment has been received"
    other = {**typed, "proposed": PROPOSED.replace("zebralike", "narrow")}
    page = client.post(address(consultation), other, status=409)
    assert page.form("/new")["proposed"] == other["proposed"]
    assert session.scalar(select(func.count()).select_from(Comment)) == 1


def test_a_late_one_is_kept_and_marked(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    assert consultation.closes_at is not None
    with time_machine.travel(consultation.closes_at + timedelta(days=1), tick=False):
        send(client, consultation)
        comment, revision = only(session)
        assert comment.late
        assert revision.proposed_text == PROPOSED


KEPT = {f"comment_revision.proposed_{part}" for part in ("source", "html", "text", "marks")}


def nowhere_to_be_read(client: PageClient, session: Session, consultation: Consultation) -> None:
    """Its words stand nowhere but in its revision, and no page or file shows them."""
    comment, _ = only(session)
    assert [place for place, cell in every_word(session, KEPT) if "zebralike" in cell] == []
    slug = consultation.slug
    places = (
        f"/comments/{comment.id}",
        f"/consultations/{slug}/comments",
        f"/consultations/{slug}/comments?clause=art_2&proposals=yes",
        f"/consultations/{slug}/draft/clauses/art_2/comments",
        f"/consultations/{slug}/draft/clauses/art_2",
        f"/consultations/{slug}/draft",
        "/search?q=zebralike",
        f"/consultations/{slug}/export.csv",
        f"/consultations/{slug}/export.json",
    )
    stranger = client.client.application.test_client()
    for place in places:
        response = stranger.get(place)
        assert response.status_code == 200, place
        shown = response.get_data(as_text=True).replace('value="zebralike"', "")
        assert "zebralike paths" not in shown, place
    assert thread(session).proposals == 0


@pytest.mark.parametrize("way", ["withdrawn", "removed", "held"])
def test_what_goes_takes_its_proposed_words_along(
    client: PageClient, session: Session, consultation: Consultation, way: str
) -> None:
    send(client, consultation)
    comment, _ = only(session)
    now = clock.now()
    with act() as writing:
        if way == "withdrawn":
            withdraw(writing, comment.id, actor=Actor.receipt(comment.submission_id), now=now)
        elif way == "removed":
            held = writing.get_one(Consultation, consultation.id)
            remove(
                writing, held, comment.id, reason="insult", note={"en": "No."}, actor=COMMAND,
                now=now,
            )  # fmt: skip
        else:
            held = writing.get_one(Consultation, consultation.id)
            holding.hold(writing, held, comment.id, actor=COMMAND, now=now)
    nowhere_to_be_read(client, session, consultation)
    assert_counters_are_true(session, consultation)
    if way == "held":
        _, revision = only(session)
        with act() as writing:
            held = writing.get_one(Consultation, consultation.id)
            holding.publish(
                writing,
                held,
                comment.id,
                seen=revision.id,
                words="words",
                actor=COMMAND,
                now=clock.now(),
            )
        assert thread(session).proposals == 1
        assert_counters_are_true(session, consultation)


def test_a_revision_that_is_emptied_keeps_no_proposed_word(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    """The database itself refuses to empty the one and keep the other."""
    send(client, consultation)
    _, revision = only(session)
    gone = {"source": "", "html": "", "text": "", "emptied_at": clock.now()}
    statement = update(CommentRevision).where(CommentRevision.id == revision.id)
    with pytest.raises(IntegrityError), act() as writing:
        writing.execute(statement.values(**gone))
    columns = ("source", "html", "text", "marks", "key")
    with act() as writing:
        writing.execute(statement.values(**gone, **{f"proposed_{name}": None for name in columns}))
    assert [place for place, cell in every_word(session) if "zebralike" in cell] == []


def test_the_author_corrects_the_proposed_words_with_the_reason(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    send(client, consultation)
    comment, _ = only(session)
    path = f"/comments/{comment.id}/correct"
    form = client.get(path).form()
    assert form["proposed"] == PROPOSED
    refused = client.submit(path, {"proposed": WORDS}, status=422)
    assert "These are still the words of the clause" in refused.text
    client.submit(path, {"proposed": PROPOSED.replace("zebralike", "narrow")})
    _, revision = only(session)
    assert revision.number == 2
    assert "narrow paths" in str(revision.proposed_text)
    assert "inserted: narrow" in client.get(f"/comments/{comment.id}").text
    client.submit(path, {"source": "Another reason, which is better than the one before it."})
    assert "narrow paths" in str(only(session)[1].proposed_text)
    assert thread(session).proposals == 1


def test_the_ledger_commits_to_the_proposed_words(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    send(client, consultation)
    comment, revision = only(session)
    facts = {
        "words": revision.source,
        "consultation": comment.consultation_id,
        "number": comment.seq,
        "revision": 1,
        "clause": comment.clause_id,
        "received_at": comment.received_at.isoformat(timespec="seconds"),
        "written_at": revision.written_at.isoformat(timespec="seconds"),
    }
    leaf = session.scalars(select(LedgerLeaf)).one()
    assert leaf.hash != chain.leaf_hash(chain.commitment(revision.salt, facts))
    facts |= {"proposed": revision.proposed_source, "amends": revision.amends_id}
    assert leaf.hash == chain.leaf_hash(chain.commitment(revision.salt, facts))


def test_the_open_data_say_what_is_proposed(client: PageClient, consultation: Consultation) -> None:
    send(client, consultation)
    found = client.client.get(f"/consultations/{consultation.slug}/export.json").get_json()
    assert found["comments"][0]["proposal"] == {
        "proposes": "words",
        "text": PROPOSED,
        "on_version": 1,
        "taken": None,
        "taken_into_version": None,
    }
    table = client.client.get(f"/consultations/{consultation.slug}/export.csv").get_data(True)
    assert f"words,{PROPOSED},1" in table


def test_a_receipt_shows_what_was_proposed(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    send(client, consultation)
    submission = fresh(session).scalars(select(Submission)).one()
    assert "inserted: zebralike" in client.get(f"/submissions/{submission.id}").text
