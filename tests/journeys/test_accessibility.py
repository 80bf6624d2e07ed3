"""Every page once in German at 320 pixels and once in another language on a wide screen."""

from collections.abc import Iterable, Sequence
from itertools import cycle

import pytest
from flask import Flask

from tests.journeys.browser import Visitor, problems, show
from tests.journeys.pages import PAGES
from tests.journeys.world import fill

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]

# Addresses that answer with something else than a page.
NOT_PAGES = {
    "activity.download",
    "activity.download_of_consultation",
    "attaching_desk.download",
    "draft.download",
    "draft.download_changes",
    "draft.download_next",
    "draft.download_next_changes",
    "draft.words",
    "draftings.open_text",  # leads on to the text that was chosen
    "exports.download",
    "report.download",
    "report_desk.download",
    "about.favicon",
    "about.robots",
    "about.security",
    "operations.alive",
    "operations.metrics",
    "operations.ready",
    "redacting_desk.find",  # leads on to the comment of that number
    "register.feed",
    "register.feed_of_body",
    "static",
}


def problems_of_all(
    app: Flask, visitor: Visitor, language: str, looks: Iterable[Sequence[tuple[str, int]]]
) -> list[str]:
    """What is wrong with every page in the looks that it gets, each a scheme and a width.

    The window is changed under the open page, as by somebody who turns the telephone.
    """
    world, found = fill(app), []
    people = {"visitor": None, "citizen": world.citizen, "official": world.official}
    tabs = {
        role: visitor.tab(visitor.context(language=language, person=person))
        for role, person in people.items()
    }
    for listed, its_looks in zip(PAGES, looks, strict=False):
        page, wrong = tabs[listed.role], []
        for turn, (scheme, width) in enumerate(its_looks):
            show(page, scheme, width)
            if turn == 0:
                visitor.go(page, listed.address(world))
            wrong += [f"{scheme} {width}: {line}" for line in problems(page)]
        found += [f"{listed.name} {language} {line}" for line in wrong + visitor.complaints]
        visitor.complaints.clear()
    return found


def test_every_page_is_listed(app: Flask) -> None:
    """A page that nobody looks at is a page that nobody can use."""
    world, adapter = fill(app), app.url_map.bind("localhost")
    reached = {
        adapter.match(listed.address(world).partition("?")[0], method="GET")[0] for listed in PAGES
    }
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - NOT_PAGES - reached == set(), "Add them to tests/journeys/pages.py."


def test_every_page_is_accessible(app: Flask, visitor: Visitor) -> None:
    """In German, whose words are the longest, on a telephone in one scheme and a wide screen in the
    other; the other languages are for `make matrix`."""
    looks = cycle(([("light", 320), ("dark", 1280)], [("dark", 320), ("light", 1280)]))
    found = problems_of_all(app, visitor, "de", looks)
    assert not found, "\n".join(found)


def test_the_keyboard_reaches_the_content_first(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_errors_take_the_focus_and_lead_to_the_field(visitor: Visitor) -> None:
    page = visitor.open("/style")
    page.get_by_role("button", name="Send").click()
    summary = page.locator(".govuk-error-summary")
    assert summary.evaluate("e => e === document.activeElement")
    assert problems(page) == []
    summary.get_by_role("link", name="Write your comment.").click()
    assert page.evaluate("document.activeElement.id") == "words"
    # The browser reports the 422 of the form as an error; nothing else may be wrong.
    assert [c for c in visitor.complaints if "422" not in c] == []
    visitor.complaints.clear()


def test_the_character_count_says_when_there_are_too_many(visitor: Visitor) -> None:
    page = visitor.open("/style")
    page.locator("#words").fill("a" * 1999)
    assert page.locator("#words-count").text_content() == "1 character left"
    page.locator("#words").fill("👩" * 2002)
    assert page.locator("#words-count").text_content() == "2 characters too many"


def test_one_press_ticks_all_boxes_and_the_next_none(visitor: Visitor) -> None:
    page = visitor.open("/style")
    boxes, ticked = page.locator('[name="chosen"]'), page.locator('[name="chosen"]:checked')
    boxes.first.check()
    page.get_by_role("button", name="Choose all on this page").click()
    assert ticked.count() == boxes.count() == 2
    page.get_by_role("button", name="Choose all on this page").click()
    assert ticked.count() == 0
