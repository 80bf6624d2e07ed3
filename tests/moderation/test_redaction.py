"""Words taken out of a comment: nobody reads them any more, and everything that was said of it stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.answers.models import Fate
from consult.consultations.models import Consultation
from consult.jobs.models import Job
from consult.kernel import search
from consult.kernel.actor import Actor
from consult.kernel.db import Base
from consult.kernel.errors import NotFoundError
from consult.kernel.release import PREPARING
from consult.kernel.transaction import act
from consult.ledger import chain
from consult.ledger.models import LedgerLeaf
from consult.moderation import redaction, scanning, sealing
from consult.moderation import redaction_queries as queries
from consult.moderation.correction import correct
from consult.moderation.errors import (
    AlreadyGoneError,
    CannotUndoError,
    CorrectedMeanwhileError,
    GroundNeededError,
    NothingToRedactError,
    RewordedMeanwhileError,
    SealEmptyError,
    WordsNotThereError,
)
from consult.moderation.personal import EMAIL, NAME, OTHER, Found
from consult.moderation.redacting import work
from consult.moderation.redacting.models import (
    LEFT,
    OPEN,
    TAKEN_OUT,
    PersonalFinding,
    PersonalScan,
    Redaction,
    SealedWords,
)
from consult.moderation.redaction import Seen
from consult.moderation.scanning import Looked
from consult.moderation.withdrawal import withdraw
from consult.notifications.models import Letter
from consult.submissions import recording
from consult.submissions.intake import prepare
from consult.submissions.models import Comment, CommentRevision, Point
from consult.submissions.placeholders import placeholder
from consult.themes import queries as theme_queries
from consult.themes.models import CampaignMember, PointVector, Run, RunSuggestion, Theme
from tests import builders
from tests.builders import NOW, Said
from tests.moderation.recount import assert_counters_are_true
from tests.moderation.test_acts import make_open, settle

MODERATOR = Actor("user:9")
WORDS = "Plus de bus le soir. Demandez à anne.weber@example.org ou à Madame Weber. Merci."


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    """Read the catalogue, as plans do before an act."""
    placeholder(OTHER, "fr")


def seen(said: Said) -> Seen:
    return Seen(said.revision.id, said.revision.rewordings)


def take_out(
    session: Session,
    consultation: Consultation,
    said: Said,
    *words: str,
    kind: str = EMAIL,
    ground: str = "third_person",
    now: datetime = NOW,
) -> Redaction:
    revision = said.revision
    cuts = redaction.by_hand(revision.text, words, kind)
    made = redaction.plan(revision.source, revision.text, revision.language, cuts)
    return redaction.redact(
        session, consultation, said.comment.id, made, seen=seen(said), ground=ground,
        actor=MODERATOR, now=now,
    )  # fmt: skip


def indexed(session: Session) -> str:
    return " ".join(session.scalars(select(search.SearchEntry.words)))


def test_nobody_reads_the_words_and_what_was_answered_stays(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, WORDS, email="a@example.org")
        found = search.Thing(said.comment.id, consultation.id, "fr", "weber bus")
        search.index(session_, "comment", [found])
        settle(session_, said, changed=True)
        decisions, version = consultation.decisions, consultation.version
        take_out(session_, consultation, said, "anne.weber@example.org")
    assert_counters_are_true(session, consultation)
    revision = session.get_one(CommentRevision, said.revision.id, populate_existing=True)
    assert revision.text == WORDS.replace("anne.weber@example.org", "[adresse e-mail retirée]")
    assert 'class="removed-words">[adresse e-mail retirée]</span>' in revision.html
    assert (revision.redacted, revision.rewordings, revision.number) == (True, 1, 1)
    point = session.get_one(Point, said.point.id, populate_existing=True)
    assert (point.start, point.end, point.settled_by is not None) == (0, len(revision.text), True)
    assert session.scalars(select(Fate.point_id)).all() == [point.id]
    assert "example" not in indexed(session)
    assert "bus" in indexed(session)
    session.refresh(consultation)
    assert consultation.decisions == decisions
    assert consultation.version > version
    line = session.scalars(select(Activity).where(Activity.act == "comment:redacted")).one()
    assert line.facts == {"ground": "third_person", "removed": [EMAIL]}
    letter = session.scalars(select(Letter)).one()
    assert (letter.template, letter.payload["kinds"]) == ("words_removed", {EMAIL: 1})
    assert "anne" not in str(letter.payload)


def test_the_words_stand_under_seal_only(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, WORDS)
        take_out(session_, consultation, said, "anne.weber@example.org")
    holding = {
        table.name
        for table in Base.metadata.sorted_tables
        for row in session.execute(select(table))
        if "anne.weber" in str(tuple(row))
    }
    assert holding == {"sealed_words"}


def test_the_ledger_commits_to_both(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, WORDS)
        take_out(session_, consultation, said, "Merci", kind=OTHER)
    revision = said.revision
    leaf = session.scalars(select(LedgerLeaf)).one()
    assert leaf.reference == f"revision:{revision.id}.1"
    facts = recording.leaf_facts(said.comment, revision.source, revision.number, NOW)
    assert leaf.hash == chain.leaf_hash(chain.commitment(revision.salt, facts))
    sealed = session.scalars(select(SealedWords)).one()
    assert sealed.salt not in {None, revision.salt}


def test_it_is_put_back_newest_first_as_it_was(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, WORDS)
        half = WORDS.index(" Demandez")
        said.point.end = half
        second = builders.point_of(session_, said.comment, said.revision, half + 1, len(WORDS))
        first = take_out(session_, consultation, said, "anne.weber@example.org")
        last = take_out(session_, consultation, said, "Madame Weber", kind=NAME, ground="author")
        assert "[adresse e-mail retirée] ou à [nom retiré]. Merci." in said.revision.text
        with pytest.raises(CannotUndoError):
            redaction.undo(session_, consultation, first.id, words="", actor=MODERATOR, now=NOW)
        redaction.undo(session_, consultation, last.id, words="weber", actor=MODERATOR, now=NOW)
        assert said.revision.redacted
        redaction.undo(session_, consultation, first.id, words="weber", actor=MODERATOR, now=NOW)
        with pytest.raises(CannotUndoError):
            redaction.undo(session_, consultation, first.id, words="", actor=MODERATOR, now=NOW)
    assert (said.revision.text, said.revision.html) == (WORDS, f"<p>{WORDS}</p>")
    assert (said.revision.redacted, said.revision.rewordings) == (False, 4)
    assert (said.point.start, said.point.end) == (0, half)
    assert (second.start, second.end) == (half + 1, len(WORDS))
    assert session.scalars(select(SealedWords.source)).all() == [None, None]
    assert "weber" in indexed(session)
    assert queries.of_comments(session, [said.comment.id]) == {}


def test_who_reads_the_original_is_on_the_record(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        other = builders.consultation(session_, "other")
        said = builders.say(session_, consultation, WORDS)
        made = take_out(session_, consultation, said, "Madame Weber", kind=NAME)
        for _ in range(2):
            got = sealing.look(
                session_, consultation, made.id, why="check", actor=MODERATOR, now=NOW
            )
        with pytest.raises(NotFoundError):
            sealing.look(session_, other, made.id, why="check", actor=MODERATOR, now=NOW)
    assert got.words.text == WORDS
    [place] = got.placed
    assert WORDS[place.start_before : place.end_before] == "Madame Weber"
    lines = session.scalars(select(Activity).where(Activity.act == "comment:original_read")).all()
    assert [(line.actor, line.facts) for line in lines] == [("user:9", {"why": "check"})] * 2


@pytest.mark.parametrize("how", ["erased", "old"])
def test_an_original_is_erased(app: Flask, session: Session, how: str) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, WORDS)
        made = take_out(session_, consultation, said, "Merci", kind=OTHER)
        year = NOW + sealing.KEPT
        assert sealing.forget_old(session_, year - timedelta(seconds=1), 50) == 0
        if how == "erased":
            assert sealing.empty(session_, [said.comment.id], NOW) == 1
        else:
            assert sealing.forget_old(session_, year, 50) == 1
        with pytest.raises(SealEmptyError):
            sealing.look(session_, consultation, made.id, why="check", actor=MODERATOR, now=NOW)
        with pytest.raises(CannotUndoError):
            redaction.undo(session_, consultation, made.id, words="", actor=MODERATOR, now=NOW)
    assert "[mots retirés]" in said.revision.text


def test_what_is_refused(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        other = builders.consultation(session_, "other")
        said = builders.say(session_, consultation, WORDS)
        facts: dict[str, Any] = {"actor": MODERATOR, "now": NOW}
        with pytest.raises(WordsNotThereError):
            redaction.by_hand(WORDS, ["Madame Muller"], NAME)
        with pytest.raises(NothingToRedactError):
            redaction.plan(WORDS, WORDS, "fr", [])
        made = redaction.plan(WORDS, WORDS, "fr", [Found(0, 4, OTHER)])
        with pytest.raises(GroundNeededError):
            redaction.redact(session_, consultation, said.comment.id, made, seen=seen(said),
                             ground="", **facts)  # fmt: skip
        with pytest.raises(NotFoundError):
            redaction.redact(session_, other, said.comment.id, made, seen=seen(said),
                             ground="request", **facts)  # fmt: skip
        with pytest.raises(NothingToRedactError):
            redaction.leave(session_, consultation, said.comment.id, seen=seen(said), left=[],
                            **facts)  # fmt: skip
        before = seen(said)
        take_out(session_, consultation, said, "Merci", kind=OTHER)
        with pytest.raises(RewordedMeanwhileError):
            redaction.redact(session_, consultation, said.comment.id, made, seen=before,
                             ground="request", **facts)  # fmt: skip
        withdraw(session_, said.comment.id, actor=MODERATOR, now=NOW)
        with pytest.raises(AlreadyGoneError):
            redaction.redact(session_, consultation, said.comment.id, made, seen=seen(said),
                             ground="request", **facts)  # fmt: skip
    assert session.scalars(select(Comment.state)).all() == ["withdrawn"]


def test_answers_in_preparation_do_not_stand_in_its_way(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, WORDS)
        settle(session_, said, state=PREPARING)
        take_out(session_, consultation, said, "Merci", kind=OTHER)
    assert said.revision.redacted
    assert_counters_are_true(session, consultation)


def test_an_author_brings_nothing_back_unseen(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        make_open(session_, consultation)
        said = builders.say(session_, consultation, WORDS)
        made = take_out(session_, consultation, said, "Merci", kind=OTHER)
        author = Actor.receipt(said.comment.submission_id)
        prepared = prepare(said.revision.source.replace("soir", "matin"), language="fr")
        facts: dict[str, Any] = {"seen": 1, "actor": author, "now": NOW}
        with pytest.raises(CorrectedMeanwhileError):
            correct(session_, said.comment.id, prepared, **facts)
        revision = correct(session_, said.comment.id, prepared, rewordings=1, **facts)
        with pytest.raises(CannotUndoError):
            redaction.undo(session_, consultation, made.id, words="", actor=MODERATOR, now=NOW)
    assert (revision.number, revision.redacted, revision.rewordings) == (2, True, 0)


def scan(now: datetime = NOW + timedelta(minutes=1)) -> None:
    class Held:
        """A job whose lease nobody takes."""

        payload: dict[str, Any]

        def now(self) -> datetime:
            return now

        def check_lease(self, _session: Session) -> None: ...

        def renew(self) -> None: ...

    work.find_personal_data(Held())  # type: ignore[arg-type]


def test_what_comes_in_is_looked_through_once(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, WORDS)
        gone = builders.say(session_, consultation, WORDS)
        builders.say(session_, consultation, "Oui.")
        withdraw(session_, gone.comment.id, actor=MODERATOR, now=NOW)
    scanning.look(NOW)  # too fresh: somebody may still be writing
    assert session.scalars(select(Job)).all() == []
    scanning.look(NOW + timedelta(minutes=1))
    scanning.look(NOW + timedelta(minutes=2))
    assert [job.kind for job in session.scalars(select(Job))] == [scanning.JOB]
    scan()
    scan()
    session.expire_all()
    rows = session.scalars(select(PersonalFinding).order_by(PersonalFinding.start)).all()
    assert [(r.comment_id, r.kind, WORDS[r.start : r.end]) for r in rows] == [
        (said.comment.id, EMAIL, "anne.weber@example.org"),
        (said.comment.id, NAME, "Madame Weber"),
    ]
    scanning.look(NOW + timedelta(minutes=3))
    assert len(session.scalars(select(Job)).all()) == 1


def test_each_place_is_decided_once(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, WORDS)
    scan()
    email, name = session.scalars(select(PersonalFinding).order_by(PersonalFinding.start))
    assert queries.next_waiting(session, consultation.id, 0) == said.comment.id
    with act() as session_:
        made = take_out(session_, consultation, said, "anne.weber@example.org")
    session.refresh(name)
    assert (email.state, name.state) == (TAKEN_OUT, OPEN)
    assert said.revision.text[name.start : name.end] == "Madame Weber"
    with act() as session_:
        redaction.leave(session_, consultation, said.comment.id, seen=seen(said), left=[name.id],
                        actor=MODERATOR, now=NOW)  # fmt: skip
    assert (name.state, queries.next_waiting(session, consultation.id, 0)) == (LEFT, None)
    with act() as session_:
        redaction.undo(session_, consultation, made.id, words="", actor=MODERATOR, now=NOW)
    session.refresh(email)
    assert (email.state, WORDS[email.start : email.end]) == (LEFT, "anne.weber@example.org")


def test_a_long_search_makes_room_for_what_people_asked_for(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "BATCHES", 1)
    monkeypatch.setattr(scanning, "AT_ONCE", 2)
    with act() as session_:
        consultation = builders.consultation(session_)
        said = [builders.say(session_, consultation, WORDS).comment.id for _ in range(3)]
    scan()
    [following] = session.scalars(select(Job))
    assert (following.kind, following.reference) == (scanning.JOB, f"comment:{said[2]}")
    assert len(session.scalars(select(PersonalFinding)).all()) == 4
    session.rollback()
    scan()
    assert len(session.scalars(select(Job)).all()) == 1
    assert len(session.scalars(select(PersonalFinding)).all()) == 6


def test_words_that_changed_while_they_were_looked_through(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, WORDS)
        looked = [Looked(said.revision.id, WORDS, None, [Found(0, 4, OTHER)], [])]
        take_out(session_, consultation, said, "anne.weber@example.org")
        assert scanning.keep(session_, looked, up_to=said.revision.id) == 1
        assert scanning.keep(session_, looked, up_to=said.revision.id) == 0
    [finding] = session.scalars(select(PersonalFinding))
    assert said.revision.text[finding.start : finding.end] == "Madame Weber"


def test_what_one_act_cannot_hold_is_looked_through_by_the_next(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "MOST", 3)
    spans = [Found(0, 4, OTHER), Found(5, 6, OTHER)]
    with act() as session_:
        consultation = builders.consultation(session_)
        said = [builders.say(session_, consultation, WORDS).revision.id for _ in range(3)]
    looked = [Looked(number, WORDS, None, spans, []) for number in said]
    for number in said:
        with act() as session_:
            assert scanning.keep(session_, looked, up_to=said[-1]) == 2
        assert session.scalars(select(PersonalScan.revision_id)).one() == number
        session.rollback()
        looked = looked[1:]
    assert len(session.scalars(select(PersonalFinding)).all()) == 6


def test_the_analysis_keeps_no_other_form_of_the_words(app: Flask, session: Session) -> None:
    with act() as session_:
        consultation = builders.consultation(session_)
        said = builders.say(session_, consultation, WORDS)
        theme = builders.theme(session_, consultation, state="proposed")
        theme.title, theme.decided_at = {"fr": "Weber, bus"}, None
        theme.keywords = {"fr": ["weber", "bus"], "de": ["Bus"]}
        accepted = builders.theme(session_, consultation, "Weber")
        builders.assign(session_, said.point, theme)
        run = session_.scalars(select(Run)).one()
        theme.run_id = run.id
        campaign = builders.campaign(session_, consultation, [said.point])
        campaign.wording = "Demandez à Madame Weber. Merci."
        start = WORDS.index("Merci")
        member = session_.scalars(select(CampaignMember)).one()
        member.additions = [[start, start + 5]]
        vector = {"point_id": said.point.id, "encoder": "e", "vector": bytes(1024)}
        session_.add_all(
            [PointVector(**vector), RunSuggestion(run_id=run.id, rank=1, point_id=said.point.id,
                                                  words=["weber"])]
        )  # fmt: skip
        session_.flush()
        made = take_out(session_, consultation, said, "Madame Weber", kind=NAME)
    session.expire_all()
    assert session.get_one(Theme, theme.id).keywords == {"fr": ["bus"], "de": ["Bus"]}
    assert session.get_one(Theme, theme.id).title == {"fr": "bus"}
    assert session.get_one(Theme, accepted.id).title["fr"] == "Weber"
    assert campaign.wording == "Demandez à [nom retiré]. Merci."
    [[start, end]] = member.additions
    assert said.revision.text[start:end] == "Merci"
    assert session.scalars(select(PointVector)).all() == []
    assert session.scalars(select(RunSuggestion)).all() == []
    [document] = theme_queries.documents(session, consultation.id)
    assert "nom retiré" not in document.text
    assert len(document.text) == len(said.revision.text)
    with act() as session_:
        session_.get_one(Theme, theme.id).keywords = {"fr": ["weber"]}
        run.state = "running"

    class Held:
        payload = {"redaction": made.id}  # noqa: RUF012

        def now(self) -> datetime:
            return NOW + timedelta(minutes=5)

        def check_lease(self, _session: Session) -> None: ...

    work.forget_words(Held())  # type: ignore[arg-type]
    assert session.get_one(Theme, theme.id).keywords == {"fr": ["weber"]}
    assert len(session.scalars(select(Job).where(Job.kind == redaction.FORGET_JOB)).all()) == 2
    with act() as session_:
        session_.get_one(Run, run.id).state = "recorded"
    work.forget_words(Held())  # type: ignore[arg-type]
    session.expire_all()
    assert session.get_one(Theme, theme.id).keywords == {"fr": []}
