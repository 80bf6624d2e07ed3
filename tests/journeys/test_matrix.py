"""The full product: every page, language, colour scheme and width (make matrix)."""

import pytest
from flask import Flask

from consult.kernel.i18n import LANGUAGES
from tests.journeys.browser import Visitor
from tests.journeys.pages import PAGES
from tests.journeys.test_accessibility import look_at
from tests.journeys.world import fill

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_width(
    app: Flask, visitor: Visitor, language: str, scheme: str
) -> None:
    world, found = fill(app), []
    for listed in PAGES:
        for width in (320, 768, 1280):
            found += look_at(visitor, world, listed, language=language, scheme=scheme, width=width)
    assert not found, "\n".join(found)
