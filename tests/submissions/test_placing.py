"""Words that nobody can follow for sure: an official says where they stand, and it is logged."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.drafts import deciding, queries
from consult.drafts.anchors import selector
from consult.drafts.errors import NewerTextError, PlacedMeanwhileError, WordsElsewhereError
from consult.drafts.models import Anchor, Placement
from consult.kernel import clock
from consult.kernel.actor import Actor
from consult.kernel.db import db
from consult.kernel.errors import NotFoundError
from consult.kernel.transaction import act
from consult.submissions.models import Comment, Tally
from tests import builders
from tests.client import PageClient
from tests.drafts import texts
from tests.drafts.test_placing import place_all
from tests.drafts.texts import amend, begin, clause, make_text
from tests.people import make_user, official

NOW = clock.now()
SAID = "Par la police plutôt."
DOUBLE = "Elle est contrôlée par la commune."
OTHER = "Elle est signalée à chaque entrée."


class Unclear:
    """A comment on the second of two equal sentences, of which one is left in the second version."""

    def __init__(self) -> None:
        self.consultation: Consultation = make_text(
            texts.TEXT.replace(
                "(1) Les communes peuvent instaurer une zone à 30 km/h."
                "\n\n(2) La zone est signalée à chaque entrée.",
                f"{DOUBLE}\n\n{OTHER}\n\n{DOUBLE}",
            )
        )
        session = db.session()
        first = queries.versions(session, self.consultation.id)[0]
        row = clause(first, "art_2")
        start = row.text.rindex(DOUBLE)
        end = start + len(DOUBLE)
        chosen = selector(row.text, start, end)
        with act() as writing:
            if writing.get(Tally, self.consultation.id) is None:
                writing.add(Tally(consultation_id=self.consultation.id))
                writing.flush()
            anchor = Anchor(
                clause_id=row.clause_id,
                version_id=first.id,
                language="fr",
                exact=chosen.exact,
                prefix=chosen.prefix,
                suffix=chosen.suffix,
                start=start,
                end=end,
            )
            writing.add(anchor)
            writing.flush()
            from consult.drafts.models import Clause

            said = builders.say(
                writing,
                self.consultation,
                SAID,
                clause=writing.get_one(Clause, row.clause_id),
            )
            said.comment.anchor_id = anchor.id
            said.comment.version_id = first.id
            self.comment_id = said.comment.id
            self.anchor_id = anchor.id
        self.second = begin(self.consultation)
        amend(self.second, "art_2", f"{OTHER}\n\n{DOUBLE}")
        place_all(self.second)
        texts.release(self.second)
        self.id = self.placement().id

    def placement(self) -> Placement:
        db.session.rollback()
        statement = select(Placement).where(
            Placement.anchor_id == self.anchor_id, Placement.version_id == self.second.id
        )
        return db.session().scalars(statement).one()

    @property
    def page(self) -> str:
        return f"/desk/consultations/{self.consultation.slug}/draft/placements"


@pytest.fixture
def unclear(session: Session) -> Unclear:
    made = Unclear()
    assert made.placement().state == "unclear"
    return made


@pytest.fixture
def editor(client: PageClient, unclear: Unclear) -> PageClient:
    from consult.accounts.models import Body
    from consult.consultations.models import ConsultationBody

    body = (
        db.session()
        .scalars(
            select(Body)
            .join(ConsultationBody)
            .where(ConsultationBody.consultation_id == unclear.consultation.id)
        )
        .one()
    )
    db.session.rollback()
    official(client.client, body, "editor")
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_before_the_decision_no_place_is_shown(unclear: Unclear, client: PageClient) -> None:
    said = client.get(f"/comments/{unclear.comment_id}?lang=en").text
    assert "It is not certain which words these are in version 2." in said
    assert "An official decides where they belong." in said
    assert "They stand in" not in said


def test_an_official_chooses_the_sentence(unclear: Unclear, editor: PageClient) -> None:
    listed = editor.get(unclear.page)
    assert SAID in listed.text
    page = editor.get(f"{unclear.page}/{unclear.id}")
    parts = [
        field.get("value", "")
        for field in page.all("input")
        if field.get("name") == "part" and field.get("value") != "words"
    ]
    assert len(parts) == 2
    done = editor.submit(f"{unclear.page}/{unclear.id}", {"step": "place", "part": parts[0]})
    assert "Nothing waits for a decision." in done.text
    placed = unclear.placement()
    assert placed.state == "edited"
    assert (placed.start, placed.end) == (0, len(OTHER))
    assert placed.placed_by is not None
    said = editor.get(f"/comments/{unclear.comment_id}").text
    assert "These words were edited since:" in said
    assert "An official decided this." in said
    line = db.session().scalars(select(Activity).where(Activity.act == "anchor:placed")).one()
    assert line.consultation == unclear.consultation.id
    db.session.rollback()
    decided = editor.get(f"{unclear.page}?show=decided")
    assert "Placed on words of the text" in decided.text


def test_other_words_of_another_clause(unclear: Unclear, editor: PageClient) -> None:
    form = f"{unclear.page}/{unclear.id}?clause=art_1"
    nowhere = editor.submit(form, {"step": "place", "words": "une zone"}, status=422)
    assert "These words do not stand in the clause in this form." in nowhere.text
    assert "une zone" in nowhere.markup
    nothing = editor.submit(form, {"step": "place"}, status=422)
    assert "Choose a sentence, or write the words." in nothing.text
    editor.submit(form, {"step": "place", "words": "l'usage des trottoirs"})
    assert unclear.placement().state == "edited"
    said = editor.get(f"/comments/{unclear.comment_id}").text
    assert "They stand in Art. 1er now." in said


def test_words_that_stand_twice_are_asked_for_again(unclear: Unclear, editor: PageClient) -> None:
    path = f"{unclear.page}/{unclear.id}"
    page = editor.submit(path, {"step": "place", "words": "elle  est"}, status=422)
    assert "Please choose the place." in page.text
    other = {**page.form(), "step": "place", "words": "est", "place": "2"}
    assert "Please choose the place." in editor.post(path, other, 422).text
    editor.post(path, {**page.form(), "step": "place", "words": "elle  est", "place": "2"})
    placed = unclear.placement()
    assert placed.start is not None
    text = clause(unclear.second, "art_2").text
    assert (text[placed.start : placed.end], placed.start) == ("Elle est", text.rindex("Elle est"))


def test_gone_stays_gone_in_later_versions(unclear: Unclear, editor: PageClient) -> None:
    editor.submit(f"{unclear.page}/{unclear.id}", {"step": "gone"})
    assert unclear.placement().state == "deleted"
    said = editor.get(f"/comments/{unclear.comment_id}").text
    assert "These words are not in the text any more. They stood in version 1." in said
    third = begin(unclear.consultation)
    amend(third, "art_2", DOUBLE)
    place_all(third)
    statement = select(Placement.state).where(Placement.version_id == third.id)
    assert db.session().scalars(statement).all() == ["deleted"]


def test_two_officials_and_a_newer_text(unclear: Unclear) -> None:
    seen = deciding.standing(unclear.placement())
    row = clause(unclear.second, "art_1")
    user = make_user()
    actor = Actor.user(user.id)
    facts: dict[str, Any] = {"actor": actor, "now": NOW}
    with pytest.raises(WordsElsewhereError), act() as session:
        deciding.place(session, unclear.id, (row.clause_id, 0, 9_999), seen=seen, **facts)
    with act() as session:
        deciding.place(session, unclear.id, (row.clause_id, 0, 5), seen=seen, **facts)
    with pytest.raises(PlacedMeanwhileError), act() as session:
        deciding.place(session, unclear.id, None, seen=seen, **facts)
    with pytest.raises(NotFoundError), act() as session:
        deciding.place(session, 999_999, None, seen=seen, **facts)
    again = deciding.standing(unclear.placement())
    third = begin(unclear.consultation)
    texts.release(third)
    with pytest.raises(NewerTextError), act() as session:
        deciding.place(session, unclear.id, None, seen=again, **facts)
    assert db.session().scalar(select(Comment.id)) is not None


def test_a_decision_that_was_made_meanwhile_is_shown(unclear: Unclear, editor: PageClient) -> None:
    path = f"{unclear.page}/{unclear.id}"
    form = editor.get(path).form()
    editor.submit(path, {"step": "gone"})
    late = editor.post(path, {**form, "step": "gone"}, status=409)
    assert "Somebody else has decided this since you opened it." in late.text
    editor.post(
        path, {**late.form(), "step": "place", "words": "La présente loi", "clause": "art_1"}
    )
    assert unclear.placement().state == "edited"
