"""Law 7: every route is in the permission table, and the table lists no route that is gone."""

from flask import Flask

from consult.accounts.permissions import TABLE


def test_every_route_is_in_the_permission_table(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == set(TABLE)
