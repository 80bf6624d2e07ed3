"""Members of an organisation write on a sentence or on exact words of a clause."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.drafts.models import Anchor, ClauseText, Version
from consult.kernel.transaction import act
from consult.submissions.draftings.models import DraftingRevision, DraftingText
from consult.submissions.models import Comment, CommentRevision
from consult.submissions.target import part_name
from tests.client import Page, PageClient
from tests.submissions.drafting import BENCHES, TREES, Room, count, make_room
from tests.submissions.texts import fresh, newer_version

FIRST = "The commune builds safe paths for bicycles."
SECOND = "It builds no paths for cars."
LAW = f"{FIRST} {SECOND}"
CLAUSE = "art_2"
SENTENCE: Any = {"part": part_name(len(FIRST) + 1, len(LAW))}
WORDS: Any = {"part": "words", "words": "safe paths"}


@pytest.fixture
def room(app: Flask) -> Room:
    return make_room(app, LAW)


def address(room: Room, more: Any = "") -> str:
    return f"{room.home}/texts/{CLAUSE}{more and f'/{more}'}"


def write(
    room: Room, client: PageClient, more: Any = "", status: int = 200, form: Any = None, **data: Any
) -> Page:
    form = form or client.get(address(room, more)).form(f"/{more or CLAUSE}")
    typed = {**form, "source": TREES, "step": "save", **data}
    return client.post(address(room, more), typed, status)


def quoted(session: Session) -> list[tuple[int, str | None]]:
    """The texts of the drafting by number, with the words they are about."""
    rows = fresh(session).execute(
        select(DraftingText.id, ClauseText.text, DraftingText.start, DraftingText.end)
        .outerjoin(ClauseText, ClauseText.id == DraftingText.quotes_id)
        .order_by(DraftingText.id)
    )
    return [(row[0], row[1] and row[1][row[2] : row[3]]) for row in rows]


def sent(session: Session) -> list[tuple[str, str | None, int | None]]:
    """The comments: their words, the words they are about, and the version of these."""
    rows = fresh(session).execute(
        select(CommentRevision.text, Anchor.exact, Version.number)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .outerjoin(Anchor, Anchor.id == Comment.anchor_id)
        .outerjoin(Version, Version.id == Comment.version_id)
        .order_by(Comment.seq)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def test_several_texts_on_one_clause_each_on_its_words(room: Room, session: Session) -> None:
    anna = room.browser(room.anna)
    write(room, anna, **SENTENCE)
    room.write(room.anna, BENCHES, CLAUSE)
    page = anna.get(f"{room.home}/texts?on={CLAUSE}")
    assert page.form("/new")["source"] == ""
    shown = write(room, anna, "new", **WORDS, source="Wider, please.")
    assert [words for _, words in quoted(session)] == [SECOND, None, "safe paths"]
    for client, path in ((anna, room.home), (room.browser(room.lead), f"{room.home}/send")):
        text = client.get(path).text
        assert text.index("safe paths") < text.index(SECOND)
        assert text.index(BENCHES) < text.index("Wider, please.") < text.index(TREES)
    assert shown.text.count("Art. 2 – Wege") >= 3
    room.confirm()
    assert sent(session) == [
        (BENCHES, None, 1),
        ("Wider, please.", "safe paths", 1),
        (TREES, SECOND, 1),
    ]


def test_opened_again_a_text_shows_what_it_is_about(room: Room, session: Session) -> None:
    anna = room.browser(room.anna)
    write(room, anna, **SENTENCE)
    write(room, anna, **WORDS)
    (sentence, _), (words, _) = quoted(session)
    assert anna.get(address(room, sentence)).form(f"/{sentence}")["part"] == SENTENCE["part"]
    opened = anna.get(address(room, words)).form(f"/{words}")
    assert (opened["part"], opened["words"]) == ("words", "safe paths")
    # Saved again they are the same texts; only their words are new.
    write(room, anna, words, source=BENCHES)
    assert [each for each, _ in quoted(session)] == [sentence, words]
    history = anna.get(f"{address(room, words)}/history").text
    assert "safe paths" in history
    anna.get(address(room, 999), 404)
    anna.get(address(room, words).replace(CLAUSE, "art_1"), 404)


def test_a_text_is_put_on_other_words_but_not_on_those_of_another(
    room: Room, session: Session
) -> None:
    anna = room.browser(room.anna)
    write(room, anna, **SENTENCE)
    write(room, anna, **WORDS)
    [_, (words, _)] = quoted(session)
    refused = write(room, anna, words, 409, **SENTENCE, source=BENCHES)
    assert "a text on exactly this already" in refused.text
    assert refused.form(f"/{words}")["source"] == BENCHES
    write(room, anna, words, words="bicycles", part="words")
    assert [each for _, each in quoted(session)] == [SECOND, "bicycles"]
    write(room, anna, words, part="", words="")
    assert [each for _, each in quoted(session)] == [SECOND, None]
    # On the whole clause there is one now: another text needs words of its own.
    page = write(room, anna, "new", 422, part="")
    assert "a text on exactly this already" in page.text
    assert count(session, DraftingText) == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"part": "words", "words": "wide paths"}, "These words do not stand in the clause"),
        ({"part": "words", "words": "paths"}, "more than once"),
        ({"part": "3-9"}, "This sentence is not part of the clause"),
    ],
)
def test_what_a_single_person_could_not_choose_is_not_saved(
    room: Room, session: Session, data: Any, sentence: str
) -> None:
    page = write(room, room.browser(room.anna), status=422, **data)
    assert sentence in page.text
    assert page.form(f"/{CLAUSE}")["source"] == TREES
    assert count(session, DraftingRevision) == 0


def test_of_equal_words_the_place_is_asked_and_kept(room: Room, session: Session) -> None:
    anna = room.browser(room.anna)
    page = write(room, anna, status=422, part="words", words="paths")
    write(room, anna, form={**page.form(f"/{CLAUSE}"), "place": "2"})
    [(number, _)] = quoted(session)
    start = fresh(session).scalars(select(DraftingText.start)).one()
    assert start == LAW.rindex("paths")
    write(room, anna, number, source=BENCHES)
    assert fresh(session).scalars(select(DraftingText.start)).all() == [start]
    room.confirm()
    assert fresh(session).scalars(select(Anchor.start)).all() == [start]


def test_two_begin_on_the_same_sentence_and_are_shown_both(room: Room, session: Session) -> None:
    anna, ben = room.browser(room.anna), room.browser(room.ben)
    forms = [client.get(address(room)).form(f"/{CLAUSE}") for client in (anna, ben)]
    write(room, anna, form=forms[0], **SENTENCE)
    both = write(room, ben, form=forms[1], status=409, **SENTENCE, source=BENCHES)
    assert TREES in both.text
    [(number, _)] = quoted(session)
    kept = both.form(f"/{number}")
    assert (kept["source"], kept["part"]) == (BENCHES, SENTENCE["part"])
    ben.post(address(room, number), {**kept, "step": "save"})
    assert count(session, DraftingText) == 1


def test_two_begin_on_different_words_of_one_clause(room: Room, session: Session) -> None:
    anna, ben = room.browser(room.anna), room.browser(room.ben)
    forms = [client.get(address(room)).form(f"/{CLAUSE}") for client in (anna, ben)]
    write(room, anna, form=forms[0], **SENTENCE)
    write(room, ben, form=forms[1], **WORDS)
    assert [words for _, words in quoted(session)] == [SECOND, "safe paths"]


def test_who_saves_second_is_told_that_the_first_chose_other_words(
    room: Room, session: Session
) -> None:
    anna, ben = room.browser(room.anna), room.browser(room.ben)
    write(room, anna, **SENTENCE)
    [(number, _)] = quoted(session)
    hers, his = (client.get(address(room, number)).form(f"/{number}") for client in (anna, ben))
    write(room, anna, number, form=hers, **WORDS)
    both = write(room, ben, number, 409, form=his, source=BENCHES)
    assert "What was saved is about these words: safe paths" in both.text
    assert quoted(session) == [(number, "safe paths")]
    ben.post(address(room, number), {**both.form(f"/{number}"), "step": "save"})
    assert quoted(session) == [(number, SECOND)]


def test_who_moves_a_stale_text_onto_that_of_another_meets_its_own(
    room: Room, session: Session
) -> None:
    anna, ben = room.browser(room.anna), room.browser(room.ben)
    write(room, anna)
    write(room, anna, "new", **SENTENCE)
    his = ben.get(address(room)).form(f"/{CLAUSE}")
    write(room, anna, source="Trees, please.")
    both = write(room, ben, status=409, form=his, **SENTENCE, source=BENCHES)
    assert "Trees, please." in both.text
    refused = ben.post(address(room), {**both.form(f"/{CLAUSE}"), "step": "save"}, 409)
    assert "a text on exactly this already" in refused.text
    assert [words for _, words in quoted(session)] == [None, SECOND]


@pytest.mark.parametrize(("begun", "put"), [(SENTENCE, {"part": "", "words": ""}), ({}, SENTENCE)])
def test_a_text_that_is_put_elsewhere_in_its_clause_meanwhile_is_met_there(
    room: Room, session: Session, begun: Any, put: Any
) -> None:
    anna, ben = room.browser(room.anna), room.browser(room.ben)
    write(room, anna, **begun)
    [(number, words)] = quoted(session)
    more = number if begun else ""
    hers, his = (
        client.get(address(room, more)).form(f"/{more or CLAUSE}") for client in (anna, ben)
    )
    write(room, anna, more, form=hers, **put)
    both = write(room, ben, more, 409, form=his, source=BENCHES)
    assert "What was saved is about" in both.text
    assert TREES in both.text
    there = "" if begun else number
    kept = both.form(f"/{there or CLAUSE}")
    assert kept["source"] == BENCHES
    ben.post(address(room, there), {**kept, "step": "save"})
    assert quoted(session) == [(number, words)]


def test_words_typed_on_words_for_a_draft_that_is_sent_are_shown_back(
    room: Room, session: Session
) -> None:
    anna = room.browser(room.anna)
    write(room, anna, **SENTENCE)
    [(number, _)] = quoted(session)
    form = anna.get(address(room, number)).form(f"/{number}")
    room.confirm()
    page = write(room, anna, number, 409, form=form, source=BENCHES)
    assert BENCHES in page.text
    assert "govuk-error-summary" in page.markup


def test_words_that_still_stand_are_sent_in_the_newest_version(
    room: Room, session: Session
) -> None:
    write(room, room.browser(room.anna), **SENTENCE)
    newer_version(FIRST, f"In short: {FIRST}")
    for page in (room.home, f"{room.home}/send"):
        assert "no longer stand" not in room.browser(room.lead).get(page).text
    room.confirm()
    assert sent(session) == [(TREES, SECOND, 2)]
    anchor = fresh(session).scalars(select(Anchor)).one()
    assert anchor.start == len(f"In short: {FIRST} ")


def test_words_that_are_gone_are_told_before_sending_and_may_stay(
    room: Room, session: Session
) -> None:
    write(room, room.browser(room.anna), **SENTENCE)
    newer_version()
    lead = room.browser(room.lead)
    [(number, _)] = quoted(session)
    for path in (room.home, f"{room.home}/send", address(room, number)):
        page = lead.get(path)
        assert "in which these words no longer stand" in page.text
        assert SECOND in page.text
    write(room, lead, number, source=BENCHES)
    room.confirm()
    assert sent(session) == [(BENCHES, SECOND, 1)]


@pytest.mark.parametrize("begun", [SENTENCE, {}])
def test_a_version_published_while_the_lead_looks_is_told_to_who_sends_on_words(
    room: Room, session: Session, begun: Any
) -> None:
    write(room, room.browser(room.anna), **begun)
    lead = room.browser(room.lead)
    form = lead.get(f"{room.home}/send").form()
    newer_version()
    if begun:
        asked = lead.post(f"{room.home}/send", form, 409)
        assert "in which these words no longer stand" in asked.text
        assert "saved since you looked" not in asked.text
        assert sent(session) == []
        form = asked.form()
    lead.post(f"{room.home}/send", form)
    assert sent(session) == [(TREES, SECOND if begun else None, 1)]


def test_or_words_are_chosen_again_in_the_clause_as_it_reads_now(
    room: Room, session: Session
) -> None:
    anna = room.browser(room.anna)
    write(room, anna, **SENTENCE)
    newer_version()
    [(number, _)] = quoted(session)
    opened = anna.get(address(room, number)).form(f"/{number}")
    again = anna.post(address(room, number), {**opened, "source": BENCHES, "step": "now"})
    form = again.form(f"/{number}")
    assert (form["source"], form["words"], form["part"]) == (BENCHES, SECOND, "words")
    assert "These words do not stand in the clause" in again.text
    assert "lorries" in again.text
    newest = SECOND.replace("cars", "lorries")
    anna.post(address(room, number), {**form, "words": newest, "step": "save"})
    assert quoted(session) == [(number, newest)]
    assert "no longer stand" not in anna.get(room.home).text
    room.confirm()
    assert sent(session) == [(BENCHES, newest, 2)]


def test_words_of_a_clause_that_fell_away_stay(room: Room, session: Session) -> None:
    write(room, room.browser(room.anna), **SENTENCE)
    newer_version(without=True)
    [(number, _)] = quoted(session)
    page = room.browser(room.ben).get(address(room, number))
    assert "in which these words no longer stand" in page.text
    assert "Choose in the clause as it reads now" not in page.text
    room.confirm()
    assert sent(session) == [(TREES, SECOND, 1)]


def test_other_words_are_proposed_for_the_whole_clause_alone(room: Room, session: Session) -> None:
    anna = room.browser(room.anna)
    form = anna.get(f"{address(room)}?propose=1").form(f"/{CLAUSE}")
    proposed = LAW.replace("no paths", "many paths")
    write(room, anna, form={**form, **WORDS, "proposed": proposed})
    assert [words for _, words in quoted(session)] == [None]
    write(room, anna, "new", **WORDS, source=BENCHES)
    room.confirm()
    assert sent(session) == [(TREES, None, 1), (BENCHES, "safe paths", 1)]


def test_what_was_sent_is_an_annotation_of_exact_words(room: Room, session: Session) -> None:
    write(room, room.browser(room.anna), **WORDS)
    room.confirm()
    comment = fresh(session).scalars(select(Comment.id)).one()
    session.rollback()
    visitor = PageClient(room.app.test_client())
    linked = visitor.client.get(
        f"/comments/{comment}", headers={"Accept": "application/ld+json"}
    ).get_json()
    assert "safe paths" in str(linked["target"])
    assert count(session, DraftingText) == 0


def test_the_database_knows_words_with_their_place_only(room: Room, session: Session) -> None:
    write(room, room.browser(room.anna), **WORDS)
    for wrong in ({"start": None}, {"end": 0}, {"quotes_id": None}, {"clause_id": None}):
        with pytest.raises(IntegrityError), act() as writing:
            writing.execute(update(DraftingText).values(wrong))
