"""The text as everybody reads it: each version, what changed, how often something is said."""

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts import publishing, queries, revision
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.submissions.models import Tally, Thread
from tests.client import PageClient
from tests.drafts import texts
from tests.drafts.texts import TEXT, amend, begin, clause, make_text

NOW = clock.now()


def second_version(consultation: Consultation) -> None:
    version = begin(consultation)
    amend(
        version,
        "art_2",
        "(1) Les communes peuvent instaurer une zone à 20 km/h.\n\n(2) La zone"
        " est signalée à chaque entrée.",
        heading="Vitesse réduite",
    )
    words = revision.wording(number="Art. 2bis", heading="Bancs", source="Il y a des bancs.")
    with act() as session:
        revision.insert(
            session,
            version,
            "fr",
            words=words,
            after=clause(version, "art_2").clause_id,
            actor=COMMAND,
            now=NOW,
        )
        revision.delete(
            session, version, clause(version, "art_3").clause_id, saved=0, actor=COMMAND, now=NOW
        )
    row = clause(version, "art_4")
    amend(version, "art_4", row.source, number="Art. 3")
    texts.release(version)


def talk(consultation: Consultation, key: str, comments: int) -> None:
    version = queries.current_version(db.session(), consultation.id)
    assert version is not None
    row = clause(version, key)
    with act() as session:
        if session.get(Tally, consultation.id) is None:
            session.add(Tally(consultation_id=consultation.id))
        session.add(
            Thread(
                consultation_id=consultation.id,
                kind="clause",
                clause_id=row.clause_id,
                comments=comments,
            )
        )


def test_the_text_with_its_counts_and_contents(client: PageClient) -> None:
    consultation = make_text()
    talk(consultation, "art_2", 3)
    page = client.get(f"/consultations/{consultation.slug}/draft?lang=en")
    assert page.h1 == "Loi sur les trottoirs"
    assert page.links()["Art. 2 Vitesse"] == "#art_2"
    assert "(1) Les communes peuvent instaurer une zone à 30 km/h." in page.text
    assert "The text exists in French only." in page.text
    assert "heat--5" in page.markup
    one = client.get(f"/consultations/{consultation.slug}/draft/1?lang=de")
    assert one.h1 == page.h1


@pytest.mark.parametrize(
    "path", ["draft/2", "draft/compare/1/2", "draft/clauses/art_99", "draft/99999999999"]
)
def test_what_is_not_public_is_not_found(client: PageClient, path: str) -> None:
    consultation = make_text()
    version = begin(consultation)
    words = revision.wording(number="Art. 99", heading="", source="Geheim.")
    with act() as session:
        revision.insert(session, version, "fr", words=words, after=None, actor=COMMAND, now=NOW)
    client.get(f"/consultations/{consultation.slug}/{path}", 404)


def test_before_the_text_is_published_the_page_says_so(client: PageClient) -> None:
    consultation = make_text(publish=False)
    page = client.get(f"/consultations/{consultation.slug}/draft?lang=en")
    assert "The text is not published yet." in page.text
    assert "trottoirs" not in page.text


def test_changes_are_shown_on_demand_and_side_by_side(client: PageClient) -> None:
    consultation = make_text()
    second_version(consultation)
    base = f"/consultations/{consultation.slug}/draft"
    old = client.get(f"{base}/1?lang=en")
    assert "This is not the newest version." in old.text
    assert "20 km/h" not in old.text
    for path in (f"{base}/1?changes=2&lang=en", f"{base}?changes=1&lang=en"):
        marked = client.get(path)
        assert "zone à [deleted: 30] [inserted: 20] km/h" in marked.text
        assert "[inserted: Il y a des bancs.]" in marked.text
        assert "[deleted: Une amende de 49 euros est due par infraction.]" in marked.text
        assert "formerly Art. 4" in marked.text
    # A version that is not there changes nothing.
    assert client.get(f"{base}/1?changes=7&lang=en").status == 200
    both = client.get(f"{base}/compare/1/2?lang=en")
    assert both.h1 == "What changed between version 1 and version 2"
    # Once for each clause that changed.
    assert both.text.count("Why?") == 3
    assert "Vitesse [inserted: réduite]" in both.text
    assert "Art. 4 is now Art. 3" in both.text
    assert "clauses changed" in both.text
    assert client.get(f"{base}/compare/2/1?lang=en").h1 == both.h1
    assert "Choose two different versions." in client.get(f"{base}/compare/1/1?lang=en").text


def test_a_clause_shows_every_version_and_the_grounds(client: PageClient, session: Session) -> None:
    consultation = make_text()
    version = begin(consultation)
    amend(version, "art_1", "La présente loi règle l’usage des trottoirs par les cyclistes.")
    edit = queries.edits_of_version(session, version.id)[0].edit
    with act() as writing:
        revision.state_ground(
            writing,
            version,
            [edit.id],
            "council_of_state",
            {"fr": "Avis du 12 mai."},
            actor=COMMAND,
            now=NOW,
        )
    texts.release(version)
    path = f"/consultations/{consultation.slug}/draft/clauses/art_1?lang=fr"
    page = client.get(path)
    assert page.h1.startswith("Art. 1er – Objet")
    assert "[supprimé : piétons] [inséré : cyclistes]" in page.text
    assert "Avis du Conseil d’État indiqué par l’organisme public Avis du 12 mai." in page.text


def test_what_others_say_is_a_page_of_its_own(client: PageClient) -> None:
    consultation = make_text()
    base = f"/consultations/{consultation.slug}/draft"
    page = client.get(f"{base}/clauses/art_2/comments?lang=en")
    assert page.h1 == "What others say on Art. 2 – Vitesse"
    assert "Nobody has said anything" in page.text
    client.get(f"{base}/clauses/art_99/comments", 404)


def test_an_erratum_stands_with_its_clause(client: PageClient, session: Session) -> None:
    consultation = make_text()
    version = queries.current_version(session, consultation.id)
    assert version is not None
    with act() as writing:
        publishing.add_erratum(
            writing,
            clause(version, "art_3").text_id,
            {"en": "Read “59 euros”."},
            actor=COMMAND,
            now=NOW,
        )
    page = client.get(f"/consultations/{consultation.slug}/draft?lang=en")
    assert "Read “59 euros”." in page.text


def test_the_page_is_answered_from_memory_until_something_is_said(
    app: Flask, client: PageClient
) -> None:
    consultation = make_text()
    path = f"/consultations/{consultation.slug}/draft"
    first = app.test_client().get(path)
    again = app.test_client().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    version = begin(consultation)
    texts.release(version)
    with act() as session:
        from consult.consultations import counters

        counters.decided(session, consultation.id)
    assert app.test_client().get(path).headers["ETag"] != first.headers["ETag"]


def statements(app: Flask, path: str) -> int:
    count = 0

    def counted(*_facts: object) -> None:
        nonlocal count
        count += 1

    db.session.remove()
    app.extensions["consult_page_cache"].__init__()
    event.listen(db.engine, "before_cursor_execute", counted)
    try:
        assert app.test_client().get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", counted)
    return count


def test_statements_do_not_grow_with_the_text(app: Flask) -> None:
    counts: dict[str, set[int]] = {}
    for clauses in (25, 50):
        source = "# Long\n" + "\n".join(
            f"### Art. {n}\nTexte {n} du projet." for n in range(1, clauses + 1)
        )
        consultation = make_text(source)
        version = begin(consultation)
        for n in range(1, clauses + 1, 5):
            amend(version, f"art_{n}", f"Texte {n} amendé du projet.")
        texts.release(version)
        base = f"/consultations/{consultation.slug}/draft"
        for path in ("", "/1", "?changes=1", "/compare/1/2", "/clauses/art_1"):
            counts.setdefault(path, set()).add(statements(app, base + path))
    assert all(len(found) == 1 for found in counts.values()), counts
    # The history of a clause puts together what several rooms know.
    most = {path: 12 if "clauses" in path else 8 for path in counts}
    assert all(max(found) <= most[path] for path, found in counts.items()), counts


def test_a_thousand_clauses_are_one_page(app: Flask) -> None:
    source = "# Long\n" + "\n".join(f"### Art. {n}\nTexte {n}." for n in range(1, 1000))
    consultation = make_text(source)
    answer = app.test_client().get(f"/consultations/{consultation.slug}/draft")
    assert answer.get_data(as_text=True).count("<section") == 999


def test_hostile_words_are_shown_as_words(client: PageClient) -> None:
    consultation = make_text(
        '# <b>Titre</b>\n### Art. 1. – <script>alert(1)</script>\n"><img src=x> \u202etxet'
    )
    page = client.get(f"/consultations/{consultation.slug}/draft")
    assert "<script>alert(1)</script>" in page.text
    assert not [s for s in page.all("script") if "alert" in (s.text or "")]
    assert TEXT
