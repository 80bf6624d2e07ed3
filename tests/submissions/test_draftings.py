"""Members of an organisation write together; nobody else sees it; a lead sends one submission."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Organisation
from consult.accounts.organisations import founding, membership
from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.drafts.reading import MAX_CLAUSE_CHARACTERS
from consult.exports.records import comments
from consult.kernel import clock
from consult.kernel.actor import Actor
from consult.kernel.transaction import act
from consult.notifications.models import Letter
from consult.operations.tidying import tidy
from consult.submissions import queries, receipts
from consult.submissions.draftings import composing, sheet
from consult.submissions.draftings.models import (
    Drafting,
    DraftingNote,
    DraftingRevision,
    DraftingText,
)
from consult.submissions.intake import MAX_LENGTH
from consult.submissions.models import Comment, Submission
from tests.accounts import letters
from tests.concurrently import together
from tests.people import make_body, make_user, official, sign_in
from tests.submissions.drafting import BENCHES, TREES, Room, begun, count, make_room
from tests.submissions.texts import fresh


@pytest.fixture
def room(app: Flask) -> Room:
    return make_room(app)


def test_members_write_and_a_lead_sends_one_submission(room: Room, session: Session) -> None:
    room.write(room.anna, TREES)
    room.write(room.ben, BENCHES, "whole")
    page = room.browser(room.ben).get(room.home)
    assert "Anna One" in page.text
    assert count(session, Comment) == 0
    shown = room.browser(room.lead).get(f"{room.home}/send")
    assert TREES in shown.text
    sent = room.confirm(letters="y")
    submission = fresh(session).scalars(select(Submission)).one()
    code = receipts.code_of(submission)
    assert code is not None
    assert code in sent.text
    rows = queries.of_submission(session, submission.id, language="en")
    assert [(r.text, r.clause_key, r.organisation) for r in rows] == [
        (BENCHES, None, "Friends of the Trees"),
        (TREES, "art_1", "Friends of the Trees"),
    ]
    assert (submission.respondent, submission.user_id) == ("association", None)
    # Its words stand in the comments, and only there.
    for model in (DraftingText, DraftingRevision, DraftingNote):
        assert count(session, model) == 0


def test_one_receipt_for_the_lead_and_a_letter_for_who_wants_one(
    room: Room, session: Session
) -> None:
    room.browser(room.ben).submit(
        f"/account/organisations/{room.organisation}", {}, action="/letters"
    )
    room.write(room.anna, TREES)
    room.write(room.ben, BENCHES, "whole")
    room.confirm(letters="y")
    assert sorted(letters.templates()) == ["organisation_sent", "submission_receipt"]
    told = " ".join(letters.newest("organisation_sent").split())
    assert "“Friends of the Trees”" in told
    assert "No. 1, No. 2" in told
    code = receipts.code_of(fresh(session).scalars(select(Submission)).one())
    assert code is not None
    assert code not in told
    # Who has left by the time the letter leaves gets none.
    assert {row.recipient.partition(":")[0] for row in session.scalars(select(Letter))} == {
        "member",
        "submission",
    }


def test_who_saves_second_is_shown_both_and_loses_nothing(room: Room, session: Session) -> None:
    room.write(room.anna, "Trees are good.\n\nWater is scarce.")
    first, second = room.browser(room.anna), room.browser(room.ben)
    address = f"{room.home}/texts/art_1"
    mine, theirs = first.get(address).form("/art_1"), second.get(address).form("/art_1")
    first.post(
        address, {**mine, "source": "Trees are very good.\n\nWater is scarce.", "step": "save"}
    )
    typed = {**theirs, "source": "Trees are good.\n\nWater is too scarce.", "step": "save"}
    both = second.post(address, typed, 409)
    assert "has saved this text since you opened it" in both.text
    assert "Anna One" in both.text
    joined = second.post(address, {**both.form("/art_1"), "step": "mine"})
    assert joined.form("/art_1")["source"] == "Trees are very good.\n\nWater is too scarce."
    second.post(address, {**joined.form("/art_1"), "step": "save"})
    history = second.get(f"{address}/history").text
    assert history.index("Ben Two") < history.index("Anna One")
    assert count(session, DraftingRevision) == 3


def test_the_same_words_changed_twice_are_chosen_between(room: Room) -> None:
    room.write(room.anna, "Trees are good.")
    first, second = room.browser(room.anna), room.browser(room.ben)
    address = f"{room.home}/texts/art_1"
    mine, theirs = first.get(address).form("/art_1"), second.get(address).form("/art_1")
    first.post(address, {**mine, "source": "Trees are lovely.", "step": "save"})
    both = second.post(address, {**theirs, "source": "Trees are tall.", "step": "save"}, 409)
    assert "changed the same words" in both.text
    for step, words in (("mine", "Trees are tall."), ("theirs", "Trees are lovely.")):
        page = second.post(address, {**both.form("/art_1"), "step": step})
        assert page.form("/art_1")["source"] == words


def test_two_begin_the_same_text_at_once(room: Room) -> None:
    first, second = room.browser(room.anna), room.browser(room.ben)
    address = f"{room.home}/texts/whole"
    mine, theirs = first.get(address).form("/whole"), second.get(address).form("/whole")
    first.post(address, {**mine, "source": TREES, "step": "save"})
    both = second.post(address, {**theirs, "source": BENCHES, "step": "save"}, 409)
    assert TREES in both.text
    assert both.form("/whole")["source"] == BENCHES


def test_what_was_saved_after_the_lead_looked_is_shown_before_it_is_sent(
    room: Room, session: Session
) -> None:
    room.write(room.anna, TREES)
    lead = room.browser(room.lead)
    form = lead.get(f"{room.home}/send").form()
    room.write(room.ben, BENCHES, "whole")
    asked = lead.post(f"{room.home}/send", form, 409)
    assert "a member has saved something" in asked.text
    assert BENCHES in asked.text
    assert "saved since you looked" in asked.text
    assert count(session, Comment) == 0
    lead.post(f"{room.home}/send", asked.form())
    assert count(session, Comment) == 2


@pytest.mark.parametrize("seen", ["", "²:1", "1:²", "9" * 5000 + ":1", "1", ":,:"])
def test_what_confirms_nothing_sends_nothing(room: Room, session: Session, seen: str) -> None:
    room.write(room.anna, TREES)
    lead = room.browser(room.lead)
    form = lead.get(f"{room.home}/send").form()
    asked = lead.post(f"{room.home}/send", {**form, "seen": seen}, 409)
    assert "saved since you looked" in asked.text
    assert count(session, Comment) == 0


@pytest.mark.parametrize("step", ["onto", "mine", "theirs"])
@pytest.mark.parametrize(
    ("field", "most"), [("source", MAX_LENGTH), ("proposed", MAX_CLAUSE_CHARACTERS)]
)
def test_what_is_longer_than_may_be_saved_is_compared_with_nothing(
    room: Room, monkeypatch: pytest.MonkeyPatch, step: str, field: str, most: int
) -> None:
    def refuse(*_texts: str) -> None:
        raise AssertionError("two long texts take as long as somebody likes")

    room.write(room.anna, TREES)
    anna = room.browser(room.anna)
    form = anna.get(f"{room.home}/texts/art_1?propose=1").form("/art_1")
    monkeypatch.setattr(sheet, "merge", refuse)
    monkeypatch.setattr(composing, "merge", refuse)
    long = {**form, field: "x" * (most + 1), "step": step}
    page = anna.post(f"{room.home}/texts/art_1", long, 422)
    assert page.form("/art_1")[field] == "x" * (most + 1)
    assert "govuk-error-summary" in page.markup


def test_a_text_without_words_is_not_sent(room: Room, session: Session) -> None:
    room.write(room.anna, TREES)
    room.write(room.ben, BENCHES, "whole")
    room.write(room.anna, "", "whole")
    room.confirm()
    assert count(session, Comment) == 1


def test_a_draft_without_words_cannot_be_sent(room: Room, session: Session) -> None:
    assert "nothing to send" in room.browser(room.lead).get(f"{room.home}/send").text
    assert count(session, Submission) == 0


def anna_leads_too(room: Room) -> None:
    with act() as writing_session:
        membership.set_part(
            writing_session,
            room.organisation,
            room.anna.id,
            "lead",
            actor=Actor.user(room.lead.id),
            now=clock.now(),
        )


def test_a_second_press_and_a_second_lead_find_the_one_receipt(
    room: Room, session: Session
) -> None:
    anna_leads_too(room)
    room.write(room.anna, TREES)
    lead, other = room.browser(room.lead), room.browser(room.anna)
    form, another = lead.get(f"{room.home}/send").form(), other.get(f"{room.home}/send").form()
    shown = [
        client.post(f"{room.home}/send", data)
        for client, data in ((lead, form), (lead, form), (other, another))
    ]
    assert count(session, Submission) == 1
    code = receipts.code_of(session.scalars(select(Submission)).one())
    assert code is not None
    assert all(code in page.text for page in shown)


def test_two_leads_send_at_the_same_moment(room: Room, session: Session) -> None:
    anna_leads_too(room)
    room.write(room.anna, TREES)
    clients = [room.browser(room.lead), room.browser(room.anna)]
    forms = [client.get(f"{room.home}/send").form() for client in clients]
    ended = together(
        room.app,
        *(
            lambda client=client, form=form: client.client.post(f"{room.home}/send", data=form)
            for client, form in zip(clients, forms, strict=True)
        ),
    )
    assert ended == [None, None]
    assert (count(session, Submission), count(session, Comment)) == (1, 1)


def test_what_is_sent_after_the_close_is_late_unless_the_page_was_shown_before(
    room: Room, session: Session
) -> None:
    room.write(room.anna, TREES)
    close = fresh(session).get_one(Consultation, room.consultation.id).closes_at
    assert close is not None
    session.rollback()
    with time_machine.travel(close - timedelta(minutes=5), tick=False) as moment:
        lead = room.browser(room.lead)
        form = lead.get(f"{room.home}/send").form()
        moment.move_to(close + timedelta(minutes=10))
        assert "marked as late" in lead.get(f"{room.home}/send").text
        lead.post(f"{room.home}/send", form)
    assert fresh(session).scalars(select(Comment.late)).all() == [False]
    session.rollback()
    with time_machine.travel(close + timedelta(minutes=10), tick=False):
        room.drafting = begun(room.lead, room.organisation, room.consultation.id)
        room.write(room.anna, BENCHES)
        room.confirm()
    assert fresh(session).scalars(select(Comment.late).order_by(Comment.id)).all() == [False, True]


ACTS = {
    "index": ("GET", "/account/organisations/{organisation}/drafts"),
    "begin": ("POST", "/account/organisations/{organisation}/drafts/{slug}"),
    "show": ("GET", "{home}"),
    "read": ("GET", "{home}/texts/art_1"),
    "save": ("POST", "{home}/texts/art_1"),
    "another": ("GET", "{home}/texts/art_1/new"),
    "history": ("GET", "{home}/texts/art_1/history"),
    "save another": ("POST", "{home}/texts/art_1/new"),
    "open": ("GET", "{home}/texts?on=art_1"),
    "note": ("POST", "{home}/notes"),
    "look": ("GET", "{home}/send"),
    "send": ("POST", "{home}/send"),
    "ask": ("GET", "{home}/delete"),
    "discard": ("POST", "{home}/delete"),
}
LEADS_ONLY = {"look", "send", "ask", "discard"}


@pytest.mark.parametrize("who", ["visitor", "stranger", "official", "removed", "member", "lead"])
def test_the_truth_table_of_part_and_act(
    room: Room, session: Session, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """Nobody but members learns that something is drafted, officials of the body neither; a member
    does all but send and delete."""
    room.write(room.ben, TREES)
    with act() as writing_session:
        membership.remove(
            writing_session,
            room.organisation,
            room.ben.id,
            actor=Actor.user(room.lead.id),
            now=clock.now(),
        )
    monkeypatch.setitem(room.app.config, "WTF_CSRF_ENABLED", False)
    client = room.app.test_client()
    if who == "official":
        official(client, make_body("Elsewhere"), "administrator", "publisher", "oversight")
    elif who != "visitor":
        people = {"lead": room.lead, "member": room.anna, "removed": room.ben}
        sign_in(client, people.get(who) or make_user())
    slug = room.consultation.slug
    for name, (method, path) in ACTS.items():
        address = path.format(organisation=room.organisation, home=room.home, slug=slug)
        data = {"source": BENCHES, "step": "save", "saved": "1"}
        if name in {"note", "save another"}:
            data["words"] = "sichere Wege"
        status = client.open(address, method=method, data=data).status_code
        if who == "visitor":
            assert status in {302, 403}, name
        elif who in {"stranger", "official", "removed"}:
            assert status == 404, name
        elif who == "member" and name in LEADS_ONLY:
            assert status == 403, name
        else:
            assert status in {200, 303, 409}, name
    assert count(session, Comment) == 0


def test_a_member_removed_while_writing_saves_nothing(room: Room, session: Session) -> None:
    ben = room.browser(room.ben)
    form = ben.get(f"{room.home}/texts/art_1").form("/art_1")
    with act() as writing_session:
        membership.remove(
            writing_session,
            room.organisation,
            room.ben.id,
            actor=Actor.user(room.lead.id),
            now=clock.now(),
        )
    ben.post(f"{room.home}/texts/art_1", {**form, "source": TREES, "step": "save"}, 404)
    assert count(session, DraftingRevision) == 0


def test_words_typed_for_a_draft_that_is_gone_are_shown_back(room: Room) -> None:
    room.write(room.anna, TREES)
    anna = room.browser(room.anna)
    form = anna.get(f"{room.home}/texts/whole").form("/whole")
    room.confirm()
    page = anna.post(f"{room.home}/texts/whole", {**form, "source": BENCHES, "step": "save"}, 409)
    assert page.form("/whole")["source"] == BENCHES


def test_somebody_in_two_organisations_keeps_them_apart(room: Room, session: Session) -> None:
    with act() as writing_session:
        other = founding.found(
            writing_session,
            name="Cyclists",
            register_number="",
            declared_interest="Bicycles.",
            anyway=True,
            actor=Actor.user(room.anna.id),
            now=clock.now(),
        )
    second = begun(room.anna, other, room.consultation.id)
    room.write(room.anna, TREES)
    anna = room.browser(room.anna)
    assert TREES not in anna.get(f"/account/drafts/{second}").text
    anna.submit(
        f"/account/drafts/{second}/texts/whole",
        {"source": BENCHES, "step": "save"},
        action="/whole",
    )
    anna.submit(f"/account/drafts/{second}/send", {})
    rows = session.execute(
        select(Organisation.name).join(Submission, Submission.organisation_id == Organisation.id)
    )
    assert [name for (name,) in rows] == ["Cyclists"]
    room.browser(room.lead).get(f"/account/drafts/{second}", 404)


def test_what_was_declared_stays_with_what_was_sent(room: Room, session: Session) -> None:
    room.write(room.anna, TREES)
    room.confirm()
    home = f"/account/organisations/{room.organisation}"
    room.browser(room.lead).submit(f"{home}/description", {"name": "Friends of Cars"})
    comment_id = fresh(session).scalars(select(Comment.id)).one()
    session.rollback()
    public = room.app.test_client().get(f"/comments/{comment_id}?lang=en").get_data(as_text=True)
    for said in ("Friends of the Trees", "F1234", "Trees, paid by members."):
        assert said in public
    assert "Friends of Cars" not in public
    room.browser(room.lead).submit(f"{home}/delete", {})
    public = room.app.test_client().get(f"/comments/{comment_id}?lang=en").get_data(as_text=True)
    assert "Trees, paid by members." in public


def test_what_was_sent_is_held_by_the_leads_of_the_day(room: Room, session: Session) -> None:
    room.write(room.anna, TREES)
    room.confirm()
    submission = fresh(session).scalars(select(Submission.id)).one()
    own = f"/submissions/{submission}"
    room.browser(room.lead).get(own)
    room.browser(room.anna).get(own, 404)
    with act() as writing_session:
        for who, part in ((room.anna, "lead"), (room.lead, "member")):
            membership.set_part(
                writing_session,
                room.organisation,
                who.id,
                part,
                actor=Actor.user(room.anna.id if part == "member" else room.lead.id),
                now=clock.now(),
            )
    room.browser(room.lead).get(own, 404)
    room.browser(room.anna).get(own)


def test_nothing_of_a_draft_is_open_data_or_in_the_log_of_the_consultation(
    room: Room, session: Session
) -> None:
    room.write(room.anna, TREES)
    assert list(comments(fresh(session), room.consultation.id)) == []
    about = select(Activity).where(Activity.act.startswith("drafting:")).order_by(Activity.id)
    lines = session.scalars(about).all()
    assert [line.act for line in lines] == ["drafting:begun", "drafting:saved"]
    assert all(line.consultation is None for line in lines)
    session.rollback()
    room.confirm()
    [record] = comments(fresh(session), room.consultation.id)
    assert record.organisation == "Friends of the Trees"
    assert record.register_number == "F1234"
    assert record.declared_interest == "Trees, paid by members."


def test_a_draft_that_was_not_sent_is_deleted_some_time_after_the_close(
    room: Room, session: Session
) -> None:
    room.write(room.anna, TREES)
    close = fresh(session).get_one(Consultation, room.consultation.id).closes_at
    assert close is not None
    session.rollback()
    tidy(close + timedelta(days=89))
    assert count(session, DraftingRevision) == 1
    session.rollback()
    tidy(close + timedelta(days=91))
    assert count(session, DraftingRevision) == 0
    room.browser(room.anna).get(room.home, 404)
    assert session.scalars(select(Drafting.submission_id)).all() == [None]


def test_the_drafts_of_an_organisation_that_ends_go_with_it(room: Room, session: Session) -> None:
    room.write(room.anna, TREES)
    room.browser(room.lead).submit(f"/account/organisations/{room.organisation}/delete", {})
    room.browser(room.anna).get(room.home, 404)
    tidy(clock.now())
    assert count(session, DraftingRevision) == 0


def test_a_lead_deletes_a_draft_and_begins_another(room: Room, session: Session) -> None:
    room.write(room.anna, TREES)
    room.browser(room.anna).submit(f"{room.home}", {"words": "Shorter?"}, action="/notes")
    assert "Shorter?" in room.browser(room.ben).get(room.home).text
    room.browser(room.lead).submit(f"{room.home}/delete", {})
    assert (count(session, DraftingRevision), count(session, DraftingNote)) == (0, 0)
    session.rollback()
    assert begun(room.lead, room.organisation, room.consultation.id) != room.drafting
