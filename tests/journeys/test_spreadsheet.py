"""An official brings a survey in: looks, corrects what a column holds, tries, and takes it in."""

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from consult.kernel.db import db
from consult.submissions.models import CommentRevision
from tests.journeys.browser import Visitor, check_page
from tests.people import make_body, make_consultation, make_user
from tests.submissions.workbooks import written

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

SURVEY = written(
    {
        "Responses": [
            ["Response ID", "Submitted date", "Why do you think so?", "And in short?"],
            ["ANON-1", "2020-01-05", "The road is much too loud at night.", "No"],
            ["ANON-2", "some day", "The second one came on an unknown day.", ""],
        ]
    }
)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_survey_is_looked_at_corrected_and_taken_in(
    visitor: Visitor, app: Flask, javascript: bool
) -> None:
    body = make_body()
    make_consultation(body, slug="law")
    editor = make_user(body=body, roles=("editor",))
    db.session.expunge(editor)
    db.session.rollback()
    desk = visitor.context(language="en", person=editor, javascript=javascript)
    page = visitor.open("/desk/consultations/law/imports", context=desk)
    page.get_by_label("CSV or XLSX file").set_input_files(
        {
            "name": "survey.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": SURVEY,
        }
    )
    page.get_by_role("button", name="Look at the file").click()
    main = page.locator("main")
    expect(main).to_contain_text("This looks like an export of Citizen Space.")
    expect(main).to_contain_text("1 row can be taken in. 1 row cannot.")
    page.get_by_label("What “And in short?” holds").select_option(label="words of a comment")
    page.get_by_label("Show").select_option(label="rows that cannot be taken in")
    # Enter looks again; only the button at the end takes anything in.
    page.get_by_label("Name of the source").press("Enter")
    expect(main).to_contain_text("1 row can be taken in (2 comments). 1 row cannot.")
    expect(main).to_contain_text("the date cannot be read")
    if javascript:
        check_page(page)
    page.get_by_role("button", name="Take the rows in").click()
    expect(main).to_contain_text("Waiting to begin")
    assert app.extensions["consult_job_worker"]().run_one()
    page.reload()
    expect(main).to_contain_text("Line 3: the date cannot be read")
    words = list(db.session.scalars(select(CommentRevision.text).order_by(CommentRevision.id)))
    assert words == [
        "Why do you think so?\nThe road is much too loud at night.",
        "And in short?\nNo",
    ]
