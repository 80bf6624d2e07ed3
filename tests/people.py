"""People, bodies and consultations for tests, and a quick way to sign somebody in."""

from datetime import datetime, timedelta
from itertools import count

from flask.testing import FlaskClient

from consult.accounts import sessions
from consult.accounts.login import token_hash
from consult.accounts.models import Body, Membership, User
from consult.consultations import creation, promises
from consult.consultations.models import ANSWERS, CLOSES, OPENS, Consultation
from consult.kernel import clock
from consult.kernel.actor import COMMAND, SYSTEM
from consult.kernel.db import Texts, db
from consult.kernel.ids import random_token
from consult.kernel.transaction import act

PASSWORD = "seven brown owls in Vianden"
# PASSWORD, hashed with the cheapest parameters: argon2 reads them from the hash itself.
CHEAP_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$ZPdRnZUz9OcprXH+qjpLyA$2WSMoTLKSj1Reiq7ZARrKz6bpzDy0blOdBopiT9vUlM"
)

_number = count(1)


def make_body(name: str = "Ministry of Tests") -> Body:
    """A body of that name, in its own act."""
    with act() as session:
        slug = f"{name.lower().replace(' ', '-')}-{next(_number)}"
        body = Body(slug=slug, name={"en": name, "fr": name}, created_at=clock.now())
        session.add(body)
        session.flush()
    return body


def make_user(
    email: str | None = None,
    *,
    body: Body | None = None,
    roles: tuple[str, ...] = (),
    name: str = "Anna Test",
    language: str = "en",
    confirmed: bool = True,
) -> User:
    """A person whose password is PASSWORD, with roles in a body."""
    now = clock.now()
    with act() as session:
        user = User(
            email=email or f"person{next(_number)}@example.org",
            name=name,
            password_hash=CHEAP_HASH,
            language=language,
            created_at=now,
            confirmed_at=now if confirmed else None,
        )
        session.add(user)
        session.flush()
        for role in roles:
            assert body is not None
            session.add(Membership(user_id=user.id, body_id=body.id, role=role, granted_at=now))
    return user


def sign_in(client: FlaskClient, user: User) -> str:
    """Give a test client a valid session of this person; returns the token."""
    token = random_token()
    with act() as session:
        sessions.open_session(
            session, user.id, token_hash=token_hash(token), device="Test", now=clock.now()
        )
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    db.session.rollback()
    return token


def official(client: FlaskClient, body: Body, *roles: str) -> User:
    """Make an official with these roles and sign them in."""
    user = make_user(body=body, roles=roles)
    sign_in(client, user)
    return user


def make_consultation(
    body: Body,
    *,
    slug: str | None = None,
    title: Texts | None = None,
    summary: Texts | None = None,
    now: datetime | None = None,
    opens_in: float = -10,
    closes_in: float = 20,
    answers_in: float = 60,
    announced: bool = True,
    languages: tuple[str, ...] = ("fr", "de", "lb", "en"),
) -> Consultation:
    """A consultation through the ordinary verbs; days are counted from `now`.

    It is made the day before the earliest of its dates, so that any phase can be had.
    """
    now = now or clock.now()
    title = title or {"en": "Everyday Mobility Act", "fr": "Loi sur la mobilité"}
    asked = {"en": "How will we get to work?", "fr": "Comment irons-nous au travail ?"}
    summary = summary or {code: asked.get(code, words) for code, words in title.items()}
    made_at = now + timedelta(days=min(opens_in, closes_in, answers_in, 0) - 1)
    with act() as session:
        made = creation.create(
            session,
            slug=slug or f"test-{next(_number)}",
            title=title,
            summary=summary,
            languages=languages,
            lead_body_id=body.id,
            actor=COMMAND,
            now=made_at,
        )
        promises.promise_all(
            session,
            made,
            dates={
                OPENS: now + timedelta(days=opens_in),
                CLOSES: now + timedelta(days=closes_in),
                ANSWERS: now + timedelta(days=answers_in),
            },
            actor=SYSTEM,
            now=made_at,
        )
        if announced:
            creation.announce(session, made, actor=SYSTEM, now=made_at)
    return made
