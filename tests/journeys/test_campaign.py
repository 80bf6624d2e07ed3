"""A campaign in a real browser: accepted, its letter answered once, and what somebody added by itself."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.submissions.models import Submission
from tests import builders
from tests.journeys.browser import Visitor, check_page
from tests.journeys.test_official import person, work
from tests.told import told

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

SLUG = "wiesenbach-leerstand"
DESK = f"/desk/consultations/{SLUG}"
LETTER = (
    "Please do not fine owners who cannot find a tenant in time. Small owners pay for the whole "
    "street, and the commune has never asked them why their rooms stand empty."
)
OWN = "My mother kept her shop for forty years and nobody wants to rent it now."
MORE = "The bakery beside it closed in spring for the same reason."
TO_LETTER, TO_OWN = "The fine falls only on those who refuse all help.", "A person will call you."


def _letters() -> tuple[int, User]:
    """Five people send the letter; the last has an account and adds something."""
    with act() as session:
        place = session.scalars(select(Consultation).where(Consultation.slug == SLUG)).one()
        citizen = session.scalars(select(User).where(User.email == "anna@example.org")).first()
        citizen = citizen or builders.official(session, "Anna Klein")
        for added in ("", "", "", f" {MORE}"):
            builders.say(session, place, LETTER + added, language="en")
        mine = builders.say(session, place, f"{LETTER} {OWN}", language="en")
        submission = session.get_one(Submission, mine.comment.submission_id)
        submission.user_id = citizen.id
        number = submission.id
    db.session.expunge(citizen)
    db.session.rollback()
    return number, citizen


@pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
def test_the_letter_is_answered_once_and_an_addition_by_itself(
    app: Flask, visitor: Visitor
) -> None:
    told(app)
    submission, citizen = _letters()
    desk = visitor.context(language="en", person=person("wiesenbach@example.org"))
    page = visitor.open(f"{DESK}/analysis", context=desk)
    page.get_by_role("button", name="Start an analysis").click()
    work(app)
    _accept(page)
    _answer_the_letter(page)
    _answer_what_was_added(page)
    page.goto(f"{DESK}/answers/publish")
    check_page(page)
    page.get_by_role("button", name="Publish now").click()
    page.wait_for_load_state()
    work(app)
    _read_the_trace(visitor, submission, citizen)


def _accept(page: Page) -> None:
    page.goto(f"{DESK}/campaigns")
    check_page(page)
    page.get_by_role("link", name=re.compile("^Please do not fine owners")).click()
    expect(page.locator("#added + p")).to_contain_text("in 2 letters")
    page.locator("#title_en").fill("No fine for small owners")
    page.get_by_role("button", name="Accept the campaign").click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("Read the 2 points")
    check_page(page)


def _answer_the_letter(page: Page) -> None:
    page.goto(f"{DESK}/answers")
    page.locator("tr", has_text="No fine for small owners").get_by_role("link").last.click()
    expect(page.locator("main")).to_contain_text("answered by itself: 2 points")
    _answer(page, TO_LETTER)


def _answer_what_was_added(page: Page) -> None:
    page.goto(f"{DESK}/campaigns")
    page.get_by_role("link", name="No fine for small owners").first.click()
    page.get_by_role("link", name="Read the 2 points").click()
    check_page(page)
    row = page.locator("li.point", has_text=OWN)
    row.get_by_role("link", name=re.compile("Answer this point alone")).click()
    _answer(page, TO_OWN)


def _answer(page: Page, words: str) -> None:
    page.get_by_label("Noted").check()
    page.locator("textarea[name$=en]").first.fill(words)
    check_page(page)
    page.get_by_role("button", name="Save the answer").click()
    page.wait_for_load_state()


def _read_the_trace(visitor: Visitor, submission: int, citizen: User) -> None:
    window = visitor.context(language="en", person=citizen)
    page = visitor.open(f"/submissions/{submission}/trace", context=window)
    main = page.locator("main")
    expect(main.locator("ol.trace")).to_have_count(2)
    expect(main.locator("ol.trace").first).to_contain_text(TO_LETTER)
    expect(main.locator("ol.trace").last).to_contain_text(TO_OWN)
    expect(main).to_contain_text("You added this to the letter.")
    check_page(page)
    main.get_by_role("link", name="The letter, its answer and what people added").click()
    expect(page.locator("main")).to_contain_text("5 copies of this letter came in.")
    expect(page.locator("main")).to_contain_text(MORE)
    check_page(page)
    page.get_by_role("link", name="How letters of a campaign are counted").click()
    check_page(page)
