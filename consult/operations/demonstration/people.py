"""The demo's bodies, officials and citizens."""

from dataclasses import dataclass
from datetime import datetime

from consult.accounts import bodies, passwords, registration, roles
from consult.accounts.models import Body, User
from consult.kernel.actor import COMMAND, Actor
from consult.kernel.db import Texts
from consult.kernel.transaction import act
from consult.operations.demonstration.files import read

# Known to everybody: production refuses to start on a database that holds these accounts.
PASSWORD = "consultation"  # noqa: S105


@dataclass(frozen=True)
class Account:
    """A demo account as it is shown on the terminal."""

    email: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class People:
    """Who acts in the story."""

    bodies: dict[str, int]
    actors: dict[tuple[str, str], Actor]
    citizens: dict[str, int]
    accounts: tuple[Account, ...]

    def official(self, body: str, role: str) -> Actor:
        return self.actors[body, role]


def settle(names: dict[str, tuple[Texts, str]], now: datetime) -> People:
    """Make bodies (key → names and contact address) and all accounts of `accounts.json`."""
    data = read("accounts.json")
    hashed = passwords.hashed(PASSWORD)
    made = People({}, {}, {}, ())
    accounts: list[Account] = []
    with act() as session:
        for key, (name, email) in names.items():
            body: Body = bodies.create_body(
                session, name=name, contact_email=email, actor=COMMAND, now=now
            )
            made.bodies[key] = body.id
        for person in [*data["officials"], *data["citizens"]]:
            user = User(
                email=person["email"],
                name=person["name"],
                password_hash=hashed,
                language=person["language"],
                created_at=now,
                confirmed_at=now,
            )
            registration.add_user(session, user)
            held = tuple(person.get("roles", ()))
            accounts.append(Account(user.email, user.name, held))
            if not held:
                made.citizens[user.email] = user.id
                continue
            key = person["body"]
            roles.grant(session, user.id, made.bodies[key], held, actor=COMMAND, now=now)
            for role in held:
                made.actors[key, role] = Actor.user(user.id)
    return People(made.bodies, made.actors, made.citizens, tuple(accounts))
