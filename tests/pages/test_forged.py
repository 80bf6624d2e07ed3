"""Whatever somebody sends in the place of a form is answered with a page, never with a crash."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from consult.kernel.db import db
from tests.client import HTML, Page, _fields
from tests.journeys.pages import PAGES
from tests.journeys.world import World, fill
from tests.people import sign_in

# What is the answer to no field: no key, no number at all, and what PostgreSQL cannot store.
FORGED = (str(10**20), "-1", "\0²")
UNKNOWN = "9" * 18
NOTHING_TO_FORGE = {"accounts.logout"}


@dataclass(frozen=True)
class Form:
    """One form as its page offers it."""

    endpoint: str
    client: FlaskClient
    action: str
    names: list[str]
    # Those of them that people do not fill in.
    hidden: list[str]
    filled: dict[str, str]

    def forgeries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        token = {"csrf_token": self.filled.get("csrf_token", "")}
        yield "nothing", {"data": token}
        for value in FORGED:
            yield repr(value), {"data": {**dict.fromkeys(self.names, value), **token}}
        for name in self.hidden:
            yield f"{name} of nobody", {"data": {**self.filled, name: UNKNOWN}}
        files = {name: (io.BytesIO(b"%PDF-1.7"), "a.pdf") for name in self.names}
        yield "files", {"data": {**files, **token}}
        sent = {name: {"a": 1} for name in self.names}
        yield "JSON", {"json": sent, "headers": {"X-CSRFToken": token["csrf_token"]}}


def forms(app: Flask, world: World, clients: dict[str, FlaskClient]) -> Iterator[Form]:
    """Each form of every page once."""
    addresses = app.url_map.bind("localhost")
    pages = [(clients[listed.role], listed.address(world)) for listed in PAGES]
    world.session.rollback()
    seen = set()
    for client, path in pages:
        response = client.get(path, follow_redirects=True)
        db.session.rollback()
        for form in Page(response).all("form") if response.mimetype == "text/html" else ():
            if form.get("method", "get").lower() != "post":
                continue
            action = form.get("action") or path
            endpoint, _arguments = addresses.match(urlsplit(action).path, method="POST")
            names = sorted({e.get("name", "csrf_token") for e in form.iter()} - {"csrf_token"})
            hidden = {
                e.get("name", "") for e in form.iter(HTML + "input") if e.get("type") == "hidden"
            }
            if (endpoint, *names) not in seen and endpoint not in NOTHING_TO_FORGE:
                seen.add((endpoint, *names))
                asked = sorted(hidden & set(names))
                yield Form(endpoint, client, action, names, asked, _fields(form))


def test_no_form_of_any_page_breaks_on_what_is_no_answer_to_it(app: Flask) -> None:
    world = fill(app)
    clients = {role: app.test_client() for role in ("visitor", "citizen", "official")}
    sign_in(clients["citizen"], world.citizen)
    sign_in(clients["official"], world.official)
    broken, endpoints = [], set()
    for form in forms(app, world, clients):
        endpoints.add(form.endpoint)
        for what, sent in form.forgeries():
            try:
                status = form.client.post(form.action, **sent).status_code
            except Exception as error:  # noqa: BLE001 - each one is reported
                status, what = 500, f"{what}: {error!r}"[:300]  # noqa: PLW2901
            db.session.rollback()
            if status >= 500:
                broken.append((form.endpoint, what))
    assert broken == []
    assert len(endpoints) > 100
