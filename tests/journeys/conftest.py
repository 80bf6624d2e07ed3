"""Fixtures of the browser tests: `visitor` on the test's own database."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.browser import CHROMIUM, FLAGS, Visitor, serving


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all browser tests of this worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(app: Flask, chromium: Browser) -> Iterator[Visitor]:
    """A browser whose complaints fail the test, on a server on the test's database."""
    with serving(app) as address:
        made = Visitor(app, chromium, address)
        yield made
        made.close()
    assert not made.complaints
