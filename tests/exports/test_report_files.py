"""Asking for a report, having it, and giving it up."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from consult.accounts.models import Membership
from consult.activity import log
from consult.activity.models import Activity
from consult.exports.reports import keeping, queries, requesting, work
from consult.exports.reports.models import DONE, FAILED, WAITING, ReportFile, ReportPart
from consult.jobs import queue
from consult.jobs.models import CANCELLED, Job
from consult.jobs.worker import RunningJob
from consult.kernel import clock
from consult.kernel.actor import Actor
from consult.kernel.db import db
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import LANGUAGES
from consult.kernel.transaction import act, end_reading
from consult.pages.activity.words import ACTS
from consult.submissions.models import Comment, CommentRevision
from tests import builders
from tests.answers.worlds import World
from tests.builders import NOW
from tests.client import PageClient
from tests.people import make_body, make_user, sign_in

DESK = "/desk/consultations/law/report"
PUBLIC = "/consultations/law/report"


@pytest.fixture
def world(session: Session) -> World:
    made = World(session)
    made.answer_all()
    made.publish()
    with act() as writing:
        writing.add(
            Membership(
                user_id=made.official.id, body_id=made.body_id, role="analyst", granted_at=NOW
            )
        )
    return made


def ask(world: World, form: str = "html", *, public: bool = False) -> ReportFile:
    with act() as session:
        return requesting.request(
            session,
            world.consultation,
            language="fr",
            form=form,
            public=public,
            actor=Actor.user(world.official.id),
            now=clock.now(),
        )


def run(app: Flask) -> None:
    worker = app.extensions["consult_job_worker"]()
    while worker.run_one():
        pass


def content(session: Session, report: ReportFile) -> bytes:
    return b"".join(queries.pieces(session, report.id))


def take_away(world: World, number: int, state: str = "removed") -> None:
    with act() as session:
        comment = session.get_one(Comment, world.said[number].comment.id)
        comment.state, comment.state_at = state, clock.now()


def test_one_click_progress_download(world: World, app: Flask, client: PageClient) -> None:
    sign_in(client.client, world.official)
    page = client.submit(DESK, {"language": "de", "form": "pdf"}, action="/report")
    assert "Waiting to begin" in page.text or "En attente" in page.text
    run(app)
    page = client.get(DESK)
    address = next(link for text, link in page.links().items() if text.startswith("PDF"))
    answer = client.client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.get_data().startswith(b"%PDF-")
    assert "law-report-de-" in answer.headers["Content-Disposition"]
    row = world.session.scalars(select(ReportFile)).one()
    assert row.size == len(answer.get_data())


@pytest.mark.parametrize(("language", "form"), [("xx", "pdf"), ("fr", "exe"), ("", "")])
def test_what_does_not_exist_is_refused(
    world: World, client: PageClient, language: str, form: str
) -> None:
    sign_in(client.client, world.official)
    client.submit(DESK, {"language": language, "form": form}, action="/report", status=422)
    assert world.session.scalar(select(func.count(ReportFile.id))) == 0


def test_a_second_press_is_the_same_report(world: World, app: Flask) -> None:
    assert ask(world).id == ask(world).id
    run(app)
    assert ask(world).id != world.session.scalar(select(func.min(ReportFile.id)))


def test_a_large_file_is_kept_in_parts(
    world: World, app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "PART", 1_000)
    made = ask(world)
    run(app)
    session.expire_all()
    parts = session.scalar(select(func.count()).select_from(ReportPart))
    assert parts == -(-session.get_one(ReportFile, made.id).size // 1_000)
    assert content(session, made).endswith(b"</html>\n")


def test_killed_in_the_middle_it_begins_again_and_is_whole(
    world: World, app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "PART", 1_000)
    made = ask(world)
    acts = 0
    check = RunningJob.check_lease

    def dies(job: RunningJob, writing: Session) -> None:
        nonlocal acts
        acts += 1
        if acts == 5:
            raise KeyboardInterrupt
        check(job, writing)

    monkeypatch.setattr(RunningJob, "check_lease", dies)
    with pytest.raises(KeyboardInterrupt):
        run(app)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(ReportPart)) in {1, 2, 3}
    assert session.get_one(ReportFile, made.id, populate_existing=True).state == WAITING
    with pytest.raises(NotFoundError):
        queries.one(session, world.consultation.id, made.id)
    with act() as writing:
        job = writing.get_one(Job, made.job_id)
        job.lease_until = clock.now() - timedelta(seconds=1)
    run(app)
    session.expire_all()
    assert session.get_one(ReportFile, made.id).state == DONE
    raw = content(session, made)
    assert raw.startswith(b"<!doctype html>")
    assert raw.count(b"</html>") == 1


def test_what_fails_says_so_and_can_be_made_again(
    world: World, app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask(world)
    with act() as writing:
        queue.cancel(writing, made.job_id or 0, clock.now())
        requesting.ended(writing, {"report": made.id}, CANCELLED, clock.now())
    assert session.get_one(ReportFile, made.id, populate_existing=True).state == FAILED
    with act() as writing:
        queue.retry(writing, made.job_id or 0, clock.now())
        requesting.again(writing, made.id)
    run(app)
    assert session.get_one(ReportFile, made.id, populate_existing=True).state == DONE


def test_nobody_outside_of_the_bodies_sees_the_page_or_the_file(
    world: World, app: Flask, client: PageClient
) -> None:
    made = ask(world)
    run(app)
    address = f"{DESK}/{made.id}"
    assert client.client.get(address).status_code in {302, 403, 404}
    sign_in(client.client, make_user())
    assert client.client.get(DESK).status_code in {403, 404}
    stranger = make_user(body=make_body("Another ministry"), roles=("publisher",))
    sign_in(client.client, stranger)
    for path in (DESK, address):
        assert client.client.get(path).status_code in {403, 404}
    assert client.client.post(DESK, data={"language": "fr", "form": "pdf"}).status_code >= 400


def test_a_report_is_found_in_its_own_consultation_only(
    world: World, app: Flask, session: Session
) -> None:
    made = ask(world)
    run(app)
    with act() as writing:
        other = builders.consultation(writing, "other")
    with pytest.raises(NotFoundError):
        queries.one(session, other.id, made.id)


@pytest.mark.parametrize("state", ["removed", "withdrawn", "held", "erased"])
def test_words_that_went_take_the_files_with_them(
    world: World, app: Flask, session: Session, client: PageClient, state: str
) -> None:
    made = ask(world)
    run(app)
    take_away(world, 0, state)
    sign_in(client.client, world.official)
    page = client.get(DESK)
    assert not any(text.startswith("HTML") for text in page.links())
    assert client.client.get(f"{DESK}/{made.id}").status_code == 404
    with act() as writing:
        assert keeping.forget_old(writing, clock.now(), 50) == 1
    end_reading()
    assert session.scalar(select(func.count()).select_from(ReportPart)) == 0


def test_a_corrected_comment_takes_them_too(world: World, app: Flask, session: Session) -> None:
    made = ask(world)
    run(app)
    queries.one(session, world.consultation.id, made.id)
    with act() as writing:
        revision = writing.get_one(CommentRevision, world.said[0].revision.id)
        revision.superseded_at = clock.now()
    with pytest.raises(NotFoundError):
        queries.one(session, world.consultation.id, made.id)


@pytest.mark.parametrize("what", keeping.REWORDED)
def test_words_taken_out_of_a_comment_take_them_too(
    world: World, app: Flask, session: Session, what: str
) -> None:
    made = ask(world)
    run(app)
    queries.one(session, world.consultation.id, made.id)
    with act() as writing:
        log.record(
            writing,
            actor=f"user:{world.official.id}",
            act=what,
            thing=f"comment:{world.said[0].comment.id}",
            consultation=world.consultation.id,
            now=clock.now(),
        )
    with pytest.raises(NotFoundError):
        queries.one(session, world.consultation.id, made.id)


def test_what_is_said_later_takes_nothing(world: World, app: Flask, session: Session) -> None:
    made = ask(world)
    run(app)
    with act() as writing:
        later = builders.say(writing, world.consultation, "Plus tard")
        comment = writing.get_one(Comment, later.comment.id)
        comment.received_at = comment.state_at = clock.now()
        comment.state = "held"
    assert queries.one(session, world.consultation.id, made.id).id == made.id


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_a_report_is_kept_for_thirty_days(
    world: World, app: Flask, session: Session, days: int, left: int
) -> None:
    ask(world)
    run(app)
    with act() as writing:
        keeping.forget_old(writing, clock.now() + timedelta(days=days), 50)
    assert session.scalar(select(func.count(ReportFile.id))) == left


# For everybody


def test_after_the_publication_it_is_made_by_itself_and_offered(
    world: World, app: Flask, session: Session, client: PageClient
) -> None:
    assert "pas encore de rapport" in client.get(PUBLIC).text
    now = clock.now()
    work.look(now)
    work.look(now)
    offered = len(LANGUAGES) * len(keeping.PUBLIC_FORMATS)
    assert session.scalar(select(func.count(ReportFile.id))) == offered
    end_reading()
    run(app)
    page = client.get(PUBLIC)
    links = [a for a in page.links().values() if "/report-" in a]
    assert len(links) == offered
    # The reader's own language first.
    assert "/report-fr." in links[0]
    german = client.get(f"{PUBLIC}?lang=de").links().values()
    assert "/report-de." in next(a for a in german if "/report-" in a)
    answer = client.client.get("/consultations/law/report-lb.html")
    assert answer.status_code == 200
    assert '<html lang="lb">' in answer.get_data(as_text=True)
    assert "report" in client.get("/consultations/law/outcome").markup


def test_it_goes_with_the_words_and_is_made_anew_a_while_later(
    world: World, app: Flask, session: Session, client: PageClient
) -> None:
    now = clock.now()
    work.look(now)
    run(app)
    take_away(world, 0)
    assert client.client.get("/consultations/law/report-fr.html").status_code == 404
    work.look(clock.now())
    assert session.scalar(select(func.count()).where(ReportFile.state == WAITING)) == 0
    end_reading()
    with act() as writing:
        writing.execute(update(ReportFile).values(requested_at=clock.now() - keeping.REST))
    work.look(clock.now())
    run(app)
    answer = client.client.get("/consultations/law/report-fr.html")
    assert answer.status_code == 200
    assert "Avis 0" not in answer.get_data(as_text=True)
    with act() as writing:
        keeping.forget_old(writing, clock.now(), 50)
    states = session.execute(select(ReportFile.state, func.count()).group_by(ReportFile.state))
    offered = len(LANGUAGES) * len(keeping.PUBLIC_FORMATS)
    assert [tuple(row) for row in states] == [(DONE, offered)]


def test_before_a_publication_none_is_made(session: Session) -> None:
    World(session)
    work.look(clock.now())
    assert session.scalar(select(func.count(ReportFile.id))) == 0


def test_an_official_s_own_file_is_offered_to_nobody(
    world: World, app: Flask, client: PageClient
) -> None:
    ask(world)
    run(app)
    assert client.client.get("/consultations/law/report-fr.html").status_code == 404


def test_every_act_is_one_line_with_words(world: World, app: Flask, session: Session) -> None:
    ask(world)
    run(app)
    with act() as writing:
        keeping.forget_old(writing, NOW + timedelta(days=10_000), 50)
    acts = session.scalars(
        select(Activity.act).where(Activity.act.like("report-file:%")).order_by(Activity.id)
    ).all()
    assert acts == ["report-file:requested", "report-file:made", "report-file:deleted"]
    assert set(acts) <= set(ACTS)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_file_of_a_report_reads_every_comment(world: World, session: Session) -> None:
    """What anybody is offered asks of each file whether words of it went, over 100,000 comments.
    PostgreSQL plans by the size of a table, and these are small."""
    seen: list[tuple[str, object]] = []

    def keep(
        _connection: object, _cursor: object, said: str, facts: object, *_more: object
    ) -> None:
        seen.append((said, facts))

    number = world.consultation.id
    event.listen(db.engine, "before_cursor_execute", keep)
    queries.public(session, number)
    event.remove(db.engine, "before_cursor_execute", keep)
    session.rollback()
    [(said, facts)] = seen
    with db.engine.connect() as connection:
        explained = connection.exec_driver_sql(f"explain query plan {said}", facts)  # type: ignore[arg-type]
        plan = "\n".join(map(str, explained))
    for index in (
        "ix_comment_gone",
        "ix_comment_revision_superseded_at",
        "ix_comment_revision_emptied_at",
    ):
        assert index in plan, plan
