"""What accepts names a change of the text or says why there is none: before it is approved, before it
is published, one by one and many together."""

from itertools import product
from typing import Any

import pytest
from sqlalchemy import false, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.answers import approval, consequences, preview, publishing, selecting, work
from consult.answers.choosing import Chosen
from consult.answers.decisions import PointTarget, ThemeTarget
from consult.answers.errors import AnswerError, NoChangeNamedError
from consult.answers.models import (
    APPROVED,
    CHECKING,
    DISPOSITIONS,
    Answer,
    Publication,
    Selection,
)
from consult.consultations.models import ConsultationBody
from consult.drafts.models import Edit
from consult.kernel.errors import ConsultError
from consult.kernel.release import Release
from consult.kernel.transaction import act
from consult.themes.models import Theme
from tests import builders, people
from tests.answers.worlds import Job, World
from tests.builders import NOW
from tests.client import PageClient

DESK = "/desk/consultations/law/answers"
WHY = {"fr": "L’article 4 le dit déjà."}


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def signed_in(client: PageClient, session: Session, *roles: str) -> None:
    body = session.scalars(select(Body).join(ConsultationBody)).one()
    session.rollback()
    people.official(client.client, body, *roles)


def approve(world: World, answer: Answer) -> None:
    for state in (CHECKING, APPROVED):
        with act() as session:
            approval.move(
                session, world.consultation, [answer.id], state, actor=world.actor, now=NOW
            )


def outcome(doing: Any, *arguments: Any) -> str:
    try:
        doing(*arguments)
    except ConsultError as error:
        return type(error).__name__
    return "done"


@pytest.mark.parametrize(("change", "why"), [*product(["none", "named", "gone"], [False, True])])
def test_the_truth_table_of_disposition_change_reason_and_act(
    world: World, session: Session, change: str, why: bool
) -> None:
    """Each disposition × change × stated reason: whether it is saved, approved, published."""
    found: dict[str, tuple[str, ...]] = {}
    wanted: dict[str, tuple[str, ...]] = {}
    for disposition, said in zip(DISPOSITIONS, world.said, strict=False):
        accepts = disposition in {"accepted", "partly_accepted"}
        saved = not why or (accepts and change == "none")
        edits = [] if change == "none" else [world.edit.id]
        target = PointTarget(said.point.id)
        try:
            with act():
                answer = world.decide(
                    target, disposition, edit_ids=edits, unchanged=WHY if why else {}
                )
        except AnswerError:
            found[disposition] = ("refused",)
            wanted[disposition] = ("saved", "") if saved else ("refused",)
            continue
        if change == "gone":
            with act() as writing:
                writing.execute(update(Edit).values(gone_at=NOW))
        agrees = not accepts or why or change == "named"
        told = "done" if agrees else "NoChangeNamedError"
        published = "VanishedEditError" if change == "gone" else told
        found[disposition] = (
            outcome(approve, world, answer),
            outcome(publish_and_stop, world),
        )
        wanted[disposition] = (told, published)
        with act() as writing:
            writing.execute(update(Edit).values(gone_at=None))
            world.decide(target, "noted", corrects=answer.id)
    assert found == wanted


def publish_and_stop(world: World) -> None:
    publication = world.request(with_version=False)
    with act() as session:
        publishing.cancel(
            session, session.get_one(Publication, publication.id), actor=world.actor, now=NOW
        )


def test_the_preview_names_the_answers_and_the_way_to_mend_them(
    world: World, client: PageClient, session: Session
) -> None:
    with act():
        answer = world.decide(ThemeTarget(world.sub.id))
        world.decide(ThemeTarget(world.main.id), edit_ids=[world.edit.id])
    seen = preview.preview(session, world.consultation, with_version=True, now=NOW)
    assert ([row.id for row in seen.silent], seen.refused) == ([answer.id], True)
    session.rollback()
    signed_in(client, session, "publisher")
    page = client.get(f"{DESK}/publish?lang=en")
    assert "1 answer accepts, but names no change of the text" in page.text
    assert "Publish now" not in page.text
    path = f"{DESK}/theme/{world.sub.id}"
    assert any(link.get("href", "").endswith(path) for link in page.all("a"))
    client.submit(f"{path}?lang=en", {"unchanged_fr": "L’article 4 le dit déjà."})
    assert "Publish now" in client.get(f"{DESK}/publish?lang=en").text
    world.publish()
    seen_by_all = client.get("/consultations/law/outcome?lang=en").text
    assert "Why the text stays as it is:" in seen_by_all
    assert "L’article 4 le dit déjà." in seen_by_all
    trace = client.get(f"/comments/{world.said[0].comment.id}?lang=en").text
    assert "L’article 4 le dit déjà." in trace


def test_it_is_refused_at_the_check_with_words_that_lead_to_the_mend(
    world: World, client: PageClient, session: Session
) -> None:
    with act():
        answer = world.decide(ThemeTarget(world.sub.id))
    with act() as writing:
        approval.move(
            writing, world.consultation, [answer.id], CHECKING, actor=world.actor, now=NOW
        )
    signed_in(client, session, "publisher")
    page = client.get(f"{DESK}/check?state=checking&lang=en")
    assert "it cannot be approved like that" in page.text
    refused = client.post(
        f"{DESK}/check?state=checking&lang=en",
        {**page.form("/check?state=checking"), "answers": [str(answer.id)], "to": "approved"},
        422,
    )
    assert "choose the change or say why" in refused.text


def test_many_points_are_not_accepted_without_a_change_or_a_reason(
    world: World, client: PageClient, session: Session
) -> None:
    answer: dict[str, Any] = {
        "disposition": "accepted",
        "reason": {"fr": "Oui."},
        "edit_ids": [],
        "body_id": world.body_id,
    }

    def ask(**more: Any) -> None:
        with act() as writing:
            selecting.request(
                writing, world.consultation, Chosen(), answer={**answer, **more},
                last_point=world.said[-1].point.id, count=1, actor=world.actor, now=NOW,
            )  # fmt: skip

    with pytest.raises(NoChangeNamedError):
        ask()
    with pytest.raises(NoChangeNamedError):
        ask(unchanged={"fr": "  "})
    signed_in(client, session, "editor")
    fields = {"disposition": "accepted", "reason_fr": "Oui.", "step": "preview"}
    page = client.submit(f"{DESK}/bulk?lang=en", fields, status=422, action="/bulk")
    assert "Choose the change of the text below, or say why" in page.text
    assert "The letters that this will send" not in page.text
    shown = client.submit(
        f"{DESK}/bulk?lang=en", {**fields, "unchanged_fr": WHY["fr"]}, action="/bulk"
    )
    assert "The letters that this will send" in shown.text
    ask(unchanged=WHY)
    assert session.scalars(select(Selection.points)).all() == [0]


def test_what_is_public_already_holds_up_nothing(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers published before the rule stand; so does what nothing can answer any more."""
    with act():
        world.decide(ThemeTarget(world.main.id), edit_ids=[world.edit.id])
        world.decide(PointTarget(world.said[8].point.id))
    with monkeypatch.context() as before:
        before.setattr(consequences, "disagrees", false)
        world.publish()
    assert world.seen()[8] == ("accepted", False)
    with act():
        world.decide(ThemeTarget(world.sub.id))
    with act() as writing:
        writing.get_one(Theme, world.sub.id).state = "set_aside"
    with act():
        world.decide(PointTarget(world.said[9].point.id), "noted")
    world.publish(with_version=False)
    assert world.seen()[9] == ("noted", False)


def test_an_answer_that_a_merged_theme_still_gives_is_found_before_it_is_public(
    world: World, session: Session
) -> None:
    """No page can correct it any more, but its points take it: the last step stops."""
    with act():
        world.decide(ThemeTarget(world.sub.id))
    with act() as writing:
        row = writing.get_one(Theme, world.sub.id)
        row.state, row.merged_into_id = (
            "merged",
            builders.theme(writing, world.consultation, "Nuit").id,
        )
    publication = world.request(with_version=False)
    work.publish(Job(publication))
    session.expire_all()
    release = session.get_one(Release, publication.release_id)
    assert (release.state, world.seen()) == ("abandoned", {})
    assert "must name a change" in release.prepared["stopped"]


def test_the_database_keeps_the_reason_to_what_accepts(world: World) -> None:
    refused = Answer(
        consultation_id=world.consultation.id,
        body_id=world.body_id,
        disposition="noted",
        reason=WHY,
        unchanged=WHY,
        decided_at=NOW,
    )
    with pytest.raises(IntegrityError, match="unchanged_though_accepted"), act() as session:
        session.add(refused)


def test_both_a_change_and_why_there_is_none_is_refused(world: World) -> None:
    with pytest.raises(AnswerError, match="Keep one of the two"), act():
        world.decide(ThemeTarget(world.sub.id), edit_ids=[world.edit.id], unchanged=WHY)
