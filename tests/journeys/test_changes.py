"""From change to change by key, side by side on a telephone, a clause's history, an unclear place."""

import re

import pytest
from flask import Flask
from playwright.sync_api import FloatRect, Page, expect
from sqlalchemy import select

from consult.accounts.models import Body
from consult.consultations.models import ConsultationBody
from consult.kernel.db import db
from tests.journeys.browser import Visitor, check_page
from tests.people import make_user
from tests.submissions.test_placing import SAID, Unclear
from tests.told import told

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]

COMPARE = "/consultations/mobilite-quotidienne-2026/draft/compare/1/2"


def focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.closest('[data-change]')?.id ?? ''"))


def test_from_change_to_change_by_key(app: Flask, visitor: Visitor) -> None:
    told(app)
    page = visitor.open(COMPARE, language="de")
    stops = page.eval_on_selector_all("[data-change]", "all => all.map((one) => one.id)")
    assert len(stops) > 5
    page.keyboard.press("n")
    assert focused(page) == stops[0]
    page.keyboard.press("j")
    page.keyboard.press("n")
    assert focused(page) == stops[2]
    expect(page.get_by_role("status")).to_have_text(f"Änderung 3 von {len(stops)}")
    page.keyboard.press("p")
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert focused(page) == stops[0]
    check_page(page)
    # What is typed or chosen in a field is no command, and the keys can be switched off for good.
    page.locator("#version-1").focus()
    page.keyboard.press("n")
    assert focused(page) == ""
    page.get_by_role("button", name="Tasten ausschalten").click()
    page.keyboard.press("n")
    assert focused(page) == ""
    page.reload()
    page.keyboard.press("n")
    assert focused(page) == ""
    page.get_by_role("button", name="Tasten einschalten").click()
    page.keyboard.press("n")
    assert focused(page) in stops
    # The whole text has the same way from change to change.
    page.goto("/consultations/mobilite-quotidienne-2026/draft?changes=1")
    page.keyboard.press("n")
    assert focused(page)


def test_without_javascript_each_change_leads_to_the_next(app: Flask, visitor: Visitor) -> None:
    told(app)
    page = visitor.open(COMPARE, context=visitor.context(language="de", javascript=False))
    expect(page.locator(".jump")).to_be_hidden()
    page.get_by_role("link", name="Nächste Änderung").first.click()
    second = page.eval_on_selector_all("[data-change]", "all => all[1].id")
    expect(page).to_have_url(re.compile(f"#{second}$"))
    page.locator("#version-2").select_option("1")
    page.get_by_role("button", name="Vergleichen").click()
    expect(page.locator("main")).to_contain_text("Wählen Sie zwei verschiedene Fassungen.")


def test_side_by_side_and_one_below_the_other_on_a_telephone(app: Flask, visitor: Visitor) -> None:
    told(app)
    wide = visitor.open(f"{COMPARE}?view=side", language="de")
    old, new = _boxes(wide)
    assert abs(old["y"] - new["y"]) < 2
    assert old["x"] + old["width"] <= new["x"] + 1
    check_page(wide)
    narrow = visitor.open(f"{COMPARE}?view=side", context=visitor.context(language="de", width=320))
    old, new = _boxes(narrow)
    assert abs(old["x"] - new["x"]) < 2
    assert old["y"] + old["height"] <= new["y"] + 1
    # Each says of which version it is.
    row = narrow.locator(".sides__row").first
    expect(row.locator(".sides__name").nth(0)).to_have_text("Fassung 1")
    expect(row.locator(".sides__name").nth(1)).to_have_text("Fassung 2")
    check_page(narrow)
    narrow.get_by_role("button", name="Nächste").click()
    assert focused(narrow)


def _boxes(page: Page) -> tuple[FloatRect, FloatRect]:
    sides = page.locator(".sides__row").first.locator(".sides__side")
    old, new = sides.nth(0).bounding_box(), sides.nth(1).bounding_box()
    assert old
    assert new
    return old, new


def test_from_a_change_to_its_reason_and_the_history(app: Flask, visitor: Visitor) -> None:
    told(app)
    page = visitor.open(COMPARE, language="de")
    page.get_by_role("link", name="Nur zeigen, was wegen Kommentaren geändert wurde").click()
    change = page.locator("[data-change]").first
    expect(change).to_contain_text("Kommentar")
    change.get_by_role("link", name="Verlauf").click()
    expect(page.locator(".history > li")).to_have_count(2)
    expect(page.locator(".history")).to_contain_text("zu dieser Fassung geschrieben")
    check_page(page)


def test_an_official_decides_where_words_belong(app: Flask, visitor: Visitor) -> None:
    unclear = Unclear()
    body = (
        db.session()
        .scalars(
            select(Body)
            .join(ConsultationBody)
            .where(ConsultationBody.consultation_id == unclear.consultation.id)
        )
        .one()
    )
    db.session.rollback()
    editor = make_user(body=body, roles=("editor",))
    page = visitor.open(unclear.page, context=visitor.context(language="de", person=editor))
    expect(page.locator("article")).to_contain_text(SAID)
    page.get_by_role("link", name="Entscheiden, wohin er gehört").click()
    check_page(page)
    page.get_by_label("Elle est signalée").check()
    page.get_by_role("button", name="Das sind die Worte").click()
    expect(page.locator("main")).to_contain_text("Nichts wartet auf eine Entscheidung.")
    assert unclear.placement().placed_by == editor.id
    page.goto(f"/comments/{unclear.comment_id}")
    expect(page.locator(".where")).to_contain_text("Das hat die Behörde entschieden.")
    check_page(page)
