"""Answers on their way to the public: who may move what, and what a publication then takes."""

import re
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.activity.models import Activity
from consult.answers import approval, heads, preview
from consult.answers.checking import queries as checking
from consult.answers.decisions import PointTarget, ThemeTarget
from consult.answers.errors import (
    AnsweredMeanwhileError,
    BeingPublishedError,
    MovedMeanwhileError,
    NoteMissingError,
    OwnAnswerError,
    PublicAnswerError,
)
from consult.answers.models import (
    APPROVED,
    CHECKING,
    DRAFTING,
    STATES,
    Answer,
    AnswerStep,
    AnswerTarget,
    Publication,
)
from consult.consultations.models import ConsultationBody
from consult.drafts import revision
from consult.drafts.models import ClauseText, Edit, Version
from consult.kernel.actor import COMMAND, Actor
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.transaction import act
from tests import builders, people
from tests.answers.worlds import World
from tests.builders import NOW
from tests.client import PageClient

DESK = "/desk/consultations/law/answers"


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def another(world: World) -> Actor:
    with act() as session:
        return Actor.user(builders.official(session, "Paul Muller").id)


def move(world: World, to: str, *answers: Answer, by: Actor, note: str = "") -> None:
    with act() as session:
        approval.move(
            session, world.consultation, [a.id for a in answers], to, note=note, actor=by, now=NOW
        )


def put(answer_id: int, state: str) -> None:
    """An answer in a state, without asking anybody."""
    with act() as session:
        session.add(AnswerStep(answer_id=answer_id, state=state, at=NOW))


def four_eyes(world: World, wanted: bool = True) -> None:
    with act() as session:
        approval.ask_for_four_eyes(session, world.consultation, wanted, actor=world.actor, now=NOW)


def outcome(world: World, answer: Answer, to: str, by: Actor, note: str) -> str:
    try:
        move(world, to, answer, by=by, note=note)
    except ConsultError as error:
        return type(error).__name__
    return to


# What an official does, to an answer in which state, is who, with four eyes asked for or not:
# every case that is not listed is refused because the answer is not where it would have to be.
ALLOWED = {
    # (from, to): by its author, by another; under four eyes.
    (DRAFTING, CHECKING): (CHECKING, CHECKING),
    (CHECKING, APPROVED): ("OwnAnswerError", APPROVED),
    (CHECKING, DRAFTING): (DRAFTING, DRAFTING),
    (APPROVED, DRAFTING): (DRAFTING, DRAFTING),
}


@pytest.mark.parametrize("asked", [True, False])
def test_the_truth_table_of_state_act_and_person(world: World, asked: bool) -> None:
    """Each state × each act × author or colleague, with and without four eyes."""
    other = another(world)
    found, wanted = {}, {}
    with act():
        answers = {
            key: world.decide(PointTarget(world.said[number].point.id), "noted")
            for number, key in enumerate(product(STATES, STATES))
        }
    four_eyes(world, asked)
    for (state, to), answer in answers.items():
        for author in (True, False):
            put(answer.id, state)
            by = world.actor if author else other
            found[state, to, author] = outcome(world, answer, to, by, "Parce que.")
            told = ALLOWED.get((state, to), ("MovedMeanwhileError", "MovedMeanwhileError"))
            wanted[state, to, author] = told[0 if author else 1] if asked else told[1]
    assert found == wanted


def test_what_is_sent_back_says_why_and_the_log_says_who(world: World, session: Session) -> None:
    other = another(world)
    with act():
        answer = world.decide(ThemeTarget(world.main.id), "noted")
    move(world, CHECKING, answer, by=world.actor)
    with pytest.raises(NoteMissingError):
        move(world, DRAFTING, answer, by=other, note="  ")
    move(world, DRAFTING, answer, by=other, note="Citez l’article 3.")
    rows = session.execute(select(AnswerStep.state, AnswerStep.by_id, AnswerStep.note))
    assert [tuple(row) for row in rows] == [
        (CHECKING, world.official.id, ""),
        (DRAFTING, other.user_id, "Citez l’article 3."),
    ]
    lines = session.execute(
        select(Activity.act, Activity.actor, Activity.thing, Activity.facts)
        .where(Activity.act.in_(approval.ACTS.values()))
        .order_by(Activity.id)
    )
    assert [tuple(line) for line in lines] == [
        (
            "answer:check_asked",
            world.actor.reference,
            f"theme:{world.main.id}",
            {"answer": answer.id},
        ),
        ("answer:sent_back", other.reference, f"theme:{world.main.id}", {"answer": answer.id}),
    ]


def test_a_change_after_approval_is_a_draft_again_and_the_approved_one_goes_on_counting(
    world: World, session: Session
) -> None:
    four_eyes(world)
    other, target = another(world), PointTarget(world.said[8].point.id)
    number = world.said[8].point.id
    with act():
        first = world.decide(target, "noted")
    assert heads.of_points(session, [number]) == {}
    move(world, CHECKING, first, by=world.actor)
    move(world, APPROVED, first, by=other)
    assert heads.of_points(session, [number]) == {number: first.id}
    with act():
        second = world.decide(target, "accepted", corrects=first.id)
    assert checking.states(session, [first.id, second.id]) == {
        first.id: APPROVED,
        second.id: DRAFTING,
    }
    assert heads.of_points(session, [number]) == {number: first.id}
    with act():
        third = world.decide(
            target, "partly_accepted", corrects=second.id, unchanged={"fr": "Déjà."}
        )
    move(world, CHECKING, third, by=world.actor)
    move(world, APPROVED, third, by=other)
    assert heads.of_points(session, [number]) == {number: third.id}
    with pytest.raises(AnsweredMeanwhileError):
        move(world, DRAFTING, first, by=other, note="Trop tard.")
    four_eyes(world, False)
    assert heads.of_points(session, [number]) == {number: third.id}


def test_what_was_approved_is_checked_again_when_its_change_of_the_text_becomes_another(
    world: World, session: Session, client: PageClient
) -> None:
    """The author of an approved answer writes something else into the text: nobody approved that."""
    four_eyes(world)
    other = another(world)
    with act():
        answer = world.decide(ThemeTarget(world.main.id), edit_ids=[world.edit.id])
    amend(world, "Il passe toutes les heures.")
    move(world, CHECKING, answer, by=world.actor)
    move(world, APPROVED, answer, by=other)
    assert heads.of_themes_and_campaigns(session, world.consultation.id).answers == {answer.id}
    amend(world, "Il ne passe plus jamais.")
    assert session.get_one(Edit, world.edit.id).gone_at is None
    assert checking.states(session, [answer.id]) == {answer.id: CHECKING}
    assert heads.of_themes_and_campaigns(session, world.consultation.id).answers == set()
    signed_in(client, session, "editor")
    for path in (f"{DESK}/check?state=checking", f"{DESK}/theme/{world.main.id}"):
        assert "was written otherwise after it was approved" in client.get(path).text
    # The same words once more are what was approved.
    amend(world, "Il passe toutes les heures.")
    assert checking.states(session, [answer.id]) == {answer.id: APPROVED}
    amend(world, "Il ne passe plus jamais.")
    move(world, APPROVED, answer, by=other)
    assert heads.of_themes_and_campaigns(session, world.consultation.id).answers == {answer.id}


def amend(world: World, text: str) -> None:
    """Give the clause of the edit other words."""
    with act() as session:
        row = session.get_one(ClauseText, world.edit.after_text_id, populate_existing=True)
        revision.amend(
            session,
            session.get_one(Version, world.version.id),
            row.clause_id,
            row.language,
            words=revision.wording(number=row.number, heading=row.heading, source=text),
            saved=row.saved,
            actor=world.actor,
            now=NOW,
        )


def test_what_nobody_approved_is_not_published_and_the_preview_says_so(
    world: World, session: Session
) -> None:
    four_eyes(world)
    world.answer_all()
    other = another(world)
    move(world, CHECKING, world.on_main, world.own, by=world.actor)
    move(world, APPROVED, world.own, by=other)
    with act() as writing:  # the change of the text has a ground of its own
        row = writing.get_one(type(world.edit), world.edit.id)
        row.ground, row.ground_kind = {"fr": "Erreur."}, "error"
    foreseen = preview.preview(session, world.consultation, with_version=True, now=NOW)
    assert (sum(foreseen.told.values()), foreseen.open) == (1, 9)
    world.publish()
    assert world.seen() == {8: ("noted", False)}
    move(world, APPROVED, world.on_main, by=other)
    world.publish()
    assert world.seen()[4] == ("accepted", False)
    assert 6 not in world.seen()


def test_what_was_published_before_four_eyes_stands(world: World, session: Session) -> None:
    world.answer_all()
    world.publish()
    four_eyes(world)
    foreseen = preview.preview(session, world.consultation, with_version=False, now=NOW)
    assert (foreseen.open, foreseen.nothing_new) == (1, True)
    with act():
        world.decide(PointTarget(world.said[8].point.id), "accepted", corrects=world.own.id)
    foreseen = preview.preview(session, world.consultation, with_version=False, now=NOW)
    assert (foreseen.open, foreseen.nothing_new) == (1, True)


def test_what_is_public_is_corrected_not_sent_back(world: World) -> None:
    world.answer_all()
    move(world, CHECKING, world.on_main, by=world.actor)
    world.publish()
    with pytest.raises(PublicAnswerError):
        move(world, DRAFTING, world.on_main, by=world.actor, note="Non.")


def test_several_are_moved_together_or_none(world: World, session: Session) -> None:
    world.answer_all()
    four_eyes(world)
    other = another(world)
    move(world, CHECKING, world.on_main, world.on_campaign, by=world.actor)
    with pytest.raises(MovedMeanwhileError):
        move(world, APPROVED, world.on_main, world.own, by=other)
    assert checking.states(session, [world.on_main.id]) == {world.on_main.id: CHECKING}
    with pytest.raises(OwnAnswerError):
        move(world, APPROVED, world.on_main, by=COMMAND)


def test_more_than_one_act_moves_is_refused_whole(
    world: World, session: Session, client: PageClient
) -> None:
    world.answer_all()
    signed_in(client, session, "publisher")
    path, most = f"{DESK}/check?state=drafting&lang=en", approval.MOST_AT_ONCE
    known = [str(world.on_main.id), str(world.own.id)]
    sent = {**client.get(path).form("/check?state=drafting"), "to": CHECKING}
    refused = client.post(
        path, {**sent, "answers": known + [str(10**6 + n) for n in range(most - 1)]}, 422
    )
    assert f"These are {most + 1} answers, and at most {most} are moved at once." in refused.text
    # Nor is what cannot be the number of an answer asked of the database.
    client.post(path, {**sent, "answers": [known[0], str(10**20)]}, 422)
    assert checking.by_state(session, world.consultation.id) == {DRAFTING: 3}
    # One that is sent several times is one.
    client.post(path, {**sent, "answers": known * most})
    assert checking.by_state(session, world.consultation.id) == {DRAFTING: 1, CHECKING: 2}


def test_nothing_moves_while_it_is_being_published_nor_from_elsewhere(world: World) -> None:
    world.answer_all()
    with act() as session:
        elsewhere = builders.consultation(session, "other")
    with pytest.raises(NotFoundError), act() as session:
        approval.move(session, elsewhere, [world.own.id], CHECKING, actor=world.actor, now=NOW)
    world.request()
    with pytest.raises(BeingPublishedError):
        move(world, CHECKING, world.own, by=world.actor)
    with pytest.raises(BeingPublishedError):
        four_eyes(world)


def signed_in(client: PageClient, session: Session, *roles: str) -> None:
    body = session.scalars(select(Body).join(ConsultationBody)).one()
    session.rollback()
    people.official(client.client, body, *roles)


def test_an_answer_goes_its_way_on_the_pages(
    world: World, client: PageClient, session: Session
) -> None:
    world.answer_all()
    signed_in(client, session, "publisher")
    on = client.submit(f"{DESK}/check?lang=en", {"four_eyes": "y"}, action="/four-eyes")
    assert "Only what somebody else than its author approved is published." in on.text
    page = client.get(f"{DESK}/check?state=drafting&lang=en")
    assert "Being drafted (3)" in page.text
    # What answers one point is called by the number that its author knows too.
    of_own = select(AnswerTarget.point_id).where(AnswerTarget.answer_id == world.own.id)
    said = next(one for one in world.said if one.point.id == session.scalar(of_own))
    assert re.search(rf">Comment no. {said.comment.seq}</label>", page.markup)
    form = page.form("/check?state=drafting")
    done = client.post(
        f"{DESK}/check?state=drafting&lang=en",
        {**form, "answers": [str(world.on_main.id), str(world.own.id)], "to": "checking"},
    )
    assert "Sent to the legal check." in done.text
    assert "In the legal check (2)" in done.text
    own = f"{DESK}/theme/{world.main.id}?lang=en"
    standing = f"/answers/{world.on_main.id}/state"
    refused = client.submit(own, {"to": "drafting"}, action=standing, status=422)
    assert "Please say what has to change" in refused.text
    back = client.submit(own, {"to": "drafting", "note": "Citez le texte."}, action=standing)
    assert "Citez le texte." in back.text
    client.submit(own, {"to": "checking"}, action=standing)
    approved = client.submit(own, {"to": "approved"}, action=standing)
    assert "Approved" in approved.text
    public = client.get(f"{DESK}/publish?lang=en")
    assert "2 answers are not approved and stay out." in public.text
    assert "Citez le texte." not in client.get("/consultations/law/outcome").text


def test_the_author_is_told_on_the_page_that_a_colleague_has_to_approve(
    world: World, client: PageClient, session: Session
) -> None:
    four_eyes(world)
    signed_in(client, session, "editor")
    path = f"{DESK}/theme/{world.main.id}?lang=en"
    client.submit(path, {"disposition": "noted", "reason_fr": "Vu."})
    made = heads.newest(session, (AnswerTarget.theme_id, world.main.id))
    assert made is not None
    session.rollback()
    standing = f"/answers/{made.id}/state"
    page = client.submit(path, {"to": "checking"}, action=standing)
    assert "You wrote it: somebody else has to approve it." in page.text
    refused = client.submit(path, {"to": "approved"}, action=standing, status=403)
    assert "cannot approve it" in refused.text
    assert session.scalars(select(Publication)).first() is None


def test_two_who_answer_at_once_see_both_texts(world: World, client: PageClient) -> None:
    signed_in(client, world.session, "editor")
    path = f"{DESK}/theme/{world.main.id}?lang=en"
    form = client.get(path).form("/theme/" + str(world.main.id))
    world.answer_all()
    page = client.post(path, {**form, "disposition": "noted", "reason_fr": "Mes mots."}, 409)
    table = next(t for t in page.all("table"))
    words = " ".join("".join(table.itertext()).split())
    assert "Saved meanwhile by Anne Weber" in words
    assert "Parce que." in words
    assert "Mes mots." in words


def test_a_correction_after_publishing_is_dated_and_what_it_replaced_stays_readable(
    world: World, client: PageClient
) -> None:
    """The whole way: corrected, approved, published, told; the old answer stands below the new."""
    world.answer_all()
    world.publish()
    four_eyes(world)
    other = another(world)
    with act():
        corrected = world.decide(
            ThemeTarget(world.main.id), "not_accepted", corrects=world.on_main.id
        )
    world.publish()
    assert world.seen()[4] == ("accepted", False)  # the correction waits
    move(world, CHECKING, corrected, by=world.actor)
    move(world, APPROVED, corrected, by=other)
    world.publish()
    assert world.seen()[4] == ("not_accepted", False)
    page = client.get("/consultations/law/outcome?lang=en")
    assert "An earlier answer, published on 1 June 2026" in page.text
    comment = client.get(f"/comments/{world.said[4].comment.id}?lang=en")
    assert "An earlier answer, published on 1 June 2026" in comment.text
    told = [payload for recipient, payload in world.letters() if payload["again"]]
    assert len(told) == 7  # theme, sub-theme and the reply; not campaign, not the single point
