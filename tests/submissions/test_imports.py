"""Importing files: nothing twice, nothing lost, whatever is killed when."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.consultations.models import Consultation
from consult.jobs.errors import LeaseLostError
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.clock import luxembourg_date
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.ledger.models import LedgerLeaf
from consult.submissions import tables, uploads, work
from consult.submissions.bulk import Arrival, Origin, Told, receive_many
from consult.submissions.importing import Columns
from consult.submissions.imports.commands import comments
from consult.submissions.intake import prepare, receive
from consult.submissions.lateness import ReceivedLaterError
from consult.submissions.models import (
    Comment,
    CommentImport,
    CommentRevision,
    Point,
    Submission,
    Tally,
    Thread,
)
from consult.submissions.uploads import Reading
from tests.builders import draft
from tests.people import make_body, make_consultation

FILE = b"id,text,clause,day\n" + b"".join(
    b"%d,comment %d,%s,\n" % (n, n % 50, b"art. 1" if n % 3 else b"") for n in range(120)
)


def started(
    consultation: Consultation,
    content: bytes = FILE,
    *,
    columns: Columns = Columns(("text",)),  # noqa: B008
    source: str = "file.csv",
    **choices: Any,
) -> int:
    table = tables.read(content)
    facts = {"source": source, "channel": "import", **choices}
    reading = Reading(columns, table.encoding, table.delimiter, **facts)
    now = clock.now()
    with act() as session:
        found = uploads.upload(
            session, consultation, file_name="file.csv", content=content, actor=COMMAND, now=now
        )
        uploads.start(session, consultation, found.id, reading, actor=COMMAND, now=now)
    return found.id


def brought_in(consultation: Consultation, content: bytes = FILE, **choices: Any) -> CommentImport:
    import_id = started(consultation, content, **choices)
    work.bring_in(import_id)
    return db.session.get_one(CommentImport, import_id, populate_existing=True)


def count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_row_becomes_what_a_sent_comment_becomes(app: Flask) -> None:
    consultation = make_consultation(make_body())
    now = clock.now()
    text = prepare("Mehr Züge, bitte.", language="de")
    with act() as session:
        _, clause, _ = draft(session, consultation)
    with act() as session:
        got = receive(
            session, consultation, text, clause_id=clause.id, received_at=now, actor=COMMAND, now=now,
            language="de", channel="import", respondent="unknown", name="A. Muller",
            source="one", source_row="1", issue_receipt=False,
        )  # fmt: skip
        one = session.get_one(Comment, got.comment_id)
        upload = uploads.upload(
            session, consultation, file_name="f", content=b"", actor=COMMAND, now=now
        )
        [other] = receive_many(
            session, consultation, [Arrival((Told(text, clause.id),), now, "1", "A. Muller")],
            Origin("two", "import", upload.id), actor=COMMAND, now=now,
        )  # fmt: skip
    own = {"id", "seq", "position", "submission_id", "secret", "source", "import_id", "salt",
           "comment_id", "revision_id"}  # fmt: skip

    def facts(model: type[Any], comment: Any) -> dict[str, Any]:
        key = (
            model.id == comment.submission_id
            if model is Submission
            else model.id == comment.id
            if model is Comment
            else model.comment_id == comment.id
        )
        row = db.session.scalars(select(model).where(key)).one()
        return {c.key: getattr(row, c.key) for c in model.__table__.columns if c.key not in own}

    for model in (Submission, Comment, CommentRevision, Point):
        assert facts(model, one) == facts(model, other)
    assert (other.seq, other.position) == (one.seq + 1, one.position + 1)
    assert count(LedgerLeaf) == 2


def test_the_same_file_twice_adds_nothing_and_equal_texts_stay_apart(app: Flask) -> None:
    consultation = make_consultation(make_body())
    first = brought_in(consultation)
    assert (first.rows, first.taken, first.known, first.state) == (120, 120, 0, "done")
    assert first.content is None
    second = brought_in(consultation, FILE + b"120,one more,,\n")
    assert (second.taken, second.known) == (1, 120)
    tally = db.session.get_one(Tally, consultation.id)
    assert (tally.comments, tally.submissions, tally.owed, tally.last_seq) == (121, 121, 121, 121)
    assert count(Comment) == count(Point) == 121
    # Another source is another source, whatever its words.
    assert brought_in(consultation, source="other").taken == 120


def test_rows_too_short_to_be_recognised_are_in_the_language_of_their_file(app: Flask) -> None:
    consultation = make_consultation(make_body())
    long = "Wir brauchen am Abend mehr Züge und sichere Wege zur Schule, Nummer %d."
    rows = [*(long % n for n in range(5)), "Ja!", "3000", "OK"]
    brought_in(consultation, "\n".join(["text", *rows]).encode())
    assert set(db.session.scalars(select(Comment.language))) == {"de"}
    assert set(db.session.scalars(select(Submission.language))) == {"de"}


@pytest.mark.parametrize("kills", [(1,), (2, 3), (1, 1, 1, 1)])
def test_a_killed_import_goes_on(app: Flask, kills: tuple[int, ...]) -> None:
    consultation = make_consultation(make_body())
    import_id = started(consultation)
    for kill in kills:
        acts = 0

        def guard(_session: object, after: int = kill) -> None:
            nonlocal acts
            acts += 1
            if acts > after:
                raise LeaseLostError

        with pytest.raises(LeaseLostError):
            work.bring_in(import_id, guard=guard)
        db.session.rollback()
    work.bring_in(import_id)
    found = db.session.get_one(CommentImport, import_id, populate_existing=True)
    assert (found.taken, found.known, found.state) == (120, 0, "done")
    seqs = list(db.session.scalars(select(Comment.seq).order_by(Comment.seq)))
    assert seqs == list(range(1, 121))
    for thread in db.session.scalars(select(Thread)):
        assert thread.comments == thread.last_position


def test_rows_find_their_clause_or_stay_with_the_whole_text(app: Flask) -> None:
    consultation = make_consultation(make_body())
    with act() as session:
        _, clause, _ = draft(session, consultation)
    content = b"text,clause\none,Article 1\ntwo,art_1\nthree,Art. 99\nfour,\n"
    found = brought_in(consultation, content, columns=Columns(("text",), clause="clause"))
    placed = list(db.session.scalars(select(Comment.clause_id).order_by(Comment.seq)))
    assert placed == [clause.id, clause.id, None, None]
    assert (found.taken, found.refused) == (4, [[4, "clause_unknown"]])


def test_a_closed_consultation_asks_when_it_was_received(app: Flask) -> None:
    consultation = make_consultation(make_body(), closes_in=-2)
    with pytest.raises(uploads.ReceivedMissingError):
        started(consultation)
    with pytest.raises(ReceivedLaterError):
        started(consultation, received_on=luxembourg_date(clock.now()) + timedelta(days=1))
    today = luxembourg_date(clock.now())
    before, after = today - timedelta(days=3), today - timedelta(days=1)
    brought_in(consultation, received_on=before, source="in time")
    brought_in(consultation, received_on=after, source="late")
    late = db.session.execute(select(Comment.late, func.count()).group_by(Comment.late))
    assert dict(iter(late)) == {False: 120, True: 120}
    assert db.session.get_one(Tally, consultation.id).owed == 120
    # With a column of dates, a row without one is not taken.
    columns = Columns(("text",), received="day")
    found = brought_in(consultation, b"text,day\na,2020-01-01\nb,\n", columns=columns, source="x")
    assert (found.rows, found.taken, found.refused) == (2, 1, [[3, "no_date"]])


def test_receipts_of_an_import_are_unissued(app: Flask) -> None:
    brought_in(make_consultation(make_body()))
    issued = select(func.count()).where(Submission.receipt_lookup.is_not(None))
    assert db.session.scalar(issued) == 0


def test_the_command_takes_a_file_and_says_what_it_did(app: Flask, tmp_path: Path) -> None:
    consultation = make_consultation(make_body(), slug="from-a-file")
    path = tmp_path / "rows.csv"
    path.write_bytes(b"id,moderated,text\n1,-1,One\n2,1,\n3,0,Three\n")
    arguments = [str(path), "--consultation", consultation.slug, "--id-column", "id"]
    result = app.test_cli_runner().invoke(comments, arguments)
    assert result.exit_code == 0, result.output
    assert "not used: column 'moderated'" in result.output
    assert "3 rows: 2 taken in, 0 already known, 1 not taken." in result.output
    assert "line 3: no words in it" in result.output
    again = app.test_cli_runner().invoke(comments, arguments)
    assert "3 rows: 0 taken in, 2 already known, 1 not taken." in again.output
    wrong = app.test_cli_runner().invoke(comments, [*arguments, "--text-column", "words"])
    assert wrong.exit_code == 1
    assert "The file has no column “words”. Its columns are: id, moderated, text." in wrong.output
    for day, why in (("0001-01-01", "before 1900"), ("2999-01-01", "in the future")):
        slip = app.test_cli_runner().invoke(comments, [*arguments, "--received", day])
        assert slip.exit_code == 1
        assert f"The date of receipt lies {why}." in slip.output
