"""A moderator works through the queue by keys, in a real browser."""

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from consult.kernel import clock
from consult.kernel.actor import VISITOR
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.moderation.reporting import report
from consult.submissions.models import Comment
from tests.journeys.browser import Visitor, check_page
from tests.journeys.test_official import person
from tests.moderation.test_pages import said
from tests.people import make_body, make_consultation, make_user

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_by_keys_and_back(app: Flask, visitor: Visitor) -> None:
    body = make_body()
    consultation = make_consultation(body, slug="law")
    make_user("moderator@example.org", body=body, roles=("moderator",))
    first, second = said(consultation).comment.id, said(consultation, "More trees.").comment.id
    with act() as session:
        for number in (first, second):
            report(
                session, number, reason="insult", note="", form_number=f"form {number}",
                actor=VISITOR, now=clock.now(),
            )  # fmt: skip
    desk = visitor.context(language="en", person=person("moderator@example.org"))
    page = visitor.open("/desk/consultations/law/reports", context=desk)
    # A key decides nothing as long as no comment has the focus.
    page.keyboard.press("1")
    expect(page.locator("article")).to_have_count(2)
    page.keyboard.press("n")
    expect(page.locator(f"#c{first}")).to_be_focused()
    check_page(page)
    page.keyboard.press("1")
    expect(page.locator("article")).to_have_count(1)
    expect(page.locator(f"#c{second}")).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("main")).to_contain_text("No. 2 held back")
    page.keyboard.press("u")
    expect(page.locator("main")).to_contain_text("It is undone.")
    with app.app_context():
        states = db.session.scalars(select(Comment.state).order_by(Comment.id)).all()
        db.session.remove()
    assert list(states) == ["published", "published"]
