"""What changed between any two versions, why, and the history of a clause."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.answers.decisions import CampaignTarget, ThemeTarget
from consult.consultations.models import Consultation
from consult.drafts import publishing, queries, revision
from consult.drafts.models import Clause, ClauseSuccession, Edit
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.transaction import act
from tests import builders
from tests.answers.worlds import World
from tests.client import PageClient, words
from tests.drafts import texts
from tests.drafts.texts import amend, begin, clause, make_text

NOW = clock.now()


@pytest.fixture(autouse=True)
def english(client: PageClient) -> None:
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


def third_version() -> Consultation:
    """In the second version Art. 2 changes and Art. 3 falls away; in the third there is another
    Art. 3, Art. 4 is renumbered, and the sentence of Art. 1 stands in Art. 2."""
    consultation = make_text()
    second = begin(consultation)
    amend(second, "art_2", "(1) Les communes peuvent instaurer une zone à 20 km/h.")
    with act() as session:
        revision.delete(
            session, second, clause(second, "art_3").clause_id, saved=0, actor=COMMAND, now=NOW
        )
    texts.release(second)
    third = begin(consultation)
    with act() as session:
        revision.insert(
            session,
            third,
            "fr",
            words=revision.wording(number="Art. 3", heading="Bancs", source="Il y a des bancs."),
            after=clause(third, "art_2").clause_id,
            actor=COMMAND,
            now=NOW,
        )
    sentence = clause(third, "art_1").source
    amend(third, "art_1", "Objet.")
    amend(
        third,
        "art_2",
        f"(1) Les communes peuvent instaurer une zone à 20 km/h.\n\n(2) {sentence}",
    )
    row = clause(third, "art_4")
    amend(third, "art_4", row.source, number="Art. 5")
    texts.release(third)
    return consultation


def ground(consultation: Consultation, key: str, kind: str, said: str) -> None:
    """State a ground of everything that changed in a clause of the version being written."""
    from consult.kernel.db import db

    version = queries.next_version(db.session(), consultation.id)
    assert version is not None
    rows = [r for r in queries.edits_of_version(db.session(), version.id) if r.key == key]
    with act() as session:
        revision.state_ground(
            session, version, [r.edit.id for r in rows], kind, {"en": said}, actor=COMMAND, now=NOW
        )


def test_any_two_versions_are_compared(client: PageClient) -> None:
    base = f"/consultations/{third_version().slug}/draft"
    page = client.get(f"{base}/compare/1/3")
    assert page.h1 == "What changed between version 1 and version 3"
    # A clause that fell away in between, a new one in the same place, moved words at both places.
    assert "[deleted: Une amende de 49 euros est due par infraction.]" in page.text
    assert "[inserted: Il y a des bancs.]" in page.text
    assert page.links()["moved to Art. 2"] == "#moved-1-to"
    assert page.links()["moved from Art. 1er"] == "#moved-1-from"
    assert "Art. 4 is now Art. 5" in page.text
    assert "0 of 4 changed clauses changed because of comments." in page.text


def test_the_two_versions_are_chosen_in_a_form(client: PageClient) -> None:
    consultation = third_version()
    base = f"/consultations/{consultation.slug}/draft"
    chosen = client.client.get(f"{base}/compare?version=3&version=1&view=side&because=comments")
    assert chosen.status_code == 302
    assert chosen.location.endswith("/draft/compare/1/3?view=side&because=comments")
    # Without a choice, or with nonsense, the two newest.
    for asked in ("", "?version=7&version=x", "?version=1"):
        assert client.client.get(f"{base}/compare{asked}").location.endswith("/draft/compare/2/3")
    assert "Choose two different versions." in client.get(f"{base}/compare/2/2").text
    client.get(f"{base}/compare/1/9", 404)
    only = make_text()
    page = client.get(f"/consultations/{only.slug}/draft/compare")
    assert "There is only one version yet." in page.text
    client.get("/consultations/nothing/draft/compare", 404)


def test_what_was_changed_and_changed_back_is_listed_apart(client: PageClient) -> None:
    consultation = make_text()
    old = clause(queries.versions(_session(), consultation.id)[0], "art_1").source
    second = begin(consultation)
    amend(second, "art_1", "Autre chose.")
    texts.release(second)
    third = begin(consultation)
    amend(third, "art_1", old)
    texts.release(third)
    page = client.get(f"/consultations/{consultation.slug}/draft/compare/1/3")
    assert "Nothing changed between these versions." in page.text
    assert "Changed in between, and changed back Art. 1er – Objet" in page.text


def _session() -> Session:
    from consult.kernel.db import db

    return db.session()


def test_side_by_side(client: PageClient) -> None:
    base = f"/consultations/{third_version().slug}/draft"
    page = client.get(f"{base}/compare/1/2?view=side")
    rows = [d for d in page.all("div") if d.get("class") == "sides__row"]
    sides = [
        [words(part) for part in row if part.get("class", "").startswith("sides")] for row in rows
    ]
    speed = next(pair for pair in sides if "km/h" in pair[0])
    assert speed == [
        "Version 1 (1) Les communes peuvent instaurer une zone à [deleted: 30] km/h.",
        "Version 2 (1) Les communes peuvent instaurer une zone à [inserted: 20] km/h.",
    ]
    struck = next(pair for pair in sides if "amende" in pair[0])
    assert struck[1] == "Version 2 Not in this version."


def test_what_stays_the_same_is_folded_away_side_by_side(client: PageClient) -> None:
    paragraphs = "\n\n".join(f"({n}) Voici un alinéa qui reste tel quel." for n in range(1, 9))
    consultation = make_text(f"# Loi\n### Art. 1\n{paragraphs}\n\n(9) Ceci change.")
    version = begin(consultation)
    amend(version, "art_1", f"{paragraphs}\n\n(9) Cela change.")
    texts.release(version)
    base = f"/consultations/{consultation.slug}/draft/compare/1/2"
    page = client.get(f"{base}?view=side")
    folded = next(d for d in page.all("details") if "sides__same" in d.get("class", ""))
    assert words(folded[0]) == "8 unchanged paragraphs"
    assert "(8) Voici un alinéa qui reste tel quel." in words(folded)


def test_a_version_without_the_language_is_compared_in_a_common_one(client: PageClient) -> None:
    consultation = third_version()
    page = client.get(f"/consultations/{consultation.slug}/draft/compare/1/2?lang=de")
    assert "Der Text existiert nur auf Französisch." in page.text or "Französisch" in page.text


@pytest.fixture
def world(session: Session) -> World:
    world = World(session)
    with act():
        clause_ = session.scalars(select(Clause)).one()
        other = builders.clause_text(
            session,
            world.version,
            _another(session, clause_),
            "Un article nouveau.",
        )
        session.add(
            Edit(
                version_id=world.version.id,
                clause_id=other.clause_id,
                language="fr",
                kind="inserted",
                after_text_id=other.id,
                after_end=len(other.text),
                ground_kind="council_of_state",
                ground={"en": "Opinion of 12 May."},
            )
        )
    return world


def _another(session: Session, clause_: Clause) -> Clause:
    made = Clause(draft_id=clause_.draft_id, key="art_2", guid="guid-2")
    session.add(made)
    session.flush()
    return made


def test_why_and_only_because_of_comments(world: World, client: PageClient) -> None:
    with act():
        world.decide(ThemeTarget(world.main.id), edit_ids=[world.edit.id])
        world.decide(CampaignTarget(world.campaign.id), edit_ids=[world.edit.id])
    world.publish()
    base = "/consultations/law/draft"
    page = client.get(f"{base}/compare/1/2")
    assert "1 of 2 changed clauses changed because of comments." in page.text
    assert "The comments behind it (6 points)" in page.text
    assert "of them 2 in the campaign" in page.text
    assert (
        "Opinion of the Council of State stated by the public body Opinion of 12 May." in page.text
    )
    narrowed = client.get(page.links()["Show only what changed because of comments"])
    assert "Un article nouveau." not in narrowed.text
    assert "Il passe souvent." in narrowed.text
    assert "Un article nouveau." in client.get(narrowed.links()["Show all changes"]).text
    # In the whole text the other clause stands without a mark.
    marked = client.get(f"{base}?changes=1&because=comments")
    assert "1 of 2 changed clauses" in marked.text
    assert "[inserted: Un article nouveau.]" not in marked.text
    assert "Un article nouveau." in marked.text
    assert "[inserted: Un article nouveau.]" in client.get(f"{base}?changes=1").text


def test_the_history_tells_what_was_said_and_decided(world: World, client: PageClient) -> None:
    with act() as session:
        clause_ = session.scalars(select(Clause).where(Clause.key == "art_1")).one()
        other = session.scalars(select(Clause).where(Clause.key == "art_2")).one()
        for number in range(3):
            said = builders.say(session, world.consultation, f"Trop rare {number}.", clause=clause_)
            said.comment.version_id = queries.versions(session, world.consultation.id)[0].id
            builders.assign(session, said.point, world.main)
        session.add(
            ClauseSuccession(
                version_id=world.version.id, from_id=clause_.id, to_id=other.id, kind="split"
            )
        )
        world.decide(ThemeTarget(world.main.id), edit_ids=[world.edit.id])
    world.publish()
    page = client.get("/consultations/law/draft/clauses/art_1")
    assert "3 comments were written on this version. Accepted 3" in page.text
    assert "People spoke about: Bus (3 points)" in page.text
    assert "A part was split off into: Art. 2 – Cadence" in page.text
    assert "Parce que." in page.text
    other_page = client.get(page.links()["Art. 2 – Cadence"])
    assert "Split off from: Art. 1 – Cadence" in other_page.text


def test_the_history_of_a_clause_that_fell_away(client: PageClient) -> None:
    consultation = make_text()
    first = queries.versions(_session(), consultation.id)[0]
    with act() as session:
        publishing.add_erratum(
            session, clause(first, "art_3").text_id, {"en": "Read 59."}, actor=COMMAND, now=NOW
        )
    second = begin(consultation)
    with act() as session:
        revision.delete(
            session, second, clause(second, "art_3").clause_id, saved=0, actor=COMMAND, now=NOW
        )
    ground(consultation, "art_3", "legal_quality", "It said nothing new.")
    texts.release(second)
    base = f"/consultations/{consultation.slug}/draft"
    page = client.get(f"{base}/clauses/art_3")
    assert "This clause is no longer part of the text. It stood in version 1." in page.text
    assert page.links()["Read it where it stood"] == f"{base}/1#art_3"
    assert "It stood behind Chapitre II." in page.text
    assert "Read 59." in page.text
    assert "Legal quality stated by the public body It said nothing new." in page.text
    assert "[deleted: Une amende de 49 euros est due par infraction.]" in page.text


def test_statements_grow_with_neither_changes_nor_reasons(
    app: Flask, world: World, client: PageClient
) -> None:
    from tests.statements import statements

    with act():
        world.decide(ThemeTarget(world.main.id), edit_ids=[world.edit.id])
    world.publish()

    def taken(path: str) -> int:
        app.extensions["consult_page_cache"].clear()
        return statements(lambda: client.client.get(f"/consultations/law/draft/{path}"))

    assert taken("compare/1/2") <= 8
    assert taken("compare/1/2?view=side&because=comments") <= 8
    # The history puts together what several rooms know (tests/house/test_statements.py).
    assert taken("clauses/art_1") <= 15
