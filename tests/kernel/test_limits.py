"""Rate limits count across application instances and forget who it was."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from consult.kernel import clock
from consult.kernel.errors import TooManyError
from consult.kernel.limits import Limits, _hits, limits

NOW = clock.now()


def test_two_workers_share_one_count(app: Flask) -> None:
    other = Limits(app.extensions["consult_settings"])
    try:
        counts = [w.hit("post", "shared", 4, NOW) for w in (limits(), other, limits(), other)]
        assert counts == [1, 2, 3, 4]
        for worker in (limits(), other):
            with pytest.raises(TooManyError):
                worker.hit("post", "shared", 4, NOW)
        assert other.hit("post", "shared", 4, NOW + timedelta(hours=1)) == 1
    finally:
        other.dispose()


def test_no_address_is_stored(app: Flask) -> None:
    limits().hit("post", "192.0.2.7", 10, NOW)
    with limits()._engine.connect() as connection:
        keys = connection.execute(select(_hits.c.key)).scalars().all()
    assert keys
    assert not [key for key in keys if "192" in key and "post" in key]


def test_one_does_not_use_up_the_limit_of_another(app: Flask) -> None:
    limits().hit("login", "a", 1, NOW)
    assert limits().hit("login", "b", 1, NOW) == 1
