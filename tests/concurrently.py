"""Several people at the same moment, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from consult.kernel.db import db
from consult.kernel.transaction import act

PATIENCE = 60  # seconds: whoever waits longer is locked out for ever
Ended = list[type[BaseException] | None]


def together(app: Flask, *doings: Callable[[], Any]) -> Ended:
    """Run all of them at once; what each ended with, in the same order."""
    ended: Ended = [TimeoutError] * len(doings)
    start = threading.Barrier(len(doings))
    db.session.rollback()  # the threads read for themselves, and nothing holds them up

    def run(index: int) -> None:
        with app.app_context():
            try:
                start.wait(PATIENCE)
                doings[index]()
                ended[index] = None
            except BaseException as error:  # noqa: BLE001 - the test looks at it
                ended[index] = type(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(doings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return ended


def in_act(verb: Callable[[Session], object]) -> Callable[[], None]:
    """The verb in an act of its own."""

    def doing() -> None:
        with act() as session:
            verb(session)

    return doing


def at_once(app: Flask, *verbs: Callable[[Session], object]) -> Ended:
    """Run each verb in an act of its own thread; what each ended with, in the same order."""
    return together(app, *(in_act(verb) for verb in verbs))
