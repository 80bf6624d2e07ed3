"""Law 4: one place that commits, one kind of act, and nothing written outside of it."""

import sqlite3
import threading

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.activity.log import record
from consult.activity.models import Activity
from consult.consultations.models import Consultation, ConsultationBody
from consult.kernel import clock
from consult.kernel.db import WriteOutsideActError, db
from consult.kernel.transaction import act, broken_constraint, in_act

NOW = clock.now()


def body(slug: str) -> Body:
    return Body(slug=slug, name={"en": slug}, created_at=NOW)


def test_an_act_commits(app: Flask, session: Session) -> None:
    with act() as writing:
        assert in_act()
        writing.add(body("a"))
    assert not in_act()
    db.session.remove()
    assert db.session.scalars(select(Body.slug)).all() == ["a"]


def test_an_error_does_not_repeat_what_somebody_wrote(app: Flask, session: Session) -> None:
    for name in ("first", "somebody's secret"):
        with act() as writing:
            writing.add(Body(slug="a", name={"en": name}, created_at=NOW))
            if name == "first":
                continue
            with pytest.raises(IntegrityError) as caught:
                writing.flush()
            writing.rollback()
    assert "secret" not in str(caught.value)


def test_an_error_takes_everything_back(app: Flask, session: Session) -> None:
    def half_done() -> None:
        with act() as writing:
            writing.add(body("a"))
            writing.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert session.scalars(select(Body)).all() == []


def test_writing_outside_an_act_is_a_programming_error(app: Flask, session: Session) -> None:
    with pytest.raises(WriteOutsideActError):
        session.execute(insert(Body).values(slug="a", name={}, created_at=NOW))
    session.rollback()
    session.add(body("b"))
    with pytest.raises(WriteOutsideActError):
        session.flush()


def test_an_act_within_an_act_is_refused(app: Flask) -> None:
    with act(), pytest.raises(RuntimeError), act():
        pass


def test_an_act_sees_what_others_wrote_since_the_page_was_read(
    app: Flask, session: Session
) -> None:
    with act() as writing:
        writing.add(body("a"))
    seen = session.scalars(select(Body)).one()
    assert seen.contact_email == ""

    def elsewhere() -> None:
        with app.app_context(), act() as other:
            other.scalars(select(Body)).one().contact_email = "new@example.org"

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    with act():
        assert seen.contact_email == "new@example.org"


@pytest.mark.parametrize("case", ["unique", "check", "partial"])
def test_a_broken_constraint_has_its_name(app: Flask, session: Session, case: str) -> None:
    with act() as writing:
        writing.add_all([body("a"), body("b")])
        writing.flush()
        made = Consultation(slug="c", title={}, summary={}, languages=[], created_at=NOW)
        writing.add(made)
        writing.flush()
        writing.add(ConsultationBody(consultation_id=made.id, body_id=1, part="lead"))
        consultation_id = made.id
    rows = {
        "unique": body("a"),
        "check": ConsultationBody(consultation_id=consultation_id, body_id=2, part="other"),
        "partial": ConsultationBody(consultation_id=consultation_id, body_id=2, part="lead"),
    }
    names = {
        "unique": "uq_body_slug",
        "check": "ck_consultation_body_part",
        "partial": "uq_consultation_body_lead",
    }
    with pytest.raises(IntegrityError) as caught, act() as writing:
        writing.add(rows[case])
    assert broken_constraint(caught.value) == names[case]


@pytest.mark.parametrize("change", ["update activity set act = 'x'", "delete from activity"])
def test_the_activity_log_is_written_once(app: Flask, session: Session, change: str) -> None:
    with act() as writing:
        record(writing, actor="system", act="a:b", thing="c:1", now=NOW)
    with pytest.raises(DatabaseError, match="written once"), act() as writing:
        writing.execute(text(change))
    assert len(session.scalars(select(Activity)).all()) == 1


def test_fifty_writers_lose_nothing(app: Flask, session: Session) -> None:
    """Readers that become writers fail at once under load; an act takes the lock first."""
    with act() as writing:
        writing.add(body("a"))
    errors: list[Exception] = []

    def count() -> None:
        try:
            with app.app_context():
                for _ in range(4):
                    with act() as writing:
                        row = writing.scalars(select(Body).with_for_update()).one()
                        row.contact_email = str(int(row.contact_email or 0) + 1)
                db.session.remove()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure
            errors.append(error)

    threads = [threading.Thread(target=count) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    session.rollback()
    assert session.scalars(select(Body.contact_email)).one() == "200"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # the engine with one lock for all
def test_who_waits_too_long_for_the_lock_is_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consult.kernel.db.BUSY_TIMEOUT_MS", 20)
    holder = sqlite3.connect(str(db.engine.url.database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"), act():
        pass
    holder.execute("ROLLBACK")
    holder.close()
    with act() as writing:
        writing.add(body("a"))
    assert db.session.scalars(select(Body.slug)).all() == ["a"]
