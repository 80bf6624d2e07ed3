"""An official's way in a real browser: from the analysis to an answer that its author can read."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.kernel.db import db
from tests.journeys.browser import Visitor, check_page
from tests.told import told

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

DESK = "/desk/consultations/wiesenbach-leerstand"
REASON = "We read this and will look at it again when the budget is set."


def person(email: str) -> User:
    found = db.session.scalars(select(User).where(User.email == email)).one()
    db.session.expunge(found)
    db.session.rollback()
    return found


def work(app: Flask) -> None:
    """What the worker does beside the web processes."""
    worker = app.extensions["consult_job_worker"]()
    while worker.run_one():
        pass
    db.session.remove()


@pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
def test_from_the_analysis_to_an_answer_that_its_author_reads(app: Flask, visitor: Visitor) -> None:
    told(app)
    desk = visitor.context(language="en", person=person("wiesenbach@example.org"))
    page = visitor.open(f"{DESK}/analysis", context=desk)
    page.get_by_role("button", name="Start an analysis").click()
    expect(page.locator("main")).to_contain_text("Waiting to begin")
    check_page(page)
    work(app)
    page.goto(f"{DESK}/themes")
    name = accept_first_theme(page)
    answer_theme(page, name)
    preview_and_publish(page)
    work(app)
    page.goto(f"{DESK}/answers/publications")
    check_page(page)
    read_as_a_citizen(visitor)


def accept_first_theme(page: Page) -> str:
    """Accept the largest proposal; returns its title."""
    accept = page.get_by_role("button", name=re.compile("^Accept: ")).first
    label = accept.get_attribute("aria-label") or ""
    accept.click()
    page.wait_for_load_state()
    check_page(page)
    return label.removeprefix("Accept: ")


def answer_theme(page: Page, name: str) -> None:
    page.goto(f"{DESK}/answers")
    check_page(page)
    row = page.locator("tr", has_text=name).first
    row.get_by_role("link").last.click()
    page.get_by_label("Noted").check()
    page.locator("textarea[name$=en]").first.fill(REASON)
    check_page(page)
    page.get_by_role("button", name="Save the answer").click()
    page.wait_for_load_state()


def preview_and_publish(page: Page) -> None:
    page.goto(f"{DESK}/answers/publish")
    check_page(page)
    expect(page.locator("main")).to_contain_text(re.compile("letter", re.IGNORECASE))
    page.get_by_role("button", name="Publish now").click()
    page.wait_for_load_state()


def read_as_a_citizen(visitor: Visitor) -> None:
    """The outcome shows the answer; the consultation is open, so its outcome is not complete."""
    page = visitor.open("/consultations/wiesenbach-leerstand/outcome", language="en")
    expect(page.locator("main")).to_contain_text(REASON)
    check_page(page)
    slug = db.session.scalars(
        select(Consultation).where(Consultation.slug == "wiesenbach-leerstand")
    ).one()
    assert slug.outcome_completed_at is None
    db.session.rollback()
