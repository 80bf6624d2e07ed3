"""What a citizen does, in a real browser: with and without JavaScript, by mouse and by keyboard."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from consult.consultations.models import Consultation
from consult.kernel.db import db
from consult.submissions.models import Comment, CommentRevision
from tests.journeys.browser import Visitor, check_page
from tests.told import told as told_once

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

WORDS = "Bitte denken Sie auch an die Wohnungen, die nur im Sommer leer stehen."


@pytest.fixture
def told(app: Flask) -> str:
    """The demo; returns the address of its open consultation."""
    told_once(app)
    still_open = db.session.scalars(select(Consultation).order_by(Consultation.id.desc())).first()
    assert still_open is not None
    slug = still_open.slug
    db.session.rollback()
    return f"/consultations/{slug}"


def wait_as_people_do(page: Page) -> None:
    """A form sent faster than anybody writes is shown once more; a test must not be that fast."""
    page.wait_for_timeout(3200)


@pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
def test_one_comment_without_javascript_and_what_became_of_it(visitor: Visitor, told: str) -> None:
    window = visitor.context(language="de", width=320, javascript=False)
    page = visitor.open("/", context=window)
    page.get_by_role("link", name="Gemeindeverordnung über leerstehende Wohnungen").click()
    page.locator(f"a[href*='{told}/draft']").first.click()
    page.locator("a[href*='comments/new'][href*='art_1']").first.click()
    page.locator("textarea[name=source]").fill(WORDS)
    wait_as_people_do(page)
    page.locator("main form button[value=check]").click()
    # The preview shows it as others will see it; nothing is sent yet.
    assert WORDS in page.locator("main").inner_text()
    page.locator("main form button[value=send]").click()
    receipt = page.locator("main").inner_text()
    code = re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3,}\b", receipt)
    assert code, receipt
    # A fresh browser, as on another day: the code alone opens what became of it.
    other = visitor.open("/receipt", language="de", width=320, javascript=False)
    other.locator("main input[name=code]").fill(code[0].lower().replace("-", " "))
    other.locator("main form button[type=submit]").first.click()
    assert WORDS in other.locator("main").inner_text()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_double_click_makes_one_comment(visitor: Visitor, told: str) -> None:
    page = visitor.open(f"{told}/comments/new?clause=art_1", language="de")
    page.locator("textarea[name=source]").fill(WORDS)
    wait_as_people_do(page)
    page.locator("main form button[value=check]").click()
    page.locator("main form button[value=send]").dblclick()
    page.wait_for_url("**/visit*")
    db.session.rollback()
    sent = db.session.scalars(
        select(Comment.id)
        .join(CommentRevision, CommentRevision.comment_id == Comment.id)
        .where(CommentRevision.source == WORDS)
    ).all()
    assert len(sent) == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_was_typed_survives_a_lost_session(visitor: Visitor, told: str) -> None:
    window = visitor.context(language="de")
    page = visitor.open(f"{told}/comments/new?clause=art_1", context=window)
    page.locator("textarea[name=source]").fill(WORDS)
    wait_as_people_do(page)
    window.clear_cookies()
    page.locator("main form button[value=check]").click()
    assert WORDS in page.locator("main").inner_text() or (
        page.locator("textarea[name=source]").input_value() == WORDS
    )
    visitor.complaints.clear()  # the browser reports the 422


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_from_a_change_in_the_text_to_the_comments_behind_it_and_back(
    visitor: Visitor, told: str
) -> None:
    answered = "/consultations/mobilite-quotidienne-2026"
    page = visitor.open(f"{answered}/outcome", language="en")
    page.get_by_role("link", name="Why did this change?").first.click()
    page.wait_for_url("**/changes/*")
    check_page(page)
    change = page.url
    page.locator("main a[href*='/comments/']").first.click()
    page.wait_for_url("**/comments/*")
    check_page(page)
    back = page.get_by_role("link", name="Why did this change?").first
    expect(back).to_be_visible()
    back.click()
    page.wait_for_url("**/changes/*")
    assert page.url.rpartition("/")[0] == change.rpartition("/")[0]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_agreeing_by_keyboard(visitor: Visitor, told: str, javascript: bool) -> None:
    window = visitor.context(language="de", width=320, javascript=javascript)
    page = visitor.open(f"{told}/comments", context=window)
    page.get_by_role("link", name="Was sagen andere?").first.click()
    before = page.locator("main article").inner_text()
    button = page.get_by_role("button", name="Stimme zu", exact=True)
    button.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Stimme nicht zu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Sie stimmen Nr.")
    assert "nicht zu" in page.get_by_role("status").inner_text()
    assert page.locator("main article").inner_text() != before
    if javascript:
        check_page(page)
