"""A page takes at most eight statements, whoever opens it."""

from functools import partial

from flask import Flask

from consult.kernel.caching import PageCache
from consult.kernel.db import db
from consult.submissions.target import _outline
from tests.journeys.pages import PAGES
from tests.journeys.world import fill
from tests.people import sign_in
from tests.statements import statements

MOST = 8
# Pages that put together what several rooms know. None of them may take more, and none be added
# without a reason: a comment's page says where its words or its clause stand now; the history of a
# clause tells what was said on it, decided and noted, and whose proposed words came into it, as the
# page of a change does; the page of an answer shows who moved it, who holds it and what colleagues
# say, that of many answers the themes, points, letters and changes; the changes without a reason
# are those that no answer reaches, worked out over all points.
MORE = {
    "comment": 9,
    # What was removed from it, and why.
    "comment without some words": 10,
    "draft, clause": 15,
    "draft, clause that is gone": 16,
    "draft, clause with adopted words": 13,
    # Asked for by a filter: the theme's labels, how many match on each clause, and their words.
    "draft, one theme": 10,
    "outcome": 18,
    # What the second reading measured stands wherever machine's labels are counted.
    "themes": 9,
    "why did this change": 9,
    # The letter, its variants and quotes, and what people added by theme.
    "campaign": 13,
    "desk: campaign": 10,
    "desk: campaign, what was added": 9,
    "desk: campaign, what waits": 11,
    "desk: analysis": 9,
    "desk: answers": 15,
    "desk: answer many": 15,
    # Of a campaign also where what people added is answered.
    "desk: decide": 18,
    # Without a portion: all that a portion can be asked for by, who else is at work, and the forecast.
    "desk: coding": 11,
    "desk: move points": 10,
    # With the forecast for what is left to read.
    "desk: open consultation": 9,
    # With the answers that accept and name no change.
    "desk: publish": 11,
    "desk: theme": 11,
    "desk: run": 9,
    "desk: reasons": 11,
    "desk: where words belong": 9,
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
        _outline.cache_clear()
        number = statements(partial(client.get, address))
        if number > MOST:
            taken[listed.name] = number
    assert taken == MORE
