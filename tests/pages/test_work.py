"""Background work and letters that need somebody's decision."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.jobs import queue
from consult.jobs.models import FAILED, RUNNING, WAITING, Job
from consult.kernel import clock
from consult.kernel.actor import SYSTEM
from consult.kernel.transaction import act
from consult.notifications import outbox
from consult.notifications.models import Letter
from consult.pages.work import queries
from consult.pages.work.kinds import KINDS
from consult.submissions import uploads
from consult.submissions.intake import prepare, receive
from consult.submissions.models import CommentImport
from tests.answers.worlds import World
from tests.client import PageClient
from tests.people import make_body, make_consultation, make_user, official, sign_in

PATH = "/desk/work"


@pytest.fixture
def body(app: Flask, client: PageClient) -> Body:
    client.get("/search?lang=en")
    return make_body()


@pytest.fixture
def consultation(body: Body) -> Consultation:
    return make_consultation(body, slug="law")


def letter(key: str, recipient: str, state: str, error: str = "") -> int:
    with act() as session:
        outbox.write(session, recipient=recipient, template="answered", language="fr", key=key,
                     payload={}, now=clock.now())  # fmt: skip
        made = session.scalars(select(Letter).where(Letter.idempotency_key == key)).one()
        made.state, made.error, made.tries = state, error, 8
        return made.id


def submission(consultation: Consultation) -> int:
    made, now = prepare("Bus.", language="fr"), clock.now()
    with act() as session:
        got = receive(session, consultation, made, received_at=now, actor=SYSTEM, now=now,
                      language="fr", email="anna@example.org")  # fmt: skip
        for written in session.scalars(select(Letter)):
            written.state = "sent"
        return got.submission_id


def job(kind: str, reference: str, state: str, **payload: Any) -> int:
    with act() as session:
        made = queue.enqueue(session, kind=kind, key=kind, reference=reference, payload=payload,
                             now=clock.now())  # fmt: skip
        made.state = state
        return made.id


def acts(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Activity.act).order_by(Activity.id)))


def test_letters_are_sent_again_taken_as_sent_or_given_up(
    client: PageClient, session: Session, body: Body, consultation: Consultation
) -> None:
    to = f"submission:{submission(consultation)}"
    uncertain, doubtful = letter("a", to, "uncertain"), letter("b", to, "uncertain")
    letter("c", to, "failed", "SMTP 451")
    hopeless = letter("d", to, "failed", "SMTP 550")
    ordered = select(Letter).where(Letter.template == "answered").order_by(Letter.id)
    names = session.scalars(ordered.with_only_columns(Letter.message_id)).all()
    official(client.client, body, "publisher")
    assert "4 jobs or letters need a decision" in client.get("/desk").text
    page = client.get(PATH)
    assert "SMTP 550" in page.text
    assert "anna@example.org" not in page.markup
    client.submit(PATH, {}, action=f"/{uncertain}/send")
    client.submit(PATH, {}, action=f"/{doubtful}/sent")
    client.submit(PATH, {}, action=f"/{hopeless}/give-up")
    page = client.submit(PATH, {}, action="/letters/send")
    assert "1 letter is on its way again." in page.text
    assert "No letter needs a decision" in page.text
    assert "2 letters wait to be sent" in page.text
    session.rollback()
    states = session.scalars(ordered.with_only_columns(Letter.state)).all()
    assert states == ["waiting", "sent", "waiting", "dropped"]
    assert session.scalars(ordered.with_only_columns(Letter.message_id)).all() == names
    assert acts(session)[-4:] == [
        "letter:sent-again",
        "letter:taken-as-sent",
        "letter:given-up",
        "letter:sent-again",
    ]
    # A page that is no longer true.
    client.post(
        f"{PATH}/letters/{doubtful}/send", client.get("/account/password").form("/password"), 404
    )


def test_each_sees_the_work_of_their_own_bodies(
    client: PageClient, session: Session, body: Body, consultation: Consultation
) -> None:
    mine = letter("a", f"submission:{submission(consultation)}", "failed")
    account = letter("b", "user:1", "failed")
    work = job("move_points", f"consultation:{consultation.id}", FAILED)
    other = make_body("Other")
    official(client.client, other, "publisher")
    assert "Nothing is under way" in client.get(PATH).text
    assert "No letter needs a decision" in client.get(PATH).text
    token = client.get("/account/password").form("/password")
    client.post(f"{PATH}/letters/{mine}/send", token, 404)
    client.post(f"{PATH}/jobs/{work}/again", token, 404)
    sign_in(client.client, make_user(body=other, roles=("administrator",)))
    page = client.get(PATH)
    assert "account no. 1" in page.text
    assert f"letter {mine}" not in page.text
    client.submit(PATH, {}, action=f"/{account}/send")
    sign_in(client.client, make_user(body=body, roles=("editor",)))
    client.get(PATH, 403)


def test_failed_work_is_started_again_and_work_under_way_is_stopped(
    client: PageClient, session: Session, body: Body, consultation: Consultation
) -> None:
    reference = f"consultation:{consultation.id}"
    failed, running = job("index-text", "version:1", FAILED), job("move_points", reference, RUNNING)
    official(client.client, body, "publisher")
    page = client.get(PATH)
    assert "Moving points" in page.text
    assert "Making the text searchable" not in page.text  # of no consultation that we know
    client.post(f"{PATH}/jobs/{failed}/again", page.form("/stop"), 404)
    assert "It is stopped." in client.submit(PATH, {}, action=f"/{running}/stop").text
    client.post(f"{PATH}/jobs/{running}/stop", page.form("/stop"), 409)
    assert acts(session)[-1] == "job:stopped"


def test_an_import_is_stopped_and_goes_on(
    client: PageClient, session: Session, body: Body, consultation: Consultation
) -> None:
    now = clock.now()
    with act() as writing:
        found = uploads.upload(writing, consultation, file_name="a.csv", content=b"text\nBus.\n",
                               actor=SYSTEM, now=now)  # fmt: skip
        found.state, found.mapping = "importing", {}
        uploads.enqueue(writing, found, now=now)
    official(client.client, body, "publisher")
    client.submit(PATH, {}, action="/stop")
    session.rollback()
    assert session.scalars(select(CommentImport.state)).one() == "failed"
    again = f"/desk/consultations/law/imports/{found.id}"
    client.submit(again, {}, action="/again")
    session.rollback()
    assert session.scalars(select(CommentImport.state)).one() == "importing"
    assert session.scalars(select(Job.state)).one() == WAITING
    assert acts(session)[-2:] == ["import:cancelled", "import:resumed"]


def test_a_failed_publication_is_resumed_or_stopped_here(
    client: PageClient, session: Session
) -> None:
    world = World(session)
    world.answer_all()
    publication = world.request()
    owner = session.scalars(select(Body)).first()
    with act() as writing:
        writing.get_one(Job, publication.job_id).state = FAILED
    sign_in(client.client, make_user(body=owner, roles=("publisher",)))
    client.get("/search?lang=en")
    assert "It is started again." in client.submit(PATH, {}, action="/again").text
    assert "It is stopped." in client.submit(PATH, {}, action="/stop").text
    assert acts(session)[-2:] == ["publication:resumed", "publication:cancelled"]


def test_every_kind_of_job_has_a_name(app: Flask) -> None:
    worker = app.extensions["consult_job_worker"]()
    assert set(worker._handlers) == set(KINDS)


def test_the_work_of_others_hides_nobodys_own(
    monkeypatch: pytest.MonkeyPatch, session: Session, body: Body, consultation: Consultation
) -> None:
    monkeypatch.setattr(queries, "MOST_JOBS", 2)
    own = job("publish", f"consultation:{consultation.id}", FAILED)
    elsewhere = make_consultation(make_body("Elsewhere"), slug="other")
    for number in range(3):
        with act() as writing:
            queue.enqueue(writing, kind="publish", key=f"{number}", now=clock.now(),
                          reference=f"consultation:{elsewhere.id}").state = FAILED  # fmt: skip
    scope = queries.Scope(publisher_in=frozenset({body.id}), administrator_in=frozenset())
    assert [task.job.id for task in queries.tasks(session, scope, clock.now())] == [own]
