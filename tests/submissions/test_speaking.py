"""The way of a comment through the forms, as a browser without JavaScript goes it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.notifications.models import Letter
from consult.notifications.web import render_letter
from consult.submissions import queries, receipts, web
from consult.submissions.letters import recipient
from consult.submissions.models import Comment, CommentRevision, Contact, Submission
from tests.client import Page, PageClient
from tests.people import make_body, make_consultation, make_user, sign_in
from tests.submissions.texts import WORDS, fresh, make_draft, send

ENGLISH = {"Accept-Language": "en"}
WORDS_SENT = "We need many more trees along the roads, and the trees need water in summer."


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make_consultation(make_body())


@pytest.fixture(autouse=True)
def english(client: PageClient) -> None:
    client.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


def address(consultation: Consultation, more: str = "") -> str:
    return f"/consultations/{consultation.slug}/comments/new{more}"


def aged(consultation: Consultation, seconds: float = 60) -> str:
    """A stamp from some time ago, as a person who has written for a while sends it."""
    return web.new_stamp(consultation.id, None, clock.now() - timedelta(seconds=seconds))


def filled(page: Page, consultation: Consultation, **data: Any) -> dict[str, Any]:
    return {**page.form("/new"), "stamp": aged(consultation), "source": WORDS_SENT, **data}


def speak(client: PageClient, consultation: Consultation, **data: Any) -> Page:
    page = client.get(address(consultation))
    return client.post(
        address(consultation), {**filled(page, consultation), "step": "send", **data}
    )


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_write_check_send_and_hold_the_receipt(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    make_draft(consultation, language="en", text=WORDS)
    page = client.get(address(consultation, "?clause=art_2"))
    assert "Art. 2 – Wege" in page.text
    typed = filled(page, consultation, name="Anna", email="Anna@Example.org", step="check")
    checked = client.post(address(consultation), {**typed, "words": "sichere Wege"})
    assert checked.h1 == "Check your comment"
    assert "sichere Wege" in checked.text
    assert count(session, Comment) == 0
    sent = client.post(address(consultation), {**checked.form("/new"), "step": "send"})
    assert sent.h1 == "Your comment has been received"
    submission = fresh(session).scalars(select(Submission)).one()
    code = receipts.code_of(submission)
    assert code is not None
    assert code in sent.text
    row = queries.of_submission(session, submission.id, language="en")[0]
    assert (row.name, row.quoted, row.clause_key) == ("Anna", "sichere Wege", "art_2")
    contact = session.scalars(select(Contact)).one()
    assert contact.email == "anna@example.org"


def test_the_letter_holds_the_code_and_the_outbox_does_not(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    speak(client, consultation, email="anna@example.org")
    letter = fresh(session).scalars(select(Letter)).one()
    submission = session.scalars(select(Submission)).one()
    code = receipts.code_of(submission)
    to = recipient(session, submission.id)
    assert code is not None
    assert to is not None
    body = render_letter(letter, to).body
    assert f"/receipt#{code}" in body
    assert "No. 1" in body
    assert code not in f"{letter.payload}{letter.idempotency_key}{letter.recipient}"


def test_a_visit_shares_one_receipt_until_it_ends(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    speak(client, consultation, name="Anna")
    again = client.get(address(consultation))
    assert "You continue your visit as Anna" in again.text
    speak(client, consultation, source="And benches under the trees, please, for old people.")
    assert (count(session, Submission), count(session, Comment)) == (1, 2)
    ended = client.submit("/visit", {}, action="/visit/end")
    assert "Nothing of it is kept" in ended.text
    speak(client, consultation, source="And a fountain in the middle of the village square.")
    assert count(fresh(session), Submission) == 2


@pytest.mark.parametrize("email", ["", "anna@example.org"])
def test_the_receipt_says_where_the_answer_is_and_shows_one_next_step(
    client: PageClient, consultation: Consultation, email: str
) -> None:
    make_draft(consultation)
    page = speak(client, consultation, email=email, clause="art_1")
    assert ("We write to you" in page.text) == bool(email)
    assert re.search(r"You find it with your code\. http\S+/receipt\b", page.text)
    buttons = re.findall(r'<a class="govuk-button( govuk-button--secondary)?"', page.markup)
    assert buttons == ["", " govuk-button--secondary"]


def copy_of(client: PageClient) -> PageClient:
    """Another browser with a copy of this one's cookies."""
    copied = PageClient(client.client.application.test_client())
    for name in (web.VISIT_COOKIE, "consult_session"):
        if found := client.client.get_cookie(name):
            copied.client.set_cookie(name, found.value)
    return copied


def test_a_copied_cookie_is_worthless_once_the_visit_or_the_receipt_is_closed(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    speak(client, consultation)
    submission = session.scalars(select(Submission)).one()
    own, code = f"/submissions/{submission.id}", receipts.code_of(submission)
    copied = copy_of(client)
    copied.get(f"{own}/trace")
    client.submit("/visit", {}, action="/visit/end")
    copied.get(f"{own}/trace", 404)
    client.submit("/receipt", {"code": code})
    copied = copy_of(client)
    copied.get(f"{own}/trace")
    client.submit(own, {}, action="/receipt/close")
    copied.get(f"{own}/trace", 404)
    client.submit("/receipt", {"code": code})
    client.get(f"{own}/trace")


def test_a_visit_is_over_after_two_hours(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    speak(client, consultation)
    with time_machine.travel(clock.now() + timedelta(hours=2, minutes=1), tick=False):
        assert "No visit in this browser" in client.get("/visit").h1
        speak(client, consultation, source="Two hours later I have another thing to say.")
    assert count(fresh(session), Submission) == 2


def test_signing_in_ends_a_visit_of_somebody_without_an_account(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    speak(client, consultation)
    sign_in(client.client, make_user())
    speak(client, consultation, source="Now I speak as somebody with an account of my own.")
    assert count(fresh(session), Submission) == 2


def test_sending_twice_makes_one_comment_and_shows_the_same_receipt(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    typed = {**filled(client.get(address(consultation)), consultation), "step": "send"}
    first = client.post(address(consultation), typed)
    client.client.delete_cookie(web.VISIT_COOKIE)  # the answer was lost on its way
    second = client.post(address(consultation), typed)
    assert count(session, Comment) == 1
    code = receipts.code_of(session.scalars(select(Submission)).one())
    assert code is not None
    assert code in first.text
    assert code in second.text


def test_other_words_in_a_form_that_was_sent_are_not_lost(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    typed = {**filled(client.get(address(consultation)), consultation), "step": "send"}
    client.post(address(consultation), typed)
    other = "Going back I write something else, which must not disappear."
    page = client.post(address(consultation), {**typed, "source": other}, status=409)
    assert page.form("/new")["source"] == other
    sent = client.post(
        address(consultation),
        {**page.form("/new"), "stamp": aged(consultation), "step": "send"},
    )
    assert sent.h1 == "Your comment has been received"
    assert count(fresh(session), Comment) == 2


def test_the_same_words_on_another_clause_in_a_form_that_was_sent_are_not_lost(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    make_draft(consultation, language="en", text=WORDS)
    typed = {**filled(client.get(address(consultation)), consultation), "step": "send"}
    client.post(address(consultation), {**typed, "clause": ""})
    page = client.post(address(consultation), {**typed, "clause": "art_2"}, status=409)
    assert page.form("/new")["clause"] == "art_2"
    client.post(
        address(consultation),
        {**page.form("/new"), "stamp": aged(consultation), "step": "send"},
    )
    assert count(fresh(session), Comment) == 2


def test_the_same_words_on_other_words_of_the_clause_are_not_lost(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    make_draft(consultation, language="en", text=WORDS)
    typed = {
        **filled(client.get(address(consultation)), consultation),
        "step": "send",
        "clause": "art_2",
    }
    first, second = WORDS.split()[0], WORDS.split()[1]
    client.post(address(consultation), {**typed, "words": first})
    client.post(address(consultation), {**typed, "words": first})
    client.post(address(consultation), {**typed, "words": second}, status=409)
    assert count(fresh(session), Comment) == 1


@pytest.mark.parametrize("broken", ["csrf_token", "stamp"])
def test_a_form_that_is_no_longer_good_keeps_what_was_typed(
    client: PageClient, session: Session, consultation: Consultation, broken: str
) -> None:
    from consult.kernel.web import csrf

    app = client.client.application
    app.config["WTF_CSRF_ENABLED"] = True
    assert csrf is not None
    typed = {**filled(client.get(address(consultation)), consultation), "step": "send"}
    page = client.post(
        address(consultation),
        {**typed, broken: "forged"},
        status=422 if broken == "csrf_token" else 200,
    )
    assert page.form("/new")["source"] == WORDS_SENT
    assert count(session, Comment) == 0
    again = client.post(
        address(consultation), {**page.form("/new"), "stamp": typed["stamp"], "step": "send"}
    )
    assert again.h1 == "Your comment has been received"


@pytest.mark.parametrize("trap", [{"website": "buy"}, {"fast": True}])
def test_machines_are_asked_twice_and_people_lose_nothing(
    client: PageClient, session: Session, consultation: Consultation, trap: dict[str, Any]
) -> None:
    if trap.pop("fast", False):
        trap["stamp"] = aged(consultation, 1)
    page = speak(client, consultation, **trap)
    assert page.h1 == "Check your comment"
    assert count(session, Comment) == 0
    sent = client.post(
        address(consultation),
        {**page.form("/new"), "stamp": aged(consultation), "step": "send"},
    )
    assert sent.h1 == "Your comment has been received"


def test_the_rate_limit_keeps_what_was_typed(
    client: PageClient,
    session: Session,
    consultation: Consultation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from consult.kernel.errors import TooManyError
    from consult.kernel.limits import Limits

    def used_up(*_: object) -> int:
        raise TooManyError

    monkeypatch.setattr(Limits, "hit", used_up)
    typed = {**filled(client.get(address(consultation)), consultation), "step": "send"}
    page = client.post(address(consultation), typed, status=429)
    assert page.form("/new")["source"] == WORDS_SENT
    assert count(session, Comment) == 0


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ("eine  sichere Straße", 422, "do not stand in the clause"),
        ("Wege", 422, "more than once"),
        ("sichere   WEGE", 200, "sichere Wege"),
    ],
)
def test_words_are_looked_for_in_the_clause(
    client: PageClient, consultation: Consultation, words: str, status: int, says: str
) -> None:
    make_draft(consultation, language="en", text=WORDS)
    page = client.get(address(consultation, "?clause=art_1"))
    typed = filled(page, consultation, clause="art_1", words=words, step="check")
    answered = client.post(address(consultation), typed, status=status)
    assert says in answered.text
    assert WORDS_SENT in answered.text or answered.form("/new")["source"] == WORDS_SENT


def test_of_equal_places_the_chosen_one_is_kept(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    make_draft(consultation, language="en", text=WORDS)
    page = client.get(address(consultation, "?clause=art_1&words=Wege&place=2"))
    assert page.form("/new")["place"] == "2"
    client.post(
        address(consultation), {**filled(page, consultation), "clause": "art_1", "step": "send"}
    )
    comment = fresh(session).scalars(select(Comment)).one()
    assert comment.anchor_id is not None
    row = queries.rows(session, [comment.id], language="en")[comment.id]
    assert row.quoted == "Wege"


def test_an_unsure_language_is_asked(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    page = speak(client, consultation, source="OK 42")
    if page.h1 == "Check your comment":
        assert "Language of your comment" in page.text
        client.post(
            address(consultation),
            {**page.form("/new"), "stamp": aged(consultation), "language": "de", "step": "send"},
        )
        assert fresh(session).scalars(select(CommentRevision.language)).one() == "de"


def test_an_organisation_says_who_it_is(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    nameless = client.post(
        address(consultation),
        filled(client.get(address(consultation)), consultation, respondent="association"),
        status=422,
    )
    assert "for which organisation" in nameless.text
    speak(
        client,
        consultation,
        respondent="association",
        organisation="Amis des arbres",
        register_number="F1234",
        declared_interest="Members’ fees, no other income.",
    )
    page = client.get(f"/comments/{session.scalars(select(Comment.id)).one()}")
    assert "F1234" in page.text
    assert "Members’ fees, no other income." in page.text
    row = queries.of_submission(
        fresh(session), session.scalars(select(Submission.id)).one(), language="en"
    )[0]
    assert (row.organisation, row.respondent) == ("Amis des arbres", "association")


def test_a_reply_says_to_what_and_for_whom(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    root = send(consultation).comment
    path = f"/comments/{root.id}/reply"
    page = client.get(path)
    assert page.h1 == "Reply to No. 1"
    typed = {**page.form("/reply"), "stamp": aged(consultation), "source": WORDS_SENT}
    client.post(path, {**typed, "addressed": "y", "step": "send"})
    reply = fresh(session).scalars(select(Comment).where(Comment.seq == 2)).one()
    assert (reply.root_id, reply.parent_id, reply.addressed) == (root.id, root.id, True)


def test_after_the_close_a_form_says_so_and_a_comment_is_late(
    client: PageClient, session: Session, app: Flask
) -> None:
    closed = make_consultation(make_body(), closes_in=-1)
    assert "marked as late" in client.get(address(closed)).text
    sent = speak(client, closed)
    assert sent.h1 == "Your comment has been received"
    assert fresh(session).scalars(select(Comment)).one().late


def test_a_form_shown_before_the_close_is_in_time_for_half_an_hour(
    client: PageClient, session: Session, app: Flask
) -> None:
    closed = make_consultation(make_body(), closes_in=-1 / 24 / 6)  # ten minutes ago
    speak(client, closed, stamp=aged(closed, 20 * 60))
    assert not fresh(session).scalars(select(Comment)).one().late


def test_a_consultation_that_takes_no_comments_gives_the_words_back(
    client: PageClient, session: Session, app: Flask
) -> None:
    announced = make_consultation(make_body(), opens_in=1, closes_in=2)
    client.get(address(announced))
    page = client.post(
        address(announced),
        {"source": WORDS_SENT, "stamp": aged(announced), "step": "send"},
        status=409,
    )
    assert WORDS_SENT in page.text
    assert count(session, Comment) == 0
    client.get(address(make_consultation(make_body(), announced=False)), status=404)


def test_hostile_markup_is_harmless_on_every_page_that_shows_it(
    client: PageClient, session: Session, consultation: Consultation
) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))"
    typed = filled(client.get(address(consultation)), consultation, source=hostile, name="<b>")
    client.post(address(consultation), {**typed, "step": "check"})
    client.post(address(consultation), {**typed, "step": "send", "language": "en"})
    for path in ("/visit", f"/consultations/{consultation.slug}/comments"):
        page = client.get(path)
        assert not page.all("img")
        assert "alert(1)" not in [script.text for script in page.all("script")]
