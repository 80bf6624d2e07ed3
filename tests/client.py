"""A test client that checks every page it fetches.

One h1, a title that begins with it, labelled controls, unique ids, no inline script or style,
valid HTML, a language; forms that post carry a CSRF token. Each failure says what to do.
"""

import io
from typing import Any
from xml.etree import ElementTree as ET

import html5lib
from flask import g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HTML = "{http://www.w3.org/1999/xhtml}"


class OneRequestAtATime(FlaskClient):
    """A client whose requests do not share `g`.

    Tests keep an application context open, which Flask would hand to every request in them: who
    is signed in, the CSRF token and the time of the first request would then last for ever.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            for name in list(g):
                g.pop(name)
        return super().open(*args, **kwargs)


class Page:
    """A parsed page, for looking things up by what a reader sees."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.markup = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(tree=html5lib.treebuilders.getTreeBuilder("etree"))
        self.root: ET.Element = parser.parse(io.StringIO(self.markup))
        self.errors = [
            f"line {position[0]}: {code} {facts}" for position, code, facts in parser.errors
        ]

    def all(self, tag: str) -> list[ET.Element]:
        return list(self.root.iter(HTML + tag))

    @property
    def text(self) -> str:
        """All words of the page, single-spaced."""
        body = self.all("body")[0]
        return " ".join("".join(body.itertext()).split())

    @property
    def h1(self) -> str:
        return words(self.all("h1")[0])

    def links(self) -> dict[str, str]:
        """Link text → address (the first of that text)."""
        found: dict[str, str] = {}
        for link in self.all("a"):
            found.setdefault(words(link), link.get("href", ""))
        return found

    def form(self, action: str | None = None) -> dict[str, str]:
        """The fields of the posting form (whose action ends so), as a browser sends them."""
        for form in self.all("form"):
            if form.get("method", "get").lower() != "post":
                continue
            if action is None or (form.get("action") or "").endswith(action):
                return _fields(form)
        raise AssertionError(f"No form that posts to {action or 'anything'} on this page.")


def words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _fields(form: ET.Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for field in form.iter(HTML + "input"):
        kind = field.get("type", "text")
        unchecked = kind in {"checkbox", "radio"} and field.get("checked") is None
        if field.get("name") and kind not in {"submit", "file", "button"} and not unchecked:
            values[field.get("name", "")] = field.get("value", "")
    for area in form.iter(HTML + "textarea"):
        values[area.get("name", "")] = "".join(area.itertext()).removeprefix("\n")
    for select in form.iter(HTML + "select"):
        options = list(select.iter(HTML + "option"))
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        values[select.get("name", "")] = chosen[0].get("value", "") if chosen else ""
    return values


class PageClient:
    """Fetches pages as a browser without JavaScript would, and checks each."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200, **kwargs: Any) -> Page:
        """Fetch a page, following redirects, and check it."""
        return self._page(self.client.get(path, follow_redirects=True, **kwargs), status)

    def post(self, path: str, data: dict[str, Any], status: int = 200, **kwargs: Any) -> Page:
        """Send a form and check the page that it leads to."""
        response = self.client.post(path, data=data, follow_redirects=True, **kwargs)
        return self._page(response, status)

    def submit(
        self, page_path: str, data: dict[str, Any], *, action: str | None = None, status: int = 200
    ) -> Page:
        """Open a page, fill its form (hidden fields are kept) and send it where it says."""
        page = self.get(page_path)
        target = next(
            (
                f.get("action") or page_path
                for f in page.all("form")
                if f.get("method", "get").lower() == "post"
                and (action is None or (f.get("action") or "").endswith(action))
            ),
            page_path,
        )
        return self.post(target, {**page.form(action), **data}, status)

    def _page(self, response: TestResponse, status: int) -> Page:
        if response.status_code != status:
            body = response.get_data(as_text=True)
            raise AssertionError(f"Expected {status}, got {response.status_code}:\n{body[:3000]}")
        page = Page(response)
        if response.mimetype == "text/html":
            check(page)
            if "public" in response.headers.get("Cache-Control", ""):
                check_cacheable(page)
        return page


def check(page: Page) -> None:
    """All that holds for every page."""
    assert not page.errors, f"Invalid HTML: {page.errors[:5]}"
    headings = page.all("h1")
    assert len(headings) == 1, f"A page has one h1; this has {len(headings)}."
    title = words(page.all("title")[0])
    assert title.startswith(words(headings[0])), f"The title {title!r} must begin with the h1."
    assert page.all("html")[0].get("lang"), "The page must say its language."
    ids = [e.get("id") for e in page.root.iter() if e.get("id")]
    twice = {i for i in ids if ids.count(i) > 1}
    assert not twice, f"Ids stand twice: {twice}"
    for element in page.root.iter():
        assert element.get("style") is None, "The CSP forbids style attributes."
        handlers = [a for a in element.keys() if a.startswith("on")]  # noqa: SIM118
        assert not handlers, f"The CSP forbids {handlers}; use an ES module."
    assert not page.all("style"), "The CSP forbids inline styles."
    assert all(s.get("src") for s in page.all("script")), "The CSP forbids inline scripts."
    _check_controls(page, set(ids))


def check_cacheable(page: Page) -> None:
    """Law 8: what a cache may give to anybody holds nothing that belongs to somebody."""
    assert "Set-Cookie" not in page.response.headers, "A cacheable page sets a cookie."
    posting = [f for f in page.all("form") if f.get("method", "get").lower() == "post"]
    assert not posting, "A cacheable page has a form that posts; link to an uncached one."
    assert "csrf" not in page.markup, "A cacheable page holds a token."


def _check_controls(page: Page, ids: set[str | None]) -> None:
    leads = {link.get("href") or "" for link in page.all("a")}
    nowhere = {link for link in leads if link.startswith("#") and link[1:] not in ids}
    assert not nowhere, f"Links within the page lead nowhere: {nowhere}"
    labelled = {label.get("for") for label in page.all("label")}
    assert labelled <= ids | {None}, f"Labels for nothing: {labelled - ids}"
    for tag in ("input", "select", "textarea"):
        for control in page.all(tag):
            if control.get("type") in {"hidden", "submit", "button"}:
                continue
            named = control.get("id") in labelled or control.get("aria-label")
            assert named, f"A control needs a label: {ET.tostring(control)[:200]!r}"
    for form in page.all("form"):
        if form.get("method", "get").lower() == "post":
            assert "csrf_token" in _fields(form), "A form that posts needs the CSRF token."
