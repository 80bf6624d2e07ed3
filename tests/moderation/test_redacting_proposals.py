"""Words that a comment proposes for a clause can be removed like its own, sealed and put back."""

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from consult.kernel import clock
from consult.kernel.actor import Actor
from consult.kernel.db import Base
from consult.kernel.markup import render_clause
from consult.kernel.transaction import act
from consult.moderation import scanning, sealing
from consult.moderation.personal import EMAIL, NAME, OTHER, Found
from consult.moderation.redacting.models import (
    LEFT,
    TAKEN_OUT,
    PersonalFinding,
    PersonalScan,
    Redaction,
    SealedWords,
)
from consult.moderation.rewriting import rewrite_clause
from consult.moderation.scanning import Looked
from consult.submissions.intake import Received
from consult.submissions.models import CommentRevision
from consult.submissions.placeholders import placeholder
from tests.answers.proposals import SPEED, Round
from tests.client import PageClient
from tests.people import official

ADDRESS = "anne.weber@example.org"
SOURCE = SPEED.replace("à chaque entrée", f"à chaque entrée, par **{ADDRESS}**")
LOG = "/removals?show=words&lang=en"


@pytest.fixture
def round_(app: Flask) -> Round:
    placeholder(OTHER, "fr")
    return Round()


def holding(session: Session) -> set[str]:
    session.rollback()
    return {
        table.name
        for table in Base.metadata.sorted_tables
        for row in session.execute(select(table))
        if "anne.weber" in str(tuple(row))
    }


def revision(session: Session) -> CommentRevision:
    session.rollback()
    return session.scalars(select(CommentRevision).execution_options(populate_existing=True)).one()


def test_what_is_found_in_proposed_words_goes_with_one_tick_and_comes_back(
    round_: Round, client: PageClient, session: Session
) -> None:
    sent = round_.propose(SOURCE)
    before = revision(session)
    text, key, salt = before.proposed_text or "", before.proposed_key, before.salt
    official(client.client, round_.body, "publisher", "moderator", "oversight")
    desk = f"/desk/consultations/{round_.consultation.slug}/redaction"
    path = f"{desk}/{sent.comment_id}?lang=en"
    page = client.get(path)
    assert "In the proposed words: what goes?" in page.text
    start = text.index(ADDRESS)
    chosen = {"proposed": f"{start}-{start + len(ADDRESS)}", "ground": "author"}
    preview = client.submit(path, {**chosen, "do": "preview"})
    assert "[adresse e-mail retirée]" in preview.text
    assert ADDRESS in (revision(session).proposed_text or "")
    client.submit(path, {**chosen, "do": "save"})
    assert holding(session) == {"sealed_words"}
    after = revision(session)
    assert after.proposed_text == text.replace(ADDRESS, "[adresse e-mail retirée]")
    assert (after.text, after.proposed_key, after.rewordings) == ("C’est mieux ainsi.", key, 1)
    assert after.salt != salt
    assert session.scalars(select(Redaction.kinds)).one() == {EMAIL: 1}
    assert "E-mail address." in client.get(LOG).text
    public = client.get(f"/comments/{sent.comment_id}?lang=en")
    assert "[adresse e-mail retirée]" in public.text
    assert ADDRESS not in public.text
    redaction = session.scalars(select(Redaction.id)).one()
    session.rollback()
    with act() as writing:
        seen = sealing.look(
            writing, round_.consultation, redaction, why="check", actor=Actor("user:1"),
            now=clock.now(),
        )  # fmt: skip
    assert seen.proposed == text
    client.submit(f"{desk}/removed?lang=en", {}, action="/undo")
    assert revision(session).proposed_text == text
    assert session.scalars(select(SealedWords.proposed_text)).one() is None


def scanned(session: Session, sent: Received) -> list[PersonalFinding]:
    """What the worker finds in it."""
    session.rollback()
    revision_ = revision(session)
    with act() as writing:
        scanning.keep(writing, [Looked.through(revision_)], up_to=revision_.id)
    return list(session.scalars(select(PersonalFinding).order_by(PersonalFinding.start)))


def test_the_worker_finds_it_in_proposed_words_and_each_place_is_decided(
    round_: Round, client: PageClient, session: Session
) -> None:
    """Of two places one is left as it is, and moves with the words when the other one goes."""
    source = SOURCE.replace("par **", "par Madame Weber, **")
    sent = round_.propose(source, "C’est mieux ainsi, dit Monsieur Schmit.")
    own, name, email = sorted(scanned(session, sent), key=lambda one: (one.proposed, one.start))
    assert [(one.proposed, one.kind) for one in (own, name, email)] == [
        (False, NAME), (True, NAME), (True, EMAIL),
    ]  # fmt: skip
    official(client.client, round_.body, "moderator")
    desk = f"/desk/consultations/{round_.consultation.slug}/redaction"
    page = client.get(f"{desk}?lang=en")
    assert "Name, Name, E-mail address" in page.text
    assert ADDRESS in page.text
    path = f"{desk}/{sent.comment_id}?lang=en"
    page = client.get(path)
    assert "3 places to decide" in page.text
    # Nothing is asked twice.
    assert "In the proposed words: what goes?" not in page.text
    decided = {
        f"finding-{own.id}": "leave", f"finding-{name.id}": "remove", f"finding-{email.id}": "leave",
    }  # fmt: skip
    client.submit(path, {**decided, "ground": "third_person", "do": "save"})
    session.rollback()
    now = revision(session)
    assert "Monsieur Schmit" in now.text
    assert "Madame Weber" not in (now.proposed_text or "")
    assert (own.state, name.state, email.state) == (LEFT, TAKEN_OUT, LEFT)
    assert (now.proposed_text or "")[email.start : email.end] == ADDRESS
    assert "Nothing to decide" in client.get(f"{desk}?lang=en").text
    client.submit(f"{desk}/removed?lang=en", {}, action="/undo")
    now = revision(session)
    session.expire_all()
    words = [(now.proposed_text or "")[one.start : one.end] for one in (name, email)]
    assert (words, name.state) == (["Madame Weber", ADDRESS], LEFT)


def test_proposed_words_that_the_search_passed_before_are_looked_through_once_more(
    round_: Round, session: Session
) -> None:
    sent = round_.propose(SOURCE, "C’est mieux ainsi, dit Monsieur Schmit.")
    found = scanned(session, sent)
    assert len(found) == 2
    with act() as writing:
        writing.execute(update(PersonalScan).values(revision_id=0))
        writing.execute(delete(PersonalFinding).where(PersonalFinding.proposed))
    assert [one.proposed for one in scanned(session, sent)].count(True) == 1
    assert session.scalar(select(func.count()).select_from(PersonalFinding)) == 2


def test_typed_words_go_from_the_comment_and_from_what_it_proposes(
    round_: Round, client: PageClient, session: Session
) -> None:
    sent = round_.propose(SOURCE.replace(ADDRESS, "le voisin Jos"), "Le voisin Jos le dit. Jos !")
    official(client.client, round_.body, "moderator")
    path = f"/desk/consultations/{round_.consultation.slug}/redaction/{sent.comment_id}?lang=en"
    missing = client.submit(path, {"words": "Marie", "ground": "author", "do": "save"}, status=422)
    assert "Marie" in missing.text
    client.submit(path, {"words": "voisin Jos\nJos !", "ground": "author", "do": "save"})
    now = revision(session)
    assert "Jos" not in now.text + (now.proposed_text or "") + (now.proposed_source or "")
    assert session.scalars(select(Redaction.kinds)).one() == {OTHER: 3}


def test_what_the_seal_held_of_it_goes_with_the_rest(
    round_: Round, client: PageClient, session: Session
) -> None:
    sent = round_.propose(SOURCE)
    official(client.client, round_.body, "moderator")
    path = f"/desk/consultations/{round_.consultation.slug}/redaction/{sent.comment_id}?lang=en"
    client.submit(path, {"words": ADDRESS, "ground": "author", "do": "save"})
    with act() as writing:
        writing.execute(update(SealedWords).values(sealed_at=clock.now() - sealing.KEPT))
    with act() as writing:
        assert sealing.forget_old(writing, clock.now(), 9) == 1
    assert holding(session) == set()


@pytest.mark.parametrize(
    ("source", "words", "becomes"),
    [
        ("(1) Par **Jos Muller**.", "Jos Muller", "(1) Par [x]."),
        ("(1) Par Jos.\n\n(2) Jos aussi.", "Jos", "(1) Par [x].\n(2) [x] aussi."),
        ("- a@b.lu\n- rien", "a@b.lu", None),
        ("Par <a@b.lu>.", "a@b.lu", None),
        ("Par [lui](mailto:a@b.lu).", "lui", None),
    ],
)
def test_the_source_of_proposed_words_says_the_same_without_them(
    source: str, words: str, becomes: str | None
) -> None:
    text = render_clause(source).text
    cuts = []
    at = text.find(words)
    while at >= 0:
        cuts.append(Found(at, at + len(words), OTHER))
        at = text.find(words, at + 1)
    assert cuts
    made = render_clause(rewrite_clause(source, text, cuts, lambda _kind: "[x]")[0])
    assert made.text == text.replace(words, "[x]")
    assert becomes is None or made.text == becomes
    assert "a@b.lu" not in made.html
