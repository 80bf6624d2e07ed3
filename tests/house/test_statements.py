"""A page takes at most eight statements, whoever opens it."""

from functools import partial

from flask import Flask

from consult.kernel.caching import PageCache
from consult.kernel.db import db
from consult.submissions.target import outline
from tests.journeys.pages import PAGES
from tests.journeys.world import fill
from tests.people import sign_in
from tests.statements import statements

MOST = 8
# Pages that put together what several rooms know. None of them may take more, and none be added.
MORE = {
    "outcome": 16,
    "desk: analysis": 9,
    "desk: answers": 12,
    "desk: decide": 11,
    "desk: move points": 10,
    "desk: publish": 10,
    "desk: theme": 10,
    "desk: themes": 9,
}


def test_no_page_takes_more_statements_than_it_may(app: Flask) -> None:
    world = fill(app)
    people = {"citizen": world.citizen, "official": world.official}
    addresses = {listed: listed.address(world) for listed in PAGES}
    taken = {}
    for listed, address in addresses.items():
        client = app.test_client()
        if listed.role in people:
            sign_in(client, people[listed.role])
        # Nothing that an earlier page or this test has read is at hand.
        app.extensions["consult_page_cache"] = PageCache()
        db.session.rollback()
        outline.cache_clear()
        number = statements(partial(client.get, address))
        if number > MOST:
            taken[listed.name] = number
    assert taken == MORE
