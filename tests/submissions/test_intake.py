"""Taking comments in: everything in one act, numbers without a gap, nothing twice."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.drafts.models import Clause
from consult.kernel import clock, search
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.search import SearchEntry
from consult.kernel.transaction import act
from consult.ledger.models import LedgerLeaf
from consult.notifications.models import Letter
from consult.submissions import intake, queries, receipts
from consult.submissions.anchoring import WordsNotThereError, select_span
from consult.submissions.models import Comment, Point, Submission, Thread
from consult.submissions.point_queries import points_of_comments
from consult.submissions.recording import AlreadyReceivedError
from tests.people import make_body, make_consultation
from tests.submissions.texts import WORDS, fresh, make_draft, send, take_in


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make_consultation(make_body())


def test_a_comment_comes_with_all_that_hangs_on_it(
    session: Session, consultation: Consultation
) -> None:
    got = send(consultation, "Mehr **Bäume**, bitte.", name="Anna", email="anna@example.org")
    assert (got.comment.seq, got.comment.position) == (1, 1)
    assert got.revision.html == "<p>Mehr <strong>Bäume</strong>, bitte.</p>"
    assert [(p.start, p.end, p.owed) for p in got.points] == [(0, 18, True)]
    leaf = session.scalars(select(LedgerLeaf)).one()
    assert leaf.reference == f"revision:{got.revision.id}"
    assert search.find(session, kind="comment", query="Baum", languages=["de"]) == [got.comment.id]
    line = session.scalars(select(Activity).where(Activity.act == "comment:received")).one()
    assert line.thing == f"comment:{got.comment.id}"
    letter = session.scalars(select(Letter)).one()
    assert letter.recipient == f"submission:{got.submission.id}"
    assert "anna" not in str(letter.payload)
    tally = queries.tally(session, consultation.id)
    assert (tally.submissions, tally.comments, tally.owed, tally.last_seq) == (1, 1, 1, 1)
    code = receipts.code_of(got.submission)
    assert code is not None
    found = receipts.find(session, code.lower())
    assert found is not None
    assert found.id == got.submission.id


def test_one_submission_for_a_visit_and_one_letter(
    session: Session, consultation: Consultation
) -> None:
    first = send(consultation)
    second = send(consultation, submission=first.submission, email="a@example.org")
    send(consultation, submission=first.submission, email="a@example.org")
    assert second.submission.id == first.submission.id
    tally = queries.tally(session, consultation.id)
    assert (tally.submissions, tally.comments) == (1, 3)
    assert session.scalar(select(func.count()).select_from(Letter)) == 1


def test_clauses_have_conversations_of_their_own(
    session: Session, consultation: Consultation
) -> None:
    version, (first, second, _) = make_draft(consultation)
    numbers = [
        send(consultation, clause=clause, version_id=version.id).comment
        for clause in (first, second, first, None)
    ]
    assert [c.seq for c in numbers] == [1, 2, 3, 4]
    assert [c.position for c in numbers] == [1, 1, 2, 1]
    counts = {
        clause_id: t.comments for clause_id, t in queries.threads(session, consultation.id).items()
    }
    assert counts == {first.id: 2, second.id: 1, None: 1}


def test_replies_are_one_level_deep_and_owed_only_if_addressed(
    session: Session, consultation: Consultation
) -> None:
    root = send(consultation).comment
    reply = send(consultation, parent=root)
    deeper = send(consultation, parent=reply.comment, addressed=True)
    assert (deeper.comment.root_id, deeper.comment.parent_id) == (root.id, reply.comment.id)
    assert (reply.points[0].owed, deeper.points[0].owed) == (False, True)
    assert (reply.comment.position, deeper.comment.position) == (1, 2)
    assert queries.tally(session, consultation.id).owed == 2
    above = fresh(session).get_one(Comment, root.id)
    assert above.replies_id is not None
    assert session.get_one(Thread, above.replies_id).comments == 2


def test_nobody_replies_to_what_is_gone(session: Session, consultation: Consultation) -> None:
    root = send(consultation).comment
    with act() as writing:
        writing.get_one(Comment, root.id).state = "withdrawn"
    with pytest.raises(intake.CannotReplyError):
        send(consultation, parent=root)


@pytest.mark.parametrize(
    ("closes_in", "served", "late"), [(1, None, False), (-0.01, -0.02, False), (-0.01, 0, True)]
)
def test_late_comments_are_kept_but_not_owed(
    session: Session, app: Flask, closes_in: float, served: float | None, late: bool
) -> None:
    now = clock.now()
    consultation = make_consultation(make_body(), closes_in=closes_in, now=now)
    served_at = None if served is None else now + timedelta(days=served)
    got = send(consultation, served_at=served_at, now=now)
    assert (got.comment.late, got.points[0].owed) == (late, not late)
    assert queries.tally(session, consultation.id).owed == int(not late)


@pytest.mark.parametrize("dates", [{"opens_in": 1, "closes_in": 2}, {"announced": False}])
def test_only_open_and_closed_consultations_take_comments(
    app: Flask, dates: dict[str, float]
) -> None:
    consultation = make_consultation(make_body(), **dates)  # type: ignore[arg-type]
    with pytest.raises(intake.NotOpenError):
        send(consultation)


def test_words_of_the_clause_are_kept_as_an_anchor(
    session: Session, consultation: Consultation
) -> None:
    version, (clause, *_) = make_draft(consultation)
    selector = select_span(WORDS, "de", 4, 12)
    got = send(consultation, clause=clause, version_id=version.id, anchor=selector)
    row = queries.rows(session, [got.comment.id], language="de")[got.comment.id]
    assert (row.quoted, row.clause_number) == ("Gemeinde", "Art. 1")


def test_a_forged_selector_is_refused(session: Session, consultation: Consultation) -> None:
    version, (clause, *_) = make_draft(consultation)
    forged = select_span("Der Minister baut sichere Wege.", "de", 4, 12)
    with pytest.raises(WordsNotThereError):
        send(consultation, clause=clause, version_id=version.id, anchor=forged)
    assert queries.tally(fresh(session), consultation.id).last_seq == 0


def test_the_same_form_and_the_same_row_are_taken_once(
    session: Session, consultation: Consultation
) -> None:
    send(consultation, form_number="n1")
    with pytest.raises(AlreadyReceivedError):
        send(consultation, form_number="n1")
    send(consultation, source="file", source_row="1", channel="import", issue_receipt=False)
    with pytest.raises(AlreadyReceivedError):
        send(consultation, source="file", source_row="1", channel="import", issue_receipt=False)
    assert send(consultation).comment.seq == 3
    tally = queries.tally(fresh(session), consultation.id)
    assert (tally.submissions, tally.comments, tally.owed) == (3, 3, 3)


def test_an_unissued_code_opens_nothing_until_somebody_issues_it(
    session: Session, consultation: Consultation
) -> None:
    got = send(consultation, channel="paper", issue_receipt=False)
    guessed = receipts.code(got.submission.secret, got.submission.receipt_issue)
    assert receipts.find(session, guessed) is None
    with act() as writing:
        row = writing.get_one(Submission, got.submission.id)
        code = receipts.issue(writing, row, actor=COMMAND, now=clock.now())
    assert code == guessed
    assert receipts.find(session, code) is not None
    with act() as writing:
        row = writing.get_one(Submission, got.submission.id)
        new = receipts.reissue(writing, row, actor=COMMAND, now=clock.now())
    assert receipts.find(session, code) is None
    assert receipts.find(session, new) is not None
    with act() as writing:
        row = writing.get_one(Submission, got.submission.id)
        receipts.void(writing, row, actor=COMMAND, now=clock.now())
    assert receipts.find(session, new) is None
    acts = session.scalars(
        select(Activity.act).where(Activity.act.startswith("receipt:")).order_by(Activity.id)
    )
    assert list(acts) == ["receipt:issued", "receipt:reissued", "receipt:voided"]


def test_a_held_comment_is_owed_but_neither_shown_nor_found(
    session: Session, consultation: Consultation
) -> None:
    got = send(consultation, held_for="waiting")
    tally = queries.tally(session, consultation.id)
    assert (tally.comments, tally.owed) == (0, 1)
    assert session.scalar(select(SearchEntry.id).where(SearchEntry.kind == "comment")) is None
    row = queries.rows(session, [got.comment.id], language="de")[got.comment.id]
    assert (row.html, row.name) == ("", "")


def test_fifty_at_once_leave_no_gap_and_lose_nothing(
    app: Flask, session: Session, consultation: Consultation
) -> None:
    version, clauses = make_draft(consultation)
    # Numbers only: a row belongs to the session of one thread.
    root_id, version_id = send(consultation).comment.id, version.id
    clause_ids, consultation_id = [clause.id for clause in clauses], consultation.id
    session.rollback()
    got: list[int] = []
    failed: list[BaseException] = []

    def post(i: int) -> None:
        with app.app_context():
            try:
                here = db.session.get_one(Consultation, consultation_id)
                clause = db.session.get_one(Clause, clause_ids[i % 3])
                facts: dict[str, Any] = {"clause": clause, "version_id": version_id}
                if i % 5 == 0:
                    facts = {"parent": db.session.get_one(Comment, root_id)}
                got.append(send(here, f"Nummer {i}", form_number=f"form {i}", **facts).comment.seq)
            except BaseException as error:  # noqa: BLE001 - a thread must not swallow it
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=post, args=(i,)) for i in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(got) == list(range(2, 52))
    tally = queries.tally(fresh(session), consultation.id)
    assert (tally.last_seq, tally.comments, tally.submissions) == (51, 51, 51)
    assert session.scalar(select(func.count()).select_from(Comment)) == 51
    positions: dict[int, list[int]] = {}
    for thread_id, position in session.execute(select(Comment.thread_id, Comment.position)):
        positions.setdefault(thread_id, []).append(position)
    assert all(sorted(p) == list(range(1, len(p) + 1)) for p in positions.values())


def test_one_form_sent_ten_times_at_once_makes_one_comment(
    app: Flask, session: Session, consultation: Consultation
) -> None:
    outcomes: list[str] = []
    consultation_id = consultation.id
    session.rollback()

    def post() -> None:
        with app.app_context():
            here = db.session.get_one(Consultation, consultation_id)
            try:
                send(here, form_number="the same")
                outcomes.append("received")
            except AlreadyReceivedError:
                outcomes.append("again")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=post) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["again"] * 9 + ["received"]
    tally = queries.tally(fresh(session), consultation.id)
    assert (tally.last_seq, tally.submissions, tally.owed) == (1, 1, 1)


def test_posting_takes_few_statements(app: Flask, consultation: Consultation) -> None:
    send(consultation)
    statements: list[str] = []

    def count(_c: object, _u: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        take_in(consultation)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    # consultation read again, submission, thread, tally, comment, revision, point, leaf, search
    # entry, activity line
    assert len(statements) <= 11, statements


def test_points_are_live_spans_with_their_words(
    session: Session, consultation: Consultation
) -> None:
    got = send(consultation, "Erstens dies. Zweitens das.", spans=[(14, 27), (0, 13)])
    rows = points_of_comments(session, [got.comment.id])[got.comment.id]
    assert [row.text for row in rows] == ["Erstens dies.", "Zweitens das."]
    assert queries.tally(session, consultation.id).owed == 2
    assert session.scalar(select(func.count()).select_from(Point)) == 2
