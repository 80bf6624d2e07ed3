"""The full product: every page, language, colour scheme and width (make matrix)."""

from itertools import product, repeat

import pytest
from flask import Flask

from consult.kernel.i18n import LANGUAGES
from tests.journeys.browser import Visitor
from tests.journeys.test_accessibility import problems_of_all

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]


LOOKS = list(product(("light", "dark"), (320, 768, 1280)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_look(app: Flask, visitor: Visitor, language: str) -> None:
    found = problems_of_all(app, visitor, language, repeat(LOOKS))
    assert not found, "\n".join(found)
