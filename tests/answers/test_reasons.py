"""No change is published without a reason: an answer that reaches somebody, or a ground."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.answers import publishing, work
from consult.answers.decisions import ThemeTarget
from consult.answers.errors import UnexplainedEditError
from consult.answers.models import Publication
from consult.consultations.models import ConsultationBody
from consult.drafts import revision
from consult.drafts.errors import EditGoneError, EmptyGroundError
from consult.drafts.models import Edit
from consult.kernel.actor import COMMAND
from consult.kernel.release import Release
from consult.kernel.transaction import act
from tests import builders, people
from tests.answers.worlds import Job, World
from tests.builders import NOW
from tests.client import PageClient

PAGE = "/desk/consultations/law/answers/reasons?lang=en"
WHY = {"kind": "legal_quality", "words_en": "Said twice."}


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


@pytest.fixture
def editor(client: PageClient, world: World) -> PageClient:
    body = world.session.scalars(select(Body).join(ConsultationBody)).one()
    world.session.rollback()
    people.official(client.client, body, "editor", "publisher")
    return client


def test_one_ground_is_stated_of_several_changes(world: World, editor: PageClient) -> None:
    with act() as session:
        session.add(_again(world.edit, "heading"))
    page = editor.get(PAGE)
    assert "2 changes of version 2 have neither an answer" in page.text
    ids = list(world.session.scalars(select(Edit.id).order_by(Edit.id)))
    world.session.rollback()
    done = editor.submit(PAGE, {**WHY, "edits": [str(i) for i in ids]})
    assert "Every change of version 2 has a reason." in done.text
    stated = world.session.execute(select(Edit.ground_kind, Edit.ground)).all()
    assert [tuple(row) for row in stated] == [("legal_quality", {"en": "Said twice."})] * 2
    world.session.rollback()
    world.publish()


def _again(edit: Edit, part: str) -> Edit:
    return Edit(
        version_id=edit.version_id,
        clause_id=edit.clause_id,
        language="fr",
        kind="changed",
        part=part,
        before_text_id=edit.before_text_id,
        after_text_id=edit.after_text_id,
        before_words="Cadence",
        after_words="Rythme",
    )


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"edits": []}, "Choose at least one change."),
        ({"kind": ""}, "Say which ground it is."),
        ({"words_en": " "}, "Please say why the text was changed."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    world: World, editor: PageClient, sent: dict[str, object], said: str
) -> None:
    page = editor.submit(
        PAGE,
        {**WHY, "edits": [str(world.edit.id)], "words_fr": "Dit deux fois.", **sent}
        if "words_en" not in sent
        else {**WHY, "edits": [str(world.edit.id)], **sent},
        status=422,
    )
    assert said in page.text
    if "words_en" not in sent:
        assert "Dit deux fois." in page.markup


def test_a_change_that_vanished_meanwhile_stops_the_whole_form(
    world: World, editor: PageClient
) -> None:
    form = editor.get(PAGE).form()
    with act() as session:
        session.execute(update(Edit).values(gone_at=NOW))
    page = editor.post(PAGE, {**form, **WHY, "edits": [str(world.edit.id)]}, status=422)
    assert "Every change of version 2 has a reason." in page.text
    with pytest.raises(EditGoneError), act() as session:
        revision.state_ground(
            session, world.version, [world.edit.id], "other", {"en": "x"}, actor=COMMAND, now=NOW
        )
    with pytest.raises(EmptyGroundError), act() as session:
        revision.state_ground(
            session, world.version, [world.edit.id], "other", {}, actor=COMMAND, now=NOW
        )


def test_an_answer_to_nobody_is_no_reason(world: World, editor: PageClient) -> None:
    with act() as session:
        empty = builders.theme(session, world.consultation, "Trains")
        world.decide(ThemeTarget(empty.id), edit_ids=[world.edit.id])
    assert "1 change of version 2 has neither an answer" in editor.get(PAGE).text
    assert (
        "State their reasons" in editor.get("/desk/consultations/law/answers/publish?lang=en").text
    )
    # Requested all the same, it stops before anything is seen.
    publication = world.request()
    work.publish(Job(publication))
    world.session.expire_all()
    row = world.session.get_one(Release, publication.release_id)
    assert (row.state, row.prepared["stopped"]) == ("abandoned", UnexplainedEditError.message)
    world.session.rollback()
    said = editor.get("/desk/consultations/law/answers/publications?lang=en").text
    assert "1 changes of the text have neither an answer nor a reason" in said


def test_a_reason_that_is_lost_while_it_is_prepared_stops_it(world: World) -> None:
    world.answer_all()
    publication = world.request()

    def lose() -> None:
        with act() as session:
            session.add(_again(world.edit, "heading"))

    job = Job(publication)
    job.between = lose
    work.publish(job)
    world.session.expire_all()
    found = world.session.get_one(Publication, publication.id)
    assert found.published_at is None
    assert publishing.next_version(world.session, world.consultation.id) is not None
