"""Writing in a real browser: two officials at one clause, and a browser that is closed too early."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.consultations.queries import lead_body
from consult.kernel.db import db
from tests.drafts.texts import begin, make_text, translated
from tests.journeys.browser import CHROMIUM, FLAGS, Visitor, check_page
from tests.people import make_user

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

MINE = "(1) Les communes peuvent instaurer une zone à 20 km/h."


def editors(consultation: Consultation, count: int = 1) -> list[User]:
    body = lead_body(db.session(), consultation.id)
    made = [make_user(body=body, roles=("editor",)) for _ in range(count)]
    for user in made:
        db.session.refresh(user)
        db.session.expunge(user)
    db.session.rollback()
    return made


@contextmanager
def browser_of(
    visitor: Visitor, folder: Path, person: User | None = None, width: int = 1280
) -> Iterator[BrowserContext]:
    """A browser with a profile on disk, which stays when the browser is closed."""
    context = visitor.browser.browser_type.launch_persistent_context(
        folder,
        executable_path=CHROMIUM,
        args=FLAGS,
        base_url=visitor.address,
        locale="en",
        viewport={"width": width, "height": 900},
    )
    cookies = [{"name": "consult_language", "value": "en", "url": visitor.address}]
    if person is not None:
        session = visitor._session(person)
        cookies.append({"name": "consult_session", "value": session, "url": visitor.address})
    context.add_cookies(cookies)  # type: ignore[arg-type]
    try:
        yield context
    finally:
        context.close()


def opened(context: BrowserContext, path: str) -> Page:
    page = context.pages[0] if context.pages else context.new_page()
    page.goto(path)
    return page


def test_two_officials_at_one_clause_lose_nothing(app: Flask, visitor: Visitor) -> None:
    consultation = make_text()
    slug = consultation.slug
    begin(consultation)
    anna, bert = editors(consultation, 2)
    path = f"/desk/consultations/{slug}/draft/clauses/art_2"
    first, second = visitor.open(path, person=anna), visitor.open(path, person=bert)
    text = first.get_by_label("Text", exact=True)
    text.fill(text.input_value().replace("chaque entrée", "toutes les entrées"))
    first.get_by_role("button", name="Save").click()
    expect(first.locator("main")).to_contain_text("Art. 2 is saved.")
    mine = second.get_by_label("Text", exact=True)
    mine.fill(mine.input_value().replace("30 km/h", "20 km/h"))
    second.get_by_role("button", name="Save").click()
    expect(second.locator("main")).to_contain_text("Somebody else has saved this clause")
    expect(second.locator("main")).to_contain_text("Both together")
    assert "20 km/h" in second.get_by_label("Text", exact=True).input_value()
    visitor.complaints.clear()  # the browser tells of the refusal, 409
    check_page(second)
    second.get_by_role("button", name="Put this into the form").click()
    both = second.get_by_label("Text", exact=True).input_value()
    assert "20 km/h" in both
    assert "toutes les entrées" in both
    second.get_by_role("button", name="Save").click()
    expect(second).to_have_url(re.compile("/draft(?!.*kept)#art_2"))
    expect(second.locator("#art_2 ins").first).to_contain_text("20")
    expect(second.locator("#art_2")).to_contain_text("toutes les")


def test_a_closed_browser_brings_back_what_an_official_wrote(
    app: Flask, visitor: Visitor, tmp_path: Path
) -> None:
    consultation = make_text()
    path = f"/desk/consultations/{consultation.slug}/draft/clauses/art_2"
    begin(consultation)
    anna, bert = editors(consultation, 2)
    with browser_of(visitor, tmp_path, anna) as context:
        page = opened(context, path)
        page.get_by_label("Text", exact=True).fill(MINE)
        expect(page.locator("[data-keep-state]")).to_be_visible()
    with browser_of(visitor, tmp_path, bert) as context:
        page = opened(context, path)
        expect(page.locator("[data-kept]")).to_be_hidden()  # they are another person's words
    with browser_of(visitor, tmp_path, anna) as context:
        page = opened(context, path)
        offer = page.locator("[data-kept]")
        expect(offer).to_contain_text("You had begun to write here")
        expect(offer.locator("ins")).to_contain_text("20")
        assert "30 km/h" in page.get_by_label("Text", exact=True).input_value()
        check_page(page)
        offer.get_by_role("button", name="Take up what you had written").click()
        expect(page.get_by_label("Text", exact=True)).to_have_value(MINE)
        expect(page.get_by_label("Text", exact=True)).to_be_focused()
        expect(page.locator("#diff ins")).to_contain_text("20")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#art_2 ins").first).to_contain_text("20")
        expect(page).not_to_have_url(re.compile("kept"))
        page.goto(path)
        expect(page.locator("[data-kept]")).to_be_hidden()
        assert page.evaluate("Object.keys(localStorage)") == []


def test_kept_words_of_a_clause_that_somebody_saved_meanwhile_meet_both_texts(
    app: Flask, visitor: Visitor, tmp_path: Path
) -> None:
    consultation = make_text()
    path = f"/desk/consultations/{consultation.slug}/draft/clauses/art_2"
    begin(consultation)
    anna, bert = editors(consultation, 2)
    with browser_of(visitor, tmp_path, anna) as context:
        page = opened(context, path)
        text = page.get_by_label("Text", exact=True)
        text.fill(text.input_value().replace("30 km/h", "20 km/h"))
        expect(page.locator("[data-keep-state]")).to_be_visible()
    other = visitor.open(path, person=bert)
    text = other.get_by_label("Text", exact=True)
    text.fill(text.input_value().replace("chaque entrée", "toutes les entrées"))
    other.get_by_role("button", name="Save").click()
    expect(other.locator("#art_2")).to_contain_text("toutes les")
    with browser_of(visitor, tmp_path, anna) as context:
        page = opened(context, path)
        expect(page.locator("[data-kept-stale]")).to_be_visible()
        page.get_by_role("button", name="Discard it")
        page.get_by_role("button", name="Take up what you had written").click()
        page.get_by_role("button", name="Save").click()
        expect(page.locator("main")).to_contain_text("Both together")
        page.get_by_role("button", name="Put this into the form").click()
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#art_2 ins").first).to_contain_text("20")
        expect(page.locator("#art_2")).to_contain_text("toutes les")


def test_words_typed_while_older_ones_are_offered_are_not_lost_either(
    app: Flask, visitor: Visitor, tmp_path: Path
) -> None:
    consultation = make_text()
    path = f"/desk/consultations/{consultation.slug}/draft/clauses/art_2"
    begin(consultation)
    (anna,) = editors(consultation)
    with browser_of(visitor, tmp_path, anna) as context:
        page = opened(context, path)
        page.get_by_label("Text", exact=True).fill("Ancien.")
        expect(page.locator("[data-keep-state]")).to_be_visible()
        page.goto(path)
        page.get_by_label("Text", exact=True).fill("Nouveau.")
        expect(page.locator("[data-keep-state]")).to_be_visible()
        page.get_by_role("button", name="Take up what you had written").click()
        expect(page.get_by_label("Text", exact=True)).to_have_value("Ancien.")
        page.get_by_role("button", name="Take up what you had written").click()
        expect(page.get_by_label("Text", exact=True)).to_have_value("Nouveau.")
        page.get_by_role("button", name="Discard it").click()
        expect(page.locator("[data-kept]")).to_be_hidden()


def comment_form(consultation: Consultation) -> str:
    return f"/consultations/{consultation.slug}/comments/new"


def test_a_comment_goes_with_its_tab_unless_the_box_is_ticked(
    app: Flask, visitor: Visitor, tmp_path: Path
) -> None:
    consultation = make_text()
    path = comment_form(consultation)
    words = "Les trottoirs sont trop étroits pour deux poussettes."
    with browser_of(visitor, tmp_path) as context:
        page = opened(context, f"{path}?clause=art_2")
        page.get_by_label("Your comment").fill(words)
        page.get_by_label("Your name").fill("Zoé")
        page.wait_for_timeout(600)
        page.goto(path)  # gone astray, in the same tab
        offer = page.locator("[data-kept]")
        expect(offer).to_contain_text(words)
        check_page(page)
        offer.get_by_role("button", name="Take up what you had written").click()
        expect(page).to_have_url(re.compile("clause=art_2"))
        expect(page.get_by_label("Your comment")).to_have_value(words)
        assert "Zoé" not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    with browser_of(visitor, tmp_path) as context:
        page = opened(context, path)
        expect(page.locator("[data-kept]")).to_be_hidden()
        page.get_by_label("Your comment").fill(words)
        page.get_by_label("Keep my words in this browser").check()
        page.wait_for_timeout(600)
    with browser_of(visitor, tmp_path) as context:
        page = opened(context, path)
        expect(page.locator("[data-kept]")).to_contain_text(words)
        page.get_by_label("Keep my words in this browser").uncheck()
        page.get_by_role("button", name="Discard it").click()
    with browser_of(visitor, tmp_path) as context:
        page = opened(context, path)
        expect(page.locator("[data-kept]")).to_be_hidden()


def test_a_sent_comment_is_not_kept_and_the_end_of_a_visit_erases_the_next(
    app: Flask, visitor: Visitor, tmp_path: Path
) -> None:
    consultation = make_text()
    path = comment_form(consultation)
    with browser_of(visitor, tmp_path) as context:
        page = opened(context, path)
        page.get_by_label("Keep my words in this browser").check()
        page.get_by_label("Your comment").fill("Les trottoirs sont trop étroits pour nous tous.")
        page.get_by_role("button", name="Check your comment").click()
        page.wait_for_timeout(3500)  # a form that is sent at once is taken for a machine's
        page.get_by_role("button", name="Send").click()
        expect(page.locator("h1")).to_contain_text("Your comment has been received")
        expect(page).not_to_have_url(re.compile("kept"))
        assert page.evaluate("Object.keys(localStorage)") == ["consult:on-device"]
        page.goto(path)
        expect(page.locator("[data-kept]")).to_be_hidden()
        page.get_by_label("Your comment").fill("Encore une chose, qui reste à moi.")
        page.wait_for_timeout(600)
        page.goto("/visit")
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="End the visit").click()
        expect(page.locator("main")).to_contain_text("Your visit has ended")
        assert page.evaluate("Object.keys({...localStorage, ...sessionStorage})") == []


def test_the_text_is_read_in_two_languages(app: Flask, visitor: Visitor) -> None:
    from consult.drafts import queries

    consultation = make_text()
    version = queries.current_version(db.session(), consultation.id)
    assert version is not None
    translated(consultation, version)
    db.session.rollback()
    context = visitor.context(language="en")
    page = visitor.open(f"/consultations/{consultation.slug}/draft", context=context)
    page.locator(".text-languages").get_by_role("link", name="Deutsch", exact=True).click()
    expect(page.locator("h1")).to_have_text("Gesetz über die Gehwege")
    check_page(page)
    page.locator("#art_2").get_by_role("link", name=re.compile("^Comment")).click()
    expect(page.locator("main")).to_contain_text("Die Gemeinden können")
    page.go_back()
    page.get_by_role("link", name="with Français beside it").click()
    left, right = page.locator("#art_2 > .clause-text"), page.locator("#art_2 .beside .clause-text")
    expect(right).to_contain_text("Les communes peuvent")
    check_page(page)
    one, other = left.bounding_box(), right.bounding_box()
    assert one is not None
    assert other is not None
    assert abs(one["y"] - other["y"]) < 60
    assert one["x"] + one["width"] <= other["x"]
    page.set_viewport_size({"width": 320, "height": 800})
    one, other = left.bounding_box(), right.bounding_box()
    assert one is not None
    assert other is not None
    assert one["y"] + one["height"] <= other["y"]
    check_page(page)
