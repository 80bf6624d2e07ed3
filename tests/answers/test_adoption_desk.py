"""Proposed words at the desk, as a browser without JavaScript uses it."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from consult.answers.adoption.adopting import WordsOfATranslationError, adopt
from consult.consultations.models import Consultation
from consult.drafts.models import Version
from consult.drafts.revision import wording
from consult.kernel import clock
from consult.kernel.actor import COMMAND, Actor
from consult.kernel.transaction import act
from consult.moderation.withdrawal import withdraw
from consult.opinions import saying, voters
from tests import people
from tests.answers.proposals import BOTH, KEY, SLOWER, SPEED, Round
from tests.client import PageClient
from tests.drafts.texts import clause, translated
from tests.statements import statements


@pytest.fixture
def world(app: Flask, client: PageClient) -> Round:
    made = Round()
    people.official(client.client, made.body, "editor")
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return made


def desk(world: Round, path: str = "") -> str:
    return f"/desk/consultations/{world.consultation.slug}/proposals{path}"


def adopting(world: Round, revision_id: int) -> str:
    return desk(world, f"/{KEY}/{revision_id}/adopt")


def test_all_proposals_for_a_clause_stand_together(
    world: Round, client: PageClient, session: Session
) -> None:
    assert "Nobody has proposed other words yet" in client.get(desk(world)).text
    world.propose(SPEED.replace("30", "10"))
    liked = world.propose(BOTH)
    for _ in range(3):
        world.propose(SLOWER)
    with act() as writing:
        saying.say(
            writing, liked.comment_id, said="agree", seen=liked.revision_id,
            voter=voters.of_account(world.consultation.id, 1), now=clock.now(),
        )  # fmt: skip
    overview = client.get(desk(world))
    assert "Art. 2 – Vitesse" in overview.links()
    page = client.get(desk(world, f"/{KEY}"))
    order = [
        page.text.index(words) for words in ("in 3 comments", "1 for, 0 against", "inserted: 10")
    ]
    assert order == sorted(order)
    assert "deleted: 30] [inserted: 20" in page.text
    client.get(desk(world, "/art_99"), status=404)


def test_the_pages_take_as_many_statements_for_many_proposals(
    world: Round, client: PageClient
) -> None:
    for number in range(2):
        world.propose(SPEED.replace("30", str(number)))
    few = statements(lambda: client.get(desk(world, f"/{KEY}")))
    for number in range(2, 30):
        world.propose(SPEED.replace("30", str(number)))
    assert statements(lambda: client.get(desk(world, f"/{KEY}"))) == few


def test_two_are_laid_over_each_other(world: Round, client: PageClient) -> None:
    first, second = world.propose(SLOWER), world.propose(BOTH)
    both = f"choose={first.revision_id}&choose={second.revision_id}"
    page = client.get(desk(world, f"/{KEY}/overlay?{both}"))
    assert "both [deleted: 30] [inserted: 20]" in page.text
    assert "No. 2 [inserted: et à chaque sortie]" in page.text
    alone = client.get(desk(world, f"/{KEY}/overlay?choose={first.revision_id}"), status=422)
    assert "Please choose two proposals" in alone.text
    client.get(desk(world, f"/{KEY}/overlay?choose=9998&choose=9999"), status=404)


def test_adopt_wholly_and_the_answer_is_proposed(world: Round, client: PageClient) -> None:
    proposal = world.propose(SLOWER)
    page = client.get(adopting(world, proposal.revision_id))
    assert page.form("/adopt")["source"] == SLOWER
    done = client.submit(adopting(world, proposal.revision_id), {"step": "save"}, action="/adopt")
    assert "It still needs an answer." in done.text
    assert "Taken into version 2" in done.text
    assert clause(world.next, KEY).source == SLOWER
    decide = client.get(done.links()["Answer it (No. 1)"])
    fields = decide.form()
    assert fields["disposition"] == "accepted"
    assert fields["edits"]
    assert "inserted: 20" in decide.text


def test_adopt_in_part_by_single_changes_and_by_hand(world: Round, client: PageClient) -> None:
    proposal = world.propose(BOTH)
    path = adopting(world, proposal.revision_id)
    fields = client.get(path).form("/adopt")
    typed = fields["source"].replace("zone est", "zone, elle, est")
    page = client.post(path, {**fields, "source": typed, "take": "0", "step": "take"})
    fields = page.form("/adopt")
    assert fields["source"] == SLOWER.replace("zone est", "zone, elle, est")
    saved = client.post(path, {**fields, "take": "0", "step": "save"})
    assert "Taken into version 2 in part" in saved.text
    decide = client.get(saved.links()["Answer it (No. 1)"])
    assert decide.form()["disposition"] == "partly_accepted"


def test_a_form_that_says_nonsense_about_what_was_taken_is_as_one_that_says_nothing(
    world: Round, client: PageClient
) -> None:
    path = adopting(world, world.propose(BOTH).revision_id)
    fields = client.get(path).form("/adopt")
    for nonsense in ("² 0", "9" * 5_000, "-1 x"):
        page = client.post(path, {**fields, "was": nonsense, "take": "0", "step": "take"})
        assert "20 km/h" in page.form("/adopt")["source"]


def test_what_the_next_version_says_by_now_is_kept_and_a_conflict_is_shown(
    world: Round, client: PageClient
) -> None:
    proposal = world.propose(BOTH)
    world.amend(SPEED.replace("30", "50").replace("Les communes", "Toutes les communes"))
    page = client.get(adopting(world, proposal.revision_id))
    merged = page.form("/adopt")["source"]
    assert "50 km/h" in merged
    assert "Toutes les communes" in merged
    assert "à chaque sortie" in merged
    assert "Published: “30” · next version: “50” · proposed: “20”" in page.text


def test_a_second_official_sees_both_and_loses_nothing(world: Round, client: PageClient) -> None:
    proposal = world.propose(SLOWER)
    path = adopting(world, proposal.revision_id)
    fields = client.get(path).form("/adopt")
    world.amend(SPEED.replace("zone", "rue"))
    stale = client.post(path, {**fields, "step": "save"}, status=409)
    assert "Somebody else has saved this clause" in stale.text
    assert "rue est signalée" in stale.text
    again = stale.form("/adopt")
    assert again["source"] == SLOWER
    assert "Taken into version 2" in client.post(path, {**again, "step": "save"}).text


def test_saving_without_any_of_the_words_is_refused_and_the_text_stays(
    world: Round, client: PageClient
) -> None:
    proposal = world.propose(SLOWER)
    path = adopting(world, proposal.revision_id)
    mine = SPEED.replace("30", "50")
    page = client.submit(path, {"source": mine, "step": "save"}, action="/adopt", status=422)
    assert "None of the proposed words stands in this text" in page.text
    assert page.form("/adopt")["source"] == mine
    long = client.submit(path, {"number": "n" * 500, "step": "save"}, action="/adopt", status=422)
    assert long.text.count("This number is too long.") == 2  # above the form, and at its field
    assert clause(world.next, KEY).source == SPEED


def test_who_was_writing_when_the_proposal_went_keeps_what_they_wrote(
    world: Round, client: PageClient
) -> None:
    proposal = world.propose(SLOWER)
    path = adopting(world, proposal.revision_id)
    fields = client.get(path).form("/adopt")
    with act() as session:
        actor = Actor.receipt(proposal.submission_id)
        withdraw(session, proposal.comment_id, actor=actor, now=clock.now())
    page = client.post(path, {**fields, "step": "save"}, status=409)
    assert page.h1 == "This proposal is gone"
    kept = page.form("/clauses/art_2")
    assert kept["source"] == SLOWER
    editor = client.post(
        f"/desk/consultations/{world.consultation.slug}/draft/clauses/art_2",
        {**kept, "step": "preview"},
    )
    assert editor.form("/clauses/art_2")["source"] == SLOWER
    client.get(path, status=404)


def test_words_for_a_translation_are_not_taken_past_the_authentic_text(
    world: Round, client: PageClient
) -> None:
    """Else the author would read that they stand in the law, which says what it said before."""
    translated(world.consultation, world.first)
    german = clause(world.first, KEY, "de").source
    proposal = world.propose(german.replace("30", "20"), language="de")
    page = client.get(adopting(world, proposal.revision_id))
    assert "These words are proposed for a translation" in page.text
    assert "The authentic text is in Français." in page.text
    words = wording(number="Art. 2", heading="", source=german.replace("30", "20"))
    saved = clause(world.next, KEY, "de").saved
    with pytest.raises(WordsOfATranslationError), act() as session:
        adopt(
            session,
            session.get_one(Version, world.next.id),
            proposal.revision_id,
            words=words,
            stands="whole",
            saved=saved,
            actor=COMMAND,
            now=clock.now(),
        )
    assert clause(world.next, KEY, "de").source == german


def test_a_clause_is_left_out_also_for_who_read_its_translation(
    app: Flask, world: Round, client: PageClient
) -> None:
    translated(world.consultation, world.first)
    gone = world.propose("", deletes=True, language="de")
    world.amend(SPEED.replace("30", "50"))
    page = client.get(adopting(world, gone.revision_id))
    assert page.h1.startswith("Leave")
    client.post(adopting(world, gone.revision_id), page.form("/adopt"))
    world.answer(gone)
    world.publish(app)
    assert len(world.linked()) == 1


def test_who_was_writing_when_the_clause_was_deleted_keeps_what_they_wrote(
    world: Round, client: PageClient
) -> None:
    proposal = world.propose(SLOWER)
    path = adopting(world, proposal.revision_id)
    fields = client.get(path).form("/adopt")
    editor = f"/desk/consultations/{world.consultation.slug}/draft/clauses/{KEY}"
    client.submit(f"{editor}/delete", {})
    page = client.post(path, {**fields, "step": "save"}, status=409)
    assert "This clause was deleted from the next version" in page.text
    kept = page.form("/adopt")
    assert kept["source"] == SLOWER
    client.submit(editor, {}, action="/restore")
    assert client.post(path, {**kept, "step": "preview"}).form("/adopt")["source"] == SLOWER


def test_leaving_a_clause_out_is_asked_once_more(world: Round, client: PageClient) -> None:
    proposal = world.propose("", deletes=True)
    path = adopting(world, proposal.revision_id)
    page = client.get(path)
    assert page.h1.startswith("Leave Art. 2")
    done = client.submit(path, {}, action="/adopt")
    assert "Taken into version 2" in done.text
    again = client.get(path)
    assert "This clause was deleted from the next version" in again.text


def test_without_a_next_version_it_says_what_to_do_first(client: PageClient) -> None:
    world = Round(begun=False)
    people.official(client.client, world.body, "editor")
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    proposal = world.propose(SLOWER)
    page = client.get(adopting(world, proposal.revision_id))
    assert "The next version has not been begun yet" in page.text


def test_others_may_read_but_not_adopt(world: Round, client: PageClient) -> None:
    proposal = world.propose(SLOWER)
    people.official(client.client, world.body, "moderator")
    page = client.get(desk(world, f"/{KEY}"))
    assert "Adopt into the next version" not in page.text
    client.get(adopting(world, proposal.revision_id), status=403)
    citizen = PageClient(client.client.application.test_client())
    people.sign_in(citizen.client, people.make_user())
    citizen.get(desk(world), status=404)


def test_a_proposal_of_another_consultation_is_not_found(
    world: Round, client: PageClient, session: Session
) -> None:
    elsewhere = Round()
    proposal = elsewhere.propose(SLOWER)
    client.get(adopting(world, proposal.revision_id), status=404)
    assert session.get(Consultation, elsewhere.consultation.id) is not None
