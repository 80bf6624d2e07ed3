"""Rate limits count across application instances and forget who it was."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from consult.kernel import clock
from consult.kernel.errors import TooManyError
from consult.kernel.limits import Limits, _hits, limits
from consult.kernel.web import client_address

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


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("2001:db8:1:2::5", "2001:db8:1:2:3:4:5:6", True),
        ("2001:db8::5", "2001:db8:0:0:9::7", True),
        ("2001:db8:1:2::5", "2001:db8:1:3::5", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_a_household_counts_as_one(app: Flask, one: str, other: str, same: bool) -> None:
    seen = []
    for address in (one, other):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            seen.append(client_address())
    assert (seen[0] == seen[1]) is same


def test_one_does_not_use_up_the_limit_of_another(app: Flask) -> None:
    limits().hit("login", "a", 1, NOW)
    assert limits().hit("login", "b", 1, NOW) == 1


def test_many_workers_may_begin_at_the_same_moment(app: Flask) -> None:
    """The table is made by whoever comes first; nobody's post fails because two came at once."""
    with limits()._engine.begin() as connection:
        connection.exec_driver_sql("drop table if exists rate_limit")
    workers = [Limits(app.extensions["consult_settings"]) for _ in range(8)]
    start, failed = threading.Barrier(len(workers)), []

    def begin(worker: Limits) -> None:
        start.wait()
        try:
            worker.hit("post", "many", 100, NOW)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure
            failed.append(error)

    threads = [threading.Thread(target=begin, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in workers:
        worker.dispose()
    assert not failed
    assert limits().hit("post", "many", 100, NOW) == len(workers) + 1
