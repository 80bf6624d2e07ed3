"""Handing over to the competent body, and what colleagues say: each body for itself, never public."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body, Membership, User
from consult.activity.models import Activity
from consult.answers import routing
from consult.answers.colleagues import notes, queries
from consult.answers.decisions import ThemeTarget
from consult.answers.errors import (
    AlreadyHandedError,
    HandedMeanwhileError,
    HandoverError,
    NoteError,
    NotYoursError,
)
from consult.answers.models import ColleagueNote, Handover
from consult.consultations.models import ConsultationBody
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.transaction import act
from consult.notifications.models import Letter
from tests import builders, people
from tests.answers.worlds import World
from tests.builders import NOW
from tests.client import PageClient

DESK = "/desk/consultations/law/answers"
WORDS = "Entre nous : le budget manque."


class TwoBodies(World):
    """The world with a second body that is competent for a part."""

    def _build(self) -> None:
        super()._build()
        other = builders.body(self.session, "Autre ministère")
        self.session.add(
            ConsultationBody(
                consultation_id=self.consultation.id, body_id=other.id, part="competent"
            )
        )
        self.session.flush()
        self.other_id = other.id
        self.theirs = Actor.user(builders.official(self.session, "Paul Muller").id)
        self.thing = f"theme:{self.main.id}"

    def hand(self, to: int, *, mine: int, note: str = "Votre domaine.", **other: str) -> Handover:
        with act() as session:
            return routing.hand_over(
                session, self.consultation, other.get("thing", self.thing), to,
                note=note, mine={mine}, actor=self.actor, now=NOW,
            )  # fmt: skip

    def settle(self, row: Handover, *, accepted: bool, mine: int, note: str = "") -> None:
        with act() as session:
            routing.settle(
                session, self.consultation, row.id,
                accepted=accepted, note=note, mine={mine}, actor=self.theirs, now=NOW,
            )  # fmt: skip

    def holder(self) -> int:
        return routing.holder(self.session, self.consultation.id, self.thing)

    def note(self, words: str = WORDS, *, for_all: bool = False) -> ColleagueNote:
        with act() as session:
            return notes.write(
                session, self.consultation, self.thing,
                words=words, body_id=self.body_id, for_all=for_all, mine={self.body_id},
                actor=self.actor, now=NOW,
            )  # fmt: skip


@pytest.fixture
def world(session: Session) -> TwoBodies:
    return TwoBodies(session)


def test_the_first_body_holds_it_until_the_other_accepts(
    world: TwoBodies, session: Session
) -> None:
    assert world.holder() == world.body_id
    row = world.hand(world.other_id, mine=world.body_id)
    assert world.holder() == world.body_id
    with pytest.raises(AlreadyHandedError):
        world.hand(world.other_id, mine=world.body_id)
    with pytest.raises(NotYoursError):
        world.settle(row, accepted=True, mine=world.body_id)
    world.settle(row, accepted=True, mine=world.other_id)
    assert world.holder() == world.other_id
    with pytest.raises(HandedMeanwhileError):
        world.settle(row, accepted=False, mine=world.other_id, note="Non.")
    with pytest.raises(NotYoursError):
        world.hand(world.body_id, mine=world.body_id)
    again = world.hand(world.body_id, mine=world.other_id)
    world.settle(again, accepted=True, mine=world.body_id)
    assert world.holder() == world.body_id
    acts = session.scalars(select(Activity.act).where(Activity.act.startswith("handover:")))
    assert list(acts) == ["handover:asked", "handover:accepted"] * 2


def test_handing_back_says_why(world: TwoBodies) -> None:
    row = world.hand(world.other_id, mine=world.body_id)
    with pytest.raises(HandoverError):
        world.settle(row, accepted=False, mine=world.other_id)
    world.settle(row, accepted=False, mine=world.other_id, note="Pas notre compétence.")
    assert world.holder() == world.body_id
    world.hand(world.other_id, mine=world.body_id, note="Et pourtant.")


def test_what_cannot_be_handed_over(world: TwoBodies) -> None:
    for to, note in ((world.other_id, " "), (world.body_id, "Moi."), (9_999, "Qui ?")):
        with pytest.raises(HandoverError):
            world.hand(to, mine=world.body_id, note=note)
    with pytest.raises(NotFoundError):
        world.hand(world.other_id, mine=world.body_id, thing="theme:9999")


def test_each_body_reads_its_own_notes_and_those_for_all(
    world: TwoBodies, session: Session
) -> None:
    world.note()
    world.note("Pour tous.", for_all=True)
    row = world.hand(world.other_id, mine=world.body_id)
    third = 9_999

    def read(mine: int) -> tuple[list[str], list[str]]:
        said = queries.notes(session, world.consultation.id, world.thing, {mine})
        handed = queries.handovers(session, world.consultation.id, {mine})
        return [n.words for n in said], [h.note for h in handed]

    assert read(world.body_id) == ([WORDS, "Pour tous."], ["Votre domaine."])
    assert read(world.other_id) == (["Pour tous."], ["Votre domaine."])
    assert read(third) == (["Pour tous."], [""])
    world.settle(row, accepted=False, mine=world.other_id, note="Non.")
    assert queries.handovers(session, world.consultation.id, {third})[0].settled_note == ""


def test_a_note_is_taken_back_by_its_author_and_forgotten_with_the_account(
    world: TwoBodies, session: Session
) -> None:
    first, second = world.note(), world.note("Deux.")
    with pytest.raises(NotFoundError), act() as writing:
        notes.delete(writing, world.consultation, first.id, actor=world.theirs, now=NOW)
    with act() as writing:
        notes.delete(writing, world.consultation, first.id, actor=world.actor, now=NOW)
    with pytest.raises(NoteError):
        world.note("  ")
    with act() as writing:
        notes.forget(writing, world.official.id, NOW)
    rows = session.execute(select(ColleagueNote.words, ColleagueNote.author_id)).all()
    assert [tuple(row) for row in rows] == [("", None), ("", None)]
    assert second.id


def test_notes_do_not_stop_a_publication(world: TwoBodies) -> None:
    world.answer_all()
    publication = world.request()
    world.note()
    from consult.answers import publishing, work
    from consult.kernel.release import RELEASED, Release
    from tests.answers.worlds import Job

    work.publish(Job(publication))
    world.session.expire_all()
    assert world.session.get_one(Release, publication.release_id).state == RELEASED
    assert publishing.may_complete(world.consultation, NOW) is True


def test_what_colleagues_say_is_on_no_page_of_citizens_and_in_no_file(
    world: TwoBodies, client: PageClient
) -> None:
    world.answer_all()
    world.note(for_all=True)
    world.hand(world.other_id, mine=world.body_id, note=WORDS)
    world.publish()
    comment = world.said[4].comment.id
    for path in (
        "/consultations/law/outcome",
        "/consultations/law/draft",
        "/consultations/law/comments",
        f"/consultations/law/themes/{world.main.id}",
        f"/comments/{comment}",
        "/consultations/law/export.json",
        "/consultations/law/export.csv",
    ):
        answer = client.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        assert "le budget manque" not in answer.get_data(as_text=True), path
    linked = client.client.get(f"/comments/{comment}", headers={"Accept": "application/ld+json"})
    assert "le budget manque" not in linked.get_data(as_text=True)
    assert not any("budget" in str(payload) for _, payload in world.letters())


def test_two_ministries_on_the_pages(
    world: TwoBodies, client: PageClient, session: Session
) -> None:
    with act():
        world.decide(ThemeTarget(world.main.id), "noted")
    lead = session.get_one(Body, world.body_id)
    other = session.get_one(Body, world.other_id)
    session.rollback()
    people.official(client.client, lead, "editor")
    path = f"{DESK}/theme/{world.main.id}?lang=en"
    done = client.submit(
        path, {"to": str(other.id), "handover_note": "Votre domaine."}, action="/hand-over"
    )
    assert "The other body is asked to take it." in done.text
    said = client.submit(path, {"words": WORDS}, action="/notes")
    assert WORDS in said.text
    people.official(client.client, other, "editor")
    theirs = client.get(path)
    assert WORDS not in theirs.text
    assert "Votre domaine." in theirs.text
    log = client.get(f"{DESK}/hand-overs?lang=en")
    assert "Waits for your body" in log.text
    row = session.scalars(select(Handover.id)).one()
    session.rollback()
    accepted = client.submit(path, {"what": "accept"}, action=f"/hand-over/{row}")
    assert "Accepted: your body answers." in accepted.text
    stranger = people.make_body("Elsewhere")
    people.official(client.client, stranger, "editor")
    client.get(path, 404)
    client.get(f"{DESK}/hand-overs", 404)


def test_those_who_can_take_it_get_a_letter_and_nobody_else(
    world: TwoBodies, session: Session, app: Flask
) -> None:
    """Editors and publishers of the other body who can sign in: not its analysts, not those whose
    account is closed, not the body that hands it over, not whoever did it."""

    def somebody(role: str, body_id: int, **other: Any) -> int:
        with act() as writing:
            user = builders.official(writing, f"{role} {len(other)} {body_id}")
            user.confirmed_at = NOW
            for name, value in other.items():
                setattr(user, name, value)
            writing.add(Membership(user_id=user.id, body_id=body_id, role=role, granted_at=NOW))
            return user.id

    editor = somebody("editor", world.other_id, language="de")
    publisher = somebody("publisher", world.other_id)
    somebody("analyst", world.other_id)
    somebody("auditor", world.other_id)
    somebody("editor", world.other_id, disabled_at=NOW)
    somebody("publisher", world.other_id, confirmed_at=None, name="x")
    somebody("editor", world.body_id)
    with act() as writing:
        both = Membership(
            user_id=world.official.id, body_id=world.other_id, role="editor", granted_at=NOW
        )
        writing.add(both)
    world.hand(world.other_id, mine=world.body_id)
    letters = session.scalars(select(Letter).order_by(Letter.id)).all()
    assert [(each.recipient, each.language) for each in letters] == [
        (f"user:{editor}", "de"),
        (f"user:{publisher}", session.get_one(User, publisher).language),
    ]
    assert "Votre domaine." not in str([each.payload for each in letters])
    with app.test_request_context():
        text = app.jinja_env.get_template("mail/handed_over.txt").render(
            payload=letters[0].payload,
            facts={},
            base_url="https://example.org",
            site_name="Consult",
            stop_url="",
        )
    assert f"https://example.org{DESK}/theme/{world.main.id}" in text
