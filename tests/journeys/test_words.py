"""Choosing exact words of a clause by mouse, finger and keyboard, and writing the next version."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from consult.drafts.models import Anchor
from consult.kernel.db import db
from consult.submissions.models import Comment, CommentRevision
from tests.journeys.browser import Visitor, check_page
from tests.journeys.test_citizen import wait_as_people_do
from tests.journeys.test_official import person
from tests.told import told

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]

OPEN = "/consultations/wiesenbach-leerstand"
DESK = "/desk/consultations/wiesenbach-leerstand/draft"
SAYS = "Sechs Wochen reichen nicht, wenn jemand im Ausland wohnt."
# Where `needle` begins and ends in the window.
BOX = """([selector, needle]) => {
  const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(needle);
    if (at === -1) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + needle.length);
    document.querySelector(selector).scrollIntoView({ block: "center" });
    const lines = [...range.getClientRects()];
    const [first, last] = [lines[0], lines.at(-1)];
    const middle = (line) => (line.top + line.bottom) / 2;
    return { from: [first.left + 1, middle(first)], to: [last.right - 1, middle(last)] };
  }
  return null;
}"""

SELECT = "(selector) => getSelection().selectAllChildren(document.querySelector(selector))"


def send(page: Page) -> None:
    page.locator("textarea[name=source]").fill(SAYS)
    wait_as_people_do(page)
    page.locator("main form button[value=check]").click()
    page.locator("main form button[value=send]").click()
    page.wait_for_url("**/visit*")


def anchored() -> tuple[str, str]:
    """The words that the comment just sent hangs on, and what stands before them."""
    db.session.rollback()
    found = db.session.execute(
        select(Anchor.exact, Anchor.prefix)
        .join(Comment, Comment.anchor_id == Anchor.id)
        .join(CommentRevision, CommentRevision.comment_id == Comment.id)
        .where(CommentRevision.source == SAYS)
    ).one()
    db.session.rollback()
    return found.exact, found.prefix


def test_by_mouse_across_bold_words(app: Flask, visitor: Visitor) -> None:
    told(app)
    page = visitor.open(f"{OPEN}/draft", language="de")
    box = page.evaluate(BOX, ["#art_3 .clause-text", "Er hat "])
    end = page.evaluate(BOX, ["#art_3 .clause-text", "sechs Wochen"])
    page.mouse.move(*box["from"])
    page.mouse.down()
    page.mouse.move(*end["to"], steps=8)
    page.mouse.up()
    link = page.get_by_role("link", name="Diese Worte kommentieren")
    expect(link).to_be_visible()
    check_page(page)
    link.click()
    expect(page.locator("#words")).to_have_value("Er hat sechs Wochen")
    send(page)
    words, before = anchored()
    assert words == "Er hat sechs Wochen"
    assert before.endswith("schriftlich an. ")


def test_the_second_of_equal_words(app: Flask, visitor: Visitor) -> None:
    """ "leerstehenden Wohnungen" stands twice in the clause; the person means the second."""
    told(app)
    page = visitor.open(f"{OPEN}/draft", language="de")
    box = page.evaluate(BOX, ["#art_3 .clause-text", "leerstehenden Wohnungen nach"])
    page.mouse.dblclick(box["from"][0] + 10, box["from"][1])
    page.get_by_role("link", name="Diese Worte kommentieren").click()
    expect(page.locator("#words")).to_have_value("leerstehenden")
    send(page)
    words, before = anchored()
    assert words == "leerstehenden"
    assert before.endswith("jährlich die Zahl der ")


def test_by_finger(app: Flask, visitor: Visitor) -> None:
    """The handles of a telephone's selection tell the page nothing but that it changed."""
    told(app)
    window = visitor.context(language="de", touch=True, width=360)
    page = visitor.open(f"{OPEN}/draft", context=window)
    page.evaluate(SELECT, "#art_3 .clause-text strong")
    link = page.get_by_role("link", name="Diese Worte kommentieren")
    expect(link).to_be_visible()
    check_page(page)
    # The finger on the link takes the selection away before the link is followed.
    page.evaluate("() => getSelection().removeAllRanges()")
    link.tap()
    expect(page.locator("#words")).to_have_value("sechs Wochen")
    page.go_back()
    page.evaluate(SELECT, "#art_3 .clause-text strong")
    expect(link).to_be_visible()
    page.evaluate("() => getSelection().removeAllRanges()")
    expect(link).to_be_hidden()


def test_by_keyboard_alone(app: Flask, visitor: Visitor) -> None:
    told(app)
    page = visitor.open(f"{OPEN}/comments/new?clause=art_3", language="de")
    page.locator("#words-part summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # the sentences: one question, one stop
    page.keyboard.press("Tab")
    expect(page.locator("#clause-text")).to_be_focused()
    page.keyboard.press("Control+Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Control+ArrowRight")
    page.keyboard.press("Shift+Control+ArrowRight")
    page.keyboard.type("gelöscht?")  # the text of the law cannot be written over
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#words")).to_be_focused()
    expect(page.locator("#words")).to_have_value("Die Gemeinde")
    check_page(page)
    send(page)
    assert anchored()[0] == "Die Gemeinde"


def test_the_changes_show_while_an_editor_writes(app: Flask, visitor: Visitor) -> None:
    told(app)
    desk = visitor.context(language="de", person=person("wiesenbach@example.org"))
    page = visitor.open(DESK, context=desk)
    begin = page.locator("main form button", has_text="Fassung")
    if begin.count():
        begin.first.click()
    page.goto(f"{DESK}/clauses/art_3")
    text = page.locator("textarea[name=source]")
    text.fill(text.input_value().replace("sechs Wochen", "drei Monate"))
    diff = page.locator("#diff")
    expect(diff.locator("del")).to_contain_text("sechs Wochen")
    expect(diff.locator("ins")).to_contain_text("drei Monate")
    check_page(page)
    page.get_by_role("button", name="Speichern").click()
    page.goto(f"{DESK}/clauses/art_3")
    assert "drei Monate" in page.locator("textarea[name=source]").input_value()
