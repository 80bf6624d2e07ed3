"""By keys, by finger, by mouse and without JavaScript: the same words reach the same place."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from consult.consultations.models import Consultation
from consult.drafts.models import Anchor
from consult.kernel.db import db
from consult.submissions.models import Comment
from tests.drafts.texts import make_text
from tests.journeys.browser import Visitor, check_page
from tests.journeys.test_citizen import wait_as_people_do
from tests.journeys.test_words import BOX

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]

TEXT = """# Gesetz über Wege

### Art. 1. – Bau

Die Gemeinde baut, z. B. **an Schulen**, Wege 🚲👩‍👩‍👧 für n\u0303uñu\u00a0Räder. Sie baut \
[keine Wege](https://example.org/x) für *große* Autos; sie baut Wege.

- erstens Bäume;
- zweitens **Bänke** am Weg.

| Jahr | Wege |
|---|---|
| 2027 | zehn |

### Art. 2. – Schluss

Das Gesetz gilt morgen. Es gilt für alle.
"""
WORDS = "Sie baut keine Wege für große"
SENTENCE = "zweitens Bänke am Weg."
SAYS = "Diese Worte sind unklar, bitte erklären Sie sie genauer."


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make_text(TEXT, language="de")


def draft(consultation: Consultation) -> str:
    return f"/consultations/{consultation.slug}/draft"


def send(page: Page) -> None:
    page.locator("textarea[name=source]").fill(SAYS)
    wait_as_people_do(page)
    page.locator("main form button[value=check]").click()
    page.locator("main form button[value=send]").click()
    page.wait_for_url("**/visit*")


def stored() -> list[tuple[str, int, int]]:
    """Exact words and place of each comment, in the order in which they came."""
    db.session.rollback()
    rows = db.session.execute(
        select(Anchor.exact, Anchor.start, Anchor.end)
        .join(Comment, Comment.anchor_id == Anchor.id)
        .order_by(Comment.seq)
    )
    found = [(row.exact, row.start, row.end) for row in rows]
    db.session.rollback()
    return found


def by_mouse(page: Page, consultation: Consultation) -> None:
    page.goto(draft(consultation))
    begin = page.evaluate(BOX, ["#art_1 .clause-text", "Sie baut"])
    end = page.evaluate(BOX, ["#art_1 .clause-text", "große"])
    page.mouse.move(*begin["from"])
    page.mouse.down()
    page.mouse.move(*end["to"], steps=8)
    page.mouse.up()
    page.get_by_role("link", name="Diese Worte kommentieren").click()


def by_keys(page: Page, consultation: Consultation) -> None:
    """From the clause's own button; nothing is selected, and no caret is needed."""
    page.goto(f"{draft(consultation)}#art_1")
    expect(page.locator("#art_1")).to_be_focused()
    button = page.locator("#art_1 [data-choose]")
    for _ in range(8):
        page.keyboard.press("Tab")
        if button.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    said = page.locator(".choosing [role=status]")
    expect(said).to_contain_text("Satz 1 von")
    expect(said).to_contain_text("an Schulen")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Sie baut keine Wege")
    check_page(page)
    for key, times in (("Shift+ArrowDown", 2), ("Shift+ArrowUp", 2), ("Shift+ArrowLeft", 6)):
        for _ in range(times):
            page.keyboard.press(key)
    expect(page.locator(".choosing [data-chosen]")).to_have_text(WORDS)
    page.keyboard.press("Enter")


def by_panel(page: Page, consultation: Consultation) -> None:
    """By the buttons alone, as fingers and screen readers do."""
    page.goto(draft(consultation))
    page.locator("#art_1 [data-choose]").click()
    panel = page.locator(".choosing")
    panel.get_by_role("button", name="Nächster Satz").click()
    panel.get_by_role("button", name="Ein Wort später beginnen").click()
    panel.get_by_role("button", name="Ein Wort früher beginnen").click()
    for _ in range(6):
        panel.get_by_role("button", name="Ein Wort früher enden").click()
    panel.get_by_role("link", name="Diese Worte kommentieren").click()


PICK = """([selector, first, last]) => {
  const clause = document.querySelector(selector);
  const walker = document.createTreeWalker(clause, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.data.includes(first)) range.setStart(node, node.data.indexOf(first));
    if (node.data.includes(last)) range.setEnd(node, node.data.indexOf(last) + last.length);
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def by_finger(page: Page, consultation: Consultation) -> None:
    """The handles of a telephone tell the page nothing but that the selection changed; its own menu
    stands at the words, and the link at the edge of the window."""
    page.goto(draft(consultation))
    page.locator("#art_1").scroll_into_view_if_needed()
    page.evaluate(PICK, ["#art_1 .clause-text", "Sie baut", "große"])
    link = page.get_by_role("link", name="Diese Worte kommentieren")
    expect(link).to_be_visible()
    box = link.bounding_box()
    assert box is not None
    assert 740 - 100 < box["y"] < 740 - box["height"]
    check_page(page)
    page.evaluate("() => getSelection().removeAllRanges()")
    link.tap()


def without_javascript(page: Page, consultation: Consultation) -> None:
    page.goto(f"/consultations/{consultation.slug}/comments/new?clause=art_1")
    page.locator("#words-part summary").click()
    page.get_by_label("Andere Worte").check()
    page.locator("#words").fill("Sie baut keine\nWege für große")


@pytest.mark.parametrize("way", [by_mouse, by_keys, by_panel, by_finger, without_javascript])
def test_every_way_reaches_the_same_words(
    visitor: Visitor, consultation: Consultation, way: Callable[[Page, Consultation], None]
) -> None:
    javascript, touch = way is not without_javascript, way is by_finger
    width = 360 if touch else 1280
    context = visitor.context(language="de", javascript=javascript, touch=touch, width=width)
    page = visitor.open("/", context=context)
    way(page, consultation)
    page.wait_for_url("**/comments/new*")
    if javascript:
        expect(page.locator(".comment__quoted")).to_have_text(WORDS)
        check_page(page)
    send(page)
    (found,) = stored()
    assert found == (WORDS, 65, 94)
    # The way back leads to the clause, which is under the keys there.
    page.get_by_role("link", name="Zurück zu Art. 1 im Text").click()
    page.wait_for_url("**/draft#art_1")
    if javascript:
        expect(page.locator("#art_1")).to_be_focused()


def test_a_sentence_by_keys_and_without_javascript(
    visitor: Visitor, consultation: Consultation
) -> None:
    page = visitor.open(draft(consultation), language="de")
    page.locator("#art_1 [data-choose]").press("Enter")
    said = page.locator(".choosing [role=status]")
    for _ in range(9):
        if SENTENCE in (said.text_content() or ""):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    send(page)
    plain = visitor.context(language="de", javascript=False)
    page = visitor.open(
        f"/consultations/{consultation.slug}/comments/new?clause=art_1", context=plain
    )
    page.locator("#words-part summary").click()
    page.get_by_label(SENTENCE).check()
    send(page)
    first, second = stored()
    assert first == second
    assert first[0] == SENTENCE


def test_escape_goes_back_to_where_it_began(visitor: Visitor, consultation: Consultation) -> None:
    page = visitor.open(draft(consultation), language="de")
    button = page.locator("#art_2 [data-choose]")
    button.press("Enter")
    expect(page.locator(".choosing")).to_have_attribute("aria-label", "Worte von Art. 2 auswählen")
    page.keyboard.press("Shift+ArrowRight")  # beyond the sentence, a word at a time
    expect(page.locator(".choosing [data-chosen]")).to_have_text("Das Gesetz gilt morgen. Es")
    page.keyboard.press("Escape")
    expect(page.locator(".choosing")).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


EVERY_SPAN = """async (address) => {
  const script = document.querySelector('script[src*="select-words"]').src;
  const { plainText, rangeAt, wordsOf } = await import(script.replace("select-words", "clause-words"));
  const clause = document.querySelector("#art_1 .clause-text");
  const stored = await (await fetch(address)).text();
  const text = plainText(clause);
  if (text.replace(/\\n+$/, "") !== stored) return [text, stored];
  const wrong = [];
  const whole = [...stored];
  for (let start = 0; start < whole.length; start += 1) {
    for (let end = start + 1; end <= whole.length; end += 7) {
      const words = whole.slice(start, end).join("");
      if (!words.trim()) continue;
      const from = whole.slice(0, start).join("").length;
      const range = rangeAt(clause, from, from + words.length);
      const found = wordsOf(clause, range);
      const lead = [...words].length - [...words.trimStart()].length;
      if (found.words !== words.trim() || found.at !== start + lead) wrong.push([words, found]);
    }
  }
  return wrong;
}"""


@pytest.mark.parametrize("marks", ["", "?marks=1"])
def test_any_words_are_found_whatever_stands_between_them(
    visitor: Visitor, consultation: Consultation, marks: str
) -> None:
    """Bold, links, items, cells, hard spaces, combining marks, emoji, and marks of others."""
    page = visitor.open(draft(consultation), language="de")
    page.locator("#art_1 [data-choose]").press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    send(page)
    page = visitor.open(f"{draft(consultation)}{marks}", language="de")
    expect(page.locator(".said-number")).to_have_count(int(bool(marks)))
    assert page.evaluate(EVERY_SPAN, f"{draft(consultation)}/1/clauses/art_1/de") == []


def test_others_who_chose_the_same_words_are_met_before_writing(
    visitor: Visitor, consultation: Consultation
) -> None:
    page = visitor.open(draft(consultation), language="de")
    page.locator("#art_1 [data-choose]").press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    send(page)
    other = visitor.open(f"{draft(consultation)}?marks=1", language="de")
    other.locator(".said-number").click()
    talk = other.locator(".conversation")
    expect(talk).to_contain_text(SAYS)
    check_page(other)
    other.keyboard.press("Escape")
    expect(other.locator(".said-number")).to_be_focused()
    other.goto(f"/consultations/{consultation.slug}/comments/new?clause=art_1")
    other.locator("#words-part summary").click()
    other.locator("input[name=part][data-said]").check()
    expect(other.locator("#others")).to_contain_text(SAYS)
    check_page(other)
    other.get_by_label("Der ganze Artikel").check()
    expect(other.locator("#others")).to_have_text("")
