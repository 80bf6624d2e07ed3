"""Every page once in German at 320 pixels and once in another language on a wide screen."""

from itertools import cycle
from typing import Any

import pytest
from flask import Flask

from tests.journeys.browser import Visitor, problems
from tests.journeys.pages import NOT_PAGES, PAGES, Listed
from tests.journeys.world import World, fill

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]


def look_at(visitor: Visitor, world: World, listed: Listed, **look: Any) -> list[str]:
    """What is wrong with one page in one look, each line with its name."""
    people = {"citizen": world.citizen, "official": world.official}
    page = visitor.open(listed.address(world), person=people.get(listed.role), **look)
    found = problems(page) + visitor.complaints
    visitor.complaints.clear()
    visitor.close()
    return [f"{listed.name} {look}: {line}" for line in found]


def test_every_page_is_listed(app: Flask) -> None:
    """A page that nobody looks at is a page that nobody can use."""
    world, adapter = fill(app), app.url_map.bind("localhost")
    reached = {
        adapter.match(listed.address(world).partition("?")[0], method="GET")[0] for listed in PAGES
    }
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - NOT_PAGES - reached == set(), "Add them to tests/journeys/pages.py."


def test_every_page_is_accessible(app: Flask, visitor: Visitor) -> None:
    """Languages and colour schemes go round, so that each occurs with each kind of page."""
    world, found = fill(app), []
    languages, schemes = cycle(("fr", "lb", "en")), cycle(("light", "dark", "dark", "light"))
    for listed in PAGES:
        found += look_at(visitor, world, listed, language="de", scheme=next(schemes), width=320)
        look: dict[str, Any] = {"language": next(languages), "scheme": next(schemes), "width": 1280}
        found += look_at(visitor, world, listed, **look)
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
    page.get_by_label("Your comment").fill("a" * 1999)
    assert page.locator("#words-count").text_content() == "1 character left"
    page.get_by_label("Your comment").fill("👩" * 2002)
    assert page.locator("#words-count").text_content() == "2 characters too many"
