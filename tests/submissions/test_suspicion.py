"""What comes like a flood is held and never refused; a school class gets through."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel.settings import Settings
from consult.submissions import suspicion, web
from consult.submissions.intake import prepare
from consult.submissions.models import Comment, Tally
from consult.submissions.proposing import propose
from consult.submissions.suspicion import ALIKE_HERE, ALIKE_IN_VISIT, LINKS, alike, marks
from consult.submissions.target import ClauseSeen
from tests.client import PageClient
from tests.people import make_body, make_consultation
from tests.submissions.test_speaking import aged

QUIET = {"sent_here": 1, "most_here": 120, "alike_here": 1, "alike_in_visit": 0}


@pytest.mark.parametrize(
    ("text", "facts", "held"),
    [
        ("More buses.", {}, False),
        ("More buses.", {"sent_here": 120}, False),
        ("More buses.", {"sent_here": 121}, True),
        ("More buses.", {"alike_here": ALIKE_HERE}, False),
        ("More buses.", {"alike_here": ALIKE_HERE + 1}, True),
        ("More buses.", {"alike_in_visit": ALIKE_IN_VISIT}, False),
        ("More buses.", {"alike_in_visit": ALIKE_IN_VISIT + 1}, True),
        ("See https://a.lu " * LINKS, {}, False),
        ("See https://a.lu " * (LINKS + 1), {}, True),
        ("See WWW.a.lu " * (LINKS + 1), {}, True),
    ],
)
def test_when_a_person_looks_first(text: str, facts: dict[str, int], held: bool) -> None:
    assert suspicion.is_suspicious(text, **{**QUIET, **facts}) is held


def test_marks_stay_when_a_word_changes_and_differ_between_texts() -> None:
    letter = "We ask the ministry to let the buses run every ten minutes, also in the evening. " * 3
    changed = letter.replace("ministry", "government", 1)
    other = "The forest along the river should stay as it is, for the birds and for us all."
    assert marks(letter) == marks(letter.upper())
    assert len(set(marks(letter)) & set(marks(changed))) >= 2
    assert not set(marks(letter)) & set(marks(other))
    assert len(marks("Yes")) == 1
    assert len(marks("")) == 1


@pytest.mark.parametrize(
    ("counts", "expected"), [([], 0), ([5], 5), ([5, 5, 1, 1], 5), ([9, 1, 1, 1], 1)]
)
def test_alike_is_what_half_of_the_marks_share(counts: list[int], expected: int) -> None:
    assert alike(counts) == expected


@pytest.fixture
def ordinary(app: Flask) -> Iterator[None]:
    """The limits of a new installation, at a fresh address for each engine."""
    settings: Settings = app.extensions["consult_settings"]
    before = settings.posts_per_hour
    object.__setattr__(settings, "posts_per_hour", Settings.posts_per_hour)
    yield
    object.__setattr__(settings, "posts_per_hour", before)


def send(app: Flask, consultation: Consultation, address: str, text: str) -> None:
    """One pupil at a browser of their own."""
    client = PageClient(app.test_client())
    client.client.environ_base.update(REMOTE_ADDR=address, HTTP_ACCEPT_LANGUAGE="en")
    path = f"/consultations/{consultation.slug}/comments/new"
    form = client.get(path).form("/new")
    data = {**form, "stamp": aged(consultation), "source": text, "step": "send", "language": "en"}
    client.post(path, data)


def states(session: Session) -> list[str | None]:
    session.expire_all()
    return list(session.scalars(select(Comment.held_for).order_by(Comment.id)))


def test_a_school_class_behind_one_address_gets_through(
    app: Flask, session: Session, ordinary: None
) -> None:
    consultation = make_consultation(make_body())
    for pupil in range(30):
        send(app, consultation, "192.0.2.30", f"We want more buses to our school. Pupil {pupil}")
    assert states(session) == [None] * 30


def test_links_in_proposed_words_count_and_those_of_the_clause_do_not(app: Flask) -> None:
    links = " ".join(f"https://{place}.lu" for place in "abcdef")
    clause = ClauseSeen(1, "en", "1", "", f"See {links}.", 1, f"See {links}.")
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.32"}):
        held = [
            web.suspicious(
                replace(prepare("A reason.", language="en"), proposal=propose(clause, words)), None
            )
            for words in (f"Please see {links}.", f"See {links}. {links}")
        ]
    assert held == [False, True]


def test_a_flood_of_one_text_is_held_and_counted(
    app: Flask, session: Session, ordinary: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspicion, "ALIKE_HERE", 3)
    consultation = make_consultation(make_body())
    for _ in range(5):
        send(app, consultation, "192.0.2.31", "Buy my wonderful watches, they are cheap today.")
    assert states(session) == [None] * 3 + ["suspicious"] * 2
    tally = session.get_one(Tally, consultation.id)
    assert (tally.comments, tally.owed, tally.submissions) == (3, 5, 5)
