"""A file that is sent while it is read gives its connection back, whole or broken off."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from consult.kernel.db import db
from tests.answers.worlds import World

EXPORT = "/consultations/law/export.json"


@pytest.mark.parametrize("whole", [True, False])
def test_the_connection_comes_back(session: Session, app: Flask, *, whole: bool) -> None:
    World(session)
    session.rollback()
    pool: Any = db.engine.pool
    before = pool.checkedout()

    def fetch() -> None:
        # Not closed by a `with`, and held until the end: nothing is tidied up by chance.
        response = app.test_client().get(EXPORT, buffered=False)
        pieces = response.iter_encoded()
        next(pieces)
        if whole:
            list(pieces)
        kept.append(response)
        response.close()

    kept: list[Any] = []
    # A thread of its own has no application context open around the request, as in production.
    with ThreadPoolExecutor(max_workers=1) as outside:
        for _ in range(3):
            outside.submit(fetch).result()
    assert pool.checkedout() == before
