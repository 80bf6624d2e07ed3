"""A real browser on a real server, and what must hold for every page in it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from consult.accounts import sessions
from consult.accounts.login import token_hash
from consult.accounts.models import User
from consult.kernel import clock
from consult.kernel.ids import random_token
from consult.kernel.transaction import act

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_kwargs: Any) -> None:
        pass


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application on a free port of this machine; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Visitor:
    """Opens pages as people with different languages, devices and accounts would.

    What the browser complains about (script errors, refusals of the content security policy,
    missing files) is collected in `complaints`.
    """

    app: Flask
    browser: Browser
    address: str
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def context(
        self,
        *,
        language: str = "en",
        scheme: str = "light",
        width: int = 1280,
        person: User | None = None,
        javascript: bool = True,
        touch: bool = False,
    ) -> BrowserContext:
        """A browser window of its own, signed in as `person` if one is given. `touch` is a telephone."""
        made = self.browser.new_context(
            base_url=self.address,
            locale=language,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": 740 if touch else 900},
            java_script_enabled=javascript,
            has_touch=touch,
            is_mobile=touch,
        )
        made.add_cookies([self._cookie("consult_language", language)])
        if person is not None:
            made.add_cookies([self._cookie("consult_session", self._session(person))])
        self._contexts.append(made)
        return made

    def open(self, path: str, *, context: BrowserContext | None = None, **look: Any) -> Page:
        """Open a page; it must answer 200. Keywords as for `context`."""
        page = self.tab(context or self.context(**look))
        self.go(page, path)
        return page

    def tab(self, context: BrowserContext) -> Page:
        """An empty page of a window."""
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def go(self, page: Page, path: str) -> None:
        """Go on to another page; it must answer 200."""
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, f"{path} answered {response.status}"

    def close(self) -> None:
        """Close every window."""
        while self._contexts:
            self._contexts.pop().close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.location.get('url')}: {message.text}")

    def _cookie(self, name: str, value: str) -> Any:
        return {"name": name, "value": value, "url": self.address}

    def _session(self, person: User) -> str:
        token = random_token()
        with act() as session:
            sessions.open_session(
                session, person.id, token_hash=token_hash(token), device="Test", now=clock.now()
            )
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return str(signer.dumps({"_user_id": token, "_fresh": True}))


def show(page: Page, scheme: str, width: int) -> None:
    """Change the window of an open page; returns when it is drawn anew."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")


def problems(page: Page) -> list[str]:
    """What is wrong with a page as it stands: axe's violations, and words that run off the side."""
    found = []
    if not page.evaluate("'axe' in window"):
        page.evaluate(_LAY_ALL_OUT)
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    for violation in page.evaluate("async (o) => (await axe.run(o)).violations", options):
        nodes = [f"{node['target']} {node['html'][:160]}" for node in violation["nodes"][:3]]
        found.append(f"{violation['id']}: {violation['help']} – {'; '.join(nodes)}")
    if wide := page.evaluate(_TOO_WIDE):
        found.append(f"scrolls sideways: {json.dumps(wide)}")
    return found


# What is far from the window is laid out only when it is asked for, which moves what was measured
# before. A sheet made by a script may be added under the policy of the page.
_LAY_ALL_OUT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { content-visibility: visible !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""

# Elements that stick out of the window and are not inside something that scrolls by itself.
_TOO_WIDE = """() => {
  const limit = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= limit) return null;
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > limit + 1)
    .slice(0, 5)
    .map((e) => e.outerHTML.slice(0, 120));
}"""


def check_page(page: Page) -> None:
    """Fail if anything is wrong with the page as it stands."""
    found = problems(page)
    assert not found, "\n".join([page.url, *found])
