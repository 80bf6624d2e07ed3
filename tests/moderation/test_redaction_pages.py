"""Removing words from a comment, as officials, readers, authors and machines meet it."""

import json

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.accounts.permissions import TABLE, allowed
from consult.consultations.models import Consultation
from consult.kernel.transaction import act
from consult.moderation import scanning
from consult.moderation.redacting.models import PersonalFinding
from consult.moderation.scanning import Looked
from consult.notifications.models import Letter
from consult.submissions import receipts
from consult.submissions.models import CommentRevision, Point
from tests.client import PageClient, words
from tests.moderation.test_pages import said
from tests.people import make_body, make_consultation, official
from tests.submissions.texts import Sent

WORDS = "More buses. Ask anne.weber@example.org or Mrs Weber. Thanks."


@pytest.fixture(autouse=True)
def _english(client: PageClient) -> None:
    client.get("/removals?lang=en")


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


@pytest.fixture
def consultation(body: Body) -> Consultation:
    return make_consultation(body, slug="law")


def found_in(sent: Sent) -> list[int]:
    """Look through one comment, as the worker does; the findings."""
    with act() as session:
        scanning.keep(session, [Looked.through(sent.revision)], up_to=sent.revision.id)
        ids = session.scalars(
            select(PersonalFinding.id)
            .where(PersonalFinding.revision_id == sent.revision.id)
            .order_by(PersonalFinding.id)
        ).all()
    return list(ids)


DESK = "/desk/consultations/law/redaction"


def test_words_go_and_everybody_can_see_which_kind_and_why(
    client: PageClient, consultation: Consultation, body: Body, session: Session
) -> None:
    sent = said(consultation, WORDS)
    comment = sent.comment
    email, name = found_in(sent)
    official(client.client, body, "publisher")
    queue = client.get(DESK)
    assert "E-mail address, Name" in queue.text
    path = f"{DESK}/{comment.id}"
    chosen = {f"finding-{email}": "remove", f"finding-{name}": "leave", "ground": "third_person"}
    preview = client.submit(path, {**chosen, "do": "preview"})
    assert "How everybody will read it" in preview.text
    assert "Ask [e-mail address removed] or Mrs Weber" in preview.text
    saved = client.submit(path, {**chosen, "do": "save"})
    assert "Its original is sealed" in saved.text
    assert "Nothing to decide" in saved.text
    for public in (
        f"/comments/{comment.id}",
        "/consultations/law/comments",
        "/consultations/law/export.json",
        "/consultations/law/export.csv",
        "/search?q=buses",
    ):
        text = client.client.get(public).get_data(as_text=True)
        assert "anne.weber" not in text, public
    page = client.get(f"/comments/{comment.id}")
    assert "[e-mail address removed]" in page.text
    assert "Personal data of somebody else" in page.text
    listed = client.get("/consultations/law/comments")
    assert "Words were removed from this text: which, and why" in listed.text
    assert "corrected on" not in listed.text
    said_as_data = client.client.get(
        f"/comments/{comment.id}", headers={"Accept": "application/ld+json"}
    ).get_data(as_text=True)
    assert "[e-mail address removed]" in json.loads(said_as_data)["body"]["value"]
    for log in ("/removals?show=words", "/consultations/law/removals?show=words"):
        text = client.get(log).text
        assert "E-mail address. Personal data of somebody else" in text
        assert "anne" not in text
    assert "No comment has been removed" in client.get("/removals").text


def test_the_seal_is_opened_with_a_reason_and_on_the_record(
    client: PageClient, consultation: Consultation, body: Body
) -> None:
    sent = said(consultation, WORDS)
    official(client.client, body, "publisher")
    words = {"words": "Mrs Weber\nanne.weber@example.org", "kind": "other", "ground": "request"}
    client.submit(f"{DESK}/{sent.comment.id}", {**words, "do": "save"})
    path = f"{DESK}/removed"
    assert "anne.weber" not in client.get(path).text
    client.submit(path, {}, action="/original", status=422)
    original = client.submit(path, {"why": "objection"}, action="/original")
    assert "anne.weber@example.org" in original.text
    log = client.get("/desk/consultations/law/activity").text
    assert "Sealed original of a comment read" in log
    assert "why: An objection or a complaint" in log
    back = client.submit(path, {}, action="/undo")
    assert "Put back on" in back.text
    assert "anne.weber@example.org" in client.get(f"/comments/{sent.comment.id}").text
    assert "Put back on" in client.get("/removals?show=words").text
    assert "Words removed from a comment" in client.get("/desk/consultations/law/activity").text


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("publisher", (True, True, True)),
        ("moderator", (True, True, False)),
        ("oversight", (False, True, True)),
        ("auditor", (False, True, False)),
        ("editor", (False, False, False)),
        ("analyst", (False, False, False)),
        ("administrator", (False, False, False)),
    ],
)
def test_who_may_do_what(
    client: PageClient,
    consultation: Consultation,
    body: Body,
    role: str,
    may: tuple[bool, bool, bool],
) -> None:
    removes, lists, opens = may
    sent = said(consultation, WORDS)
    official(client.client, body, "publisher")
    path = f"{DESK}/{sent.comment.id}"
    client.submit(path, {"words": "Thanks", "ground": "secret", "do": "save"})
    official(client.client, body, role)
    assert (client.client.get(path).status_code == 200) is removes
    listed = client.client.get(f"{DESK}/removed")
    assert (listed.status_code == 200) is lists
    shown = listed.get_data(as_text=True)
    assert ("Open the seal" in shown, "Put the words back" in shown) == (opens, removes)
    for endpoint, rightly in (("undo", removes), ("original", opens)):
        rule = TABLE[f"redacting_desk.{endpoint}"]
        assert allowed(rule, frozenset({role}), signed_in=True) is rightly


def test_an_official_of_another_body_sees_nothing(
    client: PageClient, consultation: Consultation
) -> None:
    sent = said(consultation, WORDS)
    official(client.client, make_body("Other"), "publisher")
    for path in (DESK, f"{DESK}/removed", f"{DESK}/{sent.comment.id}"):
        assert client.client.get(path).status_code in {403, 404}


def test_what_is_missing_is_said_and_what_was_typed_stays(
    client: PageClient, consultation: Consultation, body: Body
) -> None:
    sent = said(consultation, WORDS)
    official(client.client, body, "moderator")
    path = f"{DESK}/{sent.comment.id}"
    nothing = client.submit(path, {"do": "save"}, status=422)
    assert "choose at least one thing" in nothing.text
    unknown = client.submit(path, {"words": "Mr Nobody", "ground": "request"}, status=422)
    assert "do not stand in the comment: “Mr Nobody”" in unknown.text
    assert "Mr Nobody" in unknown.form(path)["words"]
    groundless = client.submit(path, {"words": "Thanks", "do": "save"}, status=422)
    assert "say why the words are removed" in groundless.text
    stale = client.get(path).form(path)
    client.submit(path, {"words": "Thanks", "ground": "request", "do": "save"})
    again = client.post(path, {**stale, "words": "Mrs Weber", "ground": "request"}, 409)
    assert "have changed meanwhile" in again.text


def test_any_comment_is_found_by_its_number(
    client: PageClient, consultation: Consultation, body: Body
) -> None:
    said(consultation, WORDS)
    official(client.client, body, "moderator")
    assert client.client.get(f"{DESK}/find?number=1").status_code == 303
    for number in ("2", "x", "", "9" * 30):
        assert client.client.get(f"{DESK}/find?number={number}").status_code == 404


def test_an_author_is_told_and_sees_it_on_the_trace(
    client: PageClient, consultation: Consultation, body: Body, session: Session
) -> None:
    sent = said(consultation, WORDS, email="a@example.org")
    official(client.client, body, "moderator")
    client.submit(
        f"{DESK}/{sent.comment.id}",
        {"words": "Mrs Weber", "kind": "name", "ground": "third_person"},
    )
    letters = session.scalars(select(Letter.template).order_by(Letter.id)).all()
    assert letters[-1] == "words_removed"
    client.submit("/receipt", {"code": receipts.code_of(sent.submission)})
    trace = client.get(f"/submissions/{sent.submission.id}/trace").text
    assert "Name · Personal data of somebody else" in trace
    assert "Mrs Weber" not in trace
    correcting = client.get(f"/comments/{sent.comment.id}/correct")
    assert "Ask anne.weber@example.org or [name removed]" in correcting.text


def test_the_reason_is_asked_for_and_not_said_to_be_optional(
    client: PageClient, consultation: Consultation, body: Body
) -> None:
    """Everybody reads it; only who leaves everything as it is gives none."""
    sent = said(consultation, WORDS)
    email, name = found_in(sent)
    official(client.client, body, "publisher")
    path = f"{DESK}/{sent.comment.id}"
    asked = next(words(e) for e in client.get(path).all("legend") if "Why" in words(e))
    assert asked == "Why are they removed?"
    refused = client.submit(path, {f"finding-{email}": "remove", "do": "save"}, status=422)
    assert "Please say why the words are removed." in refused.text
    left = {f"finding-{email}": "leave", f"finding-{name}": "leave", "do": "save"}
    assert "stays as it is" in client.submit(path, left).text


@pytest.mark.parametrize("page", ["points", "outline"])
def test_points_that_were_chosen_in_other_words_are_refused(
    client: PageClient, consultation: Consultation, body: Body, session: Session, page: str
) -> None:
    """Somebody divides a comment while words are taken out of it: the places of the form lie in words
    that are there no more."""
    sent = said(consultation, WORDS)
    email, _name = found_in(sent)
    official(client.client, body, "analyst", "publisher")
    divide = f"/desk/consultations/law/comments/{sent.comment.id}/{page}"
    form = client.get(divide).form(f"/{page}")
    client.submit(
        f"{DESK}/{sent.comment.id}",
        {f"finding-{email}": "remove", "ground": "third_person", "do": "save"},
    )
    typed = "More buses.\n\nThanks."
    for do in ("preview", "save"):
        stale = client.post(
            divide,
            {**form, "start": ["0", str(WORDS.index("Thanks"))], "words": typed, "do": do},
            409,
        )
        assert "changed while you were choosing" in stale.text
        assert "anne.weber" not in stale.text
    if page == "points":
        assert stale.form(f"/{page}")["words"] == typed  # nothing that was typed is lost
    points = session.scalars(select(Point).where(Point.retired_at.is_(None))).all()
    text = session.scalars(select(CommentRevision.text)).one()
    assert [(point.start, point.end) for point in points] == [(0, len(text))]
    session.rollback()
    again = stale.form(f"/{page}")
    client.post(
        divide, {**again, "start": ["0", str(text.index("Thanks"))], "do": "save", "words": ""}
    )
    points = session.scalars(select(Point).where(Point.retired_at.is_(None))).all()
    # A comment of one paragraph is one point by its outline.
    assert len(points) == (2 if page == "points" else 1)
