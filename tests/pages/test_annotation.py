"""A comment as a W3C Web Annotation: who asks for JSON-LD gets it, and nothing more than the page."""

import json
from typing import Any

import pytest
from flask import Flask

from consult.consultations.models import Consultation
from consult.drafts import queries as drafts
from consult.drafts.models import Placement
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.moderation.removal import remove
from consult.submissions.anchoring import select_span
from tests.client import PageClient
from tests.drafts.texts import begin, make_text, release
from tests.pages.test_draft_view import say, version_of
from tests.submissions.texts import Sent, send

ANNOTATION = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
SITE = "http://localhost"
# Twice the same words, an emoji of two UTF-16 units and a combining accent before the second.
TEXT = "### Art. 1er. – Objet\n\nLes arbres 🌳🌳 ombragés a\u030a. Les arbres sont protégés.\n"


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make_text(TEXT)


def fetch(client: PageClient, path: str, accept: str = ANNOTATION) -> Any:
    return client.client.get(path, headers={"Accept": accept})


def second(consultation: Consultation, name: str = "Jeanne") -> Sent:
    """A comment on the second "Les arbres" of the clause."""
    version = version_of(consultation)
    clause = drafts.clause_by_key(db.session(), consultation.id, "art_1")
    row = drafts.clause_text(db.session(), version.id, clause.id, "fr")
    assert row is not None
    start = row.text.rindex("Les arbres")
    return send(
        consultation,
        "Et les **haies** ?",
        clause=clause,
        version_id=version.id,
        name=name,
        anchor=select_span(row.text, "fr", start, start + 10),
    )


def test_the_annotation_quotes_the_words_where_they_stand(
    client: PageClient, consultation: Consultation
) -> None:
    sent = second(consultation)
    response = fetch(client, f"/comments/{sent.comment.id}")
    assert response.headers["Content-Type"] == ANNOTATION
    assert "Accept" in response.headers["Vary"]
    made = json.loads(response.data)
    assert made["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert (made["id"], made["type"]) == (f"{SITE}/comments/{sent.comment.id}", "Annotation")
    assert made["motivation"] == "commenting"
    assert made["created"].endswith("Z")
    assert made["creator"] == {"type": "Person", "name": "Jeanne"}
    assert made["body"] == {
        "type": "TextualBody",
        "purpose": "commenting",
        "value": "<p>Et les <strong>haies</strong> ?</p>",
        "format": "text/html",
        "language": sent.comment.language,
    }
    target = made["target"]
    assert target["type"] == "SpecificResource"
    base = f"{SITE}/consultations/{consultation.slug}/draft/1"
    assert target["source"] == {
        "id": f"{base}/clauses/art_1/fr",
        "type": "Text",
        "format": "text/plain",
        "language": "fr",
        "partOf": f"{base}#art_1",
    }
    selector, position = target["selector"], target["selector"]["refinedBy"]
    assert (selector["type"], selector["exact"]) == ("TextQuoteSelector", "Les arbres")
    assert position["type"] == "TextPositionSelector"
    # The offsets count code points of what the source's address gives.
    text = fetch(client, target["source"]["id"].removeprefix(SITE), "*/*").data.decode()
    assert text[position["start"] : position["end"]] == "Les arbres"
    assert position["start"] == text.rindex("Les arbres") > text.index("Les arbres")
    before, after = text[: position["start"]], text[position["end"] :]
    assert before.endswith(selector["prefix"])
    assert after.startswith(selector["suffix"])
    assert min(len(selector["prefix"]), len(selector["suffix"])) > 0


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (ANNOTATION, "application/ld+json"),
        ("application/ld+json", "application/ld+json"),
        ("Application/LD+JSON", "application/ld+json"),
        ("text/html;q=0.4, application/ld+json;q=0.5", "application/ld+json"),
        ("text/html, application/ld+json;q=0.5", "text/html"),
        ("application/ld+json;q=0", "text/html"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("", "text/html"),
    ],
)
def test_the_page_is_for_who_does_not_ask(
    client: PageClient, consultation: Consultation, accept: str, expected: str
) -> None:
    sent = second(consultation)
    response = fetch(client, f"/comments/{sent.comment.id}", accept)
    assert response.mimetype == expected
    assert "Accept" in [part.strip() for part in response.headers["Vary"].split(",")]
    again = client.client.get(
        f"/comments/{sent.comment.id}",
        headers={"Accept": accept, "If-None-Match": response.headers["ETag"]},
    )
    assert again.status_code == 304


def test_page_and_annotation_have_etags_of_their_own(
    client: PageClient, consultation: Consultation
) -> None:
    path = f"/comments/{second(consultation).comment.id}"
    page, annotation = fetch(client, path, "text/html"), fetch(client, path)
    assert page.headers["ETag"] != annotation.headers["ETag"]


def test_what_was_removed_gives_no_words(client: PageClient, consultation: Consultation) -> None:
    sent = second(consultation)
    with act() as session:
        remove(
            session,
            session.get_one(Consultation, consultation.id),
            sent.comment.id,
            reason="insult",
            note={"en": "It insults."},
            actor=COMMAND,
            now=clock.now(),
        )
    text = fetch(client, f"/comments/{sent.comment.id}").data.decode()
    made = json.loads(text)
    assert "body" not in made
    assert "creator" not in made
    assert isinstance(made["target"], str)
    for words in ("haies", "Jeanne", "Les arbres"):
        assert words not in text


def test_other_targets(client: PageClient, consultation: Consultation) -> None:
    base = f"{SITE}/consultations/{consultation.slug}/draft/1"
    clause = say(consultation, "art_1")
    made = json.loads(fetch(client, f"/comments/{clause.comment.id}").data)
    assert made["target"] == f"{base}#art_1"
    whole = send(consultation, "Très bien.", version_id=version_of(consultation).id)
    made = json.loads(fetch(client, f"/comments/{whole.comment.id}").data)
    assert made["target"] == base
    assert "creator" not in made
    reply = send(consultation, "Non.", parent=whole.comment)
    made = json.loads(fetch(client, f"/comments/{reply.comment.id}").data)
    assert made["motivation"] == "replying"
    assert made["target"] == f"{SITE}/comments/{whole.comment.id}"
    assert fetch(client, "/comments/99999").status_code == 404


def test_it_says_where_the_words_went(client: PageClient, consultation: Consultation) -> None:
    sent = second(consultation)
    version = begin(consultation)
    with act() as session:
        session.add(
            Placement(
                anchor_id=sent.comment.anchor_id,
                version_id=version.id,
                language="fr",
                clause_id=sent.comment.clause_id,
                state="moved",
                start=0,
                end=10,
            )
        )
    term = f"{SITE}/ns#carried"
    assert term not in json.loads(fetch(client, f"/comments/{sent.comment.id}").data)
    release(version)
    with act() as session:
        session.get_one(Consultation, consultation.id).version += 1
    made = json.loads(fetch(client, f"/comments/{sent.comment.id}").data)
    assert made[term] == [
        {
            "version": 2,
            "state": "moved",
            "source": f"{SITE}/consultations/{consultation.slug}/draft/2/clauses/art_1/fr",
            "selector": {"type": "TextPositionSelector", "start": 0, "end": 10},
        }
    ]
