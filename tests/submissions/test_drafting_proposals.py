"""Members of an organisation propose other words for a clause: written, met, overtaken and sent."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts.models import ClauseText, Version
from consult.kernel import clock
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.operations.tidying import tidy
from consult.submissions.draftings.models import DraftingRevision
from consult.submissions.draftings.sheet import Amending, Amendings
from consult.submissions.models import Comment, CommentRevision, Thread
from consult.submissions.proposing import propose
from consult.submissions.target import ClauseSeen
from tests.client import Page, PageClient
from tests.submissions.drafting import BENCHES, TREES, Room, count, make_room
from tests.submissions.texts import every_word, fresh, newer_version

LAW = "The commune builds safe paths for bicycles. It builds no paths for cars."
OTHER = LAW.replace("no paths", "zebralike paths")
REDLINE = "deleted: no] [inserted: zebralike]"
CLAUSE = "art_2"


@pytest.fixture
def room(app: Flask) -> Room:
    return make_room(app, LAW)


def address(room: Room) -> str:
    return f"{room.home}/texts/{CLAUSE}"


def propose_in(
    room: Room, client: PageClient, status: int = 200, form: Any = None, **data: Any
) -> Page:
    form = form or client.get(f"{address(room)}?propose=1").form(f"/{CLAUSE}")
    typed = {**form, "proposed": OTHER, "source": TREES, "step": "save", **data}
    return client.post(address(room), typed, status)


def amended(session: Session) -> tuple[CommentRevision, ClauseText, Version]:
    """What was sent, and the words in the place of which it proposes others."""
    revision, seen, version = (
        fresh(session)
        .execute(
            select(CommentRevision, ClauseText, Version)
            .join(ClauseText, ClauseText.id == CommentRevision.amends_id)
            .join(Version, Version.id == ClauseText.version_id)
        )
        .one()
    )
    return revision, seen, version


def test_edit_a_copy_see_the_redline_and_save_it_with_a_reason(
    room: Room, session: Session
) -> None:
    anna = room.browser(room.anna)
    page = anna.get(f"{room.home}/texts?on={CLAUSE}&propose=1")
    assert page.h1 == "Propose other words for Art. 2 – Wege"
    form = page.form(f"/{CLAUSE}")
    assert (form["proposed"], form["proposes"], form["source"]) == (LAW, "words", "")
    seen = anna.post(address(room), {**form, "proposed": OTHER, "step": "preview"})
    assert REDLINE in seen.text
    assert "Please" not in seen.text
    assert count(session, DraftingRevision) == 0
    shown = propose_in(room, anna, form=seen.form(f"/{CLAUSE}"))
    assert REDLINE in shown.text
    assert REDLINE in room.browser(room.lead).get(f"{room.home}/send").text
    other = room.browser(room.ben).get(address(room))
    assert REDLINE in other.text
    assert other.form(f"/{CLAUSE}")["proposed"] == OTHER
    propose_in(room, anna, form=None, source=BENCHES)
    history = room.browser(room.ben).get(f"{address(room)}/history").text
    assert history.count(REDLINE) == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"proposed": LAW + "  "}, "These are still the words of the clause"),
        ({"proposed": ""}, "If the clause should go"),
        ({"proposed": "x" * 60_001}, "longer than a clause may be"),
        ({"source": ""}, "your reason is what the public body answers"),
        ({"source": ">"}, "your reason is what the public body answers"),
    ],
)
def test_what_a_single_person_could_not_send_is_not_saved(
    room: Room, session: Session, data: Any, sentence: str
) -> None:
    page = propose_in(room, room.browser(room.anna), 422, **data)
    assert sentence in page.text
    form = page.form(f"/{CLAUSE}")
    assert form["proposed"].strip() == data.get("proposed", OTHER).strip()
    assert form["source"] == data.get("source", TREES)
    assert count(session, DraftingRevision) == 0


def test_for_the_whole_text_no_other_words_are_proposed(room: Room, session: Session) -> None:
    anna = room.browser(room.anna)
    page = anna.get(f"{room.home}/texts?on=whole&propose=1")
    assert "Please choose the clause for which you propose other words." in page.text
    room.write(room.anna, TREES, "whole")
    anna.submit(
        f"{room.home}/texts/whole",
        {"source": BENCHES, "proposes": "words", "proposed": OTHER, "step": "save"},
        action="/whole",
    )
    assert fresh(session).scalars(select(DraftingRevision.amends_id)).all() == [None, None]


def test_a_text_becomes_a_proposal_and_a_text_again_without_losing_a_word(
    room: Room, session: Session
) -> None:
    anna = room.browser(room.anna)
    form = anna.get(address(room)).form(f"/{CLAUSE}")
    begun = anna.post(address(room), {**form, "source": TREES, "step": "propose"})
    form = begun.form(f"/{CLAUSE}")
    assert (form["proposed"], form["source"]) == (LAW, TREES)
    plain = anna.post(address(room), {**form, "proposed": OTHER, "step": "plain"})
    form = plain.form(f"/{CLAUSE}")
    assert "proposes" not in form
    again = anna.post(address(room), {**form, "step": "propose"}).form(f"/{CLAUSE}")
    assert (again["proposed"], again["source"]) == (OTHER, TREES)
    propose_in(room, anna, form=again)
    # Saved without: only the text is left.
    opened = anna.get(address(room)).form(f"/{CLAUSE}")
    plain = anna.post(address(room), {**opened, "step": "plain"})
    anna.post(address(room), {**plain.form(f"/{CLAUSE}"), "step": "save"})
    assert "zebralike" not in anna.get(room.home).text
    rows = select(DraftingRevision).order_by(DraftingRevision.number)
    revisions = fresh(session).scalars(rows).all()
    assert [(r.number, r.source, r.proposed_source) for r in revisions] == [
        (1, TREES, OTHER),
        (2, TREES, None),
    ]


def test_only_what_changes_something_is_a_revision(room: Room, session: Session) -> None:
    anna = room.browser(room.anna)
    propose_in(room, anna)
    propose_in(room, anna)
    assert count(session, DraftingRevision) == 1
    propose_in(room, anna, proposed=OTHER.replace("zebralike", "narrow"))
    propose_in(room, anna, proposes="deletion")
    propose_in(room, anna, proposes="deletion", proposed="whatever stands in the box")
    assert count(session, DraftingRevision) == 3
    opened = anna.get(address(room)).form(f"/{CLAUSE}")
    assert (opened["proposes"], opened["proposed"]) == ("deletion", LAW)


def test_what_is_sent_is_what_a_single_person_would_have_sent(room: Room, session: Session) -> None:
    propose_in(room, room.browser(room.anna))
    room.write(room.ben, BENCHES, "whole")
    room.confirm()
    revision, seen, version = amended(session)
    alone = propose(ClauseSeen.of(seen), OTHER)
    comment = session.get_one(Comment, revision.comment_id)
    assert (comment.clause_id, comment.version_id) == (seen.clause_id, version.id)
    assert (revision.text, revision.proposed_source, revision.proposed_key) == (
        TREES,
        alone.source,
        alone.key,
    )
    assert (revision.proposed_html, revision.proposed_text) == (alone.shown.html, alone.shown.text)
    assert revision.proposed_marks == [list(marked) for marked in alone.shown.marks]
    threads = select(Thread.proposals).where(Thread.kind == "clause")
    assert session.scalars(threads).all() == [1]
    slug = room.consultation.slug
    session.rollback()
    visitor = PageClient(room.app.test_client())
    page = visitor.get(f"/comments/{comment.id}?lang=en")
    assert REDLINE in page.text
    assert "Friends of the Trees" in page.text
    found = visitor.client.get(f"/consultations/{slug}/export.json").get_json()
    assert [row["proposal"] and row["proposal"]["text"] for row in found["comments"]] == [
        None,
        OTHER,
    ]
    linked = visitor.client.get(
        f"/comments/{comment.id}", headers={"Accept": "application/ld+json"}
    ).get_json()
    assert linked["type"] == "Annotation"


def test_to_leave_a_clause_out_is_sent_too(room: Room, session: Session) -> None:
    shown = propose_in(room, room.browser(room.anna), proposes="deletion")
    assert "Proposes to leave the clause out" in shown.text
    room.confirm()
    assert amended(session)[0].proposed_source == ""


def test_a_proposal_saved_after_the_lead_looked_is_shown_before_it_is_sent(
    room: Room, session: Session
) -> None:
    propose_in(room, room.browser(room.anna))
    lead = room.browser(room.lead)
    form = lead.get(f"{room.home}/send").form()
    propose_in(room, room.browser(room.ben), proposed=OTHER.replace("zebralike", "narrow"))
    asked = lead.post(f"{room.home}/send", form, 409)
    assert "inserted: narrow" in asked.text
    lead.post(f"{room.home}/send", asked.form())
    assert "narrow" in str(amended(session)[0].proposed_text)


def meet(room: Room, first: Any, second: Any) -> tuple[PageClient, Page]:
    """Both open the clause, the first saves, the second is shown both."""
    anna, ben = room.browser(room.anna), room.browser(room.ben)
    forms = [client.get(f"{address(room)}?propose=1").form(f"/{CLAUSE}") for client in (anna, ben)]
    propose_in(room, anna, form=forms[0], **first)
    return ben, propose_in(room, ben, 409, form=forms[1], **second)


def test_who_saves_second_is_shown_both_proposals_and_puts_them_together(room: Room) -> None:
    ben, both = meet(room, {}, {"proposed": LAW.replace("bicycles", "horses")})
    assert "has saved this text since you opened it" in both.text
    for words in (REDLINE, "deleted: bicycles] [inserted: horses]", "Both together"):
        assert words in both.text
    assert "changed the same words" not in both.text
    joined = ben.post(address(room), {**both.form(f"/{CLAUSE}"), "step": "mine"})
    together = OTHER.replace("bicycles", "horses")
    assert joined.form(f"/{CLAUSE}")["proposed"] == together
    saved = ben.post(address(room), {**joined.form(f"/{CLAUSE}"), "step": "save"})
    assert "zebralike" in saved.text
    assert "horses" in saved.text


@pytest.mark.parametrize(
    ("second", "mine", "theirs"),
    [
        (
            {"proposed": LAW.replace("no paths", "narrow paths")},
            ("words", LAW.replace("no paths", "narrow paths")),
            ("words", OTHER),
        ),
        ({"proposes": "deletion"}, ("deletion", LAW), ("words", OTHER)),
    ],
)
def test_the_same_words_proposed_twice_are_chosen_between(
    room: Room, second: dict[str, str], mine: tuple[str, str], theirs: tuple[str, str]
) -> None:
    ben, both = meet(room, {}, second)
    assert "changed the same words" in both.text
    for step, expected in (("mine", mine), ("theirs", theirs)):
        form = ben.post(address(room), {**both.form(f"/{CLAUSE}"), "step": step}).form(f"/{CLAUSE}")
        assert (form["proposes"], form["proposed"]) == expected


def test_one_proposes_while_another_only_writes(room: Room, session: Session) -> None:
    """Nothing that the first saved goes unseen; put together, the text has both."""
    anna, ben = room.browser(room.anna), room.browser(room.ben)
    forms = [client.get(address(room)).form(f"/{CLAUSE}") for client in (anna, ben)]
    propose_in(room, anna, form=forms[0], proposes="words")
    both = ben.post(address(room), {**forms[1], "source": TREES, "step": "save"}, 409)
    assert REDLINE in both.text
    joined = ben.post(address(room), {**both.form(f"/{CLAUSE}"), "step": "mine"})
    form = joined.form(f"/{CLAUSE}")
    assert (form["proposes"], form["proposed"], form["source"]) == ("words", OTHER, TREES)
    # Or without: he has seen it.
    ben.post(address(room), {**both.form(f"/{CLAUSE}"), "step": "save"})
    rows = select(DraftingRevision.proposed_source).order_by(DraftingRevision.number)
    assert fresh(session).scalars(rows).all() == [OTHER, None]


def test_a_version_published_meanwhile_is_told_and_the_proposal_may_stay(
    room: Room, session: Session
) -> None:
    propose_in(room, room.browser(room.anna))
    newer_version()
    ben, lead = room.browser(room.ben), room.browser(room.lead)
    for page in (ben.get(room.home), ben.get(address(room)), lead.get(f"{room.home}/send")):
        assert "this clause reads differently there" in page.text
        assert REDLINE in page.text
    # Saved again, it stays where it was; so it is sent.
    propose_in(room, ben, form=ben.get(address(room)).form(f"/{CLAUSE}"), source=BENCHES)
    room.confirm()
    revision, _seen, version = amended(session)
    assert (version.number, revision.proposed_text) == (1, OTHER)
    assert session.get_one(Comment, revision.comment_id).version_id == version.id


def test_or_it_is_put_into_the_clause_as_it_reads_now(room: Room, session: Session) -> None:
    propose_in(room, room.browser(room.anna))
    newer_version()
    ben = room.browser(room.ben)
    form = ben.get(address(room)).form(f"/{CLAUSE}")
    moved = ben.post(address(room), {**form, "step": "onto"})
    assert "this clause reads differently" not in moved.text
    assert REDLINE in moved.text
    assert "lorries" not in moved.text.split("What that changes")[1].split("deleted")[0]
    newest = OTHER.replace("cars", "lorries")
    assert moved.form(f"/{CLAUSE}")["proposed"] == newest
    saved = ben.post(address(room), {**moved.form(f"/{CLAUSE}"), "step": "save"})
    assert "this clause reads differently" not in saved.text
    room.confirm()
    revision, seen, version = amended(session)
    assert (version.number, revision.proposed_text) == (2, newest)
    assert "lorries" in seen.text


def test_a_form_that_was_open_when_the_version_came_keeps_its_words(
    room: Room, session: Session
) -> None:
    anna = room.browser(room.anna)
    form = anna.get(f"{address(room)}?propose=1").form(f"/{CLAUSE}")
    newer_version()
    seen = anna.post(address(room), {**form, "proposed": OTHER, "step": "preview"})
    assert "this clause reads differently there" in seen.text
    propose_in(room, anna, form=form)
    assert fresh(session).scalars(select(DraftingRevision.proposed_text)).all() == [OTHER]
    # A clause that reads as before needs no telling.
    other = f"{room.home}/texts/art_1"
    page = anna.submit(
        f"{other}?propose=1",
        {"proposed": OTHER, "source": TREES, "step": "save"},
        action="/art_1",
    )
    assert page.text.count("this clause reads differently") == 1


def test_one_puts_it_into_the_new_version_while_another_goes_on_with_the_old(
    room: Room, session: Session
) -> None:
    propose_in(room, room.browser(room.anna))
    anna, ben = room.browser(room.anna), room.browser(room.ben)
    newer_version()
    hers, his = (client.get(address(room)).form(f"/{CLAUSE}") for client in (anna, ben))
    moved = anna.post(address(room), {**hers, "step": "onto"}).form(f"/{CLAUSE}")
    anna.post(address(room), {**moved, "step": "save"})
    narrower = OTHER.replace("safe paths", "wide paths")
    both = propose_in(room, ben, 409, form=his, proposed=narrower)
    joined = ben.post(address(room), {**both.form(f"/{CLAUSE}"), "step": "mine"})
    form = joined.form(f"/{CLAUSE}")
    assert form["proposed"] == narrower.replace("cars", "lorries")
    ben.post(address(room), {**form, "step": "save"})
    room.confirm()
    assert amended(session)[2].number == 2


def test_a_clause_that_fell_away_keeps_its_proposal(room: Room, session: Session) -> None:
    propose_in(room, room.browser(room.anna))
    newer_version(without=True)
    page = room.browser(room.ben).get(address(room))
    assert "this clause reads differently there" in page.text
    assert "Put my changes" not in page.text
    assert page.form(f"/{CLAUSE}")["proposed"] == OTHER
    room.confirm()
    assert amended(session)[2].number == 1


def translate(session: Session, words: str) -> None:
    """The clause in French, beside the English one."""
    version = fresh(session).scalars(select(Version)).one()
    version_id = version.id
    row = session.scalars(select(ClauseText).where(ClauseText.position == 10)).one()
    facts = {name: getattr(row, name) for name in ("clause_id", "kind", "number", "heading")}
    session.rollback()
    with act() as writing:
        writing.get_one(Version, version_id).languages = ["en", "fr"]
        writing.add(
            ClauseText(
                version_id=version_id, language="fr", position=10, source=words, text=words,
                html=f"<p>{words}</p>", **facts,
            )
        )  # fmt: skip


def test_each_proposal_stays_in_the_language_of_its_clause(room: Room, session: Session) -> None:
    french = "La commune construit des chemins."
    translate(session, french)
    anna, ben = room.browser(room.anna), room.browser(room.ben)
    ben.client.set_cookie("consult_language", "fr")
    assert ben.get(f"{address(room)}?propose=1").form(f"/{CLAUSE}")["proposed"] == french
    his = ben.get(f"{address(room)}?propose=1").form(f"/{CLAUSE}")
    propose_in(room, anna)
    assert ben.get(address(room)).form(f"/{CLAUSE}")["proposed"] == OTHER
    # Of two in different languages nothing is put together: one is chosen.
    narrow = french.replace("des chemins", "de beaux chemins")
    both = propose_in(room, ben, 409, form=his, proposed=narrow)
    for step, words in (("mine", narrow), ("theirs", OTHER)):
        page = ben.post(address(room), {**both.form(f"/{CLAUSE}"), "step": step})
        form = page.form(f"/{CLAUSE}")
        assert form["proposed"] == words
        saved = ben.post(address(room), {**form, "step": "preview"})
        assert "zebralike" in saved.text if step == "theirs" else "beaux" in saved.text


def sent(room: Room) -> None:
    room.confirm()


def discarded(room: Room) -> None:
    room.browser(room.lead).submit(f"{room.home}/delete", {})


def lapsed(room: Room) -> None:
    close = fresh(db.session()).get_one(Consultation, room.consultation.id).closes_at
    assert close is not None
    db.session.rollback()
    tidy(close + timedelta(days=91))


def ended(room: Room) -> None:
    room.browser(room.lead).submit(f"/account/organisations/{room.organisation}/delete", {})
    tidy(clock.now())


@pytest.mark.parametrize("end", [sent, discarded, lapsed, ended])
def test_no_proposed_word_stays_in_what_was_a_draft(room: Room, session: Session, end: Any) -> None:
    propose_in(room, room.browser(room.anna))
    propose_in(room, room.browser(room.ben), proposed=OTHER.replace("zebralike", "zebralike, wide"))
    end(room)
    places = {place for place, cell in every_word(session) if "zebralike" in cell}
    kept = {f"comment_revision.proposed_{part}" for part in ("source", "html", "text")}
    assert places == (kept if end is sent else set())


def test_the_database_keeps_a_proposal_whole_or_not_at_all(room: Room, session: Session) -> None:
    propose_in(room, room.browser(room.anna))
    for column in ("amends_id", "proposed_html", "proposed_text", "proposed_marks", "proposed_key"):
        with pytest.raises(IntegrityError), act() as writing:
            writing.execute(update(DraftingRevision).values({column: None}))


def seen(source: str = LAW, language: str = "en") -> ClauseSeen:
    return ClauseSeen(1, language, "Art. 2", "Wege", source, 7, source)


def amending(source: str | None, version_id: int = 1, language: str = "en") -> Amending | None:
    return None if source is None else Amending(seen(LAW, language), version_id, source)


# Nothing proposed, two proposals that touch each other nowhere and one that does, and that it goes.
SIDES = (None, OTHER, LAW.replace("bicycles", "horses"), OTHER.replace("zebralike", "narrow"), "")


@pytest.mark.parametrize("begun", SIDES)
@pytest.mark.parametrize("mine", SIDES)
@pytest.mark.parametrize("theirs", SIDES)
def test_the_truth_table_of_two_who_propose(
    begun: str | None, mine: str | None, theirs: str | None
) -> None:
    """What one of them left as it was is the other's; where both changed it, each choice is whole."""
    both = Amendings("", amending(begun), amending(mine), amending(theirs))
    base, hers, his = (LAW if side is None else side for side in (begun, mine, theirs))
    found = {keep: both.merged(keep_mine=keep) for keep in (True, False)}
    words = {keep: made.source if made else LAW for keep, made in found.items()}
    if mine is None and theirs is None:
        assert found == {True: None, False: None}
    elif his in {hers, base}:
        assert words == {True: hers, False: hers}
    elif hers == base:
        assert words == {True: his, False: his}
    elif both.sheet is not None and not both.sheet.clashes:
        assert words[True] == words[False]
    else:
        assert words[True] != words[False]


@pytest.mark.parametrize(("hers", "his"), [("en", "fr"), ("fr", "en")])
def test_two_languages_are_never_mixed(hers: str, his: str) -> None:
    both = Amendings("", None, amending(OTHER, 1, hers), amending("Des chemins.", 2, his))
    assert both.merged(keep_mine=True) == both.mine
    assert both.merged(keep_mine=False) == both.theirs
