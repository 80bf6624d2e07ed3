"""Words that a citizen proposes, from the box in which they are written into the law that holds them."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from consult.accounts.models import User
from consult.kernel.db import db
from consult.notifications.models import Letter
from consult.notifications.web import render_letter
from consult.submissions.letters import recipient
from tests.journeys.browser import Visitor, check_page
from tests.told import told

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

ROUND = "/consultations/wiesenbach-leerstand"
DESK = f"/desk{ROUND}"
REASON = "Viele Eigentümer sind alt und kommen nicht ins Rathaus."


def write(page: Page, *replaced: tuple[str, str]) -> None:
    """Change words in the box, as people do: they leave the rest as it is."""
    box = page.locator("textarea[name=proposed]")
    words = box.input_value()
    for old, new in replaced:
        assert old in words
        words = words.replace(old, new)
    box.fill(words)


def propose(visitor: Visitor, *, javascript: bool, words: tuple[tuple[str, str], ...]) -> str:
    """From the draft to the receipt; returns the receipt code."""
    window = visitor.context(language="de", width=320, javascript=javascript)
    page = visitor.open(f"{ROUND}/draft", context=window)
    page.locator("#art_4").get_by_role("link", name="Anderen Wortlaut vorschlagen").click()
    if javascript:
        check_page(page)
    write(page, *words)
    if javascript:
        expect(page.locator("#changes ins").first).to_be_visible()
    else:
        page.locator("button[value=preview]").click()
    seen = page.locator("#changes")
    assert "zu Hause" in seen.locator("ins").first.inner_text()
    page.locator("textarea[name=source]").fill(REASON)
    page.locator("input[name=email]").fill(f"{'mit' if javascript else 'ohne'}@example.org")
    page.wait_for_timeout(3200)  # a form sent faster than anybody writes is shown once more
    page.locator("main form button[value=check]").click()
    expect(page.locator(".comment--draft ins").first).to_be_visible()
    page.locator("main form button[value=send]").click()
    code = re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3,}\b", page.locator("main").inner_text())
    assert code
    return code[0]


def agree(visitor: Visitor) -> None:
    """Somebody else reads the proposal beside the clause and agrees."""
    page = visitor.open(f"{ROUND}/comments?clause=art_4&proposals=yes", language="de")
    check_page(page)
    page.locator(".comment .proposal").first.scroll_into_view_if_needed()
    page.locator(".comment__number").first.click()
    check_page(page)
    page.locator("a[href$='/stance']").click()
    page.locator("button[value=agree], input[value=agree]").first.click()
    page.wait_for_load_state()


def adopt_in_part(page: Page) -> None:
    """All together, two over each other, then one of two changes of the first."""
    page.goto(f"{DESK}/draft")
    page.get_by_role("button", name="Begin the next version").click()
    page.goto(f"{DESK}/proposals")
    check_page(page)
    page.get_by_role("link", name="Art. 4").click()
    check_page(page)
    for box in page.locator("input[name=choose]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Lay two over each other").click()
    expect(page.locator(".overlay--both").first).to_be_visible()
    expect(page.locator(".overlay--first, .overlay--second").last).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Adopt into the next version").first.click()
    check_page(page)
    page.locator("input[name=take]").last.uncheck()
    page.get_by_role("button", name="Put the ticked ones into the text").click()
    expect(page.locator("#diff ins")).to_have_count(1)
    check_page(page)
    page.get_by_role("button", name="Save with its author named").click()
    expect(page.locator("main")).to_contain_text("in part")


def answer_and_publish(app: Flask, page: Page) -> None:
    page.locator(".offer", has_text="in part").get_by_role("link", name="Answer it").click()
    expect(page.get_by_label("Partly accepted")).to_be_checked()
    expect(page.locator("input[name=edits]:checked")).to_have_count(1)
    page.locator("textarea[name=reason_de]").fill("Der Hausbesuch leuchtet uns ein.")
    check_page(page)
    page.get_by_role("button", name="Save the answer").click()
    page.goto(f"{DESK}/answers/publish")
    check_page(page)
    page.get_by_role("button", name="Publish now").click()
    worker = app.extensions["consult_job_worker"]()
    while worker.run_one():
        pass
    db.session.remove()


def told_to_the_author(visitor: Visitor, code: str) -> None:
    page = visitor.open("/receipt", language="de", width=320, javascript=False)
    page.locator("main input[name=code]").fill(code)
    page.locator("main form button[type=submit]").first.click()
    found = page.locator("main").inner_text()
    assert "Ein Teil des von Ihnen vorgeschlagenen Wortlauts steht im Text." in found
    history = visitor.open(f"{ROUND}/draft/clauses/art_4", language="de")
    expect(history.locator(".attribution").first).to_contain_text("zum Teil übernommen")
    check_page(history)


def letter_to(address: str) -> str:
    """The letter of the publication to an address, as it is sent."""
    for letter in db.session.scalars(select(Letter).where(Letter.template == "answered")):
        to = recipient(db.session(), int(letter.recipient.partition(":")[2]))
        if to is not None and to.email == address:
            return render_letter(letter, to).body
    raise AssertionError(f"No letter to {address}.")


@pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
def test_from_the_box_into_the_law_and_back_to_its_author(app: Flask, visitor: Visitor) -> None:
    told(app)
    home = ("kostenlos eine Beratung", "kostenlos und zu Hause eine Beratung")
    code = propose(
        visitor,
        javascript=False,
        words=(home, ("eine Architektin oder einen Architekten", "eine Fachperson")),
    )
    propose(visitor, javascript=True, words=(home, ("auf Wunsch", "auf Antrag")))
    agree(visitor)
    official = db.session.scalars(select(User).where(User.email == "wiesenbach@example.org")).one()
    db.session.expunge(official)
    db.session.rollback()
    page = visitor.open("/desk", context=visitor.context(language="en", person=official))
    adopt_in_part(page)
    answer_and_publish(app, page)
    told_to_the_author(visitor, code)
    said = letter_to("ohne@example.org")
    assert "ein Teil des von Ihnen vorgeschlagenen Wortlauts steht darin" in " ".join(said.split())
