"""Two people at the same instant: one wins, the other gets a sentence, nothing is broken."""

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.accounts import invitations, registration, roles
from consult.accounts.models import Membership, User
from consult.accounts.roles import LastAdministratorError
from consult.accounts.tokens import Claim, LinkError
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.db import db
from consult.kernel.errors import ConsultError
from consult.kernel.transaction import act
from tests.people import make_body, make_user


def at_once(app: Flask, acts: list[Callable[[Session], object]]) -> list[ConsultError | None]:
    """Run each act in a thread of its own; returns what each was refused with."""
    barrier = Barrier(len(acts))
    refused: list[ConsultError | None] = [None] * len(acts)

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with act() as session:
                    acts[number](session)
            except ConsultError as error:
                refused[number] = error
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return refused


def test_two_administrators_withdraw_each_other(app: Flask, session: Session) -> None:
    body = make_body()
    for _ in range(2):
        make_user(body=body, roles=("administrator",))
    body_id = body.id  # read here: the threads have sessions of their own
    numbers = session.scalars(select(Membership.id)).all()

    def withdraw(number: int) -> Callable[[Session], object]:
        return lambda s: roles.withdraw(s, number, body_id=body_id, actor=COMMAND, now=clock.now())

    refused = at_once(app, [withdraw(number) for number in numbers])
    assert [type(error) for error in refused if error] == [LastAdministratorError]
    assert session.execute(select(func.count()).select_from(Membership)).scalar_one() == 1


def test_two_registrations_of_one_address(app: Flask, session: Session) -> None:
    def register(s: Session) -> None:
        registration.register(
            s,
            email="a@example.org",
            name="",
            password_hash="x",
            language="fr",
            now=clock.now(),
        )

    refused = at_once(app, [register] * 4)
    assert all(isinstance(error, registration.SameMomentError) for error in refused if error)
    assert refused.count(None) >= 1
    assert session.execute(select(func.count()).select_from(User)).scalar_one() == 1


def test_an_invitation_is_accepted_once(app: Flask, session: Session) -> None:
    body = make_body()
    user = make_user("a@example.org")
    with act() as writing:
        made = invitations.invite(
            writing,
            body_id=body.id,
            email=user.email,
            role="editor",
            language="fr",
            actor=COMMAND,
            now=clock.now(),
        )
        claim, user_id = Claim(made.id, made.nonce), user.id
    refused = at_once(
        app,
        [lambda s: invitations.accept(s, claim, user_id=user_id, now=clock.now())] * 3,
    )
    assert refused.count(None) == 1
    assert all(isinstance(error, LinkError) for error in refused if error)
    assert session.execute(select(func.count()).select_from(Membership)).scalar_one() == 1
