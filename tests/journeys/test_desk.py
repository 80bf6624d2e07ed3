"""An official's working days in a real browser: mails in, personal data out, coding and a second
reading by keys, the report, and what was promised for later."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from consult.answers.milestones import keeping as milestones
from consult.answers.models import Milestone
from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.moderation import scanning
from consult.themes.models import Assignment
from tests.journeys.browser import Visitor, check_page
from tests.journeys.test_official import DESK, person, work
from tests.submissions.mails import mail
from tests.told import told

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
TELEPHONE = "621 123 456"


@pytest.fixture
def page(app: Flask, visitor: Visitor) -> Page:
    """The desk of the open consultation, for its only official."""
    told(app)
    return visitor.open(DESK, context=visitor.context(person=person("wiesenbach@example.org")))


@pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
def test_a_mail_comes_in_and_its_telephone_number_goes_out(app: Flask, page: Page) -> None:
    written = mail(f"Please tax empty houses. Call me: {TELEPHONE}.", date=_this_morning())
    page.goto(f"{DESK}/imports/mails")
    page.get_by_label("File").set_input_files(
        {"name": "one.eml", "mimeType": "message/rfc822", "buffer": written.as_bytes()}
    )
    page.get_by_role("button", name="Look at the mails").click()
    expect(page.locator("main")).to_contain_text("1 mail can be taken in.")
    check_page(page)
    page.locator("[name=held]").uncheck()
    page.get_by_role("button", name="Take the mails in").first.click()
    page.wait_for_url("**/imports/mails/*")
    work(app)
    _look_through(app)
    page.goto(f"{DESK}/redaction")
    page.locator("article", has_text=TELEPHONE).get_by_role("link", name="Decide").click()
    expect(page.locator("[data-finding] input").first).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("input[name=ground]").first).to_be_focused()
    page.keyboard.press("Space")
    check_page(page)
    page.locator("[data-redacting-save]").click()
    page.goto("/consultations/wiesenbach-leerstand/comments")
    expect(page.locator("main")).to_contain_text("Please tax empty houses.")
    expect(page.locator("main")).not_to_contain_text(TELEPHONE)


@pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
def test_points_are_coded_and_read_again_by_keys(app: Flask, page: Page, visitor: Visitor) -> None:
    page.goto(f"{DESK}/analysis")
    page.get_by_role("button", name="Start an analysis").click()
    work(app)
    _accept_all_themes(page)
    page.goto(f"{DESK}/coding")
    page.keyboard.press("Enter")
    shown = page.locator("#coding-point")
    first, decided = shown.text_content(), _decided(app)
    check_page(page)
    page.keyboard.press("1")
    expect(shown).not_to_have_text(first or "")
    assert _decided(app) == decided + 1
    _take_the_next_likeliest_and_find_a_theme(app, page)
    page.goto(f"{DESK}/reading")
    page.get_by_role("button", name="Draw by lot").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"0 of \d+ points are read"))
    page.get_by_role("button", name="Read the next 20 points").click()
    first = shown.text_content()
    page.keyboard.press("1")
    expect(shown).not_to_have_text(first or "")
    page.goto(f"{DESK}/reading")
    page.get_by_role("button", name="End it with what is read").click()
    expect(page.locator("main")).to_contain_text("What the last one measured")
    check_page(page)


@pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
def test_the_report_is_one_press_away(app: Flask, page: Page, visitor: Visitor) -> None:
    page.goto(f"{DESK}/report")
    page.get_by_label("Web page in one file").check()
    page.get_by_role("button", name="Make the report").click()
    work(app)
    page.reload()
    check_page(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^HTML")).first.click()
    assert download.value.suggested_filename.endswith(".html")
    assert "wiesenbach-leerstand" in download.value.suggested_filename


@pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
def test_what_was_promised_is_kept_in_public(app: Flask, visitor: Visitor) -> None:
    told(app)
    with act() as session:
        answered = session.scalars(
            select(Consultation).where(Consultation.outcome_completed_at.is_not(None))
        ).one()
        slug = answered.slug
        milestones.promise(
            session,
            answered,
            title={"en": "A night bus"},
            due_at=None,
            actor=COMMAND,
            now=clock.now(),
        )
        number = session.scalars(select(Milestone.id).order_by(Milestone.id.desc())).first()
    desk = visitor.context(person=person("publication@example.org"))
    page = visitor.open(f"/desk/consultations/{slug}/milestones/{number}", context=desk)
    page.get_by_role("radio", name="Done").check()
    check_page(page)
    page.get_by_role("button", name="Make it public").click()
    page.goto(f"/consultations/{slug}/outcome")
    expect(page.locator("main")).to_contain_text("A night bus")
    check_page(page)


def _take_the_next_likeliest_and_find_a_theme(app: Flask, page: Page) -> None:
    shown, field = page.locator("#coding-point"), page.get_by_label("Find a theme")
    themes = page.locator("[data-themes] .coding__theme:visible")
    decided, first = _decided(app), shown.text_content()
    likely = page.locator(".coding__next button").first
    wanted = likely.get_attribute("value")
    page.keyboard.press("a")
    expect(shown).not_to_have_text(first or "")
    assert _decided(app) == decided + 1
    assert str(_newest(app)) == wanted
    # The digits of a field are words; what is typed narrows the list, and Enter takes the only one.
    page.keyboard.press("/")
    expect(field).to_be_focused()
    last = themes.nth(-1)
    page.keyboard.type("THÉME no belongs 1")
    expect(page.get_by_role("status").filter(has_text="No theme is called that")).to_be_visible()
    page.keyboard.press("Enter")
    field.fill("ŃO bélongs")
    expect(last).to_have_text(re.compile("Belongs to no theme"))
    expect(themes).to_have_count(1)
    expect(page.locator("main")).to_contain_text("1 theme; Enter takes it")
    check_page(page)
    second = shown.text_content()
    page.keyboard.press("Enter")
    expect(shown).not_to_have_text(second or "")
    assert _decided(app) == decided + 2
    assert _newest(app) is None
    # By arrows from the field into the list; switched off, no letter does anything.
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    expect(themes.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.get_by_role("button", name="Switch the keys off").click()
    page.keyboard.press("a")
    page.get_by_role("button", name="Switch the keys on").click()
    assert _decided(app) == decided + 2


def _accept_all_themes(page: Page) -> None:
    page.goto(f"{DESK}/themes")
    boxes = page.locator("input[name=chosen]")
    count = boxes.count()
    page.get_by_role("button", name="Choose all on this page").click()
    expect(page.locator("input[name=chosen]:checked")).to_have_count(count)
    check_page(page)
    page.get_by_role("button", name="Accept the chosen").click()
    expect(page.locator("main")).to_contain_text(f"{count} themes are accepted.")
    expect(boxes).to_have_count(0)
    check_page(page)


def _look_through(app: Flask) -> None:
    """What the worker does a minute after something came in."""
    later = clock.now() + timedelta(minutes=1)
    scanning.look(later)
    worker = app.extensions["consult_job_worker"](now=lambda: later)
    while worker.run_one():
        pass
    db.session.remove()


def _this_morning() -> str:
    return clock.now().strftime("%a, %d %b %Y %H:%M:%S +0000")


def _newest(app: Flask) -> int | None:
    """The theme that the last decision said."""
    with app.app_context():
        found = db.session.scalars(
            select(Assignment)
            .where(Assignment.person_id.is_not(None))
            .order_by(Assignment.id.desc())
            .limit(1)
        ).one()
        theme = found.theme_id
        db.session.remove()
    return theme


def _decided(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalars(select(Assignment).where(Assignment.person_id.is_not(None)))
        count = len([a for a in found if a.superseded_at is None])
        db.session.remove()
    return count
